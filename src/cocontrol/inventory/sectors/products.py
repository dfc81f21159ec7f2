"""Products whose emission is amount × factor: which there are, where they belong and which factors they take.

The list is data (`data/products.csv`, `data/product_factors.csv`): a product more is a row more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import polars as pl

from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.text import Text

ANY_PROFILE = "*"
"""A factor that is taken where the document profile of the run has none of its own."""


@dataclass(frozen=True, slots=True)
class ProductLine:
    """One source category that the activity of a product feeds; most products have a single line (``-``).

    `includes_fuel`: the pollutant factors hold what the fuel of the kiln or furnace gives off, too.
    """

    sector_id: str
    product: str
    line: str
    category: str
    unit: str
    label: Text
    includes_fuel: bool


@dataclass(frozen=True, slots=True)
class FactorRoute:
    """Which factor a pollutant of a product takes under a document profile; no `factor_id`: none, and `reason` says why.

    Parts (stack, fugitive, vent …) of one product and pollutant add up; a device acts on those that are `removable`.
    `multiplier` is −1 for a carbon-bearing output that is deducted and 44/12 where the factor is carbon.
    """

    product: str
    line: str
    pollutant: str
    part: str
    document_profile: str
    factor_id: str | None
    multiplier: float
    removable: bool
    reason: Text | None


def _rows(name: str) -> list[dict[str, str | None]]:
    data = (files("cocontrol.inventory.sectors") / "data" / name).read_bytes()
    return pl.read_csv(data, infer_schema=False).to_dicts()


@lru_cache(maxsize=1)
def product_lines() -> tuple[ProductLine, ...]:
    """Every product with its lines, in the order of the list."""
    return tuple(
        ProductLine(
            str(row["sector_id"]),
            str(row["product"]),
            str(row["line"]),
            str(row["category"]),
            str(row["unit"]),
            Text(str(row["name_zh"]), str(row["name_en"])),
            row["includes_fuel"] == "true",
        )
        for row in _rows("products.csv")
    )


@lru_cache(maxsize=1)
def factor_routes() -> tuple[FactorRoute, ...]:
    """Every route from a product to a factor."""
    return tuple(_route(row) for row in _rows("product_factors.csv"))


def _route(row: dict[str, str | None]) -> FactorRoute:
    top, _, bottom = str(row["multiplier"]).partition("/")
    reason = Text(str(row["reason_zh"]), str(row["reason_en"])) if row["reason_zh"] else None
    return FactorRoute(
        str(row["product"]),
        str(row["line"]),
        str(row["pollutant"]),
        str(row["part"]),
        str(row["document_profile"]),
        row["factor_id"],
        float(top) / float(bottom or 1),
        row["removable"] == "true",
        reason,
    )


def lines_of(product: str) -> tuple[ProductLine, ...]:
    """The lines of a product; `NotFound` where there is no such product."""
    found = tuple(line for line in product_lines() if line.product == product)
    if not found:
        raise NotFound(Fault("product.unknown", Text("没有这个产品", "no such product"), value=product))
    return found


def sector_products(sector_id: str) -> dict[str, Text]:
    """Products of a sector with their names, as a table offers them for selection."""
    return {line.product: line.label for line in product_lines() if line.sector_id == sector_id}


def all_products() -> dict[str, Text]:
    """Products of every sector with their names."""
    return {line.product: line.label for line in product_lines()}


def routes_of(product: str, line: str, profile: str) -> Iterator[tuple[str, tuple[FactorRoute, ...]]]:
    """Pollutants of a product's line with the routes that apply under a document profile.

    Each part takes the route of the profile itself, else the one of any profile.
    """
    wanted = [r for r in factor_routes() if r.product == product and r.line == line]
    for pollutant in dict.fromkeys(route.pollutant for route in wanted):
        here = [r for r in wanted if r.pollutant == pollutant]
        own = [r for r in here if r.document_profile == profile]
        parts = {r.part for r in own}
        rest = [r for r in here if r.document_profile == ANY_PROFILE and r.part not in parts]
        if own or rest:
            yield pollutant, (*own, *rest)


def pollutants_of(sector_id: str) -> tuple[str, ...]:
    """Pollutants that the products of a sector may give off, each once."""
    products = sector_products(sector_id)
    return tuple(dict.fromkeys(r.pollutant for r in factor_routes() if r.product in products))


def categories_of(sector_id: str) -> tuple[str, ...]:
    """Source categories of a sector's products, each once."""
    return tuple(dict.fromkeys(line.category for line in product_lines() if line.sector_id == sector_id))


def pollutants_by_category(sector_id: str) -> dict[str, tuple[str, ...]]:
    """Which pollutants the products of each category of a sector may give off."""
    made: dict[str, dict[str, None]] = {}
    for line in product_lines():
        if line.sector_id == sector_id:
            here = [r.pollutant for r in factor_routes() if (r.product, r.line) == (line.product, line.line)]
            made.setdefault(line.category, {}).update(dict.fromkeys(here))
    return {category: tuple(pollutants) for category, pollutants in made.items()}
