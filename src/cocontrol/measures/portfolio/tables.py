"""The tables of a least-cost problem, validated: which columns are pollutants, and what may be left aside."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from cocontrol.core.errors import Fault, FaultCollector, Level, Location
from cocontrol.core.raw import RawTable, locate_header, matched_columns
from cocontrol.core.tables import Table, split_heading
from cocontrol.core.text import Text
from cocontrol.core.validation import Validated, invalid, validate
from cocontrol.measures.pollutant_names import is_known_pollutant, pollutant_of, without_per_year
from cocontrol.measures.portfolio.declarations import caps_table, devices_table, options_table, sources_table

_EMPTY, _UNKNOWN = "table.empty", "table.column_unknown"


@dataclass(frozen=True, slots=True)
class ProblemTables:
    """The validated tables; `pollutants` are named as the sources name them, in all tables alike."""

    pollutants: tuple[str, ...]
    sources: Validated
    options: Validated
    devices: Validated
    caps: Validated


def read_tables(
    sources: RawTable,
    options: RawTable | None,
    devices: RawTable | None,
    caps: RawTable | None,
    faults: FaultCollector,
) -> ProblemTables:
    """The tables with every fault of theirs in `faults`.

    A column that no table declares stops where it may be a pollutant or a declared column misspelt; else it is told and
    left aside. A pollutant may be written differently in each file (``PM2.5``, ``PM25``).
    """
    head = _located(without_per_year(sources), sources_table((), sources.headings))
    limits = _validated(None if caps is None else without_per_year(caps), caps_table(_headings(caps)), "caps.csv")
    free = _free(head, sources_table((), head.headings))
    named = [*_numeric(options, options_table((), _headings(options)))]
    named += _numeric(devices, devices_table((), _headings(devices)))
    named += limits.frame["pollutant"].drop_nulls().to_list()
    pollutants = _pollutants(free, named)
    made = ProblemTables(
        pollutants,
        validate(sources_table(pollutants, head.headings), head),
        _validated(_renamed(options, pollutants), options_table(pollutants, _headings(options)), "options.csv"),
        _validated(_renamed(devices, pollutants), devices_table(pollutants, _headings(devices)), "devices.csv"),
        _with_names(limits, pollutants),
    )
    for table in (made.sources, made.options, made.devices, made.caps):
        faults.extend(_reconsidered(table, pollutants, required=table is made.sources))
    faults.extend(_without_column(made.options, pollutants, "1"))
    faults.extend(_without_column(made.devices, pollutants, "0"))
    if not pollutants:
        faults.add(_no_pollutants(made.sources))
    return made


def _located(raw: RawTable, table: Table) -> RawTable:
    """The raw table with its headings where the table finds them."""
    return locate_header(raw, table)[0]


def _headings(raw: RawTable | None) -> tuple[str | None, ...]:
    return () if raw is None else raw.headings


def _validated(raw: RawTable | None, table: Table, file: str) -> Validated:
    return invalid(table, file) if raw is None else validate(table, raw)


def _free(raw: RawTable, table: Table) -> dict[str, pl.Series]:
    """Cells of the columns that the table does not declare, by heading without its unit."""
    known = {index for index, _, _ in matched_columns(raw.headings, table)}
    return {
        split_heading(heading)[0]: raw.cells[letter]
        for index, (heading, letter) in enumerate(zip(raw.headings, raw.letters, strict=True))
        if heading and index not in known
    }


def _numeric(raw: RawTable | None, table: Table) -> list[str]:
    """Free columns of a table that hold a number somewhere."""
    if raw is None:
        return []
    return [name for name, cells in _free(_located(raw, table), table).items() if _as_numbers(cells).count()]


def _as_numbers(cells: pl.Series) -> pl.Series:
    text = cells.cast(pl.String).str.strip_chars().str.replace_all(",", "")
    return text.cast(pl.Float64, strict=False)


def _key(name: str) -> str:
    return pollutant_of(name).casefold()


def _pollutants(free: Mapping[str, pl.Series], named: Sequence[str]) -> tuple[str, ...]:
    """The free columns of the sources but those that describe: unknown, named nowhere else, and not all numbers."""
    wanted = {_key(name) for name in named}
    return tuple(
        name
        for name, cells in free.items()
        if _key(name) in wanted or is_known_pollutant(name) or not _as_numbers(cells).null_count()
    )


def _names(pollutants: Sequence[str]) -> dict[str, str]:
    """How the sources write the pollutant of a key; a key that two of them share names none."""
    keys = [_key(name) for name in pollutants]
    return {key: name for key, name in zip(keys, pollutants, strict=True) if keys.count(key) == 1}


def _renamed(raw: RawTable | None, pollutants: Sequence[str]) -> RawTable | None:
    """The file with its pollutant columns headed as in the sources."""
    if raw is None:
        return None
    names = _names(pollutants)

    def heading_of(heading: str | None) -> str | None:
        """The heading as the sources write it."""
        word = split_heading(heading)[0] if heading else ""
        found = names.get(_key(word)) if word and word not in pollutants else None
        return heading if heading is None or found is None else heading.replace(word, found, 1)

    return replace(raw, headings=tuple(map(heading_of, raw.headings)))


def _with_names(caps: Validated, pollutants: Sequence[str]) -> Validated:
    names = _names(pollutants)
    written = [
        name if name is None or name in pollutants else names.get(_key(name), name) for name in caps.frame["pollutant"]
    ]
    return replace(caps, frame=caps.frame.with_columns(pl.Series("pollutant", written, dtype=pl.String)))


def _reconsidered(table: Validated, pollutants: Sequence[str], *, required: bool) -> list[Fault]:
    """Faults of a table: it may be without rows unless it is the sources; see `read_tables` on unknown columns."""
    made = []
    for fault in table.faults:
        if fault.rule == _EMPTY:
            made += [replace(fault, remedy=_A_ROW_EACH)] if required else []
        elif fault.rule == _UNKNOWN:
            made.append(_unknown_column(fault, table.table, pollutants))
        elif fault.rule == "cell.maximum" and fault.location.column in pollutants:
            made.append(replace(fault, remedy=_AS_SHARE))
        else:
            made.append(fault)
    return made


_A_ROW_EACH = Text("每个排放源填一行", "enter one row for each source")
_AS_SHARE = Text("去除率写成小数：92% 写 0.92", "write removals as shares: 0.92 for 92 %")


def _unknown_column(fault: Fault, table: Table, pollutants: Sequence[str]) -> Fault:
    name = split_heading(fault.value or "")[0]
    words = {word.casefold(): word for word in (*pollutants, *table.column_names)}
    near = difflib.get_close_matches(name.casefold(), words, 1)
    if near:
        remedy = Text("是否为 {n}？", "did you mean {n}?").format(n=words[near[0]])
    elif is_known_pollutant(name):
        remedy = Text(
            "在 sources.csv 中加上 {n} 的基准排放量，或删去这一列",
            "add base tonnes of {n} to sources.csv, or remove the column",
        ).format(n=name)
    else:
        return fault
    return replace(fault, level=Level.ERROR, remedy=remedy)


def _without_column(table: Validated, pollutants: Sequence[str], neutral: str) -> list[Fault]:
    """A lead for each pollutant that a table with rows has no column for: nothing of it changes it."""
    absent = [name for name in pollutants if name not in table.letters] if table.frame.height else []
    return [
        Fault(
            "portfolio.column_absent",
            Text(
                "没有 {p} 列，各行按 {n} 计（不变）", "there is no column {p}: every row counts as {n} (no change)"
            ).format(p=name, n=neutral),
            Location(table.file, table.sheet, table.header_row or None),
            level=Level.MEDIUM,
        )
        for name in absent
    ]


def _no_pollutants(sources: Validated) -> Fault:
    return Fault(
        "portfolio.no_pollutants",
        Text("没有污染物列", "there is no pollutant column"),
        Location(sources.file, sources.sheet, sources.header_row or None),
        remedy=Text("每种污染物一列，如 SO2、CO2", "give one column for each pollutant, such as SO2 and CO2"),
    )
