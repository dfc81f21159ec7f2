"""The scenario workbench: the least-cost problem of a run over target years, and its answer in tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, NotFound
from cocontrol.core.pollutants import POLLUTANTS
from cocontrol.core.raw import RawTable
from cocontrol.core.text import Text, same
from cocontrol.measures.catalogue import Catalogue, require_known_costs
from cocontrol.measures.ceilings import BUDGET, CAP, RECEPTOR, WHOLE, Budget, Ceiling, ReceptorLimit, cap_table
from cocontrol.measures.horizon import Horizon
from cocontrol.measures.instance import BASE_OPTION, Choices, as_raw_table, make_choices
from cocontrol.measures.portfolio.additions import BUDGETS, GROWTH, RECEPTORS
from cocontrol.measures.portfolio.model import Instance, Row, Solution
from cocontrol.measures.portfolio.reading import RawInstance, read_instance
from cocontrol.measures.portfolio.result import solution_as_dict
from cocontrol.measures.run_base import Base
from cocontrol.measures.years import solve_years
from cocontrol.reference import regions

__all__ = [
    "WHOLE",
    "Answer",
    "Budget",
    "Ceiling",
    "Limits",
    "Problem",
    "build",
    "number_statuses",
    "price_sentence",
    "solve",
]

_CAP_COLUMNS = ("region", "pollutant", "period", "cap_t")


@dataclass(frozen=True, slots=True)
class Limits:
    """Further limits beside the ceilings."""

    budgets: tuple[Budget, ...] = ()
    receptors: tuple[ReceptorLimit, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A least-cost problem made of a run: the tables of ``cocontrol optimise``, and the arrays that are solved.

    `caps` are the ceilings by region, pollutant and target year, `looser` those that a tighter one makes needless.
    """

    base: Base
    catalogue: Catalogue
    choices: Choices
    caps: pl.DataFrame
    looser: pl.DataFrame
    limits: Limits
    horizon: Horizon
    instance: Instance
    discount_rate: float
    tables: Mapping[str, pl.DataFrame]
    solving: Mapping[str, Any]

    def frames(self) -> dict[str, pl.DataFrame]:
        """The tables of the folder that ``cocontrol optimise`` reads, by file name."""
        return dict(self.tables)

    def settings(self) -> dict[str, Any]:
        """The ``settings.toml`` of that folder."""
        return dict(self.solving)

    @property
    def weights(self) -> dict[int, float]:
        """Present value in the first target year of one yuan in every year of the period, by target year."""
        return dict(zip(self.horizon.years, self.horizon.weights(self.discount_rate), strict=True))

    @property
    def synthetic(self) -> bool:
        """Whether any fact or figure behind it is invented."""
        statuses = {
            number.status for measure in self.catalogue.measures.values() for number in measure.numbers.values()
        }
        statuses |= {price.status for price in self.catalogue.prices.values()}
        return self.base.synthetic or "synthetic" in statuses


def number_statuses(catalogue: Catalogue, measure_ids: Iterable[str]) -> dict[str, int]:
    """How many numbers of these measures, and energy prices of the catalogue, have each status; the commonest first."""
    numbers = (number.status for name in set(measure_ids) for number in catalogue.get(name).numbers.values())
    prices = (price.status for price in catalogue.prices.values())
    return dict(Counter(str(status) for status in (*numbers, *prices)).most_common())


@dataclass(frozen=True, slots=True)
class Answer:
    """The plan in tables.

    `cost` is yearly with one target year, else the present value over all years that the periods stand for; `yearly`
    the cost of one year in each period. `plan`: a row for each source, measure and period in which it is taken (`share`
    below 1 where it is taken in part, `cost` of one year); `emissions`: base, ceiling and plan by pollutant and period;
    `ceilings`: every limit with what is reached; `prices`: what one tonne less under each would cost; `conflicts`: the
    smallest group of limits that cannot be met together.
    """

    status: str
    cost: float | None
    lower_bound: float | None
    gap: float | None
    plan: pl.DataFrame
    yearly: pl.DataFrame
    emissions: pl.DataFrame
    ceilings: pl.DataFrame
    prices: pl.DataFrame
    conflicts: pl.DataFrame
    solution: Solution


