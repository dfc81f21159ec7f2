"""Text that remembers where each of its characters stood in the original."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mapped:
    """A string with, for each character, the half-open span of the original that it stands for.

    `starts` and `ends` never decrease, so that a span of the string is a span of the original.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, original: str) -> Mapped:
        """The original itself, each character standing for itself."""
        size = len(original)
        return cls(original, tuple(range(size)), tuple(range(1, size + 1)))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of ``text[start:end]``; an empty span is a point."""
        if start >= end:
            point = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return point, point
        return self.starts[start], self.ends[end - 1]

    def translated(self, text: str) -> Mapped:
        """Another string of the same length in the same places."""
        if len(text) != len(self.text):
            raise ValueError("a translation keeps the length")
        return Mapped(text, self.starts, self.ends)


def substitute(source: Mapped, pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str]) -> Mapped:
    """`source` with each match replaced; the new characters stand for the whole of what they replace.

    A replacement of the same length is taken character by character; an empty one is a deletion.
    """
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for match in pattern.finditer(source.text):
        new = replacement(match)
        old = match.group()
        if new == old:
            continue
        begin, finish = match.span()
        pieces.append(source.text[done:begin])
        starts.extend(source.starts[done:begin])
        ends.extend(source.ends[done:begin])
        pieces.append(new)
        if len(new) == len(old):
            starts.extend(source.starts[begin:finish])
            ends.extend(source.ends[begin:finish])
        elif new:
            starts.extend([source.starts[begin]] * len(new))
            ends.extend([source.ends[finish - 1]] * len(new))
        done = finish
    if not done:
        return source
    pieces.append(source.text[done:])
    starts.extend(source.starts[done:])
    ends.extend(source.ends[done:])
    return Mapped("".join(pieces), tuple(starts), tuple(ends))


def delete(source: Mapped, pattern: re.Pattern[str]) -> Mapped:
    """`source` without the matches."""
    return substitute(source, pattern, lambda _: "")
