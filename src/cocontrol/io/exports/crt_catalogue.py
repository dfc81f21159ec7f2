"""The catalogue of CRT variables that a user brings: reading it, and finding the variable of a category and gas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.io.exports.flows import data_table
from cocontrol.reference import categories

CATALOGUE_SCHEMA = {"variable_uid": pl.String, "category": pl.String, "gas": pl.String, "tonnes_per_unit": pl.Float64}
"""A catalogue as it is used: category without dots in lower case, gas as our column, tonnes per unit of the variable."""

TONNES = {"kt": 1e3, "gg": 1e3, "t": 1.0, "mg": 1.0}
"""Mass units of variables; CO2-equivalent units are left out, since the tool adds them up itself."""

SHORTEST = 3
"""Length of the shortest code above a category that may take its figures: shorter ones are sums that the tool makes."""

_NAME = re.compile(r"\[([^\]]*)\]")
_MEASURE = "emission"


@lru_cache(maxsize=1)
def gas_columns() -> dict[str, str]:
    """Our column of each gas of the tables, and its name there."""
    return dict(data_table("crt_gases.csv").iter_rows())


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    return dict(data_table("crt_categories.csv").iter_rows())


def plain_code(code: str) -> str:
    """A category code without dots, brackets and blanks, in lower case: ``1.A.1.a.i`` and ``1A1ai`` are the same.

    >>> plain_code("1.A.1.a.i. Electricity generation"), plain_code("3.B(a)")
    ('1a1ai', '3ba')
    """
    first = code.strip().split(" ")[0]
    return re.sub(r"[.()\s_-]", "", first).lower()


def crt_codes(category: str) -> tuple[str, ...]:
    """Codes of the tables under which a category may be found, most detailed first: its own, then those above it."""
    known = category in categories.categories().get_column("category")
    chain = (category, *categories.ancestors(category)) if known else (category,)
    made = []
    for code in chain:
        ipcc = categories.category(code)["ipcc_2006_code"] if known else code
        if ipcc is None:
            continue
        whole = next((part for part in _prefixes(ipcc) if part in _codes()), None)
        if whole is not None:
            made.append(plain_code(_codes()[whole] + ipcc.removeprefix(whole)))
            made.append(plain_code(_codes()[whole]))
        elif not ipcc.startswith(("3", "4")) and (len(ipcc) >= SHORTEST or code == category):
            made.append(plain_code(ipcc))
    return tuple(dict.fromkeys(made))


def _prefixes(code: str) -> Iterable[str]:
    return (code[:length] for length in range(len(code), 0, -1))


def variable_of(
    category: str, column: str, known: Mapping[tuple[str, str], Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    """The variable of a category and substance column, at the most detailed code that the catalogue has; None without one."""
    return next((known[code, column] for code in crt_codes(category) if (code, column) in known), None)


def read_catalogue(path: Path) -> pl.DataFrame:
    """A catalogue from CSV or JSON: table of `CATALOGUE_SCHEMA`, one row per category and gas.

    Each entry has ``variable_uid`` (or ``uid``) and either ``category, gas, unit`` or a ``name`` of bracketed parts
    ``[category][classification][measure][gas][parameter][unit]``. Variables that are no emission of a gas in a mass
    unit are left out.

    Raises
    ------
    InvalidInput
        The file cannot be read, an entry has no identifier, no variable is of use, or a category and gas has two.
    """
    entries = _entries(path)
    missing = [at for at, entry in enumerate(entries, start=1) if not _uid(entry)]
    if missing:
        message = Text("条目没有 variable_uid", "an entry has no variable_uid")
        raise InvalidInput(*(Fault("crt.catalogue_uid", message, Location(file=path.name, row=at)) for at in missing))
    rows = [row for entry in entries if (row := _row(entry)) is not None]
    table = pl.DataFrame(rows, schema=CATALOGUE_SCHEMA, orient="row")
    if table.is_empty():
        message = Text("目录中没有可用的排放变量", "the catalogue has no variable that can be used")
        raise InvalidInput(Fault("crt.catalogue_empty", message, Location(file=path.name)))
    twice = table.filter(table.select("category", "gas").is_duplicated())
    if twice.height:
        message = Text("同一类别和气体有两个变量", "a category and gas has two variables")
        raise InvalidInput(
            *(
                Fault("crt.catalogue_twice", message, Location(file=path.name), value=" ".join(row[:3]))
                for row in twice.iter_rows()
            )
        )
    return table


def _entries(path: Path) -> Sequence[Mapping[str, Any]]:
    try:
        if path.suffix.lower() == ".json":
            found = json.loads(path.read_text(encoding="utf-8"))
            listed = found.get("variables", []) if isinstance(found, dict) else found
            return [entry for entry in listed if isinstance(entry, dict)]
        return pl.read_csv(path, infer_schema=False).to_dicts()
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        message = Text("无法读取变量目录", "the catalogue cannot be read")
        raise InvalidInput(Fault("crt.catalogue_file", message, Location(file=path.name), value=str(error))) from error


def _uid(entry: Mapping[str, Any]) -> str:
    return str(entry.get("variable_uid") or entry.get("uid") or "")


def _row(entry: Mapping[str, Any]) -> tuple[str, str, str, float] | None:
    """One variable as it is used; None where it is no emission of a known gas in a mass unit."""
    category, gas, unit, measure = (str(entry.get(name) or "") for name in ("category", "gas", "unit", "measure"))
    parts = _NAME.findall(str(entry.get("name") or ""))
    if not category and len(parts) == 6:
        category, _, measure, gas, _, unit = parts
    columns = {_plain_gas(name): column for column, name in gas_columns().items()}
    tonnes = TONNES.get(unit.strip().lower())
    is_emission = not measure or _MEASURE in measure.lower()
    if not category or _plain_gas(gas) not in columns or tonnes is None or not is_emission:
        return None
    return _uid(entry), plain_code(category), columns[_plain_gas(gas)], tonnes


def _plain_gas(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
