"""``plan evaluate``: the rules of a plan judged over registers, printed in words or as data."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cocontrol.cli.framework import Session
from cocontrol.cli.plan_files import FILE_HELP, read_plan
from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.parameters import NATIONAL
from cocontrol.core.text import Text

if TYPE_CHECKING:
    import polars as pl

    from cocontrol.io.rule_inputs import WorkspaceInputs
    from cocontrol.plans import Plan
    from cocontrol.rules.parameters import RuleParameters

    Registers = dict[str, pl.DataFrame]


def evaluate(
    session: Session,
    file: Annotated[Path, typer.Argument(), FILE_HELP],
    *,
    as_of: Annotated[str, typer.Option(), Text("判定日期，如2025-12-31", "day of the verdicts, e.g. 2025-12-31")],
    register: Annotated[
        list[str] | None,
        typer.Option(),
        Text(
            "登记表：名称=文件（csv、xlsx或parquet），可重复；模板见 cocontrol template 名称",
            "register: name=file (csv, xlsx or parquet), repeatable; cocontrol template NAME writes a template",
        ),
    ] = None,
    workspace: Annotated[
        Path | None,
        typer.Option(),
        Text(
            "工作区：未给出的登记表取自它的表，指标取自它最近一次运行；不给则用方案所在的工作区",
            "workspace: registers not given come from its tables, indicators from its latest run; without it that of the plan",
        ),
    ] = None,
    parameters: Annotated[
        Path | None,
        typer.Option(),
        Text(
            "参数表（rule_parameter），给方案未写明的参数取值", "table rule_parameter: values that the plan leaves open"
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(),
        Text("判定地区的行政区划代码；不给则用方案所在地区", "adcode to judge for; without it the region of the plan"),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(),
        Text(
            "同一方案的旧版：旧判定列在新判定旁", "an earlier text of the plan: its verdicts stand beside the new ones"
        ),
    ] = None,
) -> None:
    """Print the verdicts of the plan's rules over the given registers."""
    from cocontrol.rules.changes import BEFORE, beside

    day = _day(as_of)
    registers, given = _inputs(session, file, register or [], workspace, parameters)
    plan = read_plan(session, file)
    place = _place(plan, region)
    rules, table = _judged(plan, registers, given, day, place)
    _tell_unread(session, plan, given)
    if previous is not None:
        before = _judged(read_plan(session, previous), registers, given, day, place)
        table = beside(before, (rules, table)).sort(BEFORE, nulls_last=True, maintain_order=True)
        table = table.sort("changed", descending=True, maintain_order=True)
    _print(session, table)


def _judged(
    plan: Plan, registers: Registers, given: RuleParameters, day: date, place: str
) -> tuple[list[dict[str, Any]], pl.DataFrame]:
    """The rules that have their register, and their verdicts."""
    from cocontrol.plans.compiling import compile_plan
    from cocontrol.rules import template
    from cocontrol.rules.judging import judge

    found = [rule.as_dict() for rule in compile_plan(plan)]
    wanted = [rule for rule in found if template(rule["template"]).register in registers]
    return wanted, judge(wanted, registers, given, as_of=day, region=place)


def _inputs(
    session: Session, file: Path, written: list[str], workspace: Path | None, parameters: Path | None
) -> tuple[Registers, RuleParameters]:
    """Registers and parameters: the given files first, then what the workspace has besides."""
    from cocontrol.io.rule_inputs import read_rule_inputs

    named = [_named(one) for one in written]
    registers, given = read_rule_inputs(named, parameters)
    more = _from_workspace(file, workspace, [name for name, _ in named])
    if more is not None and more.registers:
        names = "、".join(
            f"{name}（{more.run_id}）" if name == "indicator" and more.run_id else name for name in more.registers
        )
        session.output.note(Text("取自工作区的登记表：{n}", "registers of the workspace: {n}").format(n=names))
    found = {**(more.registers if more else {}), **registers}
    if not found:
        raise InvalidInput(
            Fault(
                "plan.no_register",
                Text("没有登记表，无法判定", "there is no register to judge over"),
                remedy=Text(
                    "用 --register 名称=文件 给出，或用 --workspace 指明工作区",
                    "give one with --register NAME=FILE, or a workspace with --workspace",
                ),
            )
        )
    return found, given if parameters is not None or more is None else more.parameters


def _from_workspace(file: Path, workspace: Path | None, skip: list[str]) -> WorkspaceInputs | None:
    from cocontrol.io.rule_inputs import workspace_inputs, workspace_of
    from cocontrol.io.workspace import load_workspace

    found = load_workspace(workspace) if workspace is not None else workspace_of(file) if file.is_file() else None
    return workspace_inputs(found, skip=skip) if found is not None else None


def _tell_unread(session: Session, plan: Plan, given: RuleParameters) -> None:
    from cocontrol.plans.compiling import compile_plan
    from cocontrol.rules.judging import unread

    for name in unread([rule.as_dict() for rule in compile_plan(plan)], given):
        session.output.note(Text("参数 {n} 没有规则读取", "no rule of the plan reads parameter {n}").format(n=name))


def _print(session: Session, table: pl.DataFrame) -> None:
    """Data keep codes and columns; a table for people says everything in words."""
    if session.output.form != "table":
        labels = {name: Text(name, name) for name in table.columns}
        session.output.rows(table.to_dicts(), labels)
        return
    rows = [_worded(session, row) for row in table.iter_rows(named=True)]
    headings = {name: label for name, label in _HEADINGS.items() if name != "before" or "value_before" in table.columns}
    session.output.rows(rows, headings)


_HEADINGS = {
    "rule": Text("规则", "rule"), "template": Text("模板", "template"), "clause": Text("条款", "clause"),
    "subject": Text("对象", "subject"), "before": Text("旧判定", "verdict before"), "value": Text("结论", "verdict"),
    "reasons": Text("理由", "reasons"), "facts": Text("事实", "facts"), "parameters": Text("参数", "parameters"),
    "used": Text("所用参数行", "parameter rows used"),
}  # fmt: skip


def _worded(session: Session, row: dict[str, Any]) -> dict[str, Any]:
    from cocontrol.core.verdicts import VerdictValue
    from cocontrol.rules.wording import in_words

    language = session.output.language
    worded = in_words(row, language)
    before = row.get("value_before")
    return {
        "rule": row["rule_id"],
        "template": worded.template,
        "clause": row["clause"],
        "subject": row["subject_id"],
        "before": VerdictValue(before).label.in_language(language) if before else None,
        "value": worded.value,
        "reasons": worded.reasons,
        "facts": "；".join(f"{label}：{value}" for label, value in worded.facts),
        "parameters": "；".join(f"{label}：{value}" for label, value in worded.thresholds),
        "used": "；".join(worded.used),
    }


def _named(written: str) -> tuple[str, Path]:
    """Name and file of ``name=path``."""
    name, sign, path = written.partition("=")
    if not sign:
        raise InvalidInput(
            Fault("plan.register", Text("登记表应写成 名称=文件", "write a register as name=file"), value=written)
        )
    return name.strip(), Path(path)


def _place(plan: Plan, region: str | None) -> str:
    """The code to judge for: the one given (of GB/T 2260), else that of the plan's region, else the nation."""
    from cocontrol.io.places import region_code
    from cocontrol.reference import regions

    return regions.region(region)["adcode"] if region else region_code(plan.region) or NATIONAL


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise InvalidInput(
            Fault("plan.date", Text("日期应写成 2025-12-31", "write the day as 2025-12-31"), value=written)
        ) from error
