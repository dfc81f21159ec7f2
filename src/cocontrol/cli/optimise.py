"""The command ``optimise``: the least-cost portfolio of measures under air and carbon ceilings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cocontrol.cli.framework import NO, Session, add_command
from cocontrol.core.text import Language, Text

if TYPE_CHECKING:
    from cocontrol.measures.portfolio.model import Instance, Solution

ORDER = 60

HELP = Text(
    "求最低费用的措施组合：同时满足大气与碳的上限，附下界、影子价格和冲突说明",
    "find the cheapest portfolio of measures under air and carbon ceilings, with bound, shadow prices and conflicts",
)

_LABELS = {
    "status": Text("结果", "status"),
    "cost": Text("费用（现值）", "cost (present value)"),
    "lower_bound": Text("下界", "lower bound"),
    "gap": Text("相对差距", "gap"),
}

_PLAN = {
    "source_id": Text("排放源", "source"),
    "period": Text("时期", "period"),
    "option_id": Text("选项", "option"),
    "devices": Text("设备", "devices"),
    "share": Text("份额", "share"),
}

_PRICES = {
    "region": Text("区域", "region"),
    "pollutant": Text("污染物", "pollutant"),
    "period": Text("时期", "period"),
    "price": Text("每吨影子价格", "shadow price per tonne"),
    "price_tightened": Text("收紧时", "if tightened"),
    "price_relaxed": Text("放宽时", "if relaxed"),
}

_CONFLICTS = {
    "region": Text("区域", "region"),
    "pollutant": Text("污染物", "pollutant"),
    "period": Text("时期", "period"),
    "cap_t": Text("上限", "ceiling"),
    "relax_t": Text("共同放宽", "to be relaxed, together"),
    "relax_alone_t": Text("单独放宽", "to be relaxed, alone"),
}

_CURVE = {
    "emission_t": Text("排放量（吨）", "emission, t"),
    "cost": Text("费用", "cost"),
    "price": Text("至下一点每吨费用", "cost per tonne to the next point"),
}

_DIVIDEND = {
    "case": Text("方案", "case"),
    "cost": Text("费用", "cost"),
    "dividend": Text("协同红利", "synergy dividend"),
    "share": Text("占分别实施的比例", "share of separate plans"),
}


def register(app: typer.Typer, language: Language) -> None:
    """Add the command ``optimise``."""
    add_command(app, language, "optimise", HELP)(optimise)


def optimise(
    session: Session,
    instance: Annotated[
        Path,
        typer.Argument(),
        Text(
            "文件夹：sources、options、devices、caps（CSV）和 settings.toml",
            "folder with sources, options, devices, caps (CSV) and settings.toml",
        ),
    ],
    curve: Annotated[
        str | None,
        typer.Option(),
        Text("改为给出这种污染物的组合减排费用曲线", "give the portfolio abatement curve of this pollutant instead"),
    ] = None,
    dividend: Annotated[
        str | None,
        typer.Option(),
        Text(
            "改为给出协同红利，如 air=SO2,NOx;carbon=CO2",
            "give the synergy dividend instead, such as air=SO2,NOx;carbon=CO2",
        ),
    ] = None,
    shares: Annotated[
        bool, typer.Option("--shares"), Text("允许按份额实施（连续松弛）", "allow shares of a choice (relaxation)")
    ] = NO,
) -> None:
    """Solve a problem, or draw its abatement curve or synergy dividend."""
    from dataclasses import replace

    from cocontrol.io.portfolio_folder import read_portfolio

    problem, leads = read_portfolio(instance)
    for lead in leads:
        session.output.fault_line(lead)
    if shares:
        problem = replace(problem, settings=replace(problem.settings, integer=False))
    if curve is not None:
        _show_curve(session, problem, curve)
    elif dividend is not None:
        _show_dividend(session, problem, dividend)
    else:
        from cocontrol.measures.portfolio.solving import optimise as solve

        _show_solution(session, solve(problem))


def _show_solution(session: Session, solution: Solution) -> None:
    from cocontrol.measures.portfolio.result import solution_as_dict

    made = solution_as_dict(solution)
    output = session.output
    if output.form == "json":
        output.json(made)
        return
    plan = [{**row, "devices": " + ".join(row["devices"])} for row in made["plan"]]
    plan_columns = {key: text for key, text in _PLAN.items() if not plan or key in plan[0]}
    if output.form == "csv":
        output.rows(plan, plan_columns)
        return
    output.facts(made, _LABELS)
    output.line()
    if made["conflicts"]:
        output.rows(made["conflicts"], _CONFLICTS)
        return
    output.rows(plan, plan_columns)
    output.line()
    output.rows(
        _emission_rows(made),
        {"pollutant": _PRICES["pollutant"], **{str(p): Text(str(p), str(p)) for p in made["periods"]}},
    )
    output.line()
    output.rows(made["duals"], _PRICES)


def _emission_rows(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"pollutant": pollutant, **by_period} for pollutant, by_period in made["emissions"].items()]


def _show_curve(session: Session, problem: Instance, pollutant: str) -> None:
    from cocontrol.measures.portfolio.curve import abatement_curve

    session.output.rows(abatement_curve(problem, pollutant).to_dicts(), _CURVE)


def _show_dividend(session: Session, problem: Instance, groups: str) -> None:
    from cocontrol.measures.portfolio.dividend import parse_groups, synergy_dividend

    made = synergy_dividend(problem, parse_groups(groups, problem))
    session.output.rows(made.to_dicts(), _DIVIDEND)
