"""Published costs: figures as printed → yuan of one year per unit of a measure, by declared formulas with their lineage.

Every figure keeps its own unit, currency, price year, source and status. A formula of figures (products, quotients, sums)
gives a cost number; its unit is checked, and its status is the weakest of all that went into it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import prod
from typing import Any

import pint
import polars as pl

from cocontrol.core import units
from cocontrol.core.errors import Fault, InvalidInput, NotFound
from cocontrol.core.text import Text
from cocontrol.core.validation import ORIGIN, frame_schema
from cocontrol.measures.catalogue import Catalogue, built_in_catalogue, cost_is_known, shipped
from cocontrol.measures.catalogue_tables import ENERGY_PRICE, MEASURE_NUMBER, PARAMETERS
from cocontrol.measures.published_tables import COST_FIGURE, PRICE_YEAR, PUBLISHED_COST, PUBLISHED_PRICE

BASE_YEAR = 2024
"""The year whose yuan all published costs are brought into."""

CURRENCIES = ("CNY", "USD", "EUR")

_STATUS_ORDER = ("verified", "declared", "recalled", "synthetic")

_WORD = re.compile(r"[A-Z0-9_]+|[*/+-]")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a number rests on: a figure, an exchange rate, or a change of prices."""

    name: str
    label: Text
    value: float
    lower: float | None
    upper: float | None
    unit: str
    price_year: int | None
    source: str
    clause: str | None
    status: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Derived:
    """A number made of figures: its value with range, what it rests on, the formula filled with numbers, its status.

    `lower` and `upper` are the ends over all ends of its figures, each figure alike wherever it stands in the formula;
    None where no figure has a range.
    """

    value: float
    lower: float | None
    upper: float | None
    unit: str
    lines: tuple[Line, ...]
    words: str
    status: str
    note: str | None

    @property
    def sources(self) -> str:
        """The documents of the figures in money (of all figures where none is in money), parted by semicolons."""
        money = [line for line in self.lines if line.price_year is not None and line.name in cost_figures()]
        return "; ".join(dict.fromkeys(line.source for line in money or self.lines))


@cache
def cost_figure_table() -> pl.DataFrame:
    """Every figure (`COST_FIGURE`), those for ranking too."""
    return shipped(COST_FIGURE, "cost_figures.csv")


@cache
def cost_figures() -> Mapping[str, Line]:
    """The figures by identifier."""
    return {
        row["figure_id"]: Line(
            row["figure_id"], Text(row["technology_zh"], row["technology_en"]), row["value"], row["lower"],
            row["upper"], row["unit"], row["price_year"], row["source"], row["clause"], row["status"], row["note"],
        )
        for row in cost_figure_table().iter_rows(named=True)
    }  # fmt: skip


@cache
def _years() -> Mapping[int, Mapping[str, Any]]:
    return {row["year"]: row for row in shipped(PRICE_YEAR, "price_years.csv").iter_rows(named=True)}


def _year(year: int) -> Mapping[str, Any]:
    if year not in _years():
        message = Text("没有该年的汇率和物价", "there is no exchange rate nor price index of the year")
        raise NotFound(Fault("costs.year", message, value=str(year)))
    return _years()[year]


def currency_of(unit: str) -> str | None:
    """The currency in a unit, None where it is no money."""
    return next((name for name in CURRENCIES if name in unit), None)


def exchange(currency: str, year: int) -> Line | None:
    """Yuan per unit of the currency in the yearly average (EUR by way of USD); None for the yuan itself."""
    if currency == "CNY":
        return None
    row = _year(year)
    value = row["cny_per_usd"] if currency == "USD" else row["cny_per_usd"] / row["eur_per_usd"]
    label = Text("{y} 年汇率", "exchange rate of {y}").format(y=year)
    unit = f"CNY/{currency}"
    return Line(
        f"FX_{currency}_{year}", label, value, None, None, unit, year, row["rate_source"], None, row["rate_status"]
    )


def price_index(year: int) -> Line | None:
    """Consumer prices of China in the base year over those in `year`: Π (1 + inflation); None for the base year."""
    if year == BASE_YEAR:
        return None
    early, late = sorted((year, BASE_YEAR))
    between = [_year(one) for one in range(early + 1, late + 1)]
    chained = prod(1.0 + row["inflation"] / 100.0 for row in between)
    sources = "; ".join(dict.fromkeys(row["inflation_source"] for row in between))
    label = Text("物价 {y}→{b}", "prices {y}→{b}").format(y=year, b=BASE_YEAR)
    value = chained if year < BASE_YEAR else 1.0 / chained
    return Line(f"CPI_{year}_{BASE_YEAR}", label, value, None, None, "1", None, sources, None, _weakest(
        [row["inflation_status"] for row in between]
    ))  # fmt: skip


def _weakest(statuses: Sequence[str]) -> str:
    return max(statuses, key=_STATUS_ORDER.index)


