"""Source categories: IPCC 2006 codes, our own sub-codes, and the crosswalk to the two Chinese class lists, NFR and GNFR."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TypedDict, cast

import polars as pl

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput, NotFound
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
    nfr: str | None
    gnfr: str | None
    sort_order: int


@lru_cache(maxsize=1)
def categories() -> pl.DataFrame:
    """The source categories, keyed `category`, in printed order.

    `ipcc_2006_code` is the IPCC code that holds the category (its own, or that of the parent where
    `is_ours`). `parent` gives the tree. `ipcc_sector` is the sector of the IPCC combustion tables,
    `air_sector` that of the T/CSES 144-2024 tables; null where they do not apply. `class_8` is the
    T/CSES 144-2024 class, `class_10` that of the older handbook. `nfr` (CLRTAP reporting templates, EMEP/EEA Guidebook) and
    `gnfr` list every code that a category may fall under, joined by ``;``.
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


CLASSIFICATIONS: Mapping[str, str] = {
    "ipcc": "ipcc_2006_code",
    "class_8": "class_8",
    "class_10": "class_10",
    "nfr": "nfr",
    "gnfr": "gnfr",
}
"""Classifications to which `crosswalk` leads, and the column of `categories` that holds each."""

UNMAPPED = "unmapped"
"""Where `crosswalk` puts what the other classification has no class for, so that no mass is lost."""


def codes_in(code: str, to: str) -> tuple[str, ...]:
    """The classes of classification `to` that a category may fall under; empty where it has none.

    Raises
    ------
    NotFound
        No such category or classification; the message lists them.
    """
    if to not in CLASSIFICATIONS:
        raise NotFound(
            Fault(
                "category.classification_unknown",
                Text("没有这个源分类体系", "no such source classification"),
                value=to,
                allowed=Text("现有：{k}", "there are: {k}").format(k=", ".join(CLASSIFICATIONS)),
            )
        )
    listed = dict(category(code))[CLASSIFICATIONS[to]]
    return tuple(str(listed).split(";")) if listed else ()


def crosswalk(frame: pl.DataFrame, to: str, *, confirm_lossy: bool = False) -> pl.DataFrame:
    """The table in the classes of another classification: the column `category` holds their codes, rows of one class are summed.

    Every category of the table must have exactly one class in `to`. One that may fall under several cannot be split without
    knowing the shares, and one without a class would vanish; both are refused unless `confirm_lossy`. Then the former stands
    under the joint code (``2D3a+2D3d``) and the latter under ``unmapped``: no mass is divided by guess and none is lost.

    Parameters
    ----------
    frame : table with a text column `category`; further text columns are kept as keys, floating-point columns are summed
    to : one of `CLASSIFICATIONS`
    confirm_lossy : accept mappings that are not one class for each category

    Returns
    -------
    Table with the text columns of `frame` and the sums; a sum is null only where every part is null.

    Raises
    ------
    NotFound
        No such classification or category.
    InvalidInput
        Lossy mappings not confirmed; every category is listed with its candidates.
    """
    wanted = frame["category"].unique().sort().to_list()
    targets = {code: codes_in(code, to) for code in wanted}
    if not confirm_lossy:
        _refuse_lossy(targets, to)
    names = {code: "+".join(found) or UNMAPPED for code, found in targets.items()}
    amounts = [name for name, kind in frame.schema.items() if kind.is_float()]
    keys = [name for name in frame.columns if name not in amounts]
    mapped = frame.with_columns(pl.col("category").replace_strict(names, return_dtype=pl.String))
    sums = [pl.when(pl.col(c).is_not_null().any()).then(pl.col(c).sum()).alias(c) for c in amounts]
    return mapped.group_by(keys, maintain_order=True).agg(sums).select(frame.columns)


def _refuse_lossy(targets: Mapping[str, tuple[str, ...]], to: str) -> None:
    faults = FaultCollector()
    for code, found in targets.items():
        if len(found) != 1:
            several = Text("{c} 在 {t} 中对应多个类别", "{c} falls under several classes of {t}")
            none = Text("{c} 在 {t} 中没有对应类别", "{c} has no class in {t}")
            faults.add(
                Fault(
                    "category.lossy_mapping",
                    (several if found else none).format(c=code, t=to),
                    value=code,
                    allowed=Text("{k}", "{k}").format(k=", ".join(found) or "-"),
                    remedy=Text(
                        "使用更细的源类别，或确认有损映射（confirm_lossy）",
                        "use finer categories, or confirm the lossy mapping (confirm_lossy)",
                    ),
                )
            )
    faults.raise_if_any(InvalidInput)
