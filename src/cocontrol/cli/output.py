"""How a command prints: tables, trees and facts on standard output; faults and progress on standard error."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from cocontrol.core.errors import Fault, Level
from cocontrol.core.text import Language, Text

Row = Mapping[str, Any]


class Tree(Protocol):
    """Anything that can write itself as indented lines."""

    def as_text(self) -> str:
        """The tree as lines with branches."""


class Output:
    """Prints in one format (``table``, ``json``, ``csv``) and one language.

    Results go to standard output and nothing else does, so that a pipe gets clean JSON or CSV.
    """

    def __init__(self, form: str, language: Language) -> None:
        self.form = form
        self.language = language

    def rows(self, rows: Sequence[Row], columns: Mapping[str, Text]) -> None:
        """Print rows; `columns` gives keys in order with their headings (JSON and CSV keep the keys)."""
        if self.form == "json":
            self.json([{key: row.get(key) for key in columns} for row in rows])
        elif self.form == "csv":
            self._csv(rows, list(columns))
        else:
            self._table(rows, columns)

    def facts(self, facts: Row, labels: Mapping[str, Text]) -> None:
        """Print one record: a JSON object, a two-column CSV, or label and value lines."""
        if self.form == "json":
            self.json({key: facts.get(key) for key in labels})
        elif self.form == "csv":
            self._csv([{"key": key, "value": facts.get(key)} for key in labels], ["key", "value"])
        else:
            width = max(display_width(text.in_language(self.language)) for text in labels.values())
            for key, text in labels.items():
                label = text.in_language(self.language)
                self.line(f"{label}{' ' * (width - display_width(label))}  {shown(facts.get(key))}")

    def json(self, value: Any) -> None:
        """Print plain values as JSON."""
        self.line(json.dumps(value, ensure_ascii=False, indent=2, default=str, allow_nan=False))

    def line(self, text: str = "") -> None:
        """One line on standard output."""
        sys.stdout.write(text + "\n")

    def note(self, text: Text) -> None:
        """A remark for a person, on standard error so that results stay clean."""
        self.line_to_stderr(text.in_language(self.language))

    def line_to_stderr(self, text: str) -> None:
        """One line on standard error."""
        sys.stderr.write(text + "\n")

    def faults(self, faults: Iterable[Fault]) -> None:
        """One line per fault on standard error; in JSON format an object on standard output as well."""
        listed = list(faults)
        for fault in listed:
            self.fault_line(fault)
        if self.form == "json":
            self.json({"faults": [fault.as_dict() for fault in listed]})

    def fault_line(self, fault: Fault) -> None:
        """One fault as one line on standard error, its level first unless it is an error."""
        level = "" if fault.level is Level.ERROR else f"[{fault.level.label.in_language(self.language)}] "
        self.line_to_stderr(" ".join(f"{level}{fault.describe(self.language)}".split("\n")))

    def tree(self, tree: Tree) -> None:
        """A tree with branches; on a terminal its figures and weak statuses stand out."""
        if not sys.stdout.isatty():
            self.line(tree.as_text())
            return
        from rich.console import Console
        from rich.text import Text as Styled

        styled = Styled(tree.as_text())
        styled.highlight_regex(r"= [^ ]+", "bold")
        styled.highlight_regex(r"\[(recalled|NE|NO|IE|NA|C)\]", "yellow")
        Console(file=sys.stdout, soft_wrap=True).print(styled)

    def _csv(self, rows: Sequence[Row], columns: list[str]) -> None:
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([["" if row.get(c) is None else row.get(c) for c in columns] for row in rows])
        sys.stdout.write(buffer.getvalue())

    def _table(self, rows: Sequence[Row], columns: Mapping[str, Text]) -> None:
        from rich.console import Console
        from rich.table import Table

        table = Table(box=None, pad_edge=False, header_style="bold")
        for key, text in columns.items():
            numeric = any(isinstance(row.get(key), int | float) for row in rows)
            table.add_column(text.in_language(self.language), justify="right" if numeric else "left", overflow="fold")
        for row in rows:
            table.add_row(*(str(row.get(key)) if is_year(key, row) else _cell(row.get(key)) for key in columns))
        console = Console(file=sys.stdout, soft_wrap=False, highlight=False, width=_width(), markup=False, emoji=False)
        console.print(table)


_JSON_SHOWN = 60
"""Characters of a JSON value that a table shows; ``--format json`` and ``csv`` hold all of it."""


def _cell(value: Any) -> str:
    text = shown(value)
    is_json = isinstance(value, str) and value[:1] in {"{", "["}
    return f"{text[:_JSON_SHOWN]}…" if is_json and len(text) > _JSON_SHOWN else text


def is_year(column: str, row: Row) -> bool:
    """Whether a cell holds a calendar year, which takes no thousands separator."""
    value = row.get(column)
    named = column in {"year", "period"} or column.endswith("_year") or "_year_" in column
    return named and isinstance(value, int) and not isinstance(value, bool)


def shown(value: Any) -> str:
    """A value as people read it: thousands separators, at most six significant digits, a dash for nothing."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, float):
        return shown_number(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def shown_number(value: float) -> str:
    """A number for display only: whole above 10^5, else six significant digits without an exponent.

    >>> shown_number(1234567.891), shown_number(12.3456789), shown_number(0.000012345)
    ('1,234,568', '12.3457', '0.000012345')
    """
    if value == 0:
        return "0"
    if abs(value) >= 1e5:
        return f"{value:,.0f}"
    text = f"{value:,.6g}"
    if "e" in text:
        text = f"{value:.12f}".rstrip("0") if abs(value) >= 1e-9 else f"{value:.3e}"
    return text


def display_width(text: str) -> int:
    """Columns that a text fills on a terminal; a Chinese character fills two."""
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _width() -> int | None:
    """None lets Rich measure the terminal; into a pipe lines are never cut."""
    return None if sys.stdout.isatty() else 240
