"""How an energy balance is laid out: what each row and column means is declared, never guessed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import polars as pl

from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.text import Text
from cocontrol.reference.fuels import fuel_aliases


class Role(StrEnum):
    """What a row of the balance is."""

    SUPPLY = "supply"
    TRANSFORMATION = "transformation"
    LOSS = "loss"
    FINAL_USE = "final_use"
    PART = "part"
    TOTAL = "total"
    DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True)
class Process:
    """One row of the balance.

    `sign` is ``+``, ``-`` or ``±``. `sums_to` is the total that holds the row with its sign. A PART says
    more about the row `part_of` and is in no total; parts with `is_share` make up the whole of it (urban
    and rural), others are an "of which" (non-energy use of industry). `category` is the source category
    of fuel burnt here: a transformation that has one burns its inputs, one without turns them into other
    fuels. `creates_energy` marks recovered energy, which has no input in the balance.
    """

    code: str
    label: Text
    role: Role
    sign: str
    sums_to: str | None
    part_of: str | None
    is_share: bool
    category: str | None
    creates_energy: bool


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A fuel column that sums others: total = Σ weight × member.

    Weights differ from one where the source summed physical amounts and converted the sum with a
    coefficient of its own: weight = coefficient of the total ÷ coefficient of the member. Without
    weights the column is known to be a sum, but nothing is known to check it by.
    """

    fuel: str
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class StandardCoal:
    """The coefficient by which the source turned physical amounts into standard coal.

    It takes an amount of the balance back to the tonnes or cubic metres that were burnt. Databook 9 does not
    print its coefficients: each is the one of which every amount of the fuel is a whole multiple of the
    last printed digit (10⁻⁴ Mt, 10⁶ m³); fuels with more than one such number have none here.
    """

    fuel: str
    coefficient: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class BalanceLayout:
    """A declared layout of energy balances in one unit.

    `process_names` and `fuel_names` map the spelling of the source to our codes; `tolerance` is the
    difference, in `unit`, that the source's own rounding makes; `standard_coal` holds the coefficients the
    source converted with; `recovery` is the row of recovered energy.
    """

    layout_id: str
    label: Text
    unit: str
    processes: Mapping[str, Process]
    process_names: Mapping[str, str]
    fuel_names: Mapping[str, str]
    aggregates: tuple[Aggregate, ...]
    tolerance: float
    standard_coal: tuple[StandardCoal, ...] = ()
    recovery: str = "recovery"

    def of_role(self, *roles: Role) -> tuple[Process, ...]:
        """The rows of these roles, in printed order."""
        return tuple(process for process in self.processes.values() if process.role in roles)

    def components_of(self, total: str) -> tuple[Process, ...]:
        """The rows that make up a total."""
        return tuple(process for process in self.processes.values() if process.sums_to == total)

    def parts_of(self, code: str) -> tuple[Process, ...]:
        """The rows that say more about a row."""
        return tuple(process for process in self.processes.values() if process.part_of == code)

    @property
    def aggregate_fuels(self) -> frozenset[str]:
        """Fuel codes that are sums of others."""
        return frozenset(aggregate.fuel for aggregate in self.aggregates)

    @property
    def recovery_place(self) -> Literal["supply", "transformation"]:
        """Which total this layout counts recovered energy in."""
        return "supply" if self.processes[self.recovery].role is Role.SUPPLY else "transformation"

    def with_recovery_in(self, place: Literal["supply", "transformation"]) -> BalanceLayout:
        """The same layout, with recovered energy counted in the total of supply or of transformation."""
        moved = replace(self.processes[self.recovery], role=Role(place), sums_to=f"total_{place}")
        base = self.layout_id.removesuffix(_IN_SUPPLY)
        words = {"supply": Text("回收能列于供应", "recovery in supply"), "transformation": None}[place]
        label = Text(f"{self.label.zh}（{words.zh}）", f"{self.label.en} ({words.en})") if words else self.label
        return replace(
            self,
            layout_id=base + (_IN_SUPPLY if place == "supply" else ""),
            label=label,
            processes={**self.processes, self.recovery: moved},
        )


