"""The target dashboard of a run: its targets, or those of a plan file, held against its indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from cocontrol.assessment.attained import double_attainment_rows, peak_rows
from cocontrol.assessment.dashboard import target_rows
from cocontrol.core.parameters import ParameterSet
from cocontrol.io.places import region_code
from cocontrol.io.runs import INPUTS, Run
from cocontrol.io.steps import declared_parameters
from cocontrol.io.workspace import SETTINGS_FILE, parse_settings
from cocontrol.plans import parse
from cocontrol.plans.reading import read_document
from cocontrol.plans.target_table import target_table

SENTENCE_ENDS = "。；\n"


def target_view(
    run: Run,
    *,
    as_of: date | None = None,
    boundary: str | None = None,
    plan: Path | None = None,
    region: str | None = None,
) -> dict[str, Any]:
    """The dashboard as plain values: run_id, region, as_of, boundary, `targets` (`target_rows`), `peaks`
    (`peak_rows`) and `double_attainment` (`double_attainment_rows`) of the region.

    Parameters
    ----------
    as_of : day of judgement; the run's own by default.
    boundary : as `target_rows`.
    plan : a plan whose targets are judged instead of the run's; its region is looked up by name.
    region : adcode that the plan binds, where its name is not enough.

    Raises
    ------
    NotFound
        The boundary does not exist.
    """
    day = as_of or date.fromisoformat(run.manifest["as_of"])
    tables = {name: run.result(name) for name in ("target", "indicator") if run.has(name)}
    words: Mapping[str, str]
    if plan is None:
        words = _words_of_run(run, tables.get("target"))
    else:
        parsed = parse(text := read_document(plan.read_bytes(), plan.name).text)
        tables["target"] = target_table(parsed, document=plan.name, adcode=region or region_code(parsed.region))
        words = _words(tables["target"].iter_rows(named=True), {plan.name: text})
    place = region or run.manifest["workspace"]["region"]
    known = tables.get("indicator")
    rows = target_rows(tables, as_of=day, parameters=run_parameters(run), boundary=boundary, words=words)
    return {
        "run_id": run.run_id,
        "region": place,
        "as_of": day.isoformat(),
        "boundary": boundary,
        "targets": rows,
        "peaks": [] if known is None else peak_rows(known, place, as_of=day),
        "double_attainment": [] if known is None else double_attainment_rows(known, place, as_of=day),
    }


def run_parameters(run: Run) -> ParameterSet:
    """The parameters of the run's own settings, from its copy of the input."""
    settings = parse_settings((run.folder / INPUTS / SETTINGS_FILE).read_bytes())
    return ParameterSet(declared_parameters(settings))


def _words_of_run(run: Run, targets: pl.DataFrame | None) -> dict[str, str]:
    """The sentence of each target whose document the run holds a copy of."""
    if targets is None:
        return {}
    copies = {entry["path"]: run.folder / entry["copy"] for entry in run.manifest["inputs"] if "copy" in entry}
    named = set(targets["document"].drop_nulls())
    texts = {name: path.read_bytes().decode("utf-8") for name, path in copies.items() if name in named}
    return _words(targets.iter_rows(named=True), texts)


def _words(rows: Iterable[Mapping[str, Any]], texts: Mapping[str, str]) -> dict[str, str]:
    placed = [row for row in rows if row["document"] in texts and row["start"] is not None and row["end"] is not None]
    return {row["target_id"]: sentence(texts[row["document"]], row["start"], row["end"]) for row in placed}


def sentence(text: str, start: int, end: int) -> str:
    """The whole sentence around a span: from the end of the one before to its own end."""
    first = max(text.rfind(mark, 0, start) for mark in SENTENCE_ENDS) + 1
    ends = [found for mark in SENTENCE_ENDS if (found := text.find(mark, end)) >= 0]
    return text[first : min(ends, default=len(text))]
