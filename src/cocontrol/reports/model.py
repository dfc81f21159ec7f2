"""What a report is made of, whatever the paper: sections of paragraphs, tables and charts, in one language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from cocontrol.core.text import Language

Tone = Literal["plain", "note", "warning", "good"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; its tone decides how it stands out."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Heading:
    """Heading of a table column; numbers are set flush right."""

    label: str
    unit: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table. Cells are printed text already; `emphasis` holds the positions of total rows."""

    caption: str
    columns: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]
    emphasis: frozenset[int] = frozenset()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: its label and its parts in order."""

    label: str
    parts: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class ChartBlock:
    """A chart of stacked horizontal bars. The table beside it holds the same figures."""

    title: str
    unit: str
    bars: tuple[Bar, ...]
    series: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One headline figure."""

    label: str
    value: str
    unit: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """Headline figures side by side."""

    figures: tuple[Figure, ...]


Block = Paragraph | TableBlock | ChartBlock | FigureBlock


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a report."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report in one language."""

    language: Language
    title: str
    subtitle: str
    sections: tuple[Section, ...]
    banner: str = ""
    facts: tuple[tuple[str, str], ...] = field(default=())
