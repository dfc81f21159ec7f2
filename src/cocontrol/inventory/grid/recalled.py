"""What of a gridded file rests on recalled shares: of species, of layers, of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import polars as pl

from cocontrol.core.provenance import Status
from cocontrol.inventory.grid.service import Gridded
from cocontrol.inventory.grid.sources import UNCLASSED
from cocontrol.inventory.grid.temporal import TimeAxis
from cocontrol.inventory.grid.vertical import vertical_profiles
from cocontrol.reference.temporal_profiles import has_temporal_profile, temporal_profile

Period = Literal["month", "weekday", "hour"]

_PERIODS: dict[str, tuple[Period, ...]] = {"year": (), "month": ("month",), "hour": ("month", "weekday", "hour")}
"""Tables of time that an axis of each frequency uses."""


def recalled_shares(
    result: Gridded, axis: TimeAxis, *, layer_tops: Sequence[float] = (), species: pl.DataFrame | None = None
) -> dict[str, list[str]]:
    """Steps of the gridding that use shares of status ``recalled``, each with whom it touches; a step without is left out.

    ``speciation``: species; ``vertical``: classes put into layers; ``temporal``: classes spread over time.
    A table of species that the user gives has no `status`: it is theirs, not recalled.
    """
    classes = [name for name in result.classes if name != UNCLASSED and _has_mass(result, name)]
    found = {
        "speciation": _species(species, {*classes, "*"}),
        "vertical": _of_recalled(vertical_profiles(), "temporal_class", classes) if len(layer_tops) else [],
        "temporal": [name for name in classes if _recalled_in_time(name, axis, result.province)],
    }
    return {step: names for step, names in found.items() if names}


def _has_mass(result: Gridded, class_name: str) -> bool:
    return bool(result.mass[result.classes.index(class_name)].any())


def _species(table: pl.DataFrame | None, classes: Iterable[str]) -> list[str]:
    if table is None or "status" not in table.columns:
        return []
    rows = table.filter(pl.col("temporal_class").is_in(list(classes)) & (pl.col("status") == Status.RECALLED.value))
    return rows["species"].unique(maintain_order=True).to_list()


def _of_recalled(table: pl.DataFrame, column: str, names: Iterable[str]) -> list[str]:
    weak = set(table.filter(pl.col("status") == Status.RECALLED.value)[column])
    return [name for name in names if name in weak]


def _recalled_in_time(class_name: str, axis: TimeAxis, province: str | None) -> bool:
    used = [p for p in _PERIODS[axis.frequency] if has_temporal_profile(p, class_name, province)]
    return any(temporal_profile(p, class_name, province).status == Status.RECALLED.value for p in used)
