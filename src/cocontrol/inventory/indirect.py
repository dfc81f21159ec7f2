"""Indirect emissions of electricity: shown beside the direct ones, never added to them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import polars as pl

from cocontrol.core.errors import Ambiguous, NotFound
from cocontrol.core.notation import NotationKey
from cocontrol.core.periods import year
from cocontrol.core.provenance import Status, weakest
from cocontrol.core.text import Text
from cocontrol.core.units import factor as unit_factor
from cocontrol.inventory.balance_layout import BalanceLayout, Role
from cocontrol.inventory.lineage import Input, local_input
from cocontrol.reference.electricity import electricity_factor
from cocontrol.reference.fuels import fuel_parameter

INDIRECT_SCHEMA = pl.Schema(
    {
        "adcode": pl.String,
        "period": pl.String,
        "category": pl.String,
        "basis": pl.String,
        "kind": pl.String,
        "amount": pl.Float64,
        "unit": pl.String,
        "CO2": pl.Float64,
        "factor_id": pl.String,
        "inputs": pl.String,
        "status": pl.String,
        "notation": pl.String,
        "reason_zh": pl.String,
        "reason_en": pl.String,
        "origin": pl.String,
    }
)
"""Columns of the table; keyed (`adcode`, `period`, `basis`, `kind`, `category`)."""

NET_IMPORT = ("interprovincial_imports", "import", "interprovincial_exports", "export")


def electricity_emissions(balance: pl.DataFrame, layout: BalanceLayout, *, kinds: Sequence[str]) -> pl.DataFrame:
    """CO2 of electricity used, by sector, and of electricity brought in, one set of rows for each kind of factor.

    CO2 = MWh × grid factor (省级温室气体清单编制指南, electricity transfer; notices of the grid factors).

    - `basis` ``consumption``: final use of each sector. Overlaps the direct emissions of the power plants.
    - `basis` ``net_import``: inflow less outflow; `category` is null.

    Two bases and several kinds answer different questions and are never added to each other or to the direct
    total. The MWh come back by the coefficient that the balance was converted with.

    Parameters
    ----------
    balance, layout : as `read_energy_balance` makes them
    kinds : kinds of grid factor (`cocontrol.reference.electricity.KINDS`)

    Returns
    -------
    Table with the columns of `INDIRECT_SCHEMA`; `CO2` in t, null with the key NE and the reason where no
    factor of that kind holds for the region and year.
    """
    rows: list[dict[str, Any]] = []
    wanted = balance.filter((pl.col("fuel") == "electricity") & pl.col("amount").is_not_null())
    for key, cells in wanted.partition_by("adcode", "year", as_dict=True, maintain_order=True).items():
        adcode, period = str(key[0]), int(str(key[1]))
        per_unit, converted = _mwh_per_unit(layout, period)
        for kind in kinds:
            found = _grid_factor(adcode, period, kind)
            for basis, category, part in _parts(cells, layout):
                amount = float(part["amount"].sum()) * per_unit
                base = {"adcode": adcode, "period": str(period), "category": category, "basis": basis, "kind": kind}
                origin = "; ".join(part["origin"])
                rows.append(
                    {**base, "amount": amount, "unit": "MWh", "origin": origin, **_emission(amount, found, converted)}
                )
    return pl.DataFrame(rows, schema=INDIRECT_SCHEMA)


def _parts(cells: pl.DataFrame, layout: BalanceLayout) -> list[tuple[str, str | None, pl.DataFrame]]:
    parts: list[tuple[str, str | None, pl.DataFrame]] = []
    for process in layout.of_role(Role.FINAL_USE):
        shares = [s for s in layout.parts_of(process.code) if s.is_share and (cells["process"] == s.code).any()]
        parts += [("consumption", p.category, cells.filter(process=p.code)) for p in shares or [process]]
    parts.append(("net_import", None, cells.filter(pl.col("process").is_in(NET_IMPORT))))
    return [part for part in parts if part[2].height]


def _mwh_per_unit(layout: BalanceLayout, period: int) -> tuple[float, Input]:
    """MWh per unit of the balance: by the balance's own coefficient, else GB/T 2589-2020."""
    for own in layout.standard_coal:
        if own.fuel == "electricity":
            entry = local_input("standard_coal", own.coefficient, own.unit, own.source, "")
            return unit_factor(layout.unit, "tce") / (own.coefficient * unit_factor(own.unit, "tce/MWh")), entry
    found = fuel_parameter("electricity", "standard_coal", profile="GBT2589_2020", on=year(period).end)
    return unit_factor(layout.unit, "tce") / (found.value * unit_factor(found.unit, "tce/MWh")), found.as_input(
        "standard_coal"
    )


def _grid_factor(adcode: str, period: int, kind: str) -> tuple[float | None, Input | None, Text | None]:
    try:
        found = electricity_factor(adcode, period, kind)
    except (NotFound, Ambiguous) as error:
        return None, None, error.faults[0].message
    return found.value * unit_factor(found.unit, "t*CO2/MWh"), found.as_input("grid_factor"), None


def _emission(amount: float, found: tuple[float | None, Input | None, Text | None], converted: Input) -> dict[str, Any]:
    value, entry, reason = found
    inputs = [entry, converted] if entry else [converted]
    status = weakest(*(Status(one["status"]) for one in inputs)).value
    return {
        "CO2": None if value is None else amount * value,
        "factor_id": entry["factor_id"] if entry else None,
        "inputs": json.dumps(inputs, ensure_ascii=False),
        "status": None if value is None else status,
        "notation": NotationKey.NE.value if value is None else None,
        "reason_zh": reason.zh if reason else None,
        "reason_en": reason.en if reason else None,
    }
