"""Checking an uploaded file: kept on disk, read against a declared table, every fault written down."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile as DjangoFile
from django.db import transaction

from cocontrol.core.errors import CocontrolError, Fault, InvalidInput, Level, Location
from cocontrol.core.text import Text
from cocontrol.io.annotate import write_annotated_copy
from cocontrol.io.inputs import code_lists
from cocontrol.io.readers import read_table
from cocontrol_web.accounts.models import User
from cocontrol_web.registry.models import FileCheck

KEPT_FAULTS = 2000
"""Faults kept for the page; the count of all of them is kept too."""

ENDINGS = (".csv", ".csv.gz", ".tsv", ".txt", ".xlsx", ".parquet")


def check_upload(upload: DjangoFile[bytes], table: str, owner: User) -> FileCheck:
    """Keep the file, check it against the table, and write down what is wrong with it.

    Raises
    ------
    InvalidInput
        The file is larger than the limit or has an ending that nothing reads; nothing was kept.
    """
    name = safe_name(upload.name or "")
    refuse_upload(name, upload.size or 0)
    check = FileCheck(owner=owner, table=table, file_name=name, size=upload.size or 0)
    check.folder.mkdir(parents=True)
    path = check.folder / name
    check.sha256 = _keep(upload, path)
    rows, faults = read_against(path, table)
    check.rows = rows
    check.fault_count = len(faults)
    check.error_count = sum(fault.level is Level.ERROR for fault in faults)
    check.faults = [fault.as_dict() for fault in faults[:KEPT_FAULTS]]
    check.save()
    return check


def read_against(path: Path, table: str) -> tuple[int | None, list[Fault]]:
    """Rows read and every fault of the file; rows is None where nothing could be read."""
    try:
        validated = read_table(path, table, code_lists=code_lists())
    except CocontrolError as error:
        return None, list(error.faults)
    return validated.frame.height, list(validated.faults)


def annotated_copy(check: FileCheck) -> Path:
    """The workbook with the faulty cells marked; made when first asked for."""
    target = check.folder / f"checked-{Path(check.file_name).name.split('.')[0]}.xlsx"
    if not target.is_file():
        write_annotated_copy(check.folder / check.file_name, faults_of(check), target)
    return target


def faults_of(check: FileCheck) -> list[Fault]:
    """The faults as the library knows them."""
    return [fault_from(kept) for kept in check.faults]


def fault_from(kept: dict[str, object]) -> Fault:
    """The fault that `Fault.as_dict` made these values from."""

    def text(stem: str) -> Text | None:
        zh, en = kept[f"{stem}_zh"], kept[f"{stem}_en"]
        return Text(str(zh), str(en)) if zh and en else None

    def string(name: str) -> str | None:
        return None if kept[name] is None else str(kept[name])

    row = kept["row"]
    return Fault(
        rule=str(kept["rule"]),
        message=text("message") or Text("未知", "unknown"),
        location=Location(
            string("file"), string("sheet"), row if isinstance(row, int) else None, string("column"), string("cell")
        ),
        value=string("value"),
        allowed=text("allowed"),
        remedy=text("remedy"),
        level=Level(str(kept["level"])),
    )


def safe_name(name: str) -> str:
    """The last part of a file name without anything that a path could hide in; letters of any script stay."""
    last = re.split(r"[\\/]", name)[-1]
    return re.sub(r"[^\w.\-（）() ]+", "_", last).lstrip(".")[-120:] or "upload"


def refuse_upload(name: str, size: int) -> None:
    """Nothing, if a file of that name and size may be read; else `InvalidInput` with every reason."""
    faults = []
    if size > settings.UPLOAD_LIMIT_BYTES:
        limit = settings.UPLOAD_LIMIT_BYTES // 1024**2
        faults.append(
            Fault(
                "upload.too_large",
                Text("文件过大", "the file is too large"),
                Location(file=name),
                value=f"{size / 1024**2:.0f} MB",
                allowed=Text("不超过 {n} MB", "at most {n} MB").format(n=limit),
                remedy=Text(
                    "拆分文件，或用 cocontrol check 在本机检查",
                    "split the file, or check it locally with: cocontrol check",
                ),
            )
        )
    if not name.casefold().endswith(ENDINGS):
        faults.append(
            Fault(
                "upload.ending",
                Text("不支持的文件类型", "nothing reads this kind of file"),
                Location(file=name),
                value=name,
                allowed=Text("{e}", "{e}").format(e=" ".join(ENDINGS)),
                remedy=Text("另存为 xlsx 或 CSV", "save it as xlsx or CSV"),
            )
        )
    if faults:
        raise InvalidInput(*faults)


def _keep(upload: DjangoFile[bytes], path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("wb") as stream:
        for chunk in upload.chunks():
            digest.update(chunk)
            stream.write(chunk)
    return digest.hexdigest()


def remove_check(check: FileCheck) -> None:
    """Delete a check with its files."""
    folder = check.folder
    with transaction.atomic():
        check.delete()
    shutil.rmtree(folder, ignore_errors=True)


def fault_groups(faults: Iterable[dict[str, object]]) -> list[tuple[str, int]]:
    """How often each rule was broken, most often first."""
    rules = [str(fault["rule"]) for fault in faults]
    return sorted(((rule, rules.count(rule)) for rule in set(rules)), key=lambda pair: (-pair[1], pair[0]))
