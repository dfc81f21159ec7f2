"""A run on a grid: its emission table, boundaries, facilities and proxies brought together and written in one format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import shapely

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.inventory.grid.coordinates import Datum, to_wgs84
from cocontrol.inventory.grid.cube import AMOUNT_UNITS, Cube, rates, totals
from cocontrol.inventory.grid.geodesy import Floats
from cocontrol.inventory.grid.grids import Grid, lonlat_grid
from cocontrol.inventory.grid.proxies import (
    density_from_cells,
    density_from_lines,
    density_from_points,
    spacing,
)
from cocontrol.inventory.grid.recalled import recalled_shares
from cocontrol.inventory.grid.service import Gridded, cube_of, gridded, species_cube
from cocontrol.inventory.grid.sources import Zones, emission_year, zone_of
from cocontrol.inventory.grid.speciation import speciation_table
from cocontrol.inventory.grid.tables import SPECIATION
from cocontrol.inventory.grid.temporal import TimeAxis, hour_axis, month_axis, year_axis
from cocontrol.inventory.grid.weights import Blank
from cocontrol.inventory.ledger import check_conservation, ledger_entry, ledger_table
from cocontrol.io.exports.cmaq import read_griddesc, write_ioapi
from cocontrol.io.exports.geojson import read_features, read_geojson, read_zones, write_geojson
from cocontrol.io.exports.geopackage import read_geopackage, write_geopackage
from cocontrol.io.exports.netcdf_cf import read_cf, write_cf
from cocontrol.io.exports.wrf_chem import read_wrf_grid, write_wrf_chem, write_wrf_hours
from cocontrol.io.lake import file_sha256
from cocontrol.io.readers import read_raw, read_table
from cocontrol.io.runs import MANIFEST, Run
from cocontrol.reference import regions

BY_POPULATION = ("domestic", "mobile", "oil_storage_sale", "waste", "industry")
"""Classes that follow the population grid of the workspace where nothing else is asked for: ours, declared."""

FOSSIL = ("coal", "natural_gas", "oil", "coal_mine_methane", "mixed")
"""Fuels of the plants whose capacity places power generation that is known for a whole area only."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """How mass known for an area is spread: proxy by class (``*``: all others), and what blank cells become."""

    proxies: Mapping[str, Path] = field(default_factory=dict)
    blank: Blank | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where things are: grid (or cell size in degrees and extent), further boundaries, datum of the coordinates."""

    cell: float = 0.05
    grid: Grid | None = None
    extent: tuple[float, float, float, float] | None = None
    boundaries: tuple[Path, ...] = ()
    datum: Datum = Datum.WGS84


def grid_run(
    run: Run,
    placement: Placement,
    *,
    year: int | None = None,
    pollutants: Sequence[str] | None = None,
    allocation: Allocation | None = None,
) -> Gridded:
    """The emissions of a run on a grid.

    Boundaries are those of the run and `placement.boundaries`. Without proxies given, power generation known for an
    area follows the capacity of its fossil plants in the facility table, `BY_POPULATION` the table
    ``population_grid`` where the run has it, everything else the area; blanks are then spread by area. With proxies
    given, blanks go into the ledger unless `allocation.blank` says otherwise.

    Raises
    ------
    InvalidInput, NotFound
        As `gridded`; or nothing tells where the grid should lie.
    """
    emission = run.result("emission")
    chosen = emission_year(emission, year)
    zones = read_zones((*_boundary_files(run), *placement.boundaries), datum=Datum.WGS84)
    facilities = _facilities(run, placement.datum)
    grid = placement.grid or _default_grid(run, emission, zones, facilities, placement)
    given = allocation or Allocation()
    proxies = (
        {name: read_proxy(path, grid, datum=placement.datum) for name, path in given.proxies.items()}
        if given.proxies
        else _own_proxies(run, grid, facilities)
    )
    blank = given.blank or (Blank.LEDGER if given.proxies else Blank.AREA)
    return gridded(
        emission,
        grid=grid,
        zones=zones,
        year=chosen,
        pollutants=pollutants,
        facilities=facilities,
        proxies=proxies,
        blank=blank,
        province=_province(run),
    )


def _province(run: Run) -> str | None:
    code = run.manifest["workspace"].get("region")
    return regions.province(code) if code else None


def _boundary_files(run: Run) -> list[Path]:
    return [run.folder / entry["copy"] for entry in run.manifest["inputs"] if entry["table"] == "document:boundaries"]


