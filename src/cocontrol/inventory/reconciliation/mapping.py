"""From their sectors and our categories to groups that both can fill; what is merged for that is said."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import polars as pl

from cocontrol.core.text import Text
from cocontrol.reference.categories import categories


@dataclass(frozen=True, slots=True)
class Group:
    """Sectors of theirs and categories of ours that count the same, as far as known; `reason` says where not."""

    group: str
    label: Text
    their_sectors: tuple[str, ...]
    our_categories: tuple[str, ...]
    reason: Text | None


@dataclass(frozen=True, slots=True)
class Mapped:
    """Groups as they can be compared: which of ours and theirs fall in each, and what had to be merged."""

    ours: Mapping[str, str]
    theirs: Mapping[str, str]
    labels: Mapping[str, Text]
    reasons: Mapping[str, tuple[Text, ...]]
    unmapped_ours: tuple[str, ...]
    unmapped_theirs: tuple[str, ...]


@lru_cache(maxsize=8)
def groups(layout_id: str, pollutant: str) -> tuple[Group, ...]:
    """The declared groups of a layout for a pollutant: its own where there are some, else those of every pollutant."""
    with files("cocontrol.inventory.reconciliation").joinpath("data", "groups.csv").open("rb") as stream:
        table = pl.read_csv(stream, infer_schema=False).filter(pl.col("layout") == layout_id)
    own = table.filter(pl.col("pollutant") == pollutant)
    chosen = own if own.height else table.filter(pl.col("pollutant") == "*")
    return tuple(
        Group(
            row["group"],
            Text(row["label_zh"], row["label_en"]),
            tuple(row["their_sectors"].split(";")),
            tuple(row["our_categories"].split(";")),
            Text(row["reason_zh"], row["reason_en"]) if row["reason_zh"] else None,
        )
        for row in chosen.iter_rows(named=True)
    )


def map_groups(layout_id: str, pollutant: str, ours: Iterable[str], theirs: Iterable[str]) -> Mapped:
    """The groups in which `ours` (categories) and `theirs` (sectors) can be compared.

    A category falls in the group of the longest code that it begins with. One that is wider than a group
    (transport not split, industry not specified) joins all groups it may hold into one, and the joined group
    says so: the mapping is lossy there. EDGAR has no groups: its codes are ours (IPCC 2006).
    """
    asked, sectors = tuple(dict.fromkeys(ours)), tuple(dict.fromkeys(theirs))
    declared = groups(layout_id, pollutant) or _by_code(sectors)
    held = {category: _groups_of(codes_of(category, asked), declared) for category in asked}
    found = _without_filled(held, declared, asked)
    merged = _merged([set(names) for names in found.values() if len(names) > 1])
    name_of = {g.group: merged.get(g.group, g.group) for g in declared}
    by_sector = {sector: name_of[g.group] for g in declared for sector in g.their_sectors}
    return Mapped(
        {category: name_of[names[0]] for category, names in found.items() if names},
        {sector: by_sector[sector] for sector in sectors if sector in by_sector},
        _labels(declared, name_of),
        _reasons(declared, name_of, found),
        tuple(category for category, names in found.items() if not names),
        tuple(sector for sector in sectors if sector not in by_sector),
    )


def _by_code(theirs: Iterable[str]) -> tuple[Group, ...]:
    """A group for every IPCC code of theirs; ``1A1bc`` holds 1A1b and 1A1c."""
    names = {row["category"]: Text(row["name_zh"], row["name_en"]) for row in categories().iter_rows(named=True)}
    return tuple(
        Group(code, names.get(code) or Text(code, code), (code,), _codes_in(code, names), None)
        for code in sorted(set(theirs))
    )


_SEVERAL = re.compile(r"(\w*?)([a-z]{2,})")


def _codes_in(code: str, known: Container[str]) -> tuple[str, ...]:
    several = _SEVERAL.fullmatch(code)
    if code in known or several is None:
        return (code,)
    return tuple(f"{several[1]}{letter}" for letter in several[2])


def _groups_of(codes: tuple[str, ...], declared: Iterable[Group]) -> tuple[str, ...]:
    """The groups that the codes of a category fall in: one each by the longest prefix, or all that a wide code holds."""
    made: dict[str, None] = {}
    for code in codes:
        fitting = {own: g.group for g in declared for own in g.our_categories if code.startswith(own)}
        if fitting:
            made[fitting[max(fitting, key=len)]] = None
        else:
            made.update({g.group: None for g in declared for own in g.our_categories if own.startswith(code)})
    return tuple(made)


UNSPECIFIED = {"1A2m": ("1A1b", "1A1c", "1A2")}
"""What a category stands for where the inventory holds no branch beside it: the industry row of an energy balance."""

BESIDE = ("1A2k",)
"""Branches that stand beside the industry row of a balance and do not show that it is split."""


def codes_of(category: str, present: Iterable[str]) -> tuple[str, ...]:
    """The IPCC codes that a category of an inventory with the categories `present` stands for.

    ``1A3-P`` (transport with storage and post) is 1A3; unspecified industry is all industry and the own use
    of energy industries where no other branch is there.
    """
    wide = UNSPECIFIED.get(category)
    if wide and not any(other.startswith(wide) for other in set(present) - {category, *BESIDE}):
        return wide
    return (category.partition("-")[0] if category[:1].isdigit() else category,)


def _without_filled(
    found: dict[str, tuple[str, ...]], declared: Iterable[Group], asked: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """A wide category does not hold a group whose every code another category fills."""
    narrow = {codes_of(category, asked)[0]: category for category, names in found.items() if len(names) == 1}
    filled = {
        g.group for g in declared if all(any(own.startswith(code) for code in narrow) for own in g.our_categories)
    }
    return {
        category: (tuple(name for name in names if name not in filled) or names) if len(names) > 1 else names
        for category, names in found.items()
    }


def _merged(sets: list[set[str]]) -> dict[str, str]:
    """Group → name of the union that it is part of."""
    unions: list[set[str]] = []
    for one in sets:
        touching = [union for union in unions if union & one]
        unions = [union for union in unions if not union & one] + [one.union(*touching)]
    return {group: "+".join(sorted(union)) for union in unions for group in union}


def _labels(declared: Iterable[Group], name_of: Mapping[str, str]) -> dict[str, Text]:
    parts: dict[str, list[Text]] = {}
    for group in declared:
        parts.setdefault(name_of[group.group], []).append(group.label)
    return {
        name: Text(" + ".join(text.zh for text in texts), " + ".join(text.en for text in texts))
        for name, texts in parts.items()
    }


LOSSY = Text(
    "清单的 {c} 未细分，合并比较，看不出各部分的差别",
    "category {c} of the inventory is not split: compared as one, differences of its parts do not show",
)


def _reasons(
    declared: Iterable[Group], name_of: Mapping[str, str], found: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[Text, ...]]:
    made: dict[str, list[Text]] = {}
    for group in declared:
        if group.reason:
            made.setdefault(name_of[group.group], []).append(group.reason)
    for category, names in found.items():
        if len(names) > 1:
            made.setdefault(name_of[names[0]], []).append(LOSSY.format(c=category))
    return {name: tuple(dict.fromkeys(texts)) for name, texts in made.items()}
