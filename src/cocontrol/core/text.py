"""Text in the two languages of the platform: Chinese first, English second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]

LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """The same statement in Chinese and in English.

    Templates use ``str.format`` fields; `format` fills both languages from the same values, so the
    two can never disagree about a number.
    """

    zh: str
    en: str

    def __post_init__(self) -> None:
        if not self.zh or not self.en:
            raise ValueError(f"a Text needs both languages: zh={self.zh!r}, en={self.en!r}")

    def in_language(self, language: Language) -> str:
        """The statement in one language."""
        return self.zh if language == "zh" else self.en

    def format(self, **values: object) -> Text:
        """A new Text whose fields are filled; a value that is itself a Text is filled per language."""
        return Text(
            self.zh.format(**{k: v.zh if isinstance(v, Text) else v for k, v in values.items()}),
            self.en.format(**{k: v.en if isinstance(v, Text) else v for k, v in values.items()}),
        )

    def __str__(self) -> str:
        return self.zh


def same(word: str) -> Text:
    """A Text that reads alike in both languages (symbols, codes, file names)."""
    return Text(word, word)
