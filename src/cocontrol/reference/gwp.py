"""Global warming potentials: a set is always named, and two sets never mix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache, reduce
from operator import add
from typing import Any, cast

import narwhals as nw
from narwhals.typing import IntoFrameT

from cocontrol.core.errors import Fault, InvalidInput, NotFound
from cocontrol.core.text import Text
from cocontrol.reference._data import read_text_table
from cocontrol.reference.factors import Factor, factor_by_id

GWP_SETS = ("AR2GWP100", "AR4GWP100", "AR5GWP100", "AR5GWP100CCFB", "AR6GWP100", "AR6GWP20")

PREFIX = "CO2e_"


@lru_cache(maxsize=16)
def gwp_set(set_name: str) -> Mapping[str, Factor]:
    """The potentials of a set by gas: t CO2e per t gas.

    ``CH4_fossil`` and ``CH4_nonfossil`` stand beside the unspecified ``CH4`` (AR5 and AR6 tell them
    apart). A gas without a value in the set is absent from the mapping, never zero.

    Raises
    ------
    NotFound
        No such set; the message lists the sets.
    """
    if set_name not in GWP_SETS:
        raise NotFound(
            Fault(
                "gwp.set_unknown",
                Text("没有这个 GWP 集", "no such GWP set"),
                value=set_name,
                allowed=Text("{k}", "{k}").format(k=", ".join(GWP_SETS)),
            )
        )
    return {
        row["pollutant"]: factor_by_id(row["factor_id"])
        for row in read_text_table("gwp.csv").iter_rows(named=True)
        if row["profile"] == set_name and row["value"] is not None
    }


def co2e_column(set_name: str) -> str:
    """The name of the CO2e column under a set: ``CO2e_AR5GWP100``."""
    gwp_set(set_name)
    return PREFIX + set_name


def add_co2e(frame: IntoFrameT, set_name: str, gases: Sequence[str] = ("CO2", "CH4", "N2O")) -> IntoFrameT:
    """The table with one more column, ``CO2e_<set>`` in t: Σ gas × GWP (IPCC 2006, Vol. 1, Ch. 1).

    Takes any frame that Narwhals knows and returns the same kind. Each name in `gases` is a column in
    tonnes. Where a gas is null the sum is null: a gas that was not estimated is not zero.

    Raises
    ------
    NotFound
        No such set.
    InvalidInput
        A gas has no column or no potential in the set, or the table already holds CO2e under another
        set: two sets are compared in two tables, never in one.
    """
    table = cast("nw.LazyFrame[Any]", nw.from_native(cast("Any", frame)))
    columns = table.collect_schema().names()
    potentials = gwp_set(set_name)
    _require_gases(gases, columns, potentials, set_name)
    _refuse_other_sets([*columns, *gases], set_name)
    total = reduce(add, (nw.col(gas) * potentials[gas].value for gas in gases))
    return cast("IntoFrameT", table.with_columns(total.alias(co2e_column(set_name))).to_native())


def _require_gases(
    gases: Sequence[str], columns: Sequence[str], potentials: Mapping[str, Factor], set_name: str
) -> None:
    faults = [
        Fault("gwp.gas_column_missing", Text("表中没有该气体的列", "the table has no column of this gas"), value=gas,
              allowed=Text("列：{k}", "columns: {k}").format(k=", ".join(columns)))
        for gas in gases
        if gas not in columns
    ] + [
        Fault("gwp.gas_unknown", Text("{s} 中没有该气体", "{s} has no such gas").format(s=set_name), value=gas,
              allowed=Text("{k}", "{k}").format(k=", ".join(potentials)))
        for gas in gases
        if gas not in potentials
    ]  # fmt: skip
    if not gases:
        faults.append(Fault("gwp.no_gas", Text("没有给出气体", "no gas is given")))
    if faults:
        raise InvalidInput(*faults)


def _refuse_other_sets(columns: Sequence[str], set_name: str) -> None:
    others = sorted({c for c in columns if c.startswith("CO2e") and c != PREFIX + set_name})
    if others:
        raise InvalidInput(
            Fault(
                "gwp.sets_mixed",
                Text("表中已有其他 GWP 集的二氧化碳当量", "the table already holds CO2e under another GWP set"),
                value=", ".join(others),
                allowed=Text("只用 {s}", "{s} only").format(s=set_name),
                remedy=Text("在两张表中分别换算后比较", "convert in two tables and compare those"),
            )
        )
