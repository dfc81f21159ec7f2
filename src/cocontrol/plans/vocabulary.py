"""The words of the engine, read once from the package's data files."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from cocontrol.core.text import Text
from cocontrol.reference.metrics import metric_name

_DATA = resources.files("cocontrol.plans").joinpath("data")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as written, its canonical form and how many canonical units one of it is."""

    written: str
    canonical: str
    factor: float
    dimension: str


@dataclass(frozen=True, slots=True)
class Metric:
    """One entry of the controlled vocabulary of indicators.

    `headline` indicators are statistics that an order to raise or lower them makes a goal by itself.
    """

    id: str
    label: Text
    unit: str
    good: str
    headline: bool
    definition: str


@dataclass(frozen=True, slots=True)
class Body:
    """A kind of department with its name at each level of government."""

    id: str
    label_en: str
    national: str
    province: str
    city: str
    aliases: tuple[str, ...]

    def at_level(self, level: str) -> str | None:
        """The name at a level, with the level's prefix (省生态环境厅, 市生态环境局); None where there is none."""
        name = {"national": self.national, "province": self.province, "city": self.city, "county": self.city}.get(level)
        prefix = {"province": "省", "city": "市", "county": "县"}.get(level, "")
        if not name:
            return None
        return name if name.startswith(("各", "国网", "人民银行", prefix)) else prefix + name


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The word lists of ``vocabulary.toml``."""
    return tomllib.loads(_DATA.joinpath("vocabulary.toml").read_text(encoding="utf-8"))


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one CSV of the package's data."""
    return list(csv.DictReader(io.StringIO(_DATA.joinpath(name).read_text(encoding="utf-8"))))


@lru_cache(maxsize=1)
def units() -> dict[str, Unit]:
    """Units by their written form."""
    return {r["unit"]: Unit(r["unit"], r["canonical"], float(r["factor"]), r["dimension"]) for r in rows("units.csv")}


@lru_cache(maxsize=1)
def metrics() -> dict[str, Metric]:
    """Metrics by identifier."""
    return {
        r["metric"]: Metric(
            r["metric"], metric_name(r["metric"]), r["unit"], r["good"], r["headline"] == "1", r["definition"]
        )
        for r in rows("metrics.csv")
    }


@lru_cache(maxsize=1)
def bodies() -> dict[str, Body]:
    """Departments by identifier."""
    return {
        r["body"]: Body(
            r["body"], r["label_en"], r["national"], r["province"], r["city"], tuple(r["aliases"].split("|"))
        )
        for r in rows("departments.csv")
    }


def any_of(items: Iterable[str]) -> str:
    """A regular expression that matches one of the words, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(set(items), key=lambda w: (-len(w), w))) + ")"


@lru_cache(maxsize=256)
def pattern(group: str, name: str) -> re.Pattern[str]:
    """The compiled alternatives of one word list: ``pattern("modality", "prohibit")``."""
    return re.compile(any_of(words()[group][name]))


@lru_cache(maxsize=4096)
def body_of(name: str) -> str | None:
    """The kind of department that a written name means; the longest alias inside it decides."""
    found = [(len(alias), body.id) for body in bodies().values() for alias in body.aliases if alias in name]
    return max(found)[1] if found else None


@lru_cache(maxsize=1)
def _metric_aliases() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((r["metric"], re.compile(r["aliases"])) for r in rows("metrics.csv"))


@lru_cache(maxsize=8192)
def metric_in(phrase: str, *, at_end: bool = False) -> tuple[str, int, int] | None:
    """The metric that `phrase` names, with the span of its name; the match that ends last and is longest wins.

    With `at_end` the name must close the phrase.
    """
    best: tuple[int, int, str, int, int] | None = None
    for metric, alias in _metric_aliases():
        for match in alias.finditer(phrase):
            if match.end() == match.start() or (at_end and match.end() != len(phrase)):
                continue
            candidate = (match.end(), match.end() - match.start(), metric, *match.span())
            if best is None or candidate[:2] > best[:2]:
                best = candidate
    return (best[2], best[3], best[4]) if best else None
