"""Logarithmic mean Divisia index (LMDI-I) of a change, additive and multiplicative, with exact limits at zero.

Sources: Ang & Liu 2001 and Ang 2005 (LMDI-I), Ang, Zhang & Choi 1998, table 2, and Ang & Liu 2007 (values
of zero). Nothing is replaced by a small number: its result converges only logarithmically.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text, same
from cocontrol.pathways.choices import Method

Floats = NDArray[np.float64]

CELL, PERIOD = "cell", "period"
NOWHERE = Location()


@dataclass(frozen=True, slots=True)
class Step:
    """The change between two periods.

    `effects` is the part of each factor: differences that sum to ``end − start`` (additive) or ratios whose
    product is ``end / start`` (multiplicative). `cells` has one row per cell: ``cell, start, end`` and one
    column per factor with its additive part. `notes` say where a limit was not unique.
    """

    first: str
    last: str
    start: float
    end: float
    effects: dict[str, float]
    cells: pl.DataFrame
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Decomposition:
    """The steps of a decomposition and what they come to from the first period to the last.

    `total` is ``end − start`` or ``end / start``; `residual` is what the effects leave of it, which only
    rounding makes differ from 0 (additive) or 1 (multiplicative).
    """

    method: Method
    factors: tuple[str, ...]
    steps: tuple[Step, ...]
    effects: dict[str, float]
    total: float
    residual: float

    @property
    def notes(self) -> tuple[Text, ...]:
        """The remarks of all steps."""
        return tuple(note for step in self.steps for note in step.notes)


def logarithmic_mean(a: Floats, b: Floats) -> Floats:
    """L(a, b) = (a − b) / ln(a / b), with L(a, a) = a and L(0, ·) = 0. Neither may be negative."""
    positive = (a > 0) & (b > 0)
    x, y = np.where(positive, a, 1.0), np.where(positive, b, 1.0)
    # x (r − 1)/ln r with r = y/x; the logarithm is taken where it is exact (ln(1 + ·) near 1, ln r far from it), and
    # at r = 1 the quotient of two small numbers is replaced by its series.
    excess = (y - x) / x
    near, far = np.abs(excess) < 1e-6, np.abs(excess) >= 0.5
    ratio = np.where(far, y / x, 1.0)
    logarithm = np.where(far, np.log(ratio), np.log1p(np.where(far, 0.0, excess)))
    quotient = np.where(near, 1.0, excess) / np.where(near, 1.0, logarithm)
    mean = x * np.where(near, 1.0 + excess / 2 - excess**2 / 12, quotient)
    return np.where(positive, mean, 0.0)


def decompose(
    table: pl.DataFrame,
    factors: Sequence[str],
    *,
    method: Method = Method.ADDITIVE,
    chained: bool = False,
) -> Decomposition:
    """Which factor made how much of the change of V = Σ_cells Π_factors x.

    `table` has one row per ``cell`` and ``period`` and one column per factor, none missing, none negative.
    The first period (in the order of the rows) is compared with the last; `chained` compares each with the
    next and adds the effects up, which gives different figures.

    Additive: ΔV_k = Σ_i L(V_i^T, V_i^0) ln(x_ki^T / x_ki^0), summing to V^T − V^0. Multiplicative:
    D_k = exp(ΔV_k / L(V^T, V^0)), their product being V^T / V^0. Where a factor of a cell vanishes its part is
    the analytic limit: all of the cell's appearance (+V^T) or disappearance (−V^0), nothing for its other
    factors; several factors vanishing together share it equally, and a note says so.

    Raises
    ------
    InvalidInput
        Fewer than two periods or no factor; a value missing or negative (sinks have no logarithmic weight:
        decompose them apart); a cell that one of the periods lacks; a total of zero (multiplicative).
    """
    names = tuple(factors)
    periods = table[PERIOD].unique(maintain_order=True).to_list()
    _require(table, names, periods)
    pairs = list(pairwise(periods)) if chained else [(periods[0], periods[-1])]
    steps = tuple(_step(table, names, first, last, method) for first, last in pairs)
    start, end = steps[0].start, steps[-1].end
    if method is Method.ADDITIVE:
        effects = {name: float(sum(step.effects[name] for step in steps)) for name in names}
        return Decomposition(method, names, steps, effects, end - start, end - start - sum(effects.values()))
    effects = {name: float(np.prod([step.effects[name] for step in steps])) for name in names}
    return Decomposition(
        method, names, steps, effects, end / start, end / start / float(np.prod(list(effects.values())))
    )


def _step(table: pl.DataFrame, names: tuple[str, ...], first: str, last: str, method: Method) -> Step:
    before, after = (table.filter(pl.col(PERIOD) == period).sort(CELL) for period in (first, last))
    x0, xt = before.select(names).to_numpy().T, after.select(names).to_numpy().T
    v0, vt = x0.prod(axis=0), xt.prod(axis=0)
    parts = _parts(x0, xt, v0, vt)
    start, end = float(v0.sum()), float(vt.sum())
    sums = parts.sum(axis=1)
    if method is Method.MULTIPLICATIVE:
        _require_positive(start, end, first, last)
        sums = np.exp(sums / logarithmic_mean(np.array([end]), np.array([start]))[0])
    cells = before.select(CELL).with_columns(
        pl.Series("start", v0), pl.Series("end", vt), *(pl.Series(name, parts[k]) for k, name in enumerate(names))
    )
    return Step(
        first,
        last,
        start,
        end,
        {name: float(value) for name, value in zip(names, sums, strict=True)},
        cells,
        tuple(_shared_limits(before[CELL].to_list(), names, x0, xt, v0, vt)),
    )


def _parts(x0: Floats, xt: Floats, v0: Floats, vt: Floats) -> Floats:
    """ΔV of every factor (rows) and cell (columns)."""
    both = (x0 > 0) & (xt > 0)
    ratio = np.log(np.where(both, xt, 1.0) / np.where(both, x0, 1.0))
    parts = logarithmic_mean(vt, v0) * ratio
    for vanished, value in ((_vanishing(x0, v0, vt), vt), (_vanishing(xt, vt, v0), -v0)):
        parts += np.where(vanished, value / np.maximum(vanished.sum(axis=0), 1), 0.0)
    return parts


def _vanishing(x: Floats, v: Floats, other: Floats) -> NDArray[np.bool_]:
    """Factors that are zero in a cell whose value is zero here and not in the other period."""
    vanished: NDArray[np.bool_] = (x == 0) & (v == 0) & (other > 0)
    return vanished


def _shared_limits(
    cells: list[str], names: tuple[str, ...], x0: Floats, xt: Floats, v0: Floats, vt: Floats
) -> list[Text]:
    notes = []
    for vanished in (_vanishing(x0, v0, vt), _vanishing(xt, vt, v0)):
        for index in np.flatnonzero(vanished.sum(axis=0) > 1):
            together = [name for name, zero in zip(names, vanished[:, index], strict=True) if zero]
            notes.append(
                Text(
                    "单元 {cell} 有几个因素同时为零（{names}），极限不唯一，已平均分摊",
                    "in cell {cell} several factors are zero together ({names}): the limit is not unique and was "
                    "shared equally",
                ).format(cell=cells[index], names=", ".join(together))
            )
    return notes


def _require(table: pl.DataFrame, names: tuple[str, ...], periods: list[str]) -> None:
    faults: list[Fault] = []
    if not names:
        faults.append(Fault("decompose.no_factor", Text("没有因素列", "there is no factor column")))
    if len(periods) < 2:
        faults.append(periods_fault(periods))
    for name in names:
        bad = table.filter(pl.col(name).is_null() | pl.col(name).is_nan() | (pl.col(name) < 0))
        faults += [_cell_fault(name, row) for row in bad.iter_rows(named=True)]
    counted = table.group_by(CELL, maintain_order=True).agg(pl.col(PERIOD))
    for cell, has in counted.iter_rows():
        if missing := [period for period in periods if period not in has]:
            faults.append(absent_fault(cell, missing))
        if len(has) != len(set(has)):
            faults.append(
                Fault(
                    "decompose.duplicate",
                    Text("单元在同一时期出现两次", "a cell stands twice in one period"),
                    value=cell,
                )
            )
    if faults:
        raise InvalidInput(*faults)


def _cell_fault(name: str, row: dict[str, object]) -> Fault:
    value = row[name]
    where = Text("单元 {c}、时期 {p}：", "cell {c}, period {p}: ").format(c=row[CELL], p=row[PERIOD])
    number = value if isinstance(value, int | float) and not math.isnan(value) else None
    return value_fault(number, Location(column=name), where)


def value_fault(value: float | None, place: Location, where: Text | None = None) -> Fault:
    """The fault of a number that is missing or negative; `where` comes before its message."""
    absent = value is None
    words = (
        Text("因素值缺失", "the value of the factor is missing")
        if absent
        else Text("因素值为负，没有对数权重", "a negative value has no logarithmic weight")
    )
    return Fault(
        "decompose.value",
        words if where is None else Text(where.zh + words.zh, where.en + words.en),
        place,
        value=None if value is None else f"{value:g}",
        allowed=Text("不小于 0 的数", "a number not below 0"),
        remedy=Text("补上数值；确为零时写 0", "give the value; write 0 where it is zero")
        if absent
        else Text("把源和汇分开分解", "decompose sources and sinks apart"),
    )


def periods_fault(periods: Sequence[str], place: Location = NOWHERE) -> Fault:
    """The fault of a table with fewer than two periods."""
    return Fault(
        "decompose.periods",
        Text("至少要有两个时期", "two periods are needed at least"),
        place,
        value=", ".join(map(str, periods)),
        remedy=Text("补上另一年的数据", "add the rows of another year"),
    )


def absent_fault(cell: str, missing: Sequence[str], place: Location = NOWHERE) -> Fault:
    """The fault of a cell that some periods lack."""
    return Fault(
        "decompose.cell_absent",
        Text("单元 {c} 缺少时期 {p}", "cell {c} lacks period {p}").format(c=cell, p=", ".join(map(str, missing))),
        place,
        value=cell,
        remedy=Text(
            "补上这一行；确无活动时把相应因素写成 0", "add the row; where there was no activity write the factor as 0"
        ),
    )


def _require_positive(start: float, end: float, first: str, last: str) -> None:
    if start > 0 and end > 0:
        return
    raise InvalidInput(
        Fault(
            "decompose.total_zero",
            Text(
                "合计为零时没有比值，乘法分解无定义",
                "a total of zero has no ratio: the multiplicative form is undefined",
            ),
            value=f"{first}: {start}, {last}: {end}",
            remedy=same("--method lmdi-additive"),
        )
    )
