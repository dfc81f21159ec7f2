"""The measure catalogue: measures, their numbers with sources, and what is wrong with a catalogue of the user's own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput, Location, NotFound
from cocontrol.core.pollutants import codes
from cocontrol.core.raw import raw_table
from cocontrol.core.tables import Table
from cocontrol.core.text import Text, same
from cocontrol.core.units import factor as unit_factor
from cocontrol.core.validation import ORIGIN, validate
from cocontrol.measures.catalogue_tables import (
    ENERGY_PRICE,
    MEASURE,
    MEASURE_NUMBER,
    NO_SUBJECT,
    PARAMETERS,
    MeasureKind,
    unit_of,
)
from cocontrol.reference.categories import ancestors, categories
from cocontrol.reference.fuels import fuels

ELECTRICITY = "electricity"
"""The carrier whose emission arises elsewhere: it never replaces a fuel row, only adds to the indirect emission."""

_LIST = re.compile(r"[;；,，、|\s]+")


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a measure with where it comes from; `status` follows it into every result."""

    value: float
    lower: float | None
    upper: float | None
    basis: str | None
    source: str
    clause: str | None
    status: str
    note: str | None


@dataclass(frozen=True, slots=True)
class CatalogueMeasure:
    """A measure of the catalogue. `numbers` is keyed (parameter, subject)."""

    measure_id: str
    label: Text
    kind: MeasureKind
    stage: str | None
    categories: tuple[str, ...]
    fuels: tuple[str, ...]
    target_fuel: str | None
    activity_unit: str
    incompatible: frozenset[str]
    requires: frozenset[str]
    source: str
    note: str | None
    numbers: Mapping[tuple[str, str], Number] = field(default_factory=dict)

    def number(self, parameter: str, subject: str = NO_SUBJECT) -> float | None:
        """The value of a number, None where the catalogue has none."""
        found = self.numbers.get((parameter, subject))
        return None if found is None else found.value

    def value(self, parameter: str, otherwise: float) -> float:
        """The value of a number whose absence means that the measure leaves the matter as it is."""
        found = self.number(parameter)
        return otherwise if found is None else found

    def by_subject(self, parameter: str) -> dict[str, float]:
        """The values of a parameter by pollutant."""
        return {subject: number.value for (name, subject), number in self.numbers.items() if name == parameter}

    def applies_to(self, category: str, fuel: str | None, unit: str) -> bool:
        """Whether the measure can act on an activity of that category, fuel and unit."""
        if unit != self.activity_unit or (self.fuels and fuel not in self.fuels):
            return False
        return bool({category, *ancestors(category)} & set(self.categories))

    @property
    def status(self) -> str:
        """The weakest status among its numbers, ``verified`` for none."""
        order = ("verified", "declared", "recalled", "synthetic")
        return max((number.status for number in self.numbers.values()), key=order.index, default="verified")


