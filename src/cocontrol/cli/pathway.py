"""The command ``pathway``: a scenario to its series, peak, probabilities and budget."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cocontrol.cli.framework import NO, Session, add_command, argument_missing
from cocontrol.core.text import Language, Text, same
from cocontrol.pathways.choices import Example

if TYPE_CHECKING:
    import polars as pl

    from cocontrol.pathways.outside import Comparison
    from cocontrol.pathways.results import Outlook
    from cocontrol.pathways.sensitivity import Outcome, Swing

ORDER = 61

FILE = "scenario.toml"


ScenarioArgument = Annotated[
    Path | None,
    typer.Argument(metavar="SCENARIO"),
    Text(
        "情景文件（TOML）、含 scenario.toml 的文件夹，或 IAMC 表（CSV、Excel）",
        "scenario file (TOML), a folder with scenario.toml, or an IAMC table (CSV, Excel)",
    ),
]
IamcOption = Annotated[
    Path | None, typer.Option(metavar="FILE.csv"), Text("另存为 IAMC 表", "also write an IAMC table")
]
CompareOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE"),
    Text(
        "与外部情景对照：IAMC 表、GCAM-China 分部门 CO2，或 gcam（随附的河南、湖南参考情景）",
        "beside another scenario: IAMC, GCAM-China CO2 by sector, or gcam (the shipped reference of Henan, Hunan)",
    ),
]
AdcodeOption = Annotated[str | None, typer.Option(), Text("GCAM-China 的省级代码", "province code, for GCAM-China")]
WithoutOption = Annotated[
    list[str] | None,
    typer.Option(metavar="POLICY"),
    Text("关闭一项政策，可重复", "switch a policy off; may be repeated"),
]
SensitivityOption = Annotated[
    bool,
    typer.Option("--sensitivity"),
    Text("逐项列出各取值对峰值年的影响", "what each value does to the peak year"),
]
VariableOption = Annotated[
    str, typer.Option(), Text("--sensitivity 和 --compare 的变量", "variable of --sensitivity and --compare")
]
NameOption = Annotated[
    str | None,
    typer.Option("--scenario"),
    Text("IAMC 表中的情景（SCENARIO 或 --compare 的）", "scenario of an IAMC table (SCENARIO or --compare)"),
]
RegionOption = Annotated[str | None, typer.Option(), Text("IAMC 表中的地区", "region of an IAMC table")]
ExampleOption = Annotated[
    Example | None, typer.Option(), Text("打印一份示例情景后退出", "print an example scenario and exit")
]
FromRunOption = Annotated[
    str | None,
    typer.Option(metavar="RUN"),
    Text("以一次运行的清单为基年，打印待填的情景", "print a scenario to fill in, its base year that of a run"),
]
WorkspaceOption = Annotated[
    Path, typer.Option(), Text("按编号找运行的工作区", "workspace in which run ids are looked up")
]


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
    scenario: ScenarioArgument = None,
    *,
    iamc: IamcOption = None,
    compare: CompareOption = None,
    adcode: AdcodeOption = None,
    without: WithoutOption = None,
    sensitivity: SensitivityOption = NO,
    variable: VariableOption = "Emissions|CO2",
    name: NameOption = None,
    region: RegionOption = None,
    example: ExampleOption = None,
    from_run: FromRunOption = None,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Print the series of every variable with their bands; peak, targets, cumulative emissions and budget."""
    if example is not None:
        from cocontrol.pathways.examples import SCENARIOS
        from cocontrol.pathways.examples import example as text_of

        session.output.line(text_of(SCENARIOS[example]).rstrip())
    elif from_run is not None:
        _print_start(session, from_run, workspace)
    else:
        result = _outlook(scenario, name, region, frozenset(without or ()))
        for remark in result.remarks:
            session.output.note(remark)
        if iamc is not None:
            _write_iamc(result, iamc)
        if result.scenario.scenario.synthetic:
            session.output.note(Text("本情景为合成数据（synthetic）", "this scenario is synthetic"))
        other = None if compare is None else _compared(result, compare, adcode, (variable, name, region))
        swings = _swings(result, variable) if sensitivity else None
        _print(session, result, other, swings)