def build(
    base: Base,
    catalogue: Catalogue,
    ceilings: Sequence[Ceiling],
    *,
    horizon: Horizon | None = None,
    limits: Limits | None = None,
    discount_rate: float = 0.05,
    integer: bool = False,
    gap: float = 5e-4,
) -> Problem:
    """The problem of a run under ceilings, over the target years of `horizon` (None: the year of the run alone).

    Each source is base × growth in each target year, with costs that grow alike. `integer` false lets a source take a
    measure in part (area sources); true makes every choice whole.

    Raises
    ------
    InvalidInput
        No measure can be chosen anywhere, or ceilings that cannot be read; all of them.
    """
    own = horizon or Horizon((base.year,), base.year)
    bounds = limits or Limits()
    several = len(own.years) > 1
    choices = make_choices(base, catalogue, discount_rate=discount_rate, horizon=own if several else None)
    _require_choice(choices, catalogue)
    caps, looser = cap_table(ceilings, choices.sources, base.pollutants, own)
    tables = _tables(base, choices, caps, bounds, own)
    settings = {"periods": list(own.years), "integer": integer, "gap": gap} | (
        {"discount_factors": list(own.weights(discount_rate)), "period_years": list(own.lengths)} if several else {}
    )
    instance, _ = read_instance(_raw(tables, settings))
    return Problem(
        base, catalogue, choices, caps, looser, bounds, own, instance, discount_rate, tables, settings
    )  # fmt: skip


def _tables(
    base: Base, choices: Choices, caps: pl.DataFrame, limits: Limits, horizon: Horizon
) -> dict[str, pl.DataFrame]:
    """The files of the problem; those that would be empty and are not of the interface are left out."""
    made = {
        "sources.csv": choices.sources,
        "options.csv": choices.options,
        "devices.csv": choices.devices,
        "caps.csv": caps.select(_CAP_COLUMNS),
    }
    if horizon.grows:
        rows = [
            (stream.source_id, year, factor)
            for stream in base.streams
            for year, factor in zip(horizon.years, horizon.factors(stream.category), strict=True)
        ]
        made[GROWTH] = _frame(rows, source_id=pl.String, period=pl.Int64, factor=pl.Float64)
    if limits.budgets:
        totals = [(one.region, one.pollutant, one.total_t) for one in limits.budgets]
        made[BUDGETS] = _frame(totals, region=pl.String, pollutant=pl.String, budget_t=pl.Float64)
    if limits.receptors:
        parts = [
            (one.name, region, pollutant, one.period, value, one.room)
            for one in limits.receptors
            for (region, pollutant), value in one.coefficients.items()
        ]
        made[RECEPTORS] = _frame(
            parts, receptor=pl.String, region=pl.String, pollutant=pl.String, period=pl.Int64, coefficient=pl.Float64,
            limit=pl.Float64,
        )  # fmt: skip
    return made


def _frame(rows: Sequence[tuple[Any, ...]], **schema: Any) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")


def _raw(tables: Mapping[str, pl.DataFrame], settings: Mapping[str, Any]) -> RawInstance:
    """The tables as a reader would find them in files."""
    given: dict[str, RawTable] = {name: as_raw_table(frame, name) for name, frame in tables.items() if frame.height}
    first = ("sources.csv", "options.csv", "devices.csv", "caps.csv")
    additions = {name: raw for name, raw in given.items() if name not in first}
    return RawInstance(
        given["sources.csv"], given.get("options.csv"), given.get("devices.csv"), given.get("caps.csv"), settings, additions
    )  # fmt: skip


def _require_choice(choices: Choices, catalogue: Catalogue) -> None:
    """Raise where there is nothing to choose: without costs first, which the user can mend."""
    if choices.devices.height or (choices.options["option_id"] != BASE_OPTION).any():
        return
    require_known_costs(catalogue.measures.values())
    raise InvalidInput(Fault("workbench.no_choice", _NO_CHOICE, remedy=_SEE_LEFT_OUT))


_NO_CHOICE = Text("没有一项措施可用于清单中的源", "no measure can be chosen for any source of the inventory")
_SEE_LEFT_OUT = Text("检查目录的源类别、燃料和能源价格", "check categories, fuels and energy prices of the catalogue")


def solve(problem: Problem) -> Answer:
    """The cheapest plan and its tables; an infeasible problem has no plan and names the conflict."""
    solution = solve_years(problem.instance)
    made = solution_as_dict(solution)
    plan = plan_table(problem, solution)
    return Answer(
        solution.status,
        solution.cost,
        solution.lower_bound,
        solution.gap,
        plan,
        _yearly(problem, plan, solved=bool(solution.choices)),
        _emissions(problem, solution),
        ceiling_table(problem, solution),
        _prices(problem, solution),
        _conflicts(made["conflicts"]),
        solution,
    )


