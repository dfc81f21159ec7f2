"""UNFCCC common reporting tables as data-exchange JSON; needs an external catalogue of variables, writer and reader.

The identifiers of the variables belong to the reporting tool and are not shipped: the user gives the
catalogue. Notation keys are bit sums. Numbers have six decimals, or all their digits where six would give
zero; what rounding takes off stands in the ledger of the export.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Language, Text
from cocontrol.io.exports.crt_catalogue import CATALOGUE_SCHEMA, gas_columns, read_catalogue, variable_of
from cocontrol.io.exports.flows import (
    BEFORE_CONTROL,
    NO_SUBSTANCE,
    NOT_A_YEAR,
    WHOLE_YEAR,
    data_table,
    dropped_flows,
    flow_table,
    joint_key,
    write_notation,
)
from cocontrol.io.results import CO2E_PREFIX, substance_columns
from cocontrol.io.runs import Run

VARIABLES_FILE = "crt_variables.csv"
"""Companion: what each variable of the file is, taken from the catalogue of the user."""

DECIMALS = 6
NUMBER_TYPES = ("numeric", "number")
"""Types of a number: files of the IPCC software, files of the ETF reporting tool."""

VALUE_SCHEMA = {
    "year": pl.Int64, "variable_uid": pl.String, "type": pl.String, "number": pl.Float64,
    "keys": pl.String, "text": pl.String, "comments": pl.String,
}  # fmt: skip
"""One row per value: ``number``, or ``keys`` (comma-joined), or ``text`` of a drop-down; ``comments`` as JSON."""

_MARK = "\x1f"
"""Control character around a number that is to stand bare in the JSON: no text of a run holds it."""

_NUMBER = re.compile(r'"\\u001f(-?[0-9.]+)\\u001f"')

_REASONS = {
    "stage": BEFORE_CONTROL, "species": NO_SUBSTANCE, "year": NOT_A_YEAR,
    "derived": Text("二氧化碳当量由报告工具自行计算", "the reporting tool calculates the CO2 equivalent itself"),
    "variable": Text("目录中没有该类别和气体的变量", "the catalogue has no variable for the category and gas"),
    "rounding": Text("按格式保留六位小数的舍入差", "rounded to the six decimals of the format"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CrtFile:
    """A data-exchange file: its values, how it writes numbers, years and keys, and the parts that are not values."""

    values: pl.DataFrame
    number_type: str = "numeric"
    year_as_text: bool = False
    key_as_text: bool = False
    version: Mapping[str, Any] = field(default_factory=dict)
    country_specific: Mapping[str, Any] = field(default_factory=dict)


@lru_cache(maxsize=1)
def _bits() -> dict[str, int]:
    return {row["key"]: int(row["bit"]) for row in data_table("crt_keys.csv").iter_rows(named=True)}


def key_sum(keys: Iterable[str]) -> int:
    """The bit sum of notation keys and method codes.

    >>> key_sum(["NE"]), key_sum(["NO", "NA"])
    (1024, 2304)
    """
    return sum(_bits()[key] for key in set(keys))


def keys_of(total: int) -> tuple[str, ...]:
    """The keys in a bit sum, smallest bit first.

    Raises
    ------
    InvalidInput
        The sum is not positive or holds a bit without a meaning.

    >>> keys_of(2304)
    ('NA', 'NO')
    """
    if total <= 0 or total & ~sum(_bits().values()):
        raise InvalidInput(
            Fault(
                "crt.key", Text("不是标记的位和", "not a bit sum of keys"), value=str(total),
                allowed=Text("{k}", "{k}").format(k=", ".join(f"{key} {bit}" for key, bit in _bits().items())),
            )
        )  # fmt: skip
    return tuple(key for key, bit in sorted(_bits().items(), key=lambda item: item[1]) if total & bit)


def _no_catalogue() -> Fault:
    return Fault(
        "crt.catalogue",
        Text("CRT 导出需要变量目录，软件不附带", "the CRT export needs a catalogue of variables, which is not shipped"),
        allowed=Text(
            "CSV 或 JSON，字段 variable_uid 及 category、gas、unit（或 name）",
            "CSV or JSON with variable_uid, and category, gas, unit (or name)",
        ),
        remedy=Text(
            "从报告工具导出元数据目录，用 --catalogue 文件 指明",
            "export the metadata catalogue of the reporting tool and name it with --catalogue FILE",
        ),
    )


def _catalogue(path: Path | None) -> pl.DataFrame:
    if path is None:
        raise InvalidInput(_no_catalogue())
    return read_catalogue(Path(path))


def _flows(run: Run, catalogue: pl.DataFrame) -> pl.DataFrame:
    """Flows with the variable that takes each and the reason that keeps one out."""
    known = {(row["category"], row["gas"]): row for row in catalogue.iter_rows(named=True)}
    rows = []
    for flow in flow_table(run).iter_rows(named=True):
        column = flow["pollutant"]
        variable = variable_of(flow["category"], column, known)
        why = (
            "derived" if column.startswith(CO2E_PREFIX)
            else "species" if column not in gas_columns()
            else "stage" if flow["before_control"]
            else "year" if not re.match(WHOLE_YEAR, flow["period"])
            else None if variable else "variable"
        )  # fmt: skip
        tonnes = float(variable["tonnes_per_unit"]) if variable else None
        rows.append(
            {**flow, "why_dropped": why, "uid": variable["variable_uid"] if variable else None, "tonnes": tonnes}
        )
    extra = {"why_dropped": pl.String, "uid": pl.String, "tonnes": pl.Float64}
    return pl.DataFrame(rows, schema={**flow_table(run).schema, **extra})


def dropped_rows(run: Run, *, catalogue: Path | None = None, **_options: object) -> pl.DataFrame:
    """What the format cannot hold, the roundings included: pollutant, category, amount in tonnes and the reason."""
    flows = _flows(run, _catalogue(catalogue))
    kept = flows.filter(pl.col("why_dropped").is_null() & pl.col("amount").is_not_null())
    lost = []
    for (pollutant, _uid), rows in kept.group_by("pollutant", "uid", maintain_order=True):
        for (_adcode, _period), own in rows.group_by("adcode", "period", maintain_order=True):
            tonnes, exact = float(own["tonnes"][0]), float(own["amount"].sum())
            gap = exact - _rounded(exact / tonnes) * tonnes
            if gap:
                lost.append(
                    {"pollutant": pollutant, "category": own["category"][0], "amount": gap, "why_dropped": "rounding"}
                )
    schema = {"pollutant": pl.String, "category": pl.String, "amount": pl.Float64, "why_dropped": pl.String}
    return dropped_flows(pl.concat([flows.select(*schema), pl.DataFrame(lost, schema=schema)]), _REASONS)


def _rounded(value: float) -> float:
    """Six decimals; all digits where that would give zero."""
    return round(value, DECIMALS) or value


def crt_files(run: Run, catalogue: Path | None, *, number_type: str = "numeric") -> dict[str, CrtFile]:
    """The file of every area of a run; ``number_type`` is one of `NUMBER_TYPES`.

    Raises
    ------
    InvalidInput
        No catalogue was given or it cannot be read; or there is no such type of number.
    """
    if number_type not in NUMBER_TYPES:
        allowed = Text("{k}", "{k}").format(k=", ".join(NUMBER_TYPES))
        message = Text("没有这种数值类型", "there is no such type of number")
        raise InvalidInput(Fault("crt.number_type", message, value=number_type, allowed=allowed))
    flows = _flows(run, _catalogue(catalogue)).filter(pl.col("why_dropped").is_null())
    stamp = str(run.manifest["created_at"])
    files = {}
    for (adcode,), own in flows.group_by("adcode", maintain_order=True):
        rows = [
            _value(int(str(period)), str(uid), cells, number_type, stamp)
            for (period, uid), cells in own.group_by("period", "uid", maintain_order=True)
        ]
        values = pl.DataFrame([row for row in rows if row], schema=VALUE_SCHEMA).sort("year", "variable_uid")
        version = {"country": "CHN", "data_version": "IPCC-CRT-v1.0", "metadata_type": "CRT", "metadata_ver": ""}
        etf = number_type == "number"
        files[str(adcode)] = CrtFile(values, number_type, etf, etf, version, {"nodes": []})
    return files


def _value(year: int, uid: str, cells: pl.DataFrame, number_type: str, stamp: str) -> dict[str, object] | None:
    """The value of one variable and year, or None where nothing is known of it."""
    held = cells.drop_nulls("amount")
    empty = dict.fromkeys(VALUE_SCHEMA)
    place = {**empty, "year": year, "variable_uid": uid, "comments": "[]"}
    if held.height:
        return {
            **place,
            "type": number_type,
            "number": _rounded(float(held["amount"].sum()) / float(held["tonnes"][0])),
        }
    key = joint_key(cells.get_column("notation"))
    if key is None:
        return None
    reasons = cells.filter(pl.col("notation") == key).get_column("reason_en").drop_nulls().unique(maintain_order=True)
    comments = [{"comment": text, "time_stamp": stamp, "type": "nk_explanation"} for text in reasons.head(1)]
    return {**place, "type": "NK", "keys": key, "comments": json.dumps(comments, ensure_ascii=False)}


def write_crt(
    run: Run, folder: Path, _language: Language, *, catalogue: Path | None = None, number_type: str = "numeric"
) -> None:
    """Write ``crt_<code>.json`` per area, `VARIABLES_FILE`, and the reasons of the notation keys."""
    known = _catalogue(catalogue)
    used: set[str] = set()
    for adcode, made in crt_files(run, catalogue, number_type=number_type).items():
        write_crt_json(made, folder / f"crt_{adcode}.json")
        used |= set(made.values.get_column("variable_uid"))
    known.filter(pl.col("variable_uid").is_in(sorted(used))).write_csv(folder / VARIABLES_FILE)
    write_notation(flow_table(run), folder)


def write_crt_json(crt: CrtFile, path: Path) -> None:
    """Write one data-exchange file: years ascending, plain decimal numbers, never scientific notation."""
    years = []
    for (year,), rows in crt.values.sort("year", maintain_order=True).group_by("year", maintain_order=True):
        values = [_as_json(row, crt) for row in rows.iter_rows(named=True)]
        years.append({"inventory_year": str(year) if crt.year_as_text else int(str(year)), "values": values})
    document = {
        "version": dict(crt.version), "country_specific_data": dict(crt.country_specific), "data": {"values": years},
    }  # fmt: skip
    text = json.dumps(document, ensure_ascii=False, indent=1)
    path.write_text(_NUMBER.sub(r"\1", text) + "\n", encoding="utf-8")


def _as_json(row: Mapping[str, Any], crt: CrtFile) -> dict[str, Any]:
    held: object = row["text"]
    if row["number"] is not None:
        held = f"{_MARK}{_plain(row['number'])}{_MARK}"
    elif row["keys"] is not None:
        total = key_sum(row["keys"].split(","))
        held = str(total) if crt.key_as_text else total
    made: dict[str, Any] = {"variable_uid": row["variable_uid"], "value": {"type": row["type"], "value": held}}
    if comments := json.loads(row["comments"]):
        made["comments"] = comments
    return made


def _plain(value: float) -> str:
    """All digits that read back to the same number, without an exponent.

    >>> _plain(1e-07), _plain(12.5)
    ('0.0000001', '12.5')
    """
    return format(Decimal(repr(value)), "f")


def read_crt(path: Path) -> CrtFile:
    """A data-exchange file; numbers of either type, years and keys as number or text.

    Raises
    ------
    InvalidInput
        The file is no JSON of that form, or a value is neither a number nor a known sum of keys nor a drop-down; all at once.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        years = [(one["inventory_year"], one["values"]) for one in document["data"]["values"]]
        flat = [
            (year, one["variable_uid"], one["value"], one.get("comments", [])) for year, held in years for one in held
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = Text("不是 CRT 数据交换 JSON", "not a CRT data-exchange JSON")
        raise InvalidInput(Fault("crt.form", message, Location(file=path.name), value=str(error))) from error
    rows, faults = [], []
    for year, uid, value, comments in flat:
        try:
            rows.append(_read_value(year, uid, value, comments))
        except (ValueError, KeyError, TypeError, InvalidInput):
            message = Text("无法识别的取值", "a value that cannot be read")
            faults.append(
                Fault("crt.value", message, Location(file=path.name, column=str(uid)), value=json.dumps(value))
            )
    if faults:
        raise InvalidInput(*faults)
    values = pl.DataFrame(rows, schema=VALUE_SCHEMA)
    types = [row["type"] for row in rows if row["type"] in NUMBER_TYPES]
    keys = [value["value"] for _, _, value, _ in flat if value["type"] == "NK"]
    return CrtFile(
        values, types[0] if types else NUMBER_TYPES[0], any(isinstance(year, str) for year, _ in years),
        any(isinstance(key, str) for key in keys), document.get("version", {}), document.get("country_specific_data", {}),
    )  # fmt: skip


def _read_value(year: Any, uid: Any, value: Mapping[str, Any], comments: Any) -> dict[str, object]:
    made: dict[str, object] = {
        **dict.fromkeys(VALUE_SCHEMA), "year": int(year), "variable_uid": str(uid), "type": value["type"],
        "comments": json.dumps(comments, ensure_ascii=False),
    }  # fmt: skip
    if value["type"] in NUMBER_TYPES:
        return {**made, "number": float(value["value"])}
    if value["type"] == "NK":
        return {**made, "keys": ",".join(keys_of(int(value["value"])))}
    return {**made, "text": None if value["value"] is None else str(value["value"])}


def emission_totals(folder: Path, run: Run) -> dict[str, float]:
    """Tonnes per gas, read back from every file with the companion that says what its variables are."""
    variables = pl.read_csv(folder / VARIABLES_FILE, schema=CATALOGUE_SCHEMA)
    files = [read_crt(path).values for path in sorted(folder.glob("crt_*.json"))]
    totals = {}
    for column in substance_columns(run.result("emission")):
        own = variables.filter(pl.col("gas") == column).select("variable_uid", "tonnes_per_unit")
        found = [values.join(own, on="variable_uid") for values in files]
        totals[column] = sum(float((one["number"] * one["tonnes_per_unit"]).sum()) for one in found)
    return totals
