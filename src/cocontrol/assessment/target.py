"""One target as it is judged: the row of the table ``target`` and the parameters that people have set for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from cocontrol.core.errors import NotFound
from cocontrol.core.parameters import NATIONAL, Parameter, ParameterSet
from cocontrol.core.text import Text
from cocontrol.reference.regions import name as region_name

WHOLE_REGION = re.compile(r"(?:全|我|本)?[国省市县区]|全社会|(?:全|我|本)(?:自治区|地区|域)")
"""Subjects that mean the whole region of the plan."""


@dataclass(frozen=True, slots=True)
class Target:
    """A row of the table ``target``; None stands where the plan writes nothing."""

    target_id: str
    task_id: str | None
    adcode: str | None
    kind: str
    metric: str
    subject: str
    operator: str | None
    value: float | None
    unit: str | None
    base_year: int | None
    target_year: int | None
    qualifier: str
    clause: str

    @property
    def is_about_whole_region(self) -> bool:
        """Whether the subject is the whole region (全市, 濮阳市, 濮阳, nothing written), not a part of it or a sector."""
        written = self.subject.strip() if self.subject else ""
        if not written or WHOLE_REGION.fullmatch(written) or self.clause.startswith(written):
            return True
        return self.adcode is not None and len(written) > 1 and region_name(self.adcode).startswith(written)

    def terms(self) -> dict[str, Any]:
        """What the target asks for, as verdicts show it."""
        names = ("metric", "operator", "value", "unit", "base_year", "target_year", "qualifier")
        return {name: getattr(self, name) for name in names if getattr(self, name) not in (None, "")}


def target_from_row(row: dict[str, Any]) -> Target:
    """The target of one row of the table ``target``."""
    return Target(
        row["target_id"],
        row["task_id"],
        row["adcode"],
        row["kind"],
        row["metric"],
        row["subject"],
        row["operator"],
        row["value"],
        row["unit"],
        row["base_year"],
        row["target_year"],
        row["qualifier"] or "",
        _clause(row),
    )


def _clause(row: dict[str, Any]) -> str:
    place = [row["document"], row["task_id"]]
    if row["start"] is not None and row["end"] is not None:
        place.append(f"[{row['start']}:{row['end']}]")
    return " ".join(part for part in place if part)


@dataclass(frozen=True, slots=True)
class Choices:
    """The parameters of one judgement: asks for them by id and remembers which were used."""

    parameters: ParameterSet
    on: date
    jurisdiction: str
    used: dict[str, dict[str, Any]]

    def ask(self, parameter_id: str) -> Any:
        """The value somebody has set, or None where nobody has; raises `Ambiguous` where two hold at once."""
        found = self._find(parameter_id)
        if found is None or not found.is_set:
            return None
        self.used[parameter_id] = {"value": found.value, "unit": found.unit, "source": found.source}
        return found.value

    def _find(self, parameter_id: str) -> Parameter | None:
        if not self.parameters.candidates(parameter_id):
            return None
        try:
            return self.parameters.get(parameter_id, on=self.on, jurisdiction=self.jurisdiction)
        except NotFound:  # values exist, but none holds there and then: the parameter is unset
            return None


def choices_for(target: Target, parameters: ParameterSet, as_of: date) -> Choices:
    """The parameters that hold for the target's region on that day."""
    return Choices(parameters, as_of, target.adcode or NATIONAL, {})


def with_external_value(target: Target, choices: Choices) -> Target:
    """The target with the value that another document sets, where somebody has entered it.

    Parameters ``target.<id>.value`` and ``target.<id>.base_year``; the target stays as it is where unset.
    """
    value = choices.ask(f"target.{target.target_id}.value")
    base_year = choices.ask(f"target.{target.target_id}.base_year")
    return replace(
        target,
        value=target.value if value is None else float(value),
        base_year=target.base_year if base_year is None else int(base_year),
    )


def unset_value(target: Target) -> Text:
    """The reason of a target whose value is set elsewhere and entered nowhere."""
    words = f"{target.qualifier}；" if target.qualifier else "", f"{target.qualifier}; " if target.qualifier else ""
    return Text(
        f"目标值由外部确定而未设定（{words[0]}参数 target.{target.target_id}.value）",
        f"the value is set elsewhere and nobody has entered it ({words[1]}parameter target.{target.target_id}.value)",
    )