def plan_table(problem: Problem, solution: Solution) -> pl.DataFrame:
    """Sources, measures and periods of a plan with share and cost of one year; with the places of plants."""
    labels = {name: measure.label for name, measure in problem.catalogue.measures.items()}
    instance = solution.instance
    shares: dict[tuple[str, str, int], tuple[float, float]] = {}
    for choice in solution.choices:
        taken = [(instance.options.ids[choice.option], instance.options.cost[choice.option, choice.period])]
        taken += [(instance.devices.ids[d], instance.devices.cost[d, choice.period]) for d in choice.devices]
        for name, cost in taken:
            if name != BASE_OPTION:
                key = (instance.sources[choice.source], name, int(instance.periods[choice.period]))
                share, spent = shares.get(key, (0.0, 0.0))
                shares[key] = (share + choice.share, spent + float(cost) * choice.share)
    rows = [
        (source, name, year, labels[name].zh, labels[name].en, problem.catalogue.get(name).kind.value, share, cost)
        for (source, name, year), (share, cost) in sorted(shares.items())
    ]
    schema = {
        "source_id": pl.String, "measure_id": pl.String, "period": pl.Int64,
        **dict.fromkeys(("name_zh", "name_en", "kind"), pl.String), "share": pl.Float64, "cost": pl.Float64,
    }  # fmt: skip
    plan = pl.DataFrame(rows, schema=schema, orient="row")
    if problem.base.plants.is_empty():
        return plan
    places = problem.base.plants.rename({"name_zh": "plant_zh", "name_en": "plant_en"})
    return plan.join(places, on="source_id", how="left", maintain_order="left")


def _yearly(problem: Problem, plan: pl.DataFrame, *, solved: bool) -> pl.DataFrame:
    """Cost of one year in each period (`period`, `cost`, `years`, present-value `weight`); empty without a plan."""
    by_year = dict(plan.group_by("period").agg(pl.col("cost").sum()).iter_rows())
    rows = [
        (year, by_year.get(year, 0.0), length, problem.weights[year])
        for year, length in zip(problem.horizon.years, problem.horizon.lengths, strict=True)
    ]
    return _frame(
        rows if solved else [], period=pl.Int64, cost=pl.Float64, years=pl.Int64, weight=pl.Float64
    )  # fmt: skip


def _emissions(problem: Problem, solution: Solution) -> pl.DataFrame:
    """Base, plan and the ceiling of the whole area (null: none) by pollutant and period, in t."""
    caps = {
        (row["pollutant"], row["period"]): row["cap_t"]
        for row in problem.caps.iter_rows(named=True)
        if row["region"] == WHOLE
    }
    instance = problem.instance
    base = instance.base.sum(axis=0)
    after = None if solution.by_source is None else solution.emissions
    rows = [
        (pollutant, year, float(base[p, t]), caps.get((pollutant, year)), None if after is None else float(after[p, t]))
        for p, pollutant in enumerate(instance.pollutants)
        for t, year in enumerate(problem.horizon.years)
    ]
    return _frame(
        rows, pollutant=pl.String, period=pl.Int64, base_t=pl.Float64, cap_t=pl.Float64, plan_t=pl.Float64
    )  # fmt: skip


def ceiling_table(problem: Problem, solution: Solution) -> pl.DataFrame:
    """Every limit in the order of the problem's rows: `kind`, `limit`, `base` without measures, `reached` by the plan.

    Tonnes for ceilings and budgets, µg/m³ for receptors (`unit`).
    """
    targets = {(r["region"], r["pollutant"], r["period"]): r["target_id"] for r in problem.caps.iter_rows(named=True)}
    receptors: dict[tuple[str, object], ReceptorLimit] = {
        (one.name, year): one for one in problem.limits.receptors for year in _years(problem, one)
    }
    rows = []
    for row in problem.instance.rows:
        kind = row_kind(row)
        found = receptors.get((row.region or "", row.period)) if kind == RECEPTOR else None
        constant = 0.0 if found is None else found.constant
        target = targets.get((row.region, row.pollutant, row.period)) if found is None else found.target_id
        reached = None if solution.by_source is None else constant + usage(row, solution.by_source)
        rows.append(
            (row.name, kind, row.region, row.pollutant, row.period, constant + row.limit,
             constant + usage(row, problem.instance.base), reached, "t" if found is None else "ug/m3", target)
        )  # fmt: skip
    return _frame(
        rows, name=pl.String, kind=pl.String, region=pl.String, pollutant=pl.String, period=pl.Int64, limit=pl.Float64,
        base=pl.Float64, reached=pl.Float64, unit=pl.String, target_id=pl.String,
    )  # fmt: skip


