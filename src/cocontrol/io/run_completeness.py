"""What the inventory holds and what it lacks: result `completeness`, every source category × pollutant."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

import polars as pl

from cocontrol.core.notation import NotationKey
from cocontrol.core.pollutants import POLLUTANTS, codes, pollutant
from cocontrol.core.tables import TABLES
from cocontrol.core.text import Text, same
from cocontrol.inventory.sectors import SECTORS
from cocontrol.inventory.sectors.catalogue import SectorModule
from cocontrol.io.results import CO2E_PREFIX, can_arise, substance_columns
from cocontrol.reference.categories import ancestors, categories, category_name

BALANCE = "energy_balance"
COMBUSTION = "1A"
GROUPS = ("greenhouse_gas", "air_pollutant")

BURNT = frozenset({"CO2", "CH4", "N2O", *codes("air_pollutant")})
"""What burning fuel can emit; other gases of a category of fuel combustion are not a gap."""


class State(StrEnum):
    """Where a category and pollutant stand."""

    VALUE = "value"
    PART = "part"
    NO_FACTOR = "no_factor"
    NO_DATA = "no_data"
    NO_ROWS = "no_rows"
    NOT_COVERED = "not_covered"
    NO_METHOD = "no_method"
    DECLARED = "declared"
    ELSEWHERE = "elsewhere"


STATES: Mapping[State, Text] = {
    State.VALUE: Text("有数值", "estimated"),
    State.PART: Text("部分有数值", "partly estimated"),
    State.NO_FACTOR: Text("缺排放系数", "no coefficient"),
    State.NO_DATA: Text("缺活动数据", "no activity data"),
    State.NO_ROWS: Text("数据表中没有该类别", "not in the data table"),
    State.NOT_COVERED: Text("方法不含该污染物", "not covered by the method"),
    State.NO_METHOD: Text("尚无方法", "no method yet"),
    State.DECLARED: Text("不发生、不适用或保密", "not occurring, not applicable or confidential"),
    State.ELSEWHERE: Text("计入他处", "included elsewhere"),
}

COUNTED = (
    State.VALUE, State.PART, State.NO_FACTOR, State.NO_DATA, State.NO_ROWS, State.DECLARED, State.ELSEWHERE,
)  # fmt: skip
"""States that the share of completeness counts: a method of the system covers the category and the pollutant."""

ANSWERED = (State.VALUE, State.DECLARED, State.ELSEWHERE)
"""States that leave nothing open: a figure of all cells, a declared key (NO, NA, C), or included elsewhere (IE)."""

COMPLETENESS_SCHEMA = pl.Schema(
    {
        "adcode": pl.String,
        "period": pl.String,
        "category": pl.String,
        "pollutant": pl.String,
        "pollutant_group": pl.String,
        "state": pl.String,
        "value_t": pl.Float64,
        "cells": pl.Int64,
        "missing_cells": pl.Int64,
        "notation": pl.String,
        "reason_zh": pl.String,
        "reason_en": pl.String,
        "owed_by_zh": pl.String,
        "owed_by_en": pl.String,
        "table": pl.String,
    }
)
"""Columns of the table `completeness`; keyed (`adcode`, `period`, `category`, `pollutant`).

`value_t` is a lower bound where `missing_cells` is not 0. `notation` is null exactly where there is a value. `table`
names the input tables that would fill the gap, comma-separated, `owed_by` the department that holds them.
"""


@dataclass(frozen=True, slots=True)
class _Held:
    """What a run holds, as the rows of `completeness` are decided from it."""

    tables: Collection[str]
    sectors: Mapping[str, tuple[SectorModule, ...]]
    sums: Mapping[tuple[str, str, str], Mapping[str, tuple[float | None, int, int]]]
    gaps: Mapping[tuple[str, str], tuple[str, Text]]
    declared: Callable[[str, str], tuple[str, Text] | None]


def completeness_table(
    emission: pl.DataFrame,
    lineage: pl.DataFrame,
    *,
    tables: Collection[str],
    adcode: str,
    years: Sequence[int],
    declared: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Every source category and pollutant of every year: its value, or the notation key with reason and who owes the data.

    Parameters
    ----------
    emission, lineage : tables `emission` and `coefficient_lineage` of the run
    tables : names of the input tables that the workspace holds
    adcode, years : area and years of the inventory
    declared : table `notation_declared` of the workspace, None where it has none

    Returns
    -------
    Table of `COMPLETENESS_SCHEMA`: the categories without others below them, and those that hold figures.
    """
    pollutants = _pollutants(emission)
    held = _Held(
        tables, _sectors_by_category(), _sums(emission, lineage), _gaps(emission, lineage), _declarations(declared)
    )
    shown = _categories(emission)
    rows = [
        _row(held, (adcode, str(year), category), name) for year in years for category in shown for name in pollutants
    ]
    return pl.DataFrame(rows, schema=COMPLETENESS_SCHEMA, infer_schema_length=None)


