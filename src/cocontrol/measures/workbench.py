"""The scenario workbench: ceilings from a plan, the least-cost problem of a run, its answer in tables, and what-ifs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput
from cocontrol.core.text import Text, same
from cocontrol.measures.catalogue import Catalogue, require_known_costs
from cocontrol.measures.effects import Application, act_out
from cocontrol.measures.instance import BASE_OPTION, Choices, as_raw_table, make_choices, tonnes_known
from cocontrol.measures.portfolio.curve import abatement_curve
from cocontrol.measures.portfolio.model import Instance, Solution
from cocontrol.measures.portfolio.reading import RawInstance, read_instance
from cocontrol.measures.portfolio.result import solution_as_dict
from cocontrol.measures.portfolio.solving import optimise
from cocontrol.measures.run_base import Base
from cocontrol.measures.streams import Stream

WHOLE = "*"

_CAP_COLUMNS = ("region", "pollutant", "cap_t")


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A limit in tonnes (`cap_t`), or as a reduction of the base in shares (0.1: ten per cent less). `reason` says why."""

    pollutant: str
    cap_t: float | None = None
    reduction: float | None = None
    region: str = WHOLE
    target_id: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A least-cost problem made of a run: the tables of ``cocontrol optimise``, and the arrays that are solved."""

    base: Base
    catalogue: Catalogue
    choices: Choices
    caps: pl.DataFrame
    instance: Instance
    discount_rate: float

    def frames(self) -> dict[str, pl.DataFrame]:
        """The tables of the folder that ``cocontrol optimise`` reads, by file name."""
        return {
            "sources.csv": self.choices.sources,
            "options.csv": self.choices.options,
            "devices.csv": self.choices.devices,
            "caps.csv": self.caps.select(_CAP_COLUMNS),
        }

    def settings(self) -> dict[str, Any]:
        """The ``settings.toml`` of that folder."""
        solving = self.instance.settings
        return {"periods": 1, "integer": solving.integer, "gap": solving.gap}

    @property
    def synthetic(self) -> bool:
        """Whether any fact or figure behind it is invented."""
        statuses = {
            number.status for measure in self.catalogue.measures.values() for number in measure.numbers.values()
        }
        statuses |= {price.status for price in self.catalogue.prices.values()}
        return self.base.synthetic or "synthetic" in statuses


@dataclass(frozen=True, slots=True)
class Answer:
    """The plan in tables.

    `plan`: a row for each source and measure that it takes (`share` below 1 where it takes it in part); `emissions`:
    base, ceiling and plan by pollutant; `prices`: what one tonne less under each ceiling would cost; `conflicts`: the
    smallest group of ceilings that cannot be met together.
    """

    status: str
    cost: float | None
    lower_bound: float | None
    gap: float | None
    plan: pl.DataFrame
    emissions: pl.DataFrame
    prices: pl.DataFrame
    conflicts: pl.DataFrame
    solution: Solution


def build(
    base: Base,
    catalogue: Catalogue,
    ceilings: Sequence[Ceiling],
    *,
    discount_rate: float = 0.05,
    integer: bool = False,
    gap: float = 5e-4,
) -> Problem:
    """The problem of a run under ceilings: yearly cost, one period.

    `integer` false lets a source take a measure in part (area sources); true makes every choice whole.

    Raises
    ------
    InvalidInput
        No measure can be chosen anywhere, or ceilings that cannot be read: unknown pollutant, neither or both of
        tonnes and reduction; all of them.
    """
    choices = make_choices(base, catalogue, discount_rate=discount_rate)
    _require_choice(choices, catalogue)
    caps = _caps(ceilings, choices.sources, base.pollutants)
    options, devices, limits = (
        as_raw_table(frame, f"{name}.csv") if frame.height else None
        for name, frame in (
            ("options", choices.options),
            ("devices", choices.devices),
            ("caps", caps.select(_CAP_COLUMNS)),
        )
    )
    settings = {"periods": 1, "integer": integer, "gap": gap}
    raw = RawInstance(as_raw_table(choices.sources, "sources.csv"), options, devices, limits, settings)
    instance, _ = read_instance(raw)
    return Problem(base, catalogue, choices, caps, instance, discount_rate)


def _require_choice(choices: Choices, catalogue: Catalogue) -> None:
    """Raise where there is nothing to choose: without costs first, which the user can mend."""
    if choices.devices.height or (choices.options["option_id"] != BASE_OPTION).any():
        return
    require_known_costs(catalogue.measures.values())
    raise InvalidInput(Fault("workbench.no_choice", _NO_CHOICE, remedy=_SEE_LEFT_OUT))


_NO_CHOICE = Text("没有一项措施可用于清单中的源", "no measure can be chosen for any source of the inventory")
_SEE_LEFT_OUT = Text("检查目录的源类别、燃料和能源价格", "check categories, fuels and energy prices of the catalogue")


def _caps(ceilings: Sequence[Ceiling], sources: pl.DataFrame, pollutants: Sequence[str]) -> pl.DataFrame:
    faults = FaultCollector()
    rows = []
    for ceiling in ceilings:
        if ceiling.pollutant not in pollutants:
            faults.add(
                Fault(
                    "workbench.pollutant", _NO_POLLUTANT, value=ceiling.pollutant, allowed=same(", ".join(pollutants))
                )
            )
            continue
        if (ceiling.cap_t is None) == (ceiling.reduction is None):
            faults.add(Fault("workbench.ceiling", _ONE_OF_TWO, value=ceiling.pollutant))
            continue
        total = float(_inside(sources, ceiling.region)[ceiling.pollutant].sum())
        limit = ceiling.cap_t if ceiling.reduction is None else total * (1.0 - ceiling.reduction)
        rows.append((ceiling.region, ceiling.pollutant, limit, total, ceiling.target_id))
    faults.raise_if_any()
    schema = {
        "region": pl.String, "pollutant": pl.String, "cap_t": pl.Float64, "base_t": pl.Float64, "target_id": pl.String
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


_NO_POLLUTANT = Text("清单没有这种污染物", "the inventory has no such pollutant")
_ONE_OF_TWO = Text("上限吨数与削减比例须给且只给一个", "give either tonnes or a reduction, not both or neither")


def _inside(sources: pl.DataFrame, region: str) -> pl.DataFrame:
    if region == WHOLE:
        return sources
    return sources.filter(pl.col("region").str.starts_with(region.rstrip("0")))


def solve(problem: Problem) -> Answer:
    """The cheapest plan and its tables; an infeasible problem has no plan and names the conflict."""
    solution = optimise(problem.instance)
    made = solution_as_dict(solution)
    return Answer(
        solution.status,
        solution.cost,
        solution.lower_bound,
        solution.gap,
        _plan(problem, solution),
        _emissions(problem, made["emissions"]),
        _prices(made["duals"]),
        _conflicts(made["conflicts"]),
        solution,
    )


def _plan(problem: Problem, solution: Solution) -> pl.DataFrame:
    labels = {name: measure.label for name, measure in problem.catalogue.measures.items()}
    costs = _costs(problem.choices)
    instance = solution.instance
    shares: dict[tuple[str, str], float] = {}
    for choice in solution.choices:
        taken = [instance.options.ids[choice.option], *(instance.devices.ids[device] for device in choice.devices)]
        for name in taken:
            if name != BASE_OPTION:
                key = (instance.sources[choice.source], name)
                shares[key] = shares.get(key, 0.0) + choice.share
    rows = [
        (source, name, labels[name].zh, labels[name].en, problem.catalogue.get(name).kind.value, share,
         costs[source, name] * share)
        for (source, name), share in sorted(shares.items())
    ]  # fmt: skip
    schema = {
        **dict.fromkeys(("source_id", "measure_id", "name_zh", "name_en", "kind"), pl.String),
        "share": pl.Float64,
        "cost": pl.Float64,
    }
    plan = pl.DataFrame(rows, schema=schema, orient="row")
    if problem.base.plants.is_empty():
        return plan
    places = problem.base.plants.rename({"name_zh": "plant_zh", "name_en": "plant_en"})
    return plan.join(places, on="source_id", how="left", maintain_order="left")


def _costs(choices: Choices) -> dict[tuple[str, str], float]:
    made = {(row["source_id"], row["option_id"]): row["cost"] for row in choices.options.iter_rows(named=True)}
    return made | {(row["source_id"], row["device_id"]): row["cost"] for row in choices.devices.iter_rows(named=True)}


def _emissions(problem: Problem, after: Mapping[str, Mapping[str, float]]) -> pl.DataFrame:
    """Base, plan and the ceiling of the whole area (null: none) by pollutant, in t."""
    caps = {row["pollutant"]: row["cap_t"] for row in problem.caps.iter_rows(named=True) if row["region"] == WHOLE}
    rows = [
        (
            pollutant,
            float(problem.choices.sources[pollutant].sum()),
            caps.get(pollutant),
            sum(after[pollutant].values()) if pollutant in after else None,
        )
        for pollutant in problem.base.pollutants
    ]
    schema = {"pollutant": pl.String, "base_t": pl.Float64, "cap_t": pl.Float64, "plan_t": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _prices(duals: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    names = ("region", "pollutant", "price", "price_tightened", "price_relaxed")
    rows = []
    for dual in duals:
        sentence = price_sentence(dual["pollutant"], dual["price"])
        rows.append((*(dual[name] for name in names), sentence.zh, sentence.en))
    schema = {name: pl.String if name in {"region", "pollutant"} else pl.Float64 for name in names}
    return pl.DataFrame(rows, schema={**schema, "meaning_zh": pl.String, "meaning_en": pl.String}, orient="row")


def price_sentence(pollutant: str, price: float) -> Text:
    """A shadow price in one sentence for a reader who is no economist."""
    if price <= 0:
        return Text(
            "{p} 的上限没有起约束：再收紧一点也不花钱",
            "the ceiling of {p} does not bind: a little tighter costs nothing",
        ).format(p=pollutant)
    return Text(
        "在其他上限不变时，再多减 1 吨 {p} 每年约需 {v:,.0f} 元",
        "with the other ceilings as they are, one tonne less of {p} costs about {v:,.0f} CNY a year",
    ).format(p=pollutant, v=price)


def _conflicts(conflicts: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    names = ("region", "pollutant", "cap_t", "relax_t", "relax_alone_t")
    rows = [tuple(conflict[name] for name in names) for conflict in conflicts]
    schema = {name: pl.String if name in {"region", "pollutant"} else pl.Float64 for name in names}
    return pl.DataFrame(rows, schema=schema, orient="row")


def recheck(problem: Problem, answer: Answer) -> pl.DataFrame:
    """The plan acted out by the effect engine: by pollutant, tonnes of the problem and of the engine, and the difference.

    The problem multiplies ratios that each hold against the base; the engine knows that a device after a change of
    fuel needs less electricity and reagent. CO2 holds that of electricity. A source without a figure is in neither.
    Empty where there is no plan.
    """
    schema = {"pollutant": pl.String, "plan_t": pl.Float64, "engine_t": pl.Float64, "difference_t": pl.Float64}
    if not answer.solution.choices:
        return pl.DataFrame(schema=schema)
    instance = answer.solution.instance
    by_source = {stream.source_id: stream for stream in problem.base.streams}
    made: list[Stream] = []
    for choice in answer.solution.choices:
        stream = by_source[instance.sources[choice.source]]
        part = replace(stream, amount=None if stream.amount is None else stream.amount * choice.share)
        names = [instance.options.ids[choice.option], *(instance.devices.ids[device] for device in choice.devices)]
        wanted = [Application(name) for name in names if name != BASE_OPTION]
        made.extend(act_out((part,), problem.catalogue, wanted, problem.base.around))
    totals = {p: tonnes_known(made, p) for p in problem.base.pollutants}
    rows = [
        (row["pollutant"], row["plan_t"], totals[row["pollutant"]], totals[row["pollutant"]] - row["plan_t"])
        for row in answer.emissions.iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def curve(problem: Problem, pollutant: str) -> pl.DataFrame:
    """The portfolio abatement curve of a pollutant under the other ceilings; see `portfolio.curve.abatement_curve`."""
    return abatement_curve(problem.instance, pollutant)


def tighten(problem: Problem, answer: Answer, shares: Sequence[float] = (0.01, 0.05)) -> pl.DataFrame:
    """What each ceiling would cost if it were tighter by these shares, the others unchanged.

    Keyed (`region`, `pollutant`, `share`): `cap_t`, `status`, `cost`, `more_cost` (null where there is no plan).
    """
    rows = []
    for place, limit in enumerate(problem.instance.rows):
        for share in shares:
            tighter = replace(limit, limit=limit.limit * (1.0 - share))
            others = (*problem.instance.rows[:place], tighter, *problem.instance.rows[place + 1 :])
            made = optimise(problem.instance.with_rows(*others), prices=False)
            more = None if made.cost is None or answer.cost is None else made.cost - answer.cost
            rows.append((limit.region, limit.pollutant, share, tighter.limit, made.status, made.cost, more))
    schema = {
        "region": pl.String, "pollutant": pl.String, "share": pl.Float64, "cap_t": pl.Float64, "status": pl.String,
        "cost": pl.Float64, "more_cost": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")
