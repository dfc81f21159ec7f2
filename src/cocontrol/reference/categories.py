"""Source categories: IPCC 2006 codes, our own sub-codes, and the crosswalk to the two Chinese class lists."""

from __future__ import annotations

from functools import lru_cache
from typing import TypedDict, cast

import polars as pl

from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.text import Text
from cocontrol.reference._data import read_text_table


class Category(TypedDict):
    """One row of `categories`."""

    category: str
    ipcc_2006_code: str | None
    name_zh: str
    name_en: str
    parent: str | None
    is_ours: bool
    ipcc_sector: str | None
    class_8: str | None
    class_10: str | None
    air_sector: str | None
    sort_order: int


@lru_cache(maxsize=1)
def categories() -> pl.DataFrame:
    """The source categories, keyed `category`, in printed order.

    `ipcc_2006_code` is the IPCC code that holds the category (its own, or that of the parent where
    `is_ours`). `parent` gives the tree. `ipcc_sector` is the sector of the IPCC combustion tables,
    `air_sector` that of the T/CSES 144-2024 tables; null where they do not apply. `class_8` is the
    T/CSES 144-2024 class, `class_10` that of the older handbook.
    """
    return read_text_table("source_categories.csv").with_columns(
        (pl.col("is_ours") == "true").alias("is_ours"), pl.col("sort_order").cast(pl.Int32)
    )


@lru_cache(maxsize=1)
def _rows() -> dict[str, Category]:
    return {row["category"]: cast("Category", row) for row in categories().iter_rows(named=True)}


def category(code: str) -> Category:
    """The row of a category; `NotFound` lists the codes."""
    if code not in _rows():
        raise NotFound(
            Fault(
                "category.unknown",
                Text("没有这个排放源类别", "no such source category"),
                value=code,
                allowed=Text("现有：{k}", "there are: {k}").format(k=", ".join(_rows())),
            )
        )
    return _rows()[code]


def category_name(code: str) -> Text:
    """The name of a category in both languages; `NotFound` lists the codes."""
    row = category(code)
    return Text(row["name_zh"], row["name_en"])


def ancestors(code: str) -> tuple[str, ...]:
    """The categories above, nearest first."""
    above: list[str] = []
    parent = category(code)["parent"]
    while parent is not None:
        above.append(parent)
        parent = category(parent)["parent"]
    return tuple(above)
