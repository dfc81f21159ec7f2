"""Files made to harm: nothing may be unpacked beyond the bounds, and each refusal says why."""

import gzip
import io
import re
import struct
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from cocontrol.core.errors import InvalidInput
from cocontrol.io.limits import MEBIBYTE, Limits
from cocontrol.io.readers import read_raw
from cocontrol.io.workbook_safety import scan_workbook

from .examples import good_row, write_csv, write_xlsx

MIB = MEBIBYTE


def refused(path: Path, limits: Limits | None = None) -> str:
    """The rule under which the file is refused."""
    with pytest.raises(InvalidInput) as caught:
        read_raw(path, limits=limits or Limits())
    assert caught.value.faults[0].location.file == path.name
    return caught.value.faults[0].rule


def repacked(path: Path, changes: dict[str, bytes]) -> Path:
    """The workbook with some parts replaced or added."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | changes).items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "a.xlsx", [good_row(1), good_row(2)])


def test_a_zip_bomb_is_refused_by_its_declared_size(workbook: Path) -> None:
    repacked(workbook, {"xl/worksheets/bomb.xml": b" " * (300 * MIB)})
    assert workbook.stat().st_size < MIB
    assert refused(workbook) == "file.zip_bomb"


def test_a_part_that_is_larger_than_it_says_is_refused_while_it_unpacks(workbook: Path) -> None:
    repacked(workbook, {"xl/worksheets/bomb.xml": b" " * (64 * MIB)})
    content = bytearray(workbook.read_bytes())
    place = content.rfind(b"xl/worksheets/bomb.xml") - 46
    assert content[place : place + 4] == b"PK\x01\x02"
    content[place + 24 : place + 28] = struct.pack("<I", 1000)
    workbook.write_bytes(bytes(content))
    assert refused(workbook) == "file.zip_bomb"


def test_a_part_that_is_smaller_than_it_says_is_damaged(workbook: Path) -> None:
    content = bytearray(workbook.read_bytes())
    place = content.find(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 1_000_000)
    workbook.write_bytes(bytes(content))
    assert refused(workbook) == "file.damaged"


def test_too_many_parts_are_refused(workbook: Path) -> None:
    repacked(workbook, {f"xl/media/{number}.txt": b"" for number in range(40)})
    assert refused(workbook, Limits(workbook_parts=30)) == "file.zip_bomb"


def test_parts_of_the_same_name_are_refused(workbook: Path) -> None:
    with zipfile.ZipFile(workbook, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    assert refused(workbook) == "file.damaged"


def test_entity_declarations_are_refused(workbook: Path) -> None:
    with zipfile.ZipFile(workbook) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    repacked(workbook, {"xl/worksheets/sheet1.xml": b'<!DOCTYPE x [<!ENTITY a "b">]>' + sheet})
    assert refused(workbook) == "file.damaged"


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576000", "ZZZ90000", "xfd1048576", "XFD99999999999"])
def test_one_far_off_cell_does_not_take_the_memory_of_its_rectangle(workbook: Path, cell: str) -> None:
    with zipfile.ZipFile(workbook) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    row = re.sub("[A-Z]", "", cell)
    far = f'<row r="{row}"><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()
    repacked(workbook, {"xl/worksheets/sheet1.xml": sheet.replace(b"</sheetData>", far)})
    started = time.monotonic()
    assert refused(workbook) == "sheet.too_wide"
    assert time.monotonic() - started < 10


def test_a_compressed_text_file_stops_at_the_limit(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"a,b\n" * (8 * MIB)))
    assert refused(tmp_path / "a.csv.gz", Limits(text_bytes=MIB)) == "file.too_large"


@pytest.mark.parametrize("name", ["a.zip", "a.xlsx", "a.csv"])
def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        archive.writestr("x.txt", "x")
    assert refused(tmp_path / name) == "file.kind"


@pytest.mark.parametrize("inner", ["content.xml", "xl/workbook.bin"])
def test_other_spreadsheet_formats_are_named(tmp_path: Path, inner: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr(inner, "x")
    with pytest.raises(InvalidInput) as caught:
        read_raw(tmp_path / "a.xlsx")
    assert caught.value.faults[0].value == {"content.xml": "ODS", "xl/workbook.bin": "XLSB"}[inner]


def test_two_hundred_megabytes_of_workbook_are_refused_at_once_and_of_text_are_read(tmp_path: Path) -> None:
    big = tmp_path / "big.xlsx"
    with big.open("wb") as stream:
        stream.write(write_xlsx(tmp_path / "a.xlsx", [good_row(1)]).read_bytes())
        stream.truncate(200 * MIB)
    assert refused(big) in {"file.too_large", "file.damaged"}
    text = tmp_path / "big.csv"
    heading, row = write_csv(tmp_path / "a.csv", [good_row(1)]).read_bytes().splitlines(keepends=True)
    count = 200 * MIB // len(row)
    with text.open("wb") as stream:
        stream.write(heading)
        for _ in range(count // 10_000):
            stream.write(row * 10_000)
    assert read_raw(text).cells.height == count // 10_000 * 10_000


def test_a_scan_finds_extent_error_values_and_uncalculated_formulas(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "表 & 格"
    book.active["C4"], book.active["B2"], book.active["A1"] = "=A1<B2", "#REF!", 1
    book.save(tmp_path / "a.xlsx")
    scan = scan_workbook(tmp_path / "a.xlsx", "a.xlsx", Limits())["表 & 格"]
    assert (scan.rows, scan.columns) == (4, 3)
    assert dict(scan.unusable) == {"C4": "=A1<B2", "B2": "#REF!"}


def test_a_large_sheet_is_scanned_without_cutting_a_cell_in_two(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("数据")
    for number in range(30_000):
        sheet.append([number, "#N/A" if number % 1000 == 0 else f"text {number}", f"=A{number + 1}"])
    book.save(tmp_path / "a.xlsx")
    scan = scan_workbook(tmp_path / "a.xlsx", "a.xlsx", Limits())["数据"]
    assert (scan.rows, scan.columns) == (30_000, 3)
    assert sum(found == "#N/A" for found in scan.unusable.values()) == 30
    assert sum(found.startswith("=A") for found in scan.unusable.values()) == 30_000


def test_reading_never_writes_beside_the_file(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [good_row(1)], encoding="gbk")
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(path.read_bytes()))
    read_raw(path)
    read_raw(tmp_path / "b.csv.gz")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.csv", "b.csv.gz"]
    assert io.BytesIO(path.read_bytes()).read(4) == "企业".encode("gbk")
