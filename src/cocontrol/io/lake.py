"""Parquet files that come out byte for byte alike for the same table, and their checksums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.provenance import sha256_of
from cocontrol.core.text import Text

ROW_GROUP = 1 << 18
"""Rows of one Parquet row group; fixed, because it shapes the bytes."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that a manifest pins: its name, path inside the folder, checksum, size and rows."""

    name: str
    path: str
    sha256: str
    bytes: int
    rows: int

    def as_dict(self) -> dict[str, str | int]:
        """Plain values for the manifest."""
        return {"name": self.name, "path": self.path, "sha256": self.sha256, "bytes": self.bytes, "rows": self.rows}


def file_sha256(path: Path) -> str:
    """Hex SHA-256 of a file, read block by block."""
    with path.open("rb") as stream:
        return sha256_of(stream)


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write one table so that the same rows in the same order give the same bytes.

    Chunks are joined first and compression, statistics and row-group size are fixed: nothing of the
    machine (cores, memory, clock) reaches the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.rechunk().write_parquet(
        path, compression="zstd", compression_level=3, statistics=True, row_group_size=ROW_GROUP
    )


def store_tables(tables: Mapping[str, pl.DataFrame], folder: Path) -> tuple[StoredFile, ...]:
    """Write ``<name>.parquet`` for each table into `folder`; what was written, sorted by name."""
    stored = []
    for name in sorted(tables):
        path = folder / f"{name}.parquet"
        write_parquet(tables[name], path)
        stored.append(
            StoredFile(name, f"{folder.name}/{path.name}", file_sha256(path), path.stat().st_size, tables[name].height)
        )
    return tuple(stored)


def read_parquet(path: Path) -> pl.DataFrame:
    """The table of one Parquet file.

    Raises
    ------
    InvalidInput
        The file is missing or is not Parquet.
    """
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        # The decoder panics, rather than fails, on some broken pages.
        raise InvalidInput(
            Fault(
                "lake.unreadable",
                Text("无法读取 Parquet 文件", "the Parquet file cannot be read"),
                Location(file=path.name),
                value=str(error).splitlines()[0],
                remedy=Text("重新运行，或从备份恢复该文件", "run again, or restore the file from a backup"),
            )
        ) from error