def derive(formula: str, target: str, note: str | None = None) -> Derived:
    """The number that a formula gives, in unit `target` (yuan of `BASE_YEAR`).

    Terms parted by ``+`` and ``-``; each a product (``*``) and quotient (``/``) of figure identifiers, from left to
    right. Money: × exchange rate of the price year × prices of the base year over those of the price year.

    Raises
    ------
    NotFound
        A figure that is not there, or a year without rate.
    InvalidInput
        The formula does not give a number of that unit.
    """
    terms, words, lines = list[_Term](), list[str](), dict[str, Line]()
    for sign, factors in _terms(formula):
        scale, unit, written = (1.0 if sign == "+" else -1.0), units.registry().Quantity(1.0, "dimensionless"), []
        for operator, name in factors:
            figure = _figure(name)
            more = _money_lines(figure)
            lines |= {line.name: line for line in (figure, *more)}
            rates = prod(line.value for line in more)
            scale = scale * rates if operator == "*" else scale / rates
            unit = unit * _size(figure.unit) if operator == "*" else unit / _size(figure.unit)
            written.append(f"{'×' if operator == '*' else '÷'} {_written(figure, more)}")
        terms.append(_Term(scale * _ratio(unit, target, formula), tuple(factors)))
        words.append(f"{sign} {' '.join(written).removeprefix('× ')}")
    ends = _ends(terms, [cost_figures()[name] for name in lines if name in cost_figures()])
    said = " ".join(words).removeprefix("+ ")
    return Derived(*ends, target, tuple(lines.values()), said, _weakest([line.status for line in lines.values()]), note)


@dataclass(frozen=True, slots=True)
class _Term:
    """A product of figures, with the factor that brings units, rates and sign in."""

    scale: float
    factors: tuple[tuple[str, str], ...]

    def at(self, values: Mapping[str, float]) -> float:
        """Its value for these values of the figures."""
        return self.scale * prod(
            values[name] if operator == "*" else 1.0 / values[name] for operator, name in self.factors
        )


def _ends(terms: Sequence[_Term], figures: Sequence[Line]) -> tuple[float, float | None, float | None]:
    """Value, lower and upper end: the formula at the figures, and at every corner of their ranges."""
    middle = {figure.name: figure.value for figure in figures}
    value = sum(term.at(middle) for term in terms)
    wide = [figure for figure in figures if figure.lower is not None and figure.upper is not None]
    if not wide:
        return value, None, None
    choices = [(float(figure.lower or 0.0), float(figure.upper or 0.0)) for figure in wide]
    corners = [
        sum(term.at(middle | dict(zip((figure.name for figure in wide), ends, strict=True))) for term in terms)
        for ends in product(*choices)
    ]
    return value, min(corners), max(corners)


