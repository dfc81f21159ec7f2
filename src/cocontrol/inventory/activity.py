"""Fuel burnt, by sector and fuel, from an energy balance; what is not burnt stands beside it, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from cocontrol.core.text import Text
from cocontrol.core.units import factor
from cocontrol.inventory.balance_layout import BalanceLayout, Process, Role
from cocontrol.inventory.circumstances import Circumstances

UNCONTROLLED, CONTROLLED = "uncontrolled", "controlled"
"""Control states. Without known removal what fuel burnt yields is generation, not emission."""


class Use(StrEnum):
    """What became of the energy of an activity row."""

    COMBUSTED = "combusted"
    NON_ENERGY = "non_energy"
    TRANSFORMATION = "transformation"
    LOSS = "loss"
    CARRIER = "carrier"


_REASONS = {
    Use.COMBUSTED: Text("燃烧", "burnt"),
    Use.NON_ENERGY: Text(
        "用作原料、材料，未燃烧；其中的碳不计入燃烧排放",
        "used as raw material, not burnt; its carbon is not counted as combustion",
    ),
    Use.TRANSFORMATION: Text(
        "转换为其他能源，未在此燃烧；产出的能源在消费处计算",
        "turned into other fuels, not burnt here; they count where they are used",
    ),
    Use.LOSS: Text("运输、储存和输配中的损失，不是燃烧", "lost in transport, storage or distribution, not burnt"),
    Use.CARRIER: Text(
        "电力和热力在使用处不燃烧；排放计在生产处，间接排放另列",
        "electricity and heat are not burnt where they are used: generation counts the emission, and indirect "
        "emissions stand apart",
    ),
}

CARRIERS = frozenset({"electricity", "heat"})

ACTIVITY_SCHEMA = pl.Schema(
    {
        "source_id": pl.String,
        "adcode": pl.String,
        "period": pl.String,
        "category": pl.String,
        "fuel": pl.String,
        "amount": pl.Float64,
        "unit": pl.String,
        "coefficient_id": pl.String,
        "quality": pl.String,
        "origin": pl.String,
        "process": pl.String,
        "use": pl.String,
        "reason_zh": pl.String,
        "reason_en": pl.String,
    }
)
"""Columns of the activity table; keyed (`source_id`, `period`)."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Energy of one cell or of a difference of cells, in the unit of the layout."""

    process: Process
    use: Use
    category: str | None
    amount: float | None
    origin: tuple[str, ...]


def combustion_activity(
    balance: pl.DataFrame, layout: BalanceLayout, *, circumstances: Circumstances | None = None
) -> pl.DataFrame:
    """Activity of every final use, transformation and loss of a balance, in TJ.

    Burnt (`use` ``combusted``): final use less non-energy use, and the inputs to thermal power and
    heating supply. Residential use is split into urban and rural where the balance does. Own use of the
    energy industries is part of industry in the Chinese balance and is burnt there. Not burnt, and so
    without coefficient, but listed with the reason: non-energy use, inputs (positive) and outputs
    (negative) of transformation, losses, and electricity and heat.

    Parameters
    ----------
    balance : table as `read_energy_balance` makes it
    layout : the layout it was read under
    circumstances : local facts; a category and fuel with a control device has the state ``controlled``

    Returns
    -------
    Table with the columns of `ACTIVITY_SCHEMA`. `amount` is null where the balance has an empty cell.
    Aggregate fuels are left out: their members are in.
    """
    per_unit = factor(layout.unit, "TJ")
    local = circumstances or Circumstances()
    single = balance.filter(~pl.col("is_aggregate"))
    rows = [
        _row(key, part, per_unit, local)
        for key, cells in single.partition_by("adcode", "year", "fuel", as_dict=True, maintain_order=True).items()
        for part in _parts(str(key[2]), cells, layout)
    ]
    return pl.DataFrame(rows, schema=ACTIVITY_SCHEMA)


def burnt(activity: pl.DataFrame) -> pl.DataFrame:
    """The rows that have a coefficient: fuel burnt."""
    return activity.filter(pl.col("use") == Use.COMBUSTED)


def _row(key: tuple[object, ...], part: _Part, per_unit: float, local: Circumstances) -> dict[str, object]:
    adcode, year, fuel = key
    is_burnt = part.use is Use.COMBUSTED
    return {
        "source_id": f"{adcode}:{part.process.code}:{fuel}" + ("" if part.use is not Use.NON_ENERGY else ":non_energy"),
        "adcode": adcode,
        "period": f"{year}",
        "category": part.category,
        "fuel": fuel,
        "amount": None if part.amount is None else part.amount * per_unit,
        "unit": "TJ",
        "coefficient_id": _coefficient_id(part.category, str(fuel), year, local) if is_burnt else None,
        "quality": "statistics",
        "origin": "; ".join(part.origin),
        "process": part.process.code,
        "use": part.use.value,
        "reason_zh": _REASONS[part.use].zh,
        "reason_en": _REASONS[part.use].en,
    }


def _coefficient_id(category: str | None, fuel: str, year: object, local: Circumstances) -> str | None:
    if category is None:
        return None
    state = CONTROLLED if local.controls_of(category, fuel) else UNCONTROLLED
    return f"{category}/{fuel}/{state}/{year}"


def _parts(fuel: str, cells: pl.DataFrame, layout: BalanceLayout) -> Iterator[_Part]:
    amounts = dict(zip(cells["process"], cells["amount"], strict=True))
    origins = dict(zip(cells["process"], cells["origin"], strict=True))
    for process in layout.of_role(Role.TRANSFORMATION, Role.LOSS):
        if process.code in amounts:
            amount = amounts[process.code]
            turned = amount if process.role is Role.LOSS or amount is None else -amount
            use = _use_of_transformation(fuel, process, turned)
            category = process.category if use is Use.COMBUSTED else None
            yield _Part(process, use, category, turned, (origins[process.code],))
    for process in layout.of_role(Role.FINAL_USE):
        if process.code in amounts:
            yield from _final_use(fuel, process, layout, amounts, origins)


def _use_of_transformation(fuel: str, process: Process, turned: float | None) -> Use:
    if fuel in CARRIERS:
        return Use.CARRIER
    if process.role is Role.LOSS:
        return Use.LOSS
    is_input = turned is None or turned >= 0
    return Use.COMBUSTED if process.category is not None and is_input else Use.TRANSFORMATION


def _final_use(
    fuel: str, process: Process, layout: BalanceLayout, amounts: dict[str, float | None], origins: dict[str, str]
) -> Iterator[_Part]:
    use = Use.CARRIER if fuel in CARRIERS else Use.COMBUSTED
    shares = [part for part in layout.parts_of(process.code) if part.is_share and part.code in amounts]
    if shares:
        for share in shares:
            yield _Part(share, use, share.category, amounts[share.code], (origins[share.code],))
        return
    whole, origin = amounts[process.code], [origins[process.code]]
    for part in layout.parts_of(process.code):
        taken = amounts.get(part.code)
        if taken is not None:
            yield _Part(process, Use.NON_ENERGY, part.category, taken, (origins[part.code],))
            whole = None if whole is None else whole - taken
            origin.append(origins[part.code])
    yield _Part(process, use, process.category, whole, tuple(origin))
