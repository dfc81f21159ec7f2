"""Which measures there are: those that come with the software, the same with invented costs, and catalogues of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
from django.http import Http404

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.tables import Table
from cocontrol.core.text import Text, same
from cocontrol.io.inputs import code_lists
from cocontrol.io.measure_catalogue import TABLES, catalogue_rows
from cocontrol.io.readers import read_table, sheet_names
from cocontrol.io.workbook import titles_of
from cocontrol.measures.catalogue import (
    Catalogue,
    built_in_catalogue,
    demonstration_catalogue,
    make_catalogue,
    measure_table,
    number_table,
)
from cocontrol.measures.catalogue_tables import (
    ENERGY_PRICE,
    KINDS,
    MEASURE,
    MEASURE_NUMBER,
    PARAMETERS,
    STAGES,
    MeasureKind,
)
from cocontrol.measures.published import lineage_table, published_catalogue
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.figures import format_figure
from cocontrol_web.language import one_side, pick, say
from cocontrol_web.rights import Person, visible_catalogues
from cocontrol_web.scenarios.models import OwnCatalogue

BUILT_IN, PUBLISHED, DEMONSTRATION = "built-in", "published", "demonstration"

NAMES: Mapping[str, Text] = {
    DEMONSTRATION: Text("随软件措施＋演示费用（synthetic）", "built-in measures with synthetic costs"),
    PUBLISHED: Text("随软件措施＋公开费用", "built-in measures with published costs"),
    BUILT_IN: Text("随软件措施（费用待填）", "built-in measures (costs to be filled in)"),
}

TABLES_OF_A_CATALOGUE = (MEASURE, MEASURE_NUMBER, ENERGY_PRICE)
"""The tables that people fill in; the first two make a catalogue, prices may be added."""


def choices_for(person: Person) -> list[tuple[str, str]]:
    """The catalogues that a person may use, with their names."""
    own = [(str(one.catalogue_id), one.title) for one in visible_catalogues(person)]
    return [*((key, say(name)) for key, name in NAMES.items()), *own]


def catalogue_for(person: Person, key: str) -> Catalogue:
    """The catalogue of that key; 404 where the person has no such one."""
    if key in NAMES:
        return shipped(key)
    found = next((one for one in visible_catalogues(person) if str(one.catalogue_id) == key), None)
    if found is None:
        raise Http404
    return own_catalogue(found)


_SHIPPED: Mapping[str, Callable[[], Catalogue]] = {
    DEMONSTRATION: demonstration_catalogue,
    PUBLISHED: published_catalogue,
    BUILT_IN: built_in_catalogue,
}


def shipped(key: str) -> Catalogue:
    """A catalogue that comes with the software."""
    return _SHIPPED[key]()


def own_catalogue(kept: OwnCatalogue) -> Catalogue:
    """The catalogue that somebody brought along."""
    made = make_catalogue(as_frame(MEASURE, kept.measures), as_frame(MEASURE_NUMBER, kept.numbers))
    return made.with_prices(as_frame(ENERGY_PRICE, kept.prices)) if kept.prices else made


def as_frame(table: Table, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Kept rows as the frame that the check gave: declared columns, their types."""
    numbers = {column.name for column in table.columns if column.kind.value in {"number", "integer"}}
    names = [column.name for column in table.columns]
    schema = {name: pl.Float64 if name in numbers else pl.String for name in [*names, "origin"]}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def read_catalogue(files: Mapping[str, Path]) -> dict[str, list[dict[str, Any]]]:
    """The rows of the files of a catalogue by table name, checked one by one and together.

    Raises
    ------
    InvalidInput
        Every fault of every file, or of what they say together.
    """
    frames, faults = dict[str, pl.DataFrame](), list[Fault]()
    files = _with_whole_workbook(files)
    for table in TABLES_OF_A_CATALOGUE:
        if table.name not in files:
            continue
        try:
            found = read_table(files[table.name], table, code_lists=code_lists())
        except InvalidInput as error:
            faults += error.faults
            continue
        faults += [fault for fault in found.faults if fault.level.value == "error"]
        frames[table.name] = found.frame
    for table in TABLES_OF_A_CATALOGUE[:2]:
        if table.name not in files:
            words = Text("缺少这张表：{t}", "this table is missing: {t}").format(t=table.label)
            faults.append(Fault("catalogue.missing", words, Location(file=table.name)))
    if faults:
        raise InvalidInput(*faults)
    make_catalogue(frames[MEASURE.name], frames[MEASURE_NUMBER.name])
    return {name: frame.to_dicts() for name, frame in frames.items()}


def _with_whole_workbook(files: Mapping[str, Path]) -> Mapping[str, Path]:
    """The files; where the first is a workbook whose sheets bear the names of the other tables, it holds those too."""
    first = files.get(MEASURE.name)
    sheets = set(sheet_names(first)) if first is not None else set()
    held = {t.name: first for t in TABLES_OF_A_CATALOGUE if first is not None and sheets & titles_of(t)}
    return {**held, **files}


