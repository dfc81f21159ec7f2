"""CSV and Parquet: one file per result table in a folder."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from cocontrol.core.text import Language
from cocontrol.io.lake import write_parquet
from cocontrol.io.runs import Run

BYTE_ORDER_MARK = "\ufeff"


def write_csv_folder(run: Run, folder: Path, _language: Language, *, bom: bool = False, separator: str = ",") -> None:
    """Write ``<table>.csv`` for every result: UTF-8, decimal point, no thousands separator, nothing for missing.

    Numbers are written with the digits that read back to the same number. `bom` puts a byte order mark
    first, which Excel needs to see Chinese in a CSV.
    """
    for name in run.names():
        write_csv(run.result(name), folder / f"{name}.csv", bom=bom, separator=separator)


def write_csv(frame: pl.DataFrame, path: Path, *, bom: bool = False, separator: str = ",") -> None:
    """Write one table as CSV."""
    frame.write_csv(path, include_bom=bom, separator=separator)


def read_csv(path: Path, schema: pl.Schema, *, separator: str = ",") -> pl.DataFrame:
    """Read back what `write_csv` wrote, under the schema of the table."""
    return pl.read_csv(path, schema=schema, separator=separator)


def write_parquet_folder(run: Run, folder: Path, _language: Language) -> None:
    """Write ``<table>.parquet`` for every result."""
    for name in run.names():
        write_parquet(run.result(name), folder / f"{name}.parquet")
