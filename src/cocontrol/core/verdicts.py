"""Verdicts: always one of several values with reasons, never a bare yes or no."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cocontrol.core.text import Text


class VerdictValue(StrEnum):
    """What a rule or a target comes to.

    Targets give ``met``, ``not_met``, ``on_track`` or ``off_track``; rules give ``violation``,
    ``candidate`` (encouraged, never binding) or ``clear``. ``undetermined`` is open to both and
    always says because of what.
    """

    MET = "met"
    NOT_MET = "not_met"
    ON_TRACK = "on_track"
    OFF_TRACK = "off_track"
    VIOLATION = "violation"
    CANDIDATE = "candidate"
    CLEAR = "clear"
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
