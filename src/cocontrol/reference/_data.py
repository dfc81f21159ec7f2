"""Reads the reference files that ship inside the package; every other module asks here."""

from __future__ import annotations

import hashlib
import os
from datetime import date
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import polars as pl

REFERENCE_VARIABLE = "COCONTROL_REFERENCE"
"""Environment variable naming another folder of reference files: a run is redone under its own snapshot."""


def _data_folder() -> Traversable:
    """The folder of this process, fixed at import: one process never mixes two sets of parameters."""
    given = os.environ.get(REFERENCE_VARIABLE)
    return Path(given) if given else files("cocontrol.reference") / "data"


_FOLDER = _data_folder()


def data_files() -> tuple[str, ...]:
    """Names of the reference files, sorted."""
    return tuple(sorted(entry.name for entry in _FOLDER.iterdir() if entry.name.endswith(".csv")))


def read_bytes(name: str) -> bytes:
    """One reference file as it stands."""
    return _FOLDER.joinpath(name).read_bytes()


@lru_cache(maxsize=64)
def read_text_table(name: str) -> pl.DataFrame:
    """One reference file, every column text, empty cells null."""
    return pl.read_csv(_FOLDER.joinpath(name).read_bytes(), infer_schema=False)


@lru_cache(maxsize=1)
def parameter_version() -> str:
    """SHA-256 over the names and bytes of all reference files.

    Two runs with the same version used the same factors, codes and errata.
    """
    digest = hashlib.sha256()
    for name in data_files():
        digest.update(name.encode())
        digest.update(b"\0")
        digest.update(_FOLDER.joinpath(name).read_bytes())
        digest.update(b"\0")
    return digest.hexdigest()


def optional_date(text: str | None) -> date | None:
    """The ISO date in a cell; None for an empty one (an open end)."""
    return None if text is None else date.fromisoformat(text)


def optional_number(text: str | None) -> float | None:
    """The number in a cell; None for an empty one, which never means zero."""
    return None if text is None else float(text)