def _years(problem: Problem, limit: ReceptorLimit) -> tuple[int, ...]:
    return problem.horizon.years if limit.period is None else (limit.period,)


def row_kind(row: Row) -> str:
    """Whether a row is a ceiling of a year, a budget over all years, or a limit at a receptor."""
    if row.pollutant is None:
        return RECEPTOR
    return CAP if row.period is not None else BUDGET


def usage(row: Row, by_source: Any) -> float:
    """``Σ weight × emission`` of a row."""
    return float(((row.emission[:, :, None] * by_source).sum(axis=(0, 1)) * row.periods).sum())


def _prices(problem: Problem, solution: Solution) -> pl.DataFrame:
    """Prices in CNY per tonne of one year (per tonne over all years for budgets; per µg/m³ for receptors)."""
    rows = []
    for price in solution.prices:
        row, kind = price.row, row_kind(price.row)
        weight = 1.0 if row.period is None else problem.weights[int(row.period)]
        values = [None if v is None else v / weight for v in (price.price, price.tightened, price.relaxed)]
        words = price_sentence(row.pollutant, values[0] or 0.0, region=row.region, period=row.period, kind=kind)
        rows.append((row.name, kind, row.region, row.pollutant, row.period, *values, words.zh, words.en))
    numbers = dict.fromkeys(("price", "price_tightened", "price_relaxed"), pl.Float64)
    return _frame(
        rows, name=pl.String, kind=pl.String, region=pl.String, pollutant=pl.String, period=pl.Int64, **numbers,
        meaning_zh=pl.String, meaning_en=pl.String,
    )  # fmt: skip


_NAMES = {one.code: Text(f"{one.label.zh}（{one.symbol}）", f"{one.label.en} ({one.symbol})") for one in POLLUTANTS}


def pollutant_name(code: str | None) -> Text:
    """A pollutant by name and symbol; an unknown code stands for itself."""
    return _NAMES.get(code or "") or same(code or "")


def place_name(region: str) -> Text:
    """A region by name; an unknown code stands for itself."""
    try:
        return Text(regions.name(region, "zh"), regions.name(region, "en"))
    except NotFound:
        return same(region)


def price_sentence(
    pollutant: str | None, price: float, *, region: str | None = None, period: object = None, kind: str = CAP
) -> Text:
    """A shadow price in one sentence for a reader who is no economist."""
    what = _PARTICLES if kind == RECEPTOR else pollutant_name(pollutant)
    place = None if kind == RECEPTOR or region in {None, "", WHOLE} else place_name(str(region))
    # a Text is never empty, so that place and year are put in as plain words
    zh = f"{'' if period is None else f'{period} 年'}{'' if place is None else place.zh}"
    en = f"{'' if place is None else f' of {place.en}'}{'' if period is None else f' in {period}'}"
    words = _SLACK if price <= 0 else _PRICES[kind]
    values: dict[str, object] = {"p": what, "v": price}
    return Text(words.zh.replace("{w}", zh), words.en.replace("{w}", en)).format(**values)


_PARTICLES = Text("PM₂.₅ 浓度", "PM₂.₅ concentration")
_SLACK = Text(
    "{w}{p}的上限没有起约束：再收紧一点也不花钱", "the ceiling of {p}{w} does not bind: a little tighter costs nothing"
)
_PRICES = {
    CAP: Text(
        "在其他上限不变时，{w}再多减 1 吨{p}每年约需 {v:,.0f} 元",
        "with the other ceilings as they are, one tonne less of {p}{w} costs about {v:,.0f} CNY a year",
    ),
    BUDGET: Text(
        "{w}{p}的累计预算每少 1 吨，总费用现值约增 {v:,.0f} 元",
        "one tonne less of the budget of {p}{w} adds about {v:,.0f} CNY to the present value of the cost",
    ),
    RECEPTOR: Text(
        "{w}{p}再降低 1 µg/m³，每年约需 {v:,.0f} 元", "1 µg/m³ less of {p}{w} costs about {v:,.0f} CNY a year"
    ),
}


def _conflicts(conflicts: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    names = ("name", "region", "pollutant", "period", "cap_t", "relax_t", "relax_alone_t")
    rows = [tuple(conflict[name] for name in names) for conflict in conflicts]
    texts = {"name", "region", "pollutant"}
    schema = {name: pl.String if name in texts else pl.Int64 if name == "period" else pl.Float64 for name in names}
    return pl.DataFrame(rows, schema=schema, orient="row")
