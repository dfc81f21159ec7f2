"""The uncertain inventory as arrays: Σ amount × activity multiplier × coefficient × factor multiplier, by group.

Rows that share a group and a coefficient fall into one *cell*; within a cell all pollutants have the same
activity, so a cell is summed over its activities once and then multiplied by each factor. That makes the work of a draw
grow with activities + factors, which must be drawn anyway, and not with rows × pollutants × groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw
import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray
from scipy import sparse

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput, MissingCoefficient
from cocontrol.core.text import Text
from cocontrol.inventory._engines import to_polars
from cocontrol.inventory.uncertainty.distributions import Floats, Multiplier, Shape, multiplier

LISTED = 20
"""So many faulty rows are named one by one; all are counted."""

_VALUE = "coefficient value"

DRAWN_ACTIVITY = ("activity_id", "coefficient_id", "amount", "distribution", "lower_pct", "upper_pct")
DRAWN_FACTOR = ("coefficient_id", "pollutant", "factor_id", "distribution", "lower_pct", "upper_pct")

Samples = Mapping[str, Sequence[float]]
"""Values of ``empirical`` variables, as multiples of the best estimate, by activity_id or factor_id."""


@dataclass(frozen=True, slots=True)
class Model:
    """An uncertain inventory.

    Cells are sorted by coefficient, then group; variables, coefficients and groups by name, so that nothing
    depends on the order of the rows.
    """

    pollutants: tuple[str, ...]
    groups: pl.DataFrame
    activity_ids: tuple[str, ...]
    activity_multipliers: tuple[Multiplier, ...]
    factor_ids: tuple[str, ...]
    factor_multipliers: tuple[Multiplier, ...]
    amounts: sparse.csr_array
    """Cells × activities: the amount of each activity in each cell."""
    cell_group: NDArray[np.int64]
    cell_coefficient: NDArray[np.int64]
    coefficients: Floats
    """Coefficients × pollutants; NaN where there is none."""
    factor_of: NDArray[np.int64]
    """Coefficients × pollutants: place of the factor variable, −1 where there is no coefficient."""
    rows: NDArray[np.int64]
    """Rows of each group."""
    missing: NDArray[np.int64]
    """Groups × pollutants: rows without amount or without coefficient."""

    @property
    def estimate(self) -> Floats:
        """Groups × pollutants: Σ amount × coefficient over what is known, without any uncertainty."""
        amounts = np.asarray(self.amounts.sum(axis=1)).ravel()
        products = amounts[:, None] * np.nan_to_num(self.coefficients)[self.cell_coefficient]
        return sum_by_group(products, self.cell_group, self.groups.height)


def sum_by_group(values: Floats, group: NDArray[np.int64], count: int) -> Floats:
    """Rows of `values` summed by group, in order."""
    sums = np.zeros((count, *values.shape[1:]))
    np.add.at(sums, group, values)
    return sums


def build_model(
    activity: IntoFrame,
    coefficients: IntoFrame,
    factor_uncertainty: IntoFrame,
    *,
    pollutants: Sequence[str],
    group_by: Sequence[str] = (),
    samples: Samples | None = None,
) -> Model:
    """The uncertain inventory of three tables (any engine that Narwhals knows; lazy ones are computed).

    Parameters
    ----------
    activity : table with activity_id (rows of one id share one draw), coefficient_id, amount, the columns of
        `group_by`, and distribution, lower_pct, upper_pct of the amount (see `distributions.multiplier`)
    coefficients : table keyed coefficient_id, one column per pollutant in tonnes per unit of amount
    factor_uncertainty : table keyed (coefficient_id, pollutant); factor_id (coefficients of one id share one
        draw), distribution, lower_pct, upper_pct
    pollutants : columns of `coefficients` to draw
    group_by : columns of `activity` to sum over; empty for the grand total
    samples : values of the variables whose distribution is ``empirical``

    Raises
    ------
    InvalidInput
        A column is absent, a key occurs twice, one id has two distributions, limits do not fit, or a coefficient has
        no uncertainty: what is certain must be said to be (``fixed``).
    MissingCoefficient
        Activity whose coefficient_id the coefficients do not have.
    """
    rows, table, spread = (to_polars(nw.from_native(frame)) for frame in (activity, coefficients, factor_uncertainty))
    _check_columns(rows, table, spread, pollutants, group_by)
    _check_keys(rows, table, spread)
    known = samples or {}
    activities = _variables(rows, "activity_id", known)
    wanted = table.filter(pl.col("coefficient_id").is_in(rows["coefficient_id"].implode())).sort("coefficient_id")
    uses = _factor_uses(wanted, spread, pollutants)
    factors = _variables(uses, "factor_id", known)
    return _assemble(rows, wanted, uses, activities, factors, tuple(pollutants), list(group_by))


def _check_columns(
    rows: pl.DataFrame, table: pl.DataFrame, spread: pl.DataFrame, pollutants: Sequence[str], group_by: Sequence[str]
) -> None:
    faults = FaultCollector()
    needed = [
        ("activity", rows, [*DRAWN_ACTIVITY, *group_by]),
        ("coefficients", table, ["coefficient_id", *pollutants]),
        ("factor_uncertainty", spread, list(DRAWN_FACTOR)),
    ]
    for name, frame, wanted in needed:
        for column in dict.fromkeys(wanted):
            if column not in frame.columns:
                message = Text("表 {t} 缺少列 {c}", "table {t} has no column {c}").format(t=name, c=column)
                allowed = Text("现有列：{k}", "columns: {k}").format(k=", ".join(frame.columns))
                faults.add(Fault("uncertainty.column_absent", message, allowed=allowed))
    faults.raise_if_any(InvalidInput)


def _check_keys(rows: pl.DataFrame, table: pl.DataFrame, spread: pl.DataFrame) -> None:
    faults = FaultCollector()
    for name, frame, key in (
        ("coefficients", table, ["coefficient_id"]),
        ("factor_uncertainty", spread, ["coefficient_id", "pollutant"]),
    ):
        twice = frame.group_by(key, maintain_order=True).len().filter(pl.col("len") > 1)
        message = Text("表 {t} 的键重复", "a key occurs twice in table {t}").format(t=name)
        faults.extend(Fault("uncertainty.key", message, value=str(row[:-1])) for row in twice.head(LISTED).iter_rows())
    faults.raise_if_any(InvalidInput)
    lost = rows.filter(~pl.col("coefficient_id").is_in(table["coefficient_id"].implode()))["coefficient_id"]
    message = Text("没有这个系数", "no such coefficient")
    for identifier in lost.unique().sort().head(LISTED):
        faults.add(Fault("uncertainty.coefficient", message, value=str(identifier)))
    faults.raise_if_any(MissingCoefficient)


def _factor_uses(table: pl.DataFrame, spread: pl.DataFrame, pollutants: Sequence[str]) -> pl.DataFrame:
    """Every coefficient that has a value, with its factor variable."""
    long = table.unpivot(pollutants, index="coefficient_id", variable_name="pollutant", value_name=_VALUE)
    known = long.with_columns(pl.col(_VALUE).cast(pl.Float64).fill_nan(None)).drop_nulls(_VALUE)
    uses = known.join(spread.select(DRAWN_FACTOR), on=["coefficient_id", "pollutant"], how="left")
    bare = uses.filter(pl.col("factor_id").is_null() | pl.col("lower_pct").is_null())
    message = Text("系数没有不确定性", "the coefficient has no uncertainty")
    remedy = Text("填写区间，或注明 fixed", "give its limits, or say that it is fixed")
    faults = [
        Fault("uncertainty.absent", message, value=f"{row[0]} · {row[1]}", remedy=remedy)
        for row in bare.sort("coefficient_id", "pollutant").head(LISTED).iter_rows()
    ]
    if faults:
        raise InvalidInput(*faults)
    return uses


def _variables(frame: pl.DataFrame, name: str, samples: Samples) -> dict[str, Multiplier]:
    """The distribution of each variable, sorted by name."""
    parts = [name, "distribution", "lower_pct", "upper_pct"]
    each = frame.select(parts).unique().sort(parts)
    faults = FaultCollector()
    twice = each.group_by(name, maintain_order=True).len().filter(pl.col("len") > 1)
    message = Text("同一变量写了两种分布", "one variable has two distributions")
    for identifier in twice[name].head(LISTED):
        faults.add(Fault("uncertainty.two_distributions", message, value=f"{name} {identifier}"))
    made: dict[str, Multiplier] = {}
    for identifier, shape, lower, upper in each.iter_rows():
        if identifier is None or lower is None:
            absent = Text("变量没有标识或不确定性", "a variable has no id or no uncertainty")
            faults.add(Fault("uncertainty.absent", absent, value=f"{name} {identifier}"))
            continue
        try:
            made[str(identifier)] = multiplier(shape or Shape.AUTO, lower, upper, samples.get(str(identifier), ()))
        except InvalidInput as error:
            faults.extend(error.faults)
    faults.raise_if_any(InvalidInput)
    return made


def _assemble(
    rows: pl.DataFrame,
    table: pl.DataFrame,
    uses: pl.DataFrame,
    activities: Mapping[str, Multiplier],
    factors: Mapping[str, Multiplier],
    pollutants: tuple[str, ...],
    group_by: list[str],
) -> Model:
    groups = rows.select(group_by).unique().sort(group_by) if group_by else pl.DataFrame({"": [""]}).select([])
    count = groups.height if group_by else 1
    placed = _placed(rows, groups, table["coefficient_id"], list(activities), group_by)
    values = table.select(pl.col(p).cast(pl.Float64).fill_null(float("nan")) for p in pollutants).to_numpy()
    factor_place = {identifier: place for place, identifier in enumerate(factors)}
    column = {name: place for place, name in enumerate(pollutants)}
    line = {name: place for place, name in enumerate(table["coefficient_id"])}
    factor_of = np.full(values.shape, -1, dtype=np.int64)
    for coefficient, pollutant, factor in uses.select("coefficient_id", "pollutant", "factor_id").iter_rows():
        factor_of[line[coefficient], column[pollutant]] = factor_place[str(factor)]
    blank = placed["amount"].is_null().to_numpy()[:, None] | np.isnan(values)[placed["coefficient"].to_numpy()]
    group = placed["group"].to_numpy()
    cells = placed.drop_nulls("amount").group_by("coefficient", "group", "activity").agg(
        pl.col("amount").sort().sum()
    ).sort("coefficient", "group", "activity")  # fmt: skip
    keys = cells.select("coefficient", "group").unique(maintain_order=True).with_row_index("cell")
    cell = cells.join(keys, on=["coefficient", "group"], how="left", maintain_order="left")["cell"].to_numpy()
    amounts = sparse.csr_array(
        (cells["amount"].to_numpy(), (cell, cells["activity"].to_numpy())), shape=(keys.height, len(activities))
    )
    return Model(
        pollutants=pollutants,
        groups=groups if group_by else pl.DataFrame({"group": ["total"]}),
        activity_ids=tuple(activities),
        activity_multipliers=tuple(activities.values()),
        factor_ids=tuple(factors),
        factor_multipliers=tuple(factors.values()),
        amounts=amounts,
        cell_group=keys["group"].to_numpy(),
        cell_coefficient=keys["coefficient"].to_numpy(),
        coefficients=values,
        factor_of=factor_of,
        rows=np.bincount(group, minlength=count),
        missing=sum_by_group(blank.astype(np.float64), group, count).astype(np.int64),
    )


def _placed(
    rows: pl.DataFrame, groups: pl.DataFrame, coefficient_ids: pl.Series, activity_ids: list[str], group_by: list[str]
) -> pl.DataFrame:
    """Each row with the places of its group, coefficient and activity, and its amount."""
    amount = pl.col("amount").cast(pl.Float64).fill_nan(None)
    places = [
        _place(rows.select(pl.col("activity_id").cast(pl.String)), pl.DataFrame({"activity_id": activity_ids})),
        _place(rows.select("coefficient_id"), coefficient_ids.to_frame()),
        _place(rows.select(group_by), groups) if group_by else pl.repeat(0, rows.height, dtype=pl.Int64, eager=True),
    ]
    names = ("activity", "coefficient", "group")
    return rows.select(amount).with_columns(place.alias(name) for name, place in zip(names, places, strict=True))


def _place(keys: pl.DataFrame, known: pl.DataFrame) -> pl.Series:
    """For each row of `keys` the place of the same row in `known`."""
    numbered = known.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias(_VALUE))
    return keys.join(numbered, on=keys.columns, how="left", maintain_order="left", nulls_equal=True)[_VALUE]
