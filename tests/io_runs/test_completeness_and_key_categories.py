"""What a run says about its gaps and about what matters most."""

from __future__ import annotations

import polars as pl
import pytest

from cocontrol.inventory.uncertainty.of_inventory import UNCERTAINTY_SCHEMA
from cocontrol.io.run_completeness import COMPLETENESS_SCHEMA, State, completeness_share, completeness_table
from cocontrol.io.run_key_categories import key_category_tables
from cocontrol.reference.categories import categories

EMISSION = pl.DataFrame(
    {
        "adcode": ["410000"] * 3, "period": ["2013"] * 3, "category": ["1A1ai", "1A1ai", "1A2m"],
        "coefficient_id": ["a", "b", "c"], "CO2": [10.0, None, 5.0], "SO2": [None, None, 1.0],
    }
)  # fmt: skip
LINEAGE = pl.DataFrame(
    {
        "coefficient_id": ["b", "a", "b"], "pollutant": ["CO2", "SO2", "SO2"], "value": [None] * 3,
        "notation": ["NE"] * 3, "reason_zh": ["没有", "无因子", "无因子"], "reason_en": ["none", "no factor", "no factor"],
    },
    schema_overrides={"value": pl.Float64},
)  # fmt: skip


def completeness(declared: pl.DataFrame | None = None, tables: tuple[str, ...] = ("energy_balance",)) -> pl.DataFrame:
    return completeness_table(EMISSION, LINEAGE, tables=tables, adcode="410000", years=[2013], declared=declared)


def at(table: pl.DataFrame, category: str, pollutant: str) -> dict[str, object]:
    return table.filter((pl.col("category") == category) & (pl.col("pollutant") == pollutant)).row(0, named=True)


def test_every_leaf_category_has_a_value_or_a_notation_key_with_a_reason() -> None:
    table = completeness()
    assert dict(table.schema) == dict(COMPLETENESS_SCHEMA)
    leaves = set(categories()["category"]) - set(categories()["parent"].drop_nulls())
    assert leaves <= set(table["category"])
    blank = table.filter(pl.col("value_t").is_null())
    assert blank.filter(
        pl.col("notation").is_null() | pl.col("reason_zh").is_null() | pl.col("reason_en").is_null()
    ).is_empty()
    assert table.filter(pl.col("value_t").is_not_null() & pl.col("notation").is_not_null()).is_empty()


def test_a_sum_that_leaves_cells_out_is_partly_estimated() -> None:
    row = at(completeness(), "1A1ai", "CO2")
    assert (row["state"], row["value_t"], row["cells"], row["missing_cells"], row["reason_zh"]) == (
        State.PART, 10.0, 2, 1, "没有",
    )  # fmt: skip


def test_rows_without_a_coefficient_carry_the_reason_of_the_lineage() -> None:
    row = at(completeness(), "1A1ai", "SO2")
    assert (row["state"], row["notation"], row["reason_en"]) == (State.NO_FACTOR, "NE", "no factor")


def test_what_does_not_arise_is_not_missing_and_other_sectors_columns_are_no_gaps() -> None:
    emission = EMISSION.with_columns(SF6=pl.lit(None, dtype=pl.Float64))
    lineage = LINEAGE.with_columns(
        notation=pl.when((pl.col("coefficient_id") == "b") & (pl.col("pollutant") == "CO2"))
        .then(pl.lit("NA"))
        .otherwise(pl.col("notation"))
    )
    table = completeness_table(emission, lineage, tables=["energy_balance"], adcode="410000", years=[2013])
    assert (at(table, "1A1ai", "CO2")["state"], at(table, "1A1ai", "CO2")["missing_cells"]) == (State.VALUE, 0)
    assert at(table, "1A1ai", "SF6")["state"] == State.NOT_COVERED


def test_a_sector_without_data_lacks_only_what_each_category_can_emit() -> None:
    """The HFC bank covers six uses and many substances; only those that a use employs wait for its data."""
    table = completeness()
    assert at(table, "2F3", "HFC227ea")["state"] == State.NO_DATA
    assert at(table, "2F3", "HFC32")["state"] == State.NOT_COVERED
    assert at(table, "3C4", "NH3")["state"] == State.NO_DATA
    assert at(table, "3C5", "NH3")["state"] == State.NOT_COVERED


def test_the_share_of_completeness_is_what_its_definition_says() -> None:
    states = ["value"] * 3 + ["elsewhere", "declared", "part", "no_data", "no_factor", "no_rows"]
    share = completeness_share(pl.DataFrame({"state": [*states, "not_covered", "no_method"]}))
    assert (share.answered, share.partly, share.counted, share.outside) == (5, 1, 9, 2)
    assert share.share == pytest.approx(5 / 9)
    assert completeness_share(pl.DataFrame({"state": ["no_method"]})).share is None


