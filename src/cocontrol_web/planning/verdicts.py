"""The rules of a plan judged over the registers that people brought, and the judgements kept."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.core.verdicts import VerdictValue
from cocontrol.io.places import region_code
from cocontrol.io.rule_inputs import latest_indicators, read_register
from cocontrol.rules.changes import beside
from cocontrol.rules.judging import judge
from cocontrol.rules.registers import INDICATOR, register_table
from cocontrol.rules.templates import template
from cocontrol_web.accounts.models import User
from cocontrol_web.planning.models import PlanDocument, PlanEvaluation, PlanRegister
from cocontrol_web.planning.parameters import parameters_of
from cocontrol_web.planning.parsing import rules_of
from cocontrol_web.registry.checking import check_upload
from cocontrol_web.registry.models import FileCheck, Workspace

KEPT = 20
"""Judgements kept of each plan; older ones go."""

MOST_ROWS = 50_000
"""Rows of a register that are judged while a page waits."""

REASONS = {
    "register": Text("登记表变动", "a register changed"),
    "parameter": Text("参数变动", "a parameter changed"),
    "text": Text("原文变动", "the text changed"),
    "asked": Text("人工发起", "asked for"),
}
"""What makes the rules be judged again."""


def region_of_plan(document: PlanDocument) -> str:
    """The adcode of the place that the plan is for; where its name is not known, that of whoever entered it."""
    return region_code(document.facts.get("region")) or document.region


def active_registers(document: PlanDocument) -> list[PlanRegister]:
    """The registers in use, one of each name."""
    return list(document.registers.filter(withdrawn_at__isnull=True).order_by("register"))


def needed_registers(document: PlanDocument) -> dict[str, int]:
    """Registers that the rules of the plan read, and how many rules read each; the most wanted first."""
    counts: dict[str, int] = {}
    for rule in rules_of(document):
        name = template(rule.template).register
        counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def bring_register(
    document: PlanDocument, upload: UploadedFile[bytes], name: str, person: User
) -> tuple[FileCheck, PlanRegister | None]:
    """Check an uploaded register and use it in place of the one before, unless it has errors.

    Returns the check with its faults, and the register, or None where errors keep it out. Raises `NotFound` for
    an unknown register and `InvalidInput` for a file that nothing reads or that is too long.
    """
    register_table(name)
    check = check_upload(upload, name, person)
    if not check.passed:
        return check, None
    frame = read_register(name, check.folder / check.file_name).frame
    if frame.height > MOST_ROWS:
        raise InvalidInput(_too_many(name, check.file_name, frame.height))
    row = PlanRegister(
        plan=document, register=name, file_name=check.file_name, sha256=check.sha256, rows=frame.height, person=person,
        person_name=person.username,
    )  # fmt: skip
    row.path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(row.path)
    with transaction.atomic():
        _withdraw_others(row, person)
        row.save()
    return check, row


@transaction.atomic
def toggle_register(row: PlanRegister, person: User) -> PlanRegister:
    """Put a register out of use, or back into use in place of the present one."""
    if row.is_active:
        row.withdraw(timezone.now(), person.username)
    else:
        _withdraw_others(row, person)
        row.reinstate()
    return row


def _withdraw_others(row: PlanRegister, person: User) -> None:
    for other in row.plan.registers.filter(register=row.register, withdrawn_at__isnull=True):
        other.withdraw(timezone.now(), person.username)


def _too_many(register: str, name: str, rows: int) -> Fault:
    command = f"cocontrol plan evaluate plan.txt --register {register}={name} --as-of {timezone.localdate()}"
    return Fault(
        "register.too_long",
        Text(
            "登记表有 {r} 行，网页上判定不了这么多",
            "the register has {r} rows, more than a page can judge",
        ).format(r=f"{rows:,}"),
        Location(file=name),
        value=f"{rows:,}",
        allowed=Text("不超过 {n} 行", "at most {n} rows").format(n=f"{MOST_ROWS:,}"),
        remedy=Text(
            "行数不限的办法：下载方案原文，在命令行运行 {c}", "without a limit: download the plan's text and run {c}"
        ).format(c=command),
    )


@transaction.atomic
def evaluate(
    document: PlanDocument, person: User, reason: str, *, as_of: date | None = None, region: str | None = None
) -> PlanEvaluation | None:
    """Judge every rule that has its register; None where there is none. Day and region default to the last ones.

    The register of indicators is that of the latest run of the plan's workspace, unless somebody brought one.

    Raises `InvalidInput` where a parameter is of no use to a rule that reads it.
    """
    registers = active_registers(document)
    frames = {row.register: pl.read_parquet(row.path) for row in registers}
    run = None if INDICATOR in frames else run_indicators(document)
    frames |= {INDICATOR: run[1]} if run else {}
    if not frames:
        return None
    last = document.evaluations.first()
    day = as_of or (last.as_of if last else timezone.localdate())
    place = region or (last.region if last else region_of_plan(document))
    parameters = parameters_of(document)
    rules = [rule.as_dict() for rule in rules_of(document)]
    judged = [rule for rule in rules if template(rule["template"]).register in frames]
    table = judge(judged, frames, parameters, as_of=day, region=place)
    made = PlanEvaluation(
        plan=document, as_of=day, region=place, reason=reason, rules=rules,
        registers=[*map(_of_register, registers), *([_of_run(*run)] if run else [])],
        parameters=[given.as_dict() for given in parameters.given], counts=counts_of(table), person_name=person.username,
    )  # fmt: skip
    made.path.parent.mkdir(parents=True, exist_ok=True)
    table.write_parquet(made.path)
    made.save()
    _forget_old(document)
    return made


def _of_register(row: PlanRegister) -> dict[str, Any]:
    return {
        "register": row.register, "register_id": str(row.register_id), "file_name": row.file_name, "sha256": row.sha256,
        "rows": row.rows,
    }  # fmt: skip


def _of_run(run_id: str, frame: pl.DataFrame) -> dict[str, Any]:
    """The indicators of a run, as a judgement names the registers it read."""
    return {"register": INDICATOR, "register_id": run_id, "file_name": run_id, "sha256": "", "rows": frame.height}


def run_indicators(document: PlanDocument) -> tuple[str, pl.DataFrame] | None:
    """The latest run of the plan's workspace, else of the workspace of its region, with its indicators."""
    workspace = document.workspace or Workspace.objects.filter(region=region_of_plan(document)).first()
    return latest_indicators(workspace.folder) if workspace is not None else None


