"""Scenarios that others computed, beside ours: the shipped GCAM-China reference, or an IAMC table that somebody brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
from django.http import HttpRequest

from cocontrol.core.errors import InvalidInput
from cocontrol.core.text import Text
from cocontrol.io.exports.iamc import long_table
from cocontrol.io.readers import read_raw
from cocontrol.pathways.outside import GCAM_SOURCE, TOTAL, compare, gcam_reference, gcam_regions, iamc_series
from cocontrol.pathways.results import Outlook
from cocontrol.reference import regions
from cocontrol_web.choices import some_of
from cocontrol_web.language import say
from cocontrol_web.scenarios.files import given_table

_GCAM = "gcam-"
_TITLE = Text("GCAM-China · {r}", "GCAM-China · {r}")


@dataclass(frozen=True, slots=True)
class Other:
    """A series of somebody else: ``variable, year, value``, its title and where it comes from."""

    title: str
    table: pl.DataFrame
    source: str


def offered() -> list[tuple[str, str]]:
    """The shipped scenarios that a page may put beside ours: key and title."""
    return [(f"{_GCAM}{code}", _title(code)) for code in gcam_regions()]


def _title(code: str) -> str:
    return say(_TITLE.format(r=Text(regions.name(code, "zh"), regions.name(code, "en"))))


def others_of(request: HttpRequest, variable: str) -> list[Other]:
    """What the address and the form ask for; the shipped ones have CO2 only.

    Raises
    ------
    InvalidInput
        A shipped scenario that is none; the faults of the file that came along.
    """
    keys = some_of(request.GET.getlist("outside"), "outside", [key for key, _title in offered()])
    codes = [key.removeprefix(_GCAM) for key in keys]
    found = [Other(_title(c), gcam_reference(c), say(GCAM_SOURCE)) for c in codes] if variable == TOTAL else []
    if request.method == "POST" and "file" in request.FILES:
        found.append(_brought(request, variable))
    return found


def _brought(request: HttpRequest, variable: str) -> Other:
    with given_table(request, "") as path:
        raw = read_raw(path)
        named = {letter: heading or letter for letter, heading in zip(raw.letters, raw.headings, strict=True)}
        series = iamc_series(long_table(raw.cells.rename(named), path.name), variable)
        return Other(path.name, series, path.name)


def differences(ours: Outlook, variable: str, others: list[Other]) -> list[dict[str, Any]]:
    """For each other series the years that both have: ours, theirs, difference, ratio, within our band."""
    made = []
    for other in others:
        try:
            found = compare(ours.bands, other.table, source=other.source, variable=variable)
        except InvalidInput:  # no year in common: the chart shows both, there is nothing to subtract
            continue
        made.append({"title": other.title, "rows": found.table.to_dicts(), "peaks": found.peaks})
    return made
