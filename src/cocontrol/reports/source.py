"""A run as the sections of a report see it: tables read once, labels in one language."""

from __future__ import annotations

import polars as pl

from cocontrol.core.text import Language
from cocontrol.io.labels import Labels
from cocontrol.io.results import substance_symbol, substance_totals
from cocontrol.io.runs import Run
from cocontrol.reference import profiles
from cocontrol.reports.model import Heading
from cocontrol.reports.words import mass_unit


class Source:
    """One run and one language. Tables are read when first asked for and kept."""

    def __init__(self, run: Run, language: Language) -> None:
        self.run = run
        self.language = language
        self.labels = Labels(language)
        self._tables: dict[str, pl.DataFrame] = {}

    def say(self, zh: str, en: str) -> str:
        """One of two words."""
        return zh if self.language == "zh" else en

    def listed(self, *parts: str) -> str:
        """Parts of a sentence, joined by semicolons."""
        return self.say("；", "; ").join(part for part in parts if part)

    def words(self, zh: str, en: str) -> Heading:
        """Heading of a column of words."""
        return Heading(self.say(zh, en))

    def numbers(self, zh: str, en: str, unit: str = "") -> Heading:
        """Heading of a column of numbers."""
        return Heading(self.say(zh, en), unit, numeric=True)

    def masses(self, columns: list[str]) -> tuple[Heading, ...]:
        """Headings of substance columns with their printed units."""
        return tuple(
            Heading(substance_symbol(c), mass_unit(c)[0].in_language(self.language), numeric=True) for c in columns
        )

    def has(self, *names: str) -> bool:
        """Whether the run holds all of these tables, with rows."""
        return all(self.run.has(name) and self.table(name).height for name in names)

    def table(self, name: str) -> pl.DataFrame:
        """One result table."""
        if name not in self._tables:
            self._tables[name] = self.run.result(name)
        return self._tables[name]

    def totals(self) -> pl.DataFrame:
        """Totals by substance (see `cocontrol.io.results.substance_totals`)."""
        if "totals" not in self._tables:
            self._tables["totals"] = substance_totals(self.table("emission"), self.table("coefficient_lineage"))
        return self._tables["totals"]

    def profile_label(self) -> str:
        """The document profile by name; its identifier where the reference data no longer know it."""
        wanted = str(self.run.manifest["document_profile"])
        known = {profile.profile_id: profile.label for profile in profiles.list_profiles()}
        return f"{known[wanted].in_language(self.language)} ({wanted})" if wanted in known else wanted
