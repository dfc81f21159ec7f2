"""`estimate` gives the same numbers in every engine, and nothing is filled with zero."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from cocontrol.core.errors import InvalidInput, MissingCoefficient
from cocontrol.inventory.completeness import completeness
from cocontrol.inventory.estimation import estimate

POLLUTANTS = ["CO2", "SO2", "BC"]
KEY = ["category", "control_state"]
CATEGORIES, STATES, COUNTIES = ["1A1ai", "1A2", "1A4b"], ["uncontrolled", "FGD"], ["410101", "410102", "410901", None]

COEFFICIENTS = pl.DataFrame(
    {
        "category": ["1A1ai", "1A1ai", "1A2", "1A2", "1A4b", "1A4b"],
        "control_state": ["uncontrolled", "FGD"] * 3,
        "unit": ["TJ"] * 6,
        "CO2": [90.0, 90.0, 95.0, 95.0, 99.5, 99.5],
        "SO2": [0.8, 0.08, 0.9, 0.09, None, None],
        "BC": [1e-3, 1e-3, 2e-3, None, 5e-2, 5e-2],
    }
)

amounts = st.one_of(st.none(), st.floats(-1e6, 1e6, allow_nan=False), st.just(float("nan")), st.just(0.0))
rows = st.tuples(st.sampled_from(COUNTIES), st.sampled_from(CATEGORIES), st.sampled_from(STATES), amounts)


def table(made: list[tuple[Any, ...]]) -> pl.DataFrame:
    schema = {"adcode": pl.String, "category": pl.String, "control_state": pl.String, "amount": pl.Float64}
    frame = pl.DataFrame(made, schema=schema, orient="row")
    return frame.with_row_index("source_id").cast({"source_id": pl.Int64})


def into_polars(result: Any) -> pl.DataFrame:
    frame = nw.from_native(result)
    made = frame.collect("polars") if isinstance(frame, nw.LazyFrame) else frame
    text = pl.col(pl.String, pl.Categorical).cast(pl.String)
    return made.to_polars().with_columns(text, pl.col(pl.Float64).fill_nan(None))


def into_duckdb(frame: pl.DataFrame) -> duckdb.DuckDBPyRelation:
    connection = duckdb.connect()
    return connection.from_arrow(frame.to_arrow())


ENGINES: dict[str, Callable[[pl.DataFrame], Any]] = {
    "polars": lambda frame: frame,
    "polars lazy": lambda frame: frame.lazy(),
    "pandas": lambda frame: frame.to_pandas(),
    "pyarrow": lambda frame: frame.to_arrow(),
    "duckdb": into_duckdb,
}


def by_hand(activity: pl.DataFrame, group_by: list[str]) -> dict[tuple[Any, ...], dict[str, float | None]]:
    """The definition, one row at a time."""
    coefficient = {(r["category"], r["control_state"]): r for r in COEFFICIENTS.iter_rows(named=True)}
    sums: dict[tuple[Any, ...], dict[str, float | None]] = {}
    for row in activity.iter_rows(named=True):
        group = sums.setdefault(tuple(row[name] for name in group_by), dict.fromkeys(POLLUTANTS, 0.0))
        for name in POLLUTANTS:
            factor, amount, so_far = (
                coefficient[row["category"], row["control_state"]][name],
                row["amount"],
                group[name],
            )
            known = factor is not None and amount is not None and not math.isnan(amount) and so_far is not None
            group[name] = so_far + amount * factor if known else None
    return sums


def assert_close(result: pl.DataFrame, expected: pl.DataFrame, keys: list[str]) -> None:
    order = {"by": keys, "nulls_last": True}
    assert_frame_equal(
        result.sort(**order),
        expected.sort(**order),
        check_row_order=True,
        check_dtypes=False,
        rel_tol=1e-9,
        abs_tol=1e-6,
    )


@given(st.lists(rows, max_size=40))
def test_a_grouped_estimate_is_the_sum_of_amount_times_coefficient(made: list[tuple[Any, ...]]) -> None:
    activity, keys = table(made), ["adcode", "category"]
    result = estimate(activity, COEFFICIENTS, on=KEY, pollutants=POLLUTANTS, group_by=keys)
    expected = by_hand(activity, keys)
    assert result.columns == [*keys, *POLLUTANTS]
    assert result.height == len(expected)
    for row in result.iter_rows(named=True):
        for name in POLLUTANTS:
            assert row[name] == (
                None
                if (value := expected[row["adcode"], row["category"]][name]) is None
                else pytest.approx(value, rel=1e-9, abs=1e-6)
            )


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "polars"])
@pytest.mark.parametrize("group_by", [None, [], ["adcode"], ["adcode", "category"]], ids=str)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rows, min_size=1, max_size=30))
def test_every_engine_gives_what_polars_gives(
    engine: str, group_by: list[str] | None, made: list[tuple[Any, ...]]
) -> None:
    activity = table(made)
    arguments: dict[str, Any] = {"on": KEY, "pollutants": POLLUTANTS, "group_by": group_by}
    expected = into_polars(estimate(activity, COEFFICIENTS, **arguments))
    given_table = ENGINES[engine](activity)
    result = estimate(given_table, COEFFICIENTS, **arguments)
    assert type(result) is type(given_table)
    assert_close(into_polars(result), expected, ["source_id"] if group_by is None else group_by or POLLUTANTS)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_coefficients_may_be_of_the_engine_of_the_activity(engine: str) -> None:
    activity = table([("410101", "1A2", "FGD", 2.0)])
    if engine == "duckdb":
        connection = duckdb.connect()
        given_table, coefficients = (connection.from_arrow(f.to_arrow()) for f in (activity, COEFFICIENTS))
    else:
        given_table, coefficients = ENGINES[engine](activity), ENGINES[engine](COEFFICIENTS)
    result = estimate(given_table, coefficients, on=KEY, pollutants=["CO2"], group_by=["adcode"])
    assert into_polars(result).rows() == [("410101", 190.0)]


@pytest.mark.spark
def test_spark_gives_what_polars_gives(spark: Any) -> None:
    activity = table(
        [(COUNTIES[i % 4], CATEGORIES[i % 3], STATES[i % 2], None if i % 17 == 0 else i * 1.7) for i in range(200)]
    )
    given_table = spark.createDataFrame(activity.to_arrow())
    for group_by, keys in ((None, ["source_id"]), (["adcode", "category"], ["adcode", "category"])):
        arguments: dict[str, Any] = {"on": KEY, "pollutants": POLLUTANTS, "group_by": group_by}
        result = estimate(given_table, COEFFICIENTS, **arguments)
        assert type(result) is type(given_table)
        assert_close(into_polars(result), estimate(activity, COEFFICIENTS, **arguments), keys)


@given(st.lists(rows, min_size=2, max_size=40), st.integers(1, 39), st.randoms())
def test_neither_order_nor_chunking_changes_a_total(made: list[tuple[Any, ...]], cut: int, random: Any) -> None:
    arguments: dict[str, Any] = {"on": KEY, "pollutants": POLLUTANTS}
    whole = estimate(table(made), COEFFICIENTS, group_by=["adcode"], **arguments)
    random.shuffle(made)
    shuffled = estimate(table(made), COEFFICIENTS, group_by=["adcode"], **arguments)
    assert_close(shuffled, whole, ["adcode"])
    activity = table(made)
    parts = [estimate(part, COEFFICIENTS, **arguments) for part in (activity[:cut], activity[cut:])]
    assert_frame_equal(pl.concat(parts), estimate(activity, COEFFICIENTS, **arguments))


@given(st.lists(rows, min_size=1, max_size=30), st.floats(-1e3, 1e3))
def test_it_is_linear_in_the_amount(made: list[tuple[Any, ...]], factor: float) -> None:
    activity = table(made)
    arguments: dict[str, Any] = {"on": KEY, "pollutants": POLLUTANTS, "group_by": ["category"]}
    once = estimate(activity, COEFFICIENTS, **arguments)
    scaled = estimate(activity.with_columns(pl.col("amount") * factor), COEFFICIENTS, **arguments)
    assert_close(scaled, once.with_columns(pl.col(POLLUTANTS) * factor), ["category"])


@given(st.lists(rows, min_size=1, max_size=40))
def test_the_parts_sum_to_the_whole(made: list[tuple[Any, ...]]) -> None:
    activity = table(made).filter(pl.col("amount").is_not_null() & pl.col("amount").is_not_nan())
    single = estimate(activity, COEFFICIENTS, on=KEY, pollutants=["CO2"])
    grouped = estimate(activity, COEFFICIENTS, on=KEY, pollutants=["CO2"], group_by=["adcode", "category"])
    assert grouped["CO2"].sum() == pytest.approx(single["CO2"].sum(), rel=1e-9, abs=1e-6)


def test_one_key_column_may_be_named_without_a_list() -> None:
    coefficients = pl.DataFrame({"coefficient_id": ["a", "b"], "CO2": [2.0, 3.0]})
    activity = pl.DataFrame({"coefficient_id": ["a", "b", "b"], "adcode": ["1", "1", "2"], "amount": [1.0, 1.0, 10.0]})
    made = estimate(activity, coefficients, on="coefficient_id", pollutants=["CO2"], group_by="adcode")
    assert dict(made.select("adcode", "CO2").iter_rows()) == {"1": 5.0, "2": 30.0}


def test_many_key_columns_with_many_values_are_still_told_apart() -> None:
    """The combined code of three wide keys outgrows direct addressing and is renumbered."""
    n = 2000
    names = pl.DataFrame({"a": range(n), "b": range(n, 2 * n), "c": [f"k{i}" for i in range(n)]})
    activity = names.with_columns(amount=pl.lit(2.0))
    coefficients = names.reverse().with_columns(CO2=pl.col("a").cast(pl.Float64))
    result = estimate(activity, coefficients, on=["a", "b", "c"], pollutants=["CO2"], group_by=["c", "b", "a"])
    assert_frame_equal(result.sort("a").select("a", "CO2"), names.select("a", CO2=pl.col("a") * 2.0))


def test_pandas_rows_keep_their_index_and_a_categorical_key_its_type() -> None:
    activity = table([("410101", "1A2", "FGD", 2.0), ("410102", "1A2", "FGD", 3.0)]).to_pandas()
    activity.index = activity.index + 10
    activity["category"] = activity["category"].astype("category")
    result = estimate(activity, COEFFICIENTS, on=KEY, pollutants=["CO2"])
    assert list(result.index) == [10, 11]
    assert list(result["CO2"]) == [190.0, 285.0]
    assert str(result["category"].dtype) == "category"


def test_an_arrow_table_stays_an_arrow_table_with_its_schema() -> None:
    activity = pa.table({"category": ["1A2"], "control_state": ["FGD"], "amount": [3]})
    result = estimate(activity, COEFFICIENTS, on=KEY, pollutants=["CO2"])
    assert result.schema.field("category").type == pa.string()
    assert result["CO2"].to_pylist() == [285.0]


@pytest.mark.parametrize("engine", ENGINES)
def test_keys_without_coefficient_are_listed_and_counted(engine: str) -> None:
    activity = table([("410101", "1B1", "FGD", 2.0), ("410101", "1B1", "FGD", 2.0), ("410101", None, "FGD", 1.0)])
    with pytest.raises(MissingCoefficient) as caught:
        estimate(ENGINES[engine](activity), COEFFICIENTS, on=KEY, pollutants=["CO2"], group_by=["adcode"])
    total, *listed = caught.value.faults
    assert total.message.en == "2 keys (3 activity rows) have no coefficient"
    assert [fault.value for fault in listed] == ["category=1B1, control_state=FGD", "category=None, control_state=FGD"]


def test_a_long_list_of_missing_keys_is_bounded() -> None:
    activity = table([("410101", f"X{i}", "FGD", 1.0) for i in range(100)])
    with pytest.raises(MissingCoefficient, match="100 个键") as caught:
        estimate(activity, COEFFICIENTS, on=KEY, pollutants=["CO2"])
    assert len(caught.value.faults) == 21


@pytest.mark.parametrize("engine", ENGINES)
def test_units_that_disagree_are_refused(engine: str) -> None:
    activity = table([("410101", "1A2", "FGD", 2.0), ("410101", "1A2", "FGD", 2.0)]).with_columns(
        unit=pl.Series(["TJ", "GJ"])
    )
    with pytest.raises(InvalidInput) as caught:
        estimate(ENGINES[engine](activity), COEFFICIENTS, on=KEY, pollutants=["CO2"])
    (fault,) = caught.value.faults
    assert (fault.rule, fault.value, str(fault.allowed)) == ("estimate.unit", "GJ", "TJ")


@pytest.mark.parametrize("engine", ENGINES)
def test_infinite_amounts_are_refused(engine: str) -> None:
    activity = table([("410101", "1A2", "FGD", float("inf"))])
    with pytest.raises(InvalidInput, match="无穷"):
        estimate(ENGINES[engine](activity), COEFFICIENTS, on=KEY, pollutants=["CO2"])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_key_that_is_text_here_and_a_number_there_is_refused(engine: str) -> None:
    activity = pl.DataFrame({"code": [1, 2], "amount": [1.0, 2.0]})
    coefficients = pl.DataFrame({"code": ["1", "2"], "CO2": [1.0, 2.0]})
    with pytest.raises(InvalidInput, match="类型不同"):
        estimate(ENGINES[engine](activity), coefficients, on=["code"], pollutants=["CO2"])


def test_a_repeated_or_empty_coefficient_key_is_refused() -> None:
    repeated = pl.concat([COEFFICIENTS, COEFFICIENTS[:1], COEFFICIENTS[:1].with_columns(category=None)])
    with pytest.raises(InvalidInput) as caught:
        estimate(table([]), repeated, on=KEY, pollutants=["CO2"])
    assert [fault.rule for fault in caught.value.faults] == ["estimate.coefficient_repeated", "estimate.key_empty"]


def test_absent_and_taken_columns_are_named_together() -> None:
    activity = table([]).with_columns(SO2=pl.lit(1.0)).drop("amount")
    with pytest.raises(InvalidInput) as caught:
        estimate(activity, COEFFICIENTS, on=KEY, pollutants=["SO2", "XYZ"])
    assert [(fault.rule, fault.value) for fault in caught.value.faults] == [
        ("estimate.column_absent", "amount"),
        ("estimate.column_absent", "XYZ"),
        ("estimate.column_taken", "SO2"),
    ]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("group_by", [None, [], ["adcode"]], ids=str)
def test_no_activity_gives_no_rows(engine: str, group_by: list[str] | None) -> None:
    result = estimate(ENGINES[engine](table([])), COEFFICIENTS, on=KEY, pollutants=["CO2"], group_by=group_by)
    assert into_polars(result).height == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_completeness_says_what_a_null_total_lacks(engine: str) -> None:
    activity = table([("410101", "1A2", "FGD", 2.0), ("410101", "1A1ai", "FGD", 3.0), ("410101", "1A1ai", "FGD", None)])
    result = completeness(
        ENGINES[engine](activity), COEFFICIENTS, on=KEY, pollutants=["CO2", "BC"], group_by=["adcode"]
    )
    assert result.drop("adcode").rows(named=True) == [
        {
            "pollutant": name,
            "rows": 3,
            "rows_without_amount": 1,
            "rows_without_coefficient": without,
            "amount": 5.0,
            "amount_without_coefficient": amount,
            "is_complete": False,
        }
        for name, without, amount in (("CO2", 0, 0.0), ("BC", 1, 2.0))
    ]