@dataclass(frozen=True, slots=True)
class Price:
    """The price of a carrier, CNY per unit of activity (electricity: per MWh)."""

    value: float
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Measures by identifier and energy prices by carrier."""

    measures: Mapping[str, CatalogueMeasure]
    prices: Mapping[str, Price] = field(default_factory=dict)

    def get(self, measure_id: str) -> CatalogueMeasure:
        """The measure of that identifier; `NotFound` lists what there is."""
        if measure_id not in self.measures:
            raise NotFound(
                Fault(
                    "measures.unknown",
                    Text("目录中没有这项措施", "the catalogue has no such measure"),
                    value=measure_id,
                    allowed=same(", ".join(self.measures)),
                )
            )
        return self.measures[measure_id]

    def with_numbers(self, numbers: pl.DataFrame) -> Catalogue:
        """The catalogue with these numbers (`MEASURE_NUMBER`) added; a number given again replaces the old one.

        Raises
        ------
        InvalidInput
            A number of a measure that is not there, or one outside its range.
        """
        faults = FaultCollector()
        given = _numbers(numbers, {name: one.activity_unit for name, one in self.measures.items()}, faults)
        faults.raise_if_any()
        return replace(
            self,
            measures={
                name: replace(measure, numbers={**measure.numbers, **given.get(name, {})})
                for name, measure in self.measures.items()
            },
        )

    def with_prices(self, prices: pl.DataFrame) -> Catalogue:
        """The catalogue with these energy prices (`ENERGY_PRICE`) added; `InvalidInput` for what is no fuel."""
        carriers = {*fuels()["fuel_code"], ELECTRICITY}
        unknown = [row for row in prices.iter_rows(named=True) if row["carrier"] not in carriers]
        if unknown:
            raise InvalidInput(*(_unknown(row, "carrier", row["carrier"]) for row in unknown))
        made = {row["carrier"]: Price(row["price"], row["source"], row["status"]) for row in prices.to_dicts()}
        return replace(self, prices={**self.prices, **made})


def make_catalogue(measures: pl.DataFrame, numbers: pl.DataFrame) -> Catalogue:
    """A catalogue from validated tables `MEASURE` and `MEASURE_NUMBER`.

    Raises
    ------
    InvalidInput
        Every fault across the tables: unknown category, fuel, pollutant or measure, a device without stage, a change
        of fuel without new fuel, a number outside its range; each with its row.
    """
    faults = FaultCollector()
    known = set(measures["measure_id"])
    given = _numbers(numbers, dict(measures.select("measure_id", "activity_unit").iter_rows()), faults)
    made = {}
    for row in measures.iter_rows(named=True):
        faults.extend(_row_faults(row, known))
        made[row["measure_id"]] = _measure(row, given.get(row["measure_id"], {}))
    faults.raise_if_any()
    return Catalogue(made)


def _measure(row: Mapping[str, Any], numbers: Mapping[tuple[str, str], Number]) -> CatalogueMeasure:
    return CatalogueMeasure(
        row["measure_id"],
        Text(row["name_zh"], row["name_en"] or row["name_zh"]),
        MeasureKind(row["kind"]),
        row["stage"],
        _listed(row["categories"]),
        _listed(row["fuels"]),
        row["target_fuel"],
        row["activity_unit"],
        frozenset(_listed(row["incompatible"])),
        frozenset(_listed(row["requires"])),
        row["source"],
        row["note"],
        numbers,
    )


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(part for part in _LIST.split(text or "") if part)


def _numbers(
    table: pl.DataFrame, activity_units: Mapping[str, str], faults: FaultCollector
) -> dict[str, dict[tuple[str, str], Number]]:
    """The numbers by measure, those with a unit of their own in the unit of their parameter."""
    made: dict[str, dict[tuple[str, str], Number]] = {}
    for given in table.iter_rows(named=True):
        try:
            row = _in_own_unit(given, activity_units.get(given["measure_id"]))
        except InvalidInput as error:
            faults.extend(error.faults)
            continue
        found = list(_number_faults(row, set(activity_units)))
        faults.extend(found)
        if not found:
            number = Number(*(row[entry.name] for entry in fields(Number)))
            made.setdefault(row["measure_id"], {})[row["parameter"], row["subject"]] = number
    return made


def _in_own_unit(row: dict[str, Any], activity_unit: str | None) -> dict[str, Any]:
    """The row with value and range in the unit of its parameter; `InvalidInput` where the given unit is another thing."""
    unit = row.get("unit")
    if unit is None or activity_unit is None:
        return row
    target = unit_of(row["parameter"], activity_unit)
    try:
        scale = unit_factor(unit, target)
    except InvalidInput as error:
        message = Text("单位不能换算为 {u}", "the unit does not convert to {u}").format(u=target)
        remedy = Text("改用该单位，或留空", "use that unit, or leave it empty")
        raise InvalidInput(Fault("measures.unit", message, _place(row, "unit"), value=unit, remedy=remedy)) from error
    # 95 % is 0.95, not 0.9500000000000001: what people wrote has no more than twelve digits.
    ends = {
        name: None if row[name] is None else float(f"{row[name] * scale:.12g}") for name in ("value", "lower", "upper")
    }
    return row if scale == 1.0 else {**row, **ends}


def _place(row: Mapping[str, Any], column: str) -> Location:
    """The row of a cell in its file and sheet; empty for a table that came from no file."""
    file, *sheet, cell = ["", *str(row.get(ORIGIN) or "").split("!")][-3:]
    number = "".join(character for character in cell if character.isdigit())
    named = [part for part in (file, *sheet) if part]
    return Location(
        file=named[0] if named else None,
        sheet=named[1] if len(named) > 1 else None,
        row=int(number) if number else None,
        column=column,
    )


def _number_faults(row: Mapping[str, Any], known: set[str]) -> Iterator[Fault]:
    if row["measure_id"] not in known:
        yield Fault(
            "measures.number_of_unknown",
            Text("措施目录中没有这项措施", "the catalogue has no such measure"),
            _place(row, "measure_id"),
            value=row["measure_id"],
            remedy=Text("先在措施目录中加上", "add it to the catalogue first"),
        )
    entry = PARAMETERS[row["parameter"]]
    allowed = set(codes()) if entry.subject else {NO_SUBJECT}
    if row["subject"] not in allowed:
        yield Fault(
            "measures.subject",
            Text("{p} 的对象不对", "the subject does not fit {p}").format(p=entry.label),
            _place(row, "subject"),
            value=row["subject"],
            allowed=Text("污染物代码", "a pollutant code") if entry.subject else same(NO_SUBJECT),
        )
    low, high = entry.lowest, entry.highest
    if (low is not None and row["value"] < low) or (high is not None and row["value"] > high):
        yield Fault(
            "measures.value",
            Text("数值超出 {p} 的范围", "the value is outside the range of {p}").format(p=entry.label),
            _place(row, "value"),
            value=f"{row['value']:g}",
            allowed=same(f"{'-∞' if low is None else low} … {'∞' if high is None else high} {entry.unit}"),
        )


def _row_faults(row: Mapping[str, Any], known: set[str]) -> Iterator[Fault]:
    known_categories, known_fuels = set(categories()["category"]), set(fuels()["fuel_code"])
    lists = {
        "categories": known_categories,
        "fuels": known_fuels,
        "target_fuel": known_fuels,
        "incompatible": known,
        "requires": known,
    }
    for column, allowed in lists.items():
        for value in _listed(row[column]):
            if value not in allowed:
                yield _unknown(row, column, value)
    if row["kind"] == MeasureKind.END_OF_PIPE and row["stage"] is None:
        yield _lacking(row, "stage", Text("末端治理措施须有治理环节", "a measure at the end of pipe needs a stage"))
    if row["kind"] == MeasureKind.FUEL and row["target_fuel"] is None:
        yield _lacking(row, "target_fuel", Text("燃料替代须有新燃料", "a change of fuel needs the new fuel"))


def _unknown(row: Mapping[str, Any], column: str, value: str) -> Fault:
    return Fault(
        f"measures.{column}",
        Text("没有这个代码", "there is no such code"),
        _place(row, column),
        value=value,
        remedy=Text("用 cocontrol reference 查代码", "look it up with cocontrol reference"),
    )


def _lacking(row: Mapping[str, Any], column: str, message: Text) -> Fault:
    return Fault(f"measures.{column}_absent", message, _place(row, column), value=row["measure_id"])


@cache
def built_in_catalogue() -> Catalogue:
    """The catalogue that ships: the measures of the plans and their physical numbers, without costs."""
    return make_catalogue(shipped(MEASURE, "measures.csv"), shipped(MEASURE_NUMBER, "measure_numbers.csv"))


@cache
def demonstration_catalogue() -> Catalogue:
    """The built-in catalogue with invented costs and prices, each of status ``synthetic``: to try the tools, not to plan.

    Measures for which no cost was invented stay without one.
    """
    costs, prices = shipped(MEASURE_NUMBER, "synthetic_costs.csv"), shipped(ENERGY_PRICE, "synthetic_prices.csv")
    return built_in_catalogue().with_numbers(costs).with_prices(prices)


def shipped(table: Table, name: str) -> pl.DataFrame:
    """A data file of this package, validated against its declaration."""
    content = (files("cocontrol.measures") / "data" / name).read_bytes()
    grid = pl.read_csv(content, infer_schema=False, has_header=False)
    found = validate(table, raw_table(grid, file=name, sha256=hashlib.sha256(content).hexdigest()))
    found.raise_if_any()
    return found.frame


def measure_table(catalogue: Catalogue) -> pl.DataFrame:
    """One row per measure for people: identity, what it acts on, removal in words, cost state.

    `status` is the weakest of its numbers, null for a measure without any: the catalogue then only names it.
    """
    return pl.DataFrame([_shown(measure) for measure in catalogue.measures.values()], schema=MEASURE_LIST_SCHEMA)


MEASURE_LIST_SCHEMA = {
    **dict.fromkeys(
        ("measure_id", "name_zh", "name_en", "kind", "stage", "categories", "fuels", "target_fuel", "activity_unit"),
        pl.String,
    ),
    "activity_multiplier": pl.Float64,
    "max_application": pl.Float64,
    "removal": pl.String,
    "electricity_use": pl.Float64,
    "fuel_penalty": pl.Float64,
    "investment": pl.Float64,
    "operating_cost": pl.Float64,
    "lifetime": pl.Float64,
    "all_in_cost": pl.Float64,
    "removal_cost": pl.String,
    "cost_known": pl.Boolean,
    "status": pl.String,
    "source": pl.String,
}


def _shown(measure: CatalogueMeasure) -> dict[str, Any]:
    removal = "; ".join(f"{name} {value:.0%}" for name, value in measure.by_subject("removal").items())
    by_tonne = "; ".join(f"{name} {value:,.0f} CNY/t" for name, value in measure.by_subject("removal_cost").items())
    plain = ("activity_multiplier", "max_application", "electricity_use", "fuel_penalty")
    costs = ("investment", "operating_cost", "lifetime", "all_in_cost")
    return {
        "measure_id": measure.measure_id,
        "name_zh": measure.label.zh,
        "name_en": measure.label.en,
        "kind": measure.kind.value,
        "stage": measure.stage,
        "categories": ";".join(measure.categories),
        "fuels": ";".join(measure.fuels) or None,
        "target_fuel": measure.target_fuel,
        "activity_unit": measure.activity_unit,
        **{name: measure.number(name) for name in (*plain, *costs)},
        "removal": removal or None,
        "removal_cost": by_tonne or None,
        "cost_known": cost_is_known(measure),
        "status": measure.status if measure.numbers else None,
        "source": measure.source,
    }


def cost_is_known(measure: CatalogueMeasure) -> bool:
    """Whether the measure has its own cost: a whole cost, one per tonne removed, or investment, operation and lifetime."""
    parts = ("investment", "operating_cost", "lifetime")
    whole = measure.number("all_in_cost") is not None
    return whole or bool(measure.by_subject("removal_cost")) or all(measure.number(name) is not None for name in parts)


def number_table(measures: Iterable[CatalogueMeasure]) -> pl.DataFrame:
    """Every number with its unit, source and status, keyed (`measure_id`, `parameter`, `subject`)."""
    rows = [
        {
            "measure_id": measure.measure_id,
            "parameter": parameter,
            "subject": subject,
            "unit": unit_of(parameter, measure.activity_unit),
            **{entry.name: getattr(number, entry.name) for entry in fields(Number)},
        }
        for measure in measures
        for (parameter, subject), number in measure.numbers.items()
    ]
    text = ("measure_id", "parameter", "subject", "unit", "basis", "source", "clause", "status", "note")
    order = ("measure_id", "parameter", "subject", "value", "unit", "lower", "upper", "basis", "source", "clause")
    return pl.DataFrame(
        rows, schema={name: pl.String if name in text else pl.Float64 for name in (*order, "status", "note")}
    )


def require_known_costs(measures: Iterable[CatalogueMeasure]) -> None:
    """Raise `InvalidInput` naming every measure whose cost is unknown: unknown is not zero."""
    lacking = [measure for measure in measures if not cost_is_known(measure)]
    if lacking:
        raise InvalidInput(
            *(
                Fault(
                    "measures.cost_unknown",
                    Text("{m} 的费用未知，不能参加优化", "the cost of {m} is unknown: it cannot be optimised").format(
                        m=measure.label
                    ),
                    value=measure.measure_id,
                    remedy=Text(
                        "在措施参数表给出 investment、operating_cost、lifetime（或 removal_cost、all_in_cost）",
                        "give investment, operating_cost and lifetime (or removal_cost, or all_in_cost) in the numbers",
                    ),
                )
                for measure in lacking
            )
        )
