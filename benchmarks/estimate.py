"""How fast and how small `estimate` is, beside the same work done the plain ways, in the same run.

Makes one Parquet file of activity (5,000,000 rows by default) and coefficients (400 categories × 30 control
states × 16 pollutants), then runs every subject in a process of its own, several times, and prints for each the
best wall time, the peak memory of its process and the ratios to two baselines. Every subject must come to
the same totals (1e-9), or the benchmark fails. Nothing is asserted about time.

    python benchmarks/estimate.py                 all subjects but PySpark
    python benchmarks/estimate.py --spark         PySpark too (needs Java)
    python benchmarks/estimate.py --rows 500000   smaller
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

POLLUTANTS = [
    "CO2",
    "CH4",
    "N2O",
    "SF6",
    "NF3",
    "SO2",
    "NOx",
    "PM10",
    "PM25",
    "BC",
    "OC",
    "CO",
    "VOCs",
    "NH3",
    "Hg",
    "COD",
]
CATEGORIES, STATES, COUNTIES = 400, 30, 2800
KEYS, GROUPS = ["category", "control_state"], ["adcode", "category"]
COLUMNS = [*GROUPS, "control_state", "amount"]
THREADS = 2
BASELINE, SCAN = "duckdb_long_sql", "scan_and_sum"


def make_tables(folder: Path, rows: int) -> None:
    """Activity and coefficients, all keys text as statistics have them, drawn with a fixed seed."""
    draw = np.random.default_rng(20260101)
    category = np.array([f"1A{i:03d}" for i in range(CATEGORIES)])
    state = np.array([f"control_{i:02d}" for i in range(STATES)])
    county = np.array([f"{110000 + 37 * i}" for i in range(COUNTIES)])
    pl.DataFrame(
        {
            "source_id": np.arange(rows),
            "adcode": county[draw.integers(0, COUNTIES, rows)],
            "category": category[draw.integers(0, CATEGORIES, rows)],
            "control_state": state[draw.integers(0, STATES, rows)],
            "amount": draw.lognormal(3.0, 1.5, rows),
        }
    ).write_parquet(folder / "activity.parquet")
    keys = pl.DataFrame({"category": category}).join(pl.DataFrame({"control_state": state}), how="cross")
    wide = keys.with_columns(**{name: pl.Series(draw.random(keys.height)) for name in POLLUTANTS})
    wide.write_parquet(folder / "wide.parquet")
    wide.unpivot(POLLUTANTS, index=KEYS, variable_name="pollutant", value_name="factor").write_parquet(
        folder / "long.parquet"
    )


def totals(result: pl.DataFrame) -> dict[str, float]:
    return {name: float(result[name].sum()) for name in POLLUTANTS}


def estimate_with(activity: Any, folder: Path) -> Any:
    from cocontrol.inventory.estimation import estimate

    coefficients = pl.read_parquet(folder / "wide.parquet")
    return estimate(activity, coefficients, on=KEYS, pollutants=POLLUTANTS, group_by=GROUPS)


def estimate_polars(folder: Path) -> Callable[[], dict[str, float]]:
    result = estimate_with(pl.read_parquet(folder / "activity.parquet", columns=COLUMNS), folder)
    return lambda: totals(result)


def estimate_polars_lazy(folder: Path) -> Callable[[], dict[str, float]]:
    lazy = estimate_with(pl.scan_parquet(folder / "activity.parquet").select(COLUMNS), folder)
    result = lazy.collect(engine="streaming")
    return lambda: totals(result)


def estimate_pandas(folder: Path) -> Callable[[], dict[str, float]]:
    import pandas as pd

    result = estimate_with(pd.read_parquet(folder / "activity.parquet", columns=COLUMNS), folder)
    return lambda: {name: float(result[name].sum()) for name in POLLUTANTS}


def estimate_pyarrow(folder: Path) -> Callable[[], dict[str, float]]:
    import pyarrow.parquet as pq

    result = estimate_with(pq.read_table(folder / "activity.parquet", columns=COLUMNS), folder)
    return lambda: totals(pl.from_arrow(result))


def duckdb_connection() -> Any:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {THREADS}")
    return connection


def estimate_duckdb(folder: Path) -> Callable[[], dict[str, float]]:
    connection = duckdb_connection()
    columns = ", ".join(COLUMNS)
    activity = connection.sql(f"SELECT {columns} FROM '{folder / 'activity.parquet'}'")  # noqa: S608
    estimate_with(activity, folder).create("result")
    return lambda: duckdb_totals(connection)


def duckdb_totals(connection: Any) -> dict[str, float]:
    sums = ", ".join(f'sum("{name}")' for name in POLLUTANTS)
    return dict(zip(POLLUTANTS, connection.sql(f"SELECT {sums} FROM result").fetchall()[0], strict=True))  # noqa: S608


def duckdb_long_sql(folder: Path) -> Callable[[], dict[str, float]]:
    """The plain way: activity ⋈ long factors, one row for each pollutant, summed by county, category, pollutant."""
    connection = duckdb_connection()
    connection.execute(
        f"""CREATE TABLE result AS
        SELECT adcode, category, pollutant, sum(amount * factor) AS emission
        FROM '{folder / "activity.parquet"}' JOIN '{folder / "long.parquet"}' USING (category, control_state)
        GROUP BY adcode, category, pollutant"""  # noqa: S608
    )
    query = "SELECT pollutant, sum(emission) FROM result GROUP BY pollutant"
    return lambda: dict(connection.sql(query).fetchall())


def duckdb_wide_sql(folder: Path) -> Callable[[], dict[str, float]]:
    """The wide form written by hand in SQL: how much of the gain is the form and how much the engine."""
    connection = duckdb_connection()
    sums = ", ".join(f'sum(amount * "{name}") AS "{name}"' for name in POLLUTANTS)
    connection.execute(
        f"""CREATE TABLE result AS SELECT adcode, category, {sums}
        FROM '{folder / "activity.parquet"}' JOIN '{folder / "wide.parquet"}' USING (category, control_state)
        GROUP BY adcode, category"""  # noqa: S608
    )
    return lambda: duckdb_totals(connection)


def scan_and_sum(folder: Path) -> Callable[[], dict[str, float]]:
    """Reads the four columns that `estimate` reads and sums the amount: the least anything could cost."""
    float(pl.read_parquet(folder / "activity.parquet", columns=COLUMNS)["amount"].sum())
    return dict


def scan_amount_only(folder: Path) -> Callable[[], dict[str, float]]:
    """Reads nothing but the amounts."""
    float(pl.scan_parquet(folder / "activity.parquet").select(pl.col("amount").sum()).collect().item())
    return dict


def estimate_pyspark(folder: Path) -> Callable[[], dict[str, float]]:
    from pyspark.sql import SparkSession
    from pyspark.sql import functions as sql

    builder = SparkSession.builder.master(f"local[{THREADS}]").config("spark.ui.enabled", "false")
    for name, value in {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "3g",
        "spark.sql.shuffle.partitions": "8",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    activity = session.read.parquet(str(folder / "activity.parquet")).select(*COLUMNS)
    result = estimate_with(activity, folder)
    row = result.agg(*(sql.sum(name).alias(name) for name in POLLUTANTS)).collect()[0]
    return lambda: {name: float(row[name]) for name in POLLUTANTS}


SUBJECTS = {
    subject.__name__: subject
    for subject in (
        scan_amount_only, scan_and_sum, duckdb_long_sql, duckdb_wide_sql,
        estimate_polars, estimate_pyarrow, estimate_pandas, estimate_polars_lazy, estimate_duckdb, estimate_pyspark,
    )
}  # fmt: skip


def measure(name: str, folder: Path, repeat: int) -> dict[str, Any]:
    """In this process: best wall time of `repeat` runs, peak memory, totals."""
    if name.startswith("estimate"):
        import cocontrol.inventory.estimation  # noqa: F401 - its import is not what is measured
    seconds, sums = [], dict[str, float]()
    for _ in range(repeat):
        start = time.perf_counter()
        finish = SUBJECTS[name](folder)
        seconds.append(time.perf_counter() - start)
        sums = finish()
        del finish
    return {"seconds": min(seconds), "peak_mb": peak_memory_mb(), "totals": sums}


def peak_memory_mb() -> float:
    """Peak resident memory of this process since it was started; PySpark's Java process is not in it."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss would start from the memory of the process that started this one
        line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
        return float(line.split()[1]) / 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return own / (1024 * 1024 if sys.platform == "darwin" else 1024)


