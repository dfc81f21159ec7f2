"""Whether a base year and the years after it were made alike: method, factors, GWP set, completeness."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import polars as pl

from cocontrol.core.errors import Level
from cocontrol.core.text import Text
from cocontrol.inventory.findings import Finding, finding_table

RULE = "series.base_year"

ALIKE: dict[str, Text] = {
    "document_profile": Text("文件口径", "document profile"),
    "gwp_set": Text("GWP 口径", "GWP set"),
    "method": Text("方法", "method"),
    "boundary": Text("边界", "boundary"),
    "parameter_version": Text("参数版本", "parameter version"),
}
"""Columns that have to hold one value over the years of a series, where the table has them."""


def check_base_year(
    table: pl.DataFrame, *, base_year: int, keys: Sequence[str] = ("category", "pollutant"), jump: float = 0.5
) -> pl.DataFrame:
    """What makes the base year unfit to compare with the others: table ``finding``.

    A series without base year; a series that the base year has and later years lack, or the reverse; a
    column of `ALIKE` that differs from the base year; a step of more than `jump` (a share) from one year to
    the next where such a column changes at the same time (a break in method, not in emissions).
    Source: IPCC 2006 Guidelines, Vol. 1, Ch. 5, section 5.2 (recalculation and consistency).

    Parameters
    ----------
    table : keyed (`keys`…, `year`), with `value` (t, null = not estimated) and any of the columns of `ALIKE`.
    """
    findings: list[Finding] = []
    groups = table.sort("year").partition_by(*keys, as_dict=True, maintain_order=True)
    for key, series in groups.items():
        name = " ".join(map(str, key))
        findings += _coverage(name, series, base_year)
        findings += _differences(name, series, base_year)
        findings += _breaks(name, series, jump)
    return finding_table(findings)


def _coverage(name: str, series: pl.DataFrame, base_year: int) -> Iterator[Finding]:
    known = set(series.drop_nulls("value")["year"].to_list())
    others = set(series["year"].to_list()) - {base_year}
    if base_year not in known and known:
        message = Text(
            "基准年 {b} 没有数值，其后有 {n} 年", "the base year {b} has no value, {n} other years have"
        ).format(b=base_year, n=len(known))
        yield _finding("absent", Level.HIGH, name, message)
    elif base_year in known and others and not known & others:
        message = Text("只有基准年有数值", "only the base year has a value")
        yield _finding("alone", Level.MEDIUM, name, message)


def _differences(name: str, series: pl.DataFrame, base_year: int) -> Iterator[Finding]:
    base = series.filter(pl.col("year") == base_year).to_dicts()
    if not base:
        return
    for column, label in ALIKE.items():
        if column not in series.columns:
            continue
        unlike = series.filter(pl.col(column).ne_missing(pl.lit(base[0][column])))
        if unlike.height:
            years = ", ".join(map(str, unlike["year"].to_list()))
            message = Text(
                "{l}与基准年不同的年份：{y}（基准年 {v}）", "{l} differs from the base year in {y} (base year {v})"
            ).format(l=label, y=years, v=base[0][column] or "–")
            yield _finding(column, Level.HIGH, name, message)


def _breaks(name: str, series: pl.DataFrame, jump: float) -> Iterator[Finding]:
    columns = [column for column in ALIKE if column in series.columns]
    rows = series.drop_nulls("value").to_dicts()
    for before, after in pairwise(rows):
        changed = [column for column in columns if before[column] != after[column]]
        if changed and before["value"] and abs(after["value"] / before["value"] - 1) > jump:
            yield _break(name, before, after, changed)


def _break(name: str, before: dict[str, Any], after: dict[str, Any], changed: list[str]) -> Finding:
    what = Text("、".join(ALIKE[c].zh for c in changed), ", ".join(ALIKE[c].en for c in changed))
    message = Text(
        "{a} 至 {b} 年跳变与{w}变化同时出现：须用重叠法拼接或重算",
        "the step from {a} to {b} comes with a change of {w}: splice by overlap or recalculate",
    ).format(a=before["year"], b=after["year"], w=what)
    return Finding(f"{RULE}.break", Level.HIGH, name, before["value"], after["value"], "t", message, ())


def _finding(kind: str, level: Level, name: str, message: Text) -> Finding:
    return Finding(f"{RULE}.{kind}", level, name, None, None, "t", message, ())
