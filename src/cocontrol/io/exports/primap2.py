"""PRIMAP2 interchange format: a CSV of dimensions and years beside a YAML file that describes it; own writer and reader.

Only leaves of a run stand in the file: no category is the sum of others there, so that columns can be added.
Amounts before removal have a scenario of their own.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Language, Text
from cocontrol.io.exports.flows import (
    NOT_A_YEAR,
    WHOLE_YEAR,
    data_table,
    dropped_flows,
    flow_table,
    substance_units,
    write_notation,
)
from cocontrol.io.results import CO2E_PREFIX, substance_columns
from cocontrol.io.runs import Run
from cocontrol.reference import categories

STEM = "primap2"
AREA, CATEGORY, SCENARIO, IPCC = "area (GBT2260)", "category (COCONTROL)", "scenario (COCONTROL)", "category_ipcc2006"
CONTROLLED, UNCONTROLLED = "INVENTORY", "BEFORE_CONTROL"
COLUMNS = ("source", SCENARIO, "provenance", AREA, "entity", "unit", CATEGORY, IPCC)
_YEAR = "%Y"
_ENTITIES = "primap2_entities.csv"
_REASONS = {"year": NOT_A_YEAR, "species": Text("没有对应的 PRIMAP2 实体", "the substance has no PRIMAP2 entity")}


@dataclass(frozen=True, slots=True)
class Interchange:
    """A data set in the interchange format: text columns and one number column per time; and its description."""

    data: pl.DataFrame
    metadata: Mapping[str, Any]


@lru_cache(maxsize=1)
def _gwp_contexts() -> dict[str, str]:
    return dict(data_table("primap2_gwp_sets.csv").iter_rows())


def entity_of(column: str) -> tuple[str, str, float] | None:
    """Entity, unit and tonnes per unit of a substance column, or None; the GWP set stays in the name of CO2e."""
    if column.startswith(CO2E_PREFIX):
        context = _gwp_contexts().get(column.removeprefix(CO2E_PREFIX))
        return (f"KYOTOGHG ({context})", "Gg CO2 / yr", 1e3) if context else None
    return substance_units(_ENTITIES).get(column)


def primap2_data(run: Run) -> Interchange:
    """The emission of a run in the interchange format, Gg per year (mercury in Mg)."""
    flows = _flows(run).filter(pl.col("why_dropped").is_null() & pl.col("amount").is_not_null())
    ipcc = dict(categories.categories().select("category", "ipcc_2006_code").iter_rows())
    rows = []
    for row in flows.iter_rows(named=True):
        entity, unit, tonnes = entity_of(row["pollutant"]) or ("", "", 1.0)
        scenario = UNCONTROLLED if row["before_control"] else CONTROLLED
        place = (run.run_id, scenario, "derived", row["adcode"], entity, unit, row["category"])
        rows.append((*place, ipcc.get(row["category"]) or "", row["period"], row["amount"] / tonnes))
    schema = {**dict.fromkeys((*COLUMNS, "time"), pl.String), "value": pl.Float64}
    long = pl.DataFrame(rows, schema=schema, orient="row")
    years = long.get_column("time").unique().sort().to_list()
    wide = (
        long.pivot(on="time", index=list(COLUMNS), values="value", on_columns=years) if years else long.select(COLUMNS)
    )
    return Interchange(_sorted(wide, list(COLUMNS)), _metadata(run))


def _flows(run: Run) -> pl.DataFrame:
    flows = flow_table(run)
    known = [column for column in flows.get_column("pollutant").unique() if entity_of(column)]
    return flows.with_columns(
        pl.when(~pl.col("pollutant").is_in(known))
        .then(pl.lit("species"))
        .when(~pl.col("period").str.contains(WHOLE_YEAR))
        .then(pl.lit("year"))
        .alias("why_dropped")
    )


def dropped_rows(run: Run) -> pl.DataFrame:
    """What the format cannot hold: pollutant, category, amount in tonnes and the reason."""
    return dropped_flows(_flows(run), _REASONS)


def _metadata(run: Run) -> dict[str, Any]:
    comment = (
        f"Cocontrol {run.manifest['code_version']}, parameters {run.manifest['parameter_version'][:12]}, "
        f"GWP {run.manifest['gwp_set']}. Categories are leaves and may be added. Missing values and their "
        "notation keys stand in notation.csv."
    )
    dimensions = sorted(column for column in COLUMNS if column != IPCC)
    attrs = {"area": AREA, "cat": CATEGORY, "scen": SCENARIO, "title": run.manifest["workspace"]["title_en"]}
    return {
        "additional_coordinates": {IPCC: CATEGORY},
        "attrs": {**attrs, "comment": comment},
        "dimensions": {"*": dimensions},
        "time_format": _YEAR,
    }


def write_primap2(run: Run, folder: Path, _language: Language) -> None:
    """Write ``primap2.csv``, ``primap2.yaml`` and the notation keys beside them."""
    write_interchange(primap2_data(run), folder / STEM)
    write_notation(_flows(run), folder)


def write_interchange(interchange: Interchange, stem: Path) -> None:
    """Write ``<stem>.csv`` (text quoted, numbers not, missing as empty text, rows sorted) and ``<stem>.yaml`` (keys sorted)."""
    data_file = stem.with_name(f"{stem.name}.csv")
    text = [name for name, kind in interchange.data.schema.items() if kind == pl.String]
    with data_file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        writer.writerow(interchange.data.columns)
        for row in _sorted(interchange.data, text).iter_rows():
            writer.writerow("" if value is None else value for value in row)
    described = {**interchange.metadata, "data_file": data_file.name}
    dimensions = {name: sorted(values) for name, values in described["dimensions"].items()}
    content = yaml.safe_dump({**described, "dimensions": dimensions}, sort_keys=True, allow_unicode=True, width=1000)
    stem.with_name(f"{stem.name}.yaml").write_text(content, encoding="utf-8")


def _sorted(data: pl.DataFrame, text: list[str]) -> pl.DataFrame:
    return data.sort(text, maintain_order=True) if text else data


def read_interchange(path: Path) -> Interchange:
    """The data set that a YAML file describes; the name of its data file is not kept.

    Raises
    ------
    InvalidInput
        The description lacks a key, the data file is not there, a dimension is no column, a time column is no
        time, a cell is no number, an entity has two units, or a point stands twice; all faults of a stage at once.
    """
    described = _description(path)
    data_file = path.parent / str(described.pop("data_file", f"{path.stem}.csv"))
    if not data_file.is_file():
        raise InvalidInput(_fault("file", "找不到数据文件", "the data file is missing", path.name, data_file.name))
    raw = pl.read_csv(data_file, infer_schema=False).fill_null("")
    names = {name for listed in described["dimensions"].values() for name in listed} - {"time"}
    text = [*names, *(described.get("additional_coordinates") or {})]
    times = [name for name in raw.columns if name not in text]
    faults = list(_column_faults(raw, text, times, described["time_format"], data_file.name))
    if faults:
        raise InvalidInput(*faults)
    data = raw.with_columns(
        pl.when(pl.col(name) != "").then(pl.col(name)).cast(pl.Float64, strict=False) for name in times
    )
    faults = list(_value_faults(raw, data, sorted(names), times, data_file.name))
    if faults:
        raise InvalidInput(*faults)
    return Interchange(data, described)


def _description(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidInput(_fault("yaml", "无法读取 YAML", "the YAML cannot be read", path.name, str(error))) from error
    required = ("attrs", "dimensions", "time_format")
    missing = [key for key in required if not isinstance(found, dict) or key not in found]
    if missing:
        raise InvalidInput(*(_fault("key", "缺少键", "a key is missing", path.name, key) for key in missing))
    return dict(found)


def _fault(
    rule: str, zh: str, en: str, file: str, value: str, *, row: int | None = None, column: str | None = None
) -> Fault:
    return Fault(f"primap2.{rule}", Text(zh, en), Location(file=file, row=row, column=column), value=value)


def _column_faults(raw: pl.DataFrame, text: list[str], times: list[str], form: str, file: str) -> Iterable[Fault]:
    for name in sorted({*text} - {*raw.columns}):
        yield _fault("dimension", "维度没有对应的列", "a dimension has no column", file, name)
    for name in times:
        try:
            datetime.strptime(name, form)
        except ValueError:
            yield _fault("time", "既非维度也非时间", "neither a dimension nor a time", file, name, column=name)


def _value_faults(
    raw: pl.DataFrame, data: pl.DataFrame, keys: list[str], times: list[str], file: str
) -> Iterable[Fault]:
    for name in times:
        bad = (raw.get_column(name) != "") & data.get_column(name).is_null()
        for position in bad.arg_true().to_list():
            value = str(raw.get_column(name)[position])
            yield _fault("number", "不是数字", "not a number", file, value, row=position + 2, column=name)
    entity = next((name for name in keys if name == "entity" or name.startswith("entity (")), None)
    if entity and "unit" in keys:
        for name, units in data.group_by(entity, maintain_order=True).agg(pl.col("unit").unique().sort()).iter_rows():
            if len(units) > 1:
                yield _fault(
                    "unit", "同一实体有两种单位", "an entity has two units", file, f"{name}: {', '.join(units)}"
                )
    for position in data.select(keys).is_duplicated().arg_true().to_list():
        value = " ".join(data.select(keys).row(position))
        yield _fault("repeated", "同一点出现两次", "a point stands twice", file, value, row=position + 2)


def emission_totals(folder: Path, run: Run) -> dict[str, float]:
    """Tonnes per substance, read back from the file: all scenarios, areas, categories and years."""
    data = read_interchange(folder / f"{STEM}.yaml").data
    times = [name for name, kind in data.schema.items() if kind.is_float()]
    totals = {}
    for column in substance_columns(run.result("emission")):
        if known := entity_of(column):
            rows = data.filter(pl.col("entity") == known[0]).select(times)
            totals[column] = sum(float(rows.get_column(name).sum()) for name in times) * known[2]
    return totals
