"""The fixed vocabularies: notation keys, verdict values, pollutants, declared registers."""

import json
import re
from typing import get_args

import pytest

from cocontrol.core import registers
from cocontrol.core.notation import Notation, NotationKey
from cocontrol.core.pollutants import POLLUTANTS, Group, codes, pollutant
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text
from cocontrol.core.units import factor
from cocontrol.core.verdicts import Verdict, VerdictValue, verdict_table

DECLARED = [
    registers.FACILITY,
    registers.PROVINCIAL_STATISTICS,
    registers.AIR_QUALITY_HOURLY,
    registers.TARGET,
    registers.BOUNDARY,
]


@pytest.mark.parametrize("key", list(NotationKey))
def test_every_notation_key_says_what_it_means_in_both_languages(key: NotationKey) -> None:
    assert key.label.zh
    assert key.label.en
    assert Notation(key, Text("无数据", "no data")).key is key


@pytest.mark.parametrize("value", list(VerdictValue))
def test_every_verdict_value_has_a_word(value: VerdictValue) -> None:
    assert value.label.zh != value.label.en


def test_an_undetermined_verdict_must_say_because_of_what() -> None:
    with pytest.raises(ValueError, match="because of what"):
        Verdict("r", "s", "2025-12-31", VerdictValue.UNDETERMINED)
    reason = Text("没有 2025 年清单", "no 2025 inventory")
    assert Verdict("r", "s", "2025-12-31", VerdictValue.UNDETERMINED, (reason,)).reasons == (reason,)


def test_verdicts_become_a_table_of_text_with_json_facts() -> None:
    made = Verdict(
        "r",
        "s",
        "2025-12-31",
        VerdictValue.NOT_MET,
        (Text("高", "high"), Text("晚", "late")),
        {"x": 1},
        {"limit": 2},
        "§3",
    )
    row = verdict_table([made]).row(0, named=True)
    assert (row["value"], row["reasons_zh"], row["reasons_en"]) == ("not_met", "高；晚", "high; late")
    assert (json.loads(row["facts"]), json.loads(row["parameters"])) == ({"x": 1}, {"limit": 2})


def test_pollutant_codes_are_unique_and_can_be_column_names() -> None:
    assert len(set(codes())) == len(POLLUTANTS)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", code) for code in codes())


def test_a_part_belongs_to_a_pollutant_of_the_list_and_is_no_part_of_itself() -> None:
    for one in POLLUTANTS:
        if one.part_of is not None:
            assert pollutant(one.part_of).code != one.code
    assert pollutant("PM25").part_of == "PM10"


def test_groups_split_the_list() -> None:
    groups = [codes(name) for name in get_args(Group)]
    assert [code for group in groups for code in group] == list(codes())


def test_an_unknown_pollutant_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        pollutant("CO3")


@pytest.mark.parametrize("table", DECLARED, ids=lambda table: table.name)
def test_a_declared_register_can_be_asked_for_by_name(table: Table) -> None:
    assert TABLES.get(table.name) is table


@pytest.mark.parametrize("column", [c for table in DECLARED for c in table.columns], ids=lambda column: column.name)
def test_every_declared_column_makes_sense(column: Column) -> None:
    assert column.description.zh
    if column.unit is not None:
        assert column.kind in {Kind.NUMBER, Kind.INTEGER}
        assert factor(column.unit, column.unit) == 1.0
    if column.pattern:
        assert re.compile(column.pattern).pattern == column.pattern
    if column.minimum is not None and column.maximum is not None:
        assert column.minimum <= column.maximum
    assert not (column.allowed and column.code_list)


@pytest.mark.parametrize("table", DECLARED, ids=lambda table: table.name)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_two_columns_of_a_register_share_a_heading(table: Table, language: str) -> None:
    for column in table.columns:
        assert table.match_heading(column.heading_with_unit(language)) == (column, column.unit)
