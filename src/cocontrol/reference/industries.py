"""Industries of the national economy: GB/T 4754-2017."""

from __future__ import annotations

from functools import lru_cache
from typing import TypedDict, cast

import polars as pl

from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.text import Text
from cocontrol.reference._data import read_text_table

LEVELS = ("section", "division", "group", "class")


class Industry(TypedDict):
    """One row of `industries`."""

    industry_code: str
    name_zh: str
    level: str
    parent: str | None
    section: str


@lru_cache(maxsize=1)
def industries() -> pl.DataFrame:
    """The industries, keyed `industry_code`: `name_zh`, `level` (`LEVELS`), `parent`, `section` (letter).

    The list holds 1,381 classes where the printed standard says 1,380 (see `errata`).
    """
    return read_text_table("industries.csv")


@lru_cache(maxsize=1)
def _rows() -> dict[str, Industry]:
    return {row["industry_code"]: cast("Industry", row) for row in industries().iter_rows(named=True)}


def industry(code: str) -> Industry:
    """The row of an industry; a class may carry its letter (``D4411``).

    Raises
    ------
    NotFound
        No such code, or the letter is not the section of the digits.
    """
    text = code.strip().upper()
    letter, digits = (text[0], text[1:]) if len(text) > 1 and text[0].isalpha() else ("", text)
    row = _rows().get(digits)
    if row is None or (letter and row["section"] != letter):
        near = [known for known in _rows() if len(digits) > 1 and known.startswith(digits[:2])][:12]
        raise NotFound(
            Fault(
                "industry.unknown",
                Text("没有这个行业代码", "no such industry code"),
                value=code,
                allowed=Text("相近：{k}", "near it: {k}").format(k=", ".join(near) or "A–T"),
                remedy=Text("按 GB/T 4754-2017 填写四位小类代码", "give the four digits of GB/T 4754-2017"),
            )
        )
    return row


def name(code: str) -> str:
    """The Chinese name of an industry; raises as `industry`."""
    return industry(code)["name_zh"]
