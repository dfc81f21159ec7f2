"""The command ``reconcile``: a run beside another inventory or beside the fuel ledgers of enterprises."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cocontrol.cli.framework import Session, add_command
from cocontrol.cli.results import RunArgument, WorkspaceOption, open_named
from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Language, Text

ORDER = 23


class LayoutChoice(StrEnum):
    """Layouts of other inventories."""

    REAS = "reas"
    CEADS = "ceads"
    EDGAR = "edgar"
    MEIC = "meic"
    LEDGER = "ledger"


CELL_COLUMNS = {
    "year": Text("年份", "year"),
    "pollutant": Text("污染物", "pollutant"),
    "group": Text("组", "group"),
    "label": Text("名称", "name"),
    "ours_t": Text("本清单（吨）", "ours (t)"),
    "theirs_t": Text("对方（吨）", "theirs (t)"),
    "difference_t": Text("差值（吨）", "difference (t)"),
    "difference_pct": Text("差值（%）", "difference (%)"),
    "agrees": Text("一致", "agrees"),
    "reasons": Text("原因", "reasons"),
}

CHANGE_COLUMNS = {
    "pollutant": Text("污染物", "pollutant"),
    "sector": Text("部门", "sector"),
    "first_t": Text("首年（吨）", "first year (t)"),
    "last_t": Text("末年（吨）", "last year (t)"),
    "change_t": Text("变化（吨）", "change (t)"),
    "change_pct": Text("变化（%）", "change (%)"),
    "share_of_change_pct": Text("占总变化（%）", "share of the change (%)"),
}

FUEL_COLUMNS = {
    "year": Text("年份", "year"),
    "fuel": Text("燃料", "fuel"),
    "balance_tj": Text("平衡表（TJ）", "balance (TJ)"),
    "ledger_tj": Text("企业台账（TJ）", "ledgers (TJ)"),
    "ledger_residual_tj": Text("残差（TJ）", "residual (TJ)"),
    "ledger_coverage_pct": Text("覆盖（%）", "covered (%)"),
    "inventory_tj": Text("清单（TJ）", "inventory (TJ)"),
    "inventory_residual_tj": Text("清单残差（TJ）", "residual of the inventory (TJ)"),
}


def register(app: typer.Typer, language: Language) -> None:
    """Add the command of this module."""
    add_command(
        app,
        language,
        "reconcile",
        Text("与其他清单或企业台账逐格比对", "compare a run with another inventory or with enterprise ledgers"),
    )(reconcile)


def reconcile(
    session: Session,
    run: RunArgument,
    other: Annotated[Path, typer.Argument(metavar="OTHER"), Text("对方的文件", "file of the other inventory")],
    *,
    layout: Annotated[LayoutChoice, typer.Option(), Text("对方的版式", "layout of the file")],
    workspace: WorkspaceOption = Path(),
    tolerance: Annotated[
        float, typer.Option(min=0, max=1), Text("视为一致的相对差", "share within which figures agree")
    ] = 0.05,
    changes: Annotated[
        str | None,
        typer.Option(),
        Text("对方清单两年之间分部门的变化，如 2010-2015", "change of the other one by sector, such as 2010-2015"),
    ] = None,
) -> None:
    """Print ours beside theirs, with the reasons for what differs; JSON holds all of it."""
    from cocontrol.io.other_inventories import reconcile as reconcile_run

    years = _years(changes) if changes else None
    view = reconcile_run(open_named(session, run, workspace), other, layout.value, tolerance=tolerance, years=years)
    if session.output.form == "json":
        session.output.json(view)
        return
    if layout is LayoutChoice.LEDGER:
        session.output.rows(view["fuels"], FUEL_COLUMNS)
        for finding in view["findings"]:
            session.output.line_to_stderr(f"{finding['subject']}: {finding[f'message_{session.language}']}")
        return
    for note in view["notes"]:
        session.output.line_to_stderr(note[session.language])
    if changes:
        session.output.rows(view["changes"], CHANGE_COLUMNS)
    else:
        session.output.rows([_cell(session, cell) for cell in view["cells"]], CELL_COLUMNS)
        if not view["cells"]:
            session.output.note(
                Text("两份清单没有相同的地区、年份和污染物", "the two inventories share no region, year and pollutant")
            )


def _cell(session: Session, cell: dict[str, Any]) -> dict[str, Any]:
    reasons = session.say(Text("；", "; ")).join(cell[f"reasons_{session.language}"])
    return {**cell, "label": cell[f"group_{session.language}"], "reasons": reasons}


def _years(written: str) -> tuple[int, int]:
    first, _, last = written.replace("–", "-").partition("-")
    if not (first.strip().isdigit() and last.strip().isdigit()):
        raise InvalidInput(
            Fault(
                "reconcile.years",
                Text("不是两个年份", "not two years"),
                value=written,
                allowed=Text("如 2010-2015", "such as 2010-2015"),
            )
        )
    return int(first), int(last)
