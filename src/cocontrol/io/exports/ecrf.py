"""GPC eCRF workbook of city reporting: description, summary by sub-sector, and one line per source; writer and reader.

The summary is added up from the lines of the third sheet, so that the two never differ. Where a figure is
absent its notation key stands beside the cell. In waste III.x.2 is waste treated outside the area (the
outside column) and III.x.3 waste from elsewhere, reported apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.notation import NotationKey
from cocontrol.core.text import Language, Text
from cocontrol.io.exports.ecrf_lines import COLUMNS, DETAIL_SCHEMA, detail_lines, dropped_rows, placed_cells, ref_of
from cocontrol.io.exports.flows import data_table, flow_table, joint_key, write_notation
from cocontrol.io.exports.sheets import Cell, Rows, cell, new_book, put_rows, read_sheets, word
from cocontrol.io.results import CO2E_PREFIX, substance_columns
from cocontrol.io.runs import Run
from cocontrol.reference import regions

__all__ = [
    "Ecrf",
    "dropped_rows",
    "ecrf_books",
    "emission_totals",
    "read_ecrf",
    "ref_of",
    "write_ecrf",
    "write_ecrf_book",
]

INFO, SUMMARY, DETAIL = "eCRF_1", "eCRF_2", "eCRF_3"
SCOPES = ("direct", "indirect", "outside")
GRID = "Generation of grid-supplied energy"
SUMMARY_SCHEMA = {
    "section": pl.String, "section_zh": pl.String, "subsector": pl.String, "subsector_zh": pl.String, "kind": pl.String,
    "direct_refs": pl.String, "direct": pl.Float64, "direct_key": pl.String,
    "indirect_refs": pl.String, "indirect": pl.Float64, "indirect_key": pl.String,
    "outside_refs": pl.String, "outside": pl.Float64, "outside_key": pl.String,
    "explanation": pl.String,
}  # fmt: skip
"""Columns of the summary, t CO2e; ``kind`` is row, joint, total (of a section) or grand_total (without grid-supplied energy)."""

_HEADINGS = {
    "section": "Sector", "section_zh": "部门", "subsector": "Sub-sector", "subsector_zh": "子部门", "kind": "Kind of row 行类别",
    "direct_refs": "Refs 编号", "direct": "Direct 直接 (tCO2e)", "direct_key": "Notation key 标记",
    "indirect_refs": "Refs 编号", "indirect": "Indirect 间接 (tCO2e)", "indirect_key": "Notation key 标记",
    "outside_refs": "Refs 编号", "outside": "Outside 边界外 (tCO2e)", "outside_key": "Notation key 标记",
    "explanation": "Explanation 说明",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ecrf:
    """One workbook: answers of the first sheet by field, summary and lines."""

    info: Mapping[str, Cell]
    summary: pl.DataFrame
    detail: pl.DataFrame


@lru_cache(maxsize=1)
def _rows() -> tuple[Mapping[str, str], ...]:
    return tuple(data_table("ecrf_rows.csv").iter_rows(named=True))


def ecrf_books(run: Run) -> dict[tuple[str, str], Ecrf]:
    """The workbook of every area and year of a run."""
    lines = detail_lines(run)
    cells = placed_cells(run)
    books = {}
    for adcode, year in cells.select("adcode", "period").unique().sort("adcode", "period").iter_rows():
        own = [line for line in lines if line["adcode"] == adcode and line["year"] == year]
        keys = _keys(run, adcode, year)
        own += _absent(own, keys, year)
        detail = pl.DataFrame(own, schema=DETAIL_SCHEMA).sort("ref", "category", "fuel", maintain_order=True)
        books[adcode, year] = Ecrf(_info(run, adcode, year), summary_of(detail, keys), detail)
    return books


def _keys(run: Run, adcode: str, year: str) -> dict[str, str | None]:
    """The notation key of each category without a figure for any greenhouse gas."""
    flows = flow_table(run).filter((pl.col("adcode") == adcode) & (pl.col("period") == year))
    gases = flows.filter(pl.col("pollutant").is_in(["CO2", "CH4", "N2O"]))
    return {
        str(category): joint_key(rows.get_column("notation"))
        for (category,), rows in gases.group_by("category")
        if rows.get_column("amount").null_count() == rows.height
    }


def _absent(lines: list[dict[str, object]], keys: Mapping[str, str | None], year: str) -> list[dict[str, object]]:
    """A line with a notation key for every reference that has no figure."""
    held = {line["ref"] for line in lines}
    made: list[dict[str, object]] = []
    for row in _rows():
        for scope in SCOPES:
            for ref in filter(None, str(row[scope] or "").split(";")):
                if ref in held or row["kind"] == "joint":
                    continue
                held.add(ref)
                own = [key for category, key in keys.items() if scope == "direct" and ref_of(category) == ref]
                key = joint_key(own) or NotationKey.NE.value
                made.append(
                    {"year": year, "ref": ref, "sector": row["section"], "subsector": row["subsector"], "scope": scope,
                     "fuel": "", "notation": key, "category": ""}
                )  # fmt: skip
    return made


def summary_of(detail: pl.DataFrame, keys: Mapping[str, str | None]) -> pl.DataFrame:
    """The second sheet: sub-sectors in the order of the format, a total per section, and the grand total last."""
    lines = detail.to_dicts()
    made: list[dict[str, object]] = []
    for section in dict.fromkeys(row["section"] for row in _rows()):
        rows = [_summary_row(row, lines, keys) for row in _rows() if row["section"] == section]
        rows = [row for row in rows if row["kind"] != "joint" or any(row[scope] is not None for scope in SCOPES)]
        made += [*rows, _total(rows, str(section), str(rows[0]["section_zh"]), "total")]
    counted = [row for row in made if row["kind"] == "total" and row["section"] != GRID]
    made.append(_total(counted, "Total without grid-supplied generation", "合计（不含上网能源生产）", "grand_total"))
    return pl.DataFrame(made, schema=SUMMARY_SCHEMA)


def _summary_row(
    row: Mapping[str, str], lines: list[dict[str, object]], keys: Mapping[str, str | None]
) -> dict[str, object]:
    made: dict[str, object] = {
        name: row[name] for name in ("section", "section_zh", "subsector", "subsector_zh", "kind")
    }
    notes = []
    if row["apart"]:
        notes.append(f"{row['apart']}: 区域外产生的废弃物，另列 / waste from elsewhere, reported apart")
    for scope in SCOPES:
        refs = [ref for ref in str(row[scope] or "").split(";") if ref]
        own = [
            line for line in lines
            if line["ref"] in refs and line["scope"] == scope and line["subsector"] == row["subsector"] and line["CO2e"] is not None
        ]  # fmt: skip
        made[f"{scope}_refs"] = ";".join(refs) or None
        made[scope] = sum(float(str(line["CO2e"])) for line in own) if own else None
        made[f"{scope}_key"] = None if own else _summary_key(row, scope, refs, lines, keys)
    made["explanation"] = "; ".join(notes) or None
    return made


def _summary_key(
    row: Mapping[str, str], scope: str, refs: list[str], lines: list[dict[str, object]], keys: Mapping[str, str | None]
) -> str:
    """Why a cell has no figure: the format has no such reference, it stands in another row of the section, or its own key."""
    if not refs:
        return NotationKey.NA.value
    shared = [
        line for line in lines
        if line["scope"] == scope and line["CO2e"] is not None
        and ((line["ref"] in refs and line["sector"] != GRID and row["section"] != GRID) or line["ref"] == refs[0].split(".")[0])
    ]  # fmt: skip
    if shared:
        return NotationKey.IE.value
    named = str(row["categories"] or "").split(";")
    own = [key for category, key in keys.items() if scope == "direct" and category in named]
    return (
        joint_key([*own, *(str(line["notation"]) for line in lines if line["ref"] in refs and line["scope"] == scope)])
        or "NE"
    )


def _total(rows: list[dict[str, object]], section: str, section_zh: str, kind: str) -> dict[str, object]:
    made: dict[str, object] = {
        "section": section, "section_zh": section_zh, "subsector": "Total", "subsector_zh": "合计", "kind": kind,
    }  # fmt: skip
    for scope in SCOPES:
        figures = [float(str(row[scope])) for row in rows if row[scope] is not None]
        made |= {f"{scope}_refs": None, scope: sum(figures) if figures else None}
        made[f"{scope}_key"] = None if figures else joint_key(str(row[f"{scope}_key"]) for row in rows)
    return made


def _info(run: Run, adcode: str, year: str) -> dict[str, Cell]:
    """Answers of the first sheet that a run knows; the others stay blank for the city to fill."""
    manifest = run.manifest
    known: dict[str, Cell] = {
        "type": "province" if adcode.endswith("0000") else "city" if adcode.endswith("00") else "county",
        "city": f"{regions.name(adcode, 'zh')} {regions.name(adcode, 'en')}",
        "country": "中国 China", "gb_code": adcode, "year": year,
        "boundary": "行政区域 administrative area", "gases": ", ".join(_gases(run)), "gwp": manifest["gwp_set"],
        "method": manifest["document_profile"], "tool": f"Cocontrol {manifest['code_version']}",
        "date": manifest["created_at"][:10], "version": run.run_id,
        "population": _published(run, "population", adcode, year),
        "gdp_cny": _published(run, "gdp", adcode, year),
    }  # fmt: skip
    return {field: known.get(field) for field in data_table("ecrf_info.csv").get_column("field")}


def _gases(run: Run) -> list[str]:
    emission = run.result("emission")
    return [c for c in substance_columns(emission) if c in {"CO2", "CH4", "N2O"} and emission[c].drop_nulls().len()]


def _published(run: Run, indicator: str, adcode: str, year: str) -> float | None:
    """A published statistic, only where the run knows exactly one value of it."""
    if not run.has("indicator"):
        return None
    rows = run.result("indicator").filter(
        (pl.col("indicator_id") == indicator) & (pl.col("adcode") == adcode) & (pl.col("period") == year)
    )
    values = rows.get_column("value").drop_nulls().unique().to_list()
    return float(values[0]) if len(values) == 1 else None


def write_ecrf(run: Run, folder: Path, _language: Language) -> None:
    """Write ``ecrf_<code>_<year>.xlsx`` for every area and year, and the reasons of the notation keys."""
    for (adcode, year), book in ecrf_books(run).items():
        write_ecrf_book(book, folder / f"ecrf_{adcode}_{year}.xlsx")
    write_notation(flow_table(run), folder)


def write_ecrf_book(ecrf: Ecrf, path: Path) -> None:
    """Write the three sheets of one workbook, headings in both languages."""
    gwp = f"GWP: {word(ecrf.info.get('gwp'))}"
    labels = {row[0]: row[1:] for row in data_table("ecrf_info.csv").iter_rows()}
    with new_book(path, "GPC eCRF") as book:
        info, summary, detail = (book.add_worksheet(name) for name in (INFO, SUMMARY, DETAIL))
        info.set_column(0, 2, 40)
        put_rows(info, ([field, " ".join(labels[field]), value] for field, value in ecrf.info.items()))
        put_rows(summary, [[gwp], [_HEADINGS[name] for name in SUMMARY_SCHEMA], list(SUMMARY_SCHEMA)])
        put_rows(summary, ecrf.summary.iter_rows(), first=3)
        heads: Rows = [[gwp], [f"{row[2]} {row[3]}" for row in COLUMNS.iter_rows()], list(DETAIL_SCHEMA)]
        put_rows(detail, heads)
        put_rows(detail, ecrf.detail.iter_rows(), first=3)


def read_ecrf(path: Path) -> Ecrf:
    """The three sheets of a workbook that `write_ecrf_book` wrote.

    Raises
    ------
    InvalidInput
        The file is no workbook, or a sheet or column is missing; all are listed.
    """
    sheets = read_sheets(path)
    wanted = {INFO: (), SUMMARY: tuple(SUMMARY_SCHEMA), DETAIL: tuple(DETAIL_SCHEMA)}
    faults = []
    for name, columns in wanted.items():
        if name not in sheets:
            missing = Text("缺少工作表", "a sheet is missing")
            faults.append(Fault("ecrf.sheet", missing, Location(file=path.name, sheet=name)))
            continue
        known = (
            {cell(sheets[name], 2, at) for at in range(len(sheets[name][2]))}
            if columns and len(sheets[name]) > 2
            else set()
        )
        for column in columns:
            if column not in known:
                missing = Text("缺少列", "a column is missing")
                faults.append(Fault("ecrf.column", missing, Location(file=path.name, sheet=name, column=column)))
    if faults:
        raise InvalidInput(*faults)
    answers = {word(row[0]): cell([row], 0, 2) for row in sheets[INFO] if row and row[0] is not None}
    return Ecrf(answers, _frame(sheets[SUMMARY], SUMMARY_SCHEMA), _frame(sheets[DETAIL], DETAIL_SCHEMA))


def _frame(rows: Rows, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    places = {str(name): at for at, name in enumerate(rows[2])}
    made = []
    for at in range(3, len(rows)):
        held = {name: cell(rows, at, places[name]) for name in schema}
        made.append({n: v if schema[n] == pl.Float64 else None if v is None else word(v) for n, v in held.items()})
    frame = pl.DataFrame(
        made, schema=dict.fromkeys(schema, pl.String) | {n: t for n, t in schema.items() if t == pl.Float64}
    )
    return frame.with_columns(pl.col(name).fill_null("") for name in ("fuel", "category") if name in schema)


def emission_totals(folder: Path, run: Run) -> dict[str, float]:
    """Tonnes per gas, read back from the direct lines of every workbook."""
    books: Iterable[Ecrf] = [read_ecrf(path) for path in sorted(folder.glob("ecrf_*.xlsx"))]
    totals = {}
    for column in substance_columns(run.result("emission")):
        name = "CO2e" if column == f"{CO2E_PREFIX}{run.manifest['gwp_set']}" else column
        if name in {"CO2", "CH4", "N2O", "CO2e"}:
            totals[column] = sum(
                float(book.detail.filter(pl.col("scope") == "direct").get_column(name).sum()) for book in books
            )
    return totals