def _facilities(run: Run, datum: Datum) -> pl.DataFrame | None:
    if not run.has("facility"):
        return None
    table = run.result("facility").drop_nulls(["longitude", "latitude"])
    x, y = to_wgs84(table["longitude"].to_numpy(), table["latitude"].to_numpy(), datum)
    return table.with_columns(pl.Series("longitude", x), pl.Series("latitude", y))


def _default_grid(
    run: Run, emission: pl.DataFrame, zones: Zones, facilities: pl.DataFrame | None, placement: Placement
) -> Grid:
    """Over the extent asked for, else the region of the workspace, else the areas of the rows, else the facilities."""
    if placement.extent is not None:
        return lonlat_grid(placement.extent, placement.cell)
    codes = [run.manifest["workspace"].get("region"), *emission["adcode"].unique().to_list()]
    shapes = (zone_of(code, zones, date(max(run.manifest["years"], default=2000), 12, 31)) for code in codes if code)
    first = next((shape for shape in shapes if shape is not None), None)
    if first is not None:
        return lonlat_grid(tuple(first.bounds), placement.cell)
    if facilities is not None and facilities.height:
        x, y = facilities["longitude"].to_numpy(), facilities["latitude"].to_numpy()
        return lonlat_grid((x.min(), y.min(), x.max(), y.max()), placement.cell)
    raise InvalidInput(
        Fault(
            "grid.no_boundary",
            Text(
                "运行中没有行政区界，不知道网格放在哪里", "the run has no boundaries: nothing tells where the grid lies"
            ),
            Location(file=run.run_id),
            remedy=Text(
                "用 --boundaries 给出带 adcode 属性的 GeoJSON，或用 --extent 给出范围",
                "give a GeoJSON with the property adcode by --boundaries, or the extent by --extent",
            ),
        )
    )


def _own_proxies(run: Run, grid: Grid, facilities: pl.DataFrame | None) -> dict[str, Floats]:
    made: dict[str, Floats] = {}
    if run.has("population_grid"):
        people = run.result("population_grid")
        density = _from_cells(grid, people, "persons_per_km2", Datum.WGS84)
        made |= dict.fromkeys(BY_POPULATION, density)
    if facilities is not None:
        # A source that gives no status lists plants that stand; only a status that says otherwise rules one out.
        runs = pl.col("status").is_null() | (pl.col("status") == "operating")
        plants = facilities.filter((pl.col("kind") == "power_plant") & runs & pl.col("fuel").is_in(FOSSIL)).drop_nulls(
            "capacity"
        )
        if plants.height:
            places = (plants[name].to_numpy() for name in ("longitude", "latitude", "capacity"))
            made["power_generation"] = density_from_points(grid, *places)
    return made


def read_proxy(path: Path, grid: Grid, *, datum: Datum = Datum.WGS84) -> Floats:
    """A density for each cell of the grid from a file: a table of cell centres, or GeoJSON points or lines.

    A table (csv, xlsx, parquet) has ``longitude``/``lon``, ``latitude``/``lat`` and one column of values: a density
    where its name ends in ``per_km2`` or is ``density``, else an amount in the cell. GeoJSON features carry their
    amount in the property ``value`` (``weight``, ``traffic``); without one a point counts 1, a line its length.

    Raises
    ------
    InvalidInput
        The file cannot be read, or has not the columns; the message says which.
    """
    if path.suffix.lower() in {".geojson", ".json"}:
        return _from_features(grid, path, datum)
    raw = read_raw(path)
    names = {str(h).strip().casefold(): letter for h, letter in zip(raw.headings, raw.letters, strict=False) if h}
    x = next((names.pop(key) for key in ("longitude", "lon", "经度") if key in names), None)
    y = next((names.pop(key) for key in ("latitude", "lat", "纬度") if key in names), None)
    value = next((key for key in names if _is_density(key)), None) or next(iter(names), None)
    if x is None or y is None or value is None:
        raise InvalidInput(_proxy_columns(path, raw.headings))
    frame = raw.cells.select(
        *(pl.col(letter).cast(pl.Float64, strict=False).alias(key)
          for letter, key in ((x, "longitude"), (y, "latitude"), (names[value], value)))
    ).drop_nulls(["longitude", "latitude"])  # fmt: skip
    return _from_cells(grid, frame, value, datum)


def _is_density(name: str) -> bool:
    return name.endswith("per_km2") or name == "density"


def _from_cells(grid: Grid, table: pl.DataFrame, value: str, datum: Datum) -> Floats:
    cell = (spacing(table["longitude"].to_numpy()), spacing(table["latitude"].to_numpy()))
    x, y = to_wgs84(table["longitude"].to_numpy(), table["latitude"].to_numpy(), datum)
    amount = table[value].cast(pl.Float64).to_numpy()
    density = amount if _is_density(value) else amount / np.cos(np.radians(y))
    return density_from_cells(grid, x, y, density, cell=cell)


