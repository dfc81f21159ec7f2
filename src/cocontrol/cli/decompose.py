"""The command ``decompose``: which factor made how much of a change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cocontrol.cli.framework import NO, Session, add_command, argument_missing
from cocontrol.core.errors import InvalidInput
from cocontrol.core.text import Language, Text, same
from cocontrol.pathways.choices import Method

if TYPE_CHECKING:
    from cocontrol.pathways.decomposition import Decomposition

ORDER = 60


def register(app: typer.Typer, language: Language) -> None:
    """Add the command ``decompose``."""
    add_command(
        app, language, "decompose", Text("变化的因素分解（LMDI）", "decompose a change into its factors (LMDI)")
    )(decompose)


def decompose(
    session: Session,
    table: Annotated[
        Path | None,
        typer.Argument(metavar="TABLE"),
        Text(
            "因素表（CSV 或 Excel）：单元×时期；或 因素_0/因素_T 成对的列；或 factor,start,end；或 factor 加年份列",
            "factors (CSV or Excel): by cell and period; or columns factor_0/factor_T; or factor,start,end; or factor "
            "and a column per year",
        ),
    ] = None,
    *,
    method: Annotated[Method, typer.Option(), Text("加法或乘法", "additive or multiplicative")] = Method.ADDITIVE,
    chained: Annotated[
        bool, typer.Option("--chained"), Text("逐年链接，而不是首末相比", "link year to year, not first to last")
    ] = NO,
    example: Annotated[
        bool, typer.Option("--example"), Text("打印一份样表后退出", "print an example table and exit")
    ] = NO,
) -> None:
    """Print the effect of every factor; they sum (multiply) to the change exactly."""
    if example:
        from cocontrol.pathways.examples import FACTORS
        from cocontrol.pathways.examples import example as text_of

        session.output.line(text_of(FACTORS).rstrip())
        return
    if table is None:
        raise InvalidInput(argument_missing("TABLE", same("cocontrol decompose --example")))
    from cocontrol.io.readers import read_raw
    from cocontrol.pathways.decomposition import decompose as decomposed
    from cocontrol.pathways.decomposition_tables import read_factors

    factors, remarks = read_factors(read_raw(table))
    for remark in remarks:
        session.output.fault_line(remark)
    result = decomposed(factors.table, factors.factors, method=method, chained=chained)
    for note in result.notes:
        session.output.note(note)
    if session.output.form == "json":
        session.output.json(as_json(result, session, factors.unit))
        return
    session.output.rows(_rows(result), HEADINGS)


HEADINGS = {
    "step": Text("时期", "periods"),
    "factor": Text("因素", "factor"),
    "effect": Text("效应", "effect"),
}


def _rows(result: Decomposition) -> list[dict[str, Any]]:
    rows = [
        {"step": f"{step.first} → {step.last}", "factor": name, "effect": value}
        for step in result.steps
        for name, value in step.effects.items()
    ]
    whole = f"{result.steps[0].first} → {result.steps[-1].last}"
    if len(result.steps) > 1:
        rows += [{"step": whole, "factor": name, "effect": value} for name, value in result.effects.items()]
    return [*rows, {"step": whole, "factor": same("Σ").zh, "effect": result.total}]


def as_json(result: Decomposition, session: Session, unit: str = "") -> dict[str, Any]:
    """The plain object of a decomposition: totals, effects by factor, steps with their cells, remarks."""
    return {
        "method": result.method.value,
        "factors": list(result.factors),
        "from": result.steps[0].first,
        "to": result.steps[-1].last,
        "start": result.steps[0].start,
        "end": result.steps[-1].end,
        "unit": unit,
        "total_change": result.total,
        "effects": result.effects,
        "residual": result.residual,
        "steps": [
            {
                "from": step.first,
                "to": step.last,
                "start": step.start,
                "end": step.end,
                "effects": step.effects,
                "cells": step.cells.to_dicts(),
            }
            for step in result.steps
        ],
        "notes": [session.say(note) for note in result.notes],
    }
