"""The balance is read under a declared layout; what does not add up is found, and nothing else."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput, NotFound
from cocontrol.core.tables import TABLES
from cocontrol.inventory.balance import (
    BALANCE_SCHEMA,
    BalanceLayout,
    Role,
    check_balance,
    get_layout,
    list_layouts,
    read_energy_balance,
)


def small(**amounts: float | None) -> pl.DataFrame:
    """A balance of raw coal that closes: 100 produced, 60 to power, 30 to industry (5 as material), 10 to homes."""
    cells: dict[str, float | None] = {
        "indigenous_production": 100.0,
        "total_supply": 100.0,
        "thermal_power": -60.0,
        "total_transformation": -60.0,
        "industry": 30.0,
        "non_energy_use": 5.0,
        "residential": 10.0,
        "residential_urban": 4.0,
        "residential_rural": 6.0,
        "total_consumption": 40.0,
        **amounts,
    }
    return pl.DataFrame(
        {
            "region": "410000",
            "year": 2013,
            "fuel": "raw_coal",
            "process": list(cells),
            "amount": list(cells.values()),
        },
        schema_overrides={"amount": pl.Float64},
    )


def findings(frame: pl.DataFrame, layout: BalanceLayout | None = None) -> list[tuple[str, str]]:
    made = layout or get_layout("lbnl_databook_v9")
    result = check_balance(read_energy_balance(frame, made), made)
    return [
        (rule, subject.removeprefix("410000/2013/")) for rule, subject in result.select("rule", "subject").iter_rows()
    ]


def test_the_table_is_declared_with_its_key() -> None:
    assert TABLES.get("energy_balance").key == ("region", "year", "fuel", "process")
    column, unit = TABLES.get("energy_balance").match_heading("mtce") or (None, None)
    assert column is not None
    assert (column.name, unit) == ("amount", "Mtce")


def test_names_become_codes_and_keep_their_spelling_and_cell(balance: pl.DataFrame) -> None:
    assert balance.schema == BALANCE_SCHEMA
    row = balance.row(by_predicate=(pl.col("fuel") == "raw_coal") & (pl.col("process") == "thermal_power"), named=True)
    assert row == {
        "adcode": "410000",
        "year": 2013,
        "fuel": "raw_coal",
        "process": "thermal_power",
        "amount": -82.9591602,
        "unit": "Mtce",
        "fuel_name": "Coal Raw",
        "process_name": "Thermal Power",
        "is_aggregate": False,
        "origin": "henan_energy_balance_2013_mtce.csv!E239",
    }
    assert balance.height == 371


@pytest.mark.parametrize("region", ["410000", "Henan", "河南", "河南省"])
def test_a_region_may_be_written_as_code_or_name(region: str) -> None:
    frame = small().with_columns(region=pl.lit(region))
    assert read_energy_balance(frame, get_layout("cesy"))["adcode"].unique().to_list() == ["410000"]


def test_chinese_yearbook_names_are_read_whatever_their_brackets() -> None:
    frame = pl.DataFrame(
        {
            "region": "河南",
            "year": 2020,
            "fuel": ["原煤", "其它煤气"],
            "process": ["加工转换投入(-)产出(+)量", "外省（区、市）调入量"],
            "amount": [-1.0, 2.0],
        }
    )
    read = read_energy_balance(frame, get_layout("cesy"))
    assert read.select("fuel", "process", "unit").rows() == [
        ("raw_coal", "total_transformation", "万吨标准煤"),
        ("other_coal_gas", "interprovincial_imports", "万吨标准煤"),
    ]


def test_every_unknown_name_is_reported_at_once() -> None:
    frame = small().with_columns(
        fuel=pl.when(pl.col("process") == "industry").then(pl.lit("Rawcoal?")).otherwise("fuel"),
        process=pl.when(pl.col("process") == "residential").then(pl.lit("Homes")).otherwise("process"),
        region=pl.lit("Atlantis"),
    )
    with pytest.raises(InvalidInput) as caught:
        read_energy_balance(frame, get_layout("lbnl_databook_v9"))
    assert [(fault.rule, fault.value) for fault in caught.value.faults] == [
        ("balance.region_unknown", "Atlantis"),
        ("balance.fuel_unknown", "Rawcoal?"),
        ("balance.process_unknown", "Homes"),
    ]


def test_a_repeated_key_is_refused_with_both_cells() -> None:
    frame = pl.concat([small(), small()[:1]])
    with pytest.raises(InvalidInput) as caught:
        read_energy_balance(frame, get_layout("lbnl_databook_v9"))
    (fault,) = caught.value.faults
    assert fault.rule == "balance.key_repeated"
    assert fault.location.cell == "row 2, row 12"


def test_an_unknown_layout_lists_those_there_are() -> None:
    with pytest.raises(NotFound, match="cesy_recovery_in_supply"):
        get_layout("guess")


@pytest.mark.parametrize("name", list_layouts())
def test_every_layout_is_whole(name: str) -> None:
    layout = get_layout(name)
    assert layout.layout_id == name
    assert set(layout.process_names.values()) <= set(layout.processes)
    for process in layout.processes.values():
        assert process.sums_to is None or layout.processes[process.sums_to].role is Role.TOTAL
        assert process.part_of is None or process.part_of in layout.processes
    assert layout.recovery_place == ("supply" if name.endswith("_in_supply") else "transformation")


def test_henan_2013_has_the_three_mtce_defect_and_no_false_alarm(balance: pl.DataFrame, layout: BalanceLayout) -> None:
    result = check_balance(balance, layout)
    (defect,) = result.filter(level="high").rows(named=True)
    assert defect["rule"] == "balance.total"
    assert defect["subject"] == "410000/2013/other_energy/total_consumption"
    assert (defect["found"], defect["unit"]) == (0.33, "Mtce")
    assert defect["expected"] == pytest.approx(3.33, abs=1e-12)
    assert defect["difference"] == pytest.approx(-3.0, abs=1e-12)
    assert defect["origin"].split("; ")[0] == "henan_energy_balance_2013_mtce.csv!E274"
    assert "the printed total is wrong" in defect["message_en"]
    assert result.filter(pl.col("level") != "high").select("rule", "subject").rows() == [
        ("balance.total", "410000/2013/total_energy/total_consumption"),
        ("balance.transformation_gain", "410000/2013//coal_washing"),
        ("balance.transformation_gain", "410000/2013//gas_works"),
        ("balance.transformation_gain", "410000/2013//briquetting"),
        ("balance.outside_aggregate", "410000/2013/total_energy/total_consumption"),
    ]


def test_the_defect_of_the_aggregate_is_traced_to_its_member(balance: pl.DataFrame, layout: BalanceLayout) -> None:
    row = check_balance(balance, layout).row(
        by_predicate=pl.col("subject").str.contains("total_energy") & (pl.col("rule") == "balance.total"), named=True
    )
    assert row["level"] == "low"
    assert "carried over from Other Energy" in row["message_en"]


def test_a_wrong_layout_is_told_as_such(balance: pl.DataFrame, layout: BalanceLayout) -> None:
    wrong = layout.with_recovery_in("supply")
    first = check_balance(balance, wrong).row(0, named=True)
    assert first["rule"] == "balance.layout"
    assert "counts recovery of energy in total transformation" in first["message_en"]


def test_the_other_layout_fits_a_balance_with_recovery_in_supply(balance: pl.DataFrame, layout: BalanceLayout) -> None:
    """Henan's figures, moved: supply holds what was recovered, transformation no longer does."""
    recovered = balance.filter(process="recovery").select("fuel", recovered="amount")
    change = {"total_supply": 1.0, "total_transformation": -1.0}
    moved = balance.join(recovered, on="fuel", how="left", maintain_order="left").with_columns(
        amount=pl.col("amount")
        + pl.col("recovered").fill_null(0.0) * pl.col("process").replace_strict(change, default=0.0)
    )
    absent = moved.filter((pl.col("fuel") == "heat") & (pl.col("process") == "recovery")).with_columns(
        process=pl.lit("total_supply")
    )
    absent = pl.concat([absent, absent.with_columns(fuel=pl.lit("converter_gas"), amount=pl.lit(0.2301472))])
    fitted = pl.concat([moved, absent]).drop("recovered")
    high = check_balance(fitted, layout.with_recovery_in("supply")).filter(level="high")
    assert high["subject"].to_list() == ["410000/2013/other_energy/total_consumption"]
    assert check_balance(fitted, layout).row(0, named=True)["rule"] == "balance.layout"


