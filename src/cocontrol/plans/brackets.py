"""Bracketed stretches of readable text, nested ones included, whatever pair of signs was used."""

from __future__ import annotations

from dataclasses import dataclass

_OPEN = "（〔【"
_CLOSE = "）〕】"


@dataclass(frozen=True, slots=True)
class Bracket:
    """A bracket: offsets of the opening sign and behind the closing sign."""

    start: int
    end: int

    def inner(self, text: str) -> str:
        """What stands between the signs."""
        return text[self.start + 1 : self.end - 1]


def outermost(text: str, start: int, end: int, *, limit: int = 1500) -> list[Bracket]:
    """The outermost brackets of ``text[start:end]``; pairs may be mixed, and one longer than `limit` is ignored.

    A bracket that never closes is given up at the end of the line. Takes time in proportion to the length.
    """
    made: list[Bracket] = []
    opened: list[int] = []
    for i in range(start, end):
        c = text[i]
        if c in _OPEN:
            opened.append(i)
        elif c == "\n":
            opened.clear()
        elif c in _CLOSE and opened:
            begin = opened.pop()
            if i + 1 - begin <= limit:
                while made and made[-1].start > begin:
                    made.pop()
                made.append(Bracket(begin, i + 1))
    return made


def hide(text: str, spans: list[tuple[int, int]], sign: str = "◇") -> str:
    """`text` of the same length, with the spans painted over."""
    made = list(text)
    for start, end in spans:
        made[start:end] = sign * (end - start)
    return "".join(made)


def split_outside(text: str, separators: str) -> list[tuple[int, int]]:
    """Offsets of the pieces between separators that stand outside brackets, quotes and book-title marks."""
    pieces: list[tuple[int, int]] = []
    depth, begin = 0, 0
    for i, c in enumerate(text):
        if c in "（〔【“《〈":
            depth += 1
        elif c in "）〕】”》〉":
            depth = max(0, depth - 1)
        elif c in separators and (depth == 0 or c == "\n"):
            pieces.append((begin, i))
            begin, depth = i + 1, depth if c != "\n" else 0
    pieces.append((begin, len(text)))
    return [(a, b) for a, b in pieces if text[a:b].strip()]
