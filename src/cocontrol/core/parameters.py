"""Dated, jurisdictional parameters: every number that a regulator can change is data, never code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from cocontrol.core.errors import Ambiguous, Fault, NotFound
from cocontrol.core.provenance import Status
from cocontrol.core.text import Text

NATIONAL = "100000"
"""The jurisdiction code that holds everywhere unless a narrower one is given."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of one parameter, for one span of time and one jurisdiction.

    `value` None means *unset*: the plan uses the word but writes no value (合理半径, 国家要求). It is
    never replaced by a default. Both dates are inclusive; None is open.
    """

    parameter_id: str
    value: Any
    unit: str
    effective_from: date | None
    effective_to: date | None
    jurisdiction: str
    source: str
    clause: str
    status: Status

    @property
    def is_set(self) -> bool:
        """Whether somebody has given a value."""
        return self.value is not None

    def holds_on(self, day: date) -> bool:
        """Whether `day` lies in the span of validity."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )

    def describe(self) -> str:
        """Value, unit, span, jurisdiction and source in one line."""
        span = f"{self.effective_from or '…'}–{self.effective_to or '…'}"
        return f"{self.value} {self.unit} [{span}, {self.jurisdiction}] {self.source} {self.clause} ({self.status})"


class ParameterSet:
    """Parameters that can be asked for by identifier, date and jurisdiction."""

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        self._by_id: dict[str, list[Parameter]] = {}
        for parameter in parameters:
            self._by_id.setdefault(parameter.parameter_id, []).append(parameter)

    def candidates(self, parameter_id: str) -> tuple[Parameter, ...]:
        """Every value ever given to the parameter."""
        return tuple(self._by_id.get(parameter_id, ()))

    def get(self, parameter_id: str, *, on: date, jurisdiction: str) -> Parameter:
        """The value in force: the narrowest jurisdiction that holds one on that day.

        A county asks its own value, then its city's, then its province's, then the national one.

        Raises
        ------
        NotFound
            No value holds there and then; the message lists every candidate.
        Ambiguous
            Two values hold in the same jurisdiction on the same day; the message lists them.
        """
        candidates = self.candidates(parameter_id)
        for place in jurisdictions_above(jurisdiction):
            holding = [p for p in candidates if p.jurisdiction == place and p.holds_on(on)]
            if len(holding) == 1:
                return holding[0]
            if holding:
                raise Ambiguous(_fault("parameter.ambiguous", parameter_id, on, jurisdiction, holding))
        raise NotFound(_fault("parameter.not_found", parameter_id, on, jurisdiction, candidates))


def jurisdictions_above(adcode: str) -> tuple[str, ...]:
    """The code itself, its city, its province and the nation, narrowest first, without repeats.

    Directly administered counties (``xx90xx``) belong to the province: GB/T 2260 gives them no city.
    """
    city = adcode[:4] + "00"
    chain = (
        [adcode, adcode[:2] + "0000", NATIONAL]
        if adcode[2:4] == "90"
        else [
            adcode,
            city,
            adcode[:2] + "0000",
            NATIONAL,
        ]
    )
    return tuple(dict.fromkeys(chain))


def _fault(rule: str, parameter_id: str, on: date, jurisdiction: str, candidates: Iterable[Parameter]) -> Fault:
    listed = "; ".join(p.describe() for p in candidates)
    reason = {
        "parameter.ambiguous": Text("参数有多个取值同时有效", "several values of the parameter hold at once"),
        "parameter.not_found": Text("该日期和地区没有有效的参数值", "no value of the parameter holds there and then"),
    }[rule]
    return Fault(
        rule,
        Text("{p}（{d}，{j}）：{r}", "{p} ({d}, {j}): {r}").format(p=parameter_id, d=on, j=jurisdiction, r=reason),
        allowed=Text("候选：{c}", "candidates: {c}").format(c=listed or "-"),
        remedy=Text("在参数表中设置取值、有效期和来源", "set a value with dates and source in the parameter table"),
    )
