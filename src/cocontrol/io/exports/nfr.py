"""NFR Annex I layout (CLRTAP reporting): one sheet per year, rows by NFR code, notation keys where no figure stands.

Headings and rows come from a layout (two CSV tables), because they change by edition. A category that may
fall under several NFR codes is not split by guess: its sums stand below the layout under a joint code, and
the codes it may belong to carry ``IE``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.notation import NotationKey
from cocontrol.core.text import Language, Text
from cocontrol.io.exports.flows import (
    BEFORE_CONTROL,
    NO_CATEGORY,
    NO_SUBSTANCE,
    NOT_A_YEAR,
    WHOLE_YEAR,
    data_table,
    dropped_flows,
    flow_table,
    joint_key,
    write_notation,
)
from cocontrol.io.exports.sheets import Cell, Rows, cell, new_book, put_rows, read_sheets, word
from cocontrol.io.results import substance_columns
from cocontrol.io.runs import Run
from cocontrol.reference import categories, fuels, regions

FILE = "nfr.xlsx"
COLUMNS_FILE, ROWS_FILE = "nfr_columns.csv", "nfr_rows.csv"

FIXED = ("GNFR", "NFR Code", "Longname", "Notes")
TITLE_ROWS = 8
KEYS = (*(key.value for key in NotationKey), "NR")
JOINT, TOTAL = "JOINT", "NATIONAL TOTAL"

TABLE_SCHEMA = {
    "adcode": pl.String, "period": pl.String, "gnfr": pl.String, "nfr": pl.String, "name": pl.String,
    "notes": pl.String, "heading": pl.String, "unit": pl.String,
    "value": pl.Float64, "notation": pl.String, "text": pl.String,
}  # fmt: skip
"""A filled layout, one row per cell: exactly one of `value`, `notation` and `text` is filled, or none (a blank cell)."""

_REASONS = {
    "stage": BEFORE_CONTROL, "species": NO_SUBSTANCE, "year": NOT_A_YEAR, "category": NO_CATEGORY,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns (``heading, unit, kind, pollutant, tonnes_per_unit``) and rows (``gnfr, nfr, name, kind``) of one edition."""

    columns: pl.DataFrame
    rows: pl.DataFrame

    def pollutants(self) -> dict[str, tuple[str, float]]:
        """Heading and tonnes per unit of the substances that have a column."""
        own = self.columns.filter((pl.col("kind") == "pollutant") & pl.col("pollutant").is_not_null())
        return {row["pollutant"]: (row["heading"], float(row["tonnes_per_unit"])) for row in own.iter_rows(named=True)}


def load_layout(folder: Path | None = None) -> Layout:
    """The layout in a folder (``nfr_columns.csv`` and ``nfr_rows.csv``), or the one that comes with the package.

    Raises
    ------
    InvalidInput
        A file is not there or lacks a column.
    """
    columns, rows = (_layout_table(folder, name) for name in (COLUMNS_FILE, ROWS_FILE))
    needed = ((columns, COLUMNS_FILE, ("heading", "unit", "kind", "pollutant", "tonnes_per_unit")),
              (rows, ROWS_FILE, ("gnfr", "nfr", "name", "kind")))  # fmt: skip
    faults = [
        Fault(
            "nfr.layout_column", Text("版式表缺少列", "a column of the layout is missing"), Location(file=name), value=c
        )
        for table, name, wanted in needed
        for c in wanted
        if c not in table.columns
    ]
    if faults:
        raise InvalidInput(*faults)
    return Layout(columns, rows)


def _layout_table(folder: Path | None, name: str) -> pl.DataFrame:
    if folder is None:
        return data_table(name)
    path = Path(folder) / name
    if not path.is_file():
        message = Text("版式文件夹中缺少文件", "the layout folder lacks a file")
        raise InvalidInput(Fault("nfr.layout_file", message, Location(file=name)))
    return pl.read_csv(path, infer_schema=False)


