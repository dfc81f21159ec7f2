"""Ozone-depleting substances and HFCs: the balance of a substance, and the bank of equipment that emits it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from cocontrol.core.common_columns import ADCODE, YEAR, choice
from cocontrol.core.errors import Fault, FaultCollector, InvalidInput, Level
from cocontrol.core.notation import NotationKey
from cocontrol.core.pollutants import POLLUTANTS
from cocontrol.core.tables import TABLES, Kind, Table
from cocontrol.core.text import Text, same
from cocontrol.inventory.findings import Finding
from cocontrol.inventory.lineage import local_input, not_estimated
from cocontrol.inventory.product_use.hfc_bank import BankParameters, tier_1_bank
from cocontrol.inventory.sectors.catalogue import SectorContext, SectorModule, SectorResult, Tables
from cocontrol.inventory.sectors.columns import SOURCE, number
from cocontrol.inventory.sectors.linear import Line, Modelled, linear_result, modelled_coefficient, modelled_result

SUBSTANCES: dict[str, Text] = {
    p.code: same(p.symbol) for p in POLLUTANTS if p.group == "ozone_depleting_substance" or p.code.startswith("HFC")
}
"""Substances of the balance and the bank, by column name."""


@dataclass(frozen=True, slots=True)
class Application:
    """A use of the substances and its source category."""

    category: str
    label: Text


APPLICATIONS: dict[str, Application] = {
    "refrigeration_stationary": Application(
        "2F1", Text("固定制冷和空调", "stationary refrigeration and air conditioning")
    ),
    "air_conditioning_mobile": Application("2F1", Text("车用空调", "mobile air conditioning")),
    "foam": Application("2F2", Text("泡沫", "foam blowing")),
    "fire_protection": Application("2F3", Text("消防", "fire protection")),
    "aerosol": Application("2F4", Text("气雾剂", "aerosols")),
    "solvent": Application("2F5", Text("清洗溶剂", "cleaning solvents")),
    "other": Application("2F6", Text("其他", "other")),
}
"""Uses, by code."""

_SUBSTANCE = choice("substance", Text("物质", "substance"), Text("从列表选择", "choose from the list"), SUBSTANCES)
_APPLICATION = choice(
    "application",
    Text("用途", "application"),
    Text("从列表选择", "choose from the list"),
    {code: entry.label for code, entry in APPLICATIONS.items()},
)

HFC_MARKET = TABLES.declare(
    Table(
        name="hfc_market",
        label=Text("制冷剂投放量", "agents put on the market"),
        description=Text(
            "各用途每年投放的物质量，从开始使用的年份起逐年填写；没有投放填 0。",
            "What reached the market for each use, every year from the first; write 0 where there was none.",
        ),
        key=("adcode", "substance", "application", "year"),
        columns=(
            YEAR,
            ADCODE,
            _SUBSTANCE,
            _APPLICATION,
            number("new_agent", Text("投放量", "put on the market"), Text("当年", "in the year"), "t", required=True),
            SOURCE,
        ),
    )
)

HFC_BANK_PARAMETER = TABLES.declare(
    Table(
        name="hfc_bank_parameter",
        label=Text("制冷剂库参数", "bank parameters"),
        description=Text(
            "年泄漏率、寿命和退役销毁比例；没有缺省值。",
            "Annual loss, lifetime and share destroyed at retirement; there are no defaults.",
        ),
        key=("substance", "application"),
        columns=(
            _SUBSTANCE,
            _APPLICATION,
            number("loss_share", Text("年泄漏率", "annual loss"), Text("0–1", "0–1"), "1", required=True, maximum=1),
            replace(
                number("lifetime_years", Text("寿命", "lifetime"), Text("整年", "whole years"), "year", required=True),
                kind=Kind.INTEGER, minimum=1,
            ),
            number("destroyed_share", Text("退役销毁比例", "destroyed at retirement"), Text("0–1", "0–1"), "1", required=True, maximum=1),
            SOURCE,
        ),
    )
)  # fmt: skip

_FLOWS: dict[str, Text] = {
    "production": Text("生产量", "production"),
    "imported": Text("进口量", "imports"),
    "exported": Text("出口量", "exports"),
    "feedstock": Text("原料用途", "feedstock use"),
    "destroyed": Text("销毁量", "destroyed"),
}

ODS_HFC_BALANCE = TABLES.declare(
    Table(
        name="ods_hfc_balance",
        label=Text("ODS 和 HFC 平衡", "ODS and HFC balance"),
        description=Text(
            "每种物质每年的生产、进出口、原料用途和销毁；没有填 0，空为缺失。",
            "Production, trade, feedstock and destruction by substance and year; write 0 for none, empty is missing.",
        ),
        key=("year", "adcode", "substance"),
        columns=(
            YEAR,
            ADCODE,
            _SUBSTANCE,
            *(number(name, label, Text("当年", "in the year"), "t") for name, label in _FLOWS.items()),
            SOURCE,
        ),
    )
)


def estimate_bank(tables: Tables, context: SectorContext) -> SectorResult:
    """Emission of every substance and use from its bank (IPCC 2006 Guidelines, Vol. 3, Ch. 7, Tier 1; `tier_1_bank`).

    Parameters
    ----------
    tables : ``hfc_market`` with every year from the first, ``hfc_bank_parameter``

    Raises
    ------
    InvalidInput
        Uses without parameters, years with gaps; all together.
    """
    parameters = {(row["substance"], row["application"]): row for row in tables[HFC_BANK_PARAMETER.name].to_dicts()}
    faults = FaultCollector()
    made: list[Modelled] = []
    groups = tables[HFC_MARKET.name].sort("year").partition_by("adcode", "substance", "application", as_dict=True)
    for (adcode, substance, application), part in groups.items():
        row = parameters.get((substance, application))
        if row is None:
            faults.add(_no_parameters(str(substance), str(application)))
            continue
        try:
            made += _bank((str(adcode), str(substance), str(application)), part, row, context)
        except InvalidInput as error:
            faults.extend(error.faults)
    faults.raise_if_any(InvalidInput)
    return modelled_result("hfc_bank", made)


def _no_parameters(substance: str, application: str) -> Fault:
    return Fault(
        "hfc_bank.no_parameters",
        Text("{s} 用于{a}没有库参数", "{s} for {a} has no bank parameters").format(
            s=substance, a=APPLICATIONS[application].label
        ),
        remedy=Text("在 hfc_bank_parameter 中填写", "give them in hfc_bank_parameter"),
    )


def _bank(
    key: tuple[str, str, str], part: pl.DataFrame, row: Mapping[str, Any], context: SectorContext
) -> Iterator[Modelled]:
    adcode, substance, application = key
    parameters = BankParameters(row["loss_share"], int(row["lifetime_years"]), row["destroyed_share"])
    bank = tier_1_bank(part.select("year", new_agent_to_market_t=pl.col("new_agent").cast(pl.Float64)), parameters)
    origins = dict(zip(part["year"], part["origin"], strict=True)) if "origin" in part.columns else {}
    inputs = [
        local_input(name, float(row[name]), unit, row["source"], str(row.get("origin") or ""))
        for name, unit in (("loss_share", "1/year"), ("lifetime_years", "year"), ("destroyed_share", "1"))
    ]
    for year in bank.filter(pl.col("year").is_in(context.years)).iter_rows(named=True):
        held = local_input("bank", year["bank_t"], "t", "tier_1_bank", "IPCC 2006, Vol. 3, 7.5.2.1")
        emitted, agent = year["emission_t"], year["new_agent_to_market_t"]
        formula = "(bank × loss_share + retired × (1 − destroyed_share)) ÷ amount"
        derived = modelled_coefficient(emitted, agent, formula, [*inputs, held])
        yield Modelled(
            f"{adcode}:{substance}.{application}", adcode, str(year["year"]), APPLICATIONS[application].category,
            agent, "t", str(origins.get(year["year"]) or ""), {substance: emitted}, {substance: derived},
            process=f"{substance}.{application}",
        )  # fmt: skip


def estimate_balance(tables: Tables, context: SectorContext) -> SectorResult:
    """The balance of each substance: consumption = production + imports − exports − feedstock − destroyed.

    Montreal Protocol, Art. 1 and 3. Consumption is what may be emitted sooner or later, no emission: the rows carry
    NE, or IE where a bank holds the substance. A negative consumption and a gap to what the market table says are findings.

    Parameters
    ----------
    tables : ``ods_hfc_balance``, and ``hfc_market`` where there is one
    """
    rows = tables[ODS_HFC_BALANCE.name].filter(pl.col("year").is_in(context.years))
    market = tables.get(HFC_MARKET.name)
    lines: list[Line] = []
    findings: list[Finding] = []
    for row in ({"origin": "", **row} for row in rows.iter_rows(named=True)):
        consumption = _consumption(row)
        lines.append(_balance_line(row, consumption, _sold(row, market)))
        findings += _balance_findings(row, consumption, _sold(row, market))
    return linear_result("ods_hfc_balance", lines, findings)


def _consumption(row: Mapping[str, Any]) -> float | None:
    if any(row[name] is None for name in _FLOWS):
        return None
    return math.fsum(row[name] * (1.0 if name in {"production", "imported"} else -1.0) for name in _FLOWS)


def _sold(row: Mapping[str, Any], market: pl.DataFrame | None) -> float | None:
    """What the market table has of the substance in the year and area; None where it has nothing."""
    if market is None:
        return None
    here = market.filter(
        (pl.col("year") == row["year"])
        & (pl.col("adcode") == row["adcode"])
        & (pl.col("substance") == row["substance"])
    )
    return math.fsum(here["new_agent"]) if here.height else None


def _balance_line(row: Mapping[str, Any], consumption: float | None, sold: float | None) -> Line:
    substance = row["substance"]
    derived = not_estimated(_POTENTIAL) if sold is None else not_estimated(_IN_BANK, key=NotationKey.IE)
    key = f"{substance}/{row['adcode']}/{row['year']}"
    return Line(
        f"{row['adcode']}:{substance}", row["adcode"], str(row["year"]), "2F", consumption, "t", key,
        row["origin"], {substance: derived}, process=f"{substance}.balance",
    )  # fmt: skip


def _balance_findings(row: Mapping[str, Any], consumption: float | None, sold: float | None) -> Iterator[Finding]:
    if consumption is None:
        return
    subject, origin = f"ods_hfc_balance:{row['adcode']}:{row['substance']}@{row['year']}", (row["origin"],)
    if consumption < 0:
        yield Finding("ods_balance.negative", Level.HIGH, subject, 0.0, consumption, "t", _NEGATIVE, origin)
    if sold is not None and not math.isclose(sold, consumption, rel_tol=MARKET_TOLERANCE, abs_tol=1e-9):
        yield Finding("ods_balance.market", Level.MEDIUM, subject, consumption, sold, "t", _GAP, origin)


MARKET_TOLERANCE = 0.05
"""Relative gap between consumption and the market above which a person should look: stocks change from year to year."""

_POTENTIAL = Text(
    "消费量是潜在排放，不是当年排放；填写投放量和库参数后由库模型估算",
    "consumption is potential, not the emission of the year; the bank estimates it from market and parameters",
)
_IN_BANK = Text("排放由制冷剂库模型估算", "the emission is estimated by the bank of the substance")
_NEGATIVE = Text("消费量为负：出口、原料或销毁超过供应", "consumption is negative: more leaves than is supplied")
_GAP = Text(
    "投放量与平衡的消费量相差超过 5%，核对库存变化和漏报",
    "the market differs from the consumption of the balance by more than 5 %: check stocks and omissions",
)

HFC_BANK = SectorModule(
    sector_id="hfc_bank",
    label=Text("制冷剂库", "banks of refrigerants and agents"),
    categories=tuple(dict.fromkeys(entry.category for entry in APPLICATIONS.values())),
    pollutants=tuple(SUBSTANCES),
    tables=(HFC_MARKET.name, HFC_BANK_PARAMETER.name),
    optional_tables=(),
    method=Text("库 × 年泄漏率 + 退役量 ×（1 − 销毁比例）", "bank × annual loss + retired × (1 − share destroyed)"),
    source=Text("IPCC 2006 第3卷第7章 方法1", "IPCC 2006, Vol. 3, Ch. 7, Tier 1"),
    estimate=estimate_bank,
)
"""Emissions from banks."""

ODS_BALANCE = SectorModule(
    sector_id="ods_hfc_balance",
    label=Text("ODS 和 HFC 平衡", "ODS and HFC balance"),
    categories=("2F",),
    pollutants=tuple(SUBSTANCES),
    tables=(ODS_HFC_BALANCE.name,),
    optional_tables=(HFC_MARKET.name,),
    method=Text("生产 + 进口 − 出口 − 原料用途 − 销毁", "production + imports − exports − feedstock − destroyed"),
    source=Text("蒙特利尔议定书第1、3条", "Montreal Protocol, Art. 1 and 3"),
    estimate=estimate_balance,
)
"""Consumption of the substances; no emission by itself."""
