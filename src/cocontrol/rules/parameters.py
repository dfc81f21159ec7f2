"""Values for what plans leave open: dated, jurisdictional rows, looked up by rule, day and place.

A parameter is named ``template.parameter`` (``heat_radius_consolidation.radius_km``); a target on an
indicator by its metric as well (``indicator_target.co2_per_gdp.value``). With a clause before it
(``T4.7:heat_radius_consolidation.radius_km``) it holds for that clause alone. The word of the plan
(``供热合理半径``) names it too, where a rule leaves one parameter open under that word. No default stands in.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations
from typing import Any

import polars as pl

from cocontrol.core.common_columns import ADCODE_PATTERN
from cocontrol.core.errors import Fault, InvalidInput, Location, NotFound
from cocontrol.core.parameters import Parameter, ParameterSet
from cocontrol.core.provenance import Status
from cocontrol.core.registers import TARGET_OPERATORS
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text, same
from cocontrol.core.units import factor
from cocontrol.core.validation import ORIGIN, Validated
from cocontrol.rules.registers import conditions_of, register_table
from cocontrol.rules.templates import template, templates

STATUSES = {
    Status.VERIFIED.value: Text("已核对原文", "checked against the source"),
    Status.RECALLED.value: Text("未核对", "not checked"),
}

RULE_PARAMETER = TABLES.declare(
    Table(
        name="rule_parameter",
        label=Text("规则参数", "rule parameters"),
        description=Text(
            "方案未写明的规则参数的取值：有效期、地区、来源和条款。同一参数在同一地区的有效期不得重叠。",
            "Values of rule parameters that plans leave open: span, jurisdiction, source and clause. Spans of one "
            "parameter in one jurisdiction may not overlap.",
        ),
        key=(),
        columns=(
            Column(
                "parameter_id",
                Kind.TEXT,
                Text("参数", "parameter"),
                Text(
                    "如 heat_radius_consolidation.radius_km，或方案用语如 供热合理半径",
                    "such as heat_radius_consolidation.radius_km, or the plan's word such as 供热合理半径",
                ),
                required=True,
            ),
            Column(
                "value",
                Kind.TEXT,
                Text("取值", "value"),
                Text("数值，或目录、边界的版本名称", "a number, or the name of a catalogue or boundary version"),
                required=True,
            ),
            Column(
                "unit",
                Kind.TEXT,
                Text("单位", "unit"),
                Text("取值的单位，如 km；文字取值为空", "unit of the value, such as km; empty for words"),
            ),
            Column(
                "effective_from",
                Kind.DATE,
                Text("生效日", "effective from"),
                Text("含；空为不限", "inclusive; open if empty"),
            ),
            Column(
                "effective_to",
                Kind.DATE,
                Text("失效日", "effective to"),
                Text("含；空为不限", "inclusive; open if empty"),
            ),
            Column(
                "jurisdiction",
                Kind.TEXT,
                Text("适用地区", "jurisdiction"),
                Text("行政区划代码，全国为 100000", "GB/T 2260 code, 100000 for the nation"),
                required=True,
                code_list="region",
                pattern=ADCODE_PATTERN,
            ),
            Column(
                "source",
                Kind.TEXT,
                Text("来源", "source"),
                Text("给出该值的文件", "the document that gives the value"),
                required=True,
            ),
            Column("clause", Kind.TEXT, Text("条款", "clause"), Text("文件中的位置", "the place in the document")),
            Column(
                "status",
                Kind.TEXT,
                Text("核对状态", "status"),
                Text("是否已与原文核对", "whether it was checked against the document"),
                required=True,
                allowed=STATUSES,
            ),
        ),
    )
)

_INDICATOR_KINDS = {"value": Kind.NUMBER, "base_year": Kind.INTEGER, "operator": Kind.TEXT}


def open_parameters(rule: Mapping[str, Any]) -> dict[str, str]:
    """Parameters of a rule instance that somebody has to set, each with the word of the plan.

    A target whose value is given elsewhere has no operator either: it has to be set along with the value.
    """
    made = dict(rule.get("missing") or {})
    if rule["template"] == "indicator_target" and "value" in made and not rule["parameters"].get("operator"):
        made["operator"] = made["value"]
    return made


def parameter_stem(rule: Mapping[str, Any]) -> str:
    """The name under which values for every such rule stand; a target is told apart by its metric."""
    if rule["template"] == "indicator_target":
        return f"indicator_target.{rule['parameters'].get('metric')}"
    return str(rule["template"])


def parameter_ids(rule: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The names under which a parameter of a rule may be set, narrowest first; see the module."""
    stem, opened = parameter_stem(rule), open_parameters(rule)
    word = opened.get(name)
    alone = word is not None and list(opened.values()).count(word) == 1
    return (f"{rule['clause_id']}:{stem}.{name}", f"{stem}.{name}", *([word] if word and alone else []))


