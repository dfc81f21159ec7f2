"""CO2 of a region under every named boundary, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from cocontrol.core.provenance import Status, weakest
from cocontrol.core.text import Text
from cocontrol.indicators.catalogue import (
    APPARENT,
    APPARENT_PLUS_ELECTRICITY,
    DIRECT,
    DIRECT_PLUS_ELECTRICITY,
    ENERGY_ONLY,
    PLUS_FEEDSTOCK,
    WITHOUT_AVIATION,
)
from cocontrol.indicators.quantities import (
    Quantity,
    Series,
    add_purchased_electricity,
    counted_rows,
    direct_emissions,
)

AVIATION = "1A3a"
TRANSPORT = "1A3"
JET_FUELS = ("kerosene", "jet_kerosene", "jet_gasoline", "aviation_gasoline")
"""Fuels that aircraft burn; in a balance without a row for aviation they stand for it."""

NO_REFERENCE = Text("没有参考方法结果", "there is no reference approach")
NO_AVIATION = Text(
    "清单的交通没有单列航空，也没有航空用油，不能扣除",
    "transport is not split and holds no jet fuel: aviation is not known",
)
JET_FOR_AVIATION = Text(
    "航空按交通用煤油、航空油估计（平衡表未单列航空）",
    "aviation taken as the kerosene and jet fuel of transport, for the balance has no row of its own",
)
AS_OXIDISED = Text(
    "原料用能按全部氧化计，为上限；固碳部分没有数据",
    "feedstock is counted as fully oxidised, an upper bound; what stays in products is not known",
)


def co2_boundaries(
    emission: pl.DataFrame,
    lineage: pl.DataFrame,
    *,
    adcode: str,
    electricity: pl.DataFrame | None = None,
    reference: pl.DataFrame | None = None,
) -> Series:
    """CO2 in t: boundary → year → quantity. Every boundary is there; one without data says why.

    * ``direct``: Σ of the inventory
    * ``direct_plus_electricity:<kind>``: + net imported electricity × grid factor of that kind
    * ``energy_only``: categories 1…
    * ``direct_without_aviation``: − category 1A3a; where transport is not split, − its jet fuel
    * ``direct_plus_feedstock``: + Σ non-energy use × coefficient (reference approach), fully oxidised
    * ``apparent_consumption``: Σ of the reference approach, as the national assessment reckons (recalled)
    * ``apparent_plus_electricity:<kind>``: the last plus net imported electricity

    Parameters
    ----------
    emission, lineage : tables ``emission`` and ``coefficient_lineage``.
    electricity : table ``electricity_indirect``, or None.
    reference : table ``reference_approach``, or None.
    """
    direct = direct_emissions(emission, lineage, "CO2", adcode=adcode)[DIRECT]
    apparent = _apparent(reference, direct, adcode)
    plus = {name: _with_electricity(name, base, electricity, adcode) for name, base in (
        (DIRECT_PLUS_ELECTRICITY, direct), (APPARENT_PLUS_ELECTRICITY, apparent),
    )}  # fmt: skip
    here = counted_rows(emission, adcode)
    return {
        DIRECT: direct,
        **plus[DIRECT_PLUS_ELECTRICITY],
        ENERGY_ONLY: {year: _energy_only(q, _of_year(here, year)) for year, q in direct.items()},
        WITHOUT_AVIATION: {year: _without_aviation(q, _of_year(here, year)) for year, q in direct.items()},
        PLUS_FEEDSTOCK: {year: _plus_feedstock(q, reference, adcode, year) for year, q in direct.items()},
        APPARENT: apparent,
        **plus[APPARENT_PLUS_ELECTRICITY],
    }


NO_ENERGY = Text("清单没有能源活动", "the inventory holds no energy activities")


def _none(reason: Text, inputs: Iterable[dict[str, Any]] = ()) -> Quantity:
    return Quantity(None, "t", tuple(inputs), None, (reason,))


def _of_year(frame: pl.DataFrame, year: int) -> pl.DataFrame:
    return frame.filter(pl.col("period") == str(year))


def _with_electricity(
    boundary: str, base: Mapping[int, Quantity], electricity: pl.DataFrame | None, adcode: str
) -> Series:
    return add_purchased_electricity(base, electricity, "CO2", adcode=adcode, boundary=boundary)


def _energy_only(direct: Quantity, rows: pl.DataFrame) -> Quantity:
    """The direct total less every category outside IPCC sector 1."""
    other = rows.filter(~pl.col("category").str.starts_with("1")).drop_nulls("CO2")
    if direct.value is None or other.height == rows.drop_nulls("CO2").height:
        return _none(NO_ENERGY, direct.inputs)
    amount = float(other["CO2"].sum())
    entry = {"role": "not_energy", "table": "emission", "value": -amount, "unit": "t", "rows": other.height}
    inputs = (*direct.inputs, entry) if other.height else direct.inputs
    return Quantity(direct.value - amount, "t", inputs, direct.status, direct.notes)


def _without_aviation(direct: Quantity, rows: pl.DataFrame) -> Quantity:
    """The direct total less aviation; `rows` is the inventory of the year.

    Aviation rows whose CO2 stands elsewhere (the fuel is in the balance) leave it with the jet fuel of transport.
    """
    split = rows.filter(pl.col("category").str.starts_with(AVIATION))
    if split["CO2"].null_count() == split.height:
        split = split.clear()
    notes: tuple[Text, ...] = ()
    if split.is_empty():
        jets = pl.col("fuel").is_in(JET_FUELS)
        split = rows.filter(pl.col("category").str.contains(rf"^{TRANSPORT}(-P)?$") & jets)
        notes = (JET_FOR_AVIATION,)
    if direct.value is None or split.is_empty() or split["CO2"].null_count():
        return _none(NO_AVIATION, direct.inputs)
    amount = float(split["CO2"].sum())
    entry = {"role": "aviation", "table": "emission", "value": -amount, "unit": "t", "rows": split.height}
    return Quantity(direct.value - amount, "t", (*direct.inputs, entry), direct.status, (*direct.notes, *notes))


def _reference_rows(reference: pl.DataFrame | None, adcode: str, year: int) -> pl.DataFrame | None:
    if reference is None:
        return None
    rows = reference.filter((pl.col("adcode") == adcode) & (pl.col("period") == str(year)))
    return None if rows.is_empty() else rows


def _plus_feedstock(direct: Quantity, reference: pl.DataFrame | None, adcode: str, year: int) -> Quantity:
    rows = _reference_rows(reference, adcode, year)
    if rows is None or direct.value is None:
        return _none(NO_REFERENCE, direct.inputs)
    used = rows.filter(pl.col("non_energy_tj") != 0)
    if used["factor"].null_count():
        return _none(Text("原料用能有的品种没有排放系数", "a fuel used as feedstock has no coefficient"), direct.inputs)
    carbon = float((used["non_energy_tj"] * used["factor"]).sum())
    entry = {
        "role": "feedstock",
        "table": "reference_approach",
        "value": carbon,
        "unit": "t",
        "fuels": used["fuel"].to_list(),
    }
    status = _weakest_of(used, direct.status)
    return Quantity(direct.value + carbon, "t", (*direct.inputs, entry), status, (*direct.notes, AS_OXIDISED))


def _apparent(reference: pl.DataFrame | None, direct: Mapping[int, Quantity], adcode: str) -> dict[int, Quantity]:
    return {year: _apparent_of_year(_reference_rows(reference, adcode, year)) for year in direct}


def _apparent_of_year(rows: pl.DataFrame | None) -> Quantity:
    if rows is None:
        return _none(NO_REFERENCE)
    counted = rows.drop_nulls("CO2_reference")
    left_out = rows.filter(pl.col("CO2_reference").is_null())["fuel"].to_list()
    value = float(counted["CO2_reference"].sum()) if counted.height else None
    entry = {
        "role": "apparent_consumption",
        "table": "reference_approach",
        "value": value,
        "unit": "t",
        "rows": counted.height,
        "fuels": counted.filter(pl.col("CO2_reference") != 0)["fuel"].to_list(),
    }
    notes = [Text("参考方法：表观消费量乘系数", "reference approach: apparent consumption × coefficient")]
    if left_out:
        listed = ", ".join(left_out)
        notes.append(
            Text("合计不含没有系数的品种：{f}", "without fuels that have no coefficient: {f}").format(f=listed)
        )
    return Quantity(value, "t", (entry,), _weakest_of(counted, Status.RECALLED), tuple(notes))


def _weakest_of(rows: pl.DataFrame, other: Status | None) -> Status | None:
    found = [Status(text) for text in rows["status"].drop_nulls().unique()] if "status" in rows.columns else []
    known = [*found, *([other] if other else [])]
    return weakest(*known) if known else None