@dataclass(frozen=True, slots=True)
class CompletenessShare:
    """How complete a year is: pairs of category and pollutant by what is known of them.

    `answered` and `partly` (some cells lack a figure) of `counted`, the pairs that a method of the system covers; pairs
    that no method covers are `outside` and not part of the share, because nobody said that the category emits them.
    """

    answered: int
    partly: int
    counted: int
    outside: int

    @property
    def share(self) -> float | None:
        """``answered / counted``; None where nothing is counted."""
        return self.answered / self.counted if self.counted else None


def completeness_share(rows: pl.DataFrame) -> CompletenessShare:
    """The share of completeness of some rows of the table `completeness`, such as a year of it; see `CompletenessShare`."""
    found = dict(rows["state"].value_counts().iter_rows())
    counts = {state: int(found.get(state.value, 0)) for state in State}
    counted = sum(counts[state] for state in COUNTED)
    return CompletenessShare(
        sum(counts[state] for state in ANSWERED), counts[State.PART], counted, sum(counts.values()) - counted
    )


def _pollutants(emission: pl.DataFrame) -> list[str]:
    """Greenhouse gases and air pollutants that the run or a method can hold, in printed order."""
    named = {name for sector in SECTORS for name in sector.pollutants} | set(substance_columns(emission))
    return [one.code for one in POLLUTANTS if one.group in GROUPS and one.code in named]


def _categories(emission: pl.DataFrame) -> list[str]:
    """Categories without others below them, and those that hold figures, in printed order."""
    table = categories()
    above = set(table["parent"].drop_nulls())
    found = set(emission["category"].drop_nulls())
    return [code for code in table.sort("sort_order")["category"] if code not in above or code in found]


def _sectors_by_category() -> dict[str, tuple[SectorModule, ...]]:
    made: dict[str, tuple[SectorModule, ...]] = {}
    for sector in SECTORS:
        for category in sector.categories:
            made[category] = (*made.get(category, ()), sector)
    return made


def _sums(
    emission: pl.DataFrame, lineage: pl.DataFrame
) -> dict[tuple[str, str, str], dict[str, tuple[float | None, int, int]]]:
    """Per area, period and category: for each pollutant sum (null without a value), cells, cells not estimated.

    Only cells that a pollutant can arise from count; one that is NA, NO or IE is not missing.
    """
    columns = [name for name in substance_columns(emission) if not name.startswith(CO2E_PREFIX)]
    keys = ["adcode", "period", "category", "coefficient_id"]
    long = emission.select(*keys, *columns).unpivot(columns, index=keys, variable_name="pollutant", value_name="value")
    notations = lineage.select("coefficient_id", "pollutant", "notation").unique(["coefficient_id", "pollutant"])
    blank = pl.col("value").is_null()
    arising = pl.concat([long.filter(~blank), can_arise(long.filter(blank), lineage)])
    known = arising.join(notations, on=["coefficient_id", "pollutant"], how="left")
    missing = blank & ~pl.col("notation").is_in(NOT_MISSING).fill_null(value=False)
    grouped = known.group_by("adcode", "period", "category", "pollutant").agg(
        pl.when(pl.col("value").count() > 0).then(pl.col("value").sum()).alias("value"),
        pl.len().alias("cells"),
        missing.sum().alias("missing"),
    )
    made: dict[tuple[str, str, str], dict[str, tuple[float | None, int, int]]] = {}
    for adcode, period, category, name, value, cells, lacking in grouped.iter_rows():
        made.setdefault((adcode, period, category), {})[name] = (value, int(cells), int(lacking))
    return made


