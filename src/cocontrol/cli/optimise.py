"""The command ``optimise``: the least-cost portfolio of measures under air and carbon ceilings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cocontrol.cli.framework import FULL_WIDTH, NO, Session, add_command, argument_missing
from cocontrol.cli.progress import progress_bar
from cocontrol.core.errors import InvalidInput
from cocontrol.core.text import Language, Text, same

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

_STATUS = {
    "optimal": Text("最优（optimal）", "optimal"),
    "feasible": Text("可行，差距未达要求（feasible）", "feasible, the gap is wider than asked for"),
    "infeasible": Text("不可行（infeasible）", "infeasible"),
}

_IN_CONFLICT = Text(
    "这些上限不能同时满足（最小的一组）：按“共同放宽”全部放宽，或按“单独放宽”只放宽其中一个",
    "these ceilings cannot be met together (the smallest such group): relax all as in “together”, or one as in “alone”",
)

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
    "lower_bound": Text("下界", "lower bound"),
    "gap": Text("相对差距", "gap"),
    "exact": Text("精确", "exact"),
}

_ROBUST = {
    "name": Text("上限", "limit"),
    "limit": Text("限值", "limit value"),
    "planned": Text("方案", "planned"),
    "mean": Text("均值", "mean"),
    "p2_5": Text("2.5 % 分位", "2.5 %"),
    "p97_5": Text("97.5 % 分位", "97.5 %"),
    "probability_met": Text("满足的概率", "probability met"),
}

_DIVIDEND = {
    "case": Text("方案", "case"),
    "cost": Text("费用", "cost"),
    "dividend": Text("协同红利", "synergy dividend"),
    "share": Text("占分别实施的比例", "share of separate plans"),
}


_INSTANCE_HELP = Text(
    "文件夹，内有 sources（source_id, region, 各污染物每期吨数）、options（source_id, option_id, cost, 各污染物倍数）、"
    "devices（source_id, stage, device_id, cost, 各污染物去除率）、caps（region, pollutant, period, cap_t）和 "
    "settings.toml（periods, discount_rate, integer, gap）；表可用 CSV 或 Excel，也可是一份 .xlsx，每表一页",
    "folder with sources (source_id, region, tonnes per period of each pollutant), options (source_id, option_id, "
    "cost, multipliers), devices (source_id, stage, device_id, cost, removals), caps (region, pollutant, period, "
    "cap_t) and settings.toml (periods, discount_rate, integer, gap); tables as CSV or Excel, or one .xlsx with a "
    "sheet for each",
)


_ROBUST_HELP = Text(
    "改为给出清单不确定时各上限满足的概率；95 % 区间半宽（%），如 SO2=20,CO2=5",
    "give the probability that each limit is met under an uncertain inventory instead; half-widths in %, such as SO2=20,CO2=5",
)


def register(app: typer.Typer, language: Language) -> None:
    """Add the command ``optimise``."""
    add_command(app, language, "optimise", HELP)(optimise)


def optimise(
    session: Session,
    instance: Annotated[
        Path | None,
        typer.Argument(),
        _INSTANCE_HELP,
    ] = None,
    *,
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
    robust: Annotated[
        str | None,
        typer.Option(),
        _ROBUST_HELP,
    ] = None,
    shares: Annotated[
        bool, typer.Option("--shares"), Text("允许按份额实施（连续松弛）", "allow shares of a choice (relaxation)")
    ] = NO,
    example: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER"),
        Text("把一个可照填的小例子写到这个文件夹后退出", "write a small example to fill in to this folder and exit"),
    ] = None,
) -> None:
    """Solve a problem, or draw its abatement curve or synergy dividend."""
    from dataclasses import replace

    if example is not None:
        _write_example(session, example)
        return
    if instance is None:
        raise InvalidInput(argument_missing("INSTANCE", same("cocontrol optimise --example FOLDER")))
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
        _solve(session, problem, robust)


def _solve(session: Session, problem: Instance, robust: str | None) -> None:
    """Show the plan, or how it holds under the half-widths that `robust` gives."""
    from cocontrol.measures.portfolio.robustness import parse_half_widths, reevaluate
    from cocontrol.measures.portfolio.solving import optimise as solve

    widths = None if robust is None else parse_half_widths(robust.translate(FULL_WIDTH), problem)
    with progress_bar(session.language) as progress:
        solution = solve(problem, prices=widths is None, progress=progress)
    if widths is None:
        _show_solution(session, solution)
    else:
        session.output.rows(reevaluate(solution, widths).to_dicts(), _ROBUST)


def _write_example(session: Session, folder: Path) -> None:
    from cocontrol.measures.examples import write_portfolio_example

    written = write_portfolio_example(folder)
    session.output.rows([{"file": str(path)} for path in written], {"file": Text("文件", "file")})


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
        output.rows(*((made["conflicts"], _CONFLICTS) if made["conflicts"] else (plan, plan_columns)))
        if made["conflicts"]:
            output.note(_IN_CONFLICT)
        return
    output.facts({**made, "status": session.say(_STATUS[made["status"]])}, _LABELS)
    output.line()
    if made["conflicts"]:
        output.line(session.say(_IN_CONFLICT))
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

    with progress_bar(session.language) as progress:
        table = abatement_curve(problem, pollutant, progress=progress)
    session.output.rows(table.to_dicts(), _CURVE)


def _show_dividend(session: Session, problem: Instance, groups: str) -> None:
    from cocontrol.measures.portfolio.dividend import parse_groups, synergy_dividend

    made = synergy_dividend(problem, parse_groups(groups.translate(FULL_WIDTH), problem))
    session.output.rows(made.to_dicts(), _DIVIDEND)
