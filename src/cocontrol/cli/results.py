"""Commands on finished runs: ``runs``, ``result``, ``rerun``, ``compare``, ``explain``, ``affected``, ``export``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cocontrol.cli.framework import Session, add_command
from cocontrol.cli.progress import progress_bar
from cocontrol.core.text import Language, Text

if TYPE_CHECKING:
    from cocontrol.io.runs import Run

ORDER = 20

TABLE_ROWS = 50
"""Rows that ``result`` prints as a table unless told otherwise."""

RunArgument = Annotated[
    str,
    typer.Argument(metavar="RUN"),
    Text("运行：文件夹、编号（可简写）或 latest", "run: folder, id (or its beginning) or latest"),
]
WorkspaceOption = Annotated[
    Path, typer.Option("--workspace"), Text("按编号找运行的工作区", "workspace in which run ids are looked up")
]


class ExportFormat(StrEnum):
    """Formats of ``export``."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    DATAPACKAGE = "datapackage"
    IAMC = "iamc"
    PRIMAP2 = "primap2"
    NFR = "nfr"
    ECRF = "ecrf"
    CRT = "crt"
    CETK = "cetk"
    BULLETIN = "bulletin"


def register(app: typer.Typer, language: Language) -> None:
    """Add the commands of this module."""
    add_command(app, language, "runs", Text("列出工作区的运行", "list the runs of a workspace"))(runs)
    add_command(
        app, language, "result", Text("列出运行的结果表，或打印其中一个", "list the tables of a run, or print one")
    )(result)
    add_command(
        app,
        language,
        "rerun",
        Text(
            "用运行自带的输入和参数重算并逐格比对",
            "redo a run from its own inputs and parameters and compare cell by cell",
        ),
    )(rerun)
    add_command(
        app,
        language,
        "compare",
        Text(
            "比较两次运行，差异按数据、因子、方法、边界分解",
            "compare two runs; differences split into data, factor, method, boundary",
        ),
    )(compare)
    add_command(
        app,
        language,
        "explain",
        Text("把一个数字展开到原始单元格、因子和条款", "open a figure down to source cell, factor and clause"),
    )(explain)
    add_command(app, language, "affected", Text("列出用到某个因子的全部结果", "list every result that uses a factor"))(
        affected
    )
    add_command(app, language, "export", Text("导出运行结果", "export a run"))(export)


def open_named(session: Session, reference: str, workspace: Path) -> Run:
    """The run that is meant; files of it that were altered since are named on standard error."""
    from cocontrol.io.runs import resolve_run

    found = resolve_run(reference, workspace)
    if damaged := found.damaged():
        session.output.note(
            Text(
                "运行 {r} 的文件已被改动，数字不可信：{f}",
                "files of run {r} were altered, its figures cannot be trusted: {f}",
            ).format(r=found.run_id, f=", ".join(damaged))
        )
    return found


def runs(
    session: Session,
    workspace: Annotated[Path, typer.Argument(metavar="WORKSPACE"), Text("工作区文件夹", "workspace folder")] = Path(),
) -> None:
    """List finished runs, newest first."""
    from cocontrol.io.runs import list_runs, unreadable_runs

    for fault in unreadable_runs(workspace):
        session.output.fault_line(fault)
    rows = [
        {**run.manifest, "years": ", ".join(map(str, run.manifest["years"])), **run.manifest["counts"]}
        for run in list_runs(workspace)
    ]
    session.output.rows(
        rows,
        {
            "run_id": Text("运行", "run"),
            "created_at": Text("时间（UTC）", "time (UTC)"),
            "years": Text("年份", "years"),
            "document_profile": Text("文件口径", "profile"),
            "gwp_set": Text("GWP", "GWP set"),
            "code_version": Text("代码", "code"),
            "conservation_ok": Text("守恒", "conserved"),
            "findings": Text("发现", "findings"),
        },
    )