def run_apart(name: str, folder: Path, repeat: int) -> dict[str, Any]:
    """`measure` in a fresh process, so that no subject pays for another's memory."""
    command = [sys.executable, __file__, "--subject", name, "--folder", str(folder), "--repeat", str(repeat)]
    environment = {**os.environ, "POLARS_MAX_THREADS": str(THREADS), "OMP_NUM_THREADS": str(THREADS)}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def check_totals(results: dict[str, dict[str, Any]]) -> float:
    """The largest relative difference of any total from the baseline's; more than 1e-9 is an error."""
    expected = results[BASELINE]["totals"]
    worst = max(
        abs(value - expected[pollutant]) / abs(expected[pollutant])
        for result in results.values()
        for pollutant, value in result["totals"].items()
    )
    if worst > 1e-9:
        raise SystemExit(f"the subjects do not agree: relative difference {worst:.3g}")
    return worst


def print_table(results: dict[str, dict[str, Any]]) -> None:
    print(
        f"{'subject':<22}{'seconds':>9}{'peak MB':>9}{'× faster than long SQL':>24}{'× scan':>9}{'× amount scan':>15}"
    )
    for name, result in results.items():
        seconds = result["seconds"]
        ratios = [
            results[BASELINE]["seconds"] / seconds,
            seconds / results[SCAN]["seconds"],
            seconds / results["scan_amount_only"]["seconds"],
        ]
        print(
            f"{name:<22}{seconds:>9.3f}{result['peak_mb']:>9.0f}{ratios[0]:>24.2f}{ratios[1]:>9.1f}{ratios[2]:>15.1f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--spark", action="store_true", help="run PySpark too")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    parser.add_argument("--subject", choices=list(SUBJECTS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.subject:
        print(json.dumps(measure(asked.subject, asked.folder, asked.repeat)))
        return
    with tempfile.TemporaryDirectory(prefix="cocontrol-bench-") as name:
        folder = Path(name)
        make_tables(folder, asked.rows)
        wanted = [subject for subject in SUBJECTS if asked.spark or subject != "estimate_pyspark"]
        results = {
            subject: run_apart(subject, folder, 1 if "pyspark" in subject else asked.repeat) for subject in wanted
        }
    worst = check_totals(results)
    print(
        f"{asked.rows:,} rows × {len(POLLUTANTS)} pollutants, {THREADS} threads, best of {asked.repeat}; totals agree to {worst:.1e}"
    )
    print_table(results)
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
