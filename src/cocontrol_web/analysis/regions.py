"""The region switch: the regions of a workspace as a tree, and the rows of a table that belong to one."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from cocontrol.core.parameters import NATIONAL
from cocontrol_web.analysis.boundaries import Boundary, boundaries_of
from cocontrol_web.registry.models import Workspace
from cocontrol_web.rights import region_holds


@dataclass(frozen=True, slots=True)
class Place:
    """A region that can be chosen."""

    adcode: str
    name: str
    level: str
    parent: str


@dataclass(frozen=True, slots=True)
class RegionChoice:
    """What the switch offers: the chosen region, the way down to it, and what may be chosen next.

    `cities` are the regions right below the workspace's own; `counties` those below the chosen city.
    """

    chosen: Place
    trail: tuple[Place, ...]
    cities: tuple[Place, ...]
    counties: tuple[Place, ...]

    @property
    def is_root(self) -> bool:
        """Whether the whole area of the workspace is chosen."""
        return len(self.trail) == 1


def region_choice(workspace: Workspace, adcode: str | None) -> RegionChoice:
    """The switch of `workspace` with `adcode` chosen; an unknown code means the whole area."""
    root = Place(
        workspace.region, workspace.title_zh, "province" if workspace.region.endswith("0000") else "city", NATIONAL
    )
    places = {b.adcode: _place(b) for b in boundaries_of(workspace.folder) if region_holds(root.adcode, b.adcode)}
    places.setdefault(root.adcode, root)
    chosen = places.get(adcode or "", places[root.adcode])
    trail = _trail(chosen, places, root.adcode)
    below = [p for p in places.values() if p.parent == root.adcode]
    opened = trail[1] if len(trail) > 1 else None
    return RegionChoice(
        chosen,
        trail,
        tuple(sorted(below, key=lambda p: p.adcode)),
        tuple(sorted((p for p in places.values() if opened and p.parent == opened.adcode), key=lambda p: p.adcode)),
    )


def _place(boundary: Boundary) -> Place:
    return Place(boundary.adcode, boundary.name, boundary.level, boundary.parent)


def _trail(chosen: Place, places: dict[str, Place], root: str) -> tuple[Place, ...]:
    trail = [chosen]
    while trail[0].adcode != root and trail[0].parent in places:
        trail.insert(0, places[trail[0].parent])
    return tuple(trail)


def rows_of_region(frame: pl.DataFrame, adcode: str) -> pl.DataFrame:
    """The rows whose ``adcode`` is the region or lies inside it; the frame as it is where it has none."""
    if "adcode" not in frame.columns or adcode == NATIONAL:
        return frame
    inside = [code for code in frame["adcode"].drop_nulls().unique().to_list() if region_holds(adcode, code)]
    return frame.filter(pl.col("adcode").is_in(inside))


def has_regional_rows(frame: pl.DataFrame, root: str) -> bool:
    """Whether the table knows regions inside `root`, so that choosing one of them makes sense."""
    if "adcode" not in frame.columns:
        return False
    codes = frame["adcode"].drop_nulls().unique().to_list()
    return any(code != root and region_holds(root, code) for code in codes)