def _from_features(grid: Grid, path: Path, datum: Datum) -> Floats:
    features = read_features(path, datum=datum)
    shapes = np.array([geometry for geometry, _ in features], dtype=object)
    amounts = np.array([_amount(geometry, properties) for geometry, properties in features], dtype=np.float64)
    kinds = np.array([geometry.geom_type for geometry, _ in features])
    points, lines = kinds == "Point", np.isin(kinds, ["LineString", "MultiLineString"])
    if not (points | lines).any():
        raise InvalidInput(_proxy_columns(path, ("Point, LineString",)))
    density = np.zeros(grid.size)
    if points.any():
        density += density_from_points(
            grid, shapely.get_x(shapes[points]), shapely.get_y(shapes[points]), amounts[points]
        )
    if lines.any():
        density += density_from_lines(grid, shapes[lines], amounts[lines])
    return density


def _amount(geometry: Any, properties: Mapping[str, Any]) -> float:
    given = next((properties[key] for key in ("value", "weight", "traffic") if properties.get(key) is not None), None)
    if given is not None:
        return float(given)
    return 1.0 if geometry.geom_type == "Point" else float(geometry.length)


def _proxy_columns(path: Path, found: Iterable[Any]) -> Fault:
    return Fault(
        "grid.proxy_columns",
        Text("代理数据缺少所需的列或要素", "the proxy lacks columns or features"),
        Location(file=path.name),
        value=", ".join(str(name) for name in found),
        allowed=Text(
            "longitude、latitude 和一列数值；或 GeoJSON 点、线",
            "longitude, latitude and a column of values; or GeoJSON points or lines",
        ),
    )


def read_grid(path: Path, name: str | None = None) -> Grid:
    """The grid of a model: a ``wrfinput``/``wrfchemi`` file, or a ``GRIDDESC`` (grid `name`, else its first).

    Raises
    ------
    InvalidInput
        The file is neither.
    """
    with path.open("rb") as stream:
        head = stream.read(4)
    return read_wrf_grid(path) if head[:3] == b"CDF" or head == b"\x89HDF" else read_griddesc(path, name)


