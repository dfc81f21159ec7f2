from __future__ import annotations

import contextlib
import json
import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cocontrol.core.errors import ConservationBroken, Fault, InvalidInput, NotFound
from cocontrol.core.text import Text
from cocontrol.io import pipeline
from cocontrol.io.lake import file_sha256
from cocontrol.io.pipeline import run
from cocontrol.io.runs import RUNS, Run, free_run_id, list_runs, new_run_folder, open_run, resolve_run, unreadable_runs
from cocontrol.io.workspace import load_workspace

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_the_manifest_pins_every_input_and_result(small_run: Run) -> None:
    for entry in small_run.manifest["inputs"]:
        assert file_sha256(small_run.folder / entry["copy"]) == entry["sha256"]
    for entry in small_run.manifest["results"]:
        assert file_sha256(small_run.folder / entry["path"]) == entry["sha256"]
        assert small_run.result(entry["name"]).height == entry["rows"]
    assert small_run.damaged() == ()


def test_the_manifest_says_what_shaped_the_run(small_run: Run) -> None:
    manifest = small_run.manifest
    assert manifest["run_id"] == small_run.folder.name
    assert manifest["document_profile"] == "PROV_GUIDE_2011"
    assert manifest["gwp_set"] == "AR2GWP100"
    assert manifest["as_of"] == "2021-01-01"
    assert manifest["synthetic"] == ["plans/plan.md"]
    assert manifest["workspace"]["region"] == "410000"
    assert len(manifest["parameter_version"]) == 64
    assert manifest["code_version"].startswith("0.")


def test_files_of_a_run_are_read_only(small_run: Run) -> None:
    files = [path for path in small_run.folder.rglob("*") if path.is_file()]
    assert files
    assert not any(path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) for path in files)


def test_an_unknown_result_lists_what_there_is(small_run: Run) -> None:
    with pytest.raises(NotFound, match="emission"):
        small_run.result("emissions")


def test_nothing_of_the_machine_stands_in_the_manifest(small_run: Run) -> None:
    assert str(small_run.folder.parent) not in (small_run.folder / "manifest.json").read_text(encoding="utf-8")


def test_a_failing_run_leaves_the_previous_one_untouched_and_nothing_behind(workspace_folder: Path) -> None:
    first = run(load_workspace(workspace_folder), now=NOON)
    before = {path: file_sha256(path) for path in first.folder.rglob("*") if path.is_file()}
    balance = workspace_folder / "tables" / "balance.csv"
    balance.write_text(balance.read_text(encoding="utf-8").replace("0.5\n", "half\n"), encoding="utf-8")
    with pytest.raises(InvalidInput):
        run(load_workspace(workspace_folder), now=NOON)
    assert {path: file_sha256(path) for path in before} == before
    assert [path.name for path in (workspace_folder / RUNS).iterdir()] == [first.run_id]


def test_a_run_that_fails_while_writing_leaves_nothing_behind(
    workspace_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_arguments: object) -> None:
        raise ConservationBroken(Fault("test.broken", Text("坏", "broken")))

    monkeypatch.setattr(pipeline, "write_reports", break_off)
    with pytest.raises(ConservationBroken):
        run(load_workspace(workspace_folder), now=NOON)
    assert list((workspace_folder / RUNS).iterdir()) == []
    assert list_runs(workspace_folder) == []


def test_two_runs_of_the_same_second_both_stay(workspace_folder: Path) -> None:
    workspace = load_workspace(workspace_folder)
    first, second = run(workspace, now=NOON), run(workspace, now=NOON)
    assert second.run_id == f"{first.run_id}-2" == second.folder.name
    assert {one.run_id for one in list_runs(workspace_folder)} == {first.run_id, second.run_id}


def test_runs_are_listed_newest_first_and_found_by_short_name(workspace_folder: Path) -> None:
    workspace = load_workspace(workspace_folder)
    old = run(workspace, now=NOON)
    new = run(workspace, now=datetime(2026, 1, 2, tzinfo=UTC))
    assert [one.run_id for one in list_runs(workspace_folder)] == [new.run_id, old.run_id]
    assert resolve_run("latest", workspace_folder).run_id == new.run_id
    assert resolve_run("20260101", workspace_folder).run_id == old.run_id
    assert resolve_run(old.folder / "manifest.json").run_id == old.run_id
    with pytest.raises(NotFound, match=new.run_id):
        resolve_run("2026", workspace_folder)


def test_an_existing_run_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "kept").write_text("x", encoding="utf-8")
    with pytest.raises(OSError, match="a"), new_run_folder(tmp_path, "a") as folder:
        (folder / "new").write_text("y", encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert free_run_id(tmp_path, "a") == "a-2"


def test_a_folder_without_manifest_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"manifest\.json"):
        open_run(tmp_path)


@pytest.mark.parametrize("content", ["{", "[]", '{"run_id": "x"}'])
def test_a_broken_manifest_is_a_located_fault(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"manifest\.json"):
        open_run(tmp_path)


def test_the_manifest_is_plain_json(small_run: Run) -> None:
    text = (small_run.folder / "manifest.json").read_text(encoding="utf-8")
    assert json.loads(text) == small_run.manifest
    assert "小省" in text


def test_an_unchanged_workspace_keeps_the_run_it_has_when_asked(workspace_folder: Path) -> None:
    first = run(load_workspace(workspace_folder), now=datetime(2026, 1, 1, tzinfo=UTC))
    again = run(load_workspace(workspace_folder), now=datetime(2026, 1, 2, tzinfo=UTC), if_changed=True)
    assert again.run_id == first.run_id
    balance = workspace_folder / "tables" / "balance.csv"
    balance.write_text(balance.read_text().replace("Thermal Power,-10", "Thermal Power,-9"))
    changed = run(load_workspace(workspace_folder), now=datetime(2026, 1, 3, tzinfo=UTC), if_changed=True)
    assert changed.run_id != first.run_id


def test_the_folder_of_a_workspace_means_its_latest_run(workspace_folder: Path) -> None:
    made = run(load_workspace(workspace_folder))
    assert resolve_run(workspace_folder).run_id == made.run_id


def test_a_run_with_a_broken_manifest_hides_no_other(small_run: Run, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    shutil.copytree(small_run.folder, runs / small_run.run_id)
    broken = runs / "20200101T000000Z-00000000"
    broken.mkdir()
    (broken / "manifest.json").write_text("{", encoding="utf-8")
    assert [run.run_id for run in list_runs(tmp_path)] == [small_run.run_id]
    assert resolve_run("latest", tmp_path).run_id == small_run.run_id
    assert [fault.location.file for fault in unreadable_runs(tmp_path)] == [f"{broken.name}/manifest.json"]
    with pytest.raises(InvalidInput):
        resolve_run(broken.name, tmp_path)


@pytest.mark.parametrize("position", [3, -3, -300, 2000])
def test_a_flipped_byte_is_found_and_never_a_traceback(small_run: Run, tmp_path: Path, position: int) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(small_run.folder, folder)
    table = folder / "results" / "emission.parquet"
    table.chmod(0o644)
    content = bytearray(table.read_bytes())
    content[position] ^= 0x55
    table.write_bytes(bytes(content))
    copy = open_run(folder)
    assert copy.damaged() == ("results/emission.parquet",)
    with contextlib.suppress(InvalidInput):  # a byte that nothing reads does no harm to the table
        assert copy.result("emission").height == small_run.result("emission").height
