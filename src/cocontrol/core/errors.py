"""Faults that say what is wrong, where, what is allowed and the way out; collected, then raised once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cocontrol.core.text import Language, Text


class Level(StrEnum):
    """How much a fault weighs. Only ``error`` stops a run; the others are leads for a person."""

    ERROR = "error"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def label(self) -> Text:
        """What people read."""
        return _LEVELS[self]


_LEVELS = {
    Level.ERROR: Text("错误", "error"),
    Level.HIGH: Text("高", "high"),
    Level.MEDIUM: Text("中", "medium"),
    Level.LOW: Text("低", "low"),
}


@dataclass(frozen=True, slots=True)
class Location:
    """Where something stands: file, sheet, row (1-based, as the user's program counts) and column.

    `cell` is the A1 address where the source is a grid; `column` the heading the user sees.
    """

    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    cell: str | None = None

    def describe(self, language: Language = "zh") -> str:
        """One short phrase, most general part first; empty when nothing is known."""
        words = {"zh": ("表", "第{}行", "列"), "en": ("sheet", "row {}", "column")}[language]
        parts = [self.file] if self.file else []
        if self.sheet:
            parts.append(f"{words[0]} {self.sheet}")
        if self.cell:
            parts.append(self.cell)
        elif self.row is not None:
            parts.append(words[1].format(self.row))
        if self.column:
            parts.append(f"{words[2]} {self.column}")
        return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    `rule` is a stable identifier (``table.required``, ``balance.total``), so that people can search
    for it and programs can count it. `allowed` says what would have been right; `remedy` what to do.
    """

    rule: str
    message: Text
    location: Location = field(default_factory=Location)
    value: str | None = None
    allowed: Text | None = None
    remedy: Text | None = None
    level: Level = Level.ERROR

    def describe(self, language: Language = "zh") -> str:
        """The whole fault in one line: place, message, value, what is allowed, way out."""
        labels = {"zh": ("值", "允许", "处理"), "en": ("value", "allowed", "remedy")}[language]
        parts = [self.message.in_language(language)]
        if self.value is not None:
            parts.append(f"{labels[0]}: {self.value!r}")
        if self.allowed is not None:
            parts.append(f"{labels[1]}: {self.allowed.in_language(language)}")
        if self.remedy is not None:
            parts.append(f"{labels[2]}: {self.remedy.in_language(language)}")
        place = self.location.describe(language)
        line = "; ".join(parts) if language == "en" else "；".join(parts)
        return f"{place}: {line}" if place else line

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON, both languages kept."""
        return {
            "rule": self.rule,
            "level": self.level.value,
            "file": self.location.file,
            "sheet": self.location.sheet,
            "row": self.location.row,
            "column": self.location.column,
            "cell": self.location.cell,
            "value": self.value,
            "message_zh": self.message.zh,
            "message_en": self.message.en,
            "allowed_zh": self.allowed.zh if self.allowed else None,
            "allowed_en": self.allowed.en if self.allowed else None,
            "remedy_zh": self.remedy.zh if self.remedy else None,
            "remedy_en": self.remedy.en if self.remedy else None,
        }


class CocontrolError(Exception):
    """Base of every error that the library raises on purpose.

    Carries one or more faults; ``str()`` gives them all, one a line, in Chinese;
    `describe` in either language.
    """

    def __init__(self, *faults: Fault) -> None:
        if not faults:
            raise ValueError("an error needs at least one fault")
        self.faults: tuple[Fault, ...] = faults
        super().__init__(self.describe("zh"))

    def describe(self, language: Language = "zh") -> str:
        """All faults, one a line."""
        return "\n".join(fault.describe(language) for fault in self.faults)


class InvalidInput(CocontrolError):
    """Input that does not fit its declaration. Nothing was written."""


class NotFound(CocontrolError):
    """Something asked for by name does not exist; the message lists what does."""


class Ambiguous(CocontrolError):
    """A question with more than one answer; the message lists the candidates."""


class MissingCoefficient(CocontrolError):
    """Activity without the coefficient it needs. Nothing is filled with zero."""


class ConservationBroken(CocontrolError):
    """What came out of a stage is not what went in, less the declared drops."""


class FaultCollector:
    """Gathers faults so that a person fixing 300 rows gets 300 lines, not the first one.

    >>> faults = FaultCollector()
    >>> faults.add(Fault("demo.rule", Text("错", "wrong")))
    >>> len(faults)
    1
    """

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Keep one fault."""
        self._faults.append(fault)

    def extend(self, faults: Iterable[Fault]) -> None:
        """Keep several faults, in order."""
        self._faults.extend(faults)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    def __len__(self) -> int:
        return len(self._faults)

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that stop a run."""
        return tuple(f for f in self._faults if f.level is Level.ERROR)

    def raise_if_any(self, error: type[CocontrolError] = InvalidInput) -> None:
        """Raise `error` with every fault of level ``error``, if there is one."""
        if self.errors:
            raise error(*self.errors)
