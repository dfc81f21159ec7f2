"""What the map shows: facilities as points, counties with the number and capacity of plants in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from cocontrol.core.registers import FACILITY
from cocontrol.core.text import Text
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.boundaries import Boundary
from cocontrol_web.language import say
from cocontrol_web.rights import region_holds

POWER_KINDS = ("power_plant", "coal_unit")
METRICS: Mapping[str, tuple[Text, Text]] = {
    "facilities": (Text("设施数", "facilities"), Text("个", "count")),
    "power_mw": (Text("发电装机（WRI）", "power capacity (WRI)"), Text("兆瓦", "MW")),
    "coal_unit_mw": (Text("燃煤机组（GEM，部分）", "coal units (GEM, partial)"), Text("兆瓦", "MW")),
    "steel_kt": (Text("粗钢产能（GEM）", "crude steel capacity (GEM)"), Text("千吨/年", "kt/year")),
}
"""What the areas can be coloured by: key → (name, unit). Sources are never added to one another."""


def facility_points(facilities: pl.DataFrame, base_url: str) -> dict[str, Any]:
    """Facilities with coordinates as a GeoJSON feature collection, labels in the active language."""
    located = facilities.drop_nulls(["longitude", "latitude"])
    return {
        "type": "FeatureCollection",
        "features": [_point(row, base_url) for row in located.iter_rows(named=True)],
    }


def _point(row: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]},
        "properties": {
            "facility_id": row["facility_id"],
            "name": facility_name(row),
            "kind": row["kind"],
            "kind_name": allowed_label("kind", row["kind"]),
            "fuel": row.get("fuel"),
            "fuel_name": allowed_label("fuel", row.get("fuel")),
            "capacity": row.get("capacity"),
            "capacity_unit": row.get("capacity_unit"),
            "status": row.get("status"),
            "status_name": allowed_label("status", row.get("status")),
            "owner": row.get("owner"),
            "commissioned_year": row.get("commissioned_year"),
            "source": row.get("source"),
            "synthetic": False,
            "url": f"{base_url}?f.facility_id={row['facility_id']}",
        },
    }


def facility_name(row: Mapping[str, Any]) -> str:
    """The name of a facility in the active language, else in the other, else its id."""
    first, second = ("name_zh", "name_en") if say(Text("zh", "en")) == "zh" else ("name_en", "name_zh")
    return str(row.get(first) or row.get(second) or row["facility_id"])


def allowed_label(column: str, code: str | None) -> str:
    """The label of a code of the facility table; the code itself where it is not declared."""
    label = FACILITY.column(column).allowed.get(code or "")
    return say(label) if label else (code or "")


def area_metrics(facilities: pl.DataFrame, areas: Iterable[Boundary]) -> dict[str, dict[str, float | None]]:
    """For each area the value of each metric; None where the data names no facility of that kind there.

    A plant that is known only to a wider region than the area counts in none of its parts.
    """
    rows = list(facilities.select("adcode", "kind", "capacity").iter_rows(named=True))
    return {area.adcode: _metrics([r for r in rows if region_holds(area.adcode, r["adcode"])]) for area in areas}


def _metrics(rows: list[dict[str, Any]]) -> dict[str, float | None]:
    return {
        "facilities": float(len(rows)) if rows else None,
        "power_mw": _capacity(rows, "power_plant"),
        "coal_unit_mw": _capacity(rows, "coal_unit"),
        "steel_kt": _capacity(rows, "steel_plant"),
    }


def _capacity(rows: Iterable[Mapping[str, Any]], kind: str) -> float | None:
    capacities = [row["capacity"] for row in rows if row["kind"] == kind and row["capacity"] is not None]
    return float(sum(capacities)) if capacities else None


def area_collection(
    areas: Iterable[Boundary], metrics: Mapping[str, Mapping[str, float | None]], base_url: str
) -> dict[str, Any]:
    """The areas as a GeoJSON feature collection with their metrics and a link that chooses the area."""
    return {
        "type": "FeatureCollection",
        "features": [
            area.feature(**dict(metrics.get(area.adcode, {})), **_area_words(area, base_url)) for area in areas
        ],
    }


def _area_words(area: Boundary, base_url: str) -> dict[str, Any]:
    """The name in the active language where the code is known, and the link that chooses the area."""
    if not area.adcode:
        return {}
    known = labels.region(area.adcode)
    name = area.name if known.zh == area.adcode else say(known)
    return {"name": name, "url": f"{base_url}?region={area.adcode}"}
