"""The command ``stirpat``: elasticities of emissions to their drivers by ridge regression."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cocontrol.cli.framework import Session, add_command
from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.tables import Column, Kind, Table
from cocontrol.core.text import Language, Text
from cocontrol.pathways.choices import Rule

ORDER = 62

STIRPAT_INPUT = Table(
    name="stirpat_input",
    label=Text("STIRPAT 输入", "input of STIRPAT"),
    description=Text(
        "每行一年，一列排放、其余列为因素。", "One row per year: a column of emissions, the others are drivers."
    ),
    key=(),
    columns=(Column("year", Kind.TEXT, Text("年份", "year"), Text("年份", "year"), aliases=("period", "时期", "年")),),
)


def register(app: typer.Typer, language: Language) -> None:
    """Add the command ``stirpat``."""
    add_command(app, language, "stirpat", Text("STIRPAT 弹性（岭回归）", "STIRPAT elasticities (ridge)"))(stirpat)


def stirpat(
    session: Session,
    table: Annotated[
        Path, typer.Argument(metavar="TABLE"), Text("year、排放与各因素的列", "columns year, the emission, and drivers")
    ],
    *,
    dependent: Annotated[str, typer.Option(), Text("被解释的列", "the column that is explained")],
    rule: Annotated[Rule, typer.Option(), Text("岭参数的选取规则", "rule that chooses the penalty")] = Rule.GCV,
    penalty: Annotated[float | None, typer.Option(min=0), Text("自定岭参数 k", "a penalty k of your own")] = None,
) -> None:
    """Print elasticities, their standardised form, variance inflation, R² and the penalty with its rule."""
    from cocontrol.core.open_tables import added_columns, with_number_columns
    from cocontrol.core.validation import ORIGIN, located, validate
    from cocontrol.io.readers import read_raw
    from cocontrol.pathways.stirpat import fit, value_fault

    raw = read_raw(table)
    opened = with_number_columns(STIRPAT_INPUT, raw, Text("排放或因素", "emission or driver"))
    found = validate(opened, raw)
    found.raise_if_any()
    names = added_columns(opened, STIRPAT_INPUT)
    if dependent not in names:
        raise InvalidInput(
            Fault(
                "stirpat.dependent",
                Text("没有这一列", "there is no such column"),
                raw.location(raw.header_row),
                value=dependent,
                allowed=Text("{n}", "{n}").format(n=", ".join(names)),
            )
        )
    if faults := [
        value_fault(row[name], located(found, row[ORIGIN], name))
        for row in found.frame.iter_rows(named=True)
        for name in names
        if row[name] is None or row[name] <= 0
    ]:
        raise InvalidInput(*faults)
    result = fit(found.frame, dependent, [n for n in names if n != dependent], rule=rule, penalty=penalty)
    facts = {
        "penalty": result.penalty,
        "rule": None if result.rule is None else result.rule.value,
        "intercept": result.intercept,
        "r_squared": result.r_squared,
        "observations": result.observations,
    }
    rows = [
        {
            "driver": name,
            "elasticity": result.elasticities[name],
            "standardised": result.standardised[name],
            "vif": result.variance_inflation[name],
            "vif_at_penalty": result.inflation_at_penalty[name],
        }
        for name in result.drivers
    ]
    if session.output.form == "json":
        session.output.json({**facts, "drivers": rows, "trace": result.trace.to_dicts()})
        return
    session.output.rows(rows, HEADINGS)
    if session.output.form == "table":
        session.output.line()
        session.output.facts(facts, FACTS)


HEADINGS = {
    "driver": Text("因素", "driver"),
    "elasticity": Text("弹性", "elasticity"),
    "standardised": Text("标准化系数", "standardised"),
    "vif": Text("VIF", "VIF"),
    "vif_at_penalty": Text("岭参数下的 VIF", "VIF at the penalty"),
}
FACTS = {
    "penalty": Text("岭参数 k", "penalty k"),
    "rule": Text("选取规则", "rule"),
    "intercept": Text("截距", "intercept"),
    "r_squared": Text("R²", "R²"),
    "observations": Text("年数", "observations"),
}
