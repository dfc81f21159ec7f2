"""An outside scenario beside ours: GCAM-China by sector, or any IAMC table. A comparison, never an input."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text, same

CARBON_TO_CO2 = 44 / 12
"""t CO2 per t of carbon."""

TOTAL = "Emissions|CO2"

_GCAM = ("sector", "year", "co2.emiss", "adcode")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Our path beside another.

    `table`: ``year, ours, p2_5, p97_5, other, difference, ratio, within`` for the years that both have (`within`
    is null without draws). `peaks` gives the year of the maximum of each over those years, None where it is the last.
    """

    variable: str
    source: str
    table: pl.DataFrame
    peaks: dict[str, int | None]


def gcam_co2(frame: pl.DataFrame, adcode: str) -> pl.DataFrame:
    """``variable, year, value`` (Mt CO2) of a province from GCAM-China's CO2 by sector, which is in Mt C.

    Raises
    ------
    InvalidInput
        Columns of the layout are missing, or the province is not in the table.
    """
    _require(frame, _GCAM, "GCAM-China")
    numbers = {"co2.emiss": pl.Float64, "year": pl.Int64}
    typed = frame.with_columns(pl.col(name).cast(kind, strict=False) for name, kind in numbers.items())
    faults = [
        Fault("outside.number", Text("不是数", "not a number"), Location(column=name), value=str(value))
        for name in numbers
        for value in frame.filter(typed[name].is_null())[name]
    ]
    if faults:
        raise InvalidInput(*faults)
    frame = typed
    mine = frame.filter(pl.col("adcode").cast(pl.String) == adcode)
    if mine.is_empty():
        known = frame["adcode"].cast(pl.String).unique().sort().to_list()
        raise InvalidInput(
            Fault(
                "outside.region",
                Text("对照数据中没有该地区", "the other data lack the region"),
                value=adcode,
                allowed=Text("{k}", "{k}").format(k=", ".join(known)),
            )
        )
    return (
        mine.group_by("year")
        .agg((pl.col("co2.emiss").sum() * CARBON_TO_CO2).alias("value"))
        .select(pl.lit(TOTAL).alias("variable"), pl.col("year").cast(pl.Int64), "value")
        .sort("year")
    )


GCAM_SOURCE = Text(
    "GCAM-China 参考情景（ruiwangrr/gcam-china-postCO2emiss，Apache 2.0）；模型结果，不是统计数据",
    "GCAM-China reference scenario (ruiwangrr/gcam-china-postCO2emiss, Apache 2.0); model output, not statistics",
)
"""What must be said beside the shipped series."""


@cache
def _shipped() -> pl.DataFrame:
    content = files("cocontrol.pathways").joinpath("data", "gcam_china.csv").read_bytes()
    return pl.read_csv(content, schema_overrides={"adcode": pl.String})


def gcam_regions() -> tuple[str, ...]:
    """Province codes of which the GCAM-China reference scenario ships: CO2 in Mt, every fifth year from 2005 to 2060."""
    return tuple(_shipped()["adcode"].unique().sort())


def gcam_reference(adcode: str) -> pl.DataFrame:
    """``variable, year, value`` (Mt CO2) of the shipped GCAM-China reference scenario.

    Raises
    ------
    InvalidInput
        The province is not among `gcam_regions`.
    """
    if adcode not in gcam_regions():
        words = Text("没有该地区的 GCAM-China 情景", "GCAM-China does not ship for the region")
        raise InvalidInput(Fault("outside.region", words, value=adcode, allowed=same(", ".join(gcam_regions()))))
    mine = _shipped().filter(adcode=adcode)
    return mine.select(pl.lit(TOTAL).alias("variable"), "year", pl.col("CO2_Mt").alias("value"))


def iamc_series(frame: pl.DataFrame, variable: str) -> pl.DataFrame:
    """``variable, year, value`` of one variable of an IAMC table, wide (a column per year) or long (``Year``, ``Value``).

    Raises
    ------
    InvalidInput
        No column ``Variable``, no such variable, or several rows of it (models, scenarios, regions).
    """
    _require(frame, ("Variable",), "IAMC")
    if {"Year", "Value"} <= set(frame.columns):
        index = [name for name in ("Model", "Scenario", "Region", "Variable", "Unit") if name in frame.columns]
        frame = frame.pivot("Year", index=index, values="Value", maintain_order=True, sort_columns=True)
    rows = frame.filter(pl.col("Variable") == variable)
    if rows.height != 1:
        named = [
            " / ".join(str(row.get(n)) for n in ("Model", "Scenario", "Region") if n in row) for row in rows.to_dicts()
        ]
        known = frame["Variable"].unique(maintain_order=True).head(20).to_list()
        raise InvalidInput(
            Fault(
                "outside.variable",
                Text("对照表中该变量应恰有一行", "the other table must have one row of the variable"),
                value=f"{variable}: {rows.height}",
                allowed=same("; ".join(named) if named else ", ".join(map(str, known))),
                remedy=Text("先选定一个模型、情景和地区", "choose one model, scenario and region first"),
            )
        )
    years = [name for name in frame.columns if name.isdigit()]
    return (
        rows.select(years)
        .unpivot(variable_name="year", value_name="value")
        .with_columns(pl.col("year").cast(pl.Int64), pl.col("value").cast(pl.Float64), variable=pl.lit(variable))
        .drop_nulls("value")
        .select("variable", "year", "value")
    )


def compare(bands: pl.DataFrame, other: pl.DataFrame, *, source: str, variable: str = TOTAL) -> Comparison:
    """Our bands (`results.outlook`) beside another series of the same variable and unit."""
    ours = bands.filter(pl.col("variable") == variable).select("year", pl.col("central").alias("ours"), "p2_5", "p97_5")
    table = (
        ours.join(other.select("year", pl.col("value").alias("other")), on="year")
        .sort("year")
        .with_columns(
            (pl.col("ours") - pl.col("other")).alias("difference"),
            (pl.col("ours") / pl.col("other")).alias("ratio"),
            pl.col("other").is_between(pl.col("p2_5"), pl.col("p97_5")).alias("within"),
        )
    )
    if table.is_empty():
        raise InvalidInput(
            Fault("outside.years", Text("两条路径没有共同的年份", "the two paths share no year"), value=variable)
        )
    return Comparison(variable, source, table, {name: _peak(table, name) for name in ("ours", "other")})


def _peak(table: pl.DataFrame, column: str) -> int | None:
    at = table[column].arg_max()
    return None if at is None or at == table.height - 1 else int(table["year"][at])


def _require(frame: pl.DataFrame, columns: tuple[str, ...], layout: str) -> None:
    if absent := [name for name in columns if name not in frame.columns]:
        raise InvalidInput(
            Fault(
                "outside.layout",
                Text("对照数据缺少列（{l} 版式）", "the other data lack columns of the {l} layout").format(l=layout),
                value=", ".join(absent),
                allowed=Text("{c}", "{c}").format(c=", ".join(columns)),
            )
        )
