"""The command ``inventory grid``: a run on a grid, in the file that a model or a map wants."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cocontrol.cli.framework import NO, Session, add_command
from cocontrol.cli.results import RunArgument, WorkspaceOption, open_named
from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Language, Text

if TYPE_CHECKING:
    from cocontrol.inventory.grid.service import Gridded
    from cocontrol.io.gridding import Allocation, Written


class FileFormat(StrEnum):
    """Formats of gridded files."""

    CF = "cf"
    WRFCHEM = "wrfchem"
    IOAPI = "ioapi"
    GEOPACKAGE = "geopackage"
    GEOJSON = "geojson"


class BlankChoice(StrEnum):
    """What becomes of mass where a proxy is blank."""

    LEDGER = "ledger"
    AREA = "area"


class DatumChoice(StrEnum):
    """Datums of facility coordinates and proxies."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def attach(group: typer.Typer, language: Language) -> None:
    """Add ``grid`` to the group of inventory commands."""
    add_command(
        group,
        language,
        "grid",
        Text("把运行的排放分配到网格并写成文件", "place the emissions of a run on a grid and write a file"),
    )(grid)


_SUFFIXES = {
    ".nc": FileFormat.CF, ".nc4": FileFormat.CF, ".gpkg": FileFormat.GEOPACKAGE, ".geojson": FileFormat.GEOJSON,
    ".json": FileFormat.GEOJSON, ".ncf": FileFormat.IOAPI,
}  # fmt: skip


OutOption = Annotated[Path, typer.Option("--out"), Text("写到的文件", "file to write")]
CellOption = Annotated[float, typer.Option(), Text("格距（度）", "cell size in degrees")]
FileFormatOption = Annotated[
    FileFormat | None,
    typer.Option("--format-file"),
    Text("文件格式；缺省按后缀，.nc 为 CF", "format of the file; by its suffix by default, .nc is CF"),
]
PollutantsOption = Annotated[
    str | None,
    typer.Option(),
    Text("污染物，逗号分隔；缺省全部", "pollutants, separated by commas; all by default"),
]
YearOption = Annotated[int | None, typer.Option(), Text("年份；缺省最近一年", "year; the latest by default")]
MonthlyOption = Annotated[bool, typer.Option("--monthly"), Text("十二个月", "twelve months")]
HourlyOption = Annotated[bool, typer.Option("--hourly"), Text("逐小时（UTC）", "hour by hour (UTC)")]
FirstDayOption = Annotated[
    datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d"]),
    Text("逐小时的起始日；缺省 1 月 15 日", "first day of the hours; 15 January by default"),
]
HoursOption = Annotated[
    int | None, typer.Option(min=1), Text("小时数；缺省 24，CMAQ 25", "number of hours; 24 by default, CMAQ 25")
]
LayersOption = Annotated[
    str | None, typer.Option(), Text("层顶高度（米），逗号分隔", "layer tops in metres, separated by commas")
]
ProxyOption = Annotated[
    list[str] | None,
    typer.Option(),
    Text("代理数据：文件，或 源类=文件；可重复", "proxy: a file, or class=file; may be given several times"),
]
BlankOption = Annotated[
    BlankChoice | None,
    typer.Option(),
    Text("代理空白处：ledger 记入守恒账，area 按面积", "where a proxy is blank: into the ledger, or by area"),
]
SpeciationOption = Annotated[
    Path | None, typer.Option(), Text("物种分配表（wrfchem、ioapi）", "speciation table (wrfchem, ioapi)")
]
GridFileOption = Annotated[
    Path | None,
    typer.Option(),
    Text("模式网格：wrfinput 或 GRIDDESC", "grid of a model: wrfinput or GRIDDESC"),
]
GridNameOption = Annotated[str | None, typer.Option(), Text("GRIDDESC 中的网格名", "name of the grid in GRIDDESC")]
ExtentOption = Annotated[
    str | None, typer.Option(), Text("范围：西,南,东,北（度）", "extent: west,south,east,north in degrees")
]
BoundariesOption = Annotated[
    list[Path] | None,
    typer.Option(),
    Text("补充的区界 GeoJSON（属性 adcode）", "further boundaries, GeoJSON with the property adcode"),
]
DatumOption = Annotated[
    DatumChoice, typer.Option(), Text("设施和代理坐标的基准", "datum of the coordinates of facilities and proxies")
]