def row_of(category: str, layout: Layout) -> tuple[str, tuple[str, ...]] | None:
    """The code under which a category stands, and the layout rows it may belong to; None where there is none.

    With one row that is its code. With several, or with a code that only heads rows (``3B``), it is a joint code.
    """
    known = layout.rows.filter(pl.col("kind") == "row").get_column("nfr").to_list()
    chain = (category, *categories.ancestors(category)) if category in _categories() else ()
    codes = next((found for code in chain if (found := categories.codes_in(code, "nfr"))), ())
    may = tuple(
        code
        for wanted in codes
        for code in known
        if code == wanted or (wanted not in known and code.startswith(wanted))
    )
    if not may:
        return None
    held = tuple(code for code in codes if any(row.startswith(code) for row in may))
    return ("+".join(held), may)


def _categories() -> frozenset[str]:
    return frozenset(categories.categories().get_column("category"))


def _flows(run: Run, layout: Layout) -> pl.DataFrame:
    flows = flow_table(run)
    placed = {code: row_of(code, layout) for code in flows.get_column("category").unique().to_list()}
    codes = {category: found[0] if found else None for category, found in placed.items()}
    known = list(layout.pollutants())
    return flows.with_columns(
        pl.col("category").replace_strict(codes, return_dtype=pl.String).alias("nfr"),
        pl.when(~pl.col("pollutant").is_in(known)).then(pl.lit("species"))
        .when(pl.col("before_control")).then(pl.lit("stage"))
        .when(~pl.col("period").str.contains(WHOLE_YEAR)).then(pl.lit("year"))
        .when(~pl.col("category").is_in([c for c, found in placed.items() if found])).then(pl.lit("category"))
        .alias("why_dropped"),
    )  # fmt: skip


def dropped_rows(run: Run, *, layout: Path | None = None) -> pl.DataFrame:
    """What the format cannot hold: pollutant, category, amount in tonnes and the reason."""
    return dropped_flows(_flows(run, load_layout(layout)), _REASONS)


def nfr_table(run: Run, layout: Layout) -> pl.DataFrame:
    """The filled layout of every area and year of a run: table of `TABLE_SCHEMA`."""
    flows = _flows(run, layout).filter(pl.col("why_dropped").is_null())
    activity = _activity(run, layout)
    cells: list[dict[str, object]] = []
    for place in flows.select("adcode", "period").unique().sort("adcode", "period").iter_rows():
        own = flows.filter((pl.col("adcode") == place[0]) & (pl.col("period") == place[1]))
        cells += _filled(place, own, activity, layout)
    return pl.DataFrame(cells, schema=TABLE_SCHEMA)


def _filled(
    place: tuple[str, str], flows: pl.DataFrame, activity: Mapping[tuple[str, ...], float], layout: Layout
) -> Iterable[dict[str, object]]:
    """All cells of one sheet, in the order of its rows and columns."""
    by_cell = {
        key: (rows.get_column("amount").to_list(), rows.get_column("notation").to_list(), rows["missing_cells"].sum())
        for key, rows in flows.group_by("nfr", "pollutant")
    }
    rows = [*layout.rows.iter_rows(named=True), *_joint_rows(flows, layout)]
    included = {code for row in rows if row["kind"] == "joint" for code in str(row["may"]).split(";")}
    columns = layout.columns.to_dicts()
    sums: dict[str, float] = {}
    made = []
    for row in rows:
        lower = [c["heading"] for c in columns if by_cell.get((row["nfr"], c["pollutant"]), ([], [], 0))[2]
                 and any(v is not None for v in by_cell[row["nfr"], c["pollutant"]][0])]  # fmt: skip
        notes = f"部分单元未估算 / cells not estimated: {', '.join(lower)}" if lower else None
        for column in columns:
            values, keys, _ = by_cell.get((row["nfr"], column["pollutant"]), ([], [], 0))
            held = _cell(column, row, values, keys, included)
            if column["kind"] in {"fuel", "activity", "activity_unit"}:
                held = _activity_cell(column, row["nfr"], place, activity)
            if column["kind"] == "pollutant" and held[0] is not None:
                sums[column["heading"]] = sums.get(column["heading"], 0.0) + held[0]
            made.append((row, notes, column, held))
    for row, notes, column, held in made:
        final = (sums[column["heading"]], None, None) if row["kind"] == "total" and column["heading"] in sums else held
        yield dict(zip(TABLE_SCHEMA, (
            *place, row["gnfr"], row["nfr"], row["name"], notes, column["heading"], column["unit"], *final,
        ), strict=True))  # fmt: skip


_Held = tuple[float | None, str | None, str | None]


