"""How time, memory and gap of the least-cost portfolio grow with the sources, beside one monolithic HiGHS program.

Synthetic data: every source has 50 measures (8 options, of which one is the present state and one closes it, and 42
devices in 4 stages), 10 pollutants and 6 periods. Devices remove their own pollutants, take others along (a scrubber
takes dust) and cost energy (CO2 rises), so that stages act on the same pollutants and emissions are products. 8
pollutants have a ceiling in each period that tightens over time: 48 shared limits. Every figure is certified: the gap
is the cost of the integer plan above a Lagrangian lower bound, and the plan is evaluated anew by an independent
function and must keep every ceiling, or the script fails. The baseline is one program with every undominated
trajectory; it runs only on a small form of the problem (8 measures, 2 periods), because the full one has billions.

    python benchmarks/portfolio.py                 1,000 and 3,000 sources, and the monolithic program
    python benchmarks/portfolio.py --full          also 10,000 and 30,000 sources
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from cocontrol.measures.portfolio.ceilings import ceiling
from cocontrol.measures.portfolio.model import Devices, Instance, Options, Settings

POLLUTANTS = ("SO2", "NOx", "PM10", "PM25", "VOCs", "NH3", "CO", "BC", "Hg", "CO2")
CAPPED = ("SO2", "NOx", "PM10", "PM25", "VOCs", "NH3", "Hg", "CO2")
STAGES = ("SO2", "NOx", "PM", "VOCs")
GAP = 5e-4


def synthetic(
    sources: int, *, devices: tuple[int, ...] = (11, 11, 10, 10), options: int = 8, periods: int = 6, seed: int = 5
) -> Instance:
    """A synthetic problem of the size that issue and method sheet name, by a fixed seed."""
    draw = np.random.default_rng(seed)
    count = len(POLLUTANTS)
    base = draw.lognormal([4.5, 4.8, 3.5, 3.0, 3.2, 2.0, 5.0, 1.0, -3.0, 10.5], 1.0, (sources, count))
    made_options = _options(draw, base, options, periods)
    made_devices = _devices(draw, base, devices, periods)
    labels = tuple(range(1, periods + 1))
    whole = np.repeat(base[:, :, None], periods, axis=2)
    depth = dict(zip(CAPPED, (0.55, 0.5, 0.5, 0.5, 0.4, 0.25, 0.4, 0.3), strict=True))
    regions = ("synthetic",) * sources
    rows = tuple(
        ceiling("*", pollutant, t, float(base[:, POLLUTANTS.index(pollutant)].sum()) * (1 - depth[pollutant] * t / periods),
                regions, POLLUTANTS, labels)
        for pollutant in CAPPED
        for t in labels
    )  # fmt: skip
    return Instance(
        tuple(f"s{i:05d}" for i in range(sources)), regions, POLLUTANTS, STAGES, labels, 1.05 ** -np.arange(periods),
        whole, made_options, made_devices, rows, Settings(integer=True, gap=GAP),
    )  # fmt: skip


def _size(base: np.ndarray) -> np.ndarray:
    return base[:, POLLUTANTS.index("CO2")] / 1e3


def _options(draw: np.random.Generator, base: np.ndarray, options: int, periods: int) -> Options:
    """Present state, changes of fuel and process that cut carbon and pollutants alike, and closure."""
    sources, count = base.shape
    strength = draw.uniform(0.02, 0.75, (sources, options, 1))
    multiplier = np.clip(1 - strength * draw.uniform(0.4, 1.3, (sources, options, count)), 0.02, 1.2)
    cost = _size(base)[:, None] * (
        strength[:, :, 0] ** 1.5 * draw.uniform(0.5, 3.0, (sources, options)) * 10
        - draw.exponential(0.3, (sources, options))
    )
    multiplier[:, 0], cost[:, 0] = 1.0, 0.0
    multiplier[:, -1], cost[:, -1] = 0.0, _size(base) * draw.uniform(20, 60, sources)
    source = np.repeat(np.arange(sources), options)
    lifetime = np.tile(np.array([1] + [periods] * (options - 1)), sources)
    return Options(
        tuple(f"o{i}" for i in range(options)) * sources, source, np.repeat(cost.reshape(-1, 1), periods, axis=1),
        multiplier.reshape(-1, count), lifetime, np.arange(sources + 1) * options,
    )  # fmt: skip


def _devices(draw: np.random.Generator, base: np.ndarray, devices: tuple[int, ...], periods: int) -> Devices:
    """Devices by stage: main removal, co-removal, energy penalty; dearer where they remove more."""
    sources, count = base.shape
    own = {"SO2": (("SO2", 0.5, 0.98), ("PM10", 0.0, 0.5), ("PM25", 0.0, 0.4), ("Hg", 0.0, 0.5)),
           "NOx": (("NOx", 0.3, 0.92), ("Hg", 0.0, 0.2), ("NH3", -0.3, 0.0)),
           "PM": (("PM10", 0.6, 0.998), ("PM25", 0.5, 0.995), ("BC", 0.5, 0.99), ("Hg", 0.1, 0.6)),
           "VOCs": (("VOCs", 0.4, 0.97), ("NH3", 0.0, 0.3), ("CO", 0.0, 0.5))}  # fmt: skip
    total = sum(devices)
    removal = np.zeros((sources, total, count))
    cost = np.empty((sources, total))
    first = 0
    for stage, number in zip(STAGES, devices, strict=True):
        part = slice(first, first + number)
        quality = draw.uniform(0, 1, (sources, number))
        for pollutant, low, high in own[stage]:
            spread = np.clip(quality + draw.normal(0, 0.15, quality.shape), 0, 1)
            removal[:, part, POLLUTANTS.index(pollutant)] = low + (high - low) * spread
        removal[:, part, POLLUTANTS.index("CO2")] = -draw.uniform(0.001, 0.015, quality.shape)
        cost[:, part] = _size(base)[:, None] * (0.2 + 1.5 * quality**2) * draw.uniform(0.6, 1.6, quality.shape)
        first += number
    stage_of = np.repeat(np.arange(len(STAGES)), devices)
    starts = np.concatenate([[0], np.cumsum(devices)[:-1]])
    kept = np.concatenate([1 - removal.reshape(-1, count), np.ones((1, count))])
    return Devices(
        tuple(f"d{i}" for i in range(total)) * sources, np.repeat(np.arange(sources), total), np.tile(stage_of, sources),
        np.repeat(np.append(cost.ravel(), 0.0)[:, None], periods, axis=1), kept, np.full(sources * total, periods),
        np.empty((0, 2), dtype=np.int64), np.append((np.arange(sources)[:, None] * total + starts).ravel(), sources * total),
    )  # fmt: skip


def measure(sources: int) -> dict[str, Any]:
    """In this process: seconds on the clock and of the processor, peak memory, cost, bound and gap; the plan is checked."""
    from cocontrol.measures.portfolio.solving import optimise

    instance = synthetic(sources)
    start, busy = time.perf_counter(), time.process_time()
    solution = optimise(instance)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    if solution.cost is None or solution.by_source is None:
        raise SystemExit(f"{sources} sources: {solution.status}")
    used = np.einsum(
        "rip,ipt,rt->r", instance.emission_weights, solution.by_source, instance.period_weights, optimize=True
    )
    if (used > instance.limits * (1 + 1e-9)).any():
        raise SystemExit(f"{sources} sources: the plan exceeds a ceiling")
    return {
        "sources": sources, "seconds": seconds, "processor_seconds": busy, "peak_mb": peak_memory_mb(), "cost": solution.cost,
        "lower_bound": solution.lower_bound, "gap": solution.gap, "gap_absolute": solution.cost - (solution.lower_bound or 0.0),
    }  # fmt: skip


def measure_monolithic(sources: int, limit: float) -> dict[str, Any]:
    """One program with every trajectory beside generated columns, on the small form of the problem."""
    from cocontrol.measures.portfolio.columns import enumerate_columns
    from cocontrol.measures.portfolio.enumeration import all_whole, program_of
    from cocontrol.measures.portfolio.highs import Solver
    from cocontrol.measures.portfolio.solving import optimise

    instance = synthetic(sources, devices=(2, 1, 1, 1), options=3, periods=2)
    start = time.perf_counter()
    columns = enumerate_columns(instance)
    answer = Solver(program_of(instance, columns), integer=all_whole(columns)).solve(time_limit=limit, gap=GAP)
    monolithic = time.perf_counter() - start
    start = time.perf_counter()
    ours = optimise(instance, column_limit=0, prices=False)
    return {
        "sources": sources, "columns": len(columns), "monolithic_seconds": monolithic, "monolithic_status": answer.status,
        "monolithic_gap": (answer.objective - answer.bound) / abs(answer.objective) if np.isfinite(answer.objective) else None,
        "seconds": time.perf_counter() - start, "gap": ours.gap,
    }  # fmt: skip


def peak_memory_mb() -> float:
    """Peak resident memory of this process."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
    return float(line.split()[1]) / 1024