def _gaps(emission: pl.DataFrame, lineage: pl.DataFrame) -> dict[tuple[str, str], tuple[str, Text]]:
    """The most frequent notation key and reason of the cells without a value, by category and pollutant."""
    used = emission.select("category", "coefficient_id").unique()
    why = lineage.filter(pl.col("value").is_null() & pl.col("notation").is_not_null()).join(used, on="coefficient_id")
    counted = why.group_by("category", "pollutant", "notation", "reason_zh", "reason_en").len()
    first = counted.sort("len", "reason_en", "notation", descending=[True, False, False], nulls_last=True)
    return {
        (row["category"], row["pollutant"]): (
            row["notation"], Text(row["reason_zh"] or row["notation"], row["reason_en"] or row["notation"]),
        )
        for row in first.unique(["category", "pollutant"], keep="first", maintain_order=True).iter_rows(named=True)
    }  # fmt: skip


def _declarations(table: pl.DataFrame | None) -> Callable[[str, str], tuple[str, Text] | None]:
    """The declared key for a category and pollutant: the closest category above wins, then the named pollutant."""
    rows = (
        {(row["category"], row["pollutant"]): row for row in table.iter_rows(named=True)} if table is not None else {}
    )

    def find(category: str, name: str) -> tuple[str, Text] | None:
        """The key declared for the pair, or for a category above it, with its reason."""
        for code in (category, *ancestors(category)):
            for wanted in (name, None):
                if (row := rows.get((code, wanted))) is not None:
                    return row["notation"], Text("{r}（{s}）", "{r} ({s})").format(r=row["reason"], s=row["source"])
        return None

    return find


def _row(held: _Held, place: tuple[str, str, str], name: str) -> dict[str, Any]:
    adcode, period, category = place
    value, cells, missing = held.sums.get(place, {}).get(name, (None, 0, 0))
    state, notation, reason, tables = _standing(held, place, name)
    owners = [owner for table in tables if (owner := data_owner(table)) is not None]
    said = list(dict.fromkeys(owners))
    return {
        "adcode": adcode,
        "period": period,
        "category": category,
        "pollutant": name,
        "pollutant_group": pollutant(name).group,
        "state": state.value,
        "value_t": value,
        "cells": cells,
        "missing_cells": missing,
        "notation": notation,
        "reason_zh": reason.zh if reason else None,
        "reason_en": reason.en if reason else None,
        "owed_by_zh": "、".join(one.zh for one in said) or None,
        "owed_by_en": ", ".join(one.en for one in said) or None,
        "table": ",".join(tables) or None,
    }


NOT_MISSING = [NotationKey.NA.value, NotationKey.NO.value, NotationKey.IE.value]
_STATE_OF = {
    NotationKey.IE.value: State.ELSEWHERE,
    NotationKey.NA.value: State.DECLARED,
    NotationKey.NO.value: State.DECLARED,
    NotationKey.C.value: State.DECLARED,
}

Standing = tuple[State, str | None, Text | None, tuple[str, ...]]
NE, IE = NotationKey.NE.value, NotationKey.IE.value


def _standing(held: _Held, place: tuple[str, str, str], name: str) -> Standing:
    """State, notation key, reason, and the tables that would fill the gap."""
    category = place[2]
    value, cells, missing = held.sums.get(place, {}).get(name, (None, 0, 0))
    if value is not None:
        reason = held.gaps.get((category, name), ("", None))[1] if missing else None
        return (State.PART if missing else State.VALUE), None, reason, ()
    if (said := held.declared(category, name)) is not None:
        return State.DECLARED, *said, ()
    if cells:
        notation, reason = held.gaps.get((category, name), (NE, _NO_COEFFICIENT))
        return (State.ELSEWHERE if notation == IE else State.NO_FACTOR), notation, reason, ()
    return _without_rows(held, place, name)


