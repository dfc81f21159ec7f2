"""Declarations of the tables of a least-cost problem; pollutant columns come from the headings of the sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from cocontrol.core.tables import Column, Kind, Table
from cocontrol.core.text import Text, same
from cocontrol.measures.pollutant_names import tonnes

WHOLE_AREA = ("", "*", "all", "total", "whole", "全部", "全域", "合计", "总计", "全省", "全市", "全区", "全国")
"""What the region of a ceiling says when it holds for all sources together; case does not matter."""

Headings: TypeAlias = Sequence[str | None]
"""The headings of a file; those that describe a row are declared only where they stand in it."""

LIST_SEPARATORS = re.compile(r"[;|,；，、\s]+")
"""What parts the options that a device forbids."""

_SOURCE_ID = Column(
    "source_id", Kind.TEXT, Text("排放源编号", "source"), Text("排放源的编号", "identifier of the source"), required=True,
    aliases=("source", "源编号"),
)  # fmt: skip

_LIFETIME = Column(
    "lifetime",
    Kind.INTEGER,
    Text("寿命", "lifetime"),
    Text(
        "选用后至少持续的时期数；空白：持续到最后一期（各倍数均为 1 的现状选项可随时更换）",
        "periods it must run once chosen; empty: to the last period (the present state, all multipliers 1, may always be left)",
    ),
    minimum=1.0,
    aliases=("lifetime_periods", "使用寿命"),
)

_COST = Column(
    "cost",
    Kind.NUMBER,
    Text("每期费用", "cost per period"),
    Text(
        "运行时每期的净费用，可为负；第 t 期乘以 (1+r)^-(t-1)",
        "net cost in every period in which it runs, may be negative; times (1+r)^-(t-1) in period t",
    ),
    required=True,
    aliases=("费用", "成本"),
)

_DESCRIPTIONS = (
    "name", "name_zh", "name_en", "label", "note", "notes", "remark", "comment", "description", "category", "sector",
    "status", "synthetic", "longitude", "latitude", "名称", "备注", "说明", "行业", "类别", "经度", "纬度",
)  # fmt: skip


def sources_table(pollutants: Iterable[str], headings: Headings = ()) -> Table:
    """``sources.csv``: a source, its region and its base tonnes of each pollutant per period."""
    columns = [
        _SOURCE_ID,
        Column(
            "region",
            Kind.TEXT,
            Text("区域", "region"),
            Text("排放源所在区域", "region of the source"),
            aliases=("adcode",),
        ),
        *(
            _pollutant(
                code,
                Text("每期基准排放量，吨", "base tonnes per period"),
                minimum=0.0,
                required=True,
                unit=tonnes(code),
            )
            for code in pollutants
        ),
        *_descriptions(headings),
    ]
    return _table("portfolio_source", Text("组合优化：排放源", "portfolio: sources"), ("source_id",), columns)


def options_table(pollutants: Iterable[str], headings: Headings = ()) -> Table:
    """``options.csv``: the process choices of a source, with a multiplier of the base for each pollutant."""
    columns = [
        _SOURCE_ID,
        Column(
            "option_id",
            Kind.TEXT,
            Text("选项编号", "option"),
            Text("工艺或燃料选项", "process or fuel choice"),
            required=True,
        ),
        _COST,
        _LIFETIME,
        *(
            _pollutant(
                code, Text("基准排放量的倍数；空白为不变", "multiplier of the base; empty: unchanged"), minimum=0.0
            )
            for code in pollutants
        ),
        *_descriptions(headings),
    ]
    return _table("portfolio_option", Text("组合优化：选项", "portfolio: options"), ("source_id", "option_id"), columns)


def devices_table(pollutants: Iterable[str], headings: Headings = ()) -> Table:
    """``devices.csv``: end-of-pipe devices by stage, with a removal efficiency for each pollutant."""
    columns = [
        _SOURCE_ID,
        Column("stage", Kind.TEXT, Text("治理环节", "stage"), Text("同一环节至多装一台", "at most one device in a stage"), required=True),
        Column("device_id", Kind.TEXT, Text("设备编号", "device"), Text("末端治理设备", "end-of-pipe device"), required=True),
        _COST,
        _LIFETIME,
        Column(
            "forbids_options", Kind.TEXT, Text("不能并用的选项", "forbidden options"),
            Text("用分号隔开", "options under which it cannot run, parted by semicolons"), aliases=("forbids",),
        ),
        *(
            _pollutant(
                code, Text("去除率，负值为增加；空白为 0", "removal, negative where it adds; empty: none"), maximum=1.0
            )
            for code in pollutants
        ),
        *_descriptions(headings),
    ]  # fmt: skip
    key = ("source_id", "stage", "device_id")
    return _table("portfolio_device", Text("组合优化：治理设备", "portfolio: devices"), key, columns)


def caps_table(headings: Headings = ()) -> Table:
    """``caps.csv``: ceilings in tonnes by region, pollutant and period."""
    columns = [
        Column(
            "region", Kind.TEXT, Text("区域", "region"),
            Text("空白或 * 为全部排放源；行政区划代码末尾的 0 含其下级", "empty or *: all sources; an adcode ending in 0 holds those below it"),
        ),
        Column("pollutant", Kind.TEXT, Text("污染物", "pollutant"), Text("污染物列名", "name of the pollutant column"), required=True),
        Column("period", Kind.TEXT, Text("时期", "period"), Text("空白为每一期", "empty: every period")),
        Column(
            "cap_t", Kind.NUMBER, Text("排放上限（吨）", "ceiling in tonnes"), Text("该期排放量不得超过", "emission may not exceed it"),
            unit="t", required=True, aliases=("cap", "limit_t", "上限"),
        ),
        *_descriptions(headings),
    ]  # fmt: skip
    return _table("portfolio_cap", Text("组合优化：上限", "portfolio: ceilings"), (), columns)


def _pollutant(
    code: str,
    meaning: Text,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    required: bool = False,
    unit: str | None = None,
) -> Column:
    return Column(
        code, Kind.NUMBER, same(code), meaning, unit=unit, minimum=minimum, maximum=maximum, required=required
    )


def _descriptions(headings: Headings) -> list[Column]:
    """Columns among the headings that only describe a row."""
    meaning = Text("说明，不参与计算", "describes the row, not used")
    names = {(heading or "").strip().casefold() for heading in headings}
    return [Column(name, Kind.TEXT, same(name), meaning) for name in _DESCRIPTIONS if name in names]


def _table(name: str, label: Text, key: tuple[str, ...], columns: list[Column]) -> Table:
    return Table(name, label, label, key, tuple(columns))
