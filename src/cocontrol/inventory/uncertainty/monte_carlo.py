"""Approach 2: draws of group totals (IPCC 2006 Guidelines, Vol. 1, Ch. 3, section 3.2.3.2) and their percentiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.inventory.uncertainty.distributions import Fixed, Floats, Multiplier, Product
from cocontrol.inventory.uncertainty.model import Model
from cocontrol.inventory.uncertainty.streams import block_sizes, stream

PERCENTILES = (2.5, 50.0, 97.5)
"""Percentiles of the result unless others are asked for."""

TILE_BYTES = 256 * 1024 * 1024
"""Memory for the activity sums that are held at a time; a larger inventory is worked through in tiles."""

RESULT_BYTES = 1024 * 1024 * 1024
"""Largest result: groups × pollutants × draws numbers of eight bytes."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Drawn totals: `values` has the shape groups × pollutants × draws, in tonnes."""

    model: Model
    values: Floats
    seed: int

    def of(self, weights: Mapping[str, float]) -> Floats:
        """Groups × draws of a weighted sum of pollutants, such as CO2e under the values of one GWP set.

        The sum is made within each draw, so that what the pollutants share (the activity) stays shared.
        """
        places = [self.model.pollutants.index(name) for name in weights]
        total = np.zeros((self.values.shape[0], self.values.shape[2]))
        for place, weight in zip(places, weights.values(), strict=True):
            total += self.values[:, place] if weight == 1.0 else weight * self.values[:, place]
        return total


def simulate(model: Model, *, draws: int, seed: int) -> Draws:
    """Drawn totals of every group and pollutant.

    Each activity is drawn once for all its pollutants, each factor once for all sources that use it. Memory: one
    tile of activity sums (`TILE_BYTES`) and the result, whatever the number of sources. The draws depend on the
    seed and the names of the variables only.

    Raises
    ------
    InvalidInput
        Less than two draws, a negative seed, or a result above `RESULT_BYTES`.
    """
    _check(model, draws, seed)
    totals = np.zeros((len(model.rows), len(model.pollutants), draws))
    start = 0
    for block, size in enumerate(block_sizes(draws)):
        part = np.zeros((*totals.shape[:2], size))
        for first, last in _tiles(model, size):
            _add_tile(model, part, first, last, (seed, block))
        totals[:, :, start : start + size] = part
        start += size
    return Draws(model, totals, seed)