def result(
    session: Session,
    run: RunArgument,
    table: Annotated[
        str | None, typer.Argument(metavar="TABLE"), Text("结果表；不给则列出全部", "table; without it all are listed")
    ] = None,
    *,
    workspace: WorkspaceOption = Path(),
    limit: Annotated[
        int | None,
        typer.Option(min=1),
        Text(
            "最多打印的行数；缺省时 table 格式为 50，其他格式为全部", "rows to print at most; 50 as a table, else all"
        ),
    ] = None,
) -> None:
    """Print one result table to standard output."""
    from cocontrol.io.results import result_table

    found = open_named(session, run, workspace)
    if table is None:
        tables = [{"table": e["name"], "rows": e["rows"], "sha256": e["sha256"]} for e in found.manifest["results"]]
        labels = {"table": Text("表", "table"), "rows": Text("行数", "rows"), "sha256": Text("校验和", "sha256")}
        session.output.rows(tables, labels)
        return
    frame = found.result(table)
    most = limit or (TABLE_ROWS if session.output.form == "table" else frame.height)
    columns = {column.name: column.label for column in result_table(table, frame).columns}
    session.output.rows(frame.head(most).to_dicts(), columns)
    if frame.height > most:
        session.output.note(Text("另有 {n} 行未打印", "{n} more rows not printed").format(n=frame.height - most))


def rerun(
    session: Session,
    run: RunArgument,
    *,
    workspace: WorkspaceOption = Path(),
    current: Annotated[
        bool,
        typer.Option("--current-parameters"),
        Text("改用现行参数，看哪些结果会变", "use today's parameters and see what would change"),
    ] = False,
) -> None:
    """Redo a run and say whether the same numbers come out; the run itself is not touched."""
    from cocontrol.io.rerun import rerun as rerun_run

    found = open_named(session, run, workspace)
    with progress_bar(session.language) as progress:
        outcome = rerun_run(found.folder, current_parameters=current, progress=progress)
    if session.output.form == "json":
        session.output.json(outcome.as_dict())
    else:
        session.output.note(outcome.summary)
        _differences(session, outcome.differences.to_dicts())
    if not outcome.identical and not current:
        session.fail()