def counts_of(table: pl.DataFrame) -> dict[str, int]:
    """How many verdicts of each value."""
    found = dict(table.group_by("value").len().iter_rows())
    return {value.value: found[value.value] for value in VerdictValue if value.value in found}


def _forget_old(document: PlanDocument) -> None:
    for old in document.evaluations.all()[KEPT:]:
        path = Path(old.path)
        old.delete()
        path.unlink(missing_ok=True)


def verdicts_of(evaluation: PlanEvaluation) -> pl.DataFrame:
    """The verdict table of a judgement."""
    return pl.read_parquet(evaluation.path)


def earlier_than(evaluation: PlanEvaluation) -> PlanEvaluation | None:
    """The judgement of the plan before this one, while it is kept."""
    return evaluation.plan.evaluations.filter(pk__lt=evaluation.pk).first()


def beside_earlier(evaluation: PlanEvaluation) -> pl.DataFrame:
    """The verdicts of a judgement, each with that of the same rule and subject in the judgement before, if any."""
    before = earlier_than(evaluation)
    table = verdicts_of(evaluation)
    rules, old = (before.rules, verdicts_of(before)) if before is not None else ([], table.clear())
    return beside((rules, old), (evaluation.rules, table))


def is_outdated(evaluation: PlanEvaluation) -> bool:
    """Whether the plan now compiles to other rules than were judged."""
    now = json.loads(json.dumps([rule.as_dict() for rule in rules_of(evaluation.plan)]))
    return bool(now != evaluation.rules)
