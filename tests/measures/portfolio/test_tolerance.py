"""Files as people have them: other spellings, further columns, workbooks; and what still stops, with the way out."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.io.portfolio_folder import read_portfolio
from cocontrol.measures.portfolio.model import Instance
from cocontrol.measures.portfolio.solving import optimise

WORKED = Path(__file__).parent / "data" / "worked"
Edit = Callable[[Path], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(WORKED, tmp_path / "p")
    return tmp_path / "p"


def put(folder: Path, name: str, text: str, encoding: str = "utf-8") -> None:
    (folder / name).write_text(text, encoding=encoding)


def changed(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    put(folder, name, text.replace(old, new))


def with_column(folder: Path, name: str, heading: str, value: str) -> None:
    first, *rows = (folder / name).read_text(encoding="utf-8").splitlines()
    put(folder, name, "\n".join([f"{first},{heading}", *(f"{row},{value}" for row in rows)]) + "\n")


def refused(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(InvalidInput) as raised:
        read_portfolio(folder)
    return raised.value.faults


def rules(faults: tuple[Fault, ...]) -> set[str]:
    return {fault.rule for fault in faults}


def cost(instance: Instance) -> float | None:
    return optimise(instance, prices=False).cost


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: text.encode("utf-8-sig"), lambda text: text.replace("\n", "\r\n").encode(), lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace(",", "\t").encode("utf-16"), lambda text: text.replace("city", "濮阳市").encode("gbk"),
        lambda text: (text + "\n,,,\n").encode(),
    ],
    ids=["bom", "windows", "semicolon", "utf-16", "gbk", "blank rows"],
)  # fmt: skip
def test_every_usual_encoding_and_separator_gives_the_same_answer(
    folder: Path, rewrite: Callable[[str], bytes]
) -> None:
    for path in folder.glob("*.csv"):
        path.write_bytes(rewrite(path.read_text(encoding="utf-8")))
    assert cost(read_portfolio(folder)[0]) == pytest.approx(138)


def test_a_pollutant_may_be_written_differently_in_each_file(folder: Path) -> None:
    changed(folder, "sources.csv", "NOx", "PM2.5")
    changed(folder, "options.csv", "NOx", "PM25")
    changed(folder, "devices.csv", "SO2,NOx,CO2", "so2,pm2.5,CO₂")
    changed(folder, "caps.csv", "*,NOx", "*,pm25")
    instance, leads = read_portfolio(folder)
    assert instance.pollutants == ("SO2", "PM2.5", "CO2")
    assert leads == ()
    assert cost(instance) == pytest.approx(138)


@pytest.mark.parametrize(("name", "heading", "value"), [
    ("sources.csv", "plant", "third unit"), ("options.csv", "capex", "7"), ("devices.csv", "vendor", "x"), ("caps.csv", "source", "plan"),
])  # fmt: skip
def test_a_further_column_is_left_aside_with_a_remark(folder: Path, name: str, heading: str, value: str) -> None:
    with_column(folder, name, heading, value)
    instance, leads = read_portfolio(folder)
    assert instance.pollutants == ("SO2", "NOx", "CO2")
    assert [(lead.location.file, lead.value) for lead in leads] == [(name, heading)]


@pytest.mark.parametrize(("name", "heading", "remedy"), [
    ("options.csv", "S02", "SO2"), ("options.csv", "Hg", "sources.csv"), ("devices.csv", "lifetme", "lifetime"), ("caps.csv", "regoin", "region"),
])  # fmt: skip
def test_a_column_that_may_be_a_pollutant_or_is_misspelt_stops(
    folder: Path, name: str, heading: str, remedy: str
) -> None:
    with_column(folder, name, heading, "1")
    (fault,) = refused(folder)
    assert fault.rule == "table.column_unknown"
    assert fault.remedy is not None
    assert remedy in fault.remedy.en


def test_a_table_without_a_column_of_a_pollutant_says_that_nothing_changes_it(folder: Path) -> None:
    put(folder, "options.csv", "source_id,option_id,cost,SO2\nsteel,WHR,-8,0.93\n")
    _, leads = read_portfolio(folder)
    assert [(lead.rule, lead.location.file) for lead in leads] == [("portfolio.column_absent", "options.csv")] * 2


def test_an_unknown_column_of_numbers_is_a_pollutant_too(folder: Path) -> None:
    with_column(folder, "sources.csv", "smell", "3")
    assert read_portfolio(folder)[0].pollutants == ("SO2", "NOx", "CO2", "smell")


@pytest.mark.parametrize("text", ["periods = '1'\ngap = '0'\ninteger = 'true'\n", "periods = 1.0\ninteger = 1\n", "owner = 'x'\n"])  # fmt: skip
def test_settings_in_quotes_and_further_keys_are_read(folder: Path, text: str) -> None:
    put(folder, "settings.toml", text)
    instance, leads = read_portfolio(folder)
    assert instance.periods == (1,)
    assert instance.settings.integer is True
    assert all(lead.rule == "portfolio.setting_unknown" for lead in leads)


@pytest.mark.parametrize(
    "text", ["[settings]\nperiods = 1\n", "discout_rate = 0.05\n", "periods = \n", "integer = 'maybe'\n"]
)
def test_settings_that_would_be_lost_stop(folder: Path, text: str) -> None:
    put(folder, "settings.toml", text)
    assert {fault.location.file for fault in refused(folder)} == {"settings.toml"}


def test_settings_in_another_encoding_say_so(folder: Path) -> None:
    put(folder, "settings.toml", "# 期数\nperiods = 1\n", "gbk")
    (fault,) = refused(folder)
    assert fault.remedy is not None
    assert "UTF-8" in fault.remedy.zh


def test_a_period_written_as_a_decimal_is_the_same_period(folder: Path) -> None:
    put(folder, "caps.csv", "region,pollutant,period,cap_t\n*,SO2,1.0,60\n*,NOx,,90\n*,CO2,1.0,15500\n")
    instance, _ = read_portfolio(folder)
    assert instance.periods == (1,)
    put(folder, "caps.csv", "region,pollutant,period,cap_t\n*,SO2,1.0,60\n*,SO2,1,50\n")
    assert rules(refused(folder)) == {"portfolio.cap_repeated"}


def test_tables_may_be_workbooks_or_sheets_of_one(folder: Path, tmp_path: Path) -> None:
    cells = {path.stem: [line.split(",") for line in path.read_text().splitlines()] for path in folder.glob("*.csv")}
    cells["settings"] = [["setting", "value"], ["periods", "1"], ["integer", "false"]]
    with xlsxwriter.Workbook(tmp_path / "all.xlsx", {"strings_to_numbers": True}) as book:
        for name, rows in cells.items():
            sheet = book.add_worksheet(name.capitalize())
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    assert cost(read_portfolio(tmp_path / "all.xlsx")[0]) == pytest.approx(121.685879, abs=5e-7)
    with xlsxwriter.Workbook(folder / "Sources.xlsx", {"strings_to_numbers": True}) as book:
        for place, row in enumerate(cells["sources"]):
            (book.worksheets() or [book.add_worksheet()])[0].write_row(place, 0, row)
    assert rules(refused(folder)) == {"portfolio.table_twice"}
    (folder / "sources.csv").unlink()
    assert cost(read_portfolio(folder)[0]) == pytest.approx(138)


def test_what_is_no_problem_names_the_folder_and_what_belongs_in_it(folder: Path, tmp_path: Path) -> None:
    assert rules(refused(tmp_path / "nowhere")) == {"portfolio.no_folder"}
    assert rules(refused(folder / "sources.csv")) == {"portfolio.no_folder"}
    (fault,) = refused(tmp_path)
    assert fault.rule == "file.missing"
    assert fault.allowed is not None
    assert "options.csv" in fault.allowed.en


def test_sources_without_a_row_are_one_fault(folder: Path) -> None:
    put(folder, "sources.csv", "source_id,region,SO2,NOx,CO2\n")
    assert [(fault.rule, fault.location.file) for fault in refused(folder)] == [("table.empty", "sources.csv")]


def test_a_removal_in_per_cent_says_how_to_write_it(folder: Path) -> None:
    changed(folder, "devices.csv", "0.92", "92")
    (fault,) = refused(folder)
    assert fault.location.cell == "E2"
    assert fault.remedy is not None
    assert "0.92" in fault.remedy.zh


def test_a_missing_table_of_ceilings_is_told(folder: Path) -> None:
    (folder / "caps.csv").unlink()
    instance, leads = read_portfolio(folder)
    assert [lead.rule for lead in leads] == ["portfolio.no_ceilings"]
    assert cost(instance) == pytest.approx(-8)


def test_the_present_state_may_be_left_though_it_costs_something(folder: Path) -> None:
    """Coal at a running cost now, gas only where the ceiling of the second period asks for it."""
    for name in ("devices.csv", "options.csv", "sources.csv"):
        (folder / name).unlink()
    put(folder, "sources.csv", "source_id,region,CO2\nboiler,city,100\n")
    put(folder, "options.csv", "source_id,option_id,cost,CO2\nboiler,coal,10,1\nboiler,gas,25,0.5\n")
    put(folder, "caps.csv", "region,pollutant,period,cap_t\n*,CO2,2,60\n")
    put(folder, "settings.toml", "periods = 2\n")
    assert cost(read_portfolio(folder)[0]) == pytest.approx(10 + 25)


def test_a_device_may_forbid_what_only_other_sources_can_do(folder: Path) -> None:
    rows = "source_id,stage,device_id,cost,forbids_options,SO2\ncement,SO2,wet,9,{},0.8\n"
    put(folder, "devices.csv", rows.format("gas"))
    assert "portfolio.option_unknown" in {lead.rule for lead in read_portfolio(folder)[1]}
    put(folder, "devices.csv", rows.format("gaz"))
    assert rules(refused(folder)) == {"portfolio.option_unknown"}


def test_units_of_base_tonnes_and_ceilings_are_converted(folder: Path) -> None:
    """9, 6 and 5 thousand tonnes of CO2 under a ceiling of 1.55 ten thousand tonnes."""
    put(
        folder,
        "sources.csv",
        "source_id,region,SO2,NOx,CO2 (kt/yr)\npower,x,100,80,9\nsteel,x,60,50,6\ncement,x,20,90,5\n",
    )
    put(folder, "caps.csv", "region,pollutant,period,cap_t (万吨)\n*,CO2,1,1.55\n*,SO2,1,0.006\n*,NOx,1,0.009\n")
    assert cost(read_portfolio(folder)[0]) == pytest.approx(138)
