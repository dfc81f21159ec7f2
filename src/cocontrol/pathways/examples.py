"""Files to begin with, all numbers made up: two scenarios and a table of factors."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

SCENARIOS = {"province": "province.toml", "kaya": "kaya.toml"}
"""Scenarios by name: sectors and fuels from below, and a Kaya identity from above."""

FACTORS = "decomposition.csv"


@lru_cache(maxsize=8)
def example(file: str) -> str:
    """The text of an example file."""
    return files("cocontrol.pathways").joinpath("data", file).read_text(encoding="utf-8")