def compare(
    session: Session,
    before: Annotated[str, typer.Argument(metavar="BEFORE"), Text("先前的运行", "the earlier run")],
    after: Annotated[str, typer.Argument(metavar="AFTER"), Text("后来的运行", "the later run")],
    *,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Every emission cell and indicator that differs between two runs, with the causes of the difference."""
    from cocontrol.io.comparison import compare_runs
    from cocontrol.io.recalculation import run_journal

    runs_compared = open_named(session, before, workspace), open_named(session, after, workspace)
    outcome = compare_runs(*runs_compared)
    if session.output.form == "json":
        journal = run_journal(*runs_compared).to_dicts() if all(one.has("emission") for one in runs_compared) else []
        session.output.json({**outcome.as_dict(), "journal": journal})
        return
    session.output.note(outcome.summary)
    _differences(session, outcome.differences.to_dicts())


def _differences(session: Session, rows: list[dict[str, object]]) -> None:
    from cocontrol.io.comparison import CAUSES

    if not rows and session.output.form == "table":
        return
    if session.output.form == "table":
        rows = [{**row, "cause": session.say(CAUSES[str(row["cause"])])} for row in rows]
    session.output.rows(
        rows,
        {
            "table": Text("表", "table"),
            "cell": Text("单元", "cell"),
            "column": Text("列", "column"),
            "before": Text("先前", "before"),
            "after": Text("后来", "after"),
            "difference": Text("差值", "difference"),
            "cause": Text("原因", "cause"),
            "data_effect": Text("数据", "data"),
            "factor_effect": Text("因子", "factor"),
            "method_effect": Text("方法", "method"),
        },
    )


def explain(
    session: Session,
    run: RunArgument,
    cell: Annotated[
        str,
        typer.Argument(metavar="CELL"),
        Text(
            "结果单元，如 CO2、CO2@category=1A1ai,fuel=raw_coal 或 indicator:co2_per_gdp@period=2013",
            "result cell, such as CO2, CO2@category=1A1ai,fuel=raw_coal or indicator:co2_per_gdp@period=2013",
        ),
    ],
    *,
    workspace: WorkspaceOption = Path(),
    depth: Annotated[
        int | None, typer.Option(min=1), Text("展开的层数；缺省为全部", "levels to open; all by default")
    ] = None,
) -> None:
    """Print the tree from a figure down to source cells, factors and clauses."""
    from cocontrol.io.explain import explain as explain_cell

    tree = explain_cell(open_named(session, run, workspace), cell, session.language, depth=depth)
    if session.output.form == "json":
        session.output.json(tree.as_dict())
    elif session.output.form == "csv":
        session.output.rows(
            tree.as_rows(), {k: Text(k, k) for k in ("depth", "label", "value", "unit", "status", "detail")}
        )
    else:
        session.output.tree(tree)


def affected(
    session: Session,
    run: RunArgument,
    factor: Annotated[str, typer.Argument(metavar="FACTOR"), Text("因子编号", "factor id")],
    *,
    workspace: WorkspaceOption = Path(),
) -> None:
    """List the result cells whose lineage uses the factor."""
    from cocontrol.io.affected import affected_by

    rows = affected_by(open_named(session, run, workspace), factor).to_dicts()
    session.output.rows(
        rows,
        {
            "table": Text("表", "table"),
            "cell": Text("单元", "cell"),
            "column": Text("列", "column"),
            "value": Text("数值", "value"),
            "unit": Text("单位", "unit"),
            "role": Text("作用", "role"),
        },
    )


def export(
    session: Session,
    run: RunArgument,
    *,
    form: Annotated[ExportFormat, typer.Option("--as"), Text("导出格式", "export format")] = ExportFormat.XLSX,
    to: Annotated[Path | None, typer.Option(), Text("写到的文件夹", "folder to write")] = None,
    workspace: WorkspaceOption = Path(),
    overwrite: Annotated[
        bool, typer.Option("--overwrite"), Text("替换已有文件夹", "replace an existing folder")
    ] = False,
    bom: Annotated[
        bool, typer.Option("--bom"), Text("CSV 加字节序标记（Excel 需要）", "byte order mark in CSV (Excel needs it)")
    ] = False,
    catalogue: Annotated[
        Path | None, typer.Option(), Text("crt：变量目录（CSV 或 JSON）", "crt: catalogue of variables (CSV or JSON)")
    ] = None,
    number_type: Annotated[
        str, typer.Option(), Text("crt：数值类型，numeric 或 number", "crt: type of numbers, numeric or number")
    ] = "numeric",
    layout: Annotated[Path | None, typer.Option(), Text("nfr：版式文件夹", "nfr: folder of the layout tables")] = None,
) -> None:
    """Write a run in one format; totals are proved against the run before anything stays."""
    from cocontrol.io.exports import export as export_run

    found = open_named(session, run, workspace)
    target = to or Path(f"{found.run_id}-{form.value}")
    special: dict[ExportFormat, dict[str, Any]] = {
        ExportFormat.CSV: {"bom": True} if bom else {},
        ExportFormat.CRT: {"catalogue": catalogue, "number_type": number_type},
        ExportFormat.NFR: {"layout": layout},
    }
    options = special.get(form, {})
    report = export_run(found, form.value, target, language=session.language, overwrite=overwrite, **options)
    rows = [
        {"path": str(report.folder / str(file["path"])), "bytes": file["bytes"], "sha256": file["sha256"]}
        for file in report.files
    ]
    session.output.rows(
        rows, {"path": Text("文件", "file"), "bytes": Text("字节", "bytes"), "sha256": Text("校验和", "sha256")}
    )
    reasons = ("pollutant", "reason_zh", "reason_en")
    for (pollutant, zh, en), dropped in report.dropped.group_by(reasons, maintain_order=True):
        listed = ", ".join(sorted(set(dropped["category"])))
        note = Text("未导出 {p} {a} 吨（{c}）：{r}", "not exported, {p} {a} t ({c}): {r}")
        amount = f"{dropped['amount'].sum():,.6g}"
        session.output.note(note.format(p=pollutant, a=amount, c=listed, r=Text(str(zh), str(en))))
