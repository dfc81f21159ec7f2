"""Factors, codes, GWP sets and dated parameters: every value with its document, clause, validity and status."""

from cocontrol.reference._data import parameter_version

__all__ = ["parameter_version"]
