"""Ozone-depleting substances and HFCs: the balance of a substance, and the bank of equipment that emits it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from cocontrol.core.common_columns import ADCODE, YEAR, choice
from cocontrol.core.errors import Fault, FaultCollector, InvalidInput, Level
from cocontrol.core.notation import NotationKey
from cocontrol.core.pollutants import POLLUTANTS
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text, same
from cocontrol.inventory.findings import Finding
from cocontrol.inventory.lineage import Derived, Input, local_input, not_estimated
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

_USED_IN: dict[str, tuple[str, ...]] = {
    "HFC23": ("2F1", "2F3"),
    "HFC32": ("2F1",),
    "HFC125": ("2F1", "2F3"),
    "HFC134a": ("2F1", "2F2", "2F3", "2F4", "2F6"),
    "HFC143a": ("2F1",),
    "HFC152a": ("2F1", "2F2", "2F4"),
    "HFC227ea": ("2F1", "2F2", "2F3", "2F4", "2F6"),
    "HFC236fa": ("2F1", "2F3"),
    "HFC245fa": ("2F2", "2F5"),
    "HFC365mfc": ("2F2", "2F5"),
}
"""Main areas of use of each HFC (IPCC 2006, Vol. 3, Ch. 7, Table 7.1, recalled). Others are estimated where reported."""


def substances_by_category() -> dict[str, tuple[str, ...]]:
    """For each category of use the substances that are expected there; completeness counts no others.

    Ozone-depleting substances have no list of uses here: expected in all.
    """
    uses = dict.fromkeys(entry.category for entry in APPLICATIONS.values())
    depleting = {p.code for p in POLLUTANTS if p.group == "ozone_depleting_substance"}
    return {use: tuple(s for s in SUBSTANCES if s in depleting or use in _USED_IN.get(s, ())) for use in uses}


SUBSTANCE_COLUMN = choice(
    "substance", Text("物质", "substance"), Text("从列表选择", "choose from the list"), SUBSTANCES
)
APPLICATION_COLUMN = choice(
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
            SUBSTANCE_COLUMN,
            APPLICATION_COLUMN,
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
            "年泄漏率、寿命、退役销毁比例（投放量法必填）和充灌损失率（流量法必填）；没有缺省值。",
            "Annual loss, lifetime, share destroyed at retirement (needed with the market) and share lost when filling "
            "(needed with the flows); there are no defaults.",
        ),
        key=("substance", "application"),
        columns=(
            SUBSTANCE_COLUMN,
            APPLICATION_COLUMN,
            number("loss_share", Text("年泄漏率", "annual loss"), Text("0–1", "0–1"), "1", required=True, maximum=1),
            replace(
                number("lifetime_years", Text("寿命", "lifetime"), Text("整年", "whole years"), "year", required=True),
                kind=Kind.INTEGER, minimum=1,
            ),
            number("destroyed_share", Text("退役销毁比例", "destroyed at retirement"), Text("0–1", "0–1"), "1", maximum=1),
            number("fill_loss_share", Text("充灌损失率", "lost when filling"), Text("0–1", "0–1"), "1", maximum=1),
            SOURCE,
        ),
    )
)  # fmt: skip

FLOW_TABLE = "hfc_flow"
"""The table of flows by stage, see `hfc_flows`."""

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
            SUBSTANCE_COLUMN,
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
    return modelled_result("hfc_bank", estimate_uses(tables, HFC_MARKET.name, context, _bank))


Use = tuple[str, str, str]
"""Area, substance and application."""

Row = Mapping[str, Any]

Model = Callable[[Use, pl.DataFrame, Row, SectorContext], Iterator[Modelled]]
"""The years of one use, from its rows and its parameters."""


def estimate_uses(tables: Tables, name: str, context: SectorContext, model: Model) -> list[Modelled]:
    """What `model` makes of every use in the table `name`, each with its row of ``hfc_bank_parameter``.

    Raises
    ------
    InvalidInput
        Uses without parameters, and what the model refuses; all together.
    """
    parameters = {(row["substance"], row["application"]): row for row in tables[HFC_BANK_PARAMETER.name].to_dicts()}
    faults = FaultCollector()
    made: list[Modelled] = []
    groups = tables[name].sort("year").partition_by("adcode", "substance", "application", as_dict=True)
    for (adcode, substance, application), part in groups.items():
        row = parameters.get((substance, application))
        if row is None:
            faults.add(_no_parameters(str(substance), str(application)))
            continue
        try:
            made += model((str(adcode), str(substance), str(application)), part, row, context)
        except InvalidInput as error:
            faults.extend(error.faults)
    faults.raise_if_any(InvalidInput)
    return made


def _no_parameters(substance: str, application: str, column: Column | None = None) -> Fault:
    lacking = Text("库参数", "bank parameters") if column is None else column.label
    return Fault(
        "hfc_bank.no_parameters",
        Text("{s} 用于{a}没有{l}", "{s} for {a} has no {l}").format(
            s=substance, a=APPLICATIONS[application].label, l=lacking
        ),
        remedy=Text("在 hfc_bank_parameter 中填写", "give them in hfc_bank_parameter"),
    )


def bank_parameters(use: Use, row: Row, needed: str) -> BankParameters:
    """The parameters of a use, of which the share `needed` by the model must be there.

    Raises
    ------
    InvalidInput
        It is not, or the parameters cannot be used.
    """
    if row.get(needed) is None:
        raise InvalidInput(_no_parameters(use[1], use[2], HFC_BANK_PARAMETER.column(needed)))
    return BankParameters(row["loss_share"], int(row["lifetime_years"]), **{needed: row[needed]})


def parameter_inputs(row: Row, needed: str) -> list[Input]:
    """The parameters of a use as inputs of its lineage."""
    units = {"loss_share": "1/year", "lifetime_years": "year", needed: "1"}
    origin = str(row.get("origin") or "")
    return [local_input(name, float(row[name]), unit, row["source"], origin) for name, unit in units.items()]


def modelled_use(
    use: Use, year: int, amount: float | None, emitted: float | None, derived: Derived, origin: str
) -> Modelled:
    """One year of one use: agent that flowed in (t), its emission (t) and how it came about."""
    adcode, substance, application = use
    return Modelled(
        f"{adcode}:{substance}.{application}", adcode, str(year), APPLICATIONS[application].category,
        amount, "t", origin, {substance: emitted}, {substance: derived}, process=f"{substance}.{application}",
    )  # fmt: skip


def years_without_rows(use: Use, part: pl.DataFrame, context: SectorContext) -> Iterator[Modelled]:
    """Years of the run after the last of the table: not estimated, for what flowed in is not known."""
    last = max(part["year"])
    for year in context.years:
        if year > last:
            reason = _NO_YEAR.format(y=last)
            yield modelled_use(use, year, None, None, not_estimated(reason), "")


_NO_YEAR = Text(
    "数据只到 {y} 年：库仍在排放，但没有当年流量，不估算",
    "the table ends in {y}: the bank still emits, but the flows of the year are not given",
)


def _bank(use: Use, part: pl.DataFrame, row: Row, context: SectorContext) -> Iterator[Modelled]:
    parameters = bank_parameters(use, row, "destroyed_share")
    bank = tier_1_bank(part.select("year", new_agent_to_market_t=pl.col("new_agent").cast(pl.Float64)), parameters)
    origins = dict(zip(part["year"], part["origin"], strict=True)) if "origin" in part.columns else {}
    inputs = parameter_inputs(row, "destroyed_share")
    for year in bank.filter(pl.col("year").is_in(context.years)).iter_rows(named=True):
        held = local_input("bank", year["bank_t"], "t", "tier_1_bank", "IPCC 2006, Vol. 3, 7.5.2.1")
        emitted, agent = year["emission_t"], year["new_agent_to_market_t"]
        formula = "(bank × loss_share + retired × (1 − destroyed_share)) ÷ amount"
        derived = modelled_coefficient(emitted, agent, formula, [*inputs, held])
        yield modelled_use(use, year["year"], agent, emitted, derived, str(origins.get(year["year"]) or ""))
    yield from years_without_rows(use, part, context)


def estimate_balance(tables: Tables, context: SectorContext) -> SectorResult:
    """The balance of each substance: consumption = production + imports − exports − feedstock − destroyed.

    Montreal Protocol, Art. 1 and 3. Consumption is what may be emitted sooner or later, no emission: the rows carry
    NE, or IE where a bank holds the substance. A negative consumption and a gap to what the market table says are findings.

    Parameters
    ----------
    tables : ``ods_hfc_balance``, and ``hfc_market`` and ``hfc_flow`` where they are
    """
    rows = tables[ODS_HFC_BALANCE.name].filter(pl.col("year").is_in(context.years))
    lines: list[Line] = []
    findings: list[Finding] = []
    for row in ({"origin": "", **row} for row in rows.iter_rows(named=True)):
        consumption, sold = _consumption(row), _sold(row, tables)
        lines.append(_balance_line(row, consumption, sold))
        findings += _balance_findings(row, consumption, sold)
    return linear_result("ods_hfc_balance", lines, findings)


def _consumption(row: Mapping[str, Any]) -> float | None:
    if any(row[name] is None for name in _FLOWS):
        return None
    return math.fsum(row[name] * (1.0 if name in {"production", "imported"} else -1.0) for name in _FLOWS)


SALES = {
    HFC_MARKET.name: pl.col("new_agent"),
    FLOW_TABLE: (pl.col("produced") + pl.col("imported_bulk") - pl.col("exported_bulk")) / 1000.0,
}
"""Tonnes of agent sold in a row of each table from which a bank is made (flows are in kg)."""


def _sold(row: Mapping[str, Any], tables: Tables) -> float | None:
    """What the tables of the banks have of the substance in the year and area; None where they have nothing."""
    found: list[float] = []
    for name in SALES.keys() & tables.keys():
        here = tables[name].filter(*(pl.col(key) == row[key] for key in ("year", "adcode", "substance")))
        found += here.select(sold=SALES[name])["sold"].to_list()
    return math.fsum(found) if found else None


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
    by_category=substances_by_category(),
)
"""Emissions from banks."""

ODS_BALANCE = SectorModule(
    sector_id="ods_hfc_balance",
    label=Text("ODS 和 HFC 平衡", "ODS and HFC balance"),
    categories=("2F",),
    pollutants=tuple(SUBSTANCES),
    tables=(ODS_HFC_BALANCE.name,),
    optional_tables=tuple(SALES),
    method=Text("生产 + 进口 − 出口 − 原料用途 − 销毁", "production + imports − exports − feedstock − destroyed"),
    source=Text("蒙特利尔议定书第1、3条", "Montreal Protocol, Art. 1 and 3"),
    estimate=estimate_balance,
    by_category={"2F": ()},
)
"""Consumption of the substances; no emission by itself."""
