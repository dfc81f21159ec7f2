"""Obligations with a date: not broken before the day by which they are due, none before the day they begin.

A verdict holds for the close of its day: on the day of the deadline itself the matter has to be done.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from cocontrol.core.text import Text
from cocontrol.core.verdicts import VerdictValue
from cocontrol.rules.templates import Template

DEADLINE = "deadline"
BEGINS = "begins"
_BREACHES = frozenset({VerdictValue.VIOLATION, VerdictValue.NOT_MET})


def postponement(kind: Template, known: Mapping[str, Any], as_of: date) -> Text | None:
    """Why nothing can be broken yet on that day, with the day that counts; None where the rule is due.

    Parameters
    ----------
    known : the parameters of the rule; `deadline` and `begins` are ISO 8601 dates, a rule without deadline but with
        a `target_year` is due at the end of that year.
    """
    begins, due = _date(known.get(BEGINS)), due_day(kind, known)
    if begins is not None and as_of < begins:
        return Text("自 {d} 起施行，判定日尚未施行", "in force from {d}, not yet on the day of judgement").format(
            d=begins
        )
    if due is not None and as_of < due:
        return Text("期限为 {d}，判定日尚未到期", "due by {d}, not yet due on the day of judgement").format(d=due)
    return None


def due_day(kind: Template, known: Mapping[str, Any]) -> date | None:
    """The last day on which the matter may still be open; None for a standing rule and one without a deadline."""
    if kind.standing:
        return None
    year = known.get("target_year")
    return _date(known.get(DEADLINE)) or (date(int(year), 12, 31) if year else None)


def deferred(value: VerdictValue, early: Text | None) -> VerdictValue:
    """What a verdict comes to where `early` says that the rule is not due: a breach is none yet."""
    return VerdictValue.NOT_YET_DUE if early is not None and value in _BREACHES else value


def _date(written: Any) -> date | None:
    return date.fromisoformat(written) if written else None
