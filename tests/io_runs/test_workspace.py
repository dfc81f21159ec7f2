from __future__ import annotations

from pathlib import Path

import pytest

from cocontrol.core.errors import InvalidInput, NotFound
from cocontrol.io.scaffold import create_workspace
from cocontrol.io.workspace import load_workspace, parse_settings

from .conftest import SETTINGS, make_workspace


def rules(error: InvalidInput) -> dict[str, str | None]:
    return {fault.rule: fault.location.column for fault in error.faults}


def test_it_loads_settings_with_defaults(workspace_folder: Path) -> None:
    workspace = load_workspace(workspace_folder)
    assert workspace.region == "410000"
    assert workspace.settings.inventory.years == [2013]
    assert workspace.settings.inventory.gwp_set is None
    assert workspace.title.en == "Small Province"


def test_the_settings_file_itself_may_be_named(workspace_folder: Path) -> None:
    assert load_workspace(workspace_folder / "cocontrol.toml") == load_workspace(workspace_folder)


def test_a_folder_without_settings_is_not_a_workspace(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="cocontrol init"):
        load_workspace(tmp_path)


def test_all_wrong_keys_are_listed_at_once_with_their_paths() -> None:
    broken = SETTINGS.replace('name = "small"\n', "").replace("years = [2013]", "years = []\nyear = 2013")
    broken = broken.replace('region = "410000"', 'region = "41"')
    with pytest.raises(InvalidInput) as caught:
        parse_settings(broken.encode())
    places = {(fault.rule, fault.location.column) for fault in caught.value.faults}
    assert places == {
        ("workspace.key_missing", "workspace.name"),
        ("workspace.value", "workspace.region"),
        ("workspace.value", "inventory.years"),
        ("workspace.key_unknown", "inventory.year"),
    }


def test_unknown_names_are_listed_at_once_with_what_is_known() -> None:
    broken = SETTINGS.replace("PROV_GUIDE_2011", "GUIDE_X").replace('table = "target"', 'table = "targets"')
    broken = broken.replace("[inventory]", '[inventory]\ngwp_set = "AR9"').replace('"410000"', '"999999"')
    with pytest.raises(InvalidInput) as caught:
        parse_settings(broken.encode())
    found = {fault.location.column: fault for fault in caught.value.faults}
    assert set(found) == {"inventory.document_profile", "inventory.gwp_set", "workspace.region", "tables[2].table"}
    assert "PROV_GUIDE_2025" in str(found["inventory.document_profile"].allowed)
    assert "energy_balance" in str(found["tables[2].table"].allowed)


def test_broken_toml_names_the_line() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_settings(b'[workspace]\nname = "a\n')
    assert caught.value.faults[0].rule == "workspace.syntax"
    assert caught.value.faults[0].location.row == 2


def test_settings_in_another_encoding_are_a_fault_not_a_crash() -> None:
    with pytest.raises(InvalidInput, match="TOML"):
        parse_settings(SETTINGS.encode("gbk"))


def test_missing_and_outside_files_are_listed_together(tmp_path: Path) -> None:
    settings = SETTINGS.replace("tables/targets.csv", "tables/absent.csv").replace("plans/plan.md", "../outside.md")
    (tmp_path / "outside.md").write_text("x", encoding="utf-8")
    folder = make_workspace(tmp_path / "w", settings=settings)
    with pytest.raises(InvalidInput) as caught:
        load_workspace(folder)
    assert rules(caught.value) == {
        "workspace.file_missing": "tables[2].path",
        "workspace.path_outside": "documents[0].path",
    }


def test_the_same_file_twice_is_a_fault(tmp_path: Path) -> None:
    settings = SETTINGS.replace("tables/targets.csv", "tables/statistics.csv")
    with pytest.raises(InvalidInput) as caught:
        load_workspace(make_workspace(tmp_path / "w", settings=settings))
    assert "workspace.path_repeated" in rules(caught.value)


def test_a_new_workspace_can_be_loaded_and_has_templates(tmp_path: Path) -> None:
    written = create_workspace(tmp_path / "new", region="410900", years=(2020, 2021), profile="PROV_GUIDE_2011")
    workspace = load_workspace(tmp_path / "new")
    assert workspace.settings.inventory.years == [2020, 2021]
    assert workspace.title.zh == "濮阳市"
    assert all(path.is_file() for path in written)
    assert (tmp_path / "new" / "tables" / "energy_balance.xlsx").is_file()


def test_its_commented_table_entries_are_valid_once_uncommented(tmp_path: Path) -> None:
    create_workspace(tmp_path / "new", region="410000", years=(2013,), profile="PROV_GUIDE_2011")
    file = tmp_path / "new" / "cocontrol.toml"
    lines = file.read_text(encoding="utf-8").splitlines()
    keys = ("# [[", "# table =", "# path =", "# layout =")
    file.write_text(
        "\n".join(line.removeprefix("# ") if line.startswith(keys) else line for line in lines), encoding="utf-8"
    )
    assert [entry.table for entry in load_workspace(file).settings.tables][:2] == [
        "energy_balance",
        "provincial_statistics",
    ]


def test_init_overwrites_nothing(workspace_folder: Path) -> None:
    before = (workspace_folder / "cocontrol.toml").read_bytes()
    with pytest.raises(InvalidInput) as caught:
        create_workspace(workspace_folder, region="410000", years=(2013,), profile="PROV_GUIDE_2011")
    assert rules(caught.value) == {"workspace.exists": None}
    assert (workspace_folder / "cocontrol.toml").read_bytes() == before
    assert not (workspace_folder / "README.md").exists()
