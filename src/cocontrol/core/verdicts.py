"""Verdicts: always one of several values with reasons, never a bare yes or no."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import polars as pl

from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text


class VerdictValue(StrEnum):
    """What a rule or a target comes to.

    Targets give ``met``, ``not_met``, ``on_track`` or ``off_track``; rules give ``violation``,
    ``candidate`` (encouraged, never binding), ``clear``, or ``not_yet_due`` where the day of judgement lies
    before the day by which the plan wants the thing done. ``undetermined`` is open to both and always says
    because of what.
    """

    MET = "met"
    NOT_MET = "not_met"
    ON_TRACK = "on_track"
    OFF_TRACK = "off_track"
    VIOLATION = "violation"
    CANDIDATE = "candidate"
    CLEAR = "clear"
    NOT_YET_DUE = "not_yet_due"
    UNDETERMINED = "undetermined"

    @property
    def label(self) -> Text:
        """The word that people see."""
        return _LABELS[self]


_LABELS = {
    VerdictValue.MET: Text("已达成", "met"),
    VerdictValue.NOT_MET: Text("未达成", "not met"),
    VerdictValue.ON_TRACK: Text("进度正常", "on track"),
    VerdictValue.OFF_TRACK: Text("进度滞后", "off track"),
    VerdictValue.VIOLATION: Text("违反", "violation"),
    VerdictValue.CANDIDATE: Text("候选", "candidate"),
    VerdictValue.CLEAR: Text("未发现", "clear"),
    VerdictValue.NOT_YET_DUE: Text("未到期", "not yet due"),
    VerdictValue.UNDETERMINED: Text("无法判定", "undetermined"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one rule or target for one subject at one date.

    `facts` are the values read, each with where it came from; `parameters` the thresholds used;
    `clause` the place in the plan or standard that made the rule. An undetermined verdict needs a reason.
    """

    rule_id: str
    subject_id: str
    as_of: str
    value: VerdictValue
    reasons: tuple[Text, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    clause: str | None = None

    def __post_init__(self) -> None:
        if self.value is VerdictValue.UNDETERMINED and not self.reasons:
            raise ValueError(f"rule {self.rule_id}: an undetermined verdict must say because of what")


VERDICT = TABLES.declare(
    Table(
        name="verdict",
        label=Text("判定", "verdicts"),
        description=Text(
            "规则或目标对一个对象、在一个日期的判定，连同理由、所读事实、所用参数和条款。",
            "What a rule or a target comes to for one subject at one date, with reasons, facts, parameters and clause.",
        ),
        key=("rule_id", "subject_id", "as_of"),
        columns=(
            Column(
                "rule_id", Kind.TEXT, Text("规则或目标编号", "rule or target id"), Text("编号", "id"), required=True
            ),
            Column("subject_id", Kind.TEXT, Text("对象编号", "subject id"), Text("地区或设施", "region or facility")),
            Column("as_of", Kind.TEXT, Text("判定日", "as of"), Text("ISO 8601 日期", "ISO 8601 date")),
            Column(
                "value",
                Kind.TEXT,
                Text("判定", "verdict"),
                Text("判定结果", "the outcome"),
                required=True,
                allowed={value.value: value.label for value in VerdictValue},
            ),
            Column("reasons_zh", Kind.TEXT, Text("理由", "reasons (Chinese)"), Text("以；分隔", "separated by ；")),
            Column("reasons_en", Kind.TEXT, Text("理由（英文）", "reasons"), Text("以 ; 分隔", "separated by ;")),
            Column(
                "facts",
                Kind.TEXT,
                Text("事实", "facts"),
                Text("JSON：所读的值及其出处", "JSON: values read, with origin"),
            ),
            Column(
                "parameters",
                Kind.TEXT,
                Text("参数", "parameters"),
                Text("JSON：所用限值与选择", "JSON: thresholds and choices"),
            ),
            Column("clause", Kind.TEXT, Text("条款", "clause"), Text("文件及其中位置", "document and place in it")),
        ),
    )
)


def verdict_table(verdicts: Iterable[Verdict]) -> pl.DataFrame:
    """The verdicts as the declared table ``verdict``, in the order given; all columns text."""
    rows = [_row(verdict) for verdict in verdicts]
    return pl.DataFrame(rows, schema=dict.fromkeys(VERDICT.column_names, pl.String))


def _row(verdict: Verdict) -> dict[str, str | None]:
    return {
        "rule_id": verdict.rule_id,
        "subject_id": verdict.subject_id,
        "as_of": verdict.as_of,
        "value": verdict.value.value,
        "reasons_zh": "；".join(reason.zh for reason in verdict.reasons) or None,
        "reasons_en": "; ".join(reason.en for reason in verdict.reasons) or None,
        "facts": _json(verdict.facts),
        "parameters": _json(verdict.parameters),
        "clause": verdict.clause,
    }


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True)
