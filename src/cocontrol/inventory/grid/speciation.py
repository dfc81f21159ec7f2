"""Pollutants into the species of a chemistry mechanism: moles of gases, grams of particles, no mass lost unseen."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.inventory.grid.geodesy import Floats
from cocontrol.inventory.ledger import ledger_entry, ledger_table

STAGE = "speciate"
EVERY = "*"
GRAMS_PER_TONNE = 1e6


@lru_cache(maxsize=4)
def speciation_table(mechanism: str) -> pl.DataFrame:
    """The shipped shares of a mechanism (``wrfchem``, ``cmaq``): the columns of `tables.SPECIATION`, `status`, `note`.

    VOCs have no shipped split: it depends on the sources of the region and belongs into the user's own table.
    """
    content = files("cocontrol.inventory.grid").joinpath("data", "speciation.csv").read_bytes()
    numbers = {"share": pl.Float64, "molar_mass": pl.Float64}
    return pl.read_csv(content, schema_overrides=numbers).filter(pl.col("mechanism") == mechanism).drop("mechanism")


@dataclass(frozen=True, slots=True)
class Speciated:
    """Amounts of species by class and cell (`amounts`: class × species × cell), ``mol`` or ``g`` a year."""

    species: tuple[str, ...]
    units: tuple[str, ...]
    amounts: Floats
    ledger: pl.DataFrame


def exclusive(
    pollutants: Sequence[str], mass: Floats, classes: Sequence[str]
) -> tuple[list[str], Floats, pl.DataFrame]:
    """The pollutants with particles made exclusive of one another: names, class × pollutant × cell, ledger.

    ``PM25_other`` = PM2.5 − BC − OC and ``PM_coarse`` = PM10 − PM2.5 stand in for PM2.5 and PM10. Where the parts are
    more than the whole (factors of different origin) the remainder is 0 and the ledger holds the difference.
    """
    place = {name: index for index, name in enumerate(pollutants)}
    names, fields = list(pollutants), [mass[:, index] for index in range(len(pollutants))]
    entries: list[dict[str, Any]] = []
    for whole, parts, rest in (("PM10", ("PM25",), "PM_coarse"), ("PM25", ("BC", "OC"), "PM25_other")):
        if whole not in place:
            continue
        known = [mass[:, place[part]] for part in parts if part in place]
        difference = mass[:, place[whole]] - sum(known, np.zeros_like(mass[:, 0]))
        kept = np.maximum(difference, 0.0)
        names[place[whole]], fields[place[whole]] = rest, kept
        entries += _difference_entries(rest, classes, difference, kept)
    return names, np.stack(fields, axis=1), ledger_table(entries)


def _difference_entries(
    name: str, classes: Sequence[str], difference: Floats, kept: Floats
) -> Iterable[dict[str, Any]]:
    reason = Text("各部分之和大于整体，余量取 0", "the parts are more than the whole; the remainder is 0")
    for index, class_name in enumerate(classes):
        incoming, outgoing = math.fsum(difference[index]), math.fsum(kept[index])
        short = math.fsum((difference[index] - kept[index]).tolist())
        yield ledger_entry(
            STAGE, name, class_name,
            incoming=incoming, outgoing=outgoing, dropped=short,
            reason=reason if short else None, scale=math.fsum(np.abs(difference[index])),
        )  # fmt: skip


def speciate(
    pollutants: Sequence[str], mass: Floats, classes: Sequence[str], table: pl.DataFrame, *, file: str = "speciation"
) -> Speciated:
    """Amounts of species a year from tonnes of pollutants (class × pollutant × cell).

    Gases (with `molar_mass`) in mol, particles in g. A class's own rows go before those of ``*``. Mass of a pollutant
    without a row, and what its shares leave below 1, goes into the ledger.

    Raises
    ------
    InvalidInput
        Shares of a class and pollutant add to more than 1, or a species is given both in mol and in g.
    """
    _refuse_unsound(table, file)
    names, fields, difference = exclusive(pollutants, mass, classes)
    species = table["species"].unique(maintain_order=True).to_list()
    used = [name for name in species if table.filter(pl.col("species") == name)["pollutant"].is_in(names).any()]
    amounts = np.zeros((len(classes), len(used), mass.shape[2]))
    entries: list[dict[str, Any]] = []
    for at_class, class_name in enumerate(classes):
        for at, pollutant in enumerate(names):
            rows = _rows(table, class_name, pollutant)
            for row in rows.iter_rows(named=True):
                amount = fields[at_class, at] * (row["share"] * GRAMS_PER_TONNE / (row["molar_mass"] or 1.0))
                amounts[at_class, used.index(row["species"])] += amount
            entries += _entries(pollutant, class_name, math.fsum(fields[at_class, at]), rows)
    units = tuple("g" if _is_particle(table, name) else "mol" for name in used)
    return Speciated(tuple(used), units, amounts, pl.concat([difference, ledger_table(entries)]))


def _rows(table: pl.DataFrame, class_name: str, pollutant: str) -> pl.DataFrame:
    of_pollutant = table.filter(pl.col("pollutant") == pollutant)
    own = of_pollutant.filter(pl.col("temporal_class") == class_name)
    return own if own.height else of_pollutant.filter(pl.col("temporal_class") == EVERY)


def _is_particle(table: pl.DataFrame, species: str) -> bool:
    return bool(table.filter(pl.col("species") == species)["molar_mass"].is_null().all())


def _entries(pollutant: str, class_name: str, mass: float, rows: pl.DataFrame) -> Iterable[dict[str, Any]]:
    """What is mapped, and what is not, each with its mass."""
    mapped = math.fsum(rows["share"]) if rows.height else 0.0
    out = math.fsum(mass * share for share in rows["share"])
    rest = mass * (1.0 - mapped) if abs(1.0 - mapped) > 1e-12 else 0.0
    if rows.height:
        yield ledger_entry(STAGE, pollutant, class_name, incoming=mass - rest, outgoing=out, scale=abs(mass))
    if rest:
        reason = _UNMAPPED if rows.is_empty() else _INCOMPLETE.format(s=f"{mapped:.6g}")
        yield ledger_entry(STAGE, pollutant, class_name, incoming=rest, outgoing=0.0, dropped=rest, reason=reason)


_UNMAPPED = Text("机理中没有对应物种", "the mechanism has no species for it")
_INCOMPLETE = Text("物种份额合计只有 {s}", "the shares of its species add to {s} only")


def _refuse_unsound(table: pl.DataFrame, file: str) -> None:
    totals = table.group_by("temporal_class", "pollutant", maintain_order=True).agg(pl.col("share").sum())
    faults = [
        Fault(
            "speciation.sum",
            Text("物种份额合计大于 1：{p}", "the shares add to more than 1: {p}").format(p=row["pollutant"]),
            Location(file=file, column="share"),
            value=f"{row['share']:.6g}",
            allowed=Text("≤ 1", "≤ 1"),
        )
        for row in totals.filter(pl.col("share") > 1 + 1e-9).iter_rows(named=True)
    ]
    kinds = table.group_by("species", maintain_order=True).agg(pl.col("molar_mass").is_null().n_unique().alias("kinds"))
    faults += [
        Fault(
            "speciation.kind",
            Text("同一物种既有摩尔质量又没有", "a species is given both with and without a molar mass"),
            Location(file=file, column="molar_mass"),
            value=name,
        )
        for name in kinds.filter(pl.col("kinds") > 1)["species"]
    ]
    if faults:
        raise InvalidInput(*faults)
