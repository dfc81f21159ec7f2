"""Where are the plants? The map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from cocontrol_web.analysis.boundaries import ATTRIBUTION, Boundary, boundaries_of
from cocontrol_web.analysis.mapping import METRICS, allowed_label, area_collection, area_metrics, facility_name
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.regions import RegionChoice, rows_of_region
from cocontrol_web.analysis.store import optional_table
from cocontrol_web.charts.svg import outline_map
from cocontrol_web.language import say
from cocontrol_web.registry.models import Workspace
from cocontrol_web.rights import Permission, Person, needs, region_holds, visible_rows
from cocontrol_web.scene import scene_of

FACILITIES = "facility"


@require_safe
@needs(Permission.VIEW)
def map_page(request: HttpRequest) -> HttpResponse:
    """Areas coloured by what stands in them, the plants themselves, and the same as tables."""
    scene = scene_of(request)
    if scene.record is None or scene.workspace is None or scene.region is None:
        return render(request, "analysis/no_run.html")
    plants = facilities_of(scene.person, scene.record)
    if plants is None:
        return render(request, "analysis/no_facilities.html")
    inside = rows_of_region(plants, scene.region.chosen.adcode)
    areas = areas_below(scene.workspace, scene.region)
    metrics = area_metrics(inside, areas)
    told = [key for key in METRICS if any(values[key] is not None for values in metrics.values())] or ["facilities"]
    metric = request.GET.get("metric", "")
    metric = metric if metric in told else told[0]
    collection = area_collection(areas, metrics, reverse("map"))
    located = inside.drop_nulls(["longitude", "latitude"])
    return render(
        request,
        "analysis/map.html",
        {
            "metric": metric,
            "metrics": [(key, *map(say, METRICS[key])) for key in told],
            "config": map_config(scene.workspace, scene.record, scene.region, metric, told),
            "svg": outline_map(collection["features"], metric, located.select("longitude", "latitude").rows(), say(METRICS[metric][0])),
            "areas": [(area, metrics[area.adcode]) for area in areas if area.adcode],
            "plants": [{**row, "name": facility_name(row)} for row in inside.iter_rows(named=True)],
            "unlocated": inside.height - located.height,
            "matched": inside.filter(pl.col("location_basis") == "matched").height,
            "kinds": [(kind, allowed_label("kind", kind)) for kind in plants["kind"].unique().sort().to_list()],
        },
    )  # fmt: skip


def facilities_of(person: Person, record: RunRecord) -> pl.DataFrame | None:
    """The facilities of the run that the person may see; None where the run holds none."""
    frame = optional_table(record, FACILITIES)
    return None if frame is None else visible_rows(person, FACILITIES, frame)


def areas_below(workspace: Workspace, region: RegionChoice) -> list[Boundary]:
    """The areas right below the chosen region; the region itself where it has none below."""
    boundaries = boundaries_of(workspace.folder)
    below = [b for b in boundaries if b.parent == region.chosen.adcode]
    return below or [b for b in boundaries if b.adcode == region.chosen.adcode]


def areas_of_level(workspace: Workspace, parent: str, level: str) -> list[Boundary]:
    """Every area of a level inside `parent`; a directly administered county also counts as a city area."""
    boundaries = [b for b in boundaries_of(workspace.folder) if b.adcode and region_holds(parent, b.adcode)]
    if level == "city":
        return [b for b in boundaries if b.level == "city" or (b.level == "county" and b.parent.endswith("0000"))]
    return [b for b in boundaries if b.level == level]


def map_config(
    workspace: Workspace, record: RunRecord, region: RegionChoice, metric: str, told: Sequence[str]
) -> dict[str, Any]:
    """What the map module is told: where boundaries and plants are, what to colour by, where to look."""
    root = workspace.region
    run = {"run": record.run_id}

    def areas(level: str) -> str:
        return f"{reverse('api:boundaries')}?{urlencode({**run, 'parent': root, 'level': level})}"

    fill = "cities" if region.is_root else "counties"
    return {
        "boundaries": [
            {"id": "cities", "src": areas("city")},
            {"id": "counties", "src": areas("county"), **({"minzoom": 7} if region.is_root else {})},
        ],
        "fill": fill,
        "metrics": [{"key": key, "name": say(name), "unit": say(unit), "precision": 0} for key in told for name, unit in [METRICS[key]]],
        "metric": metric,
        "points": f"{reverse('api:facilities')}?{urlencode({**run, 'region': region.chosen.adcode})}",
        "focus": region.chosen.adcode,
        "attribution": say(ATTRIBUTION),
    }  # fmt: skip
