"""The manifest of a run: what went in, what came out, by which code and parameters, and how sound it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from cocontrol.io.code_version import code_version
from cocontrol.io.inputs import InputFile
from cocontrol.io.lake import StoredFile
from cocontrol.io.results import CO2E_GASES, substance_totals
from cocontrol.io.steps import Context
from cocontrol.io.workspace import Workspace
from cocontrol.reference import gwp, parameter_version


def content_digest(files: Iterable[InputFile], context: Context) -> str:
    """Eight hex digits over everything that shapes the result: inputs, settings, code, parameters."""
    content = {
        "inputs": {file.path: file.sha256 for file in files},
        "settings": context.as_dict(),
        "code": code_version(),
        "parameters": parameter_version(),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:8]


def run_id_of(digest: str, moment: datetime) -> str:
    """``20261121T085030Z-1a2b3c4d``: UTC stamp and content digest."""
    return f"{moment:%Y%m%dT%H%M%SZ}-{digest}"


def make_manifest(
    run_id: str,
    workspace: Workspace,
    context: Context,
    files: Sequence[InputFile],
    stored: Sequence[StoredFile],
    tables: Mapping[str, pl.DataFrame],
    skipped: Sequence[Mapping[str, Any]],
    moment: datetime,
) -> dict[str, Any]:
    """Plain values of ``manifest.json``. Nothing in it depends on the machine or the place of the folder."""
    section = workspace.settings.workspace
    return {
        "run_id": run_id,
        "created_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "code_version": code_version(),
        "parameter_version": parameter_version(),
        "workspace": {
            "name": section.name, "title_zh": section.title_zh, "title_en": section.title_en, "region": section.region,
        },
        "years": list(context.years),
        "document_profile": context.profile,
        "gwp_set": context.gwp_set,
        "as_of": context.as_of.isoformat(),
        "gwp": gwp_entries(context.gwp_set),
        "synthetic": sorted(entry.path for entry in workspace.settings.documents if entry.synthetic),
        "inputs": [file.as_dict() for file in files],
        "results": [file.as_dict() for file in stored],
        "skipped": list(skipped),
        "conservation_ok": conservation_ok(tables),
        "counts": counts(tables),
        "recalled": recalled_shares(tables),
    }  # fmt: skip


def gwp_entries(set_name: str) -> dict[str, dict[str, Any]]:
    """The potentials of the greenhouse gases under the set, with their sources."""
    known = gwp.gwp_set(set_name)
    return {gas: known[gas].as_input("gwp") for gas in CO2E_GASES if gas in known}


def conservation_ok(tables: Mapping[str, pl.DataFrame]) -> bool:
    """Whether every stage of the ledger is within tolerance; True where nothing was computed."""
    return "ledger" not in tables or bool(tables["ledger"].get_column("within_tolerance").all())


def counts(tables: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """How much there is of everything, for summaries."""
    made: dict[str, Any] = {"emission_cells": _height(tables, "emission"), "findings": _height(tables, "finding")}
    if "finding" in tables:
        made["findings_by_level"] = _by(tables["finding"], "level")
    made["verdicts"] = _height(tables, "verdict")
    if "verdict" in tables:
        made["verdicts_by_value"] = _by(tables["verdict"], "value")
    if "rule_verdict" in tables:
        made["rule_verdicts"] = tables["rule_verdict"].height
        made["rule_verdicts_by_value"] = _by(tables["rule_verdict"], "value")
    if "coefficient_lineage" in tables:
        made["not_estimated"] = tables["coefficient_lineage"].filter(pl.col("notation") == "NE").height
    made["facilities"] = _height(tables, "facility")
    return made


def _height(tables: Mapping[str, pl.DataFrame], name: str) -> int:
    return tables[name].height if name in tables else 0


def _by(frame: pl.DataFrame, column: str) -> dict[str, int]:
    return {str(value): int(count) for value, count in frame.group_by(column).len().sort(column).iter_rows()}


def recalled_shares(tables: Mapping[str, pl.DataFrame]) -> dict[str, float]:
    """For each substance the share of its total that rests on a recalled parameter; totals of zero are left out."""
    if not {"emission", "coefficient_lineage"} <= set(tables):
        return {}
    totals = substance_totals(tables["emission"], tables["coefficient_lineage"])
    return dict(totals.drop_nulls("recalled").select("pollutant", "recalled").iter_rows())
