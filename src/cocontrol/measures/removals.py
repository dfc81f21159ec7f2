"""The removal of a pollutant that a table of removals does not name, from the pollutant that holds it."""

from __future__ import annotations

from collections.abc import Mapping

STANDS_FOR = {"BC": "PM25", "OC": "PM25", "PM10": "PM25"}
"""Pollutants whose removal is taken from PM2.5 where none is given.

Black and organic carbon are removed as PM2.5 is (T/CSES 144-2024, Table A.1 gives the same figures). PM10 is removed at
least as well, so that the figure is a lower bound.
"""


def removal_of(removals: Mapping[str, float], pollutant: str) -> float:
    """The removal of a pollutant: its own, else that of the one it stands with, else none."""
    if pollutant in removals:
        return removals[pollutant]
    return removals.get(STANDS_FOR.get(pollutant, ""), 0.0)
