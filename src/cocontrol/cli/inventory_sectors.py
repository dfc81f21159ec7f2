"""The commands ``inventory sectors`` and ``inventory sector``: the catalogue, and one sector estimated from files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cocontrol.cli.framework import Session, add_command
from cocontrol.core.errors import Fault, FaultCollector, InvalidInput, Level, NotFound
from cocontrol.core.text import Language, Text, same

if TYPE_CHECKING:
    import polars as pl

    from cocontrol.inventory.sectors.catalogue import SectorContext, SectorModule, SectorResult

CATALOGUE = {
    "sector": Text("部门", "sector"),
    "label": Text("名称", "name"),
    "categories": Text("源类别", "categories"),
    "pollutants": Text("污染物", "pollutants"),
    "tables": Text("需要的表", "tables needed"),
    "optional_tables": Text("可选的表", "optional tables"),
    "method": Text("方法", "method"),
    "source": Text("依据", "source"),
}
SHOWN = ("sector", "label", "categories", "tables", "method")
"""Columns of the table on the terminal; JSON and CSV hold all."""

ROW = {
    "cell_id": Text("单元", "cell"),
    "category": Text("源类别", "category"),
    "period": Text("时段", "period"),
    "amount": Text("活动水平", "amount"),
    "unit": Text("单位", "unit"),
}


def attach(group: typer.Typer, language: Language) -> None:
    """Add ``sectors`` and ``sector`` to the group of inventory commands."""
    add_command(
        group,
        language,
        "sectors",
        Text("列出清单部门：类别、所需的表、方法、依据", "list the sectors of the inventory"),
    )(sectors)
    add_command(
        group,
        language,
        "sector",
        Text("用文件中的表估算一个部门的排放", "estimate one sector from the tables of files"),
    )(sector)


def sectors(session: Session) -> None:
    """Print the catalogue: identifier, name, categories, pollutants, tables, method and source of each sector."""
    from cocontrol.inventory.sectors import SECTORS

    joined = session.output.form != "json"
    rows = [_entry(session, module, joined=joined) for module in SECTORS]
    if not joined:
        session.output.json(rows)
        return
    columns = CATALOGUE if session.output.form == "csv" else {name: CATALOGUE[name] for name in SHOWN}
    session.output.rows(rows, columns)


def _entry(session: Session, module: SectorModule, *, joined: bool) -> dict[str, Any]:
    lists = {name: getattr(module, name) for name in ("categories", "pollutants", "tables", "optional_tables")}
    return {
        "sector": module.sector_id,
        "label": session.say(module.label),
        **{name: ", ".join(held) if joined else list(held) for name, held in lists.items()},
        "method": session.say(module.method),
        "source": session.say(module.source),
    }


def sector(
    session: Session,
    sector_id: Annotated[
        str,
        typer.Argument(metavar="SECTOR_ID"),
        Text("部门编号，见 inventory sectors", "sector, see inventory sectors"),
    ],
    tables: Annotated[
        list[str],
        typer.Argument(metavar="[TABLE=]FILE..."),
        Text(
            "输入文件；不写表名时按文件名或列名认表",
            "input files; without a name the table is told by file name or headings",
        ),
    ],
    *,
    profile: Annotated[
        str, typer.Option(), Text("文件口径，如 PROV_GUIDE_2011", "document profile, such as PROV_GUIDE_2011")
    ],
    region: Annotated[
        str | None,
        typer.Option(),
        Text("行政区划代码；缺省取表中唯一的地区", "adcode; the one of the tables by default"),
    ] = None,
    year: Annotated[
        list[int] | None,
        typer.Option(),
        Text("年份，可重复；缺省取表中各年", "year, repeatable; those of the tables by default"),
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(metavar="ID=VALUE"),
        Text("声明的选择，如 landfill.oxidation=0.1", "declared choice, such as landfill.oxidation=0.1"),
    ] = None,
) -> None:
    """Print the emission rows; in JSON also the lineage of every coefficient and the findings."""
    module = _module(sector_id)
    frames = _frames(session, module, tables)
    result = module.estimate(frames, _context(frames, profile, region, year or [], parameter or []))
    _print(session, module, profile, result)


def _module(sector_id: str) -> SectorModule:
    from cocontrol.inventory.sectors import SECTORS

    for module in SECTORS:
        if module.sector_id == sector_id:
            return module
    known = ", ".join(module.sector_id for module in SECTORS)
    raise NotFound(
        Fault("sector.unknown", Text("没有这个部门", "no such sector"), value=sector_id, allowed=same(known))
    )


def _frames(session: Session, module: SectorModule, given: Sequence[str]) -> dict[str, pl.DataFrame]:
    """The validated tables by name; leads go to standard error, errors and absent tables end the command."""
    import polars as pl

    from cocontrol.io.inputs import code_lists
    from cocontrol.io.readers import read_table

    faults = FaultCollector()
    held: dict[str, list[pl.DataFrame]] = {}
    for word in given:
        name, path = _table_of(module, word)
        validated = read_table(path, name, code_lists=code_lists())
        for fault in validated.faults:
            if fault.level is not Level.ERROR:
                session.output.fault_line(fault)
        faults.extend(validated.errors)
        held.setdefault(name, []).append(validated.frame)
    for name in module.tables:
        if name not in held:
            faults.add(Fault("sector.table_absent", Text("缺少输入表", "an input table is absent"), value=name))
    faults.raise_if_any(InvalidInput)
    return {name: pl.concat(parts) for name, parts in held.items()}


def _table_of(module: SectorModule, word: str) -> tuple[str, Path]:
    """Table and path of ``table=path`` or of a bare path whose name begins with the table's."""
    known = (*module.tables, *module.optional_tables)
    name, mark, rest = word.partition("=")
    if mark and name in known:
        return name, Path(rest)
    path = Path(word)
    fitting = [table for table in known if path.stem.startswith(table)]
    if fitting:
        return max(fitting, key=len), path
    if len(known) == 1:
        return known[0], path
    raise InvalidInput(
        Fault(
            "sector.table_unknown",
            Text("看不出文件是哪个表", "the table of the file cannot be told"),
            value=word,
            allowed=same(", ".join(f"{table}=FILE" for table in known)),
        )
    )