def read_speciation(path: Path) -> pl.DataFrame:
    """A user's speciation table, validated; `InvalidInput` holds every fault."""
    validated = read_table(path, SPECIATION)
    validated.raise_if_any()
    return validated.frame


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: files, format, what every variable amounts to, the ledger of all stages, what is recalled.

    `recalled`: by step (``speciation``, ``vertical``, ``temporal``) the species or classes that rest on recalled shares.
    """

    files: tuple[Path, ...]
    form: str
    cube: Cube
    ledger: pl.DataFrame
    recalled: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Output:
    """What is asked for: format, times, layers and split into species (None: the shipped one)."""

    form: str
    axis: TimeAxis
    layer_tops: tuple[float, ...] = ()
    speciation: pl.DataFrame | None = None


def time_axis(year: int, *, frequency: str, first: date | None = None, hours: int | None = None) -> TimeAxis:
    """The axis of a file: ``year``, ``month``, or ``hour`` from midnight UTC of `first` (default: 15 January)."""
    if frequency == "hour":
        return hour_axis(first or date(year, 1, 15), 24 if hours is None else hours)
    return month_axis(year) if frequency == "month" else year_axis(year)


_MECHANISMS = {"wrfchem": "wrfchem", "ioapi": "cmaq"}

_WRITERS: dict[str, tuple[str | None, Callable[..., Any]]] = {
    "cf": ("flux", write_cf),
    "wrfchem": ("wrfchem", write_wrf_chem),
    "ioapi": ("cmaq", write_ioapi),
    "geopackage": (None, write_geopackage),
    "geojson": (None, write_geojson),
}
"""For each format the kind of rate that its file holds (None: amounts in tonnes) and its writer."""

FORMATS = tuple(_WRITERS)


def write_gridded(run: Run, result: Gridded, output: Output, target: Path) -> Written:
    """Write a gridded run in one format and give the ledger of placing, splitting, timing and writing.

    A WRF-Chem target without a suffix is a folder and gets a file for each hour. The stage ``export`` compares the
    amounts handed to the writer with those that its rates stand for.

    Raises
    ------
    InvalidInput
        The format cannot hold what is asked for. Nothing was written.
    ConservationBroken
        Masses differ at some stage by more than the tolerance of the ledger.
    """
    mechanism = _MECHANISMS.get(output.form)
    table = None
    if mechanism:
        table = speciation_table(mechanism) if output.speciation is None else output.speciation
        amounts, ledger = species_cube(result, output.axis, table, layer_tops=output.layer_tops)
        table = table.filter(pl.col("species").is_in(list(amounts.units)))
    else:
        amounts, ledger = cube_of(result, output.axis, layer_tops=output.layer_tops)
    recalled = recalled_shares(result, output.axis, layer_tops=output.layer_tops, species=table)
    attributes = {**file_attributes(run, result), "recalled": recalled_text(run, result, recalled)}
    if mechanism:
        attributes = {name: text.encode("ascii", "replace").decode() for name, text in attributes.items()}
    amounts = replace(amounts, attributes=attributes)
    _refuse_no_species(amounts, result)
    kind, write = _WRITERS[output.form]
    cube = rates(amounts, kind) if kind else amounts
    files = _write(write, cube, target, run, output.form)
    whole = pl.concat([result.ledger, ledger, _export_ledger(amounts, cube, output.form, files[0])])
    check_conservation(whole)
    return Written(files, output.form, cube, whole, recalled)


def recalled_text(run: Run, result: Gridded, shares: Mapping[str, Sequence[str]]) -> str:
    """One line for a file: share of each total that rests on recalled coefficients, then the recalled steps; ``no``."""
    held = run.manifest.get("recalled", {})
    coefficients = [f"{name} {held[name]:.1%}" for name in result.pollutants if held.get(name)]
    steps = {"coefficients": coefficients, **shares}
    return "; ".join(f"{step}: {', '.join(names)}" for step, names in steps.items() if names) or "no"


def _refuse_no_species(amounts: Cube, result: Gridded) -> None:
    if not amounts.units:
        raise InvalidInput(
            Fault(
                "speciation.nothing",
                Text("机理中没有所选污染物的物种", "the mechanism has no species for any of these pollutants"),
                value=", ".join(result.pollutants),
                remedy=Text("用 --speciation 给出物种分配表", "give a speciation table by --speciation"),
            )
        )


def _write(write: Callable[..., Any], cube: Cube, target: Path, run: Run, form: str) -> tuple[Path, ...]:
    if form == "wrfchem" and (target.is_dir() or not (target.suffix or target.name.startswith("wrfchemi"))):
        return write_wrf_hours(cube, target)
    stamped = {"written": _created(run)} if form in {"ioapi", "geopackage"} else {}
    write(cube, target, **stamped)
    return (target,)


def _created(run: Run) -> datetime:
    """The time of the run: the same run gives the same bytes."""
    return datetime.fromisoformat(str(run.manifest["created_at"]).replace("Z", "+00:00"))


_READERS: dict[str, Callable[[Path], Cube]] = {"cf": read_cf, "geopackage": read_geopackage, "geojson": read_geojson}
"""Readers of the formats that keep 64 bits: their files are summed; the others round to 32 bits when written."""


def _export_ledger(amounts: Cube, cube: Cube, form: str, file: Path) -> pl.DataFrame:
    """What was to be written against what stands in the file (64-bit formats) or was handed to the writer."""
    before, after = totals(amounts), totals(_READERS[form](file) if form in _READERS else cube)
    return ledger_table(
        ledger_entry("export", name if unit == "t" else f"{name} ({unit})", "all",
                     incoming=before[name] / AMOUNT_UNITS[unit], outgoing=after[name] / AMOUNT_UNITS[unit])
        for name, unit in amounts.units.items()
    )  # fmt: skip


def file_attributes(run: Run, result: Gridded) -> dict[str, str]:
    """What every gridded file says of itself: title, source, history, the run and its manifest, synthetic inputs."""
    manifest = run.manifest
    workspace = manifest["workspace"]
    synthetic = _synthetic_tables(manifest)
    return {
        "title": f"{workspace['title_en']} emissions {result.year}",
        "institution": workspace["title_en"],
        "source": f"cocontrol {manifest['code_version']}, run {run.run_id}",
        "history": f"{manifest['created_at']} inventory computed",
        "references": f"document profile {manifest['document_profile']}, GWP set {manifest['gwp_set']}",
        "comment": "mass without a place in the grid is listed in the conservation ledger of the command",
        "contact": workspace["name"],
        "manifest_sha256": file_sha256(run.folder / MANIFEST),
        "synthetic": ", ".join(synthetic) or "no",
    }


def _synthetic_tables(manifest: Mapping[str, Any]) -> list[str]:
    """Input tables that are marked synthetic; a fictitious plan has no part in emissions."""
    marked = set(manifest.get("synthetic", []))
    return [e["path"] for e in manifest["inputs"] if e["path"] in marked and not e["table"].startswith("document:")]