def grid(
    session: Session,
    run: RunArgument,
    *,
    out: OutOption,
    cell: CellOption = 0.05,
    file_format: FileFormatOption = None,
    pollutants: PollutantsOption = None,
    year: YearOption = None,
    monthly: MonthlyOption = NO,
    hourly: HourlyOption = NO,
    first_day: FirstDayOption = None,
    hours: HoursOption = None,
    layers: LayersOption = None,
    proxy: ProxyOption = None,
    blank: BlankOption = None,
    speciation: SpeciationOption = None,
    grid_file: GridFileOption = None,
    grid_name: GridNameOption = None,
    extent: ExtentOption = None,
    boundaries: BoundariesOption = None,
    datum: DatumOption = DatumChoice.WGS84,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Place the emissions of a run on a grid, write the file, print totals and ledger."""
    from cocontrol.inventory.grid.coordinates import Datum
    from cocontrol.io import gridding

    opened = open_named(session, run, workspace)
    placement = gridding.Placement(
        cell,
        gridding.read_grid(grid_file, grid_name) if grid_file else None,
        _extent(extent),
        tuple(boundaries or ()),
        Datum(datum.value),
    )
    result = gridding.grid_run(
        opened, placement, year=year, pollutants=_words(pollutants), allocation=_allocation(proxy, blank)
    )
    form = (file_format or _format_of(out)).value
    frequency = "hour" if hourly or form in {"wrfchem", "ioapi"} else "month" if monthly else "year"
    axis = gridding.time_axis(
        result.year,
        frequency=frequency,
        first=first_day.date() if first_day else None,
        hours=hours or (25 if form == "ioapi" else None),
    )
    asked = gridding.Output(
        form, axis, tuple(_numbers(layers, "--layers")), gridding.read_speciation(speciation) if speciation else None
    )
    written = gridding.write_gridded(opened, result, asked, out)
    _print(session, result, written, opened.manifest.get("recalled", {}))


def _format_of(out: Path) -> FileFormat:
    if out.name.startswith("wrfchemi"):
        return FileFormat.WRFCHEM
    return _SUFFIXES.get(out.suffix.lower(), FileFormat.CF)


def _words(given: str | None) -> list[str] | None:
    words = [word.strip() for word in (given or "").replace("，", ",").split(",") if word.strip()]
    return words or None


def _numbers(given: str | None, option: str) -> list[float]:
    try:
        return [float(word) for word in _words(given) or ()]
    except ValueError as error:
        raise InvalidInput(
            Fault(
                "grid.option",
                Text("{o} 须为逗号分隔的数", "{o} takes numbers separated by commas").format(o=option),
                value=given,
            )
        ) from error


def _extent(given: str | None) -> tuple[float, float, float, float] | None:
    edges = _numbers(given, "--extent")
    if not edges:
        return None
    if len(edges) != 4 or edges[0] >= edges[2] or edges[1] >= edges[3]:
        raise InvalidInput(
            Fault(
                "grid.option",
                Text("范围不可用", "the extent cannot be used"),
                value=given,
                allowed=Text("西,南,东,北，如 110,31,117,37", "west,south,east,north, such as 110,31,117,37"),
            )
        )
    west, south, east, north = edges
    return west, south, east, north


def _allocation(given: list[str] | None, blank: BlankChoice | None) -> Allocation:
    from cocontrol.inventory.grid.weights import Blank
    from cocontrol.io.gridding import Allocation

    named = (word.rpartition("=") for word in given or ())
    return Allocation({name or "*": Path(path) for name, _, path in named}, Blank(blank.value) if blank else None)


TOTALS = {
    "pollutant": Text("污染物", "pollutant"),
    "inventory_t": Text("清单（吨/年）", "inventory (t/a)"),
    "placed_t": Text("已分配（吨/年）", "placed (t/a)"),
    "dropped_t": Text("未分配（吨/年）", "not placed (t/a)"),
}
LEDGER = {
    "stage": Text("环节", "stage"),
    "pollutant": Text("污染物", "pollutant"),
    "sector": Text("源类", "class"),
    "incoming": Text("流入", "in"),
    "outgoing": Text("流出", "out"),
    "dropped": Text("剔除", "dropped"),
    "reason": Text("原因", "reason"),
}


def _totals(result: Gridded) -> list[dict[str, Any]]:
    import polars as pl

    sums = result.ledger.group_by("pollutant", maintain_order=True).agg(
        pl.col("incoming").sum(), pl.col("dropped").sum()
    )
    return [
        {"pollutant": name, "inventory_t": incoming, "placed_t": float(result.total(name).sum()), "dropped_t": dropped}
        for name, incoming, dropped in sums.iter_rows()
    ]


def _print(session: Session, result: Gridded, written: Written, coefficients: Mapping[str, float]) -> None:
    """One object in JSON; the ledger in CSV; in a table the totals, then what was dropped and why."""
    from cocontrol.inventory.grid.description import axis_as_dict, grid_as_dict

    totals, ledger = _totals(result), written.ledger
    output = session.output
    if output.form == "json":
        output.json(
            {
                "files": [str(path) for path in written.files],
                "file_format": written.form,
                "year": result.year,
                "grid": grid_as_dict(result.grid),
                "time": axis_as_dict(written.cube.axis),
                "layer_tops": list(written.cube.layer_tops),
                "variables": dict(written.cube.units),
                "synthetic": written.cube.attributes.get("synthetic"),
                "recalled": {
                    "coefficients": {name: coefficients[name] for name in result.pollutants if coefficients.get(name)},
                    **written.recalled,
                },
                "totals": totals,
                "ledger": ledger.to_dicts(),
            }
        )
        return
    rows = [{**row, "reason": row[f"reason_{session.language}"]} for row in ledger.iter_rows(named=True)]
    if output.form == "csv":
        output.rows(rows, LEDGER)
        return
    output.rows(totals, TOTALS)
    if told := [row for row in rows if row["reason"]]:
        output.line()
        output.rows(told, LEDGER)
    output.note(
        Text("回忆值：{r}", "recalled values: {r}").format(r=written.cube.attributes.get("recalled", "no")),
    )
    output.note(Text("已写：{f}", "written: {f}").format(f=", ".join(str(path) for path in written.files)))
