from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from cocontrol.core.errors import ConservationBroken, InvalidInput, NotFound
from cocontrol.io.exports import FORMATS, common, export
from cocontrol.io.exports.datapackage import read_package
from cocontrol.io.exports.iamc import (
    INDEX,
    category_variable,
    iamc_table,
    read_iamc_table,
    write_iamc_table,
)
from cocontrol.io.exports.tabular import read_csv
from cocontrol.io.lake import file_sha256
from cocontrol.io.runs import Run, open_run

WITHOUT_OPTIONS = sorted(name for name, form in FORMATS.items() if not form.needs)
"""Formats that need nothing but the run."""


@pytest.mark.parametrize("form", WITHOUT_OPTIONS)
def test_every_format_proves_its_totals_and_lists_its_files(small_run: Run, tmp_path: Path, form: str) -> None:
    report = export(small_run, form, tmp_path / "out")
    assert report.ledger.height
    assert report.ledger.get_column("within_tolerance").all()
    manifest = json.loads((tmp_path / "out" / "export.json").read_text(encoding="utf-8"))
    assert manifest["run_id"] == small_run.run_id
    for entry in manifest["files"]:
        assert file_sha256(tmp_path / "out" / entry["path"]) == entry["sha256"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("form", WITHOUT_OPTIONS)
def test_the_same_run_gives_the_same_bytes(small_run: Run, tmp_path: Path, form: str) -> None:
    first, second = (export(small_run, form, tmp_path / name) for name in ("one", "two"))
    assert first.files == second.files


def test_csv_and_data_package_read_back_equal(small_run: Run, tmp_path: Path) -> None:
    export(small_run, "csv", tmp_path / "csv")
    export(small_run, "datapackage", tmp_path / "package")
    for name in small_run.names():
        table = small_run.result(name)
        assert_frame_equal(read_csv(tmp_path / "csv" / f"{name}.csv", table.schema), table, check_exact=True)
        assert_frame_equal(read_package(tmp_path / "package", name, table.schema), table, check_exact=True)


def test_a_byte_order_mark_comes_only_on_request(small_run: Run, tmp_path: Path) -> None:
    export(small_run, "csv", tmp_path / "plain")
    export(small_run, "csv", tmp_path / "marked", bom=True)
    mark = "\ufeff".encode()
    assert not (tmp_path / "plain" / "emission.csv").read_bytes().startswith(mark)
    assert (tmp_path / "marked" / "emission.csv").read_bytes().startswith(mark)


def test_the_data_package_describes_every_column_with_units_and_keys(small_run: Run, tmp_path: Path) -> None:
    export(small_run, "datapackage", tmp_path / "out")
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert set(resources) == set(small_run.names())
    emission = resources["emission"]
    fields = {field["name"]: field for field in emission["schema"]["fields"]}
    assert list(fields) == small_run.result("emission").columns
    assert fields["CO2"]["unit"] == fields["CO2e_AR2GWP100"]["unit"] == "t"
    assert emission["schema"]["primaryKey"] == ["cell_id"]
    assert emission["schema"]["foreignKeys"][0]["reference"] == {
        "resource": "coefficient",
        "fields": ["coefficient_id"],
    }
    assert emission["hash"] == f"sha256:{file_sha256(tmp_path / 'out' / emission['path'])}"


def test_keys_of_the_data_package_are_unique_and_references_are_met(small_run: Run, tmp_path: Path) -> None:
    export(small_run, "datapackage", tmp_path / "out")
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        table = small_run.result(resource["name"])
        key = resource["schema"].get("primaryKey", [])
        assert not key or table.select(key).is_duplicated().sum() == 0, resource["name"]
        for foreign in resource["schema"].get("foreignKeys", []):
            known = small_run.result(foreign["reference"]["resource"]).get_column(foreign["reference"]["fields"][0])
            values = table.get_column(foreign["fields"][0]).drop_nulls()
            assert values.is_in(known.implode()).all()


def test_the_workbook_has_notes_provenance_and_a_sheet_per_table(small_run: Run, tmp_path: Path) -> None:
    export(small_run, "xlsx", tmp_path / "out", language="en")
    book = openpyxl.load_workbook(tmp_path / "out" / "cocontrol.xlsx")
    assert book.sheetnames[:2] == ["Notes", "Provenance"]
    assert set(book.sheetnames[2:]) == set(small_run.names())
    sheet = book["emission"]
    codes = [cell.value for cell in sheet[2]]
    assert codes == small_run.result("emission").columns
    notes = " ".join(str(row[0].value) for row in book["Notes"].iter_rows())
    assert "recalled" in notes
    assert "synthetic" in notes
    assert small_run.manifest["gwp_set"] in notes
    column = codes.index("CO2") + 1
    filled = [
        sheet.cell(row, column) for row in range(3, sheet.max_row + 1) if sheet.cell(row, column).value is not None
    ]
    assert {cell.fill.start_color.rgb for cell in filled} == {"FFFBE9C6"}


def test_a_missing_value_is_a_blank_cell_never_zero(small_run: Run, tmp_path: Path) -> None:
    export(small_run, "xlsx", tmp_path / "out")
    sheet = openpyxl.load_workbook(tmp_path / "out" / "cocontrol.xlsx")["emission"]
    table = small_run.result("emission")
    column = table.columns.index("CO2") + 1
    written = [sheet.cell(row + 3, column).value for row in range(table.height)]
    assert [value is None for value in written] == table.get_column("CO2").is_null().to_list()


def test_iamc_parents_are_the_sums_of_their_children(small_run: Run) -> None:
    table = iamc_table(small_run)
    values = {row["Variable"]: row["Value"] for row in table.iter_rows(named=True)}
    total = small_run.result("emission").get_column("CO2").sum() / 1e6
    assert values["Emissions|CO2"] == pytest.approx(total, rel=1e-12)
    for parent, value in values.items():
        children = [v for name, v in values.items() if name.rpartition("|")[0] == parent]
        assert not children or sum(children) == pytest.approx(value, rel=1e-9), parent


def test_iamc_names_units_regions_and_the_gwp_set(small_run: Run) -> None:
    table = iamc_table(small_run)
    units = dict(table.select("Variable", "Unit").iter_rows())
    assert units["Emissions|CO2"] == "Mt CO2/yr"
    assert units["Emissions|N2O"] == "kt N2O/yr"
    assert units["Emissions|Kyoto Gases (AR2-GWP100)"] == "Mt CO2-equiv/yr"
    assert set(table.get_column("Region")) == {"China|Henan"}
    assert set(table.get_column("Region Code")) == {"410000"}


def test_generation_before_control_stands_in_a_scenario_of_its_own(small_run: Run) -> None:
    table = iamc_table(small_run)
    scenarios = dict(table.select("Variable", "Scenario").iter_rows())
    assert scenarios["Emissions|CO2"] == "Inventory"
    stages = small_run.result("coefficient_lineage").filter(pollutant="VOCs").get_column("stage").drop_nulls().unique()
    assert stages.to_list() == ["generation"]
    assert scenarios["Emissions|VOC"] == "Inventory before emission control"


def test_a_category_takes_the_variable_of_the_nearest_mapped_one_above() -> None:
    assert category_variable("1A4b-U") == "Energy|Demand|Residential and Commercial|Residential"
    assert category_variable("1A1ai") == "Energy|Supply|Electricity"
    assert category_variable("DUST") is None


VALUES = st.dictionaries(
    st.tuples(st.sampled_from(["Emissions|CO2", "Emissions|CH4|Energy"]), st.integers(1990, 2100)),
    st.floats(allow_nan=False, allow_infinity=False),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(values=VALUES)
def test_an_iamc_table_is_read_back_as_written(tmp_path: Path, values: dict[tuple[str, int], float]) -> None:
    rows = [("m", "s", "China|Henan", "410000", name, "Mt", year, value) for (name, year), value in values.items()]
    schema: dict[str, Any] = {**dict.fromkeys(INDEX, pl.String), "Year": pl.Int64, "Value": pl.Float64}
    table = pl.DataFrame(rows, schema=schema, orient="row").sort(*INDEX, "Year")
    write_iamc_table(table, tmp_path / "t.csv")
    assert_frame_equal(read_iamc_table(tmp_path / "t.csv"), table, check_exact=True, check_column_order=False)


def test_the_iamc_reader_lists_every_fault(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("model,SCENARIO,Variable,Unit,2013,note\nm,,Emissions|CO2,,1,x\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_iamc_table(path)
    assert {(f.rule, f.location.column) for f in caught.value.faults} == {
        ("iamc.column_missing", "Region"),
        ("iamc.column_unknown", "note"),
        ("iamc.index_empty", "Scenario"),
    }


def test_a_repeated_iamc_point_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_text("Model,Scenario,Region,Variable,Unit,2013\nm,s,r,v,Mt,1\nm,s,r,v,Mt,2\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="r v 2013"):
        read_iamc_table(path)


def test_a_target_that_exists_is_kept_unless_told_otherwise(small_run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InvalidInput):
        export(small_run, "csv", tmp_path / "out")
    assert (tmp_path / "out" / "mine.txt").exists()
    (tmp_path / "out" / "mine.txt").unlink()
    export(small_run, "csv", tmp_path / "out", overwrite=True)
    (tmp_path / "out" / "emission.csv").write_text("old", encoding="utf-8")
    export(small_run, "csv", tmp_path / "out", overwrite=True)
    assert (tmp_path / "out" / "emission.csv").read_text(encoding="utf-8") != "old"


def test_overwriting_never_deletes_what_is_not_an_export(small_run: Run, tmp_path: Path) -> None:
    export(small_run, "csv", tmp_path / "out")
    (tmp_path / "out" / "mine.txt").write_text("x", encoding="utf-8")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for target in (tmp_path / "out", tmp_path / "file"):
        with pytest.raises(InvalidInput, match=r"export|导出"):
            export(small_run, "csv", target, overwrite=True)
    assert (tmp_path / "out" / "mine.txt").exists()
    assert (tmp_path / "file").exists()


def test_a_run_whose_files_were_altered_is_not_exported(small_run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(small_run.folder, folder)
    table = folder / "results" / "emission.parquet"
    table.chmod(0o644)
    table.write_bytes(table.read_bytes()[:-9])
    with pytest.raises(InvalidInput, match=r"emission\.parquet"):
        export(open_run(folder), "csv", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_unknown_format_lists_the_formats(small_run: Run, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="datapackage"):
        export(small_run, "pdf", tmp_path / "out")


def test_files_that_do_not_add_up_are_not_left_behind(
    small_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = FORMATS["csv"]
    lying = common.Format(honest.label, honest.write, lambda *_: {"CO2": 1.0})
    monkeypatch.setitem(FORMATS, "csv", lying)
    with pytest.raises(ConservationBroken, match="CO2"):
        export(small_run, "csv", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
