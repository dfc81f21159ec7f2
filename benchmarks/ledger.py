"""Two-way sums of a ledger of 10,000,000 rows: `inventory.totals.totals` beside plain SQL on the same file.

The ledger is one Parquet file, wide (16 pollutants), drawn with a fixed seed. Every pair of its four keys is summed
for one pollutant, and one pair for all of them. Totals must agree to 1e-9 or the benchmark fails; nothing is
asserted about time.

    python benchmarks/ledger.py                  Polars (lazy scan) and DuckDB
    python benchmarks/ledger.py --spark          PySpark too, through the same function (needs Java)
    python benchmarks/ledger.py --rows 1000000   smaller
"""

from __future__ import annotations

import argparse
import itertools
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

from cocontrol.core.pollutants import codes
from cocontrol.inventory.totals import totals

THREADS = str(os.environ.get("POLARS_MAX_THREADS", pl.thread_pool_size()))
"""Of Polars; DuckDB and PySpark get as many. Set POLARS_MAX_THREADS for fewer."""

POLLUTANTS = [*codes("greenhouse_gas")[:5], *codes("air_pollutant")[:10], "COD"]
KEYS = {"adcode": 2800, "category": 70, "fuel": 30, "period": 20}
CHUNK = 1_000_000


def make_ledger(path: Path, rows: int) -> None:
    """The file: text keys as they come from a run, amounts with one value in fifty missing."""
    draw = np.random.default_rng(20261121)
    names = {key: np.array([f"{key[:2]}{i:05d}" for i in range(count)]) for key, count in KEYS.items()}
    parts = []
    for start in range(0, rows, CHUNK):
        size = min(CHUNK, rows - start)
        keys = {key: names[key][draw.integers(0, count, size)] for key, count in KEYS.items()}
        values = {name: draw.lognormal(2.0, 1.5, size) for name in POLLUTANTS}
        gaps = draw.random(size) < 0.02
        parts.append(
            pl.DataFrame({**keys, **values})
            .with_columns(pl.when(pl.Series(~gaps)).then(pl.col(POLLUTANTS[0])).alias(POLLUTANTS[0]))
            .with_columns(pl.col(list(KEYS)).cast(pl.Categorical))
        )
    pl.concat(parts, rechunk=False).write_parquet(path, row_group_size=CHUNK // 4)


def timed(work: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    """The best of several wall times, and the answer."""
    best, answer = float("inf"), None
    for _ in range(repeats):
        start = time.perf_counter()
        answer = work()
        best = min(best, time.perf_counter() - start)
    return best, answer


def by_duckdb(path: Path, keys: tuple[str, ...], values: list[str]) -> Callable[[], pl.DataFrame]:
    sums = ", ".join(f'SUM("{name}") AS "{name}"' for name in values)
    query = f"SELECT {', '.join(keys)}, {sums} FROM '{path}' GROUP BY {', '.join(keys)}"  # noqa: S608 (our own names)
    connection = duckdb.connect(config={"threads": int(THREADS)})
    return lambda: connection.sql(query).pl()


def by_polars(path: Path, keys: tuple[str, ...], values: list[str]) -> Callable[[], pl.DataFrame]:
    return lambda: totals(pl.scan_parquet(path), keys, values).collect()


def by_spark(session: Any, path: Path, keys: tuple[str, ...], values: list[str]) -> Callable[[], pl.DataFrame]:
    return lambda: pl.from_arrow(totals(session.read.parquet(str(path)), keys, values).toArrow())  # type: ignore[return-value]


def spark_session() -> Any:
    from pyspark.sql import SparkSession

    return (
        SparkSession.builder.master(f"local[{THREADS}]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "3g")
        .config("spark.sql.shuffle.partitions", THREADS)
        .getOrCreate()
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--spark", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.parquet"
        make_ledger(path, given.rows)
        print(
            f"{given.rows:,} rows, {len(POLLUTANTS)} pollutants, {path.stat().st_size / 1e6:,.0f} MB, {THREADS} threads"
        )
        session = spark_session() if given.spark else None
        cases = [(pair, POLLUTANTS[:1]) for pair in itertools.combinations(KEYS, 2)]
        cases.append((("category", "period"), POLLUTANTS))
        print(f"{'keys':24}{'pollutants':>11}{'groups':>9}{'Polars s':>10}{'DuckDB s':>10}{'ratio':>7}{'Spark s':>9}")
        for keys, values in cases:
            ours, found = timed(by_polars(path, keys, values), given.repeats)
            theirs, expected = timed(by_duckdb(path, keys, values), given.repeats)
            check(found, expected, values)
            spark = ""
            if session is not None:
                seconds, answer = timed(by_spark(session, path, keys, values), given.repeats)
                check(answer, expected, values)
                spark = f"{seconds:9.2f}"
            print(
                f"{' × '.join(keys):24}{len(values):11}{found.height:9,}{ours:10.2f}{theirs:10.2f}{theirs / ours:7.1f}{spark}"
            )
        if session is not None:
            session.stop()


def check(found: pl.DataFrame, expected: pl.DataFrame, values: list[str]) -> None:
    assert found.height == expected.height
    for name in values:
        assert abs(found[name].sum() / expected[name].sum() - 1) < 1e-9, name


if __name__ == "__main__":
    main()
