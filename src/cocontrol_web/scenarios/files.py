"""Files of these pages: uploads that are read once and not kept, examples, and workbooks to take away."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from django.http import HttpRequest

from cocontrol.core.raw import RawTable
from cocontrol.core.text import Language, Text
from cocontrol.pathways.examples import FACTORS, example
from cocontrol_web.registry.checking import refuse_upload, safe_name

TYPED = "table.csv"
SHEET_NAME = 31
"""Longest name of a sheet that spreadsheets open."""


def example_file(name: str) -> bytes:
    """The content of an example that comes with the site or, for a decomposition, with the library."""
    if name == FACTORS:
        return example(FACTORS).encode()
    return files("cocontrol_web.scenarios").joinpath("examples", name).read_bytes()


@contextmanager
def given_table(
    request: HttpRequest, example_name: str, *, upload_name: str = "file", text_name: str = "table"
) -> Iterator[Path]:
    """The table of a form as a path that is gone afterwards.

    An uploaded file goes first, then the text of the table that the page got before, then the example.

    Raises
    ------
    InvalidInput
        The file is too large, or has an ending that nothing reads.
    """
    upload, text = request.FILES.get(upload_name), request.POST.get(text_name, "")
    name = safe_name(upload.name or "") if upload else TYPED if text else example_name
    if upload is not None:
        refuse_upload(name, upload.size or 0)
    content = b"".join(upload.chunks()) if upload else text.encode() if text else example_file(example_name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path


def csv_text(raw: RawTable) -> str:
    """A table as CSV text, so that a page can send it along with its next question."""
    named = {letter: heading or letter for letter, heading in zip(raw.letters, raw.headings, strict=False)}
    return raw.cells.rename(named).write_csv()


Notes = Sequence[tuple[str, str]]
"""What an export rests on: names and words."""


def with_sources(frame: pl.DataFrame, notes: Notes) -> pl.DataFrame:
    """The table with what it rests on in a last column, so that a plain file carries it along."""
    words = "; ".join(f"{label}: {text}" for label, text in notes)
    return frame.with_columns(pl.lit(words).alias("provenance"))


SOURCES = Text("来历", "provenance")


def workbook(sheets: Mapping[Text, pl.DataFrame], language: Language, *, notes: Notes = ()) -> bytes:
    """Tables as sheets of a workbook, heads frozen; texts that begin like a formula stay texts.

    `notes` go to a last sheet: what the tables rest on.
    """
    if notes:
        sheets = {**sheets, SOURCES: pl.DataFrame(list(notes), schema=["item", "text"], orient="row")}
    stream = io.BytesIO()
    with xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        for title, frame in sheets.items():
            name = title.in_language(language)[:SHEET_NAME]
            frame.write_excel(
                book, worksheet=name, freeze_panes=(1, 0), autofit=True, table_style="Table Style Light 1"
            )
    return stream.getvalue()


def as_json_rows(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a table with nothing but texts, numbers and nothing, to be kept."""
    return [
        {name: value if isinstance(value, str | int | float | None) else str(value) for name, value in row.items()}
        for row in rows
    ]


def file_stem(title: str) -> str:
    """A title as the name of a file."""
    return safe_name(title).replace(" ", "-")
