"""A look inside a workbook before anything opens it: declared and real sizes, far-off cells, unusable cells.

An .xlsx file is a zip archive of XML parts, so a small file can ask for any amount of memory. Sizes are
checked as declared, then by inflating each part against the bound; only then is the file handed on.
"""

from __future__ import annotations

import html
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.io.file_kinds import ARCHIVE_ERRORS, damaged
from cocontrol.io.limits import MEBIBYTE, Limits

_BLOCK = 1 << 18
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_RATIO_FREE = 10 * MEBIBYTE
_STORED, _DEFLATED = 0, 8
_LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST_ROW = 4 * MEBIBYTE
_OVERLAP = 1 << 16

_POSITION = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]*\d+)""")
_CELL = re.compile(rb"<(?:\w+:)?c[ />]")
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_ADDRESS = rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']([A-Z]+\d+)["']"""
_IS_ERROR = rb"""<(?:\w+:)?c\b(?=[^>]*\bt\s*=\s*["']e["'])[^>]*?\br\s*=\s*["']([A-Z]+\d+)["']"""
_ERROR_CELL = re.compile(_IS_ERROR + rb"[^>]*>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)</", re.DOTALL)
_UNCACHED = re.compile(
    _ADDRESS
    + rb"[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>([^<]*)</(?:\w+:)?f>)\s*"
    + rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)=["']([^"']*)["']""")


@dataclass(frozen=True, slots=True)
class SheetScan:
    """What the XML of one sheet says beyond its values: its extent, and the cells that hold none.

    `unusable` leads from A1 addresses to an error value (``#DIV/0!``) or an uncalculated formula (``=B3+1``).
    """

    rows: int = 0
    columns: int = 0
    unusable: Mapping[str, str] = field(default_factory=dict)


def scan_workbook(path: Path, file: str, limits: Limits) -> dict[str, SheetScan]:
    """What each sheet holds, by sheet name.

    Raises `InvalidInput` for an archive that is damaged, that would inflate beyond the limits or that
    lies about its sizes, and for a sheet that spans more cells than allowed.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except ARCHIVE_ERRORS as error:
        raise InvalidInput(damaged(file, str(error))) from error
    _check_declared(entries, path.stat().st_size, file, limits)
    by_name = {entry.filename: entry for entry in entries}
    names = _sheet_parts(path, by_name, file, limits)
    scans: dict[str, SheetScan] = {}
    for entry in entries:
        blocks = _inflated(path, entry, file, limits)
        if entry.filename in names:
            scans[names[entry.filename]] = _scan_sheet(blocks, names[entry.filename], file, limits)
        else:
            for _ in blocks:
                pass
    return scans


def _check_declared(entries: list[zipfile.ZipInfo], size: int, file: str, limits: Limits) -> None:
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len({entry.filename for entry in entries}) != len(entries) or packed > size:
        raise InvalidInput(damaged(file, "overlapping parts"))
    if any(entry.flag_bits & 1 or entry.compress_type not in {_STORED, _DEFLATED} for entry in entries):
        raise InvalidInput(damaged(file, "parts encrypted or packed in another way"))
    swollen = total > max(_RATIO_FREE, size * limits.workbook_ratio)
    if len(entries) > limits.workbook_parts or total > limits.workbook_inflated or swollen:
        raise InvalidInput(_bomb(file, total, limits))


def _bomb(file: str, total: int, limits: Limits) -> Fault:
    allowed = Text(
        "展开后不超过 {m} MB，且不超过文件大小的 {r} 倍", "at most {m} MB when unpacked, and {r} times the file size"
    )
    return Fault(
        "file.zip_bomb",
        Text("压缩内容展开后过大，拒绝打开", "the contents swell too much when unpacked; the file was not opened"),
        Location(file=file),
        value=f"{total / MEBIBYTE:.0f} MB",
        allowed=allowed.format(m=f"{limits.workbook_inflated / MEBIBYTE:g}", r=limits.workbook_ratio),
        remedy=Text(
            "用可信的软件重新导出，或改存为 CSV", "export it again from a program you trust, or save it as CSV"
        ),
    )


def _inflated(path: Path, entry: zipfile.ZipInfo, file: str, limits: Limits) -> Iterator[bytes]:
    """The real contents of a part, block by block; stops where they pass what the archive declares."""
    total = checksum = 0
    for block in _unpack(_packed(path, entry, file), entry.compress_type, file):
        if not total and b"<!DOCTYPE" in block[:4096]:
            raise InvalidInput(damaged(file, f"{entry.filename}: DOCTYPE"))
        total += len(block)
        checksum = zlib.crc32(block, checksum)
        if total > entry.file_size:
            raise InvalidInput(_bomb(file, total, limits))
        yield block
    if total != entry.file_size or checksum != entry.CRC:
        raise InvalidInput(damaged(file, entry.filename))


def _packed(path: Path, entry: zipfile.ZipInfo, file: str) -> bytes:
    """The part as it stands in the archive."""
    if entry.header_offset < 0:
        raise InvalidInput(damaged(file, entry.filename))
    with path.open("rb") as stream:
        stream.seek(entry.header_offset)
        head = stream.read(_LOCAL_HEADER.size)
        if len(head) < _LOCAL_HEADER.size or head[:4] != b"PK\x03\x04":
            raise InvalidInput(damaged(file, entry.filename))
        _, name_length, extra_length = _LOCAL_HEADER.unpack(head)
        stream.seek(name_length + extra_length, 1)
        return stream.read(entry.compress_size)


def _unpack(packed: bytes, method: int, file: str) -> Iterator[bytes]:
    if method == _STORED:
        for start in range(0, len(packed), _BLOCK):
            yield packed[start : start + _BLOCK]
        return
    inflator = zlib.decompressobj(-15)
    try:
        while packed and not inflator.eof:
            yield inflator.decompress(packed, _BLOCK)
            packed = inflator.unconsumed_tail
        yield inflator.flush()
    except zlib.error as error:
        raise InvalidInput(damaged(file, str(error))) from error


def _sheet_parts(path: Path, entries: Mapping[str, zipfile.ZipInfo], file: str, limits: Limits) -> dict[str, str]:
    """Sheet name of every sheet part of the archive."""

    def whole(name: str) -> bytes:
        entry = entries.get(name)
        return b"".join(_inflated(path, entry, file, limits)) if entry else b""

    targets = {}
    for tag in _RELATION.findall(whole("xl/_rels/workbook.xml.rels")):
        attributes = _attributes(tag)
        targets[attributes.get("Id", "")] = attributes.get("Target", "")
    parts = {}
    for tag in _SHEET.findall(whole("xl/workbook.xml")):
        attributes = _attributes(tag)
        relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        target = targets.get(relation, "")
        part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
        parts[part] = attributes.get("name", "")
    return parts


def _attributes(tag: bytes) -> dict[str, str]:
    return {key.decode(): html.unescape(value.decode("utf-8", "replace")) for key, value in _ATTRIBUTE.findall(tag)}


def _scan_sheet(blocks: Iterator[bytes], sheet: str, file: str, limits: Limits) -> SheetScan:
    rows = columns = 0
    unusable: dict[str, str] = {}
    for window in _windows(blocks):
        positions = _POSITION.findall(window)
        joined = b" ".join(positions)
        rows = max(rows, *map(int, set(joined.translate(None, _LETTERS).split())), 0)
        lettered = set(joined.translate(None, b"0123456789").upper().split())
        columns = max(columns, *map(_column_number, lettered), _unaddressed(window, len(positions)))
        if rows * columns > limits.workbook_cells:
            raise InvalidInput(_too_wide(file, sheet, rows, columns, limits))
        unusable |= _unusable_cells(window)
    return SheetScan(rows, columns, unusable)


def _windows(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The contents in windows that end where a row begins, so that no cell is cut in two.

    Rows too long for that are cut anyway, with an overlap longer than any cell of numbers.
    """
    rest = b""
    for block in blocks:
        window = rest + block
        cut = window.rfind(b"<row", len(rest))
        if cut < 0:
            cut = max((found.start() for found in _ROW.finditer(window, len(rest))), default=0)
        if cut:
            yield window[:cut]
            rest = window[cut:]
        elif len(window) > _LONGEST_ROW:
            yield window
            rest = window[-_OVERLAP:]
        else:
            rest = window
    yield rest


def _unaddressed(window: bytes, addressed: int) -> int:
    """The most cells in a row, where some carry no address and so stand one after the other; else 0."""
    if window.count(b"<c ") + window.count(b"<row ") == addressed:
        return 0
    if len(_CELL.findall(window)) + len(_ROW.findall(window)) <= addressed:
        return 0
    return max(len(_CELL.findall(row)) for row in _ROW.split(window))


def _unusable_cells(window: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    if b'"e"' in window or b"'e'" in window:
        found |= {cell.decode(): html.unescape(value.decode()) for cell, value in _ERROR_CELL.findall(window)}
    if b"<f" in window or b":f" in window:
        for cell, formula in _UNCACHED.findall(window):
            found[cell.decode()] = f"={html.unescape(formula.decode('utf-8', 'replace'))}"
    return found


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_wide(file: str, sheet: str, rows: int, columns: int, limits: Limits) -> Fault:
    return Fault(
        "sheet.too_wide",
        Text("工作表范围过大：{r} 行 × {c} 列", "the sheet spans too much: {r} rows × {c} columns").format(
            r=rows, c=columns
        ),
        Location(file, sheet),
        value=str(rows * columns),
        allowed=Text("不超过 {n} 个单元格", "at most {n} cells").format(n=limits.workbook_cells),
        remedy=Text(
            "删除远处的空白格式行列，或改存为 CSV", "delete far-off formatted rows and columns, or save it as CSV"
        ),
    )
