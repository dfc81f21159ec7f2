"""Control-measure files of the US EPA Control Strategy Tool (CoST) as tables of a measure catalogue.

Files ``Summary`` and ``Efficiencies`` of its control-measure database. Source classes are US source classification
codes: which of our categories they mean is for the user to say, in a table of source groups.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, FaultCollector, Location
from cocontrol.core.pollutants import codes
from cocontrol.core.raw import RawTable
from cocontrol.core.tables import Column, Kind, Table
from cocontrol.core.text import Text, same
from cocontrol.core.validation import ORIGIN, frame_schema, validate
from cocontrol.measures.catalogue_tables import MEASURE, MEASURE_NUMBER, NO_SUBJECT

SOURCE = "US EPA CoST control measure database"


_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _column(name: str, zh: str, kind: Kind = Kind.TEXT, *, required: bool = False, **more: Any) -> Column:
    """A column under its own name, and under it parted into words (``Effective Date``), as versions of the tool differ."""
    aliases = (_WORDS.sub(" ", name), _WORDS.sub("_", name).lower(), *more.pop("aliases", ()))
    return Column(name, kind, Text(zh, name), Text(zh, name), required=required, aliases=aliases, **more)


SUMMARY = Table(
    name="cost_summary",
    label=Text("CoST 措施摘要", "CoST measure summary"),
    description=Text("CoST 控制措施数据库的 Summary 文件。", "File Summary of the CoST control measure database."),
    key=("CMAbbreviation",),
    columns=(
        _column("CMName", "名称", required=True),
        _column("CMAbbreviation", "缩写", required=True),
        _column("MajorPoll", "主要污染物"),
        _column("ControlTechnology", "技术"),
        _column("SourceGroup", "源组", required=True),
        _column("Sector", "部门"),
        _column("Class", "状态类别"),
        _column("EquipLife", "设备寿命", Kind.NUMBER, minimum=0),
        _column("NEIDeviceCode", "设备代码"),
        _column("DateReviewed", "复核日期"),
        _column("DataSource", "数据来源"),
        _column("Months", "月份"),
        _column("Description", "说明"),
    ),
)

EFFICIENCIES = Table(
    name="cost_efficiencies",
    label=Text("CoST 措施效率", "CoST measure efficiencies"),
    description=Text("CoST 控制措施数据库的 Efficiencies 文件。", "File Efficiencies of the CoST database."),
    key=(),
    columns=(
        _column("CMAbbreviation", "缩写", required=True),
        _column("Pollutant", "污染物", required=True),
        _column("Locale", "地区"),
        _column("EffectiveDate", "生效日期"),
        _column("ExistingMeasureAbbr", "现有措施"),
        _column("NEIExistingDevCode", "现有设备代码"),
        _column("MinEmissions", "最小排放"),
        _column("MaxEmissions", "最大排放"),
        _column("ControlEfficiency", "控制效率（%）", Kind.NUMBER, required=True, maximum=100),
        _column("CostYear", "费用年份", Kind.INTEGER),
        _column("CostPerTon", "每短吨费用（美元）", Kind.NUMBER),
        _column(
            "RuleEff",
            "规则有效性（%）",
            Kind.NUMBER,
            minimum=0,
            maximum=100,
            aliases=("RuleEffectiveness", "Rule Effectiveness"),
        ),
        _column(
            "RulePen",
            "规则覆盖（%）",
            Kind.NUMBER,
            minimum=0,
            maximum=100,
            aliases=("RulePenetration", "Rule Penetration"),
        ),
        _column("EquationType", "公式类型"),
        _column("CapRecFactor", "资本回收系数"),
        _column("DiscountRate", "贴现率"),
        _column("CapAnnRatio", "投资与年费用比"),
        _column("IncrementalCPT", "增量费用"),
        _column("MinCapacity", "最小容量"),
        _column("MaxCapacity", "最大容量"),
        _column("Details", "备注"),
    ),
)

_BOUNDS = ("Locale", "ExistingMeasureAbbr", "MinEmissions", "MaxEmissions", "MinCapacity", "MaxCapacity")
"""Columns that bind a row to a place, an existing measure or a size."""

_DRESSED = r"^\s*\$?\s*(-?[\d,]*\.?\d+)\s*%?\s*$"
"""A number as the files write it: ``20.00%``, ``$1,200``."""

SOURCE_GROUPS = Table(
    name="cost_source_groups",
    label=Text("CoST 源组对照", "CoST source groups"),
    description=Text(
        "CoST 源组对应的类别、燃料、活动单位、治理环节（空白：按措施的主要污染物），以及美元（该费用年份）折人民币。",
        "Categories, fuels, unit of activity and stage (empty: by the major pollutant of each measure) of a CoST source "
        "group, and CNY per USD of its cost year.",
    ),
    key=("SourceGroup",),
    columns=(
        _column("SourceGroup", "源组", required=True),
        _column("categories", "类别", required=True),
        _column("fuels", "燃料"),
        _column("activity_unit", "活动单位", required=True),
        _column("stage", "治理环节"),
        _column("cny_per_usd", "美元折人民币", Kind.NUMBER, minimum=0),
    ),
)

SHORT_TON = 0.90718474
"""Tonnes in a short ton, by which CoST counts costs."""

_POLLUTANTS = {"PM10-PRI": "PM10", "PM25-PRI": "PM25", "PM2_5": "PM25", "NOX": "NOx", "VOC": "VOCs"}


def read_control_measures(
    summary: RawTable, efficiencies: RawTable, groups: RawTable
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tables `MEASURE` and `MEASURE_NUMBER` of the CoST files, every measure a device at the end of pipe.

    removal = control efficiency × rule effectiveness × rule penetration (CoST: PERCENT_REDUCTION = CE × RE × RP); cost
    per tonne from ``CostPerTon`` by short ton and by the exchange rate of the table of groups, none without a rate.
    Only rows without locale, existing measure and size limits are taken (a lower limit of 0 is none): the others need
    facts of a single source. Measures of source groups that the table of groups lacks are left out; `left_out` counts
    both. A cost of 0 means a cost by equation: it is no cost here. Numbers
    may be written with ``%``, ``$`` and thousands separators.

    Raises
    ------
    InvalidInput
        Every fault of the three files; no source group of the measures is in the table of groups.
    """
    faults = FaultCollector()
    read = [validate(table, _undressed(raw)) for table, raw in ((SUMMARY, summary), (EFFICIENCIES, efficiencies))]
    of_groups = validate(SOURCE_GROUPS, groups)
    for found in (*read, of_groups):
        faults.extend(found.errors)
    faults.raise_if_any()
    known = {row["SourceGroup"]: row for row in of_groups.frame.iter_rows(named=True)}
    measures = list(_measures(read[0].frame, known, faults))
    faults.raise_if_any()
    rates = {row["measure_id"]: known[group]["cny_per_usd"] for row, group in measures}
    lives = {row["CMAbbreviation"]: row["EquipLife"] for row in read[0].frame.iter_rows(named=True)}
    numbers = list(_numbers(read[1].frame, rates, lives))
    return (
        pl.DataFrame([row for row, _ in measures], schema=frame_schema(MEASURE)),
        pl.DataFrame(numbers, schema=frame_schema(MEASURE_NUMBER)).unique(
            MEASURE_NUMBER.key, keep="first", maintain_order=True
        ),
    )


