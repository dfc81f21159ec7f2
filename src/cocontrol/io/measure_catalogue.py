"""Measure catalogues of users in a folder, runs as the base of measures, and least-cost problems as folders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Location, NotFound
from cocontrol.core.text import Language, Text
from cocontrol.core.validation import ORIGIN, frame_schema
from cocontrol.io.atomic import whole_file
from cocontrol.io.readers import read_raw, read_table
from cocontrol.io.runs import Run
from cocontrol.io.templates import write_template
from cocontrol.measures.catalogue import Catalogue, built_in_catalogue, make_catalogue
from cocontrol.measures.catalogue_tables import ENERGY_PRICE, MEASURE, MEASURE_NUMBER, unit_of
from cocontrol.measures.control_strategy import LeftOut, left_out, read_control_measures
from cocontrol.measures.run_base import DEFAULT_POLLUTANTS, Assumptions, Base, base_from_run
from cocontrol.measures.workbench import Problem

TABLES = {"measures": MEASURE, "measure_numbers": MEASURE_NUMBER, "energy_prices": ENERGY_PRICE}
"""The files of a catalogue folder (CSV, Excel or Parquet) and what they hold."""

_EMPTY = "table.empty"
"""Prices or numbers without any row are right: nobody has to know them."""

_SUFFIXES = (".csv", ".xlsx", ".xls", ".parquet")


def read_catalogue(folder: Path) -> tuple[Catalogue, tuple[Fault, ...]]:
    """The catalogue of a folder, and its leads.

    ``measures`` may be absent: the numbers then add to the built-in catalogue (own costs for known measures).

    Raises
    ------
    NotFound
        The folder holds none of the files.
    InvalidInput
        Every fault of every file, and across them.
    """
    files = {name: path for name in TABLES if (path := _file(folder, name)) is not None}
    if not files:
        raise NotFound(
            Fault(
                "measures.folder",
                Text("文件夹中没有措施目录", "the folder holds no measure catalogue"),
                Location(file=folder.name),
                allowed=Text(", ".join(TABLES), ", ".join(TABLES)),
            )
        )
    read = {name: read_table(path, TABLES[name]) for name, path in files.items()}
    errors = [
        fault for name, found in read.items() for fault in found.errors if fault.rule != _EMPTY or name == "measures"
    ]
    if errors:
        raise InvalidInput(*errors)
    frames = {name: found.frame for name, found in read.items()}
    numbers = frames.get("measure_numbers", pl.DataFrame(schema=dict.fromkeys(MEASURE_NUMBER.column_names, pl.String)))
    if "measures" in frames:
        made = make_catalogue(frames["measures"], numbers)
    else:
        made = built_in_catalogue().with_numbers(numbers)
    if "energy_prices" in frames:
        made = made.with_prices(frames["energy_prices"])
    return made, tuple(fault for found in read.values() for fault in found.faults if fault.rule != _EMPTY)


def _file(folder: Path, name: str) -> Path | None:
    return next((path for suffix in _SUFFIXES if (path := folder / f"{name}{suffix}").is_file()), None)


def read_cost_tool(summary: Path, efficiencies: Path, classes: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Catalogue tables from the control-measure files of the US EPA Control Strategy Tool; see `read_control_measures`."""
    return read_control_measures(read_raw(summary), read_raw(efficiencies), read_raw(classes))


def cost_tool_left_out(summary: Path, efficiencies: Path, classes: Path) -> LeftOut:
    """What `read_cost_tool` leaves out of the same files."""
    return left_out(read_raw(summary), read_raw(efficiencies), read_raw(classes))


def write_catalogue_tables(frames: dict[str, pl.DataFrame], folder: Path) -> tuple[Path, ...]:
    """Write tables of a catalogue as CSV, by name of `TABLES`; `InvalidInput` where a file exists."""
    targets = {name: folder / f"{name}.csv" for name in frames}
    _refuse_existing(targets.values())
    for name, target in targets.items():
        _write_csv(frames[name].drop(ORIGIN, strict=False), target)
    return tuple(targets.values())


