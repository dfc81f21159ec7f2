"""A scenario to begin with from an inventory: its base year as sectors and fuels, and a growth of nothing to be filled in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.reference import categories

UNITS = {"CO2": ("Mt/yr", 1e6)}
"""Unit of a series and tonnes in it; what is not named comes in kt."""

SMALL = ("kt/yr", 1e3)

ACTIVITY = 100.0
"""Activity of every sector in the base year: an index."""


COVERED = 0.9
"""Least share of the activity (unit by unit) that must have a value of a pollutant."""


@dataclass(frozen=True, slots=True)
class Start:
    """The text of a scenario file, and what had to be left out of it."""

    text: str
    remarks: tuple[Text, ...]


def starting_scenario(
    emission: pl.DataFrame, *, period: str, name: str, region: str, region_code: str, source: str, end_year: int = 2060,
    pollutants: Sequence[str] = ("CO2", "SO2", "NOx", "PM25"),
) -> Start:  # fmt: skip
    """The scenario whose base year is one year of an emission table (`cell_id, category, fuel, amount, unit`, tonnes).

    Each source category becomes a sector with an activity of 100; energy (TJ) gives intensity and shares of its
    fuels, emission / energy the factors; what has no energy is a sector of its own with emission / 100 as factor.
    Factors hold what the inventory says after removal. A pollutant whose values cover less than `COVERED` of the
    activity is left out, and what lacks a value has no factor: both are told, missing is not zero. Electricity is counted where it is generated.

    Raises
    ------
    InvalidInput
        The period is no year or has no cells, or no pollutant is complete enough.
    """
    rows = emission.filter((pl.col("period") == period) & pl.col("amount").is_not_null() & (pl.col("amount") > 0))
    covered = {p: _covered(rows, p) for p in pollutants if p in rows.columns}
    kept = [p for p, share in covered.items() if share >= COVERED]
    if not period.isdigit() or not kept:
        raise InvalidInput(
            Fault(
                "start.nothing",
                Text("该年清单没有足够完整的物质", "no substance of the inventory is complete enough in that year"),
                value=f"{period}: " + ", ".join(f"{p} {share:.0%}" for p, share in covered.items()),
                allowed=Text("覆盖至少 {c} 的活动量", "at least {c} of the activity covered").format(
                    c=f"{COVERED:.0%}"
                ),
            )
        )
    remarks = [_covered_words(p, share, kept=p in kept) for p, share in covered.items() if share < 1]
    head = _head(name, region, region_code, source, int(period), end_year, kept, remarks)
    parts = [line for group in _groups(rows, kept, max(end_year, int(period) + 1)) for line in group]
    return Start("\n".join([*head, *parts, ""]), tuple(remarks))


def _covered(rows: pl.DataFrame, pollutant: str) -> float:
    """The least share of the activity, over its units, that has a value of the pollutant."""
    shares = rows.group_by("unit").agg(
        (pl.col("amount").filter(pl.col(pollutant).is_not_null()).sum() / pl.col("amount").sum()).alias("share")
    )
    least = shares["share"].min()
    return float(least) if isinstance(least, float) else 0.0


def _covered_words(pollutant: str, share: float, *, kept: bool) -> Text:
    lacking = f"{1 - share:.1%}"
    if kept:
        return Text(
            "{p}：{s} 的活动量在清单中没有数值，未计入",
            "{p}: {s} of the activity has no value in the inventory and is not counted",
        ).format(p=pollutant, s=lacking)
    return Text(
        "{p}：{s} 的活动量在清单中没有数值，未放入情景",
        "{p}: {s} of the activity has no value in the inventory; left out of the scenario",
    ).format(p=pollutant, s=lacking)


def _head(
    name: str, region: str, code: str, source: str, base: int, end: int, pollutants: Sequence[str], remarks: list[Text]
) -> Iterator[str]:
    yield "# 由清单生成：基年数值来自运行结果，未来的增速（0）须自行填写。"
    yield "# Made from an inventory: the base year is that of the run; future growth (0) is to be filled in."
    yield from (f"# {remark.zh} / {remark.en}" for remark in remarks)
    units = ", ".join(f"{_quoted(p)} = {_quoted(UNITS.get(p, SMALL)[0])}" for p in pollutants)
    yield from (
        "",
        "[scenario]",
        f"name = {_quoted(name)}",
        f"region = {_quoted(region)}",
        f"region_code = {_quoted(code)}",
    )
    yield from (
        f"base_year = {base}",
        f"end_year = {max(end, base + 1)}",
        f"units = {{{units}}}",
        f"source = {_quoted(source)}",
    )


def _groups(rows: pl.DataFrame, pollutants: Sequence[str], end: int) -> Iterator[list[str]]:
    """One sector per category and kind (energy or not), largest first."""
    kinds = rows.with_columns((pl.col("unit") == "TJ").alias("energy"))
    first = pollutants[0]
    sizes = kinds.group_by("category", "energy").agg(pl.col(first).sum()).sort(first, descending=True)
    base = int(rows["period"][0])
    for category, energy, _size in sizes.iter_rows():
        part = kinds.filter((pl.col("category") == category) & (pl.col("energy") == energy))
        yield _sector(category, part, pollutants, (base, end), energy=energy)


def _sector(
    category: str, part: pl.DataFrame, pollutants: Sequence[str], years: tuple[int, int], *, energy: bool
) -> list[str]:
    base, end = years
    name = categories.category_name(category)
    sector = category if energy else f"{category}-process"
    amount = float(part["amount"].sum()) if energy else ACTIVITY
    titles = (name.zh, name.en) if energy else (f"{name.zh}（非燃烧）", f"{name.en} (not combustion)")
    lines = [
        "",
        "[[sector]]",
        f"id = {_quoted(sector)}",
        f"title_zh = {_quoted(titles[0])}",
        f"title_en = {_quoted(titles[1])}",
    ]
    lines += [
        f"activity = {ACTIVITY:g}",
        f"activity_unit = {_quoted(f'{base} = 100')}",
        f"intensity = {amount / ACTIVITY!r}",
    ]
    fuels = _fuels(part, pollutants, amount, energy=energy)
    balance = max(fuels, key=lambda fuel: fuel[1])[0]
    lines += [f"balance = {_quoted(balance)}", "fuel = ["]
    for fuel, share, factors in fuels:
        words = ", ".join(f"{_quoted(p)} = {value!r}" for p, value in factors.items())
        lines.append(f"  {{id = {_quoted(fuel)}, {_titles(fuel)}share = {share!r}, factors = {{{words}}}}},")
    growth = [
        "[[change]]",
        f"sector = {_quoted(sector)}",
        'variable = "activity"',
        f"from = {base + 1}",
        f"to = {end}",
        "value = 0",
    ]
    return [*lines, "]", "", *growth]


def _fuels(
    part: pl.DataFrame, pollutants: Sequence[str], amount: float, *, energy: bool
) -> list[tuple[str, float, dict[str, float]]]:
    """Every fuel with its share of the energy and its factors, units of the series per unit of energy."""
    if not energy:
        totals = {p: float(part[p].sum()) / UNITS.get(p, SMALL)[1] / amount for p in pollutants}
        return [("process", 1.0, totals)]
    sums = part.group_by(pl.col("fuel").fill_null("other"), maintain_order=True).agg(
        pl.col("amount").sum(), *(_known_sum(p) for p in pollutants)
    )
    return [
        (
            row["fuel"],
            row["amount"] / amount,
            {p: row[p] / UNITS.get(p, SMALL)[1] / row["amount"] for p in pollutants if row[p] is not None},
        )
        for row in sums.sort("amount", descending=True).iter_rows(named=True)
    ]


_TITLES = {"process": ("工艺过程", "process"), "other": ("其他", "other")}
"""What stands for a fuel where an emission has none; all others are named by their code."""


def _titles(fuel: str) -> str:
    zh, en = _TITLES.get(fuel, ("", ""))
    return f"title_zh = {_quoted(zh)}, title_en = {_quoted(en)}, " if zh else ""


def _known_sum(pollutant: str) -> pl.Expr:
    """The sum of the values there are; null where there is none."""
    return pl.when(pl.col(pollutant).count() > 0).then(pl.col(pollutant).sum()).alias(pollutant)


def _quoted(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False)