def test_a_branch_of_industry_is_included_where_the_balance_counts_it() -> None:
    row = at(completeness(), "1A2a", "CO2")
    assert (row["state"], row["notation"]) == (State.ELSEWHERE, "IE")
    assert "Non-specified industry" in str(row["reason_en"])


def test_what_lies_in_a_category_without_a_figure_is_not_said_to_be_included() -> None:
    assert at(completeness(), "1A1aii", "SO2")["notation"] == "NE"


def test_a_declared_key_holds_for_the_categories_below() -> None:
    declared = pl.DataFrame(
        {"category": ["2"], "pollutant": [None], "notation": ["NO"], "reason": ["无工业"], "source": ["记录"]},
        schema_overrides={"pollutant": pl.String},
    )
    row = at(completeness(declared), "2A1", "CO2")
    assert (row["state"], row["notation"], row["reason_zh"]) == (State.DECLARED, "NO", "无工业（记录）")
    assert at(completeness(declared), "1A1ai", "CO2")["value_t"] == 10.0


def sums(*years: str) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "adcode": "410000",
                "period": year,
                "category": c,
                "CO2": value * (1 + n),
                "CH4": None,
                "N2O": None,
                "SO2": s,
            }
            for n, year in enumerate(years)
            for c, value, s in (("1A1ai", 90.0, 1.0), ("1A2m", 8.0, 99.0), ("1A4c", 2.0, None))
        ],
        schema_overrides={"CH4": pl.Float64, "N2O": pl.Float64},
    )


NO_UNCERTAINTY = pl.DataFrame(schema=UNCERTAINTY_SCHEMA)


def test_each_metric_has_key_categories_of_its_own_and_the_joint_table_brings_them_together() -> None:
    made = key_category_tables(sums("2013"), NO_UNCERTAINTY, gwp_set="AR5GWP100")
    first = made["key_category"].filter(pl.col("approach") == 1)
    assert set(first["metric"]) == {"CO2e_AR5GWP100", "SO2"}
    key = first.filter("is_key_level").group_by("metric").agg(pl.col("category").sort())
    assert dict(key.iter_rows()) == {"CO2e_AR5GWP100": ["1A1ai", "1A2m"], "SO2": ["1A2m"]}
    assert first["trend"].null_count() == first.height
    joint = made["key_category_joint"]
    assert joint.filter("is_key_in_all")["category"].to_list() == ["1A2m"]


def test_two_years_have_a_trend() -> None:
    made = key_category_tables(sums("2013", "2014"), NO_UNCERTAINTY, gwp_set="AR5GWP100")["key_category"]
    assert set(made["base_period"]) == {"2013"}
    assert set(made["period"]) == {"2014"}
    assert made.filter((pl.col("approach") == 1) & (pl.col("metric") == "CO2e_AR5GWP100"))["trend"].null_count() == 0


def test_approach_2_is_undetermined_without_uncertainties_and_says_why() -> None:
    made = key_category_tables(sums("2013"), NO_UNCERTAINTY, gwp_set="AR5GWP100")["key_category"]
    second = made.filter(pl.col("approach") == 2)
    assert second["is_key_level"].null_count() == second.height
    assert second["reason_en"].null_count() == 0


def test_approach_2_weighs_by_the_uncertainty_where_all_are_known() -> None:
    known = pl.DataFrame(
        [
            {"adcode": "410000", "period": "2013", "scope": "category", "category": c, "pollutant": "CO2",
             "interval": "full", "half_width_pct": width}
            for c, width in (("1A1ai", 2.0), ("1A2m", 50.0), ("1A4c", 10.0))
        ]
    )  # fmt: skip
    made = key_category_tables(sums("2013"), known, gwp_set="AR5GWP100")["key_category"]
    second = made.filter((pl.col("approach") == 2) & (pl.col("metric") == "CO2e_AR5GWP100")).sort("level_rank")
    assert second["category"].to_list() == ["1A2m", "1A1ai", "1A4c"]


def test_declared_weights_make_a_metric_of_their_own() -> None:
    weights = pl.DataFrame({"pollutant": ["SO2"], "weight": [2.0], "source": ["表"]})
    made = key_category_tables(sums("2013"), NO_UNCERTAINTY, gwp_set="AR5GWP100", equivalents=weights)["key_category"]
    row = made.filter((pl.col("metric") == "pollutant_equivalent") & (pl.col("category") == "1A2m"))
    assert row["year_t"].to_list()[0] == pytest.approx(198.0)
