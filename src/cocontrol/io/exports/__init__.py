"""Exports of a run. Every format keeps the rules of one place: whole or not at all, totals proved, drops named."""

from cocontrol.io.exports.common import FORMATS, ExportReport, export

__all__ = ["FORMATS", "ExportReport", "export"]
