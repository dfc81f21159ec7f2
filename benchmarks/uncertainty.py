"""How fast and how small the Monte Carlo is, beside drawing the raw random numbers alone, in the same run.

2,000 source categories × 16 pollutants × 10,000 draws, percentiles by 20 groups, under three cases: every category
with factors of its own (32,000 factors), the same all lognormal (an exponential for each number), and 400
coefficients shared by the categories (6,400 factors). Every subject runs in a process of its own. The baseline
draws with NumPy exactly the random numbers that the subject needs (activities + factors, 64-bit normals from the
default generator, block by block into one array) and throws them away. The mean and the variance of the totals
must agree with the exact ones, or the benchmark fails. Nothing is asserted about time.

    python benchmarks/uncertainty.py
    python benchmarks/uncertainty.py --sources 500 --draws 2000   smaller
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
import polars as pl

POLLUTANTS = [
    "CO2", "CH4", "N2O", "SF6", "NF3", "SO2", "NOx", "PM10", "PM25", "BC", "OC", "CO", "VOCs", "NH3", "Hg", "COD",
]  # fmt: skip
GROUPS = 20
CASES = {"own_factors": (None, "auto"), "own_factors_lognormal": (None, "lognormal"), "shared_factors": (400, "auto")}
"""Coefficients (None: one for each category) and the distribution of the factors."""
BASELINE = "raw_numbers"


def make_tables(case: str, sources: int) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Activity, coefficients and factor uncertainty with a fixed seed; one factor in four is wider than 60 %."""
    given, shape = CASES[case]
    count = min(given or sources, sources)
    draw = np.random.default_rng(20260101)
    own = np.arange(sources) if given is None else draw.integers(0, count, sources)
    coefficient = [f"c{i:05d}" for i in range(count)]
    activity = pl.DataFrame(
        {
            "activity_id": [f"a{i:05d}" for i in range(sources)],
            "coefficient_id": [coefficient[i] for i in own],
            "group": draw.integers(0, GROUPS, sources),
            "amount": draw.lognormal(3.0, 1.5, sources),
            "distribution": "auto",
            "lower_pct": draw.uniform(2, 20, sources),
        }
    ).with_columns(upper_pct="lower_pct")
    wide = pl.DataFrame({"coefficient_id": coefficient, **{name: draw.random(count) for name in POLLUTANTS}})
    spread = (
        wide.unpivot(POLLUTANTS, index="coefficient_id", variable_name="pollutant")
        .drop("value")
        .with_columns(
            factor_id=pl.format("{} {}", "coefficient_id", "pollutant"),
            distribution=pl.lit(shape),
            lower_pct=pl.Series(draw.choice([10.0, 30.0, 50.0, 100.0], count * len(POLLUTANTS))),
        )
        .with_columns(upper_pct="lower_pct")
    )
    return activity, wide, spread


def variables(case: str, sources: int) -> int:
    """Random variables of a case: activities and factors."""
    activity, wide, _ = make_tables(case, sources)
    return activity.height + wide.height * len(POLLUTANTS)


def draw_raw(count: int, draws: int) -> None:
    """`draws` normals for each of `count` variables."""
    generator, out = np.random.default_rng(1), np.empty(min(draws, 5_000))
    for _ in range(count * draws // out.size):
        generator.standard_normal(out=out)


def simulate_case(case: str, sources: int, draws: int) -> dict[str, float]:
    """Seconds from tables to percentiles, and the largest error of mean and variance in standard errors."""
    from cocontrol.inventory.uncertainty.contributions import decompose
    from cocontrol.inventory.uncertainty.model import build_model
    from cocontrol.inventory.uncertainty.monte_carlo import simulate, summarise

    tables = make_tables(case, sources)
    start = time.perf_counter()
    model = build_model(*tables, pollutants=POLLUTANTS, group_by=["group"])
    drawn = simulate(model, draws=draws, seed=1)
    table = summarise(drawn)
    seconds = time.perf_counter() - start
    errors = []
    for place in range(len(model.rows)):
        alone = np.zeros(len(model.rows))
        alone[place] = 1.0
        for name in ("CO2", "Hg"):
            exact = decompose(model, pollutants={name: 1.0}, groups=alone)
            row = table.row(
                by_predicate=(pl.col("group") == model.groups["group"][place]) & (pl.col("pollutant") == name),
                named=True,
            )
            errors.append(abs(row["mean_t"] - exact.mean) / (exact.variance / draws) ** 0.5)
    return {"seconds": seconds, "worst_standard_errors": max(errors)}


def measure(subject: str, case: str, sources: int, draws: int) -> dict[str, Any]:
    """In this process: seconds, peak memory and, for the simulation, its error."""
    if subject == BASELINE:
        count = variables(case, sources)
        start = time.perf_counter()
        draw_raw(count, draws)
        return {"seconds": time.perf_counter() - start, "peak_mb": peak_memory_mb(), "numbers": count * draws}
    return {**simulate_case(case, sources, draws), "peak_mb": peak_memory_mb()}


def peak_memory_mb() -> float:
    """Peak resident memory of this process."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
    return float(line.split()[1]) / 1024


def run_apart(subject: str, case: str, asked: argparse.Namespace) -> dict[str, Any]:
    """`measure` in fresh processes, best of several."""
    command = [sys.executable, __file__, "--subject", subject, "--case", case]
    command += ["--sources", str(asked.sources), "--draws", str(asked.draws)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "2"}
    results: list[dict[str, Any]] = []
    for _ in range(asked.repeat):
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        results.append(json.loads(done.stdout.splitlines()[-1]))
    return min(results, key=lambda result: result["seconds"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=2_000)
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    parser.add_argument("--subject", choices=[BASELINE, "simulate"], help=argparse.SUPPRESS)
    parser.add_argument("--case", choices=list(CASES), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.subject:
        print(json.dumps(measure(asked.subject, asked.case, asked.sources, asked.draws)))
        return
    print(
        f"{asked.sources:,} sources × {len(POLLUTANTS)} pollutants × {asked.draws:,} draws, {GROUPS} groups, one thread"
    )
    print(
        f"{'case':<24}{'numbers, M':>12}{'raw, s':>9}{'simulate, s':>13}{'× raw speed':>13}{'peak MB':>9}{'error, σ':>10}"
    )
    results = {}
    for case in CASES:
        raw, ours = run_apart(BASELINE, case, asked), run_apart("simulate", case, asked)
        if ours["worst_standard_errors"] > 5:
            raise SystemExit(f"{case}: a mean is {ours['worst_standard_errors']:.1f} standard errors off the exact one")
        ratio = raw["seconds"] / ours["seconds"]
        print(
            f"{case:<24}{raw['numbers'] / 1e6:>12,.0f}{raw['seconds']:>9.2f}{ours['seconds']:>13.2f}{ratio:>13.2f}"
            f"{ours['peak_mb']:>9.0f}{ours['worst_standard_errors']:>10.1f}",
            flush=True,
        )
        results[case] = {BASELINE: raw, "simulate": ours, "speed_ratio": ratio}
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
