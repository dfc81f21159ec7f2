"""Make the example's tables from the original files (see README.md for what they are and their checksums).

    python examples/henan/prepare.py ORIGINALS

Run once when the example was made; kept so that anyone can check what was trimmed and mapped. Every
figure is written with the digits of its source. Nothing is corrected: known defects stay in.
"""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import sys
from collections.abc import Iterable, Iterator
from math import fsum
from pathlib import Path

import polars as pl
import shapely
from shapely.geometry import Point, shape

from cocontrol.core.registers import AIR_QUALITY_HOURLY, FACILITY, PROVINCIAL_STATISTICS
from cocontrol.inventory.reconciliation.facilities import (
    COAL_PLANTS,
    EVIDENCE,
    candidate_pairs,
    match_facilities,
    plant_name,
)

HERE = Path(__file__).resolve().parent
HENAN = "410000"
HENAN_BOX = (110.1, 31.1, 116.9, 36.6)
"""West, south, east and north of the province with a population cell (0.2 degrees) around it."""

Row = dict[str, str]

WRI_FUELS = {
    "Coal": "coal",
    "Hydro": "hydro",
    "Wind": "wind",
    "Landfill gas": "landfill_gas",
    "Natural Gas": "natural_gas",
    "Coal Mine Methane": "coal_mine_methane",
}
WRI_STATUSES = {"": "", "Operational": "operating", "Shutdown": "retired"}
GEM_STATUSES = {
    "Operating": "operating",
    "Retired": "retired",
    "Cancelled": "cancelled",
    "Pre-Permit": "pre_permit",
    "Construction": "construction",
    "Permitted": "permitted",
}
AIR_QUALITY_NAMES = {
    "ts": "time",
    "pm25": "PM25",
    "pm10": "PM10",
    "so2": "SO2",
    "no2": "NO2",
    "co": "CO",
    "o3_1h": "O3_1h",
    "o3_8h": "O3_8h",
}


def main(originals: Path, folder: Path = HERE) -> None:
    """Write every table and boundary file of the example into `folder`."""
    tables = folder / "tables"
    boundaries = originals / "admin_boundaries"
    for made in (tables, folder / "boundaries"):
        made.mkdir(parents=True, exist_ok=True)
    counties = read_polygons(boundaries / "henan_counties.geojson")
    power, steel = originals / "power_plants", originals / "industry_assets"
    facilities = FACILITY.column_names
    balance = originals / "henan_energy_balance_2013" / "henan_energy_balance_2013_mtce.csv"
    statistics = read_rows(originals / "provincial_stats" / "provincial_stats_2005_2024.csv")
    shutil.copyfile(balance, tables / "energy_balance_2013.csv")
    write_rows(
        tables / "provincial_statistics.csv",
        PROVINCIAL_STATISTICS.column_names,
        sorted(map(statistics_row, statistics), key=lambda r: (r["adcode"], r["indicator"], r["source"], r["year"])),
    )
    write_rows(tables / "power_plants_wri.csv", facilities, wri_rows(power / "wri_china_power_plants.csv.gz", counties))
    units, matches = gem_coal_rows(power / "gem_coal_units_china.csv.gz", tables / "power_plants_wri.csv")
    write_rows(tables / "coal_units_gem.csv", facilities, units)
    (folder / "review").mkdir(exist_ok=True)
    matches.write_csv(folder / "review" / "coal_plant_matches.csv", float_precision=6)
    write_rows(
        tables / "steel_plants_gem.csv", facilities, gem_steel_rows(steel / "gem_steel_plants_china.csv.gz", counties)
    )
    write_air_quality(originals / "air_quality_hourly_station", tables / "air_quality_hourly.parquet")
    write_population(originals / "population_grid", tables / "population_grid.csv")
    for name in ("china_provinces", "henan_cities", "henan_counties", "puyang_counties"):
        shutil.copyfile(boundaries / f"{name}.geojson", folder / "boundaries" / f"{name}.geojson")