def _undressed(raw: RawTable) -> RawTable:
    """The table with every number written plainly, so that a percentage reads as its number."""
    plain = [
        pl.when(pl.col(name).str.contains(_DRESSED))
        .then(pl.col(name).str.extract(_DRESSED).str.replace_all(",", ""))
        .otherwise(pl.col(name))
        .alias(name)
        for name, kind in raw.cells.schema.items()
        if kind == pl.String
    ]
    return replace(raw, cells=raw.cells.with_columns(plain))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a catalogue of CoST files does not hold.

    `rows` of efficiencies are bound to a place, a size or an existing measure; `groups` of sources are not in the table
    of source groups, with `measures` measures in them.
    """

    rows: int
    groups: tuple[str, ...]
    measures: int


def left_out(summary: RawTable, efficiencies: RawTable, groups: RawTable) -> LeftOut:
    """What `read_control_measures` leaves out of the same files."""
    rows = validate(EFFICIENCIES, _undressed(efficiencies)).frame
    known = set(validate(SOURCE_GROUPS, groups).frame["SourceGroup"])
    of_measures = validate(SUMMARY, _undressed(summary)).frame["SourceGroup"].drop_nulls()
    lacking = of_measures.filter(~of_measures.is_in(sorted(known)))
    return LeftOut(rows.height - _unbound(rows).height, tuple(sorted(set(lacking))), lacking.len())


def _unbound(efficiencies: pl.DataFrame) -> pl.DataFrame:
    none = (pl.col(name).is_null() | (pl.col(name).str.strip_chars() == "0") for name in _BOUNDS)
    return efficiencies.filter(pl.all_horizontal(none))


def _measures(
    summary: pl.DataFrame, known: Mapping[str, Mapping[str, Any]], faults: FaultCollector
) -> Iterator[tuple[dict[str, Any], str]]:
    if summary.height and not summary["SourceGroup"].is_in(sorted(known)).any():
        faults.extend(_unknown_group(row, known) for row in summary.iter_rows(named=True))
    for row in summary.iter_rows(named=True):
        group = known.get(row["SourceGroup"])
        if group is None:
            continue
        made = {
            "measure_id": row["CMAbbreviation"], "name_zh": row["CMName"], "name_en": row["CMName"],
            "kind": "end_of_pipe", "stage": group["stage"] or _stage(row["MajorPoll"]), "categories": group["categories"],
            "fuels": group["fuels"], "activity_unit": group["activity_unit"], "source": f"{SOURCE}: {row['DataSource']}" if row["DataSource"] else SOURCE,
            "note": row["Description"], "origin": row[ORIGIN],
        }  # fmt: skip
        yield made, row["SourceGroup"]


_STAGES = {
    "SO2": "desulphurisation",
    "NOx": "denitrification",
    "PM10": "dedusting",
    "PM25": "dedusting",
    "VOCs": "voc_abatement",
}


def _stage(major: str | None) -> str:
    """The stage in which devices for that pollutant stand: a scrubber and a catalyst do not shut each other out."""
    return _STAGES.get(_POLLUTANTS.get(major or "", major or ""), "other")


def _unknown_group(row: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> Fault:
    return Fault(
        "measures.source_group",
        Text("源组对照表中没有这个源组", "the table of source groups lacks this group"),
        Location(file=str(row[ORIGIN]), column="SourceGroup"),
        value=row["SourceGroup"],
        allowed=same(", ".join(get_close_matches(row["SourceGroup"], known, SHOWN, 0.0))),
    )


SHOWN = 5
"""How many source groups of the table a fault names: those whose names are closest."""


def _numbers(
    efficiencies: pl.DataFrame, rates: Mapping[str, float | None], lives: Mapping[str, float | None]
) -> Iterator[dict[str, Any]]:
    for row in _unbound(efficiencies).iter_rows(named=True):
        name, pollutant = row["CMAbbreviation"], _POLLUTANTS.get(row["Pollutant"], row["Pollutant"])
        if name not in rates or pollutant not in codes():
            continue
        shares = (row["ControlEfficiency"], row["RuleEff"], row["RulePen"])
        removal = 1.0
        for share in shares:
            removal *= 1.0 if share is None else share / 100.0
        yield _number(row, "removal", pollutant, removal)
        rate = rates[name]
        if row["CostPerTon"] and rate is not None:
            yield _number(row, "removal_cost", pollutant, row["CostPerTon"] * rate / SHORT_TON)
        if lives.get(name):
            yield _number(row, "lifetime", NO_SUBJECT, float(lives[name] or 0.0))


def _number(row: Mapping[str, Any], parameter: str, subject: str, value: float) -> dict[str, Any]:
    note = f"CostYear {row['CostYear']}" if parameter == "removal_cost" and row["CostYear"] else None
    return {
        "measure_id": row["CMAbbreviation"], "parameter": parameter, "subject": subject, "value": value,
        "source": SOURCE, "clause": row[ORIGIN], "status": "verified", "note": note, "origin": row[ORIGIN],
    }  # fmt: skip
