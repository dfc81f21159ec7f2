"""The table ``indicator`` and how its rows are made."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from cocontrol.core.common_columns import ADCODE
from cocontrol.core.provenance import Status
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text

INDICATOR = TABLES.declare(
    Table(
        name="indicator",
        label=Text("指标", "indicators"),
        description=Text(
            "地区指标，每行写明口径、统计版次、输入和缺值原因。没有数据的年份为空值，从不内插。",
            "Figures about a region; each row names boundary, vintage, inputs and why a value is missing. "
            "A year without data is empty, never interpolated.",
        ),
        key=("indicator_id", "adcode", "period", "boundary", "variant"),
        columns=(
            Column("indicator_id", Kind.TEXT, Text("指标", "indicator"), Text("指标代码", "code"), required=True),
            ADCODE,
            Column("period", Kind.PERIOD, Text("时段", "period"), Text("年份", "year"), required=True),
            Column("boundary", Kind.TEXT, Text("口径", "boundary"), Text("计入什么", "what is counted"), required=True),
            Column(
                "variant",
                Kind.TEXT,
                Text("版次", "variant"),
                Text("价格基准与统计版次", "price basis and vintage of the statistics"),
                required=True,
            ),
            Column("value", Kind.NUMBER, Text("数值", "value"), Text("缺值为空", "empty where missing")),
            Column("unit", Kind.TEXT, Text("单位", "unit"), Text("数值的单位", "unit of the value"), required=True),
            Column(
                "status",
                Kind.TEXT,
                Text("可靠程度", "status"),
                Text("所用系数中最弱的状态", "weakest status of the factors used"),
                allowed={
                    Status.VERIFIED.value: Text("已核实", "verified"),
                    Status.RECALLED.value: Text("待核实", "recalled"),
                },
            ),
            Column("formula", Kind.TEXT, Text("计算式", "formula"), Text("计算式", "formula")),
            Column(
                "inputs", Kind.TEXT, Text("输入", "inputs"), Text("JSON：每项输入及其出处", "JSON: inputs, with origin")
            ),
            Column(
                "note_zh", Kind.TEXT, Text("备注", "note (Chinese)"), Text("说明或缺值原因", "remark, or why missing")
            ),
            Column(
                "note_en", Kind.TEXT, Text("备注（英文）", "note"), Text("说明或缺值原因", "remark, or why missing")
            ),
        ),
    )
)

_SCHEMA: dict[str, Any] = {**dict.fromkeys(INDICATOR.column_names, pl.String), "value": pl.Float64}


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One row of the table. A row without value always carries a note that says why."""

    indicator_id: str
    adcode: str
    period: str
    boundary: str
    variant: str
    value: float | None
    unit: str
    status: Status | None
    formula: str
    inputs: tuple[dict[str, Any], ...]
    notes: tuple[Text, ...]

    def __post_init__(self) -> None:
        if self.value is None and not self.notes:
            raise ValueError(f"indicator {self.indicator_id} {self.period}: a missing value must say why")


def indicator_table(rows: Iterable[IndicatorRow]) -> pl.DataFrame:
    """The rows as the declared table, in the order given."""
    return pl.DataFrame([_as_dict(row) for row in rows], schema=_SCHEMA)


def _as_dict(row: IndicatorRow) -> dict[str, Any]:
    return {
        "indicator_id": row.indicator_id,
        "adcode": row.adcode,
        "period": row.period,
        "boundary": row.boundary,
        "variant": row.variant,
        "value": row.value,
        "unit": row.unit,
        "status": row.status.value if row.status else None,
        "formula": row.formula,
        "inputs": json.dumps(row.inputs, ensure_ascii=False, sort_keys=True),
        "note_zh": "；".join(note.zh for note in row.notes) or None,
        "note_en": "; ".join(note.en for note in row.notes) or None,
    }
