"""Commands over inventories: ``inventory uncertainty``, ``key-categories``, ``landfill``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cocontrol.cli import inventory_grid, inventory_sectors
from cocontrol.cli.framework import Session, add_command, new_group
from cocontrol.core.errors import Fault, InvalidInput, Level
from cocontrol.core.text import Language, Text, same

if TYPE_CHECKING:
    import polars as pl

    from cocontrol.core.tables import Table
    from cocontrol.inventory.uncertainty.approach1 import Propagated
    from cocontrol.inventory.uncertainty.approach2 import Simulated

ORDER = 25

GROUP_HELP = Text(
    "清单方法：不确定性、关键类别、填埋场甲烷", "inventory methods: uncertainty, key categories, landfill methane"
)
TABLE_HELP = Text("输入表（csv、xlsx 或 parquet）", "input table (csv, xlsx or parquet)")


class Approach(StrEnum):
    """Approaches of the IPCC Guidelines."""

    ONE = "1"
    TWO = "2"


APPROACH_HELP = Text("1 误差传递，2 蒙特卡洛", "1: propagation of error, 2: Monte Carlo")
KEY_APPROACH_HELP = Text("1 按排放量，2 再乘不确定性", "1: by emission, 2: weighted with uncertainty")


def register(app: typer.Typer, language: Language) -> None:
    """Add the group ``inventory``."""
    group = new_group(language, GROUP_HELP)
    add_command(
        group, language, "uncertainty", Text("合计与趋势的不确定性", "uncertainty of the total and of its trend")
    )(uncertainty)
    add_command(
        group, language, "key-categories", Text("按水平和趋势判定关键类别", "key categories by level and trend")
    )(key_categories)
    add_command(
        group, language, "landfill", Text("填埋场甲烷（一阶衰减）", "methane of landfills (first-order decay)")
    )(landfill)
    inventory_grid.attach(group, language)
    inventory_sectors.attach(group, language)
    app.add_typer(group, name="inventory")


def _read(session: Session, path: Path, table: Table) -> pl.DataFrame:
    """The validated frame; leads go to standard error, errors end the command."""
    from cocontrol.io.readers import read_table

    validated = read_table(path, table)
    for fault in validated.faults:
        if fault.level is not Level.ERROR:
            session.output.fault_line(fault)
    validated.raise_if_any()
    return validated.frame


def _note(session: Session, notes: Iterable[Text]) -> list[str]:
    """The remarks on standard error, and in the language of the call for JSON."""
    listed = list(notes)
    for note in listed:
        session.output.note(note)
    return [session.say(note) for note in listed]


def uncertainty(
    session: Session,
    table: Annotated[Path, typer.Argument(metavar="TABLE"), TABLE_HELP],
    *,
    approach: Annotated[Approach, typer.Option(), APPROACH_HELP] = Approach.ONE,
    draws: Annotated[int, typer.Option(min=2), Text("抽样次数（方法 2）", "draws (Approach 2)")] = 10_000,
    seed: Annotated[int, typer.Option(min=0), Text("随机种子（方法 2）", "random seed (Approach 2)")] = 1,
) -> None:
    """Print the uncertainty of total and trend with every row's part."""
    from cocontrol.inventory.uncertainty.approach1 import approach_1
    from cocontrol.inventory.uncertainty.approach2 import approach_2
    from cocontrol.inventory.uncertainty.tables import UNCERTAINTY_INPUT

    frame = _read(session, table, UNCERTAINTY_INPUT)
    if approach is Approach.ONE:
        _print_result(session, 1, approach_1(frame), PROPAGATED)
    else:
        _print_result(session, 2, approach_2(frame, draws=draws, seed=seed), SIMULATED)