def _cell(
    column: Mapping[str, str], row: Mapping[str, str], values: Sequence[float | None], keys: Sequence[str | None],
    included: set[str],
) -> _Held:  # fmt: skip
    """Value, key and text of a pollutant cell."""
    figures = [value for value in values if value is not None]
    if figures:
        return sum(figures) / float(column["tonnes_per_unit"]), None, None
    if row["nfr"] in included:
        return None, NotationKey.IE.value, None
    return None, joint_key(keys) or NotationKey.NE.value, None


def _joint_rows(flows: pl.DataFrame, layout: Layout) -> list[dict[str, str]]:
    """Rows below the layout for categories that may fall under several codes and have a figure."""
    found: dict[str, dict[str, str]] = {}
    gnfr = dict(layout.rows.select("nfr", "gnfr").iter_rows())
    held = flows.filter(pl.col("amount").is_not_null()).get_column("category").unique().sort().to_list()
    for category in held:
        code, may = row_of(category, layout) or ("", ())
        if code in gnfr:
            continue
        sectors = list(dict.fromkeys(gnfr[row] for row in may))
        name = str(categories.category_name(category).en)
        known = found.get(code)
        found[code] = {
            "gnfr": f"{JOINT}:{'+'.join(sectors)}", "nfr": code, "kind": "joint", "may": ";".join(may),
            "name": f"{known['name']}; {name}" if known else name,
        }  # fmt: skip
    return list(found.values())


def _activity(run: Run, layout: Layout) -> dict[tuple[str, ...], float]:
    """Amounts burnt and other activity by area, period, NFR code and ``fuel:<kind>`` (TJ) or unit."""
    states = {row["fuel_code"]: _fuel_kind(row) for row in fuels.fuels().iter_rows(named=True)}
    sums: dict[tuple[str, ...], float] = {}
    rows = run.result("emission").drop_nulls("amount")
    for row in rows.select("adcode", "period", "category", "fuel", "unit", "amount").iter_rows(named=True):
        placed = row_of(row["category"], layout)
        if placed is None:
            continue
        burnt = row["unit"] == "TJ" and row["fuel"] in states
        kind = f"fuel:{states[row['fuel']]}" if burnt else str(row["unit"])
        key = (row["adcode"], row["period"], placed[0], kind)
        sums[key] = sums.get(key, 0.0) + row["amount"]
    return sums


def _fuel_kind(row: Mapping[str, object]) -> str:
    if row["is_biogenic"]:
        return "biomass"
    return str(row["physical_state"]) if row["physical_state"] in {"liquid", "solid", "gas"} else "other"


def _activity_cell(
    column: Mapping[str, str], nfr: str, place: tuple[str, str], activity: Mapping[tuple[str, ...], float]
) -> _Held:
    """Fuel burnt in TJ; other activity only where the row has it in one unit."""
    own = {key[3]: value for key, value in activity.items() if key[:3] == (*place, nfr)}
    if column["kind"] == "fuel":
        value = own.get(f"fuel:{column['pollutant']}")
        absent = NotationKey.NE if nfr.startswith("1A") else NotationKey.NA
        return (value, None, None) if value is not None else (None, absent.value, None)
    others = {unit: value for unit, value in own.items() if not unit.startswith("fuel:")}
    if len(others) != 1:
        return None, NotationKey.NE.value if others else NotationKey.NA.value, None
    unit, value = next(iter(others.items()))
    return (value, None, None) if column["kind"] == "activity" else (None, None, unit)


def write_nfr(run: Run, folder: Path, _language: Language, *, layout: Path | None = None) -> None:
    """Write ``nfr.xlsx`` (a sheet per area and year), the layout it follows, and the reasons of the keys beside it."""
    used = load_layout(layout)
    version = f"Cocontrol {run.manifest['code_version']} · {run.run_id}"
    write_nfr_table(nfr_table(run, used), folder / FILE, date=str(run.manifest["created_at"])[:10], version=version)
    used.columns.write_csv(folder / COLUMNS_FILE)
    used.rows.write_csv(folder / ROWS_FILE)
    write_notation(_flows(run, used), folder)


