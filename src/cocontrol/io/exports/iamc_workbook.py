"""IAMC workbook: sheet ``data`` (wide form) and sheet ``meta`` (a line per model and scenario); writer and reader."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.io.exports.iamc import INDEX, long_table
from cocontrol.io.exports.sheets import Cell, Rows, new_book, put_rows, read_sheets, word
from cocontrol.io.runs import Run

FILE = "iamc.xlsx"
DATA, META = "data", "meta"


def iamc_meta(run: Run, long: pl.DataFrame) -> pl.DataFrame:
    """What is known of each scenario: ``Model, Scenario, exclude``, then run, GWP set, profile, recalled share, synthetic data."""
    manifest = run.manifest
    named = {
        "Run": run.run_id,
        "GWP Set": str(manifest["gwp_set"]),
        "Document Profile": str(manifest["document_profile"]),
        "Recalled Share CO2": manifest["recalled"].get("CO2"),
        "Synthetic": ", ".join(manifest.get("synthetic") or []),
    }
    scenarios = long.select("Model", "Scenario").unique().sort("Model", "Scenario")
    return scenarios.with_columns(
        pl.lit(value=False).alias("exclude"),
        *(
            pl.lit(value, dtype=pl.Float64 if key.startswith("Recalled") else pl.String).alias(key)
            for key, value in named.items()
        ),
    )


def write_iamc_workbook(long: pl.DataFrame, meta: pl.DataFrame, path: Path) -> None:
    """Write both sheets; a point that is not there stays blank."""
    years = sorted(long.get_column("Year").unique().to_list())
    wide = long.pivot(on="Year", index=list(INDEX), values="Value", on_columns=years) if years else long.select(INDEX)
    with new_book(path, "IAMC") as book:
        for name, table in ((DATA, wide), (META, meta)):
            sheet = book.add_worksheet(name)
            put_rows(sheet, [list(table.columns)])
            put_rows(sheet, table.iter_rows(), first=1)


def read_iamc_workbook(path: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The long table of the sheet ``data`` and the rows of the sheet ``meta`` (empty where there is none; all text but ``exclude``).

    Raises
    ------
    InvalidInput
        The file is no workbook, has no sheet ``data``, or a fault that `cocontrol.io.exports.iamc.long_table` finds.
    """
    sheets = read_sheets(path)
    if DATA not in sheets:
        raise InvalidInput(
            Fault("iamc.sheet", Text("缺少工作表", "a sheet is missing"), Location(file=path.name, sheet=DATA))
        )
    return long_table(_text_table(sheets[DATA]), path.name), _text_table(sheets.get(META, []))


def _text_table(rows: Rows) -> pl.DataFrame:
    heads = [word(value) for value in rows[0]] if rows else []
    body = [[_text(value) for value in row] for row in rows[1:]]
    return pl.DataFrame(body, schema=dict.fromkeys(heads, pl.String), orient="row")


def _text(value: Cell) -> str | None:
    if value is None:
        return None
    return repr(value) if isinstance(value, float) and not value.is_integer() else word(value)
