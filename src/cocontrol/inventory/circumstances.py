"""What only the place itself knows: technologies, coal quality, control devices. Nothing here has a default."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import polars as pl

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput
from cocontrol.core.pollutants import codes
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text, same
from cocontrol.inventory.balance_layout import StandardCoal
from cocontrol.reference.fuels import require_fuel

_CATEGORY = Column(
    "category", Kind.TEXT, Text("源类别", "category"), Text("源类别代码", "source category"), required=True
)
_FUEL = Column(
    "fuel",
    Kind.TEXT,
    Text("燃料", "fuel"),
    Text("燃料代码；coal 指所有煤炭品种", "fuel code; coal stands for every kind of coal"),
    required=True,
)
_TECHNOLOGY = Column(
    "technology",
    Kind.TEXT,
    Text("技术", "technology"),
    Text("因子表中的技术代码", "technology as in the factor tables"),
    required=True,
)
_SOURCE = Column(
    "source", Kind.TEXT, Text("来源", "source"), Text("文件或台账名称", "document or register"), required=True
)


def _share(name: str, label: Text, text: Text, *, required: bool = True) -> Column:
    return Column(name, Kind.NUMBER, label, text, unit="1", required=required, minimum=0, maximum=1)


COMBUSTION_TECHNOLOGY = TABLES.declare(
    Table(
        name="combustion_technology",
        label=Text("燃烧技术构成", "combustion technologies"),
        description=Text(
            "各类源燃烧某种燃料所用技术及其燃料消费份额，份额之和为 1。",
            "Technologies that burn a fuel in a category, with their shares of the fuel; the shares sum to 1.",
        ),
        key=("category", "fuel", "technology", "item"),
        columns=(
            _CATEGORY,
            _FUEL,
            _TECHNOLOGY,
            Column(
                "item",
                Kind.TEXT,
                Text("规模档", "size band"),
                Text("因子表中的规模档，无则填 -", "size band of the factor tables, - for none"),
                required=True,
            ),
            _share(
                "share",
                Text("燃料份额", "share of fuel"),
                Text("该技术消费的燃料份额", "share of the fuel burnt by this technology"),
            ),
            Column(
                "sector",
                Kind.TEXT,
                Text("因子部门", "factor sector"),
                Text(
                    "因子表中的部门，仅在类别没有对应部门时填写（如 road）",
                    "sector of the factor tables, where the category has none",
                ),
            ),
            _SOURCE,
        ),
    )
)

COAL_QUALITY = TABLES.declare(
    Table(
        name="coal_quality",
        label=Text("煤质", "coal quality"),
        description=Text("煤的收到基硫分和灰分，按类别和燃料。", "Sulphur and ash of coal as received."),
        key=("category", "fuel"),
        columns=(
            _CATEGORY,
            _FUEL,
            _share(
                "sulphur_content",
                Text("收到基硫分", "sulphur as received"),
                Text("质量分数，0–1", "mass fraction, 0–1"),
                required=False,
            ),
            _share(
                "ash_content",
                Text("收到基灰分", "ash as received"),
                Text("质量分数，0–1", "mass fraction, 0–1"),
                required=False,
            ),
            _SOURCE,
        ),
    )
)

CONTROL = TABLES.declare(
    Table(
        name="control",
        label=Text("污染治理", "pollution control"),
        description=Text(
            "各类源对某污染物的治理技术、应用率和去除效率。同一污染物的各项技术用于不同的份额。",
            "Devices, application rates and removal efficiencies by category, fuel and pollutant. Devices for the "
            "same pollutant serve different shares of the activity.",
        ),
        key=("category", "fuel", "pollutant", "technology"),
        columns=(
            _CATEGORY,
            _FUEL,
            Column(
                "pollutant",
                Kind.TEXT,
                Text("污染物", "pollutant"),
                Text("污染物代码", "pollutant code"),
                required=True,
                allowed={c: same(c) for c in codes("air_pollutant")},
            ),
            _TECHNOLOGY,
            _share(
                "application_rate",
                Text("应用率", "application rate"),
                Text("有该设施的活动份额", "share of the activity that has the device"),
            ),
            _share(
                "removal_efficiency",
                Text("去除效率", "removal efficiency"),
                Text(
                    "实测或设计值；空则取标准的平均值",
                    "measured or design value; empty takes the average of the standard",
                ),
                required=False,
            ),
            _SOURCE,
        ),
    )
)


@dataclass(frozen=True, slots=True)
class TechnologyShare:
    """A technology with its share of the fuel that a category burns; `sector` overrides the category's own."""

    category: str
    fuel: str
    technology: str
    item: str | None
    share: float
    sector: str | None
    source: str
    origin: str


@dataclass(frozen=True, slots=True)
class CoalQuality:
    """Mass fractions of sulphur and ash as received; None is not known."""

    category: str
    fuel: str
    sulphur_content: float | None
    ash_content: float | None
    source: str
    origin: str


