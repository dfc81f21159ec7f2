"""From a plan to the table of targets that can be judged, in units that the library understands."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from cocontrol.assessment.targets import judge_targets
from cocontrol.core.errors import InvalidInput
from cocontrol.core.registers import TARGET
from cocontrol.core.units import factor
from cocontrol.plans import parse
from cocontrol.plans.target_table import target_table
from cocontrol.plans.vocabulary import metrics, units

TEXT = """东山市减污降碳实施方案
一、主要目标
到2025年，碳排放强度达到0.8吨二氧化碳/万元，能源消费总量控制在90万吨标准煤以内，单位GDP能耗比2020年下降13.5%，氮氧化物重点工程减排量达到4.7万吨，铁路货运量占比提高2个百分点。
二、重点任务
（一）推进治理。（市生态环境局牵头）
（二）加强领导。（市发展改革委牵头）
"""


@pytest.fixture
def table() -> pl.DataFrame:
    return target_table(parse(TEXT), document="plans/city.md", adcode="410900")


def test_the_table_is_the_declared_one(table: pl.DataFrame) -> None:
    assert table.columns == [column.name for column in TARGET.columns]
    assert table["target_id"].to_list()[:2] == ["plans/city.md-G1", "plans/city.md-G2"]


def test_values_are_in_units_that_convert(table: pl.DataFrame) -> None:
    rows = {row["metric"]: row for row in table.iter_rows(named=True)}
    assert rows["energy_consumption"]["value"] * factor(
        rows["energy_consumption"]["unit"], "万吨标准煤"
    ) == pytest.approx(90)
    assert factor(rows["co2_per_gdp"]["unit"], "吨二氧化碳/万元".replace("吨二氧化碳", "tCO2")) == pytest.approx(1)


def test_savings_and_differences_of_shares_never_meet_a_level(table: pl.DataFrame) -> None:
    assert {"nox_reduction", "clean_transport_share_change"} <= set(table["metric"])
    with pytest.raises(InvalidInput):
        factor("percentage_point", "%")


def test_every_unit_of_the_vocabulary_is_one_of_the_library() -> None:
    for unit in {unit.canonical for unit in units().values()} | {metric.unit for metric in metrics().values()} - {
        "year"
    }:
        assert factor(unit, unit) == 1.0


def test_the_table_can_be_judged_as_it_is(table: pl.DataFrame) -> None:
    schema = ["indicator_id", "adcode", "period", "boundary", "variant", "status", "unit", "formula", "inputs"]
    indicators = pl.DataFrame(schema={**dict.fromkeys(schema, pl.String), "value": pl.Float64})
    verdicts = judge_targets(table, indicators, as_of=date(2026, 3, 1))
    assert verdicts["value"].to_list() == ["undetermined"] * table.height
