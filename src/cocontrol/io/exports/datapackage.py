"""Frictionless Data Package (Data Package 1.0): CSV files with a descriptor made from the table declarations."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from cocontrol.core.text import Language
from cocontrol.io.exports.tabular import read_csv, write_csv
from cocontrol.io.exports.workbook import export_notes
from cocontrol.io.lake import file_sha256
from cocontrol.io.results import result_table, substance_columns
from cocontrol.io.runs import Run

DESCRIPTOR = "datapackage.json"

REFERENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "emission": (("coefficient_id", "coefficient"),),
    "activity": (("coefficient_id", "coefficient"),),
    "coefficient_lineage": (("coefficient_id", "coefficient"),),
}
"""Foreign keys between result tables: column, and the table whose column of that name it points at."""


def write_package(run: Run, folder: Path, language: Language) -> None:
    """Write ``data/<table>.csv`` for every result and ``datapackage.json`` with schemas, hashes and sources."""
    data = folder / "data"
    data.mkdir()
    for name in run.names():
        write_csv(run.result(name), data / f"{name}.csv")
    descriptor = package_descriptor(run, folder, language)
    text = json.dumps(descriptor, ensure_ascii=False, indent=2, allow_nan=False)
    (folder / DESCRIPTOR).write_text(text + "\n", encoding="utf-8")


def package_descriptor(run: Run, folder: Path, language: Language) -> dict[str, Any]:
    """The descriptor of the files that stand under `folder`."""
    manifest = run.manifest
    return {
        "profile": "tabular-data-package",
        "name": f"cocontrol-{manifest['workspace']['name']}-{run.run_id}".lower(),
        "title": manifest["workspace"][f"title_{language}"],
        "description": "\n".join(note.in_language(language) for note in export_notes(run)),
        "created": manifest["created_at"],
        "sources": [
            {"title": entry["path"], "path": entry["path"], "hash": f"sha256:{entry['sha256']}"}
            for entry in manifest["inputs"]
        ],
        "contributors": [{"title": f"Cocontrol {manifest['code_version']}", "role": "wrangler"}],
        "cocontrol": {
            key: manifest[key]
            for key in ("run_id", "code_version", "parameter_version", "document_profile", "gwp_set", "recalled")
        },
        "resources": [_resource(run, name, folder) for name in run.names()],
    }


def _resource(run: Run, name: str, folder: Path) -> dict[str, Any]:
    frame = run.result(name)
    table = result_table(name, frame)
    path = folder / "data" / f"{name}.csv"
    schema = table.schema()
    schema["foreignKeys"] = list(_foreign_keys(run, name, frame))
    if not schema["foreignKeys"]:
        del schema["foreignKeys"]
    if not schema["primaryKey"]:
        del schema["primaryKey"]
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "title": table.label.zh,
        "title_en": table.label.en,
        "path": f"data/{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "hash": f"sha256:{file_sha256(path)}",
        "bytes": path.stat().st_size,
        "schema": schema,
    }


def _foreign_keys(run: Run, name: str, frame: pl.DataFrame) -> Iterable[dict[str, Any]]:
    for column, target in REFERENCES.get(name, ()):
        if column in frame.columns and run.has(target):
            yield {"fields": [column], "reference": {"resource": target, "fields": [column]}}


def read_package(folder: Path, name: str, schema: pl.Schema) -> pl.DataFrame:
    """One table of a package, read back under the schema of the run."""
    return read_csv(folder / "data" / f"{name}.csv", schema)


def emission_totals(folder: Path, run: Run) -> dict[str, float]:
    """Sums of the emission resource, read back from the file."""
    frame = read_package(folder, "emission", run.result("emission").schema)
    return {name: float(frame.get_column(name).sum()) for name in substance_columns(frame)}