@dataclass(frozen=True, slots=True)
class ControlShare:
    """A device for a pollutant with the share of the activity it serves; no `removal_efficiency`: the standard's."""

    category: str
    fuel: str
    pollutant: str
    technology: str
    application_rate: float
    removal_efficiency: float | None
    source: str
    origin: str


Local = TypeVar("Local", TechnologyShare, CoalQuality, ControlShare)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Everything local that coefficients may rest on. Empty is allowed: then some coefficients are not estimated."""

    technologies: tuple[TechnologyShare, ...] = ()
    coal_quality: tuple[CoalQuality, ...] = ()
    controls: tuple[ControlShare, ...] = ()
    standard_coal: dict[str, StandardCoal] = field(default_factory=dict)

    def technologies_of(self, category: str, fuel: str) -> tuple[TechnologyShare, ...]:
        """The technologies of a category and fuel."""
        return _nearest(self.technologies, category, fuel)

    def quality_of(self, category: str, fuel: str) -> CoalQuality | None:
        """The coal quality of a category and fuel; None where it is not given."""
        found = _nearest(self.coal_quality, category, fuel)
        return found[0] if found else None

    def controls_of(self, category: str, fuel: str, pollutant: str | None = None) -> tuple[ControlShare, ...]:
        """The devices of a category and fuel, for one pollutant or all."""
        wanted = tuple(c for c in self.controls if pollutant is None or c.pollutant == pollutant)
        return _nearest(wanted, category, fuel)


def _nearest(entries: Iterable[Local], category: str, fuel: str) -> tuple[Local, ...]:
    """Entries of that very fuel, else of the group of the factor tables it falls under (every coal is ``coal``)."""
    here = [entry for entry in entries if entry.category == category]
    group = require_fuel(fuel)["air_fuel_code"]
    return tuple(e for e in here if e.fuel == fuel) or tuple(e for e in here if e.fuel == group)


def make_circumstances(
    *,
    technologies: pl.DataFrame | None = None,
    coal_quality: pl.DataFrame | None = None,
    controls: pl.DataFrame | None = None,
    standard_coal: Iterable[StandardCoal] = (),
) -> Circumstances:
    """The local facts from tables as `COMBUSTION_TECHNOLOGY`, `COAL_QUALITY` and `CONTROL` declare them.

    Raises
    ------
    InvalidInput
        Technology shares that do not sum to 1, or application rates that sum to more than 1.
    """
    made = Circumstances(
        tuple(_entries(technologies, _technology)),
        tuple(_entries(coal_quality, _quality)),
        tuple(_entries(controls, _control)),
        {entry.fuel: entry for entry in standard_coal},
    )
    faults = FaultCollector()
    _check_sums(((t.category, t.fuel), t.share) for t in made.technologies).report(faults, exactly=True)
    _check_sums(((c.category, c.fuel, c.pollutant), c.application_rate) for c in made.controls).report(
        faults, exactly=False
    )
    faults.raise_if_any(InvalidInput)
    return made


def _entries(table: pl.DataFrame | None, make: Callable[[dict[str, Any]], Local]) -> list[Local]:
    return [] if table is None else [make({"origin": "", **row}) for row in table.iter_rows(named=True)]


def _technology(row: dict[str, Any]) -> TechnologyShare:
    item = row.get("item")
    return TechnologyShare(
        row["category"], row["fuel"], row["technology"], None if item in {None, "-", ""} else item,
        row["share"], row.get("sector"), row["source"], row["origin"],
    )  # fmt: skip


def _quality(row: dict[str, Any]) -> CoalQuality:
    return CoalQuality(
        row["category"], row["fuel"], row["sulphur_content"], row["ash_content"], row["source"], row["origin"]
    )


def _control(row: dict[str, Any]) -> ControlShare:
    return ControlShare(
        row["category"], row["fuel"], row["pollutant"], row["technology"],
        row["application_rate"], row.get("removal_efficiency"), row["source"], row["origin"],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sums:
    by_key: dict[tuple[str, ...], float]

    def report(self, faults: FaultCollector, *, exactly: bool) -> None:
        """Add a fault for each key whose shares sum to more than one (or, `exactly`, to less)."""
        for key, total in self.by_key.items():
            if total > 1 + 1e-9 or (exactly and total < 1 - 1e-9):
                faults.add(
                    Fault(
                        "circumstances.share_sum",
                        Text("{k} 的份额之和为 {t:.6g}", "the shares of {k} sum to {t:.6g}").format(
                            k=" / ".join(key), t=total
                        ),
                        value=f"{total:.6g}",
                        allowed=same("1") if exactly else same("≤ 1"),
                        remedy=Text("更正份额", "correct the shares"),
                    )
                )


def _check_sums(entries: Iterable[tuple[tuple[str, ...], float]]) -> _Sums:
    sums: dict[tuple[str, ...], float] = {}
    for key, share in entries:
        sums[key] = sums.get(key, 0.0) + share
    return _Sums(sums)
