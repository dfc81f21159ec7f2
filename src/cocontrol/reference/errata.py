"""Errata: known slips and anomalies of the sources, what is printed and what is used instead."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from cocontrol.reference._data import read_text_table

DECISIONS = ("corrected", "flagged", "kept", "no_value")
"""``corrected``: another value is used. ``flagged``: used only when confirmed (`accept_flagged`).
``kept``: used as printed, and the doubt is known. ``no_value``: the print gives no usable value."""


@lru_cache(maxsize=1)
def errata() -> pl.DataFrame:
    """Every known slip, keyed `erratum_id`.

    `place` is the document with table or equation; `factor_ids` the factors it touches, separated by
    blanks (a ``*`` ends a prefix; null = no factor of ours); `printed` what stands there; `used` what
    we use; `decision` one of `DECISIONS`; `reason_zh`, `reason_en`; `source` of the finding; `status`.
    """
    return read_text_table("errata.csv")


def errata_of(factor_id: str) -> pl.DataFrame:
    """The errata that touch a factor; empty where there is none."""
    hits = [row["erratum_id"] for row in errata().iter_rows(named=True) if _touches(row["factor_ids"] or "", factor_id)]
    return errata().filter(pl.col("erratum_id").is_in(hits))


def _touches(listed: str, factor_id: str) -> bool:
    return any(
        factor_id.startswith(entry[:-1]) if entry.endswith("*") else factor_id == entry for entry in listed.split()
    )
