"""The declared registers: every column that a template reads, codes by label, faults with their cell."""

from __future__ import annotations

import openpyxl
import polars as pl
import pytest

from cocontrol.core.errors import InvalidInput, NotFound
from cocontrol.core.tables import TABLES, Kind
from cocontrol.io.declarations import declared_tables
from cocontrol.io.rule_inputs import read_register, read_registers
from cocontrol.io.templates import write_template
from cocontrol.rules import templates
from cocontrol.rules.registers import INDICATOR, REGISTERS, columns_read, conditions_of, register_names, register_table


def test_every_column_that_a_template_reads_is_declared():
    missing = [
        (kind.id, column)
        for kind in templates().values()
        for column in columns_read(kind)
        if column not in register_table(kind.register).column_names
    ]
    assert missing == []


def test_every_register_can_be_brought_and_no_other_is_declared():
    assert set(REGISTERS) == set(register_names()) - {INDICATOR}
    assert set(REGISTERS) | {"rule_parameter"} <= set(declared_tables())


def test_codes_that_a_template_compares_with_are_codes_of_the_register():
    for kind in templates().values():
        for column, _sign, wanted in conditions_of(kind):
            allowed = register_table(kind.register).column(column).allowed
            words = wanted if isinstance(wanted, list) else [wanted]
            assert not allowed or all(w in allowed or str(w).startswith("$") for w in words), (kind.id, column)


def test_figures_that_a_template_compares_are_numbers_of_the_register():
    for kind in templates().values():
        for column, sign, _wanted in conditions_of(kind):
            if sign in {"<", "<=", ">", ">="} or sign.startswith("$"):
                assert register_table(kind.register).column(column).kind in {Kind.NUMBER, Kind.INTEGER}


def test_an_unknown_register_lists_what_there_is():
    with pytest.raises(NotFound, match="boiler"):
        register_table("kettle")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_register_is_read_alike_from_any_kind_of_file(tmp_path, ending):
    path = tmp_path / f"boilers.{ending}"
    frame = pl.DataFrame(
        {"编号": ["A"], "燃料": ["煤"], "capacity_tph": [34.9], "状态": ["在用"], "chp_distance_km": [29.9]}
    )
    if ending == "csv":
        frame.write_csv(path)
    elif ending == "parquet":
        frame.write_parquet(path)
    else:
        book = openpyxl.Workbook()
        book.active.append(frame.columns)
        book.active.append(frame.row(0))
        book.save(path)
    read = read_register("boiler", path)
    assert read.ok, read.faults
    row = read.frame.row(0, named=True)
    assert (row["subject_id"], row["fuel"], row["capacity_tph"], row["status"]) == ("A", "coal", 34.9, "operating")
    assert row["in_heat_network"] is None


def test_units_in_the_heading_are_converted(tmp_path):
    (tmp_path / "units.csv").write_text("编号,装机容量 [万千瓦]\nU,20\n", encoding="utf-8")
    assert read_register("generating_unit", tmp_path / "units.csv").frame["capacity_mw"].to_list() == [200.0]


def test_all_faults_of_all_registers_come_at_once_with_their_cells(tmp_path):
    (tmp_path / "b.csv").write_text("subject_id,fuel,capacity_tph\nA,coke,-1\nA,coal,x\n", encoding="utf-8")
    (tmp_path / "u.csv").write_text("subject_id,capacity_mw\n,200\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_registers([("boiler", tmp_path / "b.csv"), ("generating_unit", tmp_path / "u.csv")])
    cells = {(fault.location.file, fault.location.cell) for fault in caught.value.faults}
    assert {("b.csv", "B2"), ("b.csv", "C2"), ("b.csv", "C3"), ("u.csv", "A2")} <= cells
    assert any(fault.location.row == 3 and "key" in fault.rule for fault in caught.value.faults)


@pytest.mark.parametrize("name", [*REGISTERS, "rule_parameter"])
def test_every_register_has_a_template_in_both_languages(tmp_path, name):
    for language in ("zh", "en"):
        path = tmp_path / f"{language}.xlsx"
        write_template(TABLES.get(name), path, language)
        heads = [cell.value for cell in openpyxl.load_workbook(path).worksheets[0][1]]
        assert [h for h in heads if h] == [c.heading_with_unit(language) for c in TABLES.get(name).columns]
