"""Commands over air and health: ``air concentrations``, ``air screening``, ``air health``."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cocontrol.cli.framework import Session, add_command, new_group
from cocontrol.core.errors import Fault, InvalidInput, Level, Location, NotFound
from cocontrol.core.text import Language, Text

if TYPE_CHECKING:
    import polars as pl

    from cocontrol.air.health import Avoided
    from cocontrol.core.tables import Table

ORDER = 63

GROUP_HELP = Text("空气质量与健康：浓度、筛查、健康效益", "air quality and health: concentrations, screening, benefits")


def register(app: typer.Typer, language: Language) -> None:
    """Add the group ``air``."""
    group = new_group(language, GROUP_HELP)
    add_command(group, language, "concentrations", Text("由源—受体系数算浓度", "concentrations from a matrix"))(
        concentrations
    )
    add_command(group, language, "screening", Text("全国筛查（无矩阵时）", "national screening, without a matrix"))(
        screening
    )
    add_command(group, language, "health", Text("PM2.5 下降避免的死亡", "deaths avoided by less PM2.5"))(health)
    app.add_typer(group, name="air")


def _read(session: Session, path: Path, table: Table) -> pl.DataFrame:
    from cocontrol.io.readers import read_table

    found = read_table(path, table)
    for fault in found.faults:
        if fault.level is not Level.ERROR:
            session.output.fault_line(fault)
    found.raise_if_any()
    return found.frame


def concentrations(
    session: Session,
    matrix: Annotated[Path, typer.Argument(metavar="MATRIX"), Text("源—受体系数表", "source-receptor coefficients")],
    receptors: Annotated[Path, typer.Argument(metavar="RECEPTORS"), Text("受体表", "receptors")],
    emissions: Annotated[Path, typer.Argument(metavar="EMISSIONS"), Text("排放变化表", "emission changes")],
    *,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"]),
        Text("按哪一天的标准判定达标（缺省今天）", "judge by the standard of this day (today by default)"),
    ] = None,
) -> None:
    """Print PM2.5 of every receptor before and after, and whether it meets GB 3095 class 2."""
    from cocontrol.air import tables
    from cocontrol.air.source_receptor import concentrations as computed
    from cocontrol.reference.air_quality import limit

    day = on.date() if on else date.today()
    standard = limit("PM25", "year", on=day)
    result = computed(
        _read(session, matrix, tables.SOURCE_RECEPTOR),
        _read(session, receptors, tables.RECEPTOR),
        _read(session, emissions, tables.EMISSION_CHANGE),
        limit=standard.value,
    )
    for remark in result.remarks:
        session.output.fault_line(remark)
    session.output.note(
        Text("限值 {v} µg/m³（{s}，{d}）", "limit {v} µg/m³ ({s}, {d})").format(
            v=standard.value, s=standard.standard, d=day
        )
    )
    session.output.rows(
        result.table.to_dicts(),
        {
            "receptor": Text("受体", "receptor"),
            "before": Text("治理前", "before"),
            "after": Text("治理后", "after"),
            "change": Text("变化", "change"),
            "limit": Text("限值", "limit"),
            "attained": Text("达标", "attained"),
        },
    )


def screening(
    session: Session,
    changes: Annotated[
        list[str],
        typer.Argument(metavar="POLLUTANT=CHANGE"),
        Text("相对变化，如 SO2=-0.5 NOx=-0.4", "relative changes, such as SO2=-0.5 NOx=-0.4"),
    ],
) -> None:
    """Print the change of national mean PM2.5 by species; it is no concentration of a province or city."""
    from cocontrol.air.screening import fasst_china

    result = fasst_china(_changes(changes))
    for remark in result.remarks:
        session.output.note(remark)
    if session.output.form == "json":
        session.output.json(
            {"label": session.say(result.label), "species": result.species, "total": result.total, "unit": "µg/m³"}
        )
        return
    rows = [{"species": name, "change": value} for name, value in result.species.items()]
    session.output.rows(
        [*rows, {"species": "PM2.5", "change": result.total}],
        {"species": Text("组分", "species"), "change": Text("变化（µg/m³）", "change (µg/m³)")},
    )


def _changes(given: list[str]) -> dict[str, float]:
    made: dict[str, float] = {}
    faults = []
    for word in given:
        name, _, number = word.partition("=")
        try:
            made[name.strip()] = float(number)
        except ValueError:
            faults.append(
                Fault(
                    "screening.form",
                    Text("写法不可用", "this cannot be read"),
                    value=word,
                    allowed=Text("污染物=相对变化，如 SO2=-0.5", "pollutant=relative change, such as SO2=-0.5"),
                )
            )
    if faults:
        raise InvalidInput(*faults)
    return made


def health(
    session: Session,
    table: Annotated[Path, typer.Argument(metavar="EXPOSURE"), Text("暴露与死亡率表", "exposure and mortality")],
) -> None:
    """Print deaths avoided by place, in two definitions, with their interval and their value."""
    from cocontrol.air.health import life_values, require_ages_apart, require_disjoint, total_interval
    from cocontrol.air.tables import EXPOSURE

    frame = _read(session, table, EXPOSURE)
    for _, part in frame.group_by("place"):
        require_disjoint(part["cause"].to_list())
    for _, part in frame.group_by("place", "cause"):
        require_ages_apart(part["ages"].to_list())
    found = _all_avoided(frame)
    rows: list[dict[str, Any]] = [
        {
            "place": row["place"],
            "ages": row["ages"],
            "cause": row["cause"],
            "avoided": one.avoided,
            "low": None if one.interval is None else one.interval[0],
            "high": None if one.interval is None else one.interval[1],
            "burden_difference": one.burden_difference,
            "relative_risk_before": one.ratio_before,
            "relative_risk_after": one.ratio_after,
        }
        for row, one in zip(frame.iter_rows(named=True), found, strict=True)
    ]
    total, interval = sum(row["avoided"] for row in rows), total_interval(found)
    worth = {value.level: total * value.value for value in life_values()}
    if session.output.form == "json":
        session.output.json(
            {
                "rows": rows,
                "avoided": total,
                "interval": interval,
                "value_CNY": worth,
                "price_year": life_values()[0].price_year,
            }
        )
        return
    session.output.rows(rows, HEADINGS)
    if session.output.form == "table":
        session.output.line()
        session.output.facts(
            {
                "avoided": total,
                "interval": None if interval is None else f"{interval[0]:,.6g} – {interval[1]:,.6g}",
                **worth,
            },
            {
                "avoided": Text("避免死亡合计（人/年）", "deaths avoided (a year)"),
                "interval": Text("合计的 95% 区间", "95 % interval of the sum"),
                "low": Text("价值，低（元，2019 年价）", "value, low (CNY of 2019)"),
                "central": Text("价值，中", "value, central"),
                "high": Text("价值，高", "value, high"),
            },
        )


def _all_avoided(frame: pl.DataFrame) -> list[Avoided]:
    """Deaths avoided of every row, or `InvalidInput` with every row that has no curve, by its place in the file."""
    from cocontrol.air.health import avoided_deaths

    made: list[Avoided] = []
    faults: list[Fault] = []
    for row in frame.iter_rows(named=True):
        numbers = (row["population"], row["mortality"], row["before"], row["after"])
        try:
            made.append(avoided_deaths(*numbers, cause=row["cause"], ages=row["ages"]))
        except (InvalidInput, NotFound) as error:
            file, _, cell = str(row["origin"]).rpartition("!")
            place = Location(file=file or None, cell=cell)
            faults += [replace(fault, location=place) for fault in error.faults]
    if faults:
        raise InvalidInput(*faults)
    return made


HEADINGS = {
    "place": Text("地区", "place"),
    "ages": Text("年龄组", "ages"),
    "cause": Text("病因", "cause"),
    "avoided": Text("避免死亡", "avoided"),
    "low": Text("95% 下限", "95 % low"),
    "high": Text("95% 上限", "95 % high"),
    "burden_difference": Text("负担之差", "burden difference"),
    "relative_risk_before": Text("RR 前", "RR before"),
    "relative_risk_after": Text("RR 后", "RR after"),
}
