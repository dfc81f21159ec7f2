"""Columns that the input tables of the sectors share."""

from __future__ import annotations

from cocontrol.core.tables import Column, Kind
from cocontrol.core.text import Text

AMOUNT = Column(
    "amount",
    Kind.NUMBER,
    Text("活动水平", "amount"),
    Text("空为缺失，不等于零，也不取默认值", "empty is missing, not zero; no default is taken"),
    minimum=0,
)

UNIT = Column(
    "unit",
    Kind.TEXT,
    Text("单位", "unit"),
    Text("如 万吨、吨、台；自动换算", "such as 10^4 t, t, count; converted"),
    required=True,
)

SOURCE = Column(
    "source", Kind.TEXT, Text("来源", "source"), Text("文件或台账名称", "document or register"), required=True
)


def number(
    name: str, label: Text, text: Text, unit: str | None = None, *, required: bool = False, maximum: float | None = None
) -> Column:
    """A column for a number that is not negative."""
    return Column(name, Kind.NUMBER, label, text, unit=unit, required=required, minimum=0, maximum=maximum)