def parameter_column(template_id: str, name: str) -> Column:
    """What a value of the parameter may be: that of the register column it is held against, else any text."""
    kind = template(template_id)
    if kind.kind == "indicator":
        allowed = TARGET_OPERATORS if name == "operator" else {}
        return Column(name, _INDICATOR_KINDS.get(name, Kind.TEXT), same(name), same(name), allowed=allowed)
    for column, _sign, wanted in conditions_of(kind):
        if wanted == f"${name}":
            return register_table(kind.register).column(column)
    return Column(name, Kind.TEXT, same(name), same(name))


def _of_id(parameter_id: str) -> Column | None:
    """The column behind a parameter's full name; None for a word of a plan or an unknown name."""
    stem, _, name = parameter_id.rpartition(":")[2].rpartition(".")
    head = stem.partition(".")[0]
    return parameter_column(head, name) if head in templates() else None


def typed_value(parameter_id: str, written: str, unit: str | None, column: Column | None) -> tuple[Any, str]:
    """The value in the type and unit of its column, and that unit; words stay words.

    Raises
    ------
    InvalidInput
        A number is wanted and none is written, its unit is missing or measures something else, or it is out of range.
    """
    text = written.strip()
    if column is None or column.kind not in {Kind.NUMBER, Kind.INTEGER}:
        if column is not None and column.allowed and text not in column.allowed:
            raise InvalidInput(_wrong(parameter_id, text, Text("{c}", "{c}").format(c="、".join(column.allowed))))
        return text, (unit or "").strip()
    try:
        number = float(text.replace(",", "").replace("−", "-"))
    except ValueError as error:
        raise InvalidInput(_wrong(parameter_id, text, Text("数字", "a number"))) from error
    number, shown = _in_unit(parameter_id, number, (unit or "").strip(), column)
    low, high = column.minimum, column.maximum
    if not (math.isfinite(number) and (low is None or number >= low) and (high is None or number <= high)):
        span = Text("{a} 至 {b}", "{a} to {b}").format(a="" if low is None else low, b="" if high is None else high)
        raise InvalidInput(_wrong(parameter_id, text, span))
    return (int(number) if column.kind is Kind.INTEGER and number.is_integer() else number), shown


def _in_unit(parameter_id: str, number: float, unit: str, column: Column) -> tuple[float, str]:
    if column.unit is None:
        return number, unit
    if not unit:
        allowed = Text("可换算为 {u} 的单位", "a unit that converts to {u}").format(u=column.unit)
        message = Text("参数“{p}”的取值没有单位", "the value of {p} has no unit").format(p=parameter_id)
        raise InvalidInput(Fault("parameter.unit", message, value=f"{number:g}", allowed=allowed))
    return number * factor(unit, column.unit), column.unit


def _wrong(parameter_id: str, value: str, allowed: Text) -> Fault:
    message = Text("参数“{p}”的取值不可用", "this value of {p} cannot be used").format(p=parameter_id)
    return Fault("parameter.value", message, value=value, allowed=allowed)


@dataclass(frozen=True, slots=True)
class GivenParameter:
    """A parameter with the place it was read from."""

    parameter: Parameter
    origin: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for a verdict."""
        p = self.parameter
        return {
            "parameter_id": p.parameter_id, "value": p.value, "unit": p.unit,
            "effective_from": p.effective_from and p.effective_from.isoformat(),
            "effective_to": p.effective_to and p.effective_to.isoformat(),
            "jurisdiction": p.jurisdiction, "source": p.source, "clause": p.clause, "status": p.status.value,
            "origin": self.origin,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleParameters:
    """Every value that somebody set, as a set that can be asked and with the origin of each."""

    given: tuple[GivenParameter, ...] = ()
    asked: ParameterSet = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "asked", ParameterSet(g.parameter for g in self.given))

    def find(self, parameter_id: str, *, on: date, jurisdiction: str) -> GivenParameter:
        """The row in force; raises as `ParameterSet.get` does."""
        found = self.asked.get(parameter_id, on=on, jurisdiction=jurisdiction)
        return next(g for g in self.given if g.parameter is found)

    def names(self) -> frozenset[str]:
        """Every parameter that has a row."""
        return frozenset(g.parameter.parameter_id for g in self.given)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What is known of the open parameters of a rule at one day and place."""

    values: Mapping[str, Any]
    rows: Mapping[str, GivenParameter]
    unset: Mapping[str, str]


def resolve(rule: Mapping[str, Any], parameters: RuleParameters, *, on: date, jurisdiction: str) -> Resolved:
    """Values in force for the open parameters of a rule; those without one are `unset` with the plan's word.

    Raises
    ------
    Ambiguous
        Two values hold at once in one jurisdiction.
    InvalidInput
        A value set under the plan's word is of no use to this rule.
    """
    rows: dict[str, GivenParameter] = {}
    unset: dict[str, str] = {}
    for name, word in open_parameters(rule).items():
        found = _first(parameters, parameter_ids(rule, name), on, jurisdiction)
        if found is None:
            unset[name] = word
        else:
            rows[name] = found
    values = {name: _value(rule, name, row) for name, row in rows.items()}
    return Resolved(values, rows, unset)


