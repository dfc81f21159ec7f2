"""The rules of a workspace's plans: read and compiled as input of a run, and judged over the run's own tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Level
from cocontrol.core.parameters import Parameter
from cocontrol.io.places import region_code
from cocontrol.io.workspace import SETTINGS_FILE, Workspace
from cocontrol.plans.compiling import compile_plan
from cocontrol.plans.model import Plan
from cocontrol.plans.parse import parse
from cocontrol.plans.reading import read_document
from cocontrol.rules.engine import VERDICT_SCHEMA
from cocontrol.rules.judging import ROWS_USED, judge
from cocontrol.rules.parameters import RULE_PARAMETER, GivenParameter, RuleParameters, given_parameter
from cocontrol.rules.registers import INDICATOR, register_names
from cocontrol.rules.templates import template

PLAN = "plan"
"""Kind of the documents that hold plans."""

PLAN_RULE = "plan_rule"
PLAN_RULE_SCHEMA = {
    "rule_id": pl.String, "document": pl.String, "adcode": pl.String, "region": pl.String, "template": pl.String,
    "parameters": pl.String, "missing": pl.String, "modality": pl.String, "status": pl.String, "clause": pl.String,
    "start": pl.Int64, "end": pl.Int64, "words": pl.String,
}  # fmt: skip

RULE_VERDICT = "rule_verdict"
RULE_VERDICT_SCHEMA = {**VERDICT_SCHEMA, ROWS_USED: pl.String, "document": pl.String, "words": pl.String}


def read_plan_rules(workspace: Workspace) -> tuple[pl.DataFrame | None, tuple[Fault, ...]]:
    """The rules of every plan that the workspace declares, keyed `rule_id` (``<path>-R1``); None without plans.

    A plan that cannot be read stops no inventory: what is wrong with it is a remark, located by file.
    """
    rows: list[tuple[Any, ...]] = []
    faults: list[Fault] = []
    paths = [entry.path for entry in workspace.settings.documents if entry.kind == PLAN]
    for path in paths:
        try:
            text = read_document(workspace.file(path).read_bytes(), path).text
            plan = parse(text)
        except InvalidInput as error:
            remarks = (replace(fault, location=replace(fault.location, file=path)) for fault in error.faults)
            faults += [replace(fault, level=Level.HIGH) for fault in remarks]
            continue
        rows += _rows(path, plan, text)
    return pl.DataFrame(rows, schema=PLAN_RULE_SCHEMA, orient="row") if paths else None, tuple(faults)


def _rows(path: str, plan: Plan, text: str) -> Iterable[tuple[Any, ...]]:
    for rule in compile_plan(plan):
        yield (
            f"{path}-{rule.id}", path, region_code(plan.region), plan.region, rule.template,
            json.dumps(rule.parameters, ensure_ascii=False), json.dumps(rule.missing, ensure_ascii=False),
            rule.modality, rule.status, rule.clause_id, rule.start, rule.end, text[rule.start : rule.end],
        )  # fmt: skip


def judge_plan_rules(
    tables: Mapping[str, pl.DataFrame], *, as_of: date, region: str, settings: Iterable[Parameter] = ()
) -> pl.DataFrame | None:
    """Verdicts of the table `plan_rule` over the registers among `tables` and their indicators.

    Rules whose register is not there are left out; None where that leaves nothing. A plan is judged for its own region,
    one that names none for `region`. The plan of a place that no code is known for (a fictitious one) is not held
    against the indicators, which are those of `region`.

    Parameters
    ----------
    tables : by name; `rule_parameter` gives values that the plans leave open
    settings : values set in ``cocontrol.toml``
    """
    registers = {name: tables[name] for name in register_names() if name in tables}
    if not registers:
        return None
    parameters = _parameters(tables, settings)
    made = [pl.DataFrame(schema=RULE_VERDICT_SCHEMA)]
    for (document,), rows in tables[PLAN_RULE].group_by("document", maintain_order=True):
        first = rows.row(0, named=True)
        unknown = first["region"] is not None and first["adcode"] is None
        present = {name: frame for name, frame in registers.items() if not (unknown and name == INDICATOR)}
        rules = [_rule(row) for row in rows.iter_rows(named=True) if template(row["template"]).register in present]
        judged = judge(rules, present, parameters, as_of=as_of, region=first["adcode"] or region)
        words = rows.select("rule_id", "words")
        made.append(
            judged.with_columns(document=pl.lit(str(document))).join(
                words, on="rule_id", how="left", maintain_order="left"
            )
        )
    judged = pl.concat(made)
    return judged if judged.height else None


def _rule(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of `plan_rule` as the engine takes it."""
    return {
        "id": row["rule_id"], "template": row["template"], "parameters": json.loads(row["parameters"]),
        "missing": json.loads(row["missing"]), "modality": row["modality"], "clause_id": row["clause"],
    }  # fmt: skip


def _parameters(tables: Mapping[str, pl.DataFrame], settings: Iterable[Parameter]) -> RuleParameters:
    given = [GivenParameter(parameter, SETTINGS_FILE) for parameter in settings]
    if RULE_PARAMETER.name in tables:
        given += [given_parameter(row) for row in tables[RULE_PARAMETER.name].iter_rows(named=True)]
    return RuleParameters(tuple(given))
