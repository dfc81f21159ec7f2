"""Tables and engines that the inventory tests share."""

from __future__ import annotations

import gc
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import settings

from cocontrol.inventory.balance import BalanceLayout, get_layout, read_energy_balance
from cocontrol.inventory.combustion import combustion_activity

# Engines start up inside the first example: a deadline per example would test the machine.
settings.register_profile("engines", deadline=None)
settings.load_profile("engines")


@pytest.fixture(scope="session")
def spark_session() -> Iterator[Any]:
    """One PySpark session in local mode; the test skips where there is no Java."""
    if shutil.which("java") is None:
        pytest.skip("PySpark needs Java, which is not on the path")
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .appName("cocontrol-tests")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    yield session
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        session.stop()
        gc.collect()


@pytest.fixture
def spark(spark_session: Any) -> Iterator[Any]:
    """The session; PySpark leaves its sockets to the garbage collector, which runs here, not in a later test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield spark_session
        gc.collect()


@pytest.fixture(scope="session")
def henan_2013(shared: Path) -> pl.DataFrame:
    """The Henan 2013 balance as its file has it, each row with the cell of its amount."""
    name = "henan_energy_balance_2013_mtce.csv"
    frame = pl.read_csv(shared / "data" / "henan_energy_balance_2013" / name)
    renamed = frame.rename({"province": "region", "mtce": "amount"})
    return renamed.with_columns(origin=pl.format(f"{name}!E{{}}", pl.int_range(2, pl.len() + 2)))


@pytest.fixture(scope="session")
def layout() -> BalanceLayout:
    """The layout that the Henan balance has."""
    return get_layout("lbnl_databook_v9")


@pytest.fixture(scope="session")
def balance(henan_2013: pl.DataFrame, layout: BalanceLayout) -> pl.DataFrame:
    """The Henan 2013 balance in our codes."""
    return read_energy_balance(henan_2013, layout)


@pytest.fixture(scope="session")
def activity(balance: pl.DataFrame, layout: BalanceLayout) -> pl.DataFrame:
    """Fuel burnt in Henan in 2013, and what was not burnt."""
    return combustion_activity(balance, layout)