def read_rows(path: Path) -> list[Row]:
    """Rows of a CSV, gzipped or not, as text."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_rows(path: Path, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Write rows as CSV (UTF-8, LF), columns in declared order; a column that a row lacks is empty."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def statistics_row(row: Row) -> Row:
    """One statistical figure; ``亿元(当年价)`` is split into unit and price basis, the two GDP vintages are named."""
    unit, _, basis = row["unit"].partition("(")
    vintage = "single"
    if row["indicator"] == "gdp":
        vintage = "later" if "later vintage" in row["source"] else "earlier"
    return {**row, "unit": unit, "price_basis": "current" if basis == "当年价)" else "none", "vintage": vintage}


def read_polygons(path: Path) -> list[tuple[str, str, shapely.Geometry]]:
    """Adcode, parent adcode and geometry of every county."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return [(f["properties"]["adcode"], f["properties"]["parent"], shape(f["geometry"])) for f in features]


def place(row: Row, counties: list[tuple[str, str, shapely.Geometry]]) -> Row:
    """County and city of the row's coordinates; the published city code where no county holds the point.

    A county right under the province (济源市 419001) is its own city.
    """
    point = Point(float(row["lon"]), float(row["lat"]))
    for adcode, parent, polygon in counties:
        if polygon.covers(point):
            city = adcode if parent == HENAN else parent
            return {"adcode": adcode, "city_adcode": city, "location_basis": "coordinates"}
    return {"adcode": row["city_adcode"], "city_adcode": row["city_adcode"], "location_basis": "coordinates"}


def wri_rows(path: Path, counties: list[tuple[str, str, shapely.Geometry]]) -> Iterator[Row]:
    """Henan plants of the WRI list."""
    for number, row in enumerate(read_rows(path), start=2):
        if row["prov_adcode"] != HENAN:
            continue
        yield {
            "facility_id": f"wri-{row['wri_id']}",
            "name_en": row["name"],
            **place(row, counties),
            "province_adcode": HENAN,
            "published_place": row["location"],
            "longitude": row["lon"],
            "latitude": row["lat"],
            "kind": "power_plant",
            "fuel": WRI_FUELS[row["fuel"]],
            "capacity": row["capacity_mw"],
            "capacity_unit": "MW",
            "capacity_of": "electric_power",
            "status": WRI_STATUSES[row["status"]],
            "commissioned_year": row["commissioned"],
            "owner": row["owner"],
            "source": "WRI Global Power Plant Database, raw source file China.csv",
            "source_row": str(number),
        }


def gem_coal_rows(path: Path, located: Path) -> tuple[list[Row], pl.DataFrame]:
    """Henan units of the GEM coal plant tracker copy, and how its plants match the coal plants of `located`.

    The copy holds no longitude. Units of a matched plant take the position and county of the other record;
    of the rest only the province is known.
    """
    units = [(n, row) for n, row in enumerate(read_rows(path), start=2) if row["province"] == "Henan"]
    others = {row["facility_id"]: row for row in read_rows(located) if row["fuel"] == "coal"}
    pairs = candidate_pairs(pl.DataFrame(gem_plants(row for _, row in units)), located_plants(others.values()))
    matches = match_facilities(pairs, COAL_PLANTS)
    found = {match["left_id"]: match for match in matches.iter_rows(named=True)}
    return [gem_coal_row(n, row, found[plant_name(row["plant"])], others) for n, row in units], matches


def gem_plants(units: Iterable[Row]) -> list[dict[str, object]]:
    """The plants of the units; their capacity as operating, operating and retired, and whole."""
    plants: dict[str, list[Row]] = {}
    for unit in units:
        plants.setdefault(plant_name(unit["plant"]), []).append(unit)
    states = ({"Operating"}, {"Operating", "Retired"}, set(GEM_STATUSES))
    return [
        {
            "facility_id": name,
            "name": name,
            "owner": rows[0]["parent"],
            "province_adcode": HENAN,
            "latitude": float(rows[0]["lat"]),
            "capacities": [fsum(float(r["capacity_mw"]) for r in rows if r["status"] in chosen) for chosen in states],
        }
        for name, rows in plants.items()
    ]


def located_plants(rows: Iterable[Row]) -> pl.DataFrame:
    """Rows of a facility table as `candidate_pairs` takes them."""
    return pl.DataFrame(
        [
            {
                "facility_id": row["facility_id"],
                "name": row["name_en"],
                "owner": row["owner"],
                "province_adcode": row["province_adcode"],
                "latitude": float(row["latitude"]),
                "capacities": [float(row["capacity"] or 0)],
            }
            for row in rows
        ]
    )