def _check(model: Model, draws: int, seed: int) -> None:
    if draws < 2 or seed < 0:
        raise InvalidInput(
            Fault(
                "uncertainty.draws",
                Text("抽样次数或种子不可用", "draws or seed cannot be used"),
                value=f"draws {draws}, seed {seed}",
                allowed=Text("抽样不少于 2 次，种子不小于 0", "at least 2 draws, a seed of at least 0"),
            )
        )
    needed = len(model.rows) * len(model.pollutants) * draws * 8
    if needed > RESULT_BYTES:
        raise InvalidInput(
            Fault(
                "uncertainty.memory",
                Text("结果超出内存上限", "the result is above the memory limit"),
                value=f"{needed / 2**20:,.0f} MB",
                allowed=Text("不超过 {m} MB", "at most {m} MB").format(m=RESULT_BYTES // 2**20),
                remedy=Text("减少分组、污染物或抽样次数", "take fewer groups, pollutants or draws"),
            )
        )


def _tiles(model: Model, size: int) -> Iterator[tuple[int, int]]:
    """Ranges of coefficients whose cells fit in a tile; one coefficient is never parted."""
    most = max(1, TILE_BYTES // (8 * size))
    cells = np.bincount(model.cell_coefficient, minlength=len(model.coefficients))
    first = held = 0
    for place, count in enumerate(cells):
        if held and held + count > most:
            yield first, place
            first, held = place, 0
        held += int(count)
    yield first, len(cells)


def _add_tile(model: Model, part: Floats, first: int, last: int, key: tuple[int, int]) -> None:
    """Add the coefficients `first` to `last` to the totals of one block of draws."""
    start, stop = np.searchsorted(model.cell_coefficient, [first, last])
    drawn = np.empty(part.shape[2])
    scratch = np.empty(part.shape[2])
    sums = _activity_sums(model, slice(start, stop), drawn, scratch, key)
    bounds = np.searchsorted(model.cell_coefficient[start:stop], np.arange(first, last + 1))
    groups = model.cell_group[start:stop].tolist()
    for factor, uses in _uses_by_factor(model.factor_of[first:last]).items():
        _draw(model.factor_ids[factor], "factor", model.factor_multipliers[factor], drawn, key)
        for line, column in uses:
            value = model.coefficients[first + line, column]
            for cell in range(bounds[line], bounds[line + 1]):
                np.multiply(sums[cell], drawn, out=scratch)
                if value != 1.0:
                    scratch *= value
                total = part[groups[cell], column]
                total += scratch


def _activity_sums(model: Model, cells: slice, drawn: Floats, scratch: Floats, key: tuple[int, int]) -> Floats:
    """Cells × draws: Σ amount × multiplier over the activities of each cell."""
    by_activity = model.amounts[cells].tocsc()
    sums = np.zeros((by_activity.shape[0], drawn.size))
    starts, places, amounts = by_activity.indptr, by_activity.indices, by_activity.data
    for activity in np.flatnonzero(np.diff(starts)).tolist():
        _draw(model.activity_ids[activity], "activity", model.activity_multipliers[activity], drawn, key)
        for entry in range(starts[activity], starts[activity + 1]):
            np.multiply(drawn, amounts[entry], out=scratch)
            line = sums[places[entry]]
            line += scratch
    return sums


def _uses_by_factor(factor_of: NDArray[np.int64]) -> dict[int, list[tuple[int, int]]]:
    """For each factor variable the (coefficient, pollutant) places that use it, factors in order."""
    lines, columns = np.nonzero(factor_of >= 0)
    factors = factor_of[lines, columns]
    uses: dict[int, list[tuple[int, int]]] = {}
    for place in np.argsort(factors, kind="stable").tolist():
        uses.setdefault(int(factors[place]), []).append((int(lines[place]), int(columns[place])))
    return uses


def _draw(identifier: str, role: str, what: Multiplier, out: Floats, key: tuple[int, int]) -> None:
    if isinstance(what, Fixed):
        out.fill(1.0)
        return
    if isinstance(what, Product):
        _draw_product(role, what, out, key)
        return
    seed, block = key
    what.fill(stream(seed, f"{role}|{identifier}", block), out)


def _draw_product(role: str, what: Product, out: Floats, key: tuple[int, int]) -> None:
    """Each part from the stream of its own name, so that whatever uses it draws it alike."""
    drawn = np.empty_like(out)
    out.fill(1.0)
    for name, part in what.parts:
        _draw(name, role, part, drawn, key)
        out *= drawn


def summarise(
    draws: Draws,
    *,
    percentiles: Sequence[float] = PERCENTILES,
    combinations: Mapping[str, Mapping[str, float]] | None = None,
    leave_out_missing: bool = False,
) -> pl.DataFrame:
    """One row for each group and pollutant: best estimate, mean, standard deviation, percentiles, in tonnes.

    `combinations` adds weighted sums of pollutants under names of their own (CO2e, pollutant equivalents).
    `half_width_pct` is half of the 95 % interval in percent of the mean; `drift_pct` is how far, in percent of the mean,
    a bound of that interval moves between the first half of the draws and all of them: below 1 the number of draws is
    enough (IPCC 2006 Guidelines, Vol. 1, section 3.2.3.2, step 5). Where rows lack amount or coefficient the
    figures are null, as in `estimate`, unless `leave_out_missing`; `missing_rows` counts them either way.
    """
    model = draws.model
    tables = []
    singles = {name: {name: 1.0} for name in model.pollutants}
    for name, weights in {**singles, **(combinations or {})}.items():
        places = [model.pollutants.index(each) for each in weights]
        missing = model.missing[:, places].max(axis=1)
        statistics = describe(draws.of(weights), percentiles)
        statistics["estimate_t"] = model.estimate[:, places] @ np.array(list(weights.values()))
        table = model.groups.with_columns(
            pl.lit(name).alias("pollutant"), *(pl.Series(key, value) for key, value in statistics.items())
        ).with_columns(pl.Series("rows", model.rows), pl.Series("missing_rows", missing))
        if not leave_out_missing:
            known = pl.col("missing_rows") == 0
            table = table.with_columns(pl.when(known).then(pl.col(key)).alias(key) for key in statistics)
        tables.append(table)
    first = [*model.groups.columns, "pollutant", "estimate_t"]
    return pl.concat(tables).select(*first, pl.all().exclude(first))


def describe(values: Floats, percentiles: Sequence[float] = PERCENTILES) -> dict[str, Floats]:
    """Statistics of draws over the last axis; figures in percent are NaN where the mean is 0."""
    wanted = dict.fromkeys([*percentiles, 2.5, 97.5])
    ordered = np.sort(values, axis=-1)
    found = dict(zip(wanted, np.percentile(ordered, list(wanted), axis=-1), strict=True))
    half = np.percentile(values[..., : max(1, values.shape[-1] // 2)], [2.5, 97.5], axis=-1)
    mean = values.mean(axis=-1)
    scale = np.where(mean == 0, np.nan, np.abs(mean)) / 100.0
    drift = np.maximum(np.abs(half[0] - found[2.5]), np.abs(half[1] - found[97.5]))
    return {
        "mean_t": mean,
        "standard_deviation_t": values.std(axis=-1, ddof=1),
        **{f"p{percentile:g}_t": found[percentile] for percentile in percentiles},
        "half_width_pct": (found[97.5] - found[2.5]) / 2.0 / scale,
        "drift_pct": drift / scale,
    }
