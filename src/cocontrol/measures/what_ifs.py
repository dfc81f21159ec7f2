"""What would change: tighter ceilings, a ceiling less, one plan after the other, and the plan acted out by the inventory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.measures.ceilings import CAP, RECEPTOR
from cocontrol.measures.effects import Application, Piece, act_out
from cocontrol.measures.instance import BASE_OPTION, tonnes, tonnes_known
from cocontrol.measures.portfolio.curve import abatement_curve
from cocontrol.measures.portfolio.dividend import synergy_dividend
from cocontrol.measures.portfolio.model import Row
from cocontrol.measures.streams import CARBON
from cocontrol.measures.workbench import Answer, Problem, row_kind, usage
from cocontrol.measures.years import Trials, solve_years, year_alone

TIGHTER = (0.01, 0.05, 0.1)
"""Shares by which ceilings are tightened on trial."""

_KEY = {"name": pl.String, "region": pl.String, "pollutant": pl.String, "period": pl.Int64}

Watch = Callable[[], None]
"""Called before each solution, so that long work can be shown and given up."""


def _no_watch() -> None:
    """Nobody watches."""


def recheck(problem: Problem, answer: Answer) -> pl.DataFrame:
    """The plan acted out by the effect engine: by pollutant and period, tonnes of the problem and of the engine.

    The problem multiplies ratios that each hold against the base; the engine knows that a device after a change of
    fuel needs less electricity and reagent. CO2 holds that of electricity. A source without a figure is in neither; a
    part whose figure a measure takes away (a new fuel without a coefficient) counts as at the base, as in the problem:
    no reduction is made up. Empty where there is no plan.
    """
    schema = {
        "pollutant": pl.String, "period": pl.Int64, "plan_t": pl.Float64, "engine_t": pl.Float64,
        "difference_t": pl.Float64,
    }  # fmt: skip
    if not answer.solution.choices:
        return pl.DataFrame(schema=schema)
    made = _acted_out(problem, answer)
    totals = {(p, year): _tonnes_or_base(pieces, p) for year, pieces in made.items() for p in problem.base.pollutants}
    rows = [
        (row["pollutant"], row["period"], row["plan_t"], engine, engine - row["plan_t"])
        for row in answer.emissions.iter_rows(named=True)
        for engine in [totals[row["pollutant"], row["period"]]]
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _acted_out(problem: Problem, answer: Answer) -> dict[int, list[Piece]]:
    """What the parts of the sources become in each target year."""
    instance = answer.solution.instance
    by_source = {stream.source_id: stream for stream in problem.base.streams}
    made: dict[int, list[Piece]] = {year: [] for year in problem.horizon.years}
    for choice in answer.solution.choices:
        stream = by_source[instance.sources[choice.source]]
        grown = choice.share * problem.horizon.factors(stream.category)[choice.period]
        part = replace(stream, amount=None if stream.amount is None else stream.amount * grown)
        names = [instance.options.ids[choice.option], *(instance.devices.ids[device] for device in choice.devices)]
        wanted = [Application(name) for name in names if name != BASE_OPTION]
        made[problem.horizon.years[choice.period]].extend(act_out(part, problem.catalogue, wanted, problem.base.around))
    return made


def _tonnes_or_base(pieces: Iterable[Piece], pollutant: str) -> float:
    """Tonnes of the pieces; one without a figure after its measures as before them, one without any not at all."""
    return sum(
        tonnes_known((piece.before,), pollutant) if after is None else after
        for piece in pieces
        for after in [tonnes(piece.after, pollutant)]
    )


def curve(problem: Problem, pollutant: str, *, year: int | None = None) -> pl.DataFrame:
    """The portfolio abatement curve of a pollutant in one target year (None: the last), the other ceilings of it as they are.

    With several target years the year stands alone (`year_alone`): what a plan for that year only would cost. See
    `portfolio.curve.abatement_curve`.
    """
    return abatement_curve(year_alone(problem.instance, year or problem.horizon.years[-1]), pollutant)


def tighten(
    problem: Problem,
    answer: Answer,
    shares: Sequence[float] = TIGHTER,
    *,
    watch: Watch = _no_watch,
    trials: Trials | None = None,
) -> pl.DataFrame:
    """What each limit would cost if it were tighter by these shares, the others unchanged.

    Keyed (`name`, `share`): region, pollutant, period, `limit`, `status`, `cost`, `more_cost` (null where there is no plan; never
    below 0: a smaller figure lies within the gap of both plans). A limit that the plan keeps even then is not solved again.
    """
    made_by = trials or Trials(problem.instance)
    rows = []
    for place, limit in enumerate(problem.instance.rows):
        for share in shares:
            tighter = limit.limit - share * _size(problem, limit)
            status, cost = answer.status, answer.cost
            if answer.solution.by_source is None or usage(limit, answer.solution.by_source) > tighter:
                watch()
                status, cost = made_by.cost({place: tighter})
            more = None if cost is None or answer.cost is None else max(cost - answer.cost, 0.0)
            rows.append((*_named(limit), share, tighter, status, cost, more))
    schema = {
        **_KEY, "share": pl.Float64, "limit": pl.Float64, "status": pl.String, "cost": pl.Float64, "more_cost": pl.Float64
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _size(problem: Problem, row: Row) -> float:
    """What a share of a limit is a share of: tonnes, or the whole concentration aimed at."""
    if row_kind(row) != RECEPTOR:
        return row.limit
    return next((one.aim for one in problem.limits.receptors if one.name == row.region), row.limit)


def drivers(
    problem: Problem, answer: Answer, *, watch: Watch = _no_watch, trials: Trials | None = None
) -> pl.DataFrame:
    """Which limit makes the plan dear: what would be saved without it, the others unchanged; dearest first.

    Keyed `name`: region, pollutant, period, `cost` without the limit, `saved`. A limit with room left saves nothing and is
    not solved again. What is saved by several does not add up.
    """
    made_by = trials or Trials(problem.instance)
    rows = []
    for place, limit in enumerate(problem.instance.rows):
        cost = answer.cost
        if answer.solution.by_source is None or usage(limit, answer.solution.by_source) > limit.limit * (1 - 1e-6):
            watch()
            _, cost = made_by.cost({place: None})
        saved = None if cost is None or answer.cost is None else max(answer.cost - cost, 0.0)
        rows.append((*_named(limit), cost, saved))
    table = pl.DataFrame(rows, schema={**_KEY, "cost": pl.Float64, "saved": pl.Float64}, orient="row")
    return table.sort("saved", descending=True, nulls_last=True, maintain_order=True)


def _named(row: Row) -> tuple[str, str | None, str | None, object]:
    return row.name, row.region, row.pollutant, row.period


def joint_or_separate(problem: Problem) -> pl.DataFrame:
    """What planning air and carbon together saves (`synergy_dividend`): cases ``none``, ``air``, ``carbon``, ``joint``, both orders.

    Of the last target year by itself (`year_alone`), in costs of that year. Empty where its ceilings are of one kind only;
    limits at receptors are left out of every case.
    """
    instance = year_alone(problem.instance, problem.horizon.years[-1])
    bound = {row.pollutant for row in instance.rows if row.pollutant is not None}
    air = tuple(p for p in problem.base.pollutants if p in bound and p != CARBON)
    if CARBON not in bound or not air:
        names = {"case": pl.String, "cost": pl.Float64, "dividend": pl.Float64, "share": pl.Float64}
        return pl.DataFrame(schema=names)
    return synergy_dividend(instance, {"air": air, "carbon": (CARBON,)})


def relaxed(problem: Problem, answer: Answer) -> pl.DataFrame:
    """The limits of an infeasible problem with those of the conflict given way: `limit` of each row, and `relaxed` by how much.

    A group that gives way by the least relative amount fits by itself; the other limits may conflict again, so the step is
    repeated until all fit. A part in ten million more is given, so that rounding does not refuse it.

    Raises
    ------
    InvalidInput
        There is no conflict to relax.
    """
    rows = list(problem.instance.rows)
    start = [row.limit for row in rows]
    conflicts = answer.solution.conflicts
    if not conflicts:
        raise InvalidInput(Fault("workbench.no_conflict", Text("没有冲突可放宽", "there is no conflict to relax")))
    for _ in range(len(rows)):
        if not conflicts:
            break
        for conflict in conflicts:
            place = next(i for i, row in enumerate(rows) if row.name == conflict.row.name)
            more = conflict.relax + 1e-7 * max(abs(rows[place].limit), abs(conflict.relax))
            rows[place] = replace(rows[place], limit=rows[place].limit + more)
        conflicts = solve_years(problem.instance.with_rows(*rows), prices=False).conflicts
    made = [
        (*_named(row), row_kind(row), row.limit, row.limit - before) for row, before in zip(rows, start, strict=True)
    ]
    schema = {**_KEY, "kind": pl.String, "limit": pl.Float64, "relaxed": pl.Float64}
    return pl.DataFrame(made, schema=schema, orient="row").with_columns(is_cap=pl.col("kind") == CAP)
