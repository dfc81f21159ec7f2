"""What the gridded formats share: opening for reading with a clear fault, and the checks before writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import netCDF4

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.inventory.grid.cube import Cube

Form = Literal["NETCDF4", "NETCDF3_64BIT_OFFSET"]

CLASSIC: Form = "NETCDF3_64BIT_OFFSET"
"""The form that WRF and the I/O API read everywhere."""


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The data set of a netCDF file, values as they stand (no masking, no scaling).

    Raises
    ------
    InvalidInput
        The file is missing or is no netCDF file.
    """
    try:
        data = netCDF4.Dataset(path)
    except OSError as error:
        raise InvalidInput(
            Fault(
                "netcdf.unreadable",
                Text("不是可读的 NetCDF 文件", "not a netCDF file that can be read"),
                Location(file=path.name),
                value=str(error.strerror or error),
            )
        ) from error
    try:
        data.set_auto_maskandscale(False)
        yield data
    finally:
        data.close()


@contextmanager
def created(path: Path, form: Form) -> Iterator[Any]:
    """A new data set; an existing file is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = netCDF4.Dataset(path, "w", format=form)
    try:
        yield data
    finally:
        data.close()


def required(data: Any, name: str, path: Path) -> Any:
    """A variable of the file.

    Raises
    ------
    InvalidInput
        The file has none of that name.
    """
    if name not in data.variables:
        raise InvalidInput(
            Fault(
                "netcdf.variable_missing",
                Text("文件缺少变量", "the file lacks a variable"),
                Location(file=path.name),
                value=name,
                allowed=Text("有：{k}", "there are: {k}").format(k=", ".join(data.variables)),
            )
        )
    return data.variables[name]


def refuse_not_hourly(cube: Cube, form: str) -> None:
    """Nothing, if the steps are hours.

    Raises
    ------
    InvalidInput
        They are months or years, which the format cannot hold.
    """
    if cube.axis.frequency != "hour":
        raise InvalidInput(
            Fault(
                "grid.not_hourly",
                Text("{f} 文件只能按小时", "{f} files are hourly").format(f=form),
                value=cube.axis.frequency,
                remedy=Text("加 --hourly", "give --hourly"),
            )
        )


def refuse_units(cube: Cube, allowed: tuple[str, ...], form: str) -> None:
    """Nothing, if every variable is in a unit of the format.

    Raises
    ------
    InvalidInput
        Some are not; each is named.
    """
    wrong = [(name, unit) for name, unit in cube.units.items() if unit not in allowed]
    if wrong:
        raise InvalidInput(
            *(
                Fault(
                    "grid.unit",
                    Text("{f} 文件不用这个单位", "{f} files do not take this unit").format(f=form),
                    value=f"{name}: {unit}",
                    allowed=Text("{u}", "{u}").format(u=", ".join(allowed)),
                )
                for name, unit in wrong
            )
        )
