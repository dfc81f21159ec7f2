"""Layouts of other inventories: their columns, units, names of substances, and which rows are totals of others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, NotFound
from cocontrol.core.text import Text
from cocontrol.core.units import factor
from cocontrol.reference.regions import regions

OTHER_SCHEMA = pl.Schema(
    {
        "adcode": pl.String,
        "year": pl.Int64,
        "sector": pl.String,
        "pollutant": pl.String,
        "fuel": pl.String,
        "value_t": pl.Float64,
        "is_total": pl.Boolean,
    }
)
"""Another inventory in our terms: sectors in its own words, substances in ours, tonnes; `is_total` rows sum others."""

SUBSTANCES = {
    "PM2.5": "PM25",
    "PM2_5": "PM25",
    "PM25": "PM25",
    "NMVOC": "VOCs",
    "VOC": "VOCs",
    "NOX": "NOx",
    "CO2BIO": "CO2_biogenic",
}
"""Names of substances that others write otherwise."""

ALL = "all"
"""Fuel of a row that is not split by fuel."""


@dataclass(frozen=True, slots=True)
class Note:
    """What has to be known of a layout when its figures stand beside ours; of one pollutant or (``*``) of all."""

    text: Text
    pollutant: str = "*"


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout: the columns it must have, how to read it, and what is known of it.

    `from_documentation` says that it was built from the published description and files of others, not from
    a copy held here.
    """

    layout_id: str
    label: Text
    columns: tuple[str, ...]
    read: Callable[[pl.DataFrame], pl.DataFrame]
    notes: tuple[Note, ...]
    from_documentation: bool = False

    def notes_on(self, pollutant: str) -> tuple[Text, ...]:
        """The notes that concern a pollutant."""
        return tuple(note.text for note in self.notes if note.pollutant in {"*", pollutant})


def substance(written: str) -> str:
    """Our code of a substance as another inventory writes it; itself where nothing else is known."""
    cleaned = written.strip()
    return SUBSTANCES.get(cleaned) or SUBSTANCES.get(cleaned.upper()) or cleaned


def _tonnes(value: pl.Expr, unit: pl.Expr, units: Mapping[str, float]) -> pl.Expr:
    return value.cast(pl.Float64) * unit.replace_strict(units, return_dtype=pl.Float64)


def _units(written: pl.Series) -> dict[str, float]:
    """Tonnes per unit for every unit written (``kt/year``, ``ktNO2/year``, ``Tg``)."""
    return {str(unit): factor(_mass(str(unit)), "t") for unit in written.drop_nulls().unique()}


def _mass(unit: str) -> str:
    """The mass of a unit such as ``ktNO2/year``."""
    return re.sub(r"(?<=[a-z])(?:NO2|CO2|SO2|C)$", "", re.split(r"[/ ]", unit.strip())[0])


def _other(frame: pl.DataFrame, **columns: pl.Expr) -> pl.DataFrame:
    names = pl.Series([substance(text) for text in frame["_substance"]], dtype=pl.String)
    made = frame.with_columns(names.alias("_substance"))
    fuel = columns.pop("fuel", pl.lit(ALL))
    table = made.select(pollutant=pl.col("_substance"), fuel=fuel, **columns)
    return table.select(pl.col(name).cast(kind) for name, kind in OTHER_SCHEMA.items()).drop_nulls("value_t")


def _read_reas(frame: pl.DataFrame) -> pl.DataFrame:
    """CO2 that is split (``-EXCL-BF``, ``-BF``) counts fossil only: the unsplit row of such a sector is a total."""
    tagged = frame.with_columns(
        pl.col("species").alias("_substance"),
        pl.col("sector").str.replace(r"-(EXCL-)?BF$", "").alias("_base"),
    )
    split = pl.col("sector").str.ends_with("-BF").any().over("species", "_base")
    whole = pl.col("sector") == pl.col("_base")
    biofuel = pl.col("sector").str.ends_with("-BF") & ~pl.col("sector").str.ends_with("-EXCL-BF")
    units = _units(frame["unit"])
    return _other(
        tagged,
        adcode=pl.col("adcode"),
        year=pl.col("year").cast(pl.Int64),
        sector=pl.col("sector"),
        value_t=_tonnes(pl.col("value"), pl.col("unit"), units),
        is_total=(pl.col("_base") == "TOTAL") | (split & whole) | biofuel,
    )


