"""What plans leave open, and the values that people set for it: rows that are withdrawn, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput, NotFound
from cocontrol.core.tables import Kind
from cocontrol.core.text import Text
from cocontrol.io.rule_inputs import read_parameters
from cocontrol.plans.compiling import RuleInstance
from cocontrol.reference import regions
from cocontrol.rules.parameters import (
    RULE_PARAMETER,
    STATUSES,
    GivenParameter,
    RuleParameters,
    as_written,
    given_parameter,
    open_parameters,
    overlaps,
    parameter_column,
    parameter_ids,
)
from cocontrol_web.accounts.models import User
from cocontrol_web.planning.models import PlanDocument, PlanParameter
from cocontrol_web.planning.parsing import coverage_of, rules_of

FIELDS = RULE_PARAMETER.column_names
DATES = ("effective_from", "effective_to")
NEEDED = ("parameter_id", "value", "jurisdiction", "source")
LENGTHS = {"parameter_id": 200, "value": 200, "unit": 40, "source": 300, "clause": 120}


@dataclass(frozen=True, slots=True)
class OpenParameter:
    """A parameter that rules of the plan need and that the plan gives no value for."""

    parameter_id: str
    template: str
    name: str
    word: str
    unit: str
    numeric: bool
    rules: tuple[RuleInstance, ...]
    narrower: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenWord:
    """A word of the plan without a definition, and the clauses that use it (id, start, end, words)."""

    word: str
    clauses: tuple[tuple[str, int, int, str], ...]


def open_parameters_of(document: PlanDocument) -> list[OpenParameter]:
    """The open parameters of a plan in the order of its rules, one for every name under which a value may stand."""
    groups: dict[str, list[tuple[RuleInstance, str, str]]] = {}
    for rule in rules_of(document):
        for name, word in open_parameters(rule.as_dict()).items():
            groups.setdefault(parameter_ids(rule.as_dict(), name)[1], []).append((rule, name, word))
    return [_open(identifier, listed) for identifier, listed in groups.items()]


def _open(identifier: str, listed: list[tuple[RuleInstance, str, str]]) -> OpenParameter:
    rule, name, _ = listed[0]
    column = parameter_column(rule.template, name)
    words = "、".join(dict.fromkeys(word for _, _, word in listed))
    narrower = tuple(parameter_ids(one.as_dict(), name)[0] for one, _, _ in listed) if len(listed) > 1 else ()
    return OpenParameter(
        identifier, rule.template, name, words, column.unit or "", column.kind in {Kind.NUMBER, Kind.INTEGER},
        tuple(one for one, _, _ in listed), narrower,
    )  # fmt: skip


def open_words_of(document: PlanDocument) -> list[OpenWord]:
    """Words without a definition in the clauses of the plan, the most used first; those of open parameters are left out."""
    found: dict[str, list[tuple[str, int, int, str]]] = {}
    for row in coverage_of(document).iter_rows(named=True):
        for word in filter(None, (row["undefined"] or "").split("、")):
            found.setdefault(word, []).append((row["clause_id"], row["start"], row["end"], row["words"]))
    taken = {word for one in open_parameters_of(document) for word in one.word.split("、")}
    kept = [OpenWord(word, tuple(clauses)) for word, clauses in found.items() if word not in taken]
    return sorted(kept, key=lambda one: (-len(one.clauses), one.word))


def active_parameters(document: PlanDocument) -> list[PlanParameter]:
    """The values that hold."""
    return list(document.parameters.filter(withdrawn_at__isnull=True))


def parameters_of(document: PlanDocument) -> RuleParameters:
    """The values that hold, as rules ask for them."""
    return RuleParameters(tuple(given_parameter(row.as_row()) for row in active_parameters(document)))


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a value as they are kept; raises `InvalidInput` with every field that cannot be."""
    faults = FaultCollector()
    made: dict[str, Any] = {name: str(given.get(name) or "").strip() for name in FIELDS}
    for name in NEEDED:
        if not made[name]:
            faults.add(_field_fault(name, "", Text("必填", "required")))
    for name, longest in LENGTHS.items():
        if len(made[name]) > longest:
            faults.add(
                _field_fault(name, made[name][:60], Text("至多 {n} 字", "at most {n} characters").format(n=longest))
            )
    for name in DATES:
        made[name] = _day(name, made[name], faults)
    if made["status"] not in STATUSES:
        faults.add(_field_fault("status", made["status"], Text("{c}", "{c}").format(c=" ".join(STATUSES))))
    try:
        regions.region(made["jurisdiction"] or "100000")
    except NotFound as error:
        faults.extend(error.faults)
    faults.raise_if_any()
    given_parameter(made)
    return made


def _day(name: str, written: str, faults: FaultCollector) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        faults.add(_field_fault(name, written[:40], Text("2025-12-31 这样的日期", "a day such as 2025-12-31")))
        return None


def _field_fault(name: str, value: str, allowed: Text) -> Fault:
    label = RULE_PARAMETER.column(name).label
    message = Text("“{n}”的值不可用", "this value of {n} cannot be used").format(n=label)
    return Fault("parameter.field", message, value=value, allowed=allowed)


@transaction.atomic
def set_value(
    document: PlanDocument, given: Mapping[str, Any], person: User, replaces: PlanParameter | None = None
) -> PlanParameter:
    """Write down a value, in place of an earlier one where that is given.

    Raises `InvalidInput` with every field that cannot be, or where another value holds at the same time.
    """
    row = PlanParameter(plan=document, person=person, person_name=person.username, replaces=replaces, **checked(given))
    if replaces is not None and replaces.is_active:
        replaces.withdraw(timezone.now(), person.username)
    _refuse_overlap(row)
    row.save()
    return row


@transaction.atomic
def toggle_value(row: PlanParameter, person: User) -> PlanParameter:
    """Take a value back (the one it replaced holds again), or let it hold again in place of the one that replaced it."""
    now = timezone.now()
    if row.is_active:
        row.withdraw(now, person.username)
        if row.replaces is not None and not row.replaces.is_active:
            _refuse_overlap(row.replaces)
            row.replaces.reinstate()
        return row
    for other in (*row.replaced_by.all(), *([row.replaces] if row.replaces else [])):
        if other.is_active:
            other.withdraw(now, person.username)
    _refuse_overlap(row)
    row.reinstate()
    return row


@transaction.atomic
def import_values(document: PlanDocument, path: Path, person: User) -> list[PlanParameter]:
    """Write down every row of a file of the table `rule_parameter`; rows that hold already are passed over.

    Raises `InvalidInput` with every fault of the file, or the rows that overlap values that hold.
    """
    known = [_as_dict(row) for row in active_parameters(document)]
    read = [one.as_dict() for one in read_parameters(path).given]
    given = [{**one, "value": as_written(one["value"])} for one in read]
    return [set_value(document, one, person) for one in given if _key(one) not in map(_key, known)]


def _as_dict(row: PlanParameter) -> dict[str, Any]:
    made = given_parameter(row.as_row()).as_dict()
    return {**made, "value": as_written(made["value"])}


def _key(one: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(one[name] if one[name] is not None else "") for name in FIELDS)


def _refuse_overlap(row: PlanParameter) -> None:
    others: Iterable[PlanParameter] = (
        other
        for other in row.plan.parameters.filter(parameter_id=row.parameter_id, withdrawn_at__isnull=True)
        if other.pk != row.pk
    )
    given: list[GivenParameter] = [given_parameter(one.as_row()) for one in (*others, row)]
    faults = [fault for fault, _origin in overlaps(given)]
    if faults:
        raise InvalidInput(*faults)
