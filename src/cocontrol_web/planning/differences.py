"""Two wordings side by side with the characters that changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

SHORTEST = 2
"""A shorter run of equal characters between two changes is chance, and is shown as changed with them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters; `changed` where the other side has something else in its place."""

    text: str
    changed: bool


def changed_words(one: str | None, other: str | None) -> tuple[list[Piece], list[Piece]]:
    """Both wordings in pieces. White space beside Chinese characters is dropped first, other white space is one
    blank: line breaks and blanks set for looks are no difference.

    A wording that stands alone is not marked: that it is alone says it all.
    """
    left, right = _without_layout(one or ""), _without_layout(other or "")
    if not left or not right:
        return _whole(left), _whole(right)
    matched = SequenceMatcher(None, left, right, autojunk=False)
    mine: list[Piece] = []
    theirs: list[Piece] = []
    codes = matched.get_opcodes()
    for index, (tag, a, b, c, d) in enumerate(codes):
        inside = 0 < index < len(codes) - 1
        changed = tag != "equal" or (inside and b - a < SHORTEST)
        _append(mine, left[a:b], changed=changed)
        _append(theirs, right[c:d], changed=changed)
    return mine, theirs


def _without_layout(text: str) -> str:
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", " ".join(text.split()))


def _whole(text: str) -> list[Piece]:
    return [Piece(text, changed=False)] if text else []


def _append(pieces: list[Piece], text: str, *, changed: bool) -> None:
    if not text:
        return
    if pieces and pieces[-1].changed == changed:
        pieces[-1] = Piece(pieces[-1].text + text, changed)
    else:
        pieces.append(Piece(text, changed))