def write_catalogue_templates(folder: Path, language: Language, *, filled: Catalogue | None = None) -> tuple[Path, ...]:
    """Excel templates of a catalogue, empty or with the measures of a catalogue; `InvalidInput` where one exists."""
    targets = {name: folder / f"{name}.xlsx" for name in TABLES}
    _refuse_existing(targets.values())
    folder.mkdir(parents=True, exist_ok=True)
    rows = {} if filled is None else catalogue_rows(filled)
    for name, target in targets.items():
        write_template(TABLES[name], target, language, rows=rows.get(name))
    return tuple(targets.values())


def catalogue_rows(catalogue: Catalogue) -> dict[str, pl.DataFrame]:
    """A catalogue as the declared tables, ready for a file."""
    measures = [
        {
            "measure_id": m.measure_id, "name_zh": m.label.zh, "name_en": m.label.en, "kind": m.kind.value,
            "stage": m.stage, "categories": ";".join(m.categories), "fuels": ";".join(m.fuels) or None,
            "target_fuel": m.target_fuel, "activity_unit": m.activity_unit,
            "incompatible": ";".join(sorted(m.incompatible)) or None, "requires": ";".join(sorted(m.requires)) or None,
            "source": m.source, "note": m.note,
        }
        for m in catalogue.measures.values()
    ]  # fmt: skip
    numbers = [
        {"measure_id": m.measure_id, "parameter": parameter, "subject": subject}
        | {field.name: getattr(n, field.name) for field in fields(n)}
        | {"unit": unit_of(parameter, m.activity_unit)}
        for m in catalogue.measures.values()
        for (parameter, subject), n in m.numbers.items()
    ]
    prices = [
        {"carrier": carrier, "price": price.value, "source": price.source, "status": price.status, "note": None}
        for carrier, price in catalogue.prices.items()
    ]
    return {
        name: pl.DataFrame(rows, schema=frame_schema(TABLES[name])).drop(ORIGIN)
        for name, rows in (("measures", measures), ("measure_numbers", numbers), ("energy_prices", prices))
    }


def base_of_run(
    run: Run,
    catalogue: Catalogue,
    *,
    pollutants: tuple[str, ...] = DEFAULT_POLLUTANTS,
    period: str | None = None,
    assumptions: Assumptions | None = None,
    plants: bool = True,
) -> Base:
    """The streams of a finished run on which measures act; see `run_base.base_from_run`."""
    wanted = ("emission", "coefficient", "control", "facility")
    return base_from_run(
        {name: run.result(name) for name in wanted if run.has(name)},
        catalogue,
        profile=run.manifest["document_profile"],
        region=run.manifest["workspace"]["region"],
        pollutants=pollutants,
        period=period,
        assumptions=assumptions,
        plants=plants,
    )


def write_portfolio(problem: Problem, folder: Path) -> tuple[Path, ...]:
    """The folder that ``cocontrol optimise`` reads: four tables, the settings, and what was left out (``left_out.csv``).

    Raises `InvalidInput` where a file exists.
    """
    frames = {**problem.frames(), "left_out.csv": problem.choices.left_out}
    if problem.synthetic:
        frames["sources.csv"] = frames["sources.csv"].with_columns(pl.lit("synthetic").alias("status"))
    targets = [folder / name for name in frames]
    settings = folder / "settings.toml"
    _refuse_existing([*targets, settings])
    for name, frame in frames.items():
        _write_csv(frame, folder / name)
    lines = [f"{key} = {str(value).lower()}" for key, value in problem.settings().items()]
    with whole_file(settings) as building:
        building.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return (*targets, settings)


def _write_csv(frame: pl.DataFrame, target: Path) -> None:
    with whole_file(target) as building:
        frame.write_csv(building)


def _refuse_existing(targets: Iterable[Path]) -> None:
    faults = [
        Fault(
            "measures.file_exists",
            Text("文件已存在，不覆盖", "the file exists and is not overwritten"),
            Location(file=str(target)),
            remedy=Text("换一个文件夹", "choose another folder"),
        )
        for target in targets
        if target.exists()
    ]
    if faults:
        raise InvalidInput(*faults)
