"""Agriculture as sectors: enteric fermentation, manure, ammonia, rice, soils, straw, latrines."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput
from cocontrol.core.text import Text
from cocontrol.inventory.agriculture import crops, livestock
from cocontrol.inventory.agriculture import tables as declared  # noqa: F401 - declares the input tables
from cocontrol.inventory.agriculture.manure import SHARE_TOLERANCE
from cocontrol.inventory.findings import Finding
from cocontrol.inventory.lineage import Derived, not_estimated
from cocontrol.inventory.sectors.catalogue import SectorContext, SectorModule, SectorResult, Tables, join_results
from cocontrol.inventory.sectors.input_rows import Row, ask_of, biogenic_memo, key_of, origin_of, rows_of
from cocontrol.inventory.sectors.linear import Line, linear_result


def _herd_lines(
    tables: Tables, context: SectorContext, sector: str, category: str, derive: Any, parts: Sequence[str] = ()
) -> SectorResult:
    """One line for each herd, with the coefficients that `derive` gives for its row."""
    lines = [
        Line(
            source_id="/".join(["livestock", row["adcode"], row["animal"], row["stage"], *parts]),
            adcode=row["adcode"],
            period=str(row["year"]),
            category=category,
            amount=row["heads"],
            unit="head",
            key=key_of(row, category, row["animal"], row["stage"], *parts),
            origin=origin_of(row),
            derived=derive(row),
            process=row["animal"],
        )
        for row in rows_of(tables, "livestock", context)
    ]
    return linear_result(sector, lines)


def enteric_fermentation(tables: Tables, context: SectorContext) -> SectorResult:
    """CH4 of enteric fermentation: head × factor of class and stage (`livestock.enteric_methane`)."""

    def derive(row: Row) -> Mapping[str, Derived]:
        """The coefficient of one row."""
        return {"CH4": livestock.enteric_methane(row["animal"], row["stage"], ask_of(row, context))}

    return _herd_lines(tables, context, "enteric_fermentation", "3A1", derive)


def manure_management(tables: Tables, context: SectorContext) -> SectorResult:
    """CH4 and direct N2O of manure: Tier 2 for herds whose systems are known, the regional default for the others.

    Raises `InvalidInput` where the shares of the systems of a herd do not sum to 1.
    """
    systems = _systems(tables, context)

    def derive(row: Row) -> Mapping[str, Derived]:
        """The coefficient of one row."""
        ask, held = ask_of(row, context), systems.get(_herd(row))
        if held is None:
            return {gas: livestock.manure_gas(row["animal"], gas, ask) for gas in ("CH4", "N2O")}
        return {
            "CH4": livestock.manure_methane_by_system(row["animal"], held, row.get("temperature_c"), ask),
            "N2O": livestock.manure_n2o_by_system(row["animal"], held, ask),
        }

    return _herd_lines(tables, context, "manure_management", "3A2", derive)


def manure_indirect(tables: Tables, context: SectorContext) -> SectorResult:
    """Indirect N2O of manure (3C6) for herds whose systems are known: what volatilises, and what leaches, on lines of their own."""
    systems = _systems(tables, context)
    ways = {"by_air": livestock.manure_n2o_by_air, "by_water": livestock.manure_n2o_by_water}

    def of_way(name: str) -> Callable[[Row], Mapping[str, Derived]]:
        """The coefficients of one way."""

        def derive(row: Row) -> Mapping[str, Derived]:
            """The coefficient of one row."""
            held = systems.get(_herd(row))
            if held is None:
                return {"N2O": not_estimated(_NO_SYSTEMS)}
            return {"N2O": ways[name](row["animal"], held, ask_of(row, context))}

        return derive

    return join_results(_herd_lines(tables, context, "manure_indirect", "3C6", of_way(name), (name,)) for name in ways)


_NO_SYSTEMS = Text("该畜群没有粪便管理方式", "the manure systems of the herd are not given")


def _herd(row: Row) -> tuple[Any, ...]:
    return row["adcode"], row["year"], row["animal"], row["stage"]


def _systems(tables: Tables, context: SectorContext) -> dict[tuple[Any, ...], list[livestock.System]]:
    found: dict[tuple[Any, ...], list[livestock.System]] = {}
    for row in rows_of(tables, "manure_system", context):
        own = (row.get("volatilised_share"), row.get("leached_share"))
        one = livestock.System(row["system"], row["share"], row.get("mcf"), origin_of(row), *own)
        found.setdefault(_herd(row), []).append(one)
    faults = FaultCollector()
    herds = {_herd(row) for row in rows_of(tables, "livestock", context)}
    for herd, held in found.items():
        subject = " ".join(str(part) for part in herd)
        total = math.fsum(one.share for one in held)
        if abs(total - 1.0) > SHARE_TOLERANCE:
            message = Text("畜群 {h} 的份额之和不是 1", "the shares of herd {h} do not sum to 1").format(h=subject)
            faults.add(Fault("manure.shares", message, value=f"{total:g}", allowed=Text("1", "1")))
        if herd not in herds:
            message = Text("畜群与粪污管理方式对不上", "herds and manure systems do not match")
            faults.add(Fault("manure.herd", message, value=subject))
    faults.raise_if_any(InvalidInput)
    return found


def livestock_ammonia(tables: Tables, context: SectorContext) -> SectorResult:
    """NH3 of livestock over the whole chain of the manure."""

    def derive(row: Row) -> Mapping[str, Derived]:
        """The coefficient of one row."""
        return {"NH3": livestock.livestock_ammonia(row["animal"], ask_of(row, context))}

    return _herd_lines(tables, context, "livestock_ammonia", "3A2", derive, ("ammonia",))


def rice_cultivation(tables: Tables, context: SectorContext) -> SectorResult:
    """CH4 of rice fields: area × factor of rice type and region, or the IPCC product of scaling factors."""
    lines = []
    for row in rows_of(tables, "rice_cultivation", context):
        field = crops.RiceField(
            row.get("days"), row.get("water_regime"), row.get("pre_season"), row.get("amendment"),
            row.get("amendment_t_per_ha"), origin_of(row),
        )  # fmt: skip
        line = Line(
            source_id=f"rice/{row['adcode']}/{row['rice_type']}/{row['field']}",
            adcode=row["adcode"],
            period=str(row["year"]),
            category="3C7",
            amount=row["area_ha"],
            unit="hectare",
            key=key_of(row, "3C7", row["rice_type"], row["field"]),
            origin=origin_of(row),
            derived={"CH4": crops.rice_methane(row["rice_type"], field, ask_of(row, context))},
            process=row["rice_type"],
        )
        lines.append(line)
    return linear_result("rice_cultivation", lines)


def agricultural_soils(tables: Tables, context: SectorContext) -> SectorResult:
    """N2O of nitrogen on fields (direct 3C4, by air and by water 3C5) and NH3 of fertiliser, from one activity."""
    lines = []
    for row in rows_of(tables, "cropland_nitrogen", context):
        ask, source, land = ask_of(row, context), row["nitrogen_source"], row["land"]
        paths: list[tuple[str, str, Mapping[str, Derived]]] = [
            (
                "3C4",
                "field",
                {
                    "N2O": crops.direct_n2o(source, land, ask),
                    "NH3": crops.fertiliser_ammonia(source, row["fertiliser"], row.get("soil_ph"), ask),
                },
            ),
            ("3C5", "deposition", {"N2O": crops.deposited_n2o(source, ask)}),
            ("3C5", "leaching", {"N2O": crops.leached_n2o(source, ask)}),
        ]
        for category, path, derived in paths:
            parts = (source, row["fertiliser"], land, path)
            line = Line(
                source_id="/".join(["nitrogen", row["adcode"], *parts]),
                adcode=row["adcode"],
                period=str(row["year"]),
                category=category,
                amount=row["nitrogen_t"],
                unit="t",
                key=key_of(row, category, *parts, row.get("soil_ph")),
                origin=origin_of(row),
                derived=derived,
                process=path,
            )
            lines.append(line)
    return linear_result("agricultural_soils", lines)


def crop_residue_burning(tables: Tables, context: SectorContext) -> SectorResult:
    """Gases and pollutants of straw burnt in the field, per tonne of dry matter burnt; biogenic CO2 as a memo."""
    lines: list[Line] = []
    memos: list[Finding] = []
    for row in rows_of(tables, "crop_residue_burning", context):
        ask = ask_of(row, context)
        efficiency = crops.straw_efficiency(row.get("combustion_efficiency"), origin_of(row), ask)
        shares = [row["residue_per_yield"], row["dry_matter"], row["burnt_share"], efficiency.value]
        burnt = math.prod([row["yield_t"], *shares]) if row["yield_t"] is not None and None not in shares else None
        line = Line(
            source_id=f"straw/{row['adcode']}/{row['crop']}",
            adcode=row["adcode"],
            period=str(row["year"]),
            category="3C1b",
            amount=burnt,
            unit="t",
            key=key_of(row, "3C1b"),
            origin=origin_of(row),
            derived={name: crops.straw_gas(name, ask) for name in crops.STRAW_POLLUTANTS},
            process=row["crop"],
        )
        lines.append(line)
        memos.extend(biogenic_memo("crop_residue_burning", line, crops.straw_carbon_dioxide(ask).value))
    return linear_result("crop_residue_burning", lines, memos)


def human_ammonia(tables: Tables, context: SectorContext) -> SectorResult:
    """NH3 of rural people who use dry latrines."""
    lines = [
        Line(
            source_id=f"latrine/{row['adcode']}",
            adcode=row["adcode"],
            period=str(row["year"]),
            category="HUMAN",
            amount=row["people"],
            unit="person",
            key=key_of(row, "HUMAN"),
            origin=origin_of(row),
            derived={"NH3": crops.dry_latrine_ammonia(ask_of(row, context))},
            process="dry_latrine",
        )
        for row in rows_of(tables, "dry_latrine", context)
    ]
    return linear_result("human_ammonia", lines)


_LIVESTOCK_SOURCE = Text(
    "省级温室气体清单编制指南第三章；GB/T 32151.22-2024；IPCC 2006 第4卷第10章",
    "provincial guides, ch. 3; GB/T 32151.22-2024; IPCC 2006, Vol. 4, Ch. 10",
)

AGRICULTURE: tuple[SectorModule, ...] = (
    SectorModule(
        "enteric_fermentation",
        Text("肠道发酵", "enteric fermentation"),
        ("3A1",), ("CH4",), ("livestock",), (),
        Text("存栏 × 分畜种分阶段因子（方法1）", "head × factor of class and stage (Tier 1)"),
        _LIVESTOCK_SOURCE,
        enteric_fermentation,
    ),
    SectorModule(
        "manure_management",
        Text("粪便管理", "manure management"),
        ("3A2",), ("CH4", "N2O"), ("livestock",), ("manure_system",),
        Text(
            "区域缺省因子（方法1）；给出管理方式时用 VS、B0、MCF 和氮排泄（方法2）",
            "regional defaults (Tier 1); with manure systems VS, B0, MCF and nitrogen excreted (Tier 2)",
        ),
        _LIVESTOCK_SOURCE,
        manure_management,
    ),
    SectorModule(
        "manure_indirect",
        Text("粪便管理间接氧化亚氮", "indirect N2O of manure"),
        ("3C6",), ("N2O",), ("livestock", "manure_system"), (),
        Text(
            "氮排泄 × 管理方式占比 × 挥发或淋溶份额 × EF4 或 EF5 × 44/28",
            "nitrogen excreted × share of systems × share volatilised or leached × EF4 or EF5 × 44/28",
        ),
        Text("IPCC 2006 第4卷第10章式10.26–10.29、表10.22（回忆）", "IPCC 2006, Vol. 4, Ch. 10, Eq. 10.26–10.29; Table 10.22 (recalled)"),
        manure_indirect,
    ),
    SectorModule(
        "livestock_ammonia",
        Text("畜禽氨", "ammonia of livestock"),
        ("3A2",), ("NH3",), ("livestock",), (),
        Text("存栏 × 全链条因子", "head × factor of the whole manure chain"),
        Text("EMEP/EEA 指南 2019 第3.B章（回忆，欧洲条件）", "EMEP/EEA guidebook 2019, ch. 3.B (recalled, Europe)"),
        livestock_ammonia,
    ),
    SectorModule(
        "rice_cultivation",
        Text("稻田", "rice cultivation"),
        ("3C7",), ("CH4",), ("rice_cultivation",), (),
        Text("面积 × 分稻型分区域因子；IPCC 口径用尺度因子", "area × factor of type and region; scaling factors under IPCC"),
        Text("省级指南2011 表3.1；IPCC 2006 第4卷第5章", "provincial guide 2011, Table 3.1; IPCC 2006, Vol. 4, Ch. 5"),
        rice_cultivation,
    ),
    SectorModule(
        "agricultural_soils",
        Text("农用地", "agricultural soils"),
        ("3C4", "3C5"), ("N2O", "NH3"), ("cropland_nitrogen",), (),
        Text("纯氮 × 直接、沉降、淋溶和氨因子", "nitrogen × factors of field, deposition, leaching and ammonia"),
        Text(
            "省级指南2011 表3.4；IPCC 2006 第4卷第11章；EMEP/EEA 2019 第3.D章",
            "provincial guide 2011, Table 3.4; IPCC 2006, Vol. 4, Ch. 11; EMEP/EEA 2019, ch. 3.D",
        ),
        agricultural_soils,
        by_category={"3C5": ("N2O",)},
    ),
    SectorModule(
        "crop_residue_burning",
        Text("秸秆露天焚烧", "crop residues burnt in the open"),
        ("3C1b",), crops.STRAW_POLLUTANTS, ("crop_residue_burning",), (),
        Text("焚烧干物质 × 因子", "dry matter burnt × factor"),
        Text(
            "T/CSES 144-2024 式77；IPCC 2006 第4卷表2.5；GFED4；Akagi 等 2011",
            "T/CSES 144-2024, eq. 77; IPCC 2006, Vol. 4, Table 2.5; GFED4; Akagi et al. 2011",
        ),
        crop_residue_burning,
    ),
    SectorModule(
        "human_ammonia",
        Text("人体排泄氨", "ammonia of human excreta"),
        ("HUMAN",), ("NH3",), ("dry_latrine",), (),
        Text("使用旱厕人口 × 因子", "people using dry latrines × factor"),
        Text("环境保护部公告2014年第55号附件3（回忆）", "MEP announcement 2014 No. 55, annex 3 (recalled)"),
        human_ammonia,
    ),
)  # fmt: skip
"""Agricultural sectors in printed order."""
