"""The original text cut into segments, each knowing the objects that stand on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the text that belongs to an object; `tone` decides its colour."""

    address: str
    start: int
    end: int
    tone: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text under the same marks; `opens` are the objects whose words begin here."""

    start: int
    text: str
    marks: tuple[Mark, ...]
    opens: tuple[str, ...]

    @property
    def addresses(self) -> str:
        """The objects on this stretch, the shortest first, parted by blanks."""
        return " ".join(mark.address for mark in self.marks)

    @property
    def first(self) -> Mark:
        """The shortest object on this stretch: what a click means."""
        return self.marks[0]


def segments(text: str, marks: Iterable[Mark]) -> list[Segment]:
    """The whole text in order, cut wherever an object begins or ends."""
    known = [mark for mark in marks if mark.start < mark.end <= len(text)]
    cuts = sorted({0, len(text), *(m.start for m in known), *(m.end for m in known)})
    opening: dict[int, list[Mark]] = {}
    for mark in known:
        opening.setdefault(mark.start, []).append(mark)
    made, active = [], list[Mark]()
    for start, end in pairwise(cuts):
        active = [mark for mark in active if mark.end > start] + opening.get(start, [])
        ordered = tuple(sorted(active, key=lambda m: (m.end - m.start, m.address)))
        made.append(Segment(start, text[start:end], ordered, tuple(m.address for m in opening.get(start, []))))
    return made


def heading_end(text: str, start: int, end: int) -> int:
    """Where the first line or sentence of a task ends: what is marked of a task."""
    stops = [found for stop in "\n。" if (found := text.find(stop, start, end)) > start]
    return min([*stops, end, start + 80])