def _print_start(session: Session, named: str, workspace: Path) -> None:
    """The scenario that a run begins, on standard output; what it had to leave out on standard error."""
    from cocontrol.cli.results import open_named
    from cocontrol.pathways.starting import starting_scenario
    from cocontrol.reference import regions

    run = open_named(session, named, workspace)
    code = str(run.manifest["workspace"]["region"])
    period = str(max(run.manifest["years"]))
    start = starting_scenario(
        run.result("emission"),
        period=period,
        name=f"{run.manifest['workspace']['name']}-{period}",
        region=regions.name(code, "en"),
        region_code=code,
        source=str(run.manifest["run_id"]),
    )
    for remark in start.remarks:
        session.output.note(remark)
    session.output.line(start.text.rstrip())


TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".parquet")
"""Endings of files that are read as an IAMC table, not as a scenario of ours."""


def _outlook(scenario: Path | None, name: str | None, region: str | None, off: frozenset[str]) -> Outlook:
    from cocontrol.core.errors import InvalidInput
    from cocontrol.pathways.given_series import given_outlook
    from cocontrol.pathways.results import outlook
    from cocontrol.pathways.scenario import parse_scenario
    from cocontrol.pathways.sensitivity import without_policies

    if scenario is None:
        raise InvalidInput(argument_missing("SCENARIO", same("cocontrol pathway --example kaya > scenario.toml")))
    file = scenario / FILE if scenario.is_dir() else scenario
    if file.suffix.casefold() in TABLES:
        return given_outlook(_iamc_rows(file), scenario=name, region=region)
    return outlook(without_policies(parse_scenario(_content(file), file.name), off))


def _write_iamc(result: Outlook, target: Path) -> None:
    from cocontrol.io.exports.iamc import write_iamc_table
    from cocontrol.pathways.results import iamc_table

    write_iamc_table(iamc_table(result), target)


def _swings(result: Outlook, variable: str) -> tuple[Swing, ...]:
    from cocontrol.core.errors import Fault, InvalidInput
    from cocontrol.pathways.sensitivity import sensitivity

    if result.scenario.base is None and not result.scenario.sector:
        words = Text("IAMC 表没有可变动的取值", "an IAMC table has no values to move")
        raise InvalidInput(Fault("scenario.sensitivity", words, value=variable))
    return sensitivity(result.scenario, variable)


def _print(session: Session, result: Outlook, other: Comparison | None, swings: tuple[Swing, ...] | None) -> None:
    if session.output.form == "json":
        beside = None
        if other is not None:
            beside = {
                "source": other.source,
                "variable": other.variable,
                "rows": other.table.to_dicts(),
                "peaks": other.peaks,
            }
        moved = None if swings is None else [_swing(session, swing) for swing in swings]
        session.output.json({**as_json(result, session), "comparison": beside, "sensitivity": moved})
        return
    if session.output.form == "csv" and swings is not None:
        session.output.rows([_swing_row(session, swing) for swing in swings], SWINGS)
        return
    session.output.rows(result.bands.to_dicts(), BANDS)
    if session.output.form == "table":
        _print_outlook(session, result)
        if other is not None:
            session.output.line()
            session.output.rows(other.table.to_dicts(), COMPARISON)
        if swings is not None:
            session.output.line()
            session.output.rows([_swing_row(session, swing) for swing in swings], SWINGS)


COMPARISON = {
    "year": Text("年份", "year"),
    "ours": Text("本情景", "ours"),
    "other": Text("对照", "other"),
    "difference": Text("差", "difference"),
    "ratio": Text("比", "ratio"),
    "within": Text("在区间内", "within our band"),
}

SWINGS = {
    "name": Text("取值", "value"),
    "low": Text("低", "low"),
    "high": Text("高", "high"),
    "peak_year_low": Text("取低时的峰值年", "peak year at low"),
    "peak_year_high": Text("取高时的峰值年", "peak year at high"),
    "cumulative_low": Text("取低时累计", "cumulative at low"),
    "cumulative_high": Text("取高时累计", "cumulative at high"),
}


def _swing(session: Session, swing: Swing) -> dict[str, Any]:
    def outcome(made: Outcome) -> dict[str, Any]:
        """One end as plain values."""
        return {
            "peak_year": made.peak_year,
            "peak_level": made.peak_level,
            "end": made.end,
            "cumulative": made.cumulative,
        }

    return {
        "name": session.say(swing.name),
        "low": swing.low,
        "high": swing.high,
        "at_low": outcome(swing.at_low),
        "at_high": outcome(swing.at_high),
    }


