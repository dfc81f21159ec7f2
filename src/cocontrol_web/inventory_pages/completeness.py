"""The completeness matrix: every source category against every pollutant, and who owes what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from cocontrol.core.pollutants import codes
from cocontrol.core.text import Text
from cocontrol.io.run_completeness import STATES, CompletenessShare, State, completeness_share
from cocontrol.reference.categories import ancestors
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.cells import cell
from cocontrol_web.analysis.figures import MassUnit, fitting_unit

MAIN_GASES = ("CO2", "CH4", "N2O")

GROUP_NAMES: Mapping[str, Text] = {
    "main": Text("主要温室气体和大气污染物", "main greenhouse gases and air pollutants"),
    "greenhouse_gas": Text("主要温室气体", "main greenhouse gases"),
    "air_pollutant": Text("大气污染物", "air pollutants"),
    "fluorinated": Text("含氟气体", "fluorinated gases"),
}
"""The groups of columns to choose from; fluorinated gases stand apart because they are many and few sectors emit them."""


def in_group(pollutant: str, pollutant_group: str, group: str) -> bool:
    """Whether a substance stands in a group of columns."""
    if pollutant_group == "air_pollutant":
        return group in {"main", "air_pollutant"}
    return group in {"main", "greenhouse_gas"} if pollutant in MAIN_GASES else group == "fluorinated"


OWED = (State.NO_DATA, State.NO_ROWS, State.NO_FACTOR)
"""States that somebody can end by handing in data."""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One category and pollutant: its state, figure in t, notation key and reason."""

    state: State
    value: float | None
    notation: str | None
    reason: Text | None
    owed_by: Text | None
    explain: str
    missing: int

    @property
    def title(self) -> Text:
        """What stands behind the mark: state, reason, and who owes the data."""
        parts = [STATES[self.state]]
        parts += [one for one in (self.reason,) if one is not None]
        if self.owed_by is not None:
            parts.append(Text("由{o}提供", "owed by {o}").format(o=self.owed_by))
        return Text("；".join(one.zh for one in parts), "; ".join(one.en for one in parts))


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A category with its cells."""

    category: str
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class Owed:
    """What one department owes: the table, and the categories that wait for it."""

    owner: Text | None
    tables: tuple[str, ...]
    state: State
    categories: tuple[str, ...]
    cells: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """The page: columns with the unit of each, groups of rows, how many cells stand where, what is owed."""

    pollutants: tuple[str, ...]
    units: Mapping[str, MassUnit]
    groups: tuple[tuple[str, tuple[MatrixRow, ...]], ...]
    counts: tuple[tuple[State, int], ...]
    complete: CompletenessShare
    owed: tuple[Owed, ...]

    @property
    def cells(self) -> int:
        """All cells of the matrix."""
        return sum(count for _, count in self.counts)


def completeness_matrix(table: pl.DataFrame, *, period: str, group: str = "main", state: str = "") -> Matrix:
    """The matrix of one year.

    Parameters
    ----------
    table : result `completeness`
    group : a group of columns, see `GROUP_NAMES`
    state : show only categories that have a cell in this state; empty for all
    """
    year = table.filter(pl.col("period") == period)
    found = year.select("pollutant", "pollutant_group").unique().iter_rows()
    shown = [name for name, kind in found if in_group(name, kind, group)]
    rows = year.filter(pl.col("pollutant").is_in(shown))
    pollutants = tuple(code for code in codes() if code in set(rows["pollutant"]))
    kept = rows.filter((pl.col("state") == state).any().over("category")) if state else rows
    counted = rows["state"].value_counts().sort("count", descending=True)
    return Matrix(
        pollutants,
        {code: fitting_unit(_largest(rows, code)) for code in pollutants},
        tuple(_groups(kept, pollutants, period)),
        tuple((State(name), int(count)) for name, count in counted.iter_rows()),
        completeness_share(rows),
        tuple(_owed(kept if group != "main" or state else year)),
    )


def _largest(rows: pl.DataFrame, code: str) -> float | None:
    value = rows.filter(pl.col("pollutant") == code)["value_t"].abs().max()
    return float(value) if isinstance(value, float) else None


def _groups(rows: pl.DataFrame, pollutants: Sequence[str], period: str) -> Iterator[tuple[str, tuple[MatrixRow, ...]]]:
    at = {(row["category"], row["pollutant"]): row for row in rows.iter_rows(named=True)}
    grouped: dict[str, list[MatrixRow]] = {}
    for code in rows["category"].unique(maintain_order=True):
        cells = tuple(_cell(at[code, name], period) for name in pollutants)
        grouped.setdefault((code, *ancestors(code))[-1], []).append(MatrixRow(code, cells))
    order = labels.category_order()
    for root in sorted(grouped, key=lambda code: order.get(code, len(order))):
        yield root, tuple(sorted(grouped[root], key=lambda row: _printed(row.category)))


def _printed(code: str) -> tuple[int, ...]:
    """Place in the tree: the order of every category above, from the top down."""
    order = labels.category_order()
    return tuple(order.get(one, len(order)) for one in reversed((code, *ancestors(code))))


def _cell(row: Mapping[str, Any], period: str) -> MatrixCell:
    return MatrixCell(
        State(row["state"]),
        row["value_t"],
        row["notation"],
        _text(row, "reason"),
        _text(row, "owed_by"),
        cell(row["pollutant"], {"category": row["category"], "period": period}),
        row["missing_cells"],
    )


def _text(row: Mapping[str, Any], stem: str) -> Text | None:
    zh, en = row[f"{stem}_zh"], row[f"{stem}_en"]
    return Text(zh or en, en or zh) if zh or en else None


def _owed(rows: pl.DataFrame) -> Iterator[Owed]:
    """What waits for data, the widest first: by department, table and state."""
    waiting = rows.filter(pl.col("state").is_in([state.value for state in OWED]) & pl.col("table").is_not_null())
    grouped = waiting.group_by("owed_by_zh", "owed_by_en", "table", "state", maintain_order=True).agg(
        pl.col("category").unique(maintain_order=True), pl.len().alias("cells")
    )
    for row in grouped.sort("cells", "table", descending=[True, False]).iter_rows(named=True):
        yield Owed(
            _text(row, "owed_by"),
            tuple(row["table"].split(",")),
            State(row["state"]),
            tuple(row["category"]),
            row["cells"],
        )