def list_rows(catalogue: Catalogue, *, words: str = "", kind: str = "", cost: str = "") -> list[dict[str, Any]]:
    """The measures as the library lists them, filtered by words in the name, kind, and whether the cost is known."""
    rows = [_list_row(row) for row in measure_table(catalogue).iter_rows(named=True)]
    wanted = words.casefold().split()
    return [
        row
        for row in rows
        if all(word in row["searched"] for word in wanted)
        and (not kind or row["kind"] == kind)
        and (not cost or row["cost_known"] is (cost == "known"))
    ]


def _list_row(row: dict[str, Any]) -> dict[str, Any]:
    sectors = [say(labels.category(code)) for code in row["categories"].split(";")]
    name = pick(row, "name")
    return {
        **row, "name": name, "removed": [_removal(part) for part in (row["removal"] or "").split("; ") if part], "kind_name": say(KINDS[MeasureKind(row["kind"])]),
        "cost_lines": list(_cost_lines(row)),
        "stage_name": say(STAGES[row["stage"]]) if row["stage"] in STAGES else row["stage"] or "",
        "sectors": sectors, "target": say(labels.fuel(row["target_fuel"])) if row["target_fuel"] else "",
        "searched": f"{row['name_zh']} {row['name_en']} {row['measure_id']} {' '.join(sectors)}".casefold(),
    }  # fmt: skip


def _removal(words: str) -> str:
    """``NOx 60%`` with the printed symbol of the pollutant."""
    pollutant, _, share = words.partition(" ")
    return f"{labels.symbol(pollutant)} {share.replace('%', ' %')}"


_COSTS = {
    "investment": Text("投资 {v} 元/{u}", "investment {v} CNY/{u}"),
    "operating_cost": Text("年运行 {v} 元/{u}", "operation {v} CNY/{u} a year"),
    "lifetime": Text("寿命 {v} 年", "lifetime {v} years"),
    "all_in_cost": Text("年总费用 {v} 元/{u}", "whole cost {v} CNY/{u} a year"),
}

_BY_TONNE = Text("去除 {p}：{v} 元/t", "{p} removed: {v} CNY/t")


def _amount(price: str) -> float:
    """The number of ``9,125 CNY/t``."""
    return float(price.removesuffix(" CNY/t").replace(",", ""))


def _cost_lines(row: Mapping[str, Any]) -> Iterator[str]:
    """The costs of a measure in words, each with its unit; nothing where the cost is unknown."""
    if not row["cost_known"]:
        return
    for part in (row["removal_cost"] or "").split("; "):
        pollutant, _, price = part.partition(" ")
        if price:
            yield say(_BY_TONNE.format(p=labels.symbol(pollutant), v=format_figure(_amount(price))))
    for name, words in _COSTS.items():
        if row[name] is not None:
            shown = f"{row[name]:.0f}" if name == "lifetime" else format_figure(row[name])
            yield say(words.format(v=shown, u=row["activity_unit"]))


def number_rows(catalogue: Catalogue, measure_id: str, key: str = "") -> list[dict[str, Any]]:
    """Every number of a measure with its name, unit, source and status; those published with what they rest on."""
    rows = number_table([catalogue.get(measure_id)]).iter_rows(named=True)
    below = _lineage(measure_id) if key == PUBLISHED else {}
    return [
        {
            **row, "label": say(PARAMETERS[row["parameter"]].label), "unit": _unit_words(row["unit"]),
            "source": one_side(row["source"]), "note": one_side(row["note"]),
            "about": "" if row["subject"] in {None, "-"} else labels.symbol(row["subject"]),
            "lineage": below.get((row["parameter"], row["subject"]), []),
        }
        for row in rows
    ]  # fmt: skip


def _unit_words(unit: str) -> str:
    """``CNY/TJ`` as ``元/TJ`` on a Chinese page; a share has no unit."""
    if unit == "1":
        return say(Text("比例", "share"))
    return say(Text(unit.replace("CNY", "元").replace("year", "年"), unit))


def _lineage(measure_id: str) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The figures, rates and indices behind each published number of a measure."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in lineage_table([measure_id]).iter_rows(named=True):
        found.setdefault((row["parameter"], row["subject"]), []).append(
            {**row, "label": pick(row, "label"), "source": one_side(row["source"]), "note": one_side(row["note"])}
        )
    return found


def sheets_of(catalogue: Catalogue) -> dict[Text, pl.DataFrame]:
    """The catalogue as sheets that can be brought back: measures, numbers with source and status, prices where known.

    With published costs also what they rest on.
    """
    rows = catalogue_rows(catalogue)
    sheets = {TABLES[name].label: frame for name, frame in rows.items() if frame.height}
    if catalogue is published_catalogue():
        sheets[Text("费用换算依据", "what costs rest on")] = lineage_table()
    return sheets


def fuel_names(codes: tuple[str, ...]) -> list[str]:
    """Fuels in words."""
    return [say(labels.fuel(code)) for code in codes]


def measure_name(catalogue: Catalogue, measure_id: str) -> str:
    """The name of a measure; its identifier where the catalogue has no such one."""
    known = catalogue.measures.get(measure_id)
    return say(known.label if known else same(measure_id))
