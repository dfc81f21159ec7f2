"""The code of a place that a plan names."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from cocontrol.reference import regions


@lru_cache(maxsize=1)
def _codes() -> dict[str, list[str]]:
    """Adcodes by name, and by the name of the province or city before it; places in force today only."""
    rows = regions.regions().filter(pl.col("valid_to").is_null()).select("adcode", "name_zh", "level").rows()
    made: dict[str, list[str]] = {}
    for adcode, name, level in rows:
        if level in {"province", "city", "county"}:
            above = [regions.name(code) for code in regions.ancestors(adcode)]
            for written in {name, *(f"{one}{name}" for one in above)}:
                made.setdefault(written, []).append(adcode)
    return made


def region_code(name: str | None) -> str | None:
    """The adcode of the one place of that name (濮阳市, 重庆市黔江区); None where there is none or several."""
    found = _codes().get(name or "", [])
    return found[0] if len(found) == 1 else None
