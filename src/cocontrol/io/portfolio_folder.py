"""A least-cost problem in a folder, or in the sheets of one workbook, for `cocontrol.measures.portfolio`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from cocontrol.core.errors import CocontrolError, Fault, InvalidInput, Level, Location
from cocontrol.core.provenance import sha256_of
from cocontrol.core.raw import RawTable
from cocontrol.core.text import Text, same
from cocontrol.io.limits import DEFAULT_LIMITS
from cocontrol.io.readers import read_raw
from cocontrol.io.workbook import open_workbook, read_sheet
from cocontrol.measures.portfolio.additions import TABLES_OF_ADDITIONS
from cocontrol.measures.portfolio.model import Instance
from cocontrol.measures.portfolio.reading import RawInstance, read_instance

SETTINGS = "settings.toml"

_SUFFIXES = (".csv", ".xlsx", ".xlsm", ".parquet", ".tsv", ".txt", ".gz")
_WORKBOOKS = (".xlsx", ".xlsm")
_LINE = re.compile(r"line (\d+)")

_Opener = Callable[[str], RawTable | None]


def read_portfolio(place: Path) -> tuple[Instance, tuple[Fault, ...]]:
    """The problem of a folder, or of a workbook with a sheet for each table, and the leads of its tables.

    ``sources.csv`` must be there; ``options.csv``, ``devices.csv``, ``caps.csv`` and ``settings.toml`` may be absent:
    no option, no device, no ceiling, standard settings. Further tables (`portfolio.additions`) are read where they are
    there. A table may also be an ``.xlsx``; in a workbook the sheet ``settings`` has names in column A, values in B.

    Raises
    ------
    InvalidInput
        Every fault of every file.
    """
    faults: list[Fault] = []
    is_workbook = place.is_file() and place.suffix.lower() in _WORKBOOKS
    table = _sheets(place) if is_workbook else _files(place, faults)
    settings = _settings_sheet(table) if is_workbook else _settings(place / SETTINGS, faults)
    sources, options, devices, caps = (table(name) for name in ("sources", "options", "devices", "caps"))
    additions = {name: table(name.removesuffix(".csv")) for name in TABLES_OF_ADDITIONS}
    if sources is None:
        raise InvalidInput(*(faults or [_no_sources(place)]))
    try:
        instance, leads = read_instance(RawInstance(sources, options, devices, caps, settings, additions))
    except InvalidInput as error:
        raise InvalidInput(*faults, *error.faults) from None
    if faults:
        raise InvalidInput(*faults)
    return instance, leads if instance.rows or caps is not None else (*leads, _no_ceilings())


def _no_ceilings() -> Fault:
    words = Text(
        "没有上限表 caps：结果是没有上限时的最低费用",
        "there is no table of ceilings: this is the least cost without any",
    )
    return Fault("portfolio.no_ceilings", words, Location(file="caps.csv"), level=Level.MEDIUM)


def _files(folder: Path, faults: list[Fault]) -> _Opener:
    """Opens the tables of a folder by name; upper and lower case do not matter. What cannot be read goes to `faults`."""
    if not folder.is_dir():
        raise InvalidInput(_no_folder(folder))
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix.lower() in _SUFFIXES:
            found.setdefault(path.name.split(".")[0].casefold(), []).append(path)

    def open_table(name: str) -> RawTable | None:
        """The table of that name; None without one, or where it is an empty file that may be missing."""
        paths = found.get(name, [])
        if not paths or (name != "sources" and not paths[0].stat().st_size):
            return None
        if len(paths) > 1:
            faults.append(_twice(name, paths))
            return None
        try:
            return read_raw(paths[0])
        except CocontrolError as error:
            faults.extend(error.faults)
            return None

    return open_table


def _sheets(path: Path) -> _Opener:
    """Opens the sheets of a workbook by name; upper and lower case do not matter."""
    with path.open("rb") as stream:
        workbook = open_workbook(path, path.name, sha256_of(stream), DEFAULT_LIMITS)
    names = {sheet.strip().casefold(): sheet for sheet in workbook.sheets}

    def open_table(name: str) -> RawTable | None:
        """The sheet of that name; None without one."""
        return read_sheet(workbook, names[name]) if name in names else None

    return open_table


def _no_folder(place: Path) -> Fault:
    missing = Text("找不到这个文件夹", "there is no such folder")
    other = Text("这是文件，不是文件夹", "this is a file, not a folder")
    return Fault(
        "portfolio.no_folder",
        other if place.exists() else missing,
        Location(file=str(place)),
        allowed=Text(
            "含 sources.csv 的文件夹，或含工作表 sources 的 .xlsx",
            "a folder that holds sources.csv, or an .xlsx with a sheet named sources",
        ),
        remedy=_EXAMPLE,
    )


def _no_sources(place: Path) -> Fault:
    return Fault(
        "file.missing",
        Text("没有排放源表 sources", "the table of sources is missing"),
        Location(file="sources.csv"),
        value=str(place),
        allowed=same("sources.csv, options.csv, devices.csv, caps.csv, settings.toml"),
        remedy=_EXAMPLE,
    )


_EXAMPLE = Text(
    "检查路径；cocontrol optimise --example 文件夹 给出可照填的例子",
    "check the path; cocontrol optimise --example FOLDER writes an example to fill in",
)


def _twice(name: str, paths: list[Path]) -> Fault:
    return Fault(
        "portfolio.table_twice",
        Text("表 {n} 有不止一个文件", "there is more than one file of the table {n}").format(n=name),
        value=", ".join(path.name for path in paths),
        remedy=Text("只留一个", "keep one of them"),
    )


def _settings(path: Path, faults: list[Fault]) -> Mapping[str, object]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        where = Location(file=path.name, row=int(line[1]) if line else None)
        words = Text("设置文件不是有效的 TOML", "the settings are not valid TOML")
        faults.append(
            Fault("portfolio.settings_unreadable", words, where, value=str(error), allowed=same("periods = 1"))
        )
    except UnicodeDecodeError:
        words = Text("设置文件不是 UTF-8 编码", "the settings are not encoded as UTF-8")
        remedy = Text("在编辑器中另存为 UTF-8", "save the file as UTF-8 in the editor")
        faults.append(Fault("portfolio.settings_unreadable", words, Location(file=path.name), remedy=remedy))
    return {}


def _settings_sheet(table: _Opener) -> Mapping[str, object]:
    """Names in the first column and values in the second; several values part by commas are a list (of periods)."""
    raw = table("settings")
    if raw is None:
        return {}
    rows = [raw.headings, *raw.cells.iter_rows()]
    pairs = [(str(row[0]).strip(), str(row[1]).strip()) for row in rows if len(row) > 1 and row[0] and row[1]]
    return {name: _value(text) for name, text in pairs if name not in _SETTINGS_HEADINGS}


_SETTINGS_HEADINGS = ("name", "setting", "key", "名称", "设置")


def _value(text: str) -> object:
    parts = [part.strip() for part in re.split(r"[,，;；]", text.strip("[]")) if part.strip()]
    return [_scalar(part) for part in parts] if len(parts) > 1 else _scalar(text)


def _scalar(text: str) -> object:
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number