_TOTALS = {
    "approach": Text("方法", "approach"),
    "base_t": Text("基准年合计（吨）", "base year total (t)"),
    "year_t": Text("本年合计（吨）", "total of the year (t)"),
    "total_uncertainty_pct": Text("合计不确定性（%）", "uncertainty of the total (%)"),
    "trend_pct": Text("趋势（%）", "trend (%)"),
    "trend_uncertainty_pct": Text("趋势不确定性（百分点）", "uncertainty of the trend (points)"),
}
PROPAGATED = {**_TOTALS, "total_uncertainty_t": Text("合计不确定性（吨）", "uncertainty of the total (t)")}
SIMULATED = {
    **_TOTALS,
    "draws": Text("抽样次数", "draws"),
    "seed": Text("随机种子", "seed"),
    "mean_t": Text("均值（吨）", "mean (t)"),
    "lower_t": Text("2.5% 分位（吨）", "2.5 % point (t)"),
    "upper_t": Text("97.5% 分位（吨）", "97.5 % point (t)"),
    "trend_lower_pct": Text("趋势 2.5% 分位（%）", "trend, 2.5 % point (%)"),
    "trend_upper_pct": Text("趋势 97.5% 分位（%）", "trend, 97.5 % point (%)"),
    "drift_pct": Text("界限漂移（%）", "drift of the bounds (%)"),
}
_ROW = {
    "row": Text("行", "row"),
    "category": Text("类别", "category"),
    "gas": Text("气体", "gas"),
    "base_t": Text("基准年", "base year"),
    "year_t": Text("本年", "year"),
}
PROPAGATED_ROW = {
    **_ROW,
    "combined_uncertainty_pct": Text("合成（%）", "combined (%)"),
    "variance_share_pct": Text("方差份额（%）", "share of variance (%)"),
    "trend_from_ef_pct": Text("趋势·因子", "trend, factor"),
    "trend_from_ad_pct": Text("趋势·活动水平", "trend, activity"),
}
SIMULATED_ROW = {
    **_ROW,
    "mean_t": Text("均值", "mean"),
    "p2.5_t": Text("2.5%", "2.5 %"),
    "p97.5_t": Text("97.5%", "97.5 %"),
    "half_width_pct": Text("半宽（%）", "half-width (%)"),
    "variance_share_pct": Text("方差份额（%）", "share of variance (%)"),
}


def _print_result(session: Session, approach: int, result: Propagated | Simulated, labels: dict[str, Text]) -> None:
    """One object in JSON; rows alone in CSV; in a table the largest shares first, then the totals."""
    facts = {"approach": approach, **{name: getattr(result, name) for name in labels if name != "approach"}}
    notes = _note(session, result.notes)
    if session.output.form == "json":
        session.output.json({**facts, "rows": result.rows.to_dicts(), "notes": notes})
        return
    headings = PROPAGATED_ROW if approach == 1 else SIMULATED_ROW
    shown = {name: text for name, text in headings.items() if name in result.rows.columns}
    if session.output.form == "csv":
        session.output.rows(
            result.rows.to_dicts(), {name: headings.get(name) or same(name) for name in result.rows.columns}
        )
        return
    ordered = result.rows.sort("variance_share_pct", descending=True, nulls_last=True)
    session.output.rows(ordered.to_dicts(), shown)
    session.output.line()
    session.output.facts(facts, labels)


def key_categories(
    session: Session,
    table: Annotated[Path, typer.Argument(metavar="TABLE"), TABLE_HELP],
    *,
    approach: Annotated[Approach, typer.Option(), KEY_APPROACH_HELP] = Approach.ONE,
    threshold: Annotated[
        float | None,
        typer.Option(min=0, max=1),
        Text("累计份额，缺省 0.95（方法 2 为 0.90）", "cumulative share; 0.95, Approach 2 0.90 by default"),
    ] = None,
) -> None:
    """Print every category with its level and trend share; in JSON also what is key jointly in all metrics."""
    from cocontrol.inventory.key_categories import joint_key_categories
    from cocontrol.inventory.key_categories import key_categories as assess
    from cocontrol.inventory.uncertainty.tables import KEY_CATEGORY_INPUT

    frame = _read(session, table, KEY_CATEGORY_INPUT)
    rows = assess(frame, approach=1 if approach is Approach.ONE else 2, threshold=threshold)
    if session.output.form == "json":
        joint = joint_key_categories(rows)
        session.output.json({"approach": int(approach), "rows": rows.to_dicts(), "joint": joint.to_dicts()})
        return
    session.output.rows(rows.to_dicts(), KEY_HEADINGS)


