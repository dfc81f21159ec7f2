"""The lines of an eCRF workbook: one per emission cell, with activity, factors, gases and CO2 equivalent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

import polars as pl

from cocontrol.core.text import Text
from cocontrol.io.exports.flows import (
    BEFORE_CONTROL,
    NO_CATEGORY,
    NO_SUBSTANCE,
    NOT_A_YEAR,
    WHOLE_YEAR,
    data_table,
    dropped_flows,
    flow_table,
)
from cocontrol.io.results import CO2E_GASES, CO2E_PREFIX
from cocontrol.io.runs import Run
from cocontrol.reference import categories

COLUMNS = data_table("ecrf_columns.csv")
"""The 33 columns of the third sheet: column, kind, label, label_zh."""

DETAIL_SCHEMA: dict[str, type[pl.DataType]] = {
    **{row[0]: pl.Float64 if row[1] == "number" else pl.String for row in COLUMNS.iter_rows()},
    "category": pl.String,
    "adcode": pl.String,
}
"""The 33 columns, and category and area behind them."""

GASES = ("CO2", "CH4", "N2O")
_REASONS = {
    "stage": BEFORE_CONTROL, "species": NO_SUBSTANCE, "year": NOT_A_YEAR, "category": NO_CATEGORY,
    "inside": Text("该格式只有 CO2、CH4、N2O 三列；此气体计入 CO2e 合计", "the format has columns of CO2, CH4 and N2O only; this gas is in the total CO2e"),
}  # fmt: skip


@lru_cache(maxsize=1)
def _refs() -> dict[str, str]:
    return {row["category"]: row["ref"] for row in data_table("ecrf_refs.csv").iter_rows(named=True)}


def _chain(category: str) -> tuple[str, ...]:
    known = category in categories.categories().get_column("category")
    return (category, *categories.ancestors(category)) if known else (category,)


def ref_of(category: str) -> str | None:
    """The GPC reference of the direct emission of a category: its own or that of the nearest category above it."""
    return next((_refs()[code] for code in _chain(category) if code in _refs()), None)


@lru_cache(maxsize=256)
def subsector_of(category: str) -> tuple[str, str] | None:
    """Section and sub-sector of the summary to which a category belongs."""
    rows = data_table("ecrf_rows.csv").to_dicts()
    for code in _chain(category):
        for row in rows:
            if code in str(row["categories"] or "").split(";"):
                return str(row["section"]), str(row["subsector"])
    return None


def _why(run: Run) -> pl.DataFrame:
    flows = flow_table(run)
    mapped = [c for c in flows.get_column("category").unique().to_list() if ref_of(c) and subsector_of(c)]
    kept = [*GASES, f"{CO2E_PREFIX}{run.manifest['gwp_set']}"]
    return flows.with_columns(
        pl.when(pl.col("before_control")).then(pl.lit("stage"))
        .when(pl.col("pollutant").is_in(kept) & ~pl.col("category").is_in(mapped)).then(pl.lit("category"))
        .when(~pl.col("period").str.contains(WHOLE_YEAR)).then(pl.lit("year"))
        .when(pl.col("pollutant").is_in(kept)).then(None)
        .when(pl.col("pollutant").is_in(CO2E_GASES)).then(pl.lit("inside"))
        .otherwise(pl.lit("species"))
        .alias("why_dropped")
    )  # fmt: skip


def dropped_rows(run: Run) -> pl.DataFrame:
    """What the format cannot hold: pollutant, category, amount in tonnes and the reason."""
    return dropped_flows(_why(run), _REASONS)


def placed_cells(run: Run) -> pl.DataFrame:
    """The emission cells of whole years whose category has a reference and that hold a greenhouse gas."""
    emission = run.result("emission")
    mapped = [c for c in emission.get_column("category").unique().to_list() if ref_of(c) and subsector_of(c)]
    held = [name for name in (*GASES, _equivalent(run)) if name in emission.columns]
    return emission.filter(
        pl.col("category").is_in(mapped)
        & pl.col("period").str.contains(WHOLE_YEAR)
        & pl.any_horizontal(pl.col(name).is_not_null() for name in held)
    )


def _equivalent(run: Run) -> str:
    return f"{CO2E_PREFIX}{run.manifest['gwp_set']}"


def detail_lines(run: Run) -> list[dict[str, object]]:
    """Every line that has a figure: direct emissions by cell, and electricity consumed (I.x.2, II.x.2) by category."""
    lineage = run.result("coefficient_lineage").filter(pl.col("pollutant").is_in(GASES))
    factors = {(row["coefficient_id"], row["pollutant"]): row for row in lineage.iter_rows(named=True)}
    quality = dict(run.result("activity").select("source_id", "quality").iter_rows()) if run.has("activity") else {}
    direct = [_line(row, factors, quality, _equivalent(run)) for row in placed_cells(run).iter_rows(named=True)]
    return direct + _electricity_lines(run)


def _line(
    row: Mapping[str, object], factors: Mapping[tuple[object, str], Mapping[str, object]], quality: Mapping[object, object],
    equivalent: str,
) -> dict[str, object]:  # fmt: skip
    category, amount = str(row["category"]), row["amount"]
    section, subsector = subsector_of(category) or ("", "")
    own = {gas: factors.get((row["coefficient_id"], gas), {}) for gas in GASES}
    inputs = [one for gas in GASES for one in json.loads(str(own[gas].get("inputs") or "[]"))]
    first: Mapping[str, object] = next((one for one in inputs if one.get("document")), {})
    oxidation = next((one.get("value") for one in inputs if one.get("role") == "oxidation_factor"), None)
    total = row.get(equivalent)
    statuses = {str(own[gas]["status"]) for gas in GASES if own[gas].get("status")}
    return {
        "year": row["period"], "ref": ref_of(category), "sector": section, "subsector": subsector, "scope": "direct",
        "fuel": row["fuel"] or "", "notation": None, "ad_amount": amount, "ad_unit": row["unit"],
        "ad_description": str(categories.category_name(category).en), "ad_source": row["origin"],
        "ad_quality": quality.get(row["source_id"]), "ef_unit": f"t/{row['unit']}" if row["unit"] else None,
        **{f"ef_{gas}": own[gas].get("value") for gas in GASES},
        "ef_CO2e": _ratio(total, amount), "oxidation_factor": oxidation,
        "ef_description": own["CO2"].get("formula"),
        "ef_source": " ".join(str(first[key]) for key in ("document", "clause") if first.get(key)) or None,
        "ef_quality": ", ".join(sorted(statuses)) or None,
        **{gas: row.get(gas) for gas in GASES}, "CO2e": total,
        "original_amount": amount, "original_unit": row["unit"], "conversion": 1.0 if amount is not None else None,
        "override": "no", "category": category, "adcode": row["adcode"],
    }  # fmt: skip


def _ratio(total: object, amount: object) -> float | None:
    return float(total) / float(amount) if isinstance(total, float) and isinstance(amount, float) and amount else None


def _electricity_lines(run: Run) -> list[dict[str, object]]:
    """Electricity consumed by category, under the first kind of grid factor that the run has; CO2 only."""
    if not run.has("electricity_indirect"):
        return []
    rows = run.result("electricity_indirect").filter(
        (pl.col("basis") == "consumption") & pl.col("CO2").is_not_null() & pl.col("period").str.contains(WHOLE_YEAR)
    )
    kinds = rows.get_column("kind").unique().sort().to_list()
    made: list[dict[str, object]] = []
    for row in rows.filter(pl.col("kind").is_in(kinds[:1])).iter_rows(named=True):
        category = str(row["category"])
        ref, placed = ref_of(category), subsector_of(category)
        if placed is None or ref is None or ref.split(".")[0] not in {"I", "II"} or ref.endswith(".4.4"):
            continue
        made.append({
            "year": row["period"], "ref": ref if "." not in ref else f"{ref[:-1]}2", "sector": placed[0], "subsector": placed[1],
            "scope": "indirect", "fuel": "electricity", "ad_amount": row["amount"], "ad_unit": row["unit"],
            "ad_source": row["origin"], "ef_unit": f"t/{row['unit']}", "ef_CO2": _ratio(row["CO2"], row["amount"]),
            "ef_source": f"{row['kind']} {row['factor_id']}", "ef_quality": row["status"], "CO2": row["CO2"],
            "CO2e": row["CO2"], "original_amount": row["amount"], "original_unit": row["unit"], "conversion": 1.0,
            "override": "no", "category": category, "adcode": row["adcode"],
        })  # fmt: skip
    return made
