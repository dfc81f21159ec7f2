"""Further tables of a least-cost problem: caps of named sources, fuel that is short, money, forced and forbidden measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cocontrol.core.errors import Fault, FaultCollector
from cocontrol.core.tables import Column, Kind, Table
from cocontrol.core.text import Text
from cocontrol.core.validation import Validated, located
from cocontrol.measures.portfolio.addition_cells import cells_of, periods_of
from cocontrol.measures.portfolio.declarations import LIST_SEPARATORS
from cocontrol.measures.portfolio.limits import (
    forbid_measures,
    force_measures,
    fuel_availability,
    source_group_cap,
    spending_limit,
)
from cocontrol.measures.portfolio.model import Instance, PeriodLabel

GROUP_CAPS, FUELS, SPENDING = "group_caps.csv", "fuels.csv", "spending.csv"
MEASURE_RULES = "measure_rules.csv"

FORCED, FORBIDDEN = "forced", "forbidden"

_PERIOD = Column("period", Kind.TEXT, Text("时期", "period"), Text("空白为每一期", "empty: every period"))
_SOURCE = Column(
    "source_id",
    Kind.TEXT,
    Text("排放源编号", "source"),
    Text("排放源的编号", "identifier of the source"),
    required=True,
)
_LIMIT = Column(
    "limit", Kind.NUMBER, Text("可用量", "limit"),
    Text("该期合计不得超过；同一燃料同一时期相同", "the total of the period may not exceed it; the same in all rows of a fuel and period"),
    required=True,
)  # fmt: skip

TABLES_OF_LIMITS: Mapping[str, Table] = {
    GROUP_CAPS: Table(
        "portfolio_group_cap", Text("组合优化：行业或园区上限", "portfolio: caps of groups"),
        Text("若干排放源合计的上限", "limits of several sources together"), (),
        (
            Column("group", Kind.TEXT, Text("组", "group"), Text("行业、园区或企业", "sector, park or company"), required=True),
            Column(
                "sources", Kind.TEXT, Text("排放源", "sources"),
                Text("编号，用分号隔开", "identifiers, parted by semicolons"), required=True,
            ),
            Column("pollutant", Kind.TEXT, Text("污染物", "pollutant"), Text("污染物列名", "name of the pollutant column"), required=True),
            _PERIOD,
            Column("cap_t", Kind.NUMBER, Text("排放上限（吨）", "cap in tonnes"), Text("该期合计不得超过", "the period's total may not exceed it"), required=True),
        ),
    ),
    FUELS: Table(
        "portfolio_fuel", Text("组合优化：燃料可得量", "portfolio: fuels"), Text("选项所用的燃料", "fuel that options use"), (),
        (
            Column("fuel", Kind.TEXT, Text("燃料", "fuel"), Text("燃料或其他共用资源", "fuel or another shared resource"), required=True),
            _SOURCE,
            Column("option_id", Kind.TEXT, Text("选项编号", "option"), Text("用这种燃料的选项", "option that uses it"), required=True),
            Column("use", Kind.NUMBER, Text("每期用量", "use per period"), Text("运行时每期用量", "use in each period in which it runs"), required=True),
            _PERIOD,
            _LIMIT,
        ),
    ),
    SPENDING: Table(
        "portfolio_spending", Text("组合优化：资金", "portfolio: money"), Text("各期资金上限", "money of each period"), (),
        (
            _PERIOD,
            Column("limit", Kind.NUMBER, Text("资金上限", "limit"), Text("该期净费用（不折现）不得超过", "net cost of the period, not discounted, may not exceed it"), required=True),
        ),
    ),
    MEASURE_RULES: Table(
        "portfolio_measure_rule", Text("组合优化：强制与禁止", "portfolio: forced and forbidden measures"),
        Text("必须或不得采取的措施", "measures that must or may not be taken"), (),
        (
            _SOURCE,
            Column("measure_id", Kind.TEXT, Text("措施", "measure"), Text("选项或设备的编号", "identifier of an option or device"), required=True),
            Column(
                "rule", Kind.TEXT, Text("规定", "rule"), Text("强制或禁止", "forced or forbidden"), required=True,
                allowed={FORCED: Text("强制", "forced"), FORBIDDEN: Text("禁止", "forbidden")},
            ),
        ),
    ),
}  # fmt: skip
"""The tables by the name of their file."""


def with_group_caps(instance: Instance, table: Validated, _years: Sequence[float], faults: FaultCollector) -> Instance:
    """The problem with ``Σ over the named sources of a pollutant in a period ≤ cap_t``."""
    rows = list(instance.rows)
    for group, names, pollutant, period, cap, origin in cells_of(
        table, "group", "sources", "pollutant", "period", "cap_t"
    ):
        sources = [name for name in LIST_SEPARATORS.split(str(names)) if name]
        missing = [name for name in sources if name not in instance.sources]
        if missing:
            faults.add(_not_there(table, origin, "sources", ", ".join(missing)))
        if pollutant not in instance.pollutants:
            faults.add(_not_there(table, origin, "pollutant", str(pollutant)))
        if missing or pollutant not in instance.pollutants:
            continue
        for place in periods_of(instance, table, period, origin, faults):
            label = instance.periods[place]
            made = source_group_cap(instance, f"{group} {pollutant} {label}", sources, pollutant, label, cap)
            rows.append(replace(made, region=str(group)))
    return replace(instance, rows=tuple(rows))


def with_fuels(instance: Instance, table: Validated, _years: Sequence[float], faults: FaultCollector) -> Instance:
    """The problem with ``Σ use of the options that run ≤ limit`` for each fuel and period."""
    options = {
        (instance.sources[source], name)
        for source, name in zip(instance.options.source, instance.options.ids, strict=True)
    }
    found: dict[tuple[str, PeriodLabel], tuple[dict[tuple[str, str], float], float]] = {}
    for fuel, source, option, use, period, limit, origin in cells_of(
        table, "fuel", "source_id", "option_id", "use", "period", "limit"
    ):
        if (source, option) not in options:
            faults.add(_not_there(table, origin, "option_id", f"{source} {option}"))
            continue
        for place in periods_of(instance, table, period, origin, faults):
            uses, room = found.setdefault((str(fuel), instance.periods[place]), ({}, limit))
            if room != limit:
                words = Text("同一燃料同一时期的可用量须相同", "rows of a fuel and period must have the same limit")
                faults.add(Fault("portfolio.fuel_limit", words, located(table, str(origin), "limit"), value=str(limit)))
            uses[source, option] = use
    rows = [
        replace(fuel_availability(instance, f"{fuel} {label}", uses, label, limit), region=fuel)
        for (fuel, label), (uses, limit) in found.items()
    ]
    return replace(instance, rows=(*instance.rows, *rows))


def with_spending(instance: Instance, table: Validated, _years: Sequence[float], faults: FaultCollector) -> Instance:
    """The problem with ``Σ net cost of a period ≤ limit``, not discounted."""
    rows = [
        spending_limit(instance, instance.periods[place], limit)
        for period, limit, origin in cells_of(table, "period", "limit")
        for place in periods_of(instance, table, period, origin, faults)
    ]
    return replace(instance, rows=(*instance.rows, *rows))


def with_measure_rules(
    instance: Instance, table: Validated, _years: Sequence[float], faults: FaultCollector
) -> Instance:
    """The problem in which forced measures are taken in every period and forbidden ones never."""
    known = {
        (instance.sources[source], name)
        for kit in (instance.options, instance.devices)
        for source, name in zip(kit.source, kit.ids, strict=True)
    }
    wanted: dict[str, list[tuple[str, str]]] = {FORCED: [], FORBIDDEN: []}
    for source, measure, rule, origin in cells_of(table, "source_id", "measure_id", "rule"):
        if (source, measure) in known:
            wanted[rule].append((source, measure))
        else:
            faults.add(_not_there(table, origin, "measure_id", f"{source} {measure}"))
    both = sorted(set(wanted[FORCED]) & set(wanted[FORBIDDEN]))
    if both:
        words = Text("同一措施既强制又禁止", "a measure is both forced and forbidden")
        faults.add(Fault("portfolio.measure_rule", words, value="; ".join(" ".join(pair) for pair in both)))
        return instance
    barred = forbid_measures(instance, wanted[FORBIDDEN]) if wanted[FORBIDDEN] else instance
    return force_measures(barred, wanted[FORCED]) if wanted[FORCED] else barred


def _not_there(table: Validated, origin: object, column: str, value: str) -> Fault:
    words = Text("问题中没有这一项", "the problem has no such thing")
    return Fault("portfolio.not_found", words, located(table, str(origin), column), value=value)
