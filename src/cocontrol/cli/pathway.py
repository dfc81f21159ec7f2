"""The command ``pathway``: a scenario to its series, peak, probabilities and budget."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cocontrol.cli.framework import Session, add_command
from cocontrol.core.text import Language, Text

if TYPE_CHECKING:
    from cocontrol.pathways.outside import Comparison
    from cocontrol.pathways.results import Outlook

ORDER = 61

FILE = "scenario.toml"


def register(app: typer.Typer, language: Language) -> None:
    """Add the command ``pathway``."""
    add_command(
        app,
        language,
        "pathway",
        Text("情景：排放路径、峰值年与达标概率", "scenario: pathway, peak year and probabilities"),
    )(pathway)


def pathway(
    session: Session,
    scenario: Annotated[
        Path,
        typer.Argument(metavar="SCENARIO"),
        Text("情景文件（TOML），或含 scenario.toml 的文件夹", "scenario file (TOML), or a folder with scenario.toml"),
    ],
    *,
    iamc: Annotated[
        Path | None, typer.Option(metavar="FILE.csv"), Text("另存为 IAMC 表", "also write an IAMC table")
    ] = None,
    compare: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv"),
        Text(
            "与外部情景对照：IAMC 表，或 GCAM-China 分部门 CO2",
            "beside another scenario: IAMC, or GCAM-China CO2 by sector",
        ),
    ] = None,
    adcode: Annotated[
        str | None, typer.Option(), Text("GCAM-China 的省级代码", "province code, for GCAM-China")
    ] = None,
) -> None:
    """Print the series of every variable with their bands; peak, targets, cumulative emissions and budget."""
    from cocontrol.pathways.results import outlook
    from cocontrol.pathways.scenario import parse_scenario

    file = scenario / FILE if scenario.is_dir() else scenario
    result = outlook(parse_scenario(_content(file), file.name))
    for remark in result.remarks:
        session.output.note(remark)
    if iamc is not None:
        from cocontrol.io.exports.iamc import write_iamc_table
        from cocontrol.pathways.results import iamc_table

        write_iamc_table(iamc_table(result), iamc)
    if result.scenario.scenario.synthetic:
        session.output.note(Text("本情景为合成数据（synthetic）", "this scenario is synthetic"))
    other = None if compare is None else _compared(result, compare, adcode)
    if session.output.form == "json":
        beside = None
        if other is not None:
            beside = {
                "source": other.source,
                "variable": other.variable,
                "rows": other.table.to_dicts(),
                "peaks": other.peaks,
            }
        session.output.json({**as_json(result, session), "comparison": beside})
        return
    session.output.rows(result.bands.to_dicts(), BANDS)
    if session.output.form == "table":
        _print_outlook(session, result)
        if other is not None:
            session.output.line()
            session.output.rows(other.table.to_dicts(), COMPARISON)


COMPARISON = {
    "year": Text("年份", "year"),
    "ours": Text("本情景", "ours"),
    "other": Text("对照", "other"),
    "difference": Text("差", "difference"),
    "ratio": Text("比", "ratio"),
    "within": Text("在区间内", "within our band"),
}


def _compared(result: Outlook, path: Path, adcode: str | None) -> Comparison:
    """Ours beside the file; a table with a column of adcodes is GCAM-China's, any other an IAMC table."""
    import polars as pl

    from cocontrol.io.readers import read_raw
    from cocontrol.pathways.outside import TOTAL, gcam_co2, iamc_series
    from cocontrol.pathways.outside import compare as compared

    raw = read_raw(path)
    frame = raw.cells.rename(
        {letter: heading or letter for letter, heading in zip(raw.letters, raw.headings, strict=True)}
    )
    if "co2.emiss" in frame.columns:
        typed = frame.with_columns(pl.col("co2.emiss").cast(pl.Float64), pl.col("year").cast(pl.Int64))
        other = gcam_co2(typed, adcode or result.scenario.scenario.region_code)
    else:
        other = iamc_series(frame, TOTAL)
    return compared(result.bands, other, source=path.name)


def _content(file: Path) -> bytes:
    from cocontrol.core.errors import Fault, Location, NotFound

    if not file.is_file():
        raise NotFound(
            Fault("scenario.absent", Text("没有情景文件", "there is no scenario file"), Location(file=file.name))
        )
    return file.read_bytes()


BANDS = {
    "variable": Text("变量", "variable"),
    "unit": Text("单位", "unit"),
    "year": Text("年份", "year"),
    "central": Text("众数路径", "path of modes"),
    "mean": Text("均值", "mean"),
    "p2_5": Text("2.5%", "2.5 %"),
    "p50": Text("50%", "50 %"),
    "p97_5": Text("97.5%", "97.5 %"),
}


def _print_outlook(session: Session, result: Outlook) -> None:
    plain = as_json(result, session)
    session.output.line()
    session.output.rows(
        plain["peaks"],
        {
            "variable": Text("变量", "variable"),
            "year": Text("峰值年", "peak year"),
            "level": Text("峰值", "level"),
            "none_within": Text("期末仍在上升的概率", "P(still rising at the end)"),
        },
    )
    if plain["targets"]:
        session.output.line()
        session.output.rows(
            plain["targets"],
            {
                "id": Text("目标", "target"),
                "met": Text("众数路径达到", "met on the path of modes"),
                "value": Text("值", "value"),
                "gap": Text("差距", "gap"),
                "probability": Text("概率", "probability"),
            },
        )
        if result.joint_probability is not None:
            session.output.line(
                session.say(Text("全部目标同时达到的概率：{p}", "probability of meeting all targets: {p}")).format(
                    p=f"{result.joint_probability:.3f}"
                )
            )


def as_json(result: Outlook, session: Session) -> dict[str, Any]:
    """The plain object of an outlook."""
    head = result.scenario.scenario
    sampling = result.scenario.sampling
    return {
        "scenario": head.name,
        "region": head.region,
        "synthetic": head.synthetic,
        "source": head.source,
        "sampling": None if sampling is None else sampling.model_dump(),
        "series": result.bands.to_dicts(),
        "peaks": [
            {
                "variable": peak.variable,
                "year": peak.year,
                "level": peak.level,
                "probability_by": peak.probability_by,
                "none_within": peak.none_within,
                "level_percentiles": peak.level_percentiles,
            }
            for peak in result.peaks
        ],
        "targets": [
            {
                **item.target.model_dump(),
                "met": item.met,
                "value": item.value,
                "gap": item.gap,
                "probability": item.probability,
            }
            for item in result.targets
        ],
        "joint_probability": result.joint_probability,
        "cumulative": result.cumulative,
        "budget": result.budget,
        "notes": [session.say(remark) for remark in result.remarks],
    }
