"""Commands that read plans: ``plan parse``, ``compare``, ``rules``, ``coverage``, ``evaluate``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from cocontrol.cli.framework import Session, add_command, new_group
from cocontrol.cli.plan_files import FILE_HELP, read_plan
from cocontrol.cli.plan_judging import evaluate
from cocontrol.core.text import Language, Text

ORDER = 30

GROUP_HELP = Text(
    "读取方案：任务、责任、目标、规则、比对", "read plans: tasks, responsibilities, targets, rules, comparison"
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


def parse(session: Session, file: Annotated[Path, typer.Argument(), FILE_HELP]) -> None:
    """Print the plan as one object, or its tasks as a table."""
    plan = read_plan(session, file)
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
    from cocontrol.plans.labels import RELATION

    found = compare_plans(read_plan(session, parent), read_plan(session, child))
    if session.output.form == "json":
        session.output.json(found.as_dict())
        return
    worded = session.output.form == "table"
    rows = [
        {
            "parent": "、".join(t.number or t.title for t in pair.parents),
            "child": "、".join(t.number or t.title for t in pair.children),
            "relation": session.say(RELATION[pair.relation]) if worded else pair.published_relation,
            "kind": session.say(RELATION[change.kind]) if worded else change.published_kind,
            "parent_text": change.parent_text,
            "child_text": change.child_text,
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
        "parent_text": Text("上级原文", "words of the parent"),
        "child_text": Text("下级原文", "words of the child"),
        "reason": Text("说明", "reason"),
    }
    session.output.rows(rows, headings)


def rules(session: Session, file: Annotated[Path, typer.Argument(), FILE_HELP]) -> None:
    """Print the rule instances."""
    from cocontrol.plans.compiling import compile_plan

    found = [rule.as_dict() for rule in compile_plan(read_plan(session, file))]
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
    worded = session.output.form == "table"
    rows = [
        _rule_in_words(session, rule) if worded else {**rule, "parameters": str(rule["parameters"])} for rule in found
    ]
    session.output.rows(rows, headings)


def _rule_in_words(session: Session, rule: dict[str, Any]) -> dict[str, Any]:
    """A rule instance with labels in place of codes."""
    from cocontrol.rules.labels import MODALITY, STATUS, parameter_label, template_label
    from cocontrol.rules.wording import parameter_value

    parts = [
        f"{session.say(parameter_label(name))}：{session.say(parameter_value(rule['template'], name, value))}"
        for name, value in rule["parameters"].items()
        if value not in (None, [], {}, "")
    ]
    return {
        **rule,
        "template": session.say(template_label(rule["template"])),
        "parameters": "；".join(parts),
        "modality": session.say(MODALITY[rule["modality"]]),
        "status": session.say(STATUS[rule["status"]]),
    }


def coverage(session: Session, files: Annotated[list[Path], typer.Argument(), FILE_HELP]) -> None:
    """Print one row a clause with its coverage."""
    from cocontrol.plans.coverage import SCHEMA
    from cocontrol.plans.coverage import coverage as coverage_of

    plans = {name: read_plan(session, path) for name, path in _named_apart(files).items()}
    rows = coverage_of(plans).to_dicts()
    if session.output.form == "table":
        rows = [_coverage_in_words(session, row) for row in rows]
    labels = {
        "plan": Text("方案", "plan"), "task_id": Text("任务", "task"), "task_number": Text("序号", "number"),
        "clause_id": Text("条款", "clause"), "start": Text("起", "start"), "end": Text("止", "end"), "type": Text("类型", "type"),
        "modality": Text("约束力", "modality"), "check_class": Text("可查程度", "check class"), "coverage": Text("覆盖", "coverage"),
        "templates": Text("模板", "templates"), "missing_parameters": Text("缺少的参数", "missing parameters"),
        "undefined": Text("未定义词", "undefined words"),
    }  # fmt: skip
    session.output.rows(rows, {name: labels[name] for name in SCHEMA})


def _named_apart(files: list[Path]) -> dict[str, Path]:
    """Files by the name of each; by the path as given where two have one name, so that no plan hides another."""
    found = Counter(path.stem for path in files)
    return {path.stem if found[path.stem] == 1 else str(path): path for path in files}


def _coverage_in_words(session: Session, row: dict[str, Any]) -> dict[str, Any]:
    """A row of the coverage with labels in place of codes."""
    from cocontrol.plans.labels import CHECK, CLAUSE_TYPE, COVERAGE
    from cocontrol.rules.labels import MODALITY, listed_missing, listed_templates

    tables = {"type": CLAUSE_TYPE, "modality": MODALITY, "check_class": CHECK, "coverage": COVERAGE}
    return {
        **row,
        **{name: session.say(table[row[name]]) for name, table in tables.items()},
        "templates": listed_templates(row["templates"], session.language),
        "missing_parameters": listed_missing(row["missing_parameters"], session.language),
    }
