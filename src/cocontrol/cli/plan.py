"""Commands that read plans: ``plan parse``, ``compare``, ``rules``, ``coverage``, ``evaluate``."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cocontrol.cli.framework import Session, add_command, new_group
from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.parameters import NATIONAL
from cocontrol.core.text import Language, Text

if TYPE_CHECKING:
    from cocontrol.plans import Plan

ORDER = 30

GROUP_HELP = Text(
    "读取方案：任务、责任、目标、规则、比对", "read plans: tasks, responsibilities, targets, rules, comparison"
)
FILE_HELP = Text(
    "方案文件（txt、md、docx、pdf、html；- 为标准输入）", "plan file (txt, md, docx, pdf, html; - for standard input)"
)


def register(app: typer.Typer, language: Language) -> None:
    """Add the group ``plan``."""
    group = new_group(language, GROUP_HELP)
    add_command(
        group, language, "parse", Text("把方案读成任务、条款和目标", "read a plan into tasks, clauses and targets")
    )(parse)
    add_command(
        group,
        language,
        "compare",
        Text("比对上级与下级方案，或同一方案的两个版本", "compare a parent with a child plan, or two versions"),
    )(compare)
    add_command(group, language, "rules", Text("列出方案编译出的规则实例", "list the rule instances of a plan"))(rules)
    add_command(
        group,
        language,
        "coverage",
        Text("列出哪些条款可执行、缺什么参数", "which clauses are executable, which lack a parameter"),
    )(coverage)
    add_command(
        group, language, "evaluate", Text("用登记表评估方案的规则", "evaluate the rules of a plan over registers")
    )(evaluate)
    app.add_typer(group, name="plan")


def _plan(session: Session, path: Path) -> Plan:
    """The plan of a file; what the reader must know goes to standard error."""
    from cocontrol.plans import parse as parse_text
    from cocontrol.plans.reading import read_document

    content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    plan = parse_text(read_document(content, path.name).text)
    for warning in plan.warnings:
        session.output.note(warning.message)
    return plan


def parse(session: Session, file: Annotated[Path, typer.Argument(), FILE_HELP]) -> None:
    """Print the plan as one object, or its tasks as a table."""
    plan = _plan(session, file)
    if session.output.form == "json":
        session.output.json(plan.as_dict())
        return
    rows = [
        {
            "id": task.id,
            "number": task.number,
            "title": task.title,
            "departments": "、".join(r.department for r in task.responsibilities),
            "clauses": len(task.clauses),
            "targets": sum(1 for target in plan.targets if target.task_id == task.id),
        }
        for task in plan.tasks
    ]
    headings = {
        "id": Text("标识", "id"),
        "number": Text("序号", "number"),
        "title": Text("任务", "task"),
        "departments": Text("责任单位", "departments"),
        "clauses": Text("条款", "clauses"),
        "targets": Text("目标", "targets"),
    }
    session.output.rows(rows, headings)


def compare(
    session: Session,
    parent: Annotated[Path, typer.Argument(), FILE_HELP],
    child: Annotated[Path, typer.Argument(), FILE_HELP],
) -> None:
    """Print what the second plan keeps, tightens, loosens, drops, adds and merges of the first."""
    from cocontrol.plans.compare import compare as compare_plans

    found = compare_plans(_plan(session, parent), _plan(session, child))
    if session.output.form == "json":
        session.output.json(found.as_dict())
        return
    rows = [
        {
            "parent": "、".join(t.number or t.title for t in pair.parents),
            "child": "、".join(t.number or t.title for t in pair.children),
            "relation": pair.relation,
            "kind": change.kind,
            "reason": session.say(change.reason),
        }
        for pair in found.pairs
        for change in pair.changes
    ]
    headings = {
        "parent": Text("上级", "parent"),
        "child": Text("下级", "child"),
        "relation": Text("关系", "relation"),
        "kind": Text("变化", "change"),
        "reason": Text("说明", "reason"),
    }
    session.output.rows(rows, headings)


def rules(session: Session, file: Annotated[Path, typer.Argument(), FILE_HELP]) -> None:
    """Print the rule instances."""
    from cocontrol.plans.compiling import compile_plan

    found = [rule.as_dict() for rule in compile_plan(_plan(session, file))]
    if session.output.form == "json":
        session.output.json({"rules": found})
        return
    headings = {
        "id": Text("标识", "id"),
        "template": Text("模板", "template"),
        "parameters": Text("参数", "parameters"),
        "clause_id": Text("条款", "clause"),
        "modality": Text("约束力", "modality"),
        "status": Text("状态", "status"),
    }
    session.output.rows([{**rule, "parameters": str(rule["parameters"])} for rule in found], headings)


def coverage(session: Session, files: Annotated[list[Path], typer.Argument(), FILE_HELP]) -> None:
    """Print one row a clause with its coverage."""
    from cocontrol.plans.coverage import SCHEMA
    from cocontrol.plans.coverage import coverage as coverage_of

    table = coverage_of({path.stem: _plan(session, path) for path in files})
    labels = {
        "plan": Text("方案", "plan"), "task_id": Text("任务", "task"), "task_number": Text("序号", "number"),
        "clause_id": Text("条款", "clause"), "start": Text("起", "start"), "end": Text("止", "end"), "type": Text("类型", "type"),
        "modality": Text("约束力", "modality"), "check_class": Text("可查程度", "check class"), "coverage": Text("覆盖", "coverage"),
        "templates": Text("模板", "templates"), "missing_parameters": Text("缺少的参数", "missing parameters"),
        "undefined": Text("未定义词", "undefined words"),
    }  # fmt: skip
    session.output.rows(table.to_dicts(), {name: labels[name] for name in SCHEMA})


def evaluate(
    session: Session,
    file: Annotated[Path, typer.Argument(), FILE_HELP],
    register: Annotated[
        list[str],
        typer.Option(),
        Text(
            "登记表：名称=文件（csv、xlsx或parquet），可重复；模板见 cocontrol template 名称",
            "register: name=file (csv, xlsx or parquet), repeatable; cocontrol template NAME writes a template",
        ),
    ],
    as_of: Annotated[str, typer.Option(), Text("判定日期，如2025-12-31", "day of the verdicts, e.g. 2025-12-31")],
    *,
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
) -> None:
    """Print the verdicts of the plan's rules over the given registers."""
    from cocontrol.io.rule_inputs import read_rule_inputs, region_code
    from cocontrol.plans.compiling import compile_plan
    from cocontrol.rules import VERDICT_SCHEMA, template
    from cocontrol.rules.judging import ROWS_USED, judge, unread

    day = _day(as_of)
    registers, given = read_rule_inputs([_named(one) for one in register], parameters)
    plan = _plan(session, file)
    found = [rule.as_dict() for rule in compile_plan(plan)]
    wanted = [rule for rule in found if template(rule["template"]).register in registers]
    place = _adcode(region) if region else region_code(plan.region) or NATIONAL
    table = judge(wanted, registers, given, as_of=day, region=place)
    for name in unread(found, given):
        session.output.note(Text("参数 {n} 没有规则读取", "no rule of the plan reads parameter {n}").format(n=name))
    columns = [*VERDICT_SCHEMA, ROWS_USED]
    session.output.rows(table.to_dicts(), {name: _VERDICT_LABELS[name] for name in columns})


_VERDICT_LABELS = {
    "rule_id": Text("规则", "rule"), "template": Text("模板", "template"), "subject_id": Text("对象", "subject"), "as_of": Text("日期", "as of"),
    "value": Text("结论", "verdict"), "reasons_zh": Text("理由", "reasons (Chinese)"), "reasons_en": Text("理由（英文）", "reasons"),
    "facts": Text("事实", "facts"), "parameters": Text("参数", "parameters"), "clause": Text("条款", "clause"),
    "parameter_rows": Text("所用参数行", "parameter rows used"),
}  # fmt: skip


def _named(written: str) -> tuple[str, Path]:
    """Name and file of ``name=path``."""
    name, sign, path = written.partition("=")
    if not sign:
        raise InvalidInput(
            Fault("plan.register", Text("登记表应写成 名称=文件", "write a register as name=file"), value=written)
        )
    return name.strip(), Path(path)


def _adcode(written: str) -> str:
    """The code where it is one of GB/T 2260."""
    from cocontrol.reference import regions

    return regions.region(written)["adcode"]


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise InvalidInput(
            Fault("plan.date", Text("日期应写成 2025-12-31", "write the day as 2025-12-31"), value=written)
        ) from error