def _swing_row(session: Session, swing: Swing) -> dict[str, Any]:
    return {
        "name": session.say(swing.name),
        "low": swing.low,
        "high": swing.high,
        "peak_year_low": swing.at_low.peak_year,
        "peak_year_high": swing.at_high.peak_year,
        "cumulative_low": swing.at_low.cumulative,
        "cumulative_high": swing.at_high.cumulative,
    }


SHIPPED = Path("gcam")
"""What ``--compare`` takes for the scenario that comes along."""


def _compared(
    result: Outlook, path: Path, adcode: str | None, wanted: tuple[str, str | None, str | None]
) -> Comparison:
    """Ours beside the file; a table with a column of adcodes is GCAM-China's, any other an IAMC table.

    `wanted` is the variable with the scenario and the region of an IAMC table, where it holds several.
    """
    import polars as pl

    from cocontrol.io.exports.iamc import long_table
    from cocontrol.io.readers import read_raw
    from cocontrol.pathways.outside import compare as compared
    from cocontrol.pathways.outside import gcam_co2, gcam_reference, iamc_series

    code = adcode or result.scenario.scenario.region_code
    if path == SHIPPED and not path.exists():
        return compared(result.bands, gcam_reference(code), source="GCAM-China")
    frame = _headed(read_raw(path))
    if "co2.emiss" in frame.columns:
        return compared(result.bands, gcam_co2(frame, code), source=path.name)
    variable, *names = wanted
    long = long_table(frame, path.name)
    for column, name in zip(("Scenario", "Region"), names, strict=True):
        long = long if name is None else long.filter(pl.col(column) == name)
    return compared(result.bands, iamc_series(long, variable), source=path.name, variable=variable)


def _iamc_rows(path: Path) -> pl.DataFrame:
    from cocontrol.io.exports.iamc import long_table
    from cocontrol.io.readers import read_raw

    return long_table(_headed(read_raw(path)), path.name)


def _headed(raw: Any) -> pl.DataFrame:
    """The cells of a file under its headings."""
    named = {letter: heading or letter for letter, heading in zip(raw.letters, raw.headings, strict=True)}
    frame: pl.DataFrame = raw.cells.rename(named)
    return frame


def _content(file: Path) -> bytes:
    from cocontrol.core.errors import Fault, Location, NotFound

    if not file.is_file():
        raise NotFound(
            Fault(
                "scenario.absent",
                Text("没有情景文件", "there is no scenario file"),
                Location(file=file.name),
                remedy=same("cocontrol pathway --example kaya > scenario.toml"),
            )
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
            [row | {"value": str(row["value"])} if row["kind"] == "peak" else row for row in plain["targets"]],
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
    _print_rest(session, result)


def _print_rest(session: Session, result: Outlook) -> None:
    """Double attainment, budget and the design of the draws, a line each."""
    if (double := result.double) is not None:
        words = Text(
            "双达：碳达峰 {c}，空气达标 {a}，相差 {g} 年", "double attainment: carbon peak {c}, air {a}, gap {g} years"
        )
        shown = {"c": double.carbon_year, "a": double.air_year, "g": double.gap}
        session.output.line(session.say(words.format(**{k: "–" if v is None else v for k, v in shown.items()})))
    if result.budget is not None:
        words = Text("碳预算：{a}，用去 {u}，余 {l}", "budget: {a}, used {u}, left {l}")
        numbers = {"a": result.budget["amount"], "u": result.budget["used"], "l": result.budget["left"]}
        session.output.line(session.say(words.format(**{k: f"{v:,.6g}" for k, v in numbers.items()})))
    if (sampling := result.scenario.sampling) is not None:
        words = Text("抽样：{n} 次，{d}，种子 {s}", "draws: {n}, {d}, seed {s}")
        session.output.line(session.say(words.format(n=sampling.draws, d=sampling.design, s=sampling.seed)))


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
        "double_attainment": None if result.double is None else asdict(result.double),
        "cumulative": result.cumulative,
        "budget": result.budget,
        "notes": [session.say(remark) for remark in result.remarks],
    }
