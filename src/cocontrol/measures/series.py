"""Whether a device may stand in a row with the one that is there, instead of taking its place: a rule for each stage."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cocontrol.core.text import Text
from cocontrol.measures.catalogue import CatalogueMeasure


@dataclass(frozen=True, slots=True)
class SeriesRule:
    """What holds for devices of one stage, why, and how well that is known."""

    allowed: bool
    reason: Text
    status: str


_NO_DEVICE = SeriesRule(
    allowed=False,
    reason=Text("不是末端治理措施", "it is no device at the end of pipe"),
    status="verified",
)


def series_rule(measure: CatalogueMeasure) -> SeriesRule:
    """The rule of the stage of a measure; a measure without stage takes nothing's place."""
    return _rules().get(measure.stage or "", _NO_DEVICE)


def may_stand_in_series(measure: CatalogueMeasure) -> bool:
    """Whether it may stand in a row with what is there."""
    return series_rule(measure).allowed


@cache
def _rules() -> Mapping[str, SeriesRule]:
    text = (files("cocontrol.measures") / "data" / "series_rules.csv").read_text(encoding="utf-8")
    return {
        row["stage"]: SeriesRule(row["allowed"] == "yes", Text(row["reason_zh"], row["reason_en"]), row["status"])
        for row in csv.DictReader(text.splitlines())
    }
