"""A least-cost problem in a folder: its files read, whatever their format, for `cocontrol.measures.portfolio`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from cocontrol.core.errors import CocontrolError, Fault, InvalidInput, Location
from cocontrol.core.raw import RawTable
from cocontrol.core.text import Text
from cocontrol.io.readers import read_raw
from cocontrol.measures.portfolio.model import Instance
from cocontrol.measures.portfolio.reading import RawInstance, read_instance

SETTINGS = "settings.toml"


def read_portfolio(folder: Path) -> tuple[Instance, tuple[Fault, ...]]:
    """The problem of a folder and the leads of its tables.

    ``sources.csv`` must be there; ``options.csv``, ``devices.csv``, ``caps.csv`` and ``settings.toml`` may be absent:
    no option, no device, no ceiling, standard settings.

    Raises
    ------
    InvalidInput
        Every fault of every file.
    """
    faults: list[Fault] = []
    sources = _table(folder, "sources.csv", faults, required=True)
    options, devices, caps = (_table(folder, f"{name}.csv", faults) for name in ("options", "devices", "caps"))
    settings = _settings(folder / SETTINGS, faults)
    if sources is None:
        raise InvalidInput(*faults)
    try:
        instance, leads = read_instance(RawInstance(sources, options, devices, caps, settings))
    except InvalidInput as error:
        raise InvalidInput(*faults, *error.faults) from None
    if faults:
        raise InvalidInput(*faults)
    return instance, leads


def _table(folder: Path, name: str, faults: list[Fault], *, required: bool = False) -> RawTable | None:
    path = folder / name
    if not path.exists() and not required:
        return None
    if not required and not path.stat().st_size:
        return None
    try:
        return read_raw(path)
    except CocontrolError as error:
        faults.extend(error.faults)
        return None


def _settings(path: Path, faults: list[Fault]) -> Mapping[str, object]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(
            Fault(
                "portfolio.settings_unreadable",
                Text("设置文件不是有效的 TOML", "the settings are not valid TOML"),
                Location(file=path.name),
                value=str(error),
            )
        )
        return {}
