"""IAMC table (the format of pyam, nomenclature and the IIASA scenario databases): own writer and reader.

Wide CSV: ``Model, Scenario, Region, Region Code, Variable, Unit, <year> …``. A missing value drops the
point; it is never written as zero. Pollutants that a run holds only before removal go into a scenario of
their own, so that nobody takes generation for an emission.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import polars as pl

from cocontrol import __version__
from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Language, Text
from cocontrol.io.results import CO2E_PREFIX, generation_pairs, substance_columns
from cocontrol.io.runs import Run
from cocontrol.reference import categories, regions

FILE = "iamc.csv"

INDEX = ("Model", "Scenario", "Region", "Region Code", "Variable", "Unit")
"""Index columns; ``Region Code`` (GB/T 2260) is an extra column, which the format allows."""

POINT = ("Year", "Value")
"""The two further columns of the long form."""

MODEL = f"Cocontrol {__version__}"
"""The model that every table of ours names."""

CONTROLLED, UNCONTROLLED = "Inventory", "Inventory before emission control"

_NOT_MAPPED = Text("该源类别在 IAMC 变量表中没有对应变量", "the category has no IAMC variable")
_NOT_A_YEAR = Text("IAMC 表按年，时段不是整年", "IAMC tables are yearly; the period is not a year")
_NO_SPECIES = Text("IAMC 变量表中没有该物质", "the substance has no IAMC species")


@lru_cache(maxsize=1)
def _category_variables() -> dict[str, str]:
    return dict(_data("iamc_categories.csv").iter_rows())


@lru_cache(maxsize=1)
def _substances() -> dict[str, tuple[str, str, float]]:
    return {row[0]: (row[1], row[2], float(row[3])) for row in _data("iamc_substances.csv").iter_rows()}


def _data(name: str) -> pl.DataFrame:
    content = files("cocontrol.io.exports").joinpath("data", name).read_bytes()
    return pl.read_csv(content, infer_schema=False)


def category_variable(category: str) -> str | None:
    """The IAMC variable tail of a category: its own or that of the nearest category above it, or None."""
    mapped = _category_variables()
    known = categories.categories().get_column("category")
    chain = (category, *categories.ancestors(category)) if category in known else (category,)
    return next((mapped[code] for code in chain if code in mapped), None)


def species_of(column: str) -> tuple[str, str, float] | None:
    """Species, unit and tonnes per unit of a substance column, or None.

    A CO2-equivalent column becomes ``Kyoto Gases (AR5-GWP100)``: the GWP set stays in the name.
    """
    if column.startswith(CO2E_PREFIX):
        name = column.removeprefix(CO2E_PREFIX).replace("GWP", "-GWP")
        return f"Kyoto Gases ({name})", "Mt CO2-equiv/yr", 1e6
    return _substances().get(column)


def iamc_table(run: Run) -> pl.DataFrame:
    """The emission table of a run as a long IAMC table: the index columns, ``Year`` and ``Value``.

    Parents (``Emissions|CO2|Energy``, ``Emissions|CO2``) are the sums of what lies below them.
    """
    long = _kept(_long(run))
    if long.is_empty():
        return pl.DataFrame(schema={**dict.fromkeys(INDEX, pl.String), "Year": pl.Int64, "Value": pl.Float64})
    points = long.group_by("scenario", "adcode", "period", "column", "tail", maintain_order=True).agg(
        pl.col("amount").sum()
    )
    rows = [row for point in points.iter_rows(named=True) for row in _with_parents(point)]
    summed = (
        pl.DataFrame(rows)
        .group_by("scenario", "adcode", "period", "column", "variable", maintain_order=True)
        .agg(pl.col("amount").sum())
    )
    return _labelled(summed)


def _with_parents(point: Mapping[str, object]) -> Iterable[dict[str, object]]:
    """One row for the leaf and one for each node above it, the bare species included."""
    parts = str(point["tail"]).split("|")
    for depth in range(len(parts) + 1):
        yield {**point, "variable": "|".join(parts[:depth])}


def _labelled(summed: pl.DataFrame) -> pl.DataFrame:
    rows = []
    for row in summed.iter_rows(named=True):
        species, unit, tonnes = species_of(row["column"]) or ("", "", 1.0)
        tail = f"|{row['variable']}" if row["variable"] else ""
        rows.append(
            (
                MODEL, row["scenario"], region_path(row["adcode"]), row["adcode"],
                f"Emissions|{species}{tail}", unit, int(row["period"]), row["amount"] / tonnes,
            )
        )  # fmt: skip
    schema = {**dict.fromkeys(INDEX, pl.String), "Year": pl.Int64, "Value": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").sort(*INDEX, "Year")


def region_path(adcode: str) -> str:
    """``China|Henan|Zhengzhou``: the names from the province down."""
    chain = [*reversed(regions.ancestors(adcode)), adcode]
    return "|".join(regions.name(code, "en") for code in chain)


def _long(run: Run) -> pl.DataFrame:
    """One row per emission cell and substance, with scenario, variable tail and the reason it cannot stay."""
    emission = run.result("emission")
    before = generation_pairs(run.result("coefficient_lineage")).select(
        "coefficient_id", pl.col("pollutant").alias("column"), pl.lit(value=True).alias("before_control")
    )
    long = emission.select("coefficient_id", "adcode", "period", "category", *substance_columns(emission)).unpivot(
        index=("coefficient_id", "adcode", "period", "category"), variable_name="column", value_name="amount"
    )
    tails = {code: category_variable(code) for code in long.get_column("category").unique().to_list()}
    known = [column for column in substance_columns(emission) if species_of(column)]
    return (
        long.drop_nulls("amount")
        .join(before, on=("coefficient_id", "column"), how="left", maintain_order="left")
        .with_columns(
            pl.col("category").replace_strict(tails, return_dtype=pl.String).alias("tail"),
            pl.when(pl.col("before_control")).then(pl.lit(UNCONTROLLED)).otherwise(pl.lit(CONTROLLED)).alias("scenario"),
        )
        .with_columns(
            pl.when(~pl.col("column").is_in(known)).then(pl.lit("species"))
            .when(~pl.col("period").str.contains(r"^\d{4}$")).then(pl.lit("year"))
            .when(pl.col("tail").is_null()).then(pl.lit("category"))
            .alias("why_dropped")
        )
    )  # fmt: skip


def _kept(long: pl.DataFrame) -> pl.DataFrame:
    return long.filter(pl.col("why_dropped").is_null())


def dropped_rows(run: Run) -> pl.DataFrame:
    """What the format cannot hold: pollutant, category, amount in tonnes and the reason."""
    reasons = {"species": _NO_SPECIES, "year": _NOT_A_YEAR, "category": _NOT_MAPPED}
    dropped = _long(run).filter(pl.col("why_dropped").is_not_null())
    return (
        dropped.group_by("column", "category", "why_dropped", maintain_order=True)
        .agg(pl.col("amount").sum())
        .select(
            pl.col("column").alias("pollutant"),
            "category",
            "amount",
            pl.col("why_dropped").replace_strict({k: t.zh for k, t in reasons.items()}).alias("reason_zh"),
            pl.col("why_dropped").replace_strict({k: t.en for k, t in reasons.items()}).alias("reason_en"),
        )
    )


def write_iamc(run: Run, folder: Path, _language: Language) -> None:
    """Write ``iamc.csv``, the wide form with one column per year."""
    write_iamc_table(iamc_table(run), folder / FILE)


def write_iamc_table(long: pl.DataFrame, path: Path) -> None:
    """Write a long IAMC table in the wide form; a point that is not there stays blank."""
    years = sorted(long.get_column("Year").unique().to_list())
    index = [name for name in INDEX if name in long.columns]
    wide = long.pivot(on="Year", index=index, values="Value", on_columns=years) if years else long.select(index)
    wide.write_csv(path)


def read_iamc_table(path: Path) -> pl.DataFrame:
    """A long IAMC table from a CSV file, wide or long; headings in any case, blanks dropped.

    Raises
    ------
    InvalidInput
        See `long_table`.
    """
    return long_table(pl.read_csv(path, infer_schema=False), path.name)


def long_table(raw: pl.DataFrame, file: str) -> pl.DataFrame:
    """A long IAMC table from one of text cells in the wide (a column per year) or long (``Year``, ``Value``) form.

    Raises
    ------
    InvalidInput
        An index column is missing, a year column is not a year, an index cell (the unit apart) is empty,
        or a point stands twice; all faults at once.
    """
    raw = raw.rename({name: _heading(name) for name in raw.columns})
    faults = list(_iamc_faults(raw, file))
    if faults:
        raise InvalidInput(*faults)
    years = [name for name in raw.columns if name.isdigit()]
    index = [name for name in INDEX if name in raw.columns]
    raw = raw.with_columns(pl.col("Unit").fill_null(""))
    is_long = set(POINT) <= set(raw.columns)
    long = raw if is_long else raw.unpivot(on=years, index=index, variable_name="Year", value_name="Value")
    kept = long.drop_nulls("Value")
    if wrong := list(_number_faults(kept, file)):
        raise InvalidInput(*wrong)
    kept = kept.with_columns(pl.col("Year").cast(pl.Int64), pl.col("Value").cast(pl.Float64))
    repeated = kept.filter(kept.select(*index, "Year").is_duplicated())
    if repeated.height:
        raise InvalidInput(*(_repeated(row, file) for row in repeated.iter_rows(named=True)))
    return kept.select(*index, *POINT).sort(*index, "Year")


def _heading(name: str) -> str:
    return next((known for known in (*INDEX, *POINT) if known.casefold() == name.strip().casefold()), name.strip())


def _iamc_faults(raw: pl.DataFrame, file: str) -> Iterable[Fault]:
    required = [name for name in INDEX if name != "Region Code"]
    for name in required:
        if name not in raw.columns:
            yield Fault("iamc.column_missing", Text("缺少列", "a column is missing"), Location(file=file, column=name))
    for name in raw.columns:
        if name not in (*INDEX, *POINT) and not name.isdigit():
            yield Fault(
                "iamc.column_unknown",
                Text("既非索引列也非年份", "neither an index column nor a year"),
                Location(file=file, column=name),
            )
    for name in required:
        if name == "Unit" or name not in raw.columns:
            continue
        for position in raw.get_column(name).is_null().arg_true().to_list():
            yield Fault(
                "iamc.index_empty",
                Text("索引单元格为空", "an index cell is empty"),
                Location(file=file, row=position + 2, column=name),
            )


def _number_faults(points: pl.DataFrame, file: str) -> Iterable[Fault]:
    """One fault per point whose year or value is no number."""
    for name, kind in (("Year", pl.Int64), ("Value", pl.Float64)):
        for row in points.filter(pl.col(name).cast(kind, strict=False).is_null()).iter_rows(named=True):
            yield Fault(
                "iamc.not_a_number",
                Text("不是数：{v}，{y} 年", "not a number: {v}, {y}").format(v=row["Variable"], y=row["Year"]),
                Location(file=file, column=name if name in POINT else str(row["Year"])),
                value=str(row[name]),
                allowed=Text("整数年份；数值如 1234.5", "a year; a value such as 1234.5"),
            )


def _repeated(row: Mapping[str, object], file: str) -> Fault:
    return Fault(
        "iamc.repeated",
        Text("同一点出现两次", "a point stands twice"),
        Location(file=file),
        value=f"{row['Region']} {row['Variable']} {row['Year']}",
    )


def emission_totals(folder: Path, run: Run) -> dict[str, float]:
    """Tonnes per substance in the written file: the top variable of each species over all scenarios."""
    table = read_iamc_table(folder / FILE)
    totals = {}
    for column in substance_columns(run.result("emission")):
        if known := species_of(column):
            species, _, tonnes = known
            rows = table.filter(pl.col("Variable") == f"Emissions|{species}")
            totals[column] = float(rows.get_column("Value").sum()) * tonnes
    return totals
