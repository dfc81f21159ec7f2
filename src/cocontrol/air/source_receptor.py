"""Concentrations from a user's source-receptor matrix: validated, kept to its range, never extrapolated silently.

C_r = C0_r + Σ_s Σ_p a_{p,s→r} (E_ps − E0_ps), annual mean PM2.5.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Level
from cocontrol.core.text import Text

KEYS = ("source", "pollutant", "stack_class")


@dataclass(frozen=True, slots=True)
class Concentrations:
    """One row per receptor: ``receptor, before, after, change, limit, attained``; and remarks."""

    table: pl.DataFrame
    remarks: tuple[Fault, ...]


def matrix_faults(matrix: pl.DataFrame, receptors: pl.DataFrame) -> tuple[Fault, ...]:
    """What makes a matrix unusable (errors) or doubtful (lower levels).

    Errors: ozone (it cannot be put in a line), a negative coefficient of a primary pollutant, a source whose
    pollutants do not reach every receptor, Σ a E0 above what the receptor has over its background. Doubtful: a
    place that does not affect itself most.
    """
    return (
        *_ozone(matrix),
        *_negative_primary(matrix),
        *_uncovered(matrix, receptors),
        *_more_than_there_is(matrix, receptors),
        *_self_not_first(matrix),
    )


def _ozone(matrix: pl.DataFrame) -> list[Fault]:
    if matrix.filter(pl.col("pollutant").is_in(["O3", "ozone", "臭氧"])).is_empty():
        return []
    return [
        Fault(
            "receptor.ozone",
            Text("臭氧不能用线性系数计算", "ozone cannot be computed with linear coefficients"),
            remedy=Text("使用响应面或化学传输模型的结果", "use a response surface or a transport model"),
        )
    ]


def _negative_primary(matrix: pl.DataFrame) -> list[Fault]:
    bad = matrix.filter(pl.col("primary") & (pl.col("coefficient") < 0))
    return [
        Fault(
            "receptor.negative",
            Text("一次颗粒物的系数为负", "a negative coefficient of a primary pollutant"),
            value=f"{row['source']} → {row['receptor']} {row['pollutant']}: {row['coefficient']}",
        )
        for row in bad.iter_rows(named=True)
    ]


def _uncovered(matrix: pl.DataFrame, receptors: pl.DataFrame) -> list[Fault]:
    wanted = matrix.select(KEYS).unique().join(receptors.select("receptor"), how="cross")
    missing = wanted.join(matrix, on=[*KEYS, "receptor"], how="anti").sort([*KEYS, "receptor"])
    return [
        Fault(
            "receptor.uncovered",
            Text("缺少系数；缺失不是零", "a coefficient is missing; missing is not zero"),
            value=f"{row['source']} → {row['receptor']} {row['pollutant']} {row['stack_class']}",
        )
        for row in missing.iter_rows(named=True)
    ]


def _more_than_there_is(matrix: pl.DataFrame, receptors: pl.DataFrame) -> list[Fault]:
    explained = matrix.group_by("receptor").agg(
        (pl.col("coefficient") * pl.col("reference_emission")).sum().alias("explained")
    )
    bad = receptors.join(explained, on="receptor").filter(
        pl.col("explained") > (pl.col("concentration") - pl.col("background")) * (1 + 1e-9)
    )
    return [
        Fault(
            "receptor.too_much",
            Text(
                "系数×基准排放超过扣除背景后的现状浓度",
                "coefficients × reference emissions exceed what is there above the background",
            ),
            value=f"{row['receptor']}: {row['explained']:.3g} > {row['concentration'] - row['background']:.3g}",
            remedy=Text("核对单位（每吨每年）", "check the unit (per tonne a year)"),
        )
        for row in bad.iter_rows(named=True)
    ]


def _self_not_first(matrix: pl.DataFrame) -> list[Fault]:
    own = matrix.filter(pl.col("source") == pl.col("receptor"))
    greatest = matrix.group_by("receptor", "pollutant", "stack_class").agg(pl.col("coefficient").max().alias("most"))
    bad = own.join(greatest, on=["receptor", "pollutant", "stack_class"]).filter(pl.col("coefficient") < pl.col("most"))
    return [
        Fault(
            "receptor.self",
            Text("本地系数小于外来系数，请核对", "a place affects itself less than others do: check it"),
            value=f"{row['receptor']} {row['pollutant']}",
            level=Level.MEDIUM,
        )
        for row in bad.iter_rows(named=True)
    ]


def concentrations(
    matrix: pl.DataFrame, receptors: pl.DataFrame, emissions: pl.DataFrame, *, limit: float | None = None
) -> Concentrations:
    """Annual PM2.5 at every receptor after the emissions change.

    `matrix` as `air.tables.SOURCE_RECEPTOR`, `receptors` as `RECEPTOR`, `emissions` as `EMISSION_CHANGE`; a
    source that `emissions` does not name stays as it is. A result below the background counts as the background
    and is told. `limit` (µg/m³) gives `attained`.

    Raises
    ------
    InvalidInput
        Every error of `matrix_faults`; an emission that the matrix does not know; a change beyond the valid
        range of a coefficient.
    """
    faults = list(matrix_faults(matrix, receptors))
    unknown = emissions.join(matrix, on=KEYS, how="anti")
    faults += [
        Fault(
            "receptor.emission_unknown",
            Text("矩阵中没有这个源与污染物", "the matrix has no such source and pollutant"),
            value=" ".join(str(row[key]) for key in KEYS),
        )
        for row in unknown.iter_rows(named=True)
    ]
    joined = matrix.join(emissions.select(*KEYS, "emission"), on=KEYS, how="left").with_columns(
        (pl.coalesce("emission", "reference_emission") - pl.col("reference_emission")).alias("change")
    )
    faults += _beyond_range(joined)
    if errors := [fault for fault in faults if fault.level is Level.ERROR]:
        raise InvalidInput(*errors)
    moved = joined.group_by("receptor").agg((pl.col("coefficient") * pl.col("change")).sum().alias("moved"))
    table = receptors.join(moved, on="receptor", how="left", maintain_order="left").with_columns(
        (pl.col("concentration") + pl.col("moved").fill_null(0.0)).alias("raw")
    )
    remarks = [*faults, *_below_background(table)]
    after = pl.max_horizontal("raw", "background")
    return Concentrations(
        table.select(
            "receptor",
            pl.col("concentration").alias("before"),
            after.alias("after"),
            (after - pl.col("concentration")).alias("change"),
            pl.lit(limit, dtype=pl.Float64).alias("limit"),
            (after <= limit if limit is not None else pl.lit(None, dtype=pl.Boolean)).alias("attained"),
        ),
        tuple(remarks),
    )


def _beyond_range(joined: pl.DataFrame) -> list[Fault]:
    bad = joined.filter(
        pl.col("change").abs() > pl.col("valid_range") * pl.col("reference_emission") * (1 + 1e-9)
    ).unique(KEYS, maintain_order=True)
    return [
        Fault(
            "receptor.range",
            Text("排放变化超出系数的适用范围", "the emission changes beyond the valid range of its coefficient"),
            value=f"{row['source']} {row['pollutant']}: {row['change']:+.4g} t",
            allowed=Text("±{r} × {e} t", "±{r} × {e} t").format(r=row["valid_range"], e=row["reference_emission"]),
        )
        for row in bad.iter_rows(named=True)
    ]


def _below_background(table: pl.DataFrame) -> list[Fault]:
    return [
        Fault(
            "receptor.background",
            Text("结果低于背景值，按背景值计", "the result lies below the background and counts as it"),
            value=f"{row['receptor']}: {row['raw']:.3g} < {row['background']:.3g}",
            level=Level.MEDIUM,
        )
        for row in table.filter(pl.col("raw") < pl.col("background")).iter_rows(named=True)
    ]