def _context(
    frames: Mapping[str, pl.DataFrame], profile: str, region: str | None, years: Sequence[int], given: Sequence[str]
) -> SectorContext:
    from cocontrol.inventory.sectors.catalogue import SectorContext
    from cocontrol.reference.profiles import get_profile

    places = {code for frame in frames.values() if "adcode" in frame.columns for code in frame["adcode"].drop_nulls()}
    told = {year for frame in frames.values() if "year" in frame.columns for year in frame["year"].drop_nulls()}
    wanted = tuple(sorted(set(years) or told))
    if (region is None and len(places) != 1) or not wanted:
        message = Text(
            "地区或年份不明，须用 --region 和 --year 给出", "area or years are open: give --region and --year"
        )
        raise InvalidInput(Fault("sector.context", message, value=f"{sorted(places)}, {list(wanted)}"))
    parameters = {name: value for name, _, value in (word.partition("=") for word in given)}
    profile_id = get_profile(profile).profile_id
    return SectorContext(region or places.pop(), wanted, profile_id, date(max(wanted), 12, 31), parameters)


def _print(session: Session, module: SectorModule, profile: str, result: SectorResult) -> None:
    from cocontrol.io.results import substance_columns, substance_symbol

    pollutants = substance_columns(result.emission)
    rows = result.emission.to_dicts()
    if session.output.form == "json":
        lineage, findings = result.coefficient_lineage.to_dicts(), result.finding.to_dicts()
        facts = {"sector": module.sector_id, "profile": profile, "pollutants": pollutants}
        session.output.json({**facts, "rows": rows, "lineage": lineage, "findings": findings})
        return
    for zh, en in result.finding.select("message_zh", "message_en").unique(maintain_order=True).iter_rows():
        session.output.note(Text(zh, en))
    for zh, en in _unestimated(result):
        session.output.note(Text(zh, en))
    symbols = {name: same(f"{substance_symbol(name)} (t)") for name in pollutants}
    columns = {name: same(name) for name in result.emission.columns} if session.output.form == "csv" else ROW
    session.output.rows(rows, {**columns, **({} if session.output.form == "csv" else symbols)})


def _unestimated(result: SectorResult) -> list[tuple[str, str]]:
    """Why coefficients have no value: notation key, pollutants and reason, each reason once."""
    import polars as pl

    rows = result.coefficient_lineage.filter(pl.col("value").is_null() & pl.col("notation").is_not_null())
    grouped = rows.group_by("notation", "reason_zh", "reason_en", maintain_order=True).agg(
        pl.col("pollutant").unique(maintain_order=True)
    )
    return [
        (f"{key} · {', '.join(names)} · {zh}", f"{key} · {', '.join(names)} · {en}")
        for key, zh, en, names in grouped.iter_rows()
    ]
