"""The exchange formats from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cocontrol.io.exports import FORMATS
from tests.conftest import Call


@pytest.mark.parametrize("form", ["primap2", "nfr", "ecrf", "cetk", "bulletin"])
def test_a_run_leaves_in_every_exchange_format(call: Call, run_workspace: Path, tmp_path: Path, form: str) -> None:
    result = call("export", "latest", "--workspace", run_workspace, "--as", form, "--to", tmp_path / "out")
    assert result.code == 0, result.err
    assert (tmp_path / "out" / "export.json").is_file()


def test_every_format_of_the_library_is_offered(call: Call) -> None:
    text = call("export", "--help").out.replace("\n", "")
    assert [name for name in FORMATS if name not in text] == []


def test_crt_without_a_catalogue_names_the_way_out_and_writes_nothing(
    call: Call, run_workspace: Path, tmp_path: Path
) -> None:
    result = call("export", "latest", "--workspace", run_workspace, "--as", "crt", "--to", tmp_path / "out")
    assert result.code == 1
    assert "--catalogue" in result.err
    assert list(tmp_path.iterdir()) == []


def test_what_a_format_cannot_hold_is_told_once_per_substance_and_reason(
    call: Call, run_workspace: Path, tmp_path: Path
) -> None:
    result = call(
        "export", "latest", "--workspace", run_workspace, "--as", "nfr", "--to", tmp_path / "out", "--language", "en"
    )
    lines = [line for line in result.err.splitlines() if line.startswith("not exported, CO2 ")]
    assert len(lines) == 1
    assert "no column for the substance" in lines[0]