def _terms(formula: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each term as its sign and its (operator, figure) pairs."""
    sign, operator, factors = "+", "*", list[tuple[str, str]]()
    for word in _WORD.findall(formula):
        if word in {"+", "-"}:
            yield sign, factors
            sign, operator, factors = word, "*", []
        elif word in {"*", "/"}:
            operator = word
        else:
            factors.append((operator, word))
    yield sign, factors


def _figure(name: str) -> Line:
    if name not in cost_figures():
        raise NotFound(Fault("costs.figure", Text("没有这个费用数字", "there is no such cost figure"), value=name))
    return cost_figures()[name]


def _money_lines(figure: Line) -> tuple[Line, ...]:
    currency = currency_of(figure.unit)
    if currency is None:
        return ()
    if figure.price_year is None:
        raise NotFound(Fault("costs.price_year", Text("没有价格年份", "there is no price year"), value=figure.name))
    made = (exchange(currency, figure.price_year), price_index(figure.price_year))
    return tuple(line for line in made if line is not None)


def _size(unit: str) -> pint.Quantity[float]:
    """The quantity that a unit stands for, every currency as yuan: rates are figures of their own."""
    for currency in CURRENCIES:
        unit = unit.replace(currency, "yuan")
    return units.registry().Quantity(units.registry().parse_expression(units.spelling(unit)))


def _ratio(unit: pint.Quantity[float], target: str, formula: str) -> float:
    try:
        return float((unit / _size(target)).to("dimensionless").magnitude)
    except pint.DimensionalityError as error:
        message = Text("换算式的单位不是 {t}", "the formula does not give {t}").format(t=target)
        raise InvalidInput(Fault("costs.formula_unit", message, value=formula)) from error


def _written(figure: Line, more: Sequence[Line]) -> str:
    """A figure as it stands in the formula: number, unit, year of its money, and the rates that it is multiplied by."""
    unit = "" if figure.unit == "1" else f" {figure.unit}"
    year = f" ({figure.price_year})" if currency_of(figure.unit) else ""
    return " × ".join((f"{figure.value:.6g}{unit}{year}", *(f"{line.value:.4g} {line.name}" for line in more)))


TARGETS = {"investment": "CNY*year/unit", "lifetime": "year"}
"""Units in which formulas give numbers where they differ from the declared one: investment is per unit of *yearly* activity."""


@cache
def published_numbers() -> Mapping[tuple[str, str, str], Derived]:
    """Every published cost number by (measure, parameter, subject)."""
    made = {}
    measures = built_in_catalogue()
    for row in shipped(PUBLISHED_COST, "published_costs.csv").iter_rows(named=True):
        unit = TARGETS.get(row["parameter"], PARAMETERS[row["parameter"]].unit)
        target = unit.replace("unit", measures.get(row["measure_id"]).activity_unit)
        key = (row["measure_id"], row["parameter"], row["subject"])
        made[key] = derive(row["formula"], target, row["note"])
    return made


@cache
def published_prices() -> Mapping[str, Derived]:
    """Every published energy price by carrier, CNY per unit of activity (electricity: per MWh)."""
    return {
        row["carrier"]: derive(row["formula"], f"CNY/{row['unit']}", row["note"])
        for row in shipped(PUBLISHED_PRICE, "published_prices.csv").iter_rows(named=True)
    }


@cache
def published_catalogue() -> Catalogue:
    """The built-in catalogue with published costs and prices; a measure for which nothing is published has no cost."""
    numbers = [
        {
            "measure_id": measure, "parameter": parameter, "subject": subject, "value": made.value,
            "lower": made.lower, "upper": made.upper, "basis": None, "source": made.sources,
            "clause": ", ".join(line.name for line in made.lines if line.name in cost_figures()),
            "status": made.status, "note": _remark(made), ORIGIN: None,
        }
        for (measure, parameter, subject), made in published_numbers().items()
    ]  # fmt: skip
    prices = [
        {
            "carrier": carrier, "price": made.value, "source": made.sources, "status": made.status,
            "note": _remark(made), ORIGIN: None,
        }
        for carrier, made in published_prices().items()
    ]  # fmt: skip
    made = built_in_catalogue().with_numbers(pl.DataFrame(numbers, schema=frame_schema(MEASURE_NUMBER)))
    return made.with_prices(pl.DataFrame(prices, schema=frame_schema(ENERGY_PRICE)))


def _remark(made: Derived) -> str:
    money = f" [{BASE_YEAR} CNY]" if "CNY" in made.unit else ""
    return f"{made.words}{money}" + (f"; {made.note}" if made.note else "")


LINEAGE_SCHEMA = {
    **dict.fromkeys(("measure_id", "parameter", "subject", "name", "label_zh", "label_en"), pl.String),
    **dict.fromkeys(("value", "lower", "upper"), pl.Float64),
    "unit": pl.String,
    "price_year": pl.Int64,
    **dict.fromkeys(("source", "clause", "status", "note"), pl.String),
}


def lineage_table(measures: Sequence[str] | None = None) -> pl.DataFrame:
    """What every published number rests on, a row for each figure, rate and index, keyed by number and `name`."""
    rows = [
        {
            "measure_id": measure, "parameter": parameter, "subject": subject, "name": line.name,
            "label_zh": line.label.zh, "label_en": line.label.en, "value": line.value, "lower": line.lower,
            "upper": line.upper, "unit": line.unit, "price_year": line.price_year, "source": line.source,
            "clause": line.clause, "status": line.status, "note": line.note,
        }
        for (measure, parameter, subject), made in published_numbers().items()
        if measures is None or measure in measures
        for line in made.lines
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=LINEAGE_SCHEMA)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far published costs reach: priced measures of all, cost numbers and input figures by status, price years."""

    priced: int
    measures: int
    numbers: Counter[str]
    figures: Counter[str]
    prices: Counter[str]
    price_years: tuple[int, int]


@cache
def coverage() -> Coverage:
    """What a page says above published costs. Figures are counted once, whatever number of costs rests on them."""
    catalogue = published_catalogue()
    known = [measure for measure in catalogue.measures.values() if cost_is_known(measure)]
    used = {
        line.name: line
        for made in (*published_numbers().values(), *published_prices().values())
        for line in made.lines
        if line.name in cost_figures()
    }
    years = [line.price_year for line in used.values() if line.price_year is not None]
    return Coverage(
        len(known),
        len(catalogue.measures),
        Counter(made.status for made in published_numbers().values()),
        Counter(line.status for line in used.values()),
        Counter(made.status for made in published_prices().values()),
        (min(years), max(years)),
    )


def cost_references(
    *, words: str = "", pollutant: str = "", quantity: str = "", place: str = "", status: str = ""
) -> pl.DataFrame:
    """Published figures in their own unit and price year, filtered; conversion parameters are left out.

    Each of `words` must stand in technology, application, identifier or source. Figures of use ``ranking`` must not be
    put into a problem: their age or scope does not allow it.
    """
    found = cost_figure_table().filter(pl.col("quantity") != "conversion").drop(ORIGIN)
    for column, wanted in (("pollutant", pollutant), ("quantity", quantity), ("place", place), ("status", status)):
        if wanted:
            found = found.filter(pl.col(column) == wanted)
    text = pl.concat_str(
        ["figure_id", "technology_zh", "technology_en", "applies_to", "source"], separator=" ", ignore_nulls=True
    ).str.to_lowercase()
    for word in words.casefold().split():
        found = found.filter(text.str.contains(word, literal=True))
    return found