def write_nfr_table(table: pl.DataFrame, path: Path, *, date: str, version: str) -> None:
    """Write a filled layout as a workbook with a sheet per area and year."""
    with new_book(path, "NFR Annex I") as book:
        for (adcode, period), rows in table.group_by("adcode", "period", maintain_order=True):
            sheet = book.add_worksheet(f"{adcode}_{period}")
            sheet.freeze_panes(TITLE_ROWS + 2, 3)
            put_rows(sheet, _titles(str(adcode), str(period), date, version))
            put_rows(sheet, _grid(rows), first=TITLE_ROWS)


def _titles(adcode: str, period: str, date: str, version: str) -> Rows:
    area = f"{regions.name(adcode, 'zh')} {regions.name(adcode, 'en')}"
    titles: Rows = [
        ["Annex I: National sector emissions: Main pollutants, particulate matter, heavy metals and POPs"],
        ["COUNTRY / AREA:", area], ["CODE (GB/T 2260):", adcode], ["DATE:", date], ["YEAR:", period],
        ["VERSION:", version], ["Keys: NE, NA, IE, NO, C, NR. A blank cell is never zero."], [],
    ]  # fmt: skip
    return titles


def _grid(rows: pl.DataFrame) -> Rows:
    lines = [
        (key, list(cells))
        for key, cells in groupby(rows.iter_rows(named=True), lambda r: (r["gnfr"], r["nfr"], r["name"], r["notes"]))
    ]
    heads = [cell["heading"] for cell in lines[0][1]] if lines else []
    units = [cell["unit"] for cell in lines[0][1]] if lines else []
    body: Rows = [[*FIXED, *heads], [None, None, None, None, *units]]
    for key, cells in lines:
        body.append([*key, *(_shown(one) for one in cells)])
    return body


def _shown(one: Mapping[str, Cell]) -> Cell:
    return next((one[name] for name in ("value", "notation", "text") if one[name] is not None), None)


def read_nfr(path: Path) -> pl.DataFrame:
    """A filled layout from a workbook: table of `TABLE_SCHEMA`.

    Raises
    ------
    InvalidInput
        The file is no workbook, or a sheet has no heading row that begins with ``GNFR``; every such sheet is listed.
    """
    cells: list[dict[str, object]] = []
    faults: list[Fault] = []
    for name, rows in read_sheets(path).items():
        head = next((at for at, row in enumerate(rows) if row and row[0] == FIXED[0]), None)
        if head is None:
            message = Text("找不到以 GNFR 开头的表头", "no heading row begins with GNFR")
            faults.append(Fault("nfr.heading", message, Location(file=path.name, sheet=name)))
            continue
        cells += _read_sheet(rows, head)
    if faults:
        raise InvalidInput(*faults)
    return pl.DataFrame(cells, schema=TABLE_SCHEMA)


def _read_sheet(rows: Rows, head: int) -> Iterable[dict[str, object]]:
    titles = {word(row[0]): word(row[1]) for row in rows[:head] if len(row) > 1 and row[0] is not None}
    place = (titles.get("CODE (GB/T 2260):", ""), titles.get("YEAR:", ""))
    columns = [at for at in range(len(FIXED), len(rows[head])) if rows[head][at] is not None]
    for at in range(head + 2, len(rows)):
        fixed = [cell(rows, at, column) for column in range(len(FIXED))]
        if fixed[1] is None:
            continue
        for column in columns:
            held = cell(rows, at, column)
            number = float(held) if isinstance(held, int | float) else None
            key = held if held in KEYS else None
            text = held if isinstance(held, str) and key is None else None
            named = (cell(rows, head, column), cell(rows, head + 1, column))
            yield dict(zip(TABLE_SCHEMA, (*place, *fixed, *named, number, key, text), strict=True))


def emission_totals(folder: Path, run: Run) -> dict[str, float]:
    """Tonnes per substance, read back from the file: rows and joint rows of every sheet, without totals and memo items."""
    layout = load_layout(folder)
    apart = layout.rows.filter(pl.col("kind") != "row").get_column("nfr").to_list()
    table = read_nfr(folder / FILE).filter(~pl.col("nfr").is_in(apart))
    known = layout.pollutants()
    totals = {}
    for column in substance_columns(run.result("emission")):
        if column in known:
            heading, tonnes = known[column]
            totals[column] = float(table.filter(pl.col("heading") == heading).get_column("value").sum()) * tonnes
    return totals
