"""What do the tables hold? Every input and result table, with filters, sorting, paging and export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cocontrol.core.tables import Column, Kind, Table
from cocontrol.core.text import Text
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.browse import (
    MEDIA_TYPES,
    PAGE_SIZES,
    Query,
    filter_options,
    page_of,
    select_rows,
    to_csv,
    to_xlsx,
)  # fmt: skip
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.regions import has_regional_rows, rows_of_region
from cocontrol_web.analysis.store import run_of, table_of
from cocontrol_web.answers import download
from cocontrol_web.language import say
from cocontrol_web.rights import Permission, Person, may_see_table, needs, visible_rows
from cocontrol_web.scene import Scene, scene_of

FILTER_PREFIX = "f."
READERS: Mapping[str, Callable[[str], Text]] = {
    "category": labels.category, "fuel": labels.fuel, "pollutant": labels.measure, "adcode": labels.region,
    "city_adcode": labels.region, "province_adcode": labels.region,
}  # fmt: skip
"""Columns of codes, and what a code of each is called."""

FIRST_FILTERS = 5
"""Filters shown at once; the others stand behind a fold."""


@dataclass(frozen=True, slots=True)
class Head:
    """One column head: its declaration, its values to choose from, and how the page is sorted by it."""

    column: Column
    label: str
    help: str
    numeric: bool
    options: tuple[tuple[str, str], ...]
    chosen: str
    sorted: str
    next_sort: str

    @property
    def is_coded(self) -> bool:
        """Whether the column holds codes of a closed list, which make the best filters."""
        return bool(self.column.allowed) or self.column.name in READERS


@require_safe
@needs(Permission.VIEW)
def tables(request: HttpRequest) -> HttpResponse:
    """The list of tables of the run that the person may open, inputs first."""
    scene = scene_of(request)
    if scene.record is None:
        return render(request, "analysis/no_run.html")
    manifest = run_of(scene.record).manifest
    inputs = {entry["table"] for entry in manifest["inputs"]}
    listed = [
        {"name": e["name"], "rows": e["rows"], "is_input": e["name"] in inputs}
        for e in manifest["results"]
        if may_see_table(scene.person, e["name"])
    ]
    groups = [
        (_("输入"), [entry for entry in listed if entry["is_input"]]),
        (_("结果"), [entry for entry in listed if not entry["is_input"]]),
    ]
    return render(request, "analysis/tables.html", {"groups": groups, "files": manifest["inputs"]})


@require_safe
@needs(Permission.VIEW)
def table(request: HttpRequest, name: str) -> HttpResponse:
    """One table: a page of the rows that fit."""
    scene = scene_of(request)
    frame = table_for(scene.person, scene.run, name)
    regional, frame = in_region(scene, frame)
    query = query_of(request.GET)
    chosen = select_rows(frame, query)
    declared = labels.declaration(name, frame)
    columns = heads(declared, frame, query)
    filters = sorted((h for h in columns if h.options or h.chosen), key=lambda head: not head.is_coded)
    return render(
        request,
        "analysis/table.html",
        {
            "name": name,
            "declared": declared,
            "heads": columns,
            "first_filters": filters[:FIRST_FILTERS],
            "more_filters": filters[FIRST_FILTERS:],
            "more_open": any(head.chosen for head in filters[FIRST_FILTERS:]),
            "page": page_of(chosen, query),
            "all_rows": frame.height,
            "query": query,
            "sizes": PAGE_SIZES,
            "regional": regional,
        },
    )


@require_safe
@needs(Permission.VIEW)
def export(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    """The rows that fit, all of them, as CSV or Excel with headings in the language of the page."""
    scene = scene_of(request)
    if kind not in MEDIA_TYPES:
        raise Http404
    _regional, frame = in_region(scene, table_for(scene.person, scene.run, name))
    chosen = select_rows(frame, query_of(request.GET))
    return table_file(scene.run, name, chosen, kind)


def table_file(record: RunRecord, name: str, frame: pl.DataFrame, kind: str) -> HttpResponse:
    """The frame as a file to save: ``<table>-<run>.<kind>``."""
    declared = labels.declaration(name, frame)
    by_name = {column.name: column for column in declared.columns}
    headings = [
        by_name[c].heading_with_unit("zh" if say(declared.label) == declared.label.zh else "en") for c in frame.columns
    ]
    headings = [h if headings.count(h) == 1 else f"{h} ({c})" for h, c in zip(headings, frame.columns, strict=True)]
    file_name = f"{name}-{record.run_id}.{kind}"
    if kind == "csv":
        return download(to_csv(frame, headings), file_name, MEDIA_TYPES[kind])
    notes = [
        (_("表"), f"{say(declared.label)} ({name})"),
        (_("说明"), say(declared.description)),
        (_("运行"), record.run_id),
        (_("行数"), str(frame.height)),
        *((f"{h}", say(by_name[c].description)) for h, c in zip(headings, frame.columns, strict=True)),
    ]
    return download(to_xlsx(frame, headings, name, notes), file_name, MEDIA_TYPES[kind])


def table_for(person: Person, record: RunRecord, name: str) -> pl.DataFrame:
    """The rows of a table of the run that the person may see; `NotFound` lists the tables there are."""
    return visible_rows(person, name, table_of(record, name))


def in_region(scene: Scene, frame: pl.DataFrame) -> tuple[bool, pl.DataFrame]:
    """The rows of the chosen region, where the table knows regions below the workspace's own.

    A table that exists for the whole area only is shown whole, and the page says so.
    """
    if scene.region is None or scene.region.is_root:
        return False, frame
    if not has_regional_rows(frame, scene.region.trail[0].adcode):
        return False, frame
    return True, rows_of_region(frame, scene.region.chosen.adcode)


def query_of(given: QueryDict) -> Query:
    """Search, filters, sorting and page from an address; numbers that are none fall back to the first page."""
    size = given.get("size", "")
    page = given.get("page", "")
    return Query(
        search=given.get("q", "").strip(),
        filters={
            k.removeprefix(FILTER_PREFIX): str(given[k]) for k in given if k.startswith(FILTER_PREFIX) and given[k]
        },
        sort=given.get("sort", ""),
        page=int(page) if page.isdecimal() else 1,
        size=int(size) if size in map(str, PAGE_SIZES) else PAGE_SIZES[1],
    )


def heads(declared: Table, frame: pl.DataFrame, query: Query) -> list[Head]:
    """The column heads of the page."""
    options = filter_options(frame)
    return [
        _head(column, frame.schema[column.name], options.get(column.name, []), query) for column in declared.columns
    ]


def _head(column: Column, kind: pl.DataType, values: list[str], query: Query) -> Head:
    sorted_by = {column.name: "ascending", f"-{column.name}": "descending"}.get(query.sort, "")
    return Head(
        column=column,
        label=say(column.label),
        help=_help(column),
        numeric=kind.is_numeric(),
        options=tuple((value, _option(column, value)) for value in values),
        chosen=query.filters.get(column.name, ""),
        sorted=sorted_by,
        next_sort=f"-{column.name}" if sorted_by == "ascending" else column.name,
    )


def _help(column: Column) -> str:
    """Name in files, description, unit and what is allowed, in one line."""
    parts = [column.name, say(column.description)]
    if column.unit:
        parts.append(_("单位：{unit}").format(unit=column.unit))
    if column.kind is Kind.NUMBER and column.minimum is not None:
        parts.append(_("不小于 {minimum}").format(minimum=column.minimum))
    return " · ".join(parts)


def _option(column: Column, value: str) -> str:
    """How a value of a column reads: its declared label, or the name of the category or fuel behind it."""
    if value in column.allowed:
        return say(column.allowed[value])
    return say(READERS[column.name](value)) if column.name in READERS else value
