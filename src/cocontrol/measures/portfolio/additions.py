"""What a least-cost problem may also hold: growth of sources, budgets over all periods, limits at receptors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput
from cocontrol.core.raw import RawTable
from cocontrol.core.tables import Column, Kind, Table
from cocontrol.core.text import Text
from cocontrol.core.validation import Validated, located, validate
from cocontrol.measures.portfolio.addition_cells import cells_of, periods_of
from cocontrol.measures.portfolio.ceilings import members
from cocontrol.measures.portfolio.further_limits import (
    FUELS,
    GROUP_CAPS,
    MEASURE_RULES,
    SPENDING,
    TABLES_OF_LIMITS,
    with_fuels,
    with_group_caps,
    with_measure_rules,
    with_spending,
)
from cocontrol.measures.portfolio.model import Floats, Instance, PeriodLabel, Row

GROWTH, BUDGETS, RECEPTORS = "growth.csv", "budgets.csv", "receptors.csv"

_PERIOD = Column("period", Kind.TEXT, Text("时期", "period"), Text("空白为每一期", "empty: every period"))
_REGION = Column("region", Kind.TEXT, Text("区域", "region"), Text("空白或 * 为全部排放源", "empty or *: all sources"))
_POLLUTANT = Column(
    "pollutant",
    Kind.TEXT,
    Text("污染物", "pollutant"),
    Text("污染物列名", "name of the pollutant column"),
    required=True,
)

TABLES_OF_ADDITIONS: Mapping[str, Table] = {
    GROWTH: Table(
        "portfolio_growth", Text("组合优化：活动变化", "portfolio: growth"), Text("各源各期的规模", "scale of sources by period"),
        (),
        (
            Column("source_id", Kind.TEXT, Text("排放源编号", "source"), Text("排放源的编号", "identifier"), required=True),
            _PERIOD,
            Column(
                "factor", Kind.NUMBER, Text("倍数", "factor"),
                Text("该期基准排放与费用的倍数", "multiplier of base tonnes and costs in the period"),
                required=True, minimum=0.0,
            ),
        ),
    ),
    BUDGETS: Table(
        "portfolio_budget", Text("组合优化：累计预算", "portfolio: budgets"), Text("各期合计的上限", "limits over all periods"),
        (),
        (
            _REGION,
            _POLLUTANT,
            Column(
                "budget_t", Kind.NUMBER, Text("累计预算（吨）", "budget in tonnes"),
                Text("各期排放乘以该期年数之和不得超过", "Σ emission × years of the period may not exceed it"), required=True,
            ),
        ),
    ),
    RECEPTORS: Table(
        "portfolio_receptor", Text("组合优化：受体", "portfolio: receptors"), Text("浓度限值的系数", "coefficients of limits at receptors"),
        (),
        (
            Column("receptor", Kind.TEXT, Text("受体", "receptor"), Text("受体名称", "name of the receptor"), required=True),
            _REGION,
            _POLLUTANT,
            _PERIOD,
            Column(
                "coefficient", Kind.NUMBER, Text("系数", "coefficient"),
                Text("每吨排放的浓度", "concentration per tonne"), required=True,
            ),
            Column(
                "limit", Kind.NUMBER, Text("余量", "limit"),
                Text("系数与排放之积的和不得超过；同一受体同一时期相同", "Σ coefficient × emission may not exceed it; the same in all rows of a receptor and period"),
                required=True,
            ),
        ),
    ),
    **TABLES_OF_LIMITS,
}  # fmt: skip
"""The tables by the name of their file."""


def with_additions(instance: Instance, given: Mapping[str, RawTable | None], years: Sequence[float]) -> Instance:
    """The problem with what further tables say; `years` are those that each period stands for.

    * ``growth.csv``: base tonnes and costs of a source times `factor` in a period;
    * ``budgets.csv``: ``Σ_t years_t × Σ emission_t ≤ budget_t``;
    * ``receptors.csv``: ``Σ coefficient × emission ≤ limit`` for each receptor and period;
    * those of `further_limits`: caps of named sources, fuels, money, forced and forbidden measures.

    Raises
    ------
    InvalidInput
        Every fault of every table.
    """
    faults = FaultCollector()
    made = instance
    for name, build in _BUILDERS.items():
        raw = given.get(name)
        if raw is not None:
            table = validate(TABLES_OF_ADDITIONS[name], raw)
            faults.extend(fault for fault in table.faults if fault.rule != "table.empty")
            made = build(made, table, years, faults)
    faults.raise_if_any()
    return made


def _grown(instance: Instance, table: Validated, _years: Sequence[float], faults: FaultCollector) -> Instance:
    places = {name: i for i, name in enumerate(instance.sources)}
    factor = np.ones((len(places), len(instance.periods)))
    for source, period, value, origin in cells_of(table, "source_id", "period", "factor"):
        if source not in places:
            words = Text("排放源表中没有这个编号", "the sources have no such identifier")
            faults.add(
                Fault("portfolio.source_unknown", words, located(table, str(origin), "source_id"), value=str(source))
            )
            continue
        for place in periods_of(instance, table, period, origin, faults):
            factor[places[str(source)], place] = value
    return scaled(instance, factor)


def scaled(instance: Instance, factor: Floats) -> Instance:
    """The problem with base tonnes and costs times `factor` (n, T): activity that grows takes its costs along."""
    options, devices = instance.options, instance.devices
    kit = np.vstack([factor[devices.source], np.ones((1, factor.shape[1]))])
    return replace(
        instance,
        base=instance.base * factor[:, None, :],
        options=replace(options, cost=options.cost * factor[options.source]),
        devices=replace(devices, cost=devices.cost * kit),
    )


def _budgeted(instance: Instance, table: Validated, years: Sequence[float], faults: FaultCollector) -> Instance:
    rows = list(instance.rows)
    for region, pollutant, budget, origin in cells_of(table, "region", "pollutant", "budget_t"):
        if weights := _weights(instance, table, {(region, pollutant): 1.0}, origin, faults):
            shown = str(region or "*")
            rows.append(
                Row(f"{shown} {pollutant} Σ", budget, weights[0], np.array(years, dtype=float), region=shown, pollutant=str(pollutant))
            )  # fmt: skip
    return replace(instance, rows=tuple(rows))


def _received(instance: Instance, table: Validated, _years: Sequence[float], faults: FaultCollector) -> Instance:
    found: dict[tuple[str, PeriodLabel], tuple[dict[tuple[object, object], float], float, object]] = {}
    for receptor, region, pollutant, period, value, limit, origin in cells_of(
        table, "receptor", "region", "pollutant", "period", "coefficient", "limit"
    ):
        for place in periods_of(instance, table, period, origin, faults):
            key = (str(receptor), instance.periods[place])
            coefficients, room, _ = found.setdefault(key, ({}, limit, origin))
            if room != limit:
                words = Text("同一受体同一时期的余量须相同", "rows of a receptor and period must have the same limit")
                faults.add(
                    Fault("portfolio.receptor_limit", words, located(table, str(origin), "limit"), value=str(limit))
                )
            coefficients[region, pollutant] = value
    rows = list(instance.rows)
    for (receptor, label), (coefficients, room, origin) in found.items():
        if weights := _weights(instance, table, coefficients, origin, faults):
            chosen = np.array([1.0 if one == label else 0.0 for one in instance.periods])
            rows.append(Row(f"{receptor} {label}", room, weights[0], chosen, region=receptor, period=label))
    return replace(instance, rows=tuple(rows))


_BUILDERS: Mapping[str, Callable[[Instance, Validated, Sequence[float], FaultCollector], Instance]] = {
    GROWTH: _grown, BUDGETS: _budgeted, RECEPTORS: _received,
    GROUP_CAPS: with_group_caps, FUELS: with_fuels, SPENDING: with_spending, MEASURE_RULES: with_measure_rules,
}  # fmt: skip


def _weights(
    instance: Instance,
    table: Validated,
    coefficients: Mapping[tuple[object, object], float],
    origin: object,
    faults: FaultCollector,
) -> list[Floats]:
    """One matrix of weights (n, P); none where a region or pollutant is not there, which is a fault."""
    made = np.zeros((len(instance.sources), len(instance.pollutants)))
    for (region, pollutant), value in coefficients.items():
        inside = members(None if region is None else str(region), instance.regions)
        if not inside.any() or pollutant not in instance.pollutants:
            words = Text("问题中没有这个区域或污染物", "the problem has no such region or pollutant")
            faults.add(
                Fault(
                    "portfolio.not_found", words, located(table, str(origin), "region"), value=f"{region} {pollutant}"
                )
            )
            return []
        made[inside, instance.pollutants.index(str(pollutant))] += value
    return [made]


def check_lengths(periods: int, given: Mapping[str, Sequence[float]]) -> None:
    """Raise `InvalidInput` where a list of the settings has not one number for each period."""
    words = Text("须为每一期各给一个数", "one number for each period is needed")
    wrong = [
        Fault("portfolio.setting", words, value=f"{name} = {list(values)}")
        for name, values in given.items()
        if values and len(values) != periods
    ]
    if wrong:
        raise InvalidInput(*wrong)