_IN_SUPPLY = "_recovery_in_supply"

_SOURCES = {
    "lbnl_databook_v9": (
        Text("中国能源数据手册第9版，标准量", "China Energy Databook 9, standard quantity"),
        "Mtce",
        5e-4,
    ),
    "cesy": (
        Text(
            "中国能源统计年鉴地区能源平衡表，标准量", "China Energy Statistical Yearbook, regional, standard quantity"
        ),
        "万吨标准煤",
        5e-2,
    ),
}
"""Layout → label, unit, tolerance.

The yearbook prints 10⁴ t to two digits: a sum of a few rows is off by some units of the last digit, each
10⁻⁴ Mt or 1.7 × 10⁻⁴ Mtce for the densest fuel. Three of them are let pass.
"""


def list_layouts() -> tuple[str, ...]:
    """Identifiers of the declared layouts."""
    return tuple(name + suffix for name in _SOURCES for suffix in ("", _IN_SUPPLY))


@lru_cache(maxsize=16)
def get_layout(layout_id: str) -> BalanceLayout:
    """The declared layout of that name; `NotFound` lists what there is."""
    source = layout_id.removesuffix(_IN_SUPPLY)
    if source not in _SOURCES:
        raise NotFound(
            Fault(
                "balance.layout_unknown",
                Text("没有这个能源平衡表版式", "no such layout of energy balances"),
                value=layout_id,
                allowed=Text("现有：{k}", "there are: {k}").format(k=", ".join(list_layouts())),
            )
        )
    label, unit, tolerance = _SOURCES[source]
    layout = BalanceLayout(
        layout_id=source,
        label=label,
        unit=unit,
        processes={row["code"]: _process(row) for row in _rows("balance_rows.csv")},
        process_names={
            name: row["code"] for row in _rows("balance_rows.csv") for name in row[source].split("|") if name
        },
        fuel_names=_fuel_names(source),
        aggregates=_aggregates(source),
        tolerance=tolerance,
        standard_coal=_standard_coal(source),
    )
    return layout.with_recovery_in("supply") if layout_id.endswith(_IN_SUPPLY) else layout


def _process(row: Mapping[str, str]) -> Process:
    return Process(
        code=row["code"],
        label=Text(row["name_zh"], row["name_en"]),
        role=Role(row["role"]),
        sign=row["sign"],
        sums_to=row["sums_to"] or None,
        part_of=row["part_of"] or None,
        is_share=row["is_share"] == "true",
        category=row["category"] or None,
        creates_energy=row["creates_energy"] == "true",
    )


def _fuel_names(source: str) -> dict[str, str]:
    known = fuel_aliases().filter(pl.col("system") == source)
    return dict(zip(known["alias"], known["fuel_code"], strict=True))


def _aggregates(source: str) -> tuple[Aggregate, ...]:
    weights: dict[str, dict[str, float]] = {fuel: {} for fuel in ("total_coal", "total_petroleum", "total_energy")}
    per_unit = {heat.fuel: heat.coefficient for heat in _standard_coal(source)}
    for row in _rows("balance_aggregates.csv"):
        if row["layout"] == source:
            total, member = row["aggregate"], row["member"]
            physical = row["is_summed_physically"] == "true"
            weights[total][member] = per_unit[total] / per_unit[member] if physical else 1.0
    return tuple(Aggregate(fuel, members) for fuel, members in weights.items())


def _standard_coal(source: str) -> tuple[StandardCoal, ...]:
    return tuple(
        StandardCoal(row["fuel"], float(row["coefficient"]), row["unit"], source)
        for row in _rows("balance_coefficients.csv")
        if row["layout"] == source
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with files("cocontrol.inventory").joinpath("data", name).open(encoding="utf-8") as stream:
        yield from csv.DictReader(stream)
