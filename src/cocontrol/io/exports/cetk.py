"""cetk workbook (Clair emission toolkit): area sources, factors, profiles and codes out; the same and point sources in.

A run knows emissions by area and category, so they leave as area sources with one ``subst:`` column per
substance. Factors stand beside them but no source has an ``act:`` column: nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl
from shapely import to_wkt
from shapely.geometry.base import BaseGeometry

from cocontrol.core.text import Language, Text
from cocontrol.io.exports.cetk_book import FLAT, CetkBook, read_cetk, write_cetk_book
from cocontrol.io.exports.flows import BEFORE_CONTROL, NOT_A_YEAR, WHOLE_YEAR, dropped_flows, flow_table, write_notation
from cocontrol.io.exports.geojson import read_zones
from cocontrol.io.exports.workbook import CELL_LIMIT
from cocontrol.io.results import CO2E_PREFIX, substance_columns
from cocontrol.io.runs import Run
from cocontrol.reference import categories, regions

CODESET = "COCONTROL"
CODE_COLUMN = f"activitycode_{CODESET}"
SUBSTANCE = "subst:"
EMISSION_UNIT = "ton/year"
DECIMALS, FINEST = 5, 1e-4
"""Decimals of a degree in a boundary, and the tolerance (degrees) with which its simplification begins."""

BOUNDARIES = "document:boundaries"

_REASONS = {
    "stage": BEFORE_CONTROL, "year": NOT_A_YEAR,
    "derived": Text("二氧化碳当量不是一种物质", "a CO2 equivalent is not a substance"),
}  # fmt: skip


def _flows(run: Run) -> pl.DataFrame:
    return flow_table(run).with_columns(
        pl.when(pl.col("pollutant").str.starts_with(CO2E_PREFIX)).then(pl.lit("derived"))
        .when(pl.col("before_control")).then(pl.lit("stage"))
        .when(~pl.col("period").str.contains(WHOLE_YEAR)).then(pl.lit("year"))
        .alias("why_dropped")
    )  # fmt: skip


def dropped_rows(run: Run) -> pl.DataFrame:
    """What the format cannot hold: pollutant, category, amount in tonnes and the reason."""
    return dropped_flows(_flows(run), _REASONS)


def cetk_books(run: Run) -> dict[str, CetkBook]:
    """The workbook of every year of a run. An area without a known boundary has an empty geometry."""
    flows = _flows(run).filter(pl.col("why_dropped").is_null() & pl.col("amount").is_not_null())
    shapes = _shapes(run, set(flows.get_column("adcode")))
    return {
        str(year): CetkBook(
            {
                "AreaSource": _area_sources(rows, shapes),
                "EmissionFactor": _factors(run),
                "CodeSet": pl.DataFrame({"name": ["Cocontrol source categories"], "slug": [CODESET], "description": ["IPCC 2006 codes with own sub-codes"]}),
                "ActivityCode": _activity_codes(rows),
            },
            {"constant": FLAT},
        )
        for (year,), rows in flows.group_by("period", maintain_order=True)
    }  # fmt: skip


def _area_sources(flows: pl.DataFrame, shapes: Mapping[str, str]) -> pl.DataFrame:
    """One area source per area and category; a substance without a figure is blank."""
    known = substance_columns(flows.select(pl.col("pollutant")).unique().transpose(column_names="pollutant"))
    made = []
    for (adcode, category), rows in flows.group_by("adcode", "category", maintain_order=True):
        code, area = str(category), str(adcode)
        amounts = dict(rows.select("pollutant", "amount").iter_rows())
        made.append({
            "facility_id": area, "facility_name": regions.name(area, "zh"),
            "source_name": f"{code} {categories.category_name(code).en}", "geometry": shapes.get(area),
            "timevar": "constant", CODE_COLUMN: code,
            **{f"{SUBSTANCE}{name}": amounts.get(name) for name in known}, "emission_unit": EMISSION_UNIT,
        })  # fmt: skip
    text = ("facility_id", "facility_name", "source_name", "geometry", "timevar", CODE_COLUMN)
    schema = {**dict.fromkeys(text, pl.String), **{f"{SUBSTANCE}{name}": pl.Float64 for name in known}}
    return pl.DataFrame(made, schema={**schema, "emission_unit": pl.String})


def _shapes(run: Run, wanted: set[str]) -> dict[str, str]:
    """Boundaries by area code as WKT, from the boundary files that the run keeps."""
    paths = [run.folder / entry["copy"] for entry in run.manifest["inputs"] if entry["table"] == BOUNDARIES]
    return {code: shape_text(zone) for code, zone in read_zones(paths).items() if code in wanted}


def shape_text(shape: BaseGeometry) -> str:
    """A boundary as WKT that fits into a cell of a workbook: simplified no more than that needs, five decimals (about a metre).

    The simplification moves an outline, never an amount.
    """
    text, tolerance = str(to_wkt(shape, rounding_precision=DECIMALS)), FINEST
    while len(text) > CELL_LIMIT:
        text, tolerance = str(to_wkt(shape.simplify(tolerance), rounding_precision=DECIMALS)), tolerance * 2
    return text


def _factors(run: Run) -> pl.DataFrame:
    """The coefficients of the run that have a value and are emissions, not generation."""
    lines = run.result("coefficient_lineage")
    if "stage" in lines.columns:
        lines = lines.filter(pl.col("stage").ne_missing("generation"))
    units = run.result("coefficient").select("coefficient_id", pl.col("unit").alias("activity"))
    rows = lines.drop_nulls("value").join(units, on="coefficient_id", how="inner", maintain_order="left")
    return rows.select(
        pl.col("coefficient_id").alias("activity_name"),
        pl.col("pollutant").alias("substance"),
        pl.col("value").alias("factor"),
        (pl.lit("ton/") + pl.col("activity")).alias("emissionfactor_unit"),
        (pl.col("activity") + "/year").alias("activity_unit"),
    )


def _activity_codes(flows: pl.DataFrame) -> pl.DataFrame:
    held = flows.get_column("category").unique().to_list()
    wanted = {code for category in held for code in (category, *categories.ancestors(category))}
    rows = categories.categories().filter(pl.col("category").is_in(sorted(wanted))).sort("sort_order")
    label = pl.col("name_zh") + " " + pl.col("name_en")
    return rows.select(
        pl.lit(CODESET).alias("codeset_slug"), pl.col("category").alias("activitycode"), label.alias("label"),
        pl.lit(None, dtype=pl.String).alias("vertical_distribution_slug"),
    )  # fmt: skip


def write_cetk(run: Run, folder: Path, _language: Language) -> None:
    """Write ``cetk_<year>.xlsx`` per year, and the notation keys beside them."""
    for year, book in cetk_books(run).items():
        write_cetk_book(book, folder / f"cetk_{year}.xlsx")
    write_notation(_flows(run), folder)


def source_totals(book: CetkBook) -> dict[str, float]:
    """Sums of the ``subst:`` columns over point and area sources, in the unit of the workbook."""
    totals: dict[str, float] = {}
    for sheet in ("PointSource", "AreaSource"):
        table = book.sheets.get(sheet, pl.DataFrame())
        for column in _substances(table):
            name = column.removeprefix(SUBSTANCE)
            totals[name] = totals.get(name, 0.0) + float(table.get_column(column).sum())
    return totals


def _substances(table: pl.DataFrame) -> Iterable[str]:
    return (name for name in table.columns if name.startswith(SUBSTANCE))


def point_sources(book: CetkBook) -> pl.DataFrame:
    """The point sources of a workbook as rows of substance and amount.

    Columns ``facility_id, facility_name, source_name, longitude, latitude, stack_height_m, pollutant, amount, unit``;
    a substance without a figure has no row.
    """
    table = book.sheets.get("PointSource", pl.DataFrame())
    names = {"lon": "longitude", "lat": "latitude", "chimney_height": "stack_height_m", "emission_unit": "unit"}
    kept = ["facility_id", "facility_name", "source_name", *names]
    if table.is_empty():
        return pl.DataFrame()
    missing = [pl.lit(None).alias(name) for name in kept if name not in table.columns]
    long = table.with_columns(missing).unpivot(
        on=list(_substances(table)), index=kept, variable_name="pollutant", value_name="amount"
    )
    return (
        long.drop_nulls("amount")
        .rename(names)
        .with_columns(pl.col("pollutant").str.strip_prefix(SUBSTANCE))
        .select("facility_id", "facility_name", "source_name", "longitude", "latitude", "stack_height_m", "pollutant", "amount", "unit")
    )  # fmt: skip


def emission_totals(folder: Path, run: Run) -> dict[str, float]:
    """Tonnes per substance, read back from every workbook."""
    totals = dict.fromkeys(substance_columns(run.result("emission")), 0.0)
    for path in sorted(folder.glob("cetk_*.xlsx")):
        for name, amount in source_totals(read_cetk(path)).items():
            totals[name] += amount
    return totals