def _value(rule: Mapping[str, Any], name: str, row: GivenParameter) -> Any:
    """The value as the template needs it: a row named by the plan's word is typed only once its rule is known."""
    p = row.parameter
    try:
        return typed_value(p.parameter_id, str(p.value), p.unit, parameter_column(rule["template"], name))[0]
    except InvalidInput as error:
        place = Location(file=row.origin or None)
        raise InvalidInput(*(replace(fault, location=place) for fault in error.faults)) from error


def _first(parameters: RuleParameters, names: Iterable[str], on: date, jurisdiction: str) -> GivenParameter | None:
    for name in names:
        if parameters.asked.candidates(name):
            try:
                return parameters.find(name, on=on, jurisdiction=jurisdiction)
            except NotFound:
                continue
    return None


def rule_parameters(validated: Validated) -> RuleParameters:
    """The parameters of a validated table `rule_parameter`.

    Raises
    ------
    InvalidInput
        Every fault of the table, every value that its rule cannot use, spans that end before they begin or overlap;
        each with its place in the file.
    """
    faults = list(validated.errors)
    given: list[GivenParameter] = []
    for row in validated.frame.iter_rows(named=True) if not faults else ():
        try:
            given.append(given_parameter(row))
        except InvalidInput as error:
            faults += [_placed(fault, validated, row[ORIGIN]) for fault in error.faults]
    faults += [_placed(fault, validated, origin) for fault, origin in overlaps(given)]
    if faults:
        raise InvalidInput(*faults)
    return RuleParameters(tuple(given))


def given_parameter(row: Mapping[str, Any]) -> GivenParameter:
    """A row of the table `rule_parameter` as a parameter; raises `InvalidInput` as `typed_value` does."""
    begins, ends = row["effective_from"], row["effective_to"]
    if begins is not None and ends is not None and ends < begins:
        message = Text("失效日早于生效日", "the value ends before it begins")
        raise InvalidInput(Fault("parameter.span", message, value=f"{begins} – {ends}"))
    name = str(row["parameter_id"]).strip()
    value, unit = typed_value(name, str(row["value"]), row["unit"], _of_id(name))
    parameter = Parameter(
        name, value, unit, begins, ends, str(row["jurisdiction"]), str(row["source"]), row["clause"] or "",
        Status(row["status"]),
    )  # fmt: skip
    return GivenParameter(parameter, str(row.get(ORIGIN) or ""))


def overlaps(given: Iterable[GivenParameter]) -> Iterator[tuple[Fault, str]]:
    """A fault, with the origin of the later row, for every two rows of one parameter that hold at once."""
    groups: dict[tuple[str, str], list[GivenParameter]] = {}
    for one in given:
        groups.setdefault((one.parameter.parameter_id, one.parameter.jurisdiction), []).append(one)
    for listed in groups.values():
        for one, other in combinations(listed, 2):
            if _meet(one.parameter, other.parameter):
                yield _overlap(one, other), other.origin


def _meet(one: Parameter, other: Parameter) -> bool:
    first, last = date.min, date.max
    begins = max(one.effective_from or first, other.effective_from or first)
    return begins <= min(one.effective_to or last, other.effective_to or last)


def _overlap(one: GivenParameter, other: GivenParameter) -> Fault:
    return Fault(
        "parameter.overlap",
        Text("参数“{p}”在同一地区有两个取值同时有效", "two values of {p} hold at once in one jurisdiction").format(
            p=other.parameter.parameter_id
        ),
        value=other.parameter.describe(),
        allowed=Text("另一行：{o} {d}", "the other row: {o} {d}").format(o=one.origin, d=one.parameter.describe()),
        remedy=Text("给先前的取值填上失效日，或删去一行", "let the earlier value end, or remove one of the rows"),
    )


def _placed(fault: Fault, validated: Validated, origin: str) -> Fault:
    digits = origin.rpartition("!")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    row = int(digits) if digits.isdecimal() else None
    cell = f"{letter}{row}" if row and (letter := validated.letters.get("value")) else None
    column = RULE_PARAMETER.column("value").label.zh
    place = Location(validated.file, validated.sheet, row, column, cell)
    return replace(fault, location=place)


def parameter_frame(given: Iterable[GivenParameter]) -> pl.DataFrame:
    """The parameters as the table `rule_parameter`, values as text."""
    rows = [{**one.as_dict(), "value": as_written(one.parameter.value)} for one in given]
    return pl.DataFrame(rows, schema=dict.fromkeys(RULE_PARAMETER.column_names, pl.String))


def as_written(value: Any) -> str:
    """A value as people write it."""
    return f"{value:.10g}" if isinstance(value, float) else str(value)