def test_a_balance_that_closes_has_no_finding() -> None:
    assert findings(small()) == []


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ({"total_supply": 101.0}, [("balance.total", "raw_coal/total_supply")]),
        ({"total_consumption": None}, [("balance.total_absent", "raw_coal/total_consumption")]),
        ({"residential_rural": 7.0}, [("balance.parts", "raw_coal/residential")]),
        ({"non_energy_use": 31.0}, [("balance.part_exceeds", "raw_coal/industry")]),
        ({"statistical_difference": 2.0}, [("balance.difference", "raw_coal/statistical_difference")]),
        (
            {"industry": 31.0, "total_consumption": 41.0},
            [("balance.difference", "raw_coal/statistical_difference")],
        ),
        (
            {"export": 1.0, "total_supply": 101.0, "statistical_difference": 1.0},
            [("balance.sign", "raw_coal/export")],
        ),
        ({"coking": 5.0, "total_transformation": -55.0, "statistical_difference": 5.0}, [("balance.transformation_gain", "/coking")]),
    ],
    ids=str,
)  # fmt: skip
def test_each_broken_identity_is_found_and_only_it(
    amounts: dict[str, float | None], expected: list[tuple[str, str]]
) -> None:
    assert findings(small(**amounts)) == expected


def test_an_aggregate_is_the_weighted_sum_of_its_members() -> None:
    members = {"raw_coal": 7.14, "washed_coal": 9.0, "briquette": 0.6}
    total = 7.14 + 9.0 * 0.714 / 0.9 + 0.6 * 0.714 / 0.6
    frame = pl.DataFrame(
        {
            "region": "410000",
            "year": 2013,
            "fuel": [*members, "total_coal"] * 2,
            "process": ["indigenous_production"] * 4 + ["total_supply"] * 4,
            "amount": [*members.values(), total] * 2,
        }
    )
    assert [rule for rule, _ in findings(frame)] == ["balance.difference"] * 4
    wrong = frame.with_columns(
        amount=pl.when(pl.col("fuel") == "total_coal").then(sum(members.values())).otherwise("amount")
    )
    assert ("balance.aggregate", "total_coal/indigenous_production") in findings(wrong)


@given(st.floats(-4e-4, 4e-4), st.sampled_from(["total_supply", "total_consumption", "statistical_difference"]))
def test_rounding_of_the_source_raises_no_alarm(change: float, process: str) -> None:
    cells = {"total_supply": 100.0, "total_consumption": 40.0, "statistical_difference": 0.0}
    assert findings(small(**{process: cells[process] + change})) == []


@given(st.floats(1e-3, 1e3), st.sampled_from(["indigenous_production", "thermal_power", "industry", "residential"]))
def test_any_wrong_cell_above_the_tolerance_is_found(change: float, process: str) -> None:
    cells = {"indigenous_production": 100.0, "thermal_power": -60.0, "industry": 30.0, "residential": 10.0}
    assert findings(small(**{process: cells[process] + change}))
