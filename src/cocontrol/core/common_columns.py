"""Columns that many declared tables share: area, year, and the forms of quantities, shares and choices."""

from __future__ import annotations

from collections.abc import Mapping

from cocontrol.core.tables import Column, Kind
from cocontrol.core.text import Text, same

ADCODE_PATTERN = r"\d{6}"
"""GB/T 2260 codes have six digits."""

ADCODE = Column(
    "adcode",
    Kind.TEXT,
    Text("行政区划代码", "adcode"),
    same("GB/T 2260"),
    required=True,
    code_list="region",
    pattern=ADCODE_PATTERN,
)

YEAR = Column(
    "year",
    Kind.INTEGER,
    Text("年份", "year"),
    Text("统计年份", "statistical year"),
    required=True,
    minimum=1900,
    maximum=2200,
)


def choice(name: str, label: Text, text: Text, allowed: Mapping[str, Text], *, required: bool = True) -> Column:
    """A column with a closed list of codes, which a template offers for selection."""
    return Column(name, Kind.TEXT, label, text, required=required, allowed=allowed)