def gem_coal_row(number: int, row: Row, match: dict[str, object], others: dict[str, Row]) -> Row:
    """One unit, with the position of the plant that it is matched with, and the evidence or the reason."""
    return {
        "facility_id": f"gem-coal-{number:04d}",
        "name_en": f"{row['plant']} {row['unit']}",
        "adcode": HENAN,
        "province_adcode": HENAN,
        "location_basis": "published_place",
        "published_place": row["province"],
        "kind": "coal_unit",
        "fuel": "coal",
        "capacity": row["capacity_mw"],
        "capacity_unit": "MW",
        "capacity_of": "electric_power",
        "status": GEM_STATUSES[row["status"]],
        "owner": row["parent"],
        "source": "GEM Global Coal Plant Tracker, partial copy",
        "source_row": str(number),
        **matched_place(match, others),
    }


def matched_place(match: dict[str, object], others: dict[str, Row]) -> Row:
    """Position and county from the matched plant; the reason alone where the match is not taken."""
    note = f"{match['reason_zh']} / {match['reason_en']}"
    if match["decision"] != "accepted":
        return {"location_note": note}
    other = others[str(match["right_id"])]
    evidence = "; ".join(f"{kind} {match[kind]:.4g}" for kind in EVIDENCE if match[kind] is not None)
    return {
        "adcode": other["adcode"],
        "city_adcode": other["city_adcode"],
        "location_basis": "matched",
        "longitude": other["longitude"],
        "latitude": other["latitude"],
        "location_facility_id": other["facility_id"],
        "location_probability": f"{match['probability']:.4f}",
        "location_note": f"{note}; {evidence}",
    }


def gem_steel_rows(path: Path, counties: list[tuple[str, str, shapely.Geometry]]) -> Iterator[Row]:
    """Henan plants of the GEM iron and steel tracker; pig iron is the capacity where no crude steel is given."""
    for number, row in enumerate(read_rows(path), start=2):
        if row["prov_adcode"] != HENAN:
            continue
        steel = row["crude_steel_ttpa_num"]
        yield {
            "facility_id": f"gem-steel-{row['gem_plant_id']}",
            "name_zh": row["name_zh"],
            "name_en": row["name_en"],
            **place(row, counties),
            "province_adcode": HENAN,
            "published_place": f"{row['city']}; {row['address']}",
            "longitude": row["lon"],
            "latitude": row["lat"],
            "kind": "steel_plant",
            "capacity": steel or row["iron_ttpa_num"],
            "capacity_unit": "kt/year",
            "capacity_of": "crude_steel" if steel else "pig_iron",
            "status": row["status"],
            "commissioned_year": row["start"],
            "owner": row["owner_zh"] or row["owner"],
            "source": "GEM Global Iron and Steel Tracker 2025",
            "source_row": str(number),
        }


def write_air_quality(folder: Path, target: Path) -> None:
    """Henan rows of the hourly station file, in the declared columns; no row is dropped or mended."""
    frame = pl.read_parquet(folder / "six_provinces_station_hourly_20200402_08.parquet").rename(AIR_QUALITY_NAMES)
    henan = frame.filter(pl.col("adcode").str.starts_with("41"))
    henan.with_columns(
        pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%S"), pl.selectors.float().cast(pl.String).cast(pl.Float64)
    ).select(AIR_QUALITY_HOURLY.column_names).write_parquet(target, compression="zstd")


def write_population(folder: Path, target: Path) -> None:
    """The cells of the population grid in and around Henan: those whose centre lies in its box and a cell beyond."""
    frame = pl.read_parquet(folder / "worldpop_china_0p2deg.parquet")
    west, south, east, north = HENAN_BOX
    near = pl.col("lon").is_between(west, east) & pl.col("lat").is_between(south, north)
    frame.filter(near).select(
        pl.col("lon").alias("longitude"),
        pl.col("lat").alias("latitude"),
        pl.col("persons_per_km2").cast(pl.String).cast(pl.Float64),
    ).sort("longitude", "latitude").write_csv(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