def _read_ceads(frame: pl.DataFrame) -> pl.DataFrame:
    """The row of a fuel or process of a sector; ``Total Emissions`` and ``Scope 1 Total`` are totals."""
    process = pl.col("fuel") == "Process"
    return _other(
        frame.with_columns(pl.lit("CO2").alias("_substance")),
        adcode=pl.col("adcode"),
        year=pl.col("year").cast(pl.Int64),
        sector=pl.when(process).then(pl.lit("@Process")).otherwise(pl.col("sector")),
        fuel=pl.col("fuel").replace(CEADS_FUELS),
        value_t=pl.col("mt_co2").cast(pl.Float64) * factor("Mt", "t"),
        is_total=(pl.col("sector") == "Total Emissions") | (pl.col("fuel") == "Scope 1 Total"),
    )


CEADS_FUELS = {
    "Raw Coal": "raw_coal",
    "Cleaned Coal": "washed_coal",
    "Other Washed Coal": "other_washed_coal",
    "Briquettes": "briquette",
    "Coke": "coke",
    "Coke Oven Gas": "coke_oven_gas",
    "Other Gas": "other_coal_gas",
    "Other Coking Products": "other_coking_products",
    "Crude Oil": "crude_oil",
    "Gasoline": "gasoline",
    "Kerosene": "kerosene",
    "Diesel Oil": "diesel",
    "Fuel Oil": "fuel_oil",
    "LPG": "lpg",
    "Refinery Gas": "refinery_gas",
    "Other Petroleum Products": "other_petroleum_products",
    "Natural Gas": "natural_gas",
}
"""Fuels of CEADs in our codes. Their ``Other Gas`` holds blast furnace and converter gas too."""


def _read_meic(frame: pl.DataFrame) -> pl.DataFrame:
    place = pl.col("adcode") if "adcode" in frame.columns else pl.lit("100000")
    sector = pl.col("sector").str.strip_chars().str.to_lowercase()
    return _other(
        frame.with_columns(pl.col("species").alias("_substance")),
        adcode=place,
        year=pl.col("year").cast(pl.Int64),
        sector=sector.replace({"transport": "transportation", "solvent": "solvent use"}),
        value_t=_tonnes(pl.col("value"), pl.col("unit"), _units(frame["unit"])),
        is_total=sector.is_in(["total", "all"]),
    )


_EDGAR_YEAR = re.compile(r"Y_\d{4}")


def _read_edgar(frame: pl.DataFrame) -> pl.DataFrame:
    """Years as columns ``Y_1970`` …, kt; codes lose their dots; biogenic CO2 is set apart from fossil."""
    years = [name for name in frame.columns if _EDGAR_YEAR.fullmatch(name)]
    ids = ["Country_code_A3", "ipcc_code_2006_for_standard_report", "Substance", "fossil_bio"]
    long = frame.select(*ids, *years).unpivot(years, index=ids, variable_name="_year", value_name="_value")
    biogenic = (pl.col("fossil_bio") == "bio") & (pl.col("Substance") == "CO2")
    code = pl.col("ipcc_code_2006_for_standard_report").str.replace("_.*$", "").str.replace_all(".", "", literal=True)
    made = long.with_columns(
        pl.when(biogenic).then(pl.lit("CO2bio")).otherwise(pl.col("Substance")).alias("_substance")
    )
    return _other(
        made,
        adcode=pl.col("Country_code_A3").replace({"CHN": "100000"}),
        year=pl.col("_year").str.slice(2).cast(pl.Int64),
        sector=code,
        value_t=pl.col("_value").cast(pl.Float64) * factor("kt", "t"),
        is_total=code.str.to_uppercase().str.starts_with("TOTAL"),
    )


