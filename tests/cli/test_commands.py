from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from cocontrol.cli.documentation import command_reference
from cocontrol.cli.main import command_modules
from cocontrol.cli.output import Output, display_width, shown
from cocontrol.core.text import Text

from .conftest import Call


def test_help_answers_without_loading_the_engine() -> None:
    program = (
        "import sys\nfrom cocontrol.cli.main import main\n"
        "try:\n    main(['run', '--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'polars', 'scipy', 'pint', 'duckdb', 'docx', 'narwhals'} & set(sys.modules)\n"
        "sys.stderr.write(','.join(sorted(heavy)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "WORKSPACE" in done.stdout
    assert done.stderr == ""


def test_help_is_chinese_by_default_and_english_on_request(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "新建工作区" in call("--help").out
    assert (
        "make a workspace" in call("--help", "--language", "en").out
        or "make a workspace" in call("init", "--help", "--language=en").out
    )
    monkeypatch.setenv("COCONTROL_LANGUAGE", "en")
    assert "make a workspace" in call("init", "--help").out


def test_version(call: Call) -> None:
    outcome = call("--version")
    assert (outcome.code, outcome.out.startswith("cocontrol 0.")) == (0, True)


def test_wrong_usage_gives_two(call: Call) -> None:
    assert call("run", "--nonsense").code == 2
    assert call("export", "x", "--as", "pdf").code == 2


def test_init_check_and_run_on_a_new_workspace(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    made = call("init", folder, "--region", "410000", "--format", "json")
    assert made.code == 0
    assert {"path": "cocontrol.toml"} in json.loads(made.out)
    assert call("check", folder).code == 0
    ran = call("run", folder, "--format", "json")
    assert ran.code == 0
    assert Path(json.loads(ran.out)["report"]).is_file()


def test_init_twice_fails_with_one_line_per_file(call: Call, workspace_folder: Path) -> None:
    outcome = call("init", workspace_folder, "--language", "en")
    assert outcome.code == 1
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1
    assert "not overwritten" in outcome.err


def test_faults_are_one_line_each_on_standard_error(call: Call, workspace_folder: Path) -> None:
    balance = workspace_folder / "tables" / "balance.csv"
    broken = (
        balance.read_text(encoding="utf-8")
        .replace("Agriculture,0.5", "Agriculture,many")
        .replace("2013,Diesel", "x,Diesel")
    )
    balance.write_text(broken, encoding="utf-8")
    outcome = call("run", workspace_folder, "--language", "en")
    assert outcome.code == 1
    assert outcome.out == ""
    assert len(outcome.err.splitlines()) == 2
    assert all("tables/balance.csv" in line for line in outcome.err.splitlines())
    assert "Traceback" not in outcome.err


def test_faults_in_json_are_an_object(call: Call, tmp_path: Path) -> None:
    outcome = call("run", tmp_path, "--format", "json")
    assert outcome.code == 1
    assert json.loads(outcome.out)["faults"][0]["rule"] == "workspace.not_found"


def test_debug_shows_the_traceback(call: Call, tmp_path: Path) -> None:
    assert "Traceback" in call("check", tmp_path, "--debug").err


def test_check_lists_tables_and_faults_and_writes_annotated_copies(
    call: Call, workspace_folder: Path, tmp_path: Path
) -> None:
    statistics = workspace_folder / "tables" / "statistics.csv"
    statistics.write_text(statistics.read_text(encoding="utf-8").replace("9500", "-"), encoding="utf-8")
    outcome = call("check", workspace_folder, "--annotate", tmp_path / "marked", "--format", "csv")
    assert outcome.code == 1
    rows = {row["path"]: row for row in csv.DictReader(io.StringIO(outcome.out))}
    assert rows["tables/statistics.csv"]["errors"] == "1"
    assert rows["tables/balance.csv"]["errors"] == "0"
    assert (tmp_path / "marked" / "statistics.checked.xlsx").is_file()


@pytest.mark.parametrize("form", ["json", "csv", "table"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("runs", "{w}"),
        ("result", "latest", "--workspace", "{w}"),
        ("result", "latest", "emission", "--workspace", "{w}"),
        ("explain", "latest", "CO2", "--workspace", "{w}"),
        ("affected", "latest", "AR2GWP100:CH4", "--workspace", "{w}"),
        ("compare", "latest", "latest", "--workspace", "{w}"),
        ("template",),
        ("reference", "fuels"),
        ("reference", "profiles"),
        ("reference", "categories"),
        ("reference", "gwp", "AR5GWP100"),
        ("reference", "regions", "濮阳"),
        ("reference", "factors", "--fuel", "diesel", "--limit", "3"),
    ],
)
def test_every_listing_prints_in_every_format(
    call: Call, run_workspace: Path, arguments: tuple[str, ...], form: str
) -> None:
    outcome = call(*(one.replace("{w}", str(run_workspace)) for one in arguments), "--format", form)
    assert outcome.code == 0
    if form == "json":
        json.loads(outcome.out)
    elif form == "csv":
        widths = {len(row) for row in csv.reader(io.StringIO(outcome.out))}
        assert len(widths) == 1
    elif arguments[0] != "compare":
        assert outcome.out.strip()


def test_explain_prints_the_tree_down_to_the_source_cell(call: Call, run_workspace: Path) -> None:
    outcome = call("explain", "latest", "CO2@category=1A1ai", "--workspace", run_workspace, "--language", "en")
    assert "tables/balance.csv!E3" in outcome.out
    assert "└─" in outcome.out


def test_an_unknown_cell_says_what_there_is(call: Call, run_workspace: Path) -> None:
    outcome = call("explain", "latest", "CO3", "--workspace", run_workspace, "--language", "en")
    assert outcome.code == 1
    assert "CO2" in outcome.err


def test_rerun_says_identical(call: Call, run_workspace: Path) -> None:
    outcome = call("rerun", "latest", "--workspace", run_workspace, "--format", "json")
    assert outcome.code == 0
    assert json.loads(outcome.out)["identical"] is True


def test_export_refuses_to_overwrite_unless_told(call: Call, run_workspace: Path, tmp_path: Path) -> None:
    arguments = ("export", "latest", "--workspace", run_workspace, "--as", "iamc", "--to", tmp_path / "out")
    assert call(*arguments).code == 0
    assert call(*arguments).code == 1
    assert call(*arguments, "--overwrite").code == 0
    assert (tmp_path / "out" / "iamc.csv").is_file()


def test_a_template_is_written_once(call: Call, tmp_path: Path) -> None:
    target = tmp_path / "facility.xlsx"
    assert call("template", "facility", "--to", target).code == 0
    assert target.is_file()
    assert call("template", "facility", "--to", target).code == 1
    assert "energy_balance" in call("template", "nothing", "--language", "en").err


def test_the_command_reference_in_the_docs_is_up_to_date(repository: Path) -> None:
    committed = (repository / "docs" / "cli.md").read_text(encoding="utf-8")
    assert committed == command_reference(), "run: cocontrol docs cli --to docs/cli.md"


def test_every_command_has_help_in_both_languages() -> None:
    reference = command_reference()
    chinese, english = reference.split("## English")
    for line in chinese.splitlines():
        if line.startswith("### "):
            assert line.split("`")[1] in english
    assert "| |" not in reference.replace("| |\n|---", "")


def test_every_module_registers_itself() -> None:
    names = {module.__name__.rpartition(".")[2] for module in command_modules()}
    assert {"workspaces", "results", "lookups", "documentation"} <= names


def test_numbers_are_printed_for_people_and_kept_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert [shown(v) for v in (None, True, 1234567.8, 0.1234567, 12, "x")] == [
        "–",
        "✓",
        "1,234,568",
        "0.123457",
        "12",
        "x",
    ]
    rows, columns = [{"a": 1234567.891, "b": None}], {"a": Text("甲", "a"), "b": Text("乙", "b")}
    Output("csv", "zh").rows(rows, columns)
    assert capsys.readouterr().out == "a,b\n1234567.891,\n"
    Output("json", "zh").rows(rows, columns)
    assert json.loads(capsys.readouterr().out) == rows


def test_years_and_periods_take_no_thousands_separator(capsys: pytest.CaptureFixture[str]) -> None:
    columns = {name: Text(name, name) for name in ("period", "peak_year_low", "count")}
    Output("table", "en").rows([{"period": 2035, "peak_year_low": 2030, "count": 2040}], columns)
    assert capsys.readouterr().out.splitlines()[1].split() == ["2035", "2030", "2,040"]


def test_chinese_characters_fill_two_columns() -> None:
    assert display_width("运行 ab") == 7