def _without_rows(held: _Held, place: tuple[str, str, str], name: str) -> Standing:
    """Why nothing arises or no rows are there: not of this method, held elsewhere, no table, nothing in it, no method."""
    if held.sums.get(place):
        return State.NOT_COVERED, NE, _NOT_COVERED, ()
    return (
        _elsewhere(held, place, name)
        or _of_sectors(held, place[2], name)
        or _of_balance(held, place[2], name)
        or (State.NO_METHOD, NE, _NO_METHOD, ())
    )


def _elsewhere(held: _Held, place: tuple[str, str, str], name: str) -> Standing | None:
    """The category of the balance that holds this one; NE where that one has no figure either."""
    adcode, period, category = place
    other = included_elsewhere().get(category)
    if other is None or BALANCE not in held.tables or name not in BURNT:
        return None
    value = held.sums.get((adcode, period, other[0]), {}).get(name, (None, 0, 0))[0]
    words = (_HELD_BY if value is not None else _HELD_UNESTIMATED).format(c=category_name(other[0]), r=other[1])
    return (State.ELSEWHERE, IE, words, ()) if value is not None else (State.NO_FACTOR, NE, words, ())


def _of_sectors(held: _Held, category: str, name: str) -> Standing | None:
    methods = [sector for sector in held.sectors.get(category, ()) if sector.covers(category, name)]
    if not methods:
        return (State.NOT_COVERED, NE, _NOT_COVERED, ()) if held.sectors.get(category) else None
    ready = next((sector for sector in methods if sector.can_run(held.tables)), None)
    if ready is not None:
        return State.NO_ROWS, NE, _NO_ROWS, ready.tables
    fewest = min((tuple(t for t in sector.tables if t not in held.tables) for sector in methods), key=len)
    return State.NO_DATA, NE, _lacking(fewest), fewest


def _of_balance(held: _Held, category: str, name: str) -> Standing | None:
    if COMBUSTION not in ancestors(category):
        return None
    if name not in BURNT:
        return State.NOT_COVERED, NE, _NOT_COVERED, ()
    if BALANCE in held.tables:
        return State.NO_ROWS, NE, _NO_BALANCE_ROWS, (BALANCE,)
    return State.NO_DATA, NE, _lacking((BALANCE,)), (BALANCE,)


def _lacking(tables: Sequence[str]) -> Text:
    names = [TABLES.get(name).label if name in TABLES.names() else same(name) for name in tables]
    joined = Text("、".join(one.zh for one in names), ", ".join(one.en for one in names))
    return Text("工作区没有数据表：{t}", "the workspace has no table: {t}").format(t=joined)


_HELD_BY = Text("计入{c}：{r}", "included in {c}: {r}")
_HELD_UNESTIMATED = Text(
    "计入{c}，而该类这一污染物未估算：{r}", "included in {c}, where this pollutant is not estimated: {r}"
)
_NO_COEFFICIENT = Text("没有排放系数", "there is no coefficient")
_NO_ROWS = Text(
    "数据表中没有这一类别的行；若不发生，请在标记声明表中写明 NO",
    "the data table has no row of this category; declare NO where it does not occur",
)
_NO_BALANCE_ROWS = Text("能源平衡表没有单列这一类别", "the energy balance does not show this category apart")
_NOT_COVERED = Text("本类别的方法不含该污染物", "the method of this category does not cover the pollutant")
_NO_METHOD = Text("系统尚无这一类别的方法", "there is no method for this category yet")


@lru_cache(maxsize=1)
def included_elsewhere() -> Mapping[str, tuple[str, Text]]:
    """Categories that the energy balance holds within another one, with the reason."""
    return {
        row["category"]: (row["included_in"], Text(row["reason_zh"], row["reason_en"]))
        for row in _read("cocontrol.inventory", "included_elsewhere.csv")
    }


@lru_cache(maxsize=1)
def _owners() -> Mapping[str, Text]:
    return {
        row["table"]: Text(row["owner_zh"], row["owner_en"])
        for row in _read("cocontrol.inventory.sectors", "data_owners.csv")
    }


def data_owner(table: str) -> Text | None:
    """The department that holds the data of an input table; None where nobody is named."""
    return _owners().get(table)


def _read(package: str, name: str) -> Iterator[dict[str, str]]:
    place = files(package).joinpath("data", name)
    if not place.is_file():
        return
    with place.open(encoding="utf-8") as stream:
        yield from csv.DictReader(stream)
