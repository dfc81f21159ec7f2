"""Three-valued conditions: true, false, or unknown because a fact or a parameter is missing.

Conjunction and disjunction follow Kleene: a false part decides a conjunction and a true part a
disjunction, whatever is unknown beside it.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cocontrol.core.text import Text
from cocontrol.rules.labels import SIGNS, Words, parameter_label
from cocontrol.rules.templates import Condition


@dataclass(frozen=True, slots=True)
class Outcome:
    """`truth` None is unknown; `reasons` say why the condition is false or unknown."""

    truth: bool | None
    reasons: tuple[Text, ...] = ()


NO_VERSION = frozenset({"无", "none"})
"""How a register says that no catalogue lists the subject, which is not the same as not knowing."""

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def check(condition: Condition, row: Mapping[str, Any], parameters: Mapping[str, Any], words: Words) -> Outcome:
    """One condition on one row. A missing column, cell or parameter is unknown, never false.

    The reasons call columns and codes by the labels in `words`.
    """
    column, sign, wanted = condition
    name = wanted[1:] if isinstance(wanted, str) and wanted.startswith("$") else None
    value = parameters.get(name) if name else wanted
    if sign.startswith("$"):
        sign = parameters.get(sign[1:]) or "unset"
    if (name and value is None) or sign == "unset":
        unset = parameter_label(name or condition[1][1:])
        return Outcome(truth=None, reasons=(Text("参数“{p}”未设定", "parameter {p} is not set").format(p=unset),))
    fact = row.get(column)
    if fact is None or (isinstance(fact, float) and math.isnan(fact)):
        return Outcome(truth=None, reasons=(Text("缺少“{c}”", "{c} is missing").format(c=words.column(column)),))
    if sign == "same_version":
        return _version(words.column(column), str(fact), str(value))
    if _holds(sign, fact, value):
        return Outcome(truth=True)
    reason = Text("{c} = {f}，不满足 {s} {v}", "{c} = {f} is not {s} {v}").format(
        c=words.column(column), f=words.value(column, fact), s=SIGNS[sign], v=words.value(column, value)
    )
    return Outcome(truth=False, reasons=(reason,))


def _version(column: Text, fact: str, wanted: str) -> Outcome:
    """True under the wanted version, false where the record says 无; a record under another version proves nothing."""
    if fact == wanted:
        return Outcome(truth=True)
    if fact in NO_VERSION:
        return Outcome(truth=False, reasons=(Text("{c}：无", "{c}: none").format(c=column),))
    reason = Text("{c} 按“{f}”登记，判定要求“{v}”", "{c} is on record under {f}, {v} is wanted")
    return Outcome(truth=None, reasons=(reason.format(c=column, f=fact, v=wanted),))


def _holds(sign: str, fact: Any, value: Any) -> bool:
    if sign == "in":
        return fact in value
    if sign == "names_one_of":
        return any(name in str(fact) or str(fact) in name for name in value)
    if sign == "named_in":
        return any(part and part in str(value) for part in str(fact).split("；"))
    if sign == "within":
        return str(fact) in str(value) or str(value) in str(fact)
    return _COMPARE[sign](fact, value)


def all_of(outcomes: Iterable[Outcome]) -> Outcome:
    """Conjunction."""
    listed = list(outcomes)
    if false := [o for o in listed if o.truth is False]:
        return Outcome(truth=False, reasons=tuple(r for o in false for r in o.reasons))
    if unknown := [o for o in listed if o.truth is None]:
        return Outcome(truth=None, reasons=tuple(r for o in unknown for r in o.reasons))
    return Outcome(truth=True)


def any_of(outcomes: Iterable[Outcome]) -> Outcome:
    """Disjunction; of nothing it is true, so that a rule without alternatives is not held up."""
    listed = list(outcomes)
    if not listed or any(o.truth for o in listed):
        return Outcome(truth=True)
    if unknown := [o for o in listed if o.truth is None]:
        return Outcome(truth=None, reasons=tuple(r for o in unknown for r in o.reasons))
    return Outcome(truth=False, reasons=tuple(r for o in listed for r in o.reasons))
