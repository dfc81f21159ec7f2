"""Small problems as rows of their files, and an independent solution by enumeration of every combination."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from cocontrol.core.raw import RawTable, raw_table
from cocontrol.measures.portfolio.ceilings import ceiling
from cocontrol.measures.portfolio.model import Devices, Instance, Options, Settings
from cocontrol.measures.portfolio.reading import RawInstance, read_instance

Rows = list[dict[str, Any]]


@dataclass
class Problem:
    """The rows of the files of a problem, as a person would write them."""

    sources: Rows
    options: Rows = field(default_factory=list)
    devices: Rows = field(default_factory=list)
    caps: Rows = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)

    def instance(self) -> Instance:
        """The problem as the library reads it."""
        return read_instance(self.raw())[0]

    def raw(self) -> RawInstance:
        """The files of the problem."""
        tables = {name: table_of(f"{name}.csv", getattr(self, name)) for name in ("options", "devices", "caps")}
        sources = table_of("sources.csv", self.sources)
        assert sources is not None
        return RawInstance(sources, tables["options"], tables["devices"], tables["caps"], self.settings)

    @property
    def pollutants(self) -> list[str]:
        """Pollutant columns."""
        return [name for name in self.sources[0] if name not in {"source_id", "region"}]

    @property
    def periods(self) -> int:
        """How many periods."""
        return int(self.settings.get("periods", 1))


def table_of(file: str, rows: Rows) -> RawTable | None:
    """A raw table with these rows; None without any."""
    if not rows:
        return None
    headings = list(dict.fromkeys(name for row in rows for name in row))
    cells = [headings, *([_text(row.get(name)) for name in headings] for row in rows)]
    grid = pl.DataFrame(cells, schema={f"column {i}": pl.String for i in range(len(headings))}, orient="row")
    return raw_table(grid, file=file, sha256="")


def _text(value: object) -> str | None:
    return None if value is None else repr(value) if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class Found:
    """The cheapest combination; None where there is none. `plan` names option and devices by source and period."""

    cost: float | None
    plan: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...] = ()


State = tuple[str, tuple[str | None, ...]]


def enumerate_problem(problem: Problem) -> Found:
    """The cheapest of all combinations of all trajectories of all sources, by trying every one."""
    caps = [_cap_key(problem, cap, period) for cap in problem.caps for period in _cap_periods(problem, cap)]
    costs, uses, paths = [], [], []
    for source in problem.sources:
        mine = list(_trajectories(problem, source))
        cost, use = zip(*(_value(problem, source, path, caps) for path in mine), strict=True)
        costs.append(np.array(cost))
        uses.append(np.array(use).reshape(len(mine), len(caps)))
        paths.append(mine)
    total, used = costs[0], uses[0]
    for cost, use in zip(costs[1:], uses[1:], strict=True):
        total = (total[:, None] + cost[None, :]).ravel()
        used = (used[:, None, :] + use[None, :, :]).reshape(len(total), len(caps))
    limits = np.array([cap[3] for cap in caps])
    fits = (used <= limits + 1e-9 * np.abs(limits)).all(axis=1)
    if not fits.any():
        return Found(None)
    best = int(np.flatnonzero(fits)[total[fits].argmin()])
    places = np.unravel_index(best, [len(cost) for cost in costs])
    plan = tuple(
        tuple((option, tuple(d for d in devices if d)) for option, devices in paths[i][int(place)])
        for i, place in enumerate(places)
    )
    return Found(float(total[best]), plan)


def _cap_periods(problem: Problem, cap: Mapping[str, Any]) -> Sequence[int]:
    return [int(cap["period"])] if cap.get("period") else range(1, problem.periods + 1)


def _cap_key(problem: Problem, cap: Mapping[str, Any], period: int) -> tuple[str, str, int, float]:
    return (cap["region"], cap["pollutant"], period, float(cap["cap_t"]))


def _options_of(problem: Problem, source: Mapping[str, Any]) -> Rows:
    mine = [row for row in problem.options if row["source_id"] == source["source_id"]]
    return mine or [{"option_id": "base", "cost": 0.0, **dict.fromkeys(problem.pollutants, 1.0)}]


def _states(problem: Problem, source: Mapping[str, Any]) -> Iterator[State]:
    """Option and device of every stage, as far as they go together."""
    kit = [row for row in problem.devices if row["source_id"] == source["source_id"]]
    stages = sorted({row["stage"] for row in problem.devices})
    choices = [[None, *(row["device_id"] for row in kit if row["stage"] == stage)] for stage in stages]
    barred = {(row["device_id"], o) for row in kit for o in str(row.get("forbids_options") or "").split(";")}
    for option in _options_of(problem, source):
        closed = all(option[p] == 0 for p in problem.pollutants)
        for devices in itertools.product(*choices):
            if closed and any(devices):
                continue
            if not any((device, option["option_id"]) in barred for device in devices):
                yield option["option_id"], devices


def _trajectories(problem: Problem, source: Mapping[str, Any]) -> Iterator[tuple[State, ...]]:
    lives = _lifetimes(problem, source)
    closing = {o["option_id"] for o in _options_of(problem, source) if all(o[p] == 0 for p in problem.pollutants)}
    for path in itertools.product(list(_states(problem, source)), repeat=problem.periods):
        if _lasts([state[0] for state in path], lives, closing) and all(
            _lasts([state[1][s] for state in path if state[0] not in closing], lives, set())
            for s in range(len(path[0][1]))
        ):
            yield path


def _lifetimes(problem: Problem, source: Mapping[str, Any]) -> dict[str | None, float]:
    lives: dict[str | None, float] = {None: 1}
    for option in _options_of(problem, source):
        present = all(option[p] == 1 for p in problem.pollutants)
        lives[option["option_id"]] = option.get("lifetime") or (1 if present else math.inf)
    for row in problem.devices:
        if row["source_id"] == source["source_id"]:
            lives[row["device_id"]] = row.get("lifetime") or math.inf
    return lives


def _lasts(names: Sequence[str | None], lives: Mapping[str | None, float], closing: set[str]) -> bool:
    """Whether every run lasts its life or reaches the end, and nothing follows a closure."""
    runs = [(name, len(list(run))) for name, run in itertools.groupby(names)]
    return all(length >= lives[name] and name not in closing for name, length in runs[:-1])


def _value(
    problem: Problem, source: Mapping[str, Any], path: Sequence[State], caps: Sequence[tuple[str, str, int, float]]
) -> tuple[float, list[float]]:
    options = {row["option_id"]: row for row in _options_of(problem, source)}
    kit = {row["device_id"]: row for row in problem.devices if row["source_id"] == source["source_id"]}
    rate = problem.settings.get("discount_rate", 0.0)
    cost = sum(
        (options[option]["cost"] + sum(kit[d]["cost"] for d in devices if d)) / (1 + rate) ** t
        for t, (option, devices) in enumerate(path)
    )

    def emission(pollutant: str, period: int) -> float:
        option, devices = path[period - 1]
        kept = math.prod(1 - kit[d][pollutant] for d in devices if d)
        return float(source[pollutant]) * options[option][pollutant] * kept

    uses = [
        emission(pollutant, period) if region in {"*", source["region"]} else 0.0
        for region, pollutant, period, _ in caps
    ]
    return cost, uses


def random_problem(seed: int, *, combinations: int = 20_000, periods: int = 1, sources: int | None = None) -> Problem:
    """A random problem with at most so many combinations of single-period states: 1 to 12 sources, 2 to 4 pollutants."""
    draw = np.random.default_rng(seed)
    count = sources or int(draw.integers(1, 13))
    pollutants = ["SO2", "NOx", "CO2", "PM25"][: int(draw.integers(2, 5))]
    problem = Problem(
        [
            {
                "source_id": f"s{i}",
                "region": str(draw.choice(["north", "south"])),
                **{p: round(float(draw.uniform(5, 100)), 3) for p in pollutants},
            }
            for i in range(count)
        ],
        settings={"periods": periods, "discount_rate": float(draw.choice([0.0, 0.05])), "gap": 0.0},
    )
    for _ in range(60):
        before = len(problem.options), len(problem.devices)
        _add_measure(problem, draw, pollutants, lifetimes=periods > 1)
        if math.prod(len(list(_states(problem, s))) for s in problem.sources) > combinations:
            del problem.options[before[0] :], problem.devices[before[1] :]
            break
    regions = ["*", *sorted({row["region"] for row in problem.sources})]
    for region in regions:
        for pollutant in pollutants:
            if draw.random() < 0.45:
                base = sum(row[pollutant] for row in problem.sources if region in {"*", row["region"]})
                depth = draw.uniform(0.02, 0.35)
                problem.caps += [
                    {
                        "region": region,
                        "pollutant": pollutant,
                        "period": t,
                        "cap_t": float(base * (1 - depth * t / periods)),
                    }
                    for t in range(1, periods + 1)
                ]
    return problem


def _add_measure(problem: Problem, draw: np.random.Generator, pollutants: list[str], *, lifetimes: bool) -> None:
    source = str(draw.choice([row["source_id"] for row in problem.sources]))
    life = {"lifetime": int(draw.integers(1, 4)) if draw.random() < 0.6 else None} if lifetimes else {}
    mine = [row for row in problem.options if row["source_id"] == source]
    if draw.random() < 0.5:
        if not mine:
            problem.options.append(
                {"source_id": source, "option_id": "base", "cost": 0.0, **dict.fromkeys(pollutants, 1.0)}
            )
        closes = draw.random() < 0.15
        multipliers = {p: 0.0 if closes else round(float(draw.uniform(0.1, 1.1)), 3) for p in pollutants}
        cost = round(float(draw.uniform(-10, 100)), 2) + (60.0 if closes else 0.0)
        problem.options.append(
            {"source_id": source, "option_id": f"o{len(problem.options)}", "cost": cost, **life, **multipliers}
        )
        return
    main = str(draw.choice(pollutants))
    removal = {
        p: round(float(draw.uniform(0.4, 0.98) if p == main else draw.choice([0.0, 0.3, -0.02])), 3) for p in pollutants
    }
    barred = str(draw.choice([row["option_id"] for row in mine])) if mine and draw.random() < 0.3 else None
    problem.devices.append(
        {
            "source_id": source, "stage": f"stage {main}", "device_id": f"d{len(problem.devices)}",
            "cost": round(float(draw.uniform(1, 40)), 2), "forbids_options": barred, **life, **removal,
        }
    )  # fmt: skip


def build_instance(problem: Problem) -> Instance:
    """The arrays of a problem made row by row, without the reader: quick, and a check of the reader."""
    pollutants, periods = problem.pollutants, problem.periods
    ids = [row["source_id"] for row in problem.sources]
    regions = tuple(row["region"] for row in problem.sources)
    labels = tuple(range(1, periods + 1))
    stages = tuple(dict.fromkeys(row["stage"] for row in problem.devices))
    options = [{**row, "place": i} for i, source in enumerate(problem.sources) for row in _options_of(problem, source)]
    kit = sorted(
        ({**row, "place": ids.index(row["source_id"]), "stage": stages.index(row["stage"])} for row in problem.devices),
        key=lambda row: (row["place"], row["stage"]),
    )
    forbids = [
        (d, o)
        for d, device in enumerate(kit)
        for o, option in enumerate(options)
        if device["place"] == option["place"] and option["option_id"] == device.get("forbids_options")
    ]
    rows = tuple(
        ceiling(cap["region"], cap["pollutant"], period, cap["cap_t"], regions, pollutants, labels)
        for cap in problem.caps
        for period in _cap_periods(problem, cap)
    )
    rate = problem.settings.get("discount_rate", 0.0)
    base = np.array([[float(row[p]) for p in pollutants] for row in problem.sources])
    return Instance(
        tuple(ids), regions, tuple(pollutants), stages, labels, np.array([(1 + rate) ** -t for t in range(periods)]),
        np.repeat(base[:, :, None], periods, axis=2), _options_table(options, problem), _devices_table(kit, forbids, problem, stages),
        rows, Settings(bool(problem.settings.get("integer", True)), 0.0),
    )  # fmt: skip


def _options_table(options: Rows, problem: Problem) -> Options:
    periods = problem.periods
    lives = [_lifetimes(problem, problem.sources[row["place"]])[row["option_id"]] for row in options]
    closing = [all(row[p] == 0 for p in problem.pollutants) for row in options]
    return Options(
        tuple(row["option_id"] for row in options),
        np.array([row["place"] for row in options]),
        np.repeat(np.array([[row["cost"]] for row in options], dtype=float), periods, axis=1),
        np.array([[float(row[p]) for p in problem.pollutants] for row in options]),
        np.array([periods if closes else int(min(life, periods)) for life, closes in zip(lives, closing, strict=True)]),
        np.searchsorted([row["place"] for row in options], np.arange(len(problem.sources) + 1)),
    )


def _devices_table(kit: Rows, forbids: list[tuple[int, int]], problem: Problem, stages: Sequence[str]) -> Devices:
    periods, count = problem.periods, len(problem.pollutants)
    removal = np.array([[float(row[p]) for p in problem.pollutants] for row in kit]).reshape(len(kit), count)
    places = [row["place"] * len(stages) + row["stage"] for row in kit]
    return Devices(
        tuple(row["device_id"] for row in kit),
        np.array([row["place"] for row in kit], dtype=np.int64),
        np.array([row["stage"] for row in kit], dtype=np.int64),
        np.repeat(np.array([[row["cost"]] for row in kit] + [[0.0]]), periods, axis=1),
        np.concatenate([1.0 - removal, np.ones((1, count))]),
        np.array([min(row.get("lifetime") or periods, periods) for row in kit], dtype=np.int64),
        np.array(forbids, dtype=np.int64).reshape(-1, 2),
        np.searchsorted(places, np.arange(len(problem.sources) * len(stages) + 1)),
    )
