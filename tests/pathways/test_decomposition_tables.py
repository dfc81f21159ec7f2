"""The layouts in which factors come, the total among them, and faults with their cells."""

from __future__ import annotations

import json
import math
from pathlib import Path

import polars as pl
import pytest

from cocontrol.core.errors import InvalidInput
from cocontrol.io.readers import read_raw
from cocontrol.pathways.decomposition import decompose
from cocontrol.pathways.decomposition_tables import Factors, read_factors
from tests.conftest import Call

MEAN = (428.4 - 300) / math.log(428.4 / 300)
P, A = MEAN * math.log(51 / 50), MEAN * math.log(8.4 / 6)
"""Effects of the first two factors of the worked Kaya example, by hand."""


def read(folder: Path, text: str, name: str = "f.csv") -> tuple[Factors, list[str]]:
    (folder / name).write_bytes(text.encode())
    found, remarks = read_factors(read_raw(folder / name))
    return found, [remark.rule for remark in remarks]


@pytest.mark.parametrize(
    "text",
    [
        "factor,2015,2020\nP,50,51\nA,6,8.4\n",
        "指标,单位,2015年,2020年\nP,万人,50,51\nA,万元,6,8.4\n",
        "sector,year,factor,value\ns,2015,P,50\ns,2015,A,6\ns,2020,P,51\ns,2020,A,8.4\n",
        "年份,P,A\n2020,51,8.4\n2015,50,6\n",
        "year,P,A,co2\n2015,50,6,300\n2020,51,8.4,428.4\n",
        "year,P,A,whatever\n2015,50,6,300\n2020,51,8.4,428.4\n",
        "plant,P_2015,P_2020,A_2015,A_2020,value_2015,value_2020\nx,50,51,6,8.4,300,428.4\n",
        "\ufeff附表 1\r\n年份,P（万人）,A\r\n2015,50,6\r\n2020,51,8.4\r\n",
    ],
)
def test_many_layouts_mean_the_same(tmp_path: Path, text: str) -> None:
    found, _ = read(tmp_path, text)
    assert found.factors == ("P", "A")
    result = decompose(found.table, found.factors)
    assert (result.steps[0].first, result.steps[0].last) == ("2015", "2020")
    assert list(result.effects.values()) == pytest.approx([P, A], abs=1e-6)


def test_effects_come_in_the_unit_of_a_stated_total(tmp_path: Path) -> None:
    found, rules = read(tmp_path, "年份,人口,强度,排放量（亿吨）\n2015,100,2,0.02\n2020,120,1.8,0.0216\n")
    result = decompose(found.table, found.factors)
    assert result.total == pytest.approx(0.0016)
    assert sum(result.effects.values()) == pytest.approx(0.0016)
    assert found.unit == "亿吨"
    assert rules == ["decompose.total_scaled"]


def test_a_rounded_total_is_told_and_a_wrong_one_refused(tmp_path: Path) -> None:
    _, rules = read(tmp_path, "year,P,A,total\n2015,50,6,300.2\n2020,51,8.4,428.4\n")
    assert rules == ["decompose.total_rounded"]
    with pytest.raises(InvalidInput, match="CO2"):
        read(tmp_path, "year,P,A,CO2\n2015,50,6,300\n2020,51,8.4,500\n")


def test_a_base_year_of_ones_makes_no_total(tmp_path: Path) -> None:
    found, rules = read(tmp_path, "year,a,b,c\n2015,1,1,1\n2020,2,3,6\n")
    assert found.factors == ("a", "b", "c")
    assert not rules


def test_several_columns_of_words_name_the_cell(tmp_path: Path) -> None:
    rows = "region,plant,year,P,A\nr,x,2015,50,6\nr,x,2020,51,8.4\nr,y,2015,1,1\nr,y,2020,1,1\n"
    found, _ = read(tmp_path, rows)
    assert found.table["cell"].unique().sort().to_list() == ["r / x", "r / y"]


def test_every_fault_comes_at_once_with_its_cell(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as raised:
        read(tmp_path, "sector,year,P,A\ns,2015,1,-2\ns,2020,,abc\nt,2015,1,2\nt,2015,1,2\n")
    places = {(fault.rule.partition(".")[2], fault.location.cell) for fault in raised.value.faults}
    assert places >= {("value", "D2"), ("value", "C3"), ("duplicate", "B5")}
    assert any(fault.location.cell == "D3" for fault in raised.value.faults)
    assert all(fault.remedy for fault in raised.value.faults if fault.rule.startswith("decompose."))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("factor,start,end\nP,1,2\nP,1,2\n", "decompose.duplicate"),
        ("sector,P_0,P_T,change\ns,1,2,5\n", "decompose.column_unused"),
        ("year,P\n2015,1\n", "decompose.periods"),
        ("sector,year,P,A\na,2015,1,1\na,2020,1,1\nb,2015,1,1\n", "decompose.cell_absent"),
        ("a,b\n1,2\n", "decompose.layout"),
    ],
)
def test_what_cannot_be_decomposed_says_why(tmp_path: Path, text: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        read(tmp_path, text)
    assert [fault.rule for fault in raised.value.faults] == [rule]
    assert raised.value.faults[0].location.file == "f.csv"


def test_a_workbook_reads_like_a_text_file(tmp_path: Path) -> None:
    pl.DataFrame({"year": [2015, 2020], "P": [50, 51], "A": [6.0, 8.4]}).write_excel(tmp_path / "f.xlsx")
    found, _ = read_factors(read_raw(tmp_path / "f.xlsx"))
    assert list(decompose(found.table, found.factors).effects.values()) == pytest.approx([P, A], abs=1e-6)


def test_the_command_prints_its_example_and_reads_it_back(tmp_path: Path, call: Call) -> None:
    text = call("decompose", "--example").out
    (tmp_path / "f.csv").write_text(text, encoding="utf-8")
    found = call("decompose", tmp_path / "f.csv", "--format", "json", "--method", "lmdi-multiplicative")
    plain = json.loads(found.out)
    assert found.code == 0
    assert plain["residual"] == pytest.approx(1, rel=1e-12)
    assert call("decompose").code == 1
