"""What pollutant a heading or a cell means, however people write it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from cocontrol.core.pollutants import POLLUTANTS
from cocontrol.core.raw import RawTable
from cocontrol.measures.equivalents import tax_equivalents

_WRAPPING = re.compile(
    r"^(?:Δ|∆|delta[ _-]?|d[ _-]|reduction[ _-](?:of[ _-])?)?(?P<name>.+?)(?:[ _-](?:t|reduction|reduced))*$",
    re.IGNORECASE,
)
_ENDINGS = re.compile(r"(?:年)?(?:减排|削减|排放|基准)*(?:总)?量?$")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅", "012345")

_OTHER_NAMES = {
    "VOC": "VOCs", "NMVOC": "VOCs", "NMVOCs": "VOCs", "烟尘": "PM", "颗粒物": "PM", "粉尘": "dust", "一般性粉尘": "dust",
    "二氧化碳当量": "CO2e",
}  # fmt: skip


def pollutant_of(heading: str) -> str:
    """The pollutant that a heading means, or its bare name where no such pollutant is known.

    ``ΔSO2``, ``delta_SO2``, ``SO2_t``, ``SO2减排量`` and ``二氧化硫`` all mean ``SO2``; ``PM2.5`` means ``PM25``.
    """
    match = _WRAPPING.match(heading.strip())
    name = (match["name"] if match else heading).strip().translate(_SUBSCRIPTS)
    for candidate in (name, _ENDINGS.sub("", name)):
        if found := _known().get(_folded(candidate)):
            return found
    return name


def is_known_pollutant(name: str) -> bool:
    """Whether the name is one of the substances or classes that the library knows."""
    return pollutant_of(name) in _known().values()


def tonnes(name: str) -> str | None:
    """``t`` for a known pollutant: another unit in its heading is then converted; None for what the library does not know."""
    return "t" if is_known_pollutant(name) else None


_PER_YEAR = re.compile(r"\s*/\s*(?:年|yr|year|a)(?=\s*[)）\]】])", re.IGNORECASE)


def without_per_year(raw: RawTable) -> RawTable:
    """The file with ``(t/yr)`` in its headings read as ``(t)``: every row of these tables is about a year or a period."""
    return replace(raw, headings=tuple(_PER_YEAR.sub("", h) if h else h for h in raw.headings))


@cache
def _known() -> dict[str, str]:
    names = {**{code: code for code in tax_equivalents()}, "CO2e": "CO2e", "TSP": "TSP", "PM": "PM"}
    for pollutant in POLLUTANTS:
        for word in (pollutant.symbol, pollutant.label.zh, pollutant.label.en, pollutant.code):
            names[word] = pollutant.code
    return {_folded(word): code for word, code in {**names, **_OTHER_NAMES}.items()}


def _folded(name: str) -> str:
    return re.sub(r"[.\s]", "", name.translate(_SUBSCRIPTS)).casefold()