def run_apart(*arguments: str) -> dict[str, Any]:
    """This script with these arguments in a process of its own."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, __file__, *arguments], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="also 10,000 and 30,000 sources")
    parser.add_argument("--sources", type=int, nargs="*")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for the monolithic program")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    parser.add_argument("--subject", choices=["columns", "monolithic"], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.subject:
        count = asked.sources[0]
        print(json.dumps(measure(count) if asked.subject == "columns" else measure_monolithic(count, asked.limit)))
        return
    counts = asked.sources or ([1_000, 3_000, 10_000, 30_000] if asked.full else [1_000, 3_000])
    print("50 measures, 10 pollutants, 6 periods, 48 shared ceilings; synthetic")
    print(f"{'sources':>9}{'seconds':>10}{'processor s':>13}{'peak MB':>9}{'gap %':>9}")
    results: dict[str, list[dict[str, Any]]] = {"columns": [], "monolithic": []}
    for count in counts:
        row = run_apart("--subject", "columns", "--sources", str(count))
        print(
            f"{count:>9,}{row['seconds']:>10.0f}{row['processor_seconds']:>13.0f}{row['peak_mb']:>9.0f}{100 * row['gap']:>9.3f}",
            flush=True,
        )
        results["columns"].append(row)
    print("\nsmall form: 8 measures, 2 periods, 16 ceilings; one program with every undominated trajectory")
    print(f"{'sources':>9}{'columns':>10}{'one program s':>15}{'gap %':>9}{'generated s':>13}{'gap %':>9}")
    for count in (100, 300, 1_000) if asked.full else (100, 300):
        row = run_apart("--subject", "monolithic", "--sources", str(count), "--limit", str(asked.limit))
        gap = "none" if row["monolithic_gap"] is None else f"{100 * row['monolithic_gap']:.3f}"
        print(
            f"{count:>9,}{row['columns']:>10,}{row['monolithic_seconds']:>15.0f}{gap:>9}{row['seconds']:>13.0f}{100 * row['gap']:>9.3f}",
            flush=True,
        )
        results["monolithic"].append(row)
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
