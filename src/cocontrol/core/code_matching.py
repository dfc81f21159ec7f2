"""Codes of a closed list, found by code or by label, with the nearest one for a word that is not there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from cocontrol.core.text import Language, Text

_LISTED = 12
_NEAR = 60.0


_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def fold(word: str) -> str:
    """The form in which words are compared: no blanks around, narrow characters, no case."""
    return word.strip().translate(_NARROW).casefold()


def choice(code: str, label: Text | None, language: Language = "zh") -> str:
    """The entry of a drop-down list: code and label, such as ``raw_coal 原煤``."""
    if label is None:
        return code
    word = label.zh if language == "zh" else label.en
    return code if word == code else f"{code} {word}"


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed list. `found` leads from every accepted word to its code; `shared` holds labels of several codes."""

    labels: Mapping[str, Text | None]
    found: Mapping[str, str]
    shared: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, entries: Mapping[str, Text] | Collection[str]) -> CodeList:
        """The list of those codes; labels are accepted in place of codes where they name one code only."""
        labels: dict[str, Text | None] = (
            dict(entries) if isinstance(entries, Mapping) else dict.fromkeys(sorted(entries))
        )
        codes = {fold(code): code for code in labels}
        words: dict[str, set[str]] = {}
        for code, label in labels.items():
            for word in _words(code, label):
                words.setdefault(fold(word), set()).add(code)
        single = {word: next(iter(of)) for word, of in words.items() if len(of) == 1}
        shared = {word: tuple(sorted(of)) for word, of in words.items() if len(of) > 1 and word not in codes}
        return cls(labels, {**single, **codes}, shared)

    def code(self, word: str) -> str | None:
        """The code that the word stands for; None where it stands for none, or for several."""
        return self.found.get(fold(word))

    def candidates(self, word: str) -> tuple[str, ...]:
        """The codes that share the word as their label."""
        return self.shared.get(fold(word), ())

    def likely(self, word: str) -> tuple[Text, ...]:
        """The entries that a person may have meant: those whose label holds the word, else the nearest one; none is near: ()."""
        wanted = fold(word)
        holding = [
            code
            for code, label in self.labels.items()
            if wanted and any(wanted in fold(w) for w in _words(code, label))
        ]
        if 1 < len(holding) <= _LISTED:
            return tuple(
                Text(choice(code, self.labels[code]), choice(code, self.labels[code], "en")) for code in holding
            )
        near = self.nearest(word)
        return (near,) if near else ()

    def nearest(self, word: str) -> Text | None:
        """The entry most like the word, such as ``raw_coal 原煤``; None where nothing is near."""
        best = process.extractOne(fold(word), list(self.found), scorer=fuzz.ratio, score_cutoff=_NEAR)
        if best is None:
            return None
        code = self.found[best[0]]
        label = self.labels[code]
        return Text(choice(code, label, "zh"), choice(code, label, "en"))

    def describe(self) -> Text:
        """The first entries of the list, and how many there are."""
        shown = list(self.labels.items())[:_LISTED]
        zh = "、".join(choice(code, label, "zh") for code, label in shown) or "-"
        en = ", ".join(choice(code, label, "en") for code, label in shown) or "-"
        if len(shown) == len(self.labels):
            return Text(zh, en)
        return Text(f"{zh} 等共 {len(self.labels)} 项", f"{en} … ({len(self.labels)} codes)")


def _words(code: str, label: Text | None) -> tuple[str, ...]:
    if label is None:
        return (code,)
    return (code, label.zh, label.en, choice(code, label), choice(code, label, "en"))
