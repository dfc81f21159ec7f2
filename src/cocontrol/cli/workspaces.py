"""Commands on a workspace: ``init``, ``template``, ``check``, ``run``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cocontrol.cli.framework import Session, add_command
from cocontrol.cli.progress import progress_bar
from cocontrol.core.errors import Level
from cocontrol.core.text import Language, Text

ORDER = 10

WorkspaceArgument = Annotated[
    Path,
    typer.Argument(metavar="WORKSPACE"),
    Text("工作区文件夹（含 cocontrol.toml）", "workspace folder (holds cocontrol.toml)"),
]


def register(app: typer.Typer, language: Language) -> None:
    """Add the commands of this module."""
    add_command(
        app,
        language,
        "init",
        Text(
            "新建工作区（含模板和说明，不覆盖已有文件）",
            "make a workspace with templates and a README; overwrites nothing",
        ),
    )(init)
    add_command(app, language, "template", Text("写出某个表的 Excel 填报模板", "write the Excel template of a table"))(
        template
    )
    add_command(
        app, language, "check", Text("检查全部输入，一次列出所有问题", "check all input and list every fault at once")
    )(check)
    add_command(
        app,
        language,
        "run",
        Text(
            "计算清单、指标和判定，写成不可更改的运行结果",
            "compute inventory, indicators and verdicts into an immutable run",
        ),
    )(run)


def init(
    session: Session,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER"), Text("新工作区的文件夹", "folder of the new workspace")],
    *,
    region: Annotated[
        str, typer.Option(), Text("行政区划代码（GB/T 2260，六位）", "adcode (GB/T 2260, six digits)")
    ] = "410000",
    year: Annotated[
        list[int] | None, typer.Option(), Text("清单年份，可重复", "inventory year, may be repeated")
    ] = None,
    profile: Annotated[str, typer.Option(), Text("文件口径", "document profile")] = "PROV_GUIDE_2011",
) -> None:
    """Make a workspace folder: settings, README, and the templates of its tables."""
    from cocontrol.io.scaffold import create_workspace

    created = create_workspace(folder, region=region, years=tuple(year or (2013,)), profile=profile)
    rows = [{"path": str(path.relative_to(folder))} for path in created]
    session.output.rows(rows, {"path": Text("已写出", "written")})
    session.output.note(
        Text(
            "下一步：填写 tables 中的模板，再运行 cocontrol check {f}",
            "next: fill the templates under tables, then run cocontrol check {f}",
        ).format(f=folder)
    )


def template(
    session: Session,
    table: Annotated[
        str | None, typer.Argument(metavar="TABLE"), Text("表名；不给则列出全部", "table; without it all are listed")
    ] = None,
    *,
    to: Annotated[Path | None, typer.Option(), Text("写到的文件（.xlsx）", "file to write (.xlsx)")] = None,
) -> None:
    """Write the template of one declared table, or list the tables."""
    from cocontrol.core.tables import TABLES
    from cocontrol.io.declarations import declared_tables
    from cocontrol.io.scaffold import write_table_template

    if table is None:
        rows = [{"table": name, "label": session.say(TABLES.get(name).label)} for name in declared_tables()]
        session.output.rows(rows, {"table": Text("表", "table"), "label": Text("名称", "label")})
        return
    target = to or Path(f"{table}.xlsx")
    write_table_template(table, target, session.language)
    session.output.facts({"path": str(target)}, {"path": Text("已写出", "written")})


def check(
    session: Session,
    workspace: WorkspaceArgument = Path(),
    *,
    annotate: Annotated[
        Path | None,
        typer.Option(),
        Text("把有问题的文件标注后写到此文件夹", "write annotated copies of faulty files here"),
    ] = None,
) -> None:
    """Read and validate every table, check the balance, list everything; nothing is computed or written."""
    from cocontrol.io.pipeline import check as check_workspace
    from cocontrol.io.scaffold import annotate_faulty
    from cocontrol.io.workspace import load_workspace

    loaded = load_workspace(workspace)
    with progress_bar(session.language) as progress:
        report = check_workspace(loaded, progress=progress)
    if session.output.form == "json":
        session.output.json(report.as_dict())
    else:
        session.output.rows(
            [
                {"table": t.table, "path": t.path, "rows": t.rows, "errors": t.errors, "notes": t.notes}
                for t in report.tables
            ],
            {
                "table": Text("表", "table"),
                "path": Text("文件", "file"),
                "rows": Text("行数", "rows"),
                "errors": Text("错误", "errors"),
                "notes": Text("提示", "notes"),
            },
        )
        for fault in report.faults:
            session.output.fault_line(fault)
        for row in report.findings.iter_rows(named=True):
            level = Level(row["level"]).label.in_language(session.language)
            session.output.line_to_stderr(f"[{level}] {row['origin']}: {row[f'message_{session.language}']}")
        session.output.note(report.summary)
    if annotate is not None:
        for path in annotate_faulty(loaded, report, annotate):
            session.output.note(Text("已写出标注副本：{p}", "annotated copy written: {p}").format(p=path))
    if not report.ok:
        session.fail()


def run(
    session: Session,
    workspace: WorkspaceArgument = Path(),
    *,
    if_changed: Annotated[
        bool,
        typer.Option("--if-changed"),
        Text(
            "输入、设置、代码和参数都没变时沿用已有运行",
            "keep the run there is if input, settings, code and parameters are the same",
        ),
    ] = False,
) -> None:
    """Run the whole pipeline; the outcome is a new folder under ``runs``."""
    from cocontrol.io.pipeline import run as run_pipeline
    from cocontrol.io.runs import list_runs
    from cocontrol.io.workspace import load_workspace

    loaded = load_workspace(workspace)
    earlier = {found.run_id for found in list_runs(loaded.folder)}
    with progress_bar(session.language) as progress:
        made = run_pipeline(loaded, progress=progress, if_changed=if_changed)
    if made.run_id in earlier:
        session.output.note(Text("什么都没变，沿用已有运行", "nothing has changed: the run there is was kept"))
    session.output.facts(
        {
            "run_id": made.run_id,
            "folder": str(made.folder),
            "report": str(made.folder / "report" / "report.html"),
            "conservation_ok": made.manifest["conservation_ok"],
            **{
                name: made.manifest["counts"].get(name)
                for name in ("emission_cells", "findings", "verdicts", "not_estimated")
            },
        },
        {
            "run_id": Text("运行", "run"),
            "folder": Text("文件夹", "folder"),
            "report": Text("报告", "report"),
            "conservation_ok": Text("守恒", "conserved"),
            "emission_cells": Text("清单单元", "emission cells"),
            "not_estimated": Text("未估算", "not estimated"),
            "findings": Text("核查发现", "findings"),
            "verdicts": Text("判定", "verdicts"),
        },
    )
