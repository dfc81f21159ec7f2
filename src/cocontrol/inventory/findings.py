"""Findings: what a check saw, what it expected, and the cells to look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from cocontrol.core.errors import Level
from cocontrol.core.text import Text

FINDING_SCHEMA = pl.Schema(
    {
        "rule": pl.String,
        "level": pl.String,
        "subject": pl.String,
        "expected": pl.Float64,
        "found": pl.Float64,
        "difference": pl.Float64,
        "unit": pl.String,
        "message_zh": pl.String,
        "message_en": pl.String,
        "origin": pl.String,
    }
)
"""Columns of the finding table; `origin` lists the source cells, parted by ``; ``."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check noticed. A finding is a lead for a person, not a correction."""

    rule: str
    level: Level
    subject: str
    expected: float | None
    found: float | None
    unit: str
    message: Text
    origin: tuple[str, ...]

    @property
    def difference(self) -> float | None:
        """Found less expected; None where one of them is absent."""
        return None if self.expected is None or self.found is None else self.found - self.expected


def finding_table(findings: Iterable[Finding]) -> pl.DataFrame:
    """The findings as a table with the columns of `FINDING_SCHEMA`, heaviest first, else in given order."""
    rows = [
        {
            "rule": f.rule,
            "level": f.level.value,
            "subject": f.subject,
            "expected": f.expected,
            "found": f.found,
            "difference": f.difference,
            "unit": f.unit,
            "message_zh": f.message.zh,
            "message_en": f.message.en,
            "origin": "; ".join(f.origin),
        }
        for f in sorted(findings, key=lambda f: list(Level).index(f.level))
    ]
    return pl.DataFrame(rows, schema=FINDING_SCHEMA)