LAYOUTS: dict[str, Layout] = {
    layout.layout_id: layout
    for layout in (
        Layout(
            "reas",
            Text("REAS v3（分省）", "REAS v3 (by province)"),
            ("adcode", "species", "sector", "year", "value", "unit"),
            _read_reas,
            (
                Note(Text("NOx 以 NO2 计，与本平台相同", "NOx counted as NO2, as here"), "NOx"),
                Note(Text("CO2 只取化石部分（-EXCL-BF）", "CO2: the fossil part only (-EXCL-BF)"), "CO2"),
            ),
        ),
        Layout(
            "ceads",
            Text("CEADs（分省分部门分燃料）", "CEADs (province, sector, fuel)"),
            ("adcode", "year", "sector", "fuel", "mt_co2"),
            _read_ceads,
            (
                Note(Text("仅 CO2；含能源和水泥过程", "CO2 only; energy and cement process")),
                Note(
                    Text(
                        "采用中国实测排放因子，与 IPCC 和省级指南不同",
                        "measured Chinese factors, unlike IPCC and the guide",
                    )
                ),
            ),
        ),
        Layout(
            "edgar",
            Text("EDGAR（IPCC 2006 分类，各国逐年）", "EDGAR (IPCC 2006 classes, country by year)"),
            ("Country_code_A3", "ipcc_code_2006_for_standard_report", "Substance", "fossil_bio"),
            _read_edgar,
            (
                Note(Text("国家级；与省、市不可比", "national: not to be compared with a province or city")),
                Note(Text("生物质 CO2 单列，不计入", "biogenic CO2 is set apart and not counted"), "CO2"),
            ),
            from_documentation=True,
        ),
        Layout(
            "meic",
            Text("MEIC（分部门）", "MEIC (by sector)"),
            ("species", "year", "sector", "value", "unit"),
            _read_meic,
            (Note(Text("没有行政区列时为全国", "national where there is no column of regions")),),
        ),
    )
}
"""Every layout that can be read."""


def get_layout(layout_id: str) -> Layout:
    """The layout of that name; `NotFound` lists what there is."""
    if layout_id not in LAYOUTS:
        raise NotFound(
            Fault(
                "reconciliation.layout_unknown",
                Text("没有这个版式", "no such layout"),
                value=layout_id,
                allowed=Text("现有：{k}", "there are: {k}").format(k=", ".join(LAYOUTS)),
            )
        )
    return LAYOUTS[layout_id]


def read_other(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Another inventory in our terms: table of `OTHER_SCHEMA`; a cell without value is left out, never zero.

    Raises
    ------
    InvalidInput
        Columns of the layout are missing, a number is none, or a region or unit is unknown; all listed.
    """
    if lacking := [name for name in layout.columns if name not in frame.columns]:
        raise InvalidInput(*(_lacking(layout, name, frame.columns) for name in lacking))
    try:
        made = layout.read(frame)
    except (pl.exceptions.InvalidOperationError, pl.exceptions.ComputeError) as error:
        raise InvalidInput(
            Fault(
                "reconciliation.value",
                Text("有单元格不是数，或单位、年份不能识别", "a cell is no number, or a unit or year is not known"),
                value=str(error).split("\n", maxsplit=1)[0],
            )
        ) from error
    known = set(regions()["adcode"])
    if unknown := sorted(set(made["adcode"]) - known) if layout.layout_id != "edgar" else []:
        raise InvalidInput(*(_unknown_region(code) for code in unknown))
    return made


def _lacking(layout: Layout, name: str, there: list[str]) -> Fault:
    return Fault(
        "reconciliation.column_missing",
        Text("版式 {l} 缺少列 {n}", "layout {l} lacks column {n}").format(l=layout.layout_id, n=name),
        value=", ".join(there[:12]),
        allowed=Text("{c}", "{c}").format(c=", ".join(layout.columns)),
    )


def _unknown_region(code: str) -> Fault:
    return Fault("reconciliation.region", Text("不是行政区划代码", "not an adcode"), value=code)
