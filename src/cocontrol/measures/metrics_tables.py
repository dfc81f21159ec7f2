"""The table of measures behind the co-control metrics: reductions by pollutant, cost, and the baseline."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Level, Location
from cocontrol.core.open_tables import NOTE, added_columns, with_number_columns
from cocontrol.core.pollutants import codes
from cocontrol.core.raw import RawTable
from cocontrol.core.tables import Column, Kind, Table
from cocontrol.core.text import Text, same
from cocontrol.core.validation import ORIGIN, Validated, located, validate
from cocontrol.measures.metrics import Baseline, Measure
from cocontrol.measures.pollutant_names import is_known_pollutant, pollutant_of, tonnes, without_per_year
from cocontrol.reference.gwp import gwp_set

BASELINE_NAMES = frozenset({"baseline", "base", "基准", "基准排放", "基线"})
"""Names of the row that holds emissions before any measure instead of reductions."""

MEASURE_EFFECTS = Table(
    name="measure_effects",
    label=Text("措施的减排量", "reductions of measures"),
    description=Text(
        "每行一项措施一年的减排量（吨，增加为负）与净年费用（元）；名为 baseline 的一行是基准排放。",
        "One row per measure: reductions in a year (t, negative for an increase) and net annual cost (CNY); a row named "
        "baseline holds the emissions before.",
    ),
    key=("measure",),
    columns=(
        Column(
            "measure",
            Kind.TEXT,
            Text("措施", "measure"),
            Text("名称，或 baseline", "its name, or baseline"),
            required=True,
            aliases=("name", "measure_id", "id", "措施名称"),
        ),
        Column(
            "cost",
            Kind.NUMBER,
            Text("净年费用", "net annual cost"),
            Text("折旧＋运行−节约−收入，可为负", "capital recovery + operation − savings − revenue; may be negative"),
            unit="CNY",
            aliases=("C", "cost_CNY", "annual_cost", "C_CNY", "费用", "成本"),
        ),
        NOTE,
    ),
)

_REDUCTION = Text("减排量（吨，增加为负）", "reduction (t, negative for an increase)")


@dataclass(frozen=True, slots=True)
class MeasureTable:
    """The measures of a file, the baseline where it has one, and the columns that are no known pollutant."""

    measures: tuple[Measure, ...]
    baseline: Baseline | None
    remarks: tuple[Fault, ...]


def read_measures(raw: RawTable, *, gwp: str | None = None) -> MeasureTable:
    """The measures of a file with one number column per pollutant.

    CO2 alone is the greenhouse-gas reduction; where other gases stand beside it `gwp` must name the set that
    puts them together. A column ``CO2e`` is taken as it is and must stand alone.

    Raises
    ------
    InvalidInput
        Every fault of the cells; two columns that mean one pollutant; gases without a GWP set.
    """
    raw = without_per_year(raw)
    opened = with_number_columns(
        MEASURE_EFFECTS,
        raw,
        _REDUCTION,
        may_describe=lambda heading: not is_known_pollutant(heading),
        unit_of=tonnes,
    )
    found = validate(opened, raw)
    found.raise_if_any()
    names = {column: pollutant_of(column) for column in added_columns(opened, MEASURE_EFFECTS)}
    _require_distinct(names, raw)
    potentials = _potentials(set(names.values()), gwp)
    frame = found.frame.rename(names)
    is_base = pl.col("measure").str.strip_chars().str.to_lowercase().is_in(sorted(BASELINE_NAMES))
    air = [name for name in names.values() if name not in potentials]
    measures = tuple(_measure(row, air, potentials) for row in frame.filter(~is_base).iter_rows(named=True))
    rows = frame.filter(is_base).to_dicts()
    _require_baseline(rows, {pollutant: column for column, pollutant in names.items()}, found)
    baseline = _baseline(rows[0], air, potentials) if rows else None
    return MeasureTable(measures, baseline, (*found.faults, *_unknown(air, raw)))


def _require_baseline(rows: list[dict[str, object]], columns: Mapping[str, str], found: Validated) -> None:
    """At most one baseline, and no emission of it below zero; `columns` are those of the file by pollutant."""
    faults = []
    if len(rows) > 1:
        faults.append(
            Fault(
                "metrics.baselines",
                Text("基准行不止一行", "there is more than one row of the baseline"),
                Location(found.file, found.sheet),
                value=", ".join(str(row["measure"]) for row in rows),
                remedy=Text("只留一行", "keep one of them"),
            )
        )
    for row in rows:
        for name in columns:
            value = row[name]
            if isinstance(value, int | float) and value < 0:
                faults.append(
                    Fault(
                        "metrics.baseline_negative",
                        Text("基准排放量不能为负", "a baseline emission cannot be negative"),
                        located(found, str(row[ORIGIN]), columns[name]),
                        value=f"{value:g}",
                        allowed=same("≥ 0"),
                    )
                )
    if faults:
        raise InvalidInput(*faults)


def _unknown(air: Iterable[str], raw: RawTable) -> list[Fault]:
    """A lead for each column that is no known pollutant: it has no weight unless the user gives one."""
    made = []
    known = {code.upper(): code for code in codes()}
    for name in air:
        if not is_known_pollutant(name):
            near = difflib.get_close_matches(name.upper(), known, 1)
            made.append(
                Fault(
                    "metrics.pollutant_unknown",
                    Text("不是已知的污染物", "this is no known pollutant"),
                    raw.location(raw.header_row, column=name),
                    value=name,
                    remedy=Text("是否为 {n}？", "did you mean {n}?").format(n=known[near[0]]) if near else None,
                    level=Level.MEDIUM,
                )
            )
    return made


def _potentials(columns: set[str], gwp: str | None) -> dict[str, float]:
    """t CO2e per t of every greenhouse-gas column."""
    gases = sorted((set(codes("greenhouse_gas")) | {"CO2e"}) & columns)
    if "CO2e" in gases and len(gases) > 1:
        raise InvalidInput(
            Fault(
                "metrics.gases_twice",
                Text("CO2e 与单种气体同时给出，会重复计算", "CO2e stands beside single gases and would count twice"),
                value=", ".join(gases),
                remedy=Text("只留 CO2e 一列，或只留各种气体", "keep the column CO2e alone, or the single gases alone"),
            )
        )
    if gases in (["CO2e"], ["CO2"], []):
        return dict.fromkeys(gases, 1.0)
    if gwp is None:
        raise InvalidInput(
            Fault(
                "metrics.gwp",
                Text("有 CO2 以外的温室气体，须指定 GWP 集", "gases other than CO2 need a named GWP set"),
                value=", ".join(gases),
                remedy=Text("加上 --gwp-set AR5GWP100", "add --gwp-set AR5GWP100"),
            )
        )
    known = gwp_set(gwp)
    if absent := [gas for gas in gases if gas not in known]:
        raise InvalidInput(
            Fault(
                "metrics.gwp_gas",
                Text("{s} 没有这些气体", "{s} lacks these gases").format(s=gwp),
                value=", ".join(absent),
            )
        )
    return {gas: known[gas].value for gas in gases}


def _require_distinct(names: Mapping[str, str], raw: RawTable) -> None:
    seen: dict[str, str] = {}
    faults = []
    for column, pollutant in names.items():
        if pollutant in seen:
            faults.append(
                Fault(
                    "metrics.column_twice",
                    Text("两列都是 {p}", "two columns mean {p}").format(p=pollutant),
                    raw.location(raw.header_row, column=column),
                    value=f"{seen[pollutant]}, {column}",
                    remedy=Text("只留一列", "keep one of them"),
                )
            )
        seen[pollutant] = column
    if not names:
        faults.append(
            Fault(
                "metrics.no_pollutant",
                Text("没有污染物列", "there is no column of a pollutant"),
                raw.location(raw.header_row),
                remedy=Text(
                    "每种污染物一列减排量，如 SO2、CO2", "a column of reductions for each, such as SO2 and CO2"
                ),
            )
        )
    if faults:
        raise InvalidInput(*faults)


def _greenhouse(row: Mapping[str, float | None], potentials: Mapping[str, float]) -> float | None:
    amounts = [row[gas] for gas in potentials]
    if not amounts or any(amount is None for amount in amounts):
        return None
    return sum(
        amount * factor for amount, factor in zip(amounts, potentials.values(), strict=True) if amount is not None
    )


def _measure(row: dict[str, object], air: Iterable[str], potentials: Mapping[str, float]) -> Measure:
    numbers = {name: value for name, value in row.items() if value is None or isinstance(value, int | float)}
    return Measure(
        str(row["measure"]),
        {name: numbers[name] for name in air},
        _greenhouse(numbers, potentials),
        numbers["cost"],
        "CO2" if set(potentials) <= {"CO2"} else "CO2e",
    )


def _baseline(row: dict[str, object], air: Iterable[str], potentials: Mapping[str, float]) -> Baseline:
    made = _measure(row, air, potentials)
    return Baseline({name: value for name, value in made.reductions.items() if value is not None}, made.greenhouse)


POLLUTANT_WEIGHTS = Table(
    name="pollutant_weights",
    label=Text("污染物权重", "weights of pollutants"),
    description=Text(
        "每行一种污染物折合的 SO2 当量（吨/吨）；CO2 一行是碳的权重。",
        "One row per pollutant: t of SO2 equivalent per t; the row CO2 weighs carbon.",
    ),
    key=("pollutant",),
    columns=(
        Column("pollutant", Kind.TEXT, Text("污染物", "pollutant"), Text("列名", "name of the column"), required=True),
        Column(
            "weight",
            Kind.NUMBER,
            Text("权重", "weight"),
            Text("吨 SO2 当量/吨", "t SO2 equivalent per t"),
            required=True,
            minimum=0,
        ),
    ),
)


def read_weights(raw: RawTable) -> dict[str, float]:
    """The weights of a file, by pollutant; `InvalidInput` with every fault."""
    found = validate(POLLUTANT_WEIGHTS, raw)
    found.raise_if_any()
    return {pollutant_of(row["pollutant"]): row["weight"] for row in found.frame.iter_rows(named=True)}
