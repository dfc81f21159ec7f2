"""The command ``targets``: every target of a run with its verdict, its way, and what each boundary makes of it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cocontrol.cli.framework import Session, add_command
from cocontrol.cli.results import RunArgument, WorkspaceOption, open_named
from cocontrol.core.text import Language, Text

ORDER = 22

COLUMNS = {
    "target_id": Text("目标", "target"),
    "metric": Text("指标", "metric"),
    "target": Text("要求", "asks for"),
    "verdict": Text("判定", "verdict"),
    "period": Text("最近年份", "newest year"),
    "value": Text("数值", "value"),
    "unit": Text("单位", "unit"),
    "pace": Text("每年还需（%）", "still needed a year (%)"),
    "boundaries": Text("口径数", "boundaries"),
    "left_open": Text("方案未写明", "left open by the plan"),
    "because": Text("因为", "because"),
}

BOUNDARY_COLUMNS = {
    "target_id": Text("目标", "target"),
    "boundary": Text("口径", "boundary"),
    "variant": Text("版次", "variant"),
    "verdict": Text("判定", "verdict"),
    "period": Text("年份", "year"),
    "value": Text("数值", "value"),
    "unit": Text("单位", "unit"),
    "change_pct": Text("变化（%）", "change (%)"),
    "because": Text("因为", "because"),
}


def register(app: typer.Typer, language: Language) -> None:
    """Add the command of this module."""
    add_command(
        app,
        language,
        "targets",
        Text(
            "目标判定、进度路径和各口径下的结果", "verdicts of targets, their way, and the outcome under each boundary"
        ),
    )(targets)


def targets(
    session: Session,
    run: RunArgument,
    *,
    workspace: WorkspaceOption = Path(),
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"]),
        Text("判定日；缺省为运行的判定日", "day of judgement; that of the run by default"),
    ] = None,
    boundary: Annotated[
        str | None,
        typer.Option(),
        Text(
            "只按这一口径判定，如 direct_plus_electricity",
            "judge under this boundary alone, e.g. direct_plus_electricity",
        ),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(),
        Text("改判这份方案的目标（txt、md、docx、pdf、html）", "judge the targets of this plan instead"),
    ] = None,
    region: Annotated[
        str | None, typer.Option(), Text("方案所约束地区的行政区划代码", "adcode of the region that the plan binds")
    ] = None,
    open_boundaries: Annotated[
        bool, typer.Option("--boundaries"), Text("表格中逐口径列出", "in a table, a row for each boundary")
    ] = False,
) -> None:
    """Print every target with verdict, trajectory and boundaries; JSON holds all of it."""
    from cocontrol.io.target_view import target_view

    day: date | None = as_of.date() if as_of else None
    view = target_view(open_named(session, run, workspace), as_of=day, boundary=boundary, plan=plan, region=region)
    if session.output.form == "json":
        session.output.json(view)
    elif open_boundaries:
        rows = [_boundary_row(session, row, entry) for row in view["targets"] for entry in row["boundaries"]]
        session.output.rows(rows, BOUNDARY_COLUMNS)
    else:
        session.output.rows([_row(session, row) for row in view["targets"]], COLUMNS)


def _because(session: Session, reasons: list[dict[str, str]]) -> str:
    return session.say(Text("；", "; ")).join(reason[session.language] for reason in reasons)


def _row(session: Session, row: dict[str, Any]) -> dict[str, Any]:
    shown = row["indicator"] or {}
    asked = [row["operator"], row["value"], row["unit"], row["target_year"]]
    return {
        "target_id": row["target_id"],
        "metric": row["metric_label"][session.language],
        "target": " ".join(f"{part:g}" if isinstance(part, float) else str(part) for part in asked if part is not None),
        "verdict": row["verdict_label"][session.language],
        "period": shown.get("period"),
        "value": shown.get("value"),
        "unit": shown.get("unit"),
        "pace": (row["trajectory"] or {}).get("required_annual_change_pct"),
        "boundaries": len(row["boundaries"]),
        "left_open": session.say(Text("；", "; ")).join(one["label"][session.language] for one in row["left_open"]),
        "because": _because(session, row["because"]),
    }


def _boundary_row(session: Session, row: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: entry[name] for name in ("period", "value", "unit", "change_pct")},
        "target_id": row["target_id"],
        "boundary": entry["boundary_label"][session.language],
        "variant": (entry["variant_label"] or {}).get(session.language),
        "verdict": entry["verdict_label"][session.language],
        "because": _because(session, entry["because"]),
    }
