"""What a file really is, from its first bytes; its name is only a claim."""

from __future__ import annotations

import zipfile
from enum import StrEnum
from pathlib import Path

from cocontrol.core.errors import Fault, InvalidInput, Level, Location
from cocontrol.core.text import Text

_HEAD = 1 << 16


class FileKind(StrEnum):
    """Kinds that can be read."""

    DELIMITED = "csv"
    WORKBOOK = "xlsx"
    PARQUET = "parquet"
    GZIP = "gz"


_SUFFIXES = {
    ".csv": FileKind.DELIMITED,
    ".tsv": FileKind.DELIMITED,
    ".txt": FileKind.DELIMITED,
    ".gz": FileKind.GZIP,
    ".xlsx": FileKind.WORKBOOK,
    ".xlsm": FileKind.WORKBOOK,
    ".parquet": FileKind.PARQUET,
}

_FOREIGN = {
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"%PDF": "PDF",
    b"{\\rtf": "RTF",
    b"SQLite format 3": "SQLite",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"BZh": "bzip2",
    b"(\xb5/\xfd": "zstd",
    b"ARROW1": "Arrow",
}

ARCHIVE_ERRORS = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError)
"""What opening a broken archive may raise."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table")


def detect_kind(path: Path, file: str) -> tuple[FileKind, tuple[Fault, ...]]:
    """What the file is, and a note where its name says something else.

    Raises `InvalidInput` for everything that is no table: missing or empty files, pictures, documents,
    encrypted or old-format workbooks.
    """
    head = _head(path, file)
    kind = _kind(head, path, file)
    claimed = _SUFFIXES.get(Path(file).suffix.lower())
    if claimed is kind:
        return kind, ()
    note = Fault(
        "file.misnamed",
        Text(
            "文件内容是 {k}，与扩展名不符；按内容读入", "the contents are {k}, not what the name says; read by contents"
        ).format(k=kind.value),
        Location(file=file),
        value=Path(file).suffix or None,
        level=Level.LOW,
    )
    return kind, (note,)


def _head(path: Path, file: str) -> bytes:
    if path.is_dir():
        raise InvalidInput(
            Fault(
                "file.is_folder",
                Text("这是文件夹，需要的是文件", "this is a folder, a file is wanted"),
                Location(file=str(path)),
                remedy=Text("写出文件夹中的文件名", "name a file in it"),
            )
        )
    if not path.is_file():
        raise InvalidInput(
            Fault(
                "file.missing",
                Text("找不到文件", "the file is missing"),
                Location(file=file),
                remedy=Text("检查路径", "check the path"),
            )
        )
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise InvalidInput(
            Fault(
                "file.empty",
                Text("文件是空的", "the file is empty"),
                Location(file=file),
                remedy=Text("重新导出该文件", "export the file again"),
            )
        )
    return head


def _kind(head: bytes, path: Path, file: str) -> FileKind:
    if head.startswith(b"PAR1"):
        return FileKind.PARQUET
    if head.startswith(b"\x1f\x8b"):
        return FileKind.GZIP
    if head.startswith(b"PK"):
        return _archive_kind(path, file)
    if head.startswith(_OLE):
        raise InvalidInput(_old_workbook(path, file))
    for mark, name in _FOREIGN.items():
        if head.startswith(mark):
            raise InvalidInput(not_a_table(file, name))
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise InvalidInput(not_a_table(file, "HTML/XML"))
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InvalidInput(not_a_table(file, "binary"))
    return FileKind.DELIMITED


def _archive_kind(path: Path, file: str) -> FileKind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except ARCHIVE_ERRORS as error:
        raise InvalidInput(damaged(file, str(error))) from error
    if "xl/workbook.xml" in names:
        return FileKind.WORKBOOK
    raise InvalidInput(
        not_a_table(file, "XLSB" if "xl/workbook.bin" in names else "ODS" if "content.xml" in names else "ZIP")
    )


def _old_workbook(path: Path, file: str) -> Fault:
    if _ENCRYPTED in path.read_bytes()[: 16 << 20]:
        return Fault(
            "file.encrypted",
            Text("工作簿有密码保护，无法读取", "the workbook is protected by a password and cannot be read"),
            Location(file=file),
            remedy=Text("去掉密码后另存为 .xlsx", "remove the password and save it as .xlsx"),
        )
    return not_a_table(file, "XLS (97–2003)")


def not_a_table(file: str, found: str) -> Fault:
    """The file is something that holds no table we read."""
    return Fault(
        "file.kind",
        Text("不是可读取的表格文件", "not a file of a table that can be read"),
        Location(file=file),
        value=found,
        allowed=Text("CSV、Parquet 或 XLSX", "CSV, Parquet or XLSX"),
        remedy=Text("用电子表格软件另存为 .xlsx 或 CSV", "save it as .xlsx or CSV in a spreadsheet program"),
    )


def damaged(file: str, reason: str) -> Fault:
    """The file is cut off or broken."""
    return Fault(
        "file.damaged",
        Text("文件不完整或已损坏", "the file is cut off or damaged"),
        Location(file=file),
        value=reason or None,
        remedy=Text("重新复制或重新导出该文件", "copy or export the file again"),
    )