KEY_HEADINGS = {
    "metric": Text("口径", "metric"),
    **_ROW,
    "level_share": Text("水平份额", "level share"),
    "level_cumulative": Text("累计", "cumulative"),
    "is_key_level": Text("水平关键", "key by level"),
    "trend_share": Text("趋势份额", "trend share"),
    "trend_cumulative": Text("累计", "cumulative"),
    "is_key_trend": Text("趋势关键", "key by trend"),
}


def landfill(
    session: Session,
    inputs: Annotated[Path, typer.Argument(metavar="INPUTS"), TABLE_HELP],
    *,
    first: Annotated[
        int | None,
        typer.Option("--from"),
        Text("首年；缺省取输入首年，否则 1950", "first year; of the input, else 1950"),
    ] = None,
    last: Annotated[
        int | None, typer.Option("--to"), Text("末年；缺省取输入末年，否则 2030", "last year; of the input, else 2030")
    ] = None,
    recovered: Annotated[
        list[str] | None,
        typer.Option(metavar="YEARS=GG"),
        Text("甲烷回收量，如 2000-2030=10，可重复", "methane recovered, such as 2000-2030=10; may be repeated"),
    ] = None,
    oxidation: Annotated[float, typer.Option(min=0, max=1), Text("氧化因子", "oxidation factor")] = 0.0,
    delay_months: Annotated[int, typer.Option(min=0, max=6), Text("滞后月数", "delay in months")] = 6,
) -> None:
    """Print methane generated by component, recovered and emitted, one row per year, in Gg."""
    from cocontrol.inventory.waste.landfill import first_order_decay, recovered_by_year, wide_table
    from cocontrol.inventory.waste.tables import LANDFILL_DEPOSIT

    deposits = _read(session, inputs, LANDFILL_DEPOSIT)
    years = [year for year in deposits["year"].to_list() if year is not None]
    start = first if first is not None else min(years, default=FIRST_YEAR)
    stop = last if last is not None else max(years, default=LAST_YEAR)
    taken = recovered_by_year(deposits, first=start, last=stop)
    for year, amount in _recoveries(recovered or []).items():
        taken[year] = taken.get(year, 0.0) + amount
    decay = first_order_decay(
        deposits, first=start, last=stop, recovered=taken, oxidation=oxidation, delay_months=delay_months
    )
    rows = wide_table(decay)
    session.output.rows(rows.to_dicts(), {name: LANDFILL_HEADINGS.get(name) or same(name) for name in rows.columns})


FIRST_YEAR, LAST_YEAR = 1950, 2030
"""Years of the IPCC waste model, for inputs that name none."""

LANDFILL_HEADINGS = {
    "year": Text("年份", "year"),
    "total_generated_Gg": Text("产生合计", "generated"),
    "recovered_Gg": Text("回收", "recovered"),
    "emitted_Gg": Text("排放", "emitted"),
}
_RECOVERY = re.compile(r"(\d{4})(?:-(\d{4}))?=(\d+(?:\.\d+)?)")


def _recoveries(given: list[str]) -> dict[int, float]:
    """Gg by year from words such as ``2000-2030=10``."""
    made: dict[int, float] = {}
    faults = []
    for word in given:
        match = _RECOVERY.fullmatch(word.strip())
        if match is None:
            faults.append(_recovery_fault(word))
            continue
        first, last, amount = match.groups()
        for year in range(int(first), int(last or first) + 1):
            made[year] = made.get(year, 0.0) + float(amount)
    if faults:
        raise InvalidInput(*faults)
    return made


def _recovery_fault(word: Any) -> Fault:
    return Fault(
        "landfill.recovered",
        Text("回收量的写法不可用", "the recovery cannot be read"),
        value=str(word),
        allowed=Text("年份=Gg 或 起-止=Gg，如 2000-2030=10", "year=Gg or first-last=Gg, such as 2000-2030=10"),
    )
