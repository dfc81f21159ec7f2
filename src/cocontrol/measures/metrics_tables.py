"""The table of measures behind the co-control metrics: reductions by pollutant, cost, and the baseline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.open_tables import added_columns, with_number_columns
from cocontrol.core.pollutants import codes
from cocontrol.core.raw import RawTable
from cocontrol.core.tables import Column, Kind, Table
from cocontrol.core.text import Text
from cocontrol.core.validation import validate
from cocontrol.measures.equivalents import tax_equivalents
from cocontrol.measures.metrics import Baseline, Measure
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
            aliases=("C", "cost_CNY", "annual_cost", "C_CNY", "费用", "成本"),
        ),
    ),
)

_REDUCTION = Text("减排量（吨，增加为负）", "reduction (t, negative for an increase)")
_WRAPPING = re.compile(
    r"^(?:Δ|∆|delta[ _-]?|d[ _-]|reduction[ _-](?:of[ _-])?)?(?P<name>.+?)(?:[ _-](?:t|reduction|reduced))*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class MeasureTable:
    """The measures of a file, the baseline where it has one, and the columns that are no known pollutant."""

    measures: tuple[Measure, ...]
    baseline: Baseline | None
    remarks: tuple[Fault, ...]


def pollutant_of(heading: str) -> str:
    """The pollutant that a heading means: ``ΔSO2``, ``delta_SO2`` and ``SO2_t`` all mean ``SO2``; ``PM2.5`` means ``PM25``."""
    match = _WRAPPING.match(heading.strip())
    name = (match["name"] if match else heading).strip().translate(str.maketrans("₀₁₂₃₄₅", "012345"))
    known = {code.casefold(): code for code in (*codes(), *tax_equivalents(), "CO2e")}
    return known.get(re.sub(r"[.\s]", "", name).casefold(), name)


def read_measures(raw: RawTable, *, gwp: str | None = None) -> MeasureTable:
    """The measures of a file with one number column per pollutant.

    CO2 alone is the greenhouse-gas reduction; where other gases stand beside it `gwp` must name the set that
    puts them together. A column ``CO2e`` is taken as it is and must stand alone.

    Raises
    ------
    InvalidInput
        Every fault of the cells; two columns that mean one pollutant; gases without a GWP set.
    """
    opened = with_number_columns(MEASURE_EFFECTS, raw, _REDUCTION)
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
    if len(rows) > 1:
        raise InvalidInput(
            Fault(
                "metrics.baselines",
                Text("基准行不止一行", "there is more than one row of the baseline"),
                raw.location(),
            )
        )
    baseline = _baseline(rows[0], air, potentials) if rows else None
    return MeasureTable(measures, baseline, tuple(found.faults))


def _potentials(columns: set[str], gwp: str | None) -> dict[str, float]:
    """t CO2e per t of every greenhouse-gas column."""
    gases = sorted((set(codes("greenhouse_gas")) | {"CO2e"}) & columns)
    if "CO2e" in gases and len(gases) > 1:
        raise InvalidInput(
            Fault(
                "metrics.gases_twice",
                Text("CO2e 与单种气体同时给出，会重复计算", "CO2e stands beside single gases and would count twice"),
                value=", ".join(gases),
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
                )
            )
        seen[pollutant] = column
    if not names:
        faults.append(
            Fault("metrics.no_pollutant", Text("没有污染物列", "there is no column of a pollutant"), raw.location())
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
        str(row["measure"]), {name: numbers[name] for name in air}, _greenhouse(numbers, potentials), numbers["cost"]
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
