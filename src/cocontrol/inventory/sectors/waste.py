"""Waste as sectors: landfills (decay and mass balance), burning, biological treatment, wastewater."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput
from cocontrol.core.text import Text
from cocontrol.inventory.derivation import attempt
from cocontrol.inventory.findings import Finding
from cocontrol.inventory.lineage import Derived
from cocontrol.inventory.sectors.catalogue import SectorContext, SectorModule, SectorResult, Tables
from cocontrol.inventory.sectors.input_rows import Row, ask_of, biogenic_memo, key_of, origin_of, rows_of
from cocontrol.inventory.sectors.landfill import LANDFILL, first_order_counts, not_counted
from cocontrol.inventory.sectors.linear import Line, linear_result
from cocontrol.inventory.waste import factors
from cocontrol.inventory.waste import input_tables as declared  # noqa: F401 - declares the input tables

SHARE_TOLERANCE = 1e-6

BURNING_POLLUTANTS = ("CO2", "CH4", "N2O", "SO2", "NOx", "PM10", "PM25", "CO", "NH3")
"""What burning waste gives off; those without a factor in the declared documents are reported as not estimated."""

_LOCAL = ("doc", "docf", "methane_fraction", "oxidation", "carbon_content", "fossil_share", "combustion_efficiency", "dry_matter")  # fmt: skip


def _line(
    row: Row, category: str, source: tuple[str, ...], amount: float | None, derived: Mapping[str, Derived]
) -> Line:
    """A line of waste in t; the coefficient is that of this row."""
    return Line(
        source_id="/".join([source[0], row["adcode"], *source[1:]]),
        adcode=row["adcode"],
        period=str(row["year"]),
        category=category,
        amount=amount,
        unit="t",
        key=key_of(row, category, *source),
        origin=origin_of(row),
        derived=derived,
        process="/".join(source),
    )


def _recovered(row: Row, whole: Line, source: tuple[str, ...], derived: Mapping[str, Derived]) -> Iterable[Line]:
    """The line of methane recovered, where the row has any; not estimated where the methane generated is not.

    Raises `InvalidInput` where more is recovered than generated.
    """
    taken, generated = row.get("recovered_ch4_t"), whole.derived["CH4"]
    if not taken:
        return
    if generated.value is None:
        yield _line(row, whole.category, (*source, "recovered"), taken, {**derived, "CH4": generated})
        return
    net = _methane([whole, line := _line(row, whole.category, (*source, "recovered"), taken, derived)])
    if net is not None and net < 0:
        message = Text("回收的甲烷多于产生的", "more methane is recovered than generated")
        raise InvalidInput(
            Fault(
                "waste.recovered",
                message,
                value=f"{taken:g} t",
                allowed=Text("≤ {g} t", "≤ {g} t").format(g=taken + net),
            )
        )
    yield line


def _local(row: Row) -> factors.Local:
    return factors.Local({name: row.get(name) for name in _LOCAL}, origin_of(row))


def _net(whole: float | None, removed: float | None) -> float | None:
    """What is left after what is taken out; no removal given means none."""
    return None if whole is None else whole - (removed or 0.0)


def compositions(tables: Tables, context: SectorContext) -> Mapping[tuple[str, int, str], list[factors.Part]]:
    """The composition of each stream of waste by area, year and stream; raises where its shares do not sum to 1."""
    found: dict[tuple[str, int, str], list[factors.Part]] = {}
    for row in rows_of(tables, "waste_composition", context):
        part = factors.Part(row["component"], row["share"], origin_of(row))
        found.setdefault((row["adcode"], row["year"], row["stream"]), []).append(part)
    faults = FaultCollector()
    for key, parts in found.items():
        total = math.fsum(part.share for part in parts)
        if abs(total - 1.0) > SHARE_TOLERANCE:
            message = Text("垃圾组成之和不是 1：{k}", "the composition does not sum to 1: {k}").format(k=key)
            faults.add(Fault("waste.composition", message, value=f"{total:g}", allowed=Text("1", "1")))
    faults.raise_if_any(InvalidInput)
    return found


def landfill_mass_balance(tables: Tables, context: SectorContext) -> SectorResult:
    """CH4 of waste landfilled in the year, all at once, less what is recovered; NH3 of the waste landfilled.

    Where first-order decay counts for the area, the methane of this method is only a finding beside it.
    """
    held = compositions(tables, context)
    counted = not first_order_counts(tables, context)
    lines: list[Line] = []
    findings: list[Finding] = []
    for row in rows_of(tables, "landfill_mass_balance", context):
        made = list(_landfill_lines(row, held.get((row["adcode"], row["year"], "landfilled"), []), context))
        if counted:
            lines += made
        else:
            findings.append(not_counted(row, _methane(made), "mass_balance"))
    return linear_result("landfill_mass_balance", lines, findings)


def _methane(lines: Iterable[Line]) -> float | None:
    """Σ amount × coefficient of CH4; None where a part is missing."""
    parts = [(line.amount, line.derived["CH4"].value) for line in lines]
    held = [amount * value for amount, value in parts if amount is not None and value is not None]
    return math.fsum(held) if len(held) == len(parts) else None


def _landfill_lines(row: Row, composition: list[factors.Part], context: SectorContext) -> Iterable[Line]:
    ask, local, source = ask_of(row, context), _local(row), ("landfill", row["site_type"])
    waste, landfilled = row["waste_t"], row["landfilled_share"]
    amount = None if waste is None or landfilled is None else waste * landfilled
    derived = {
        "CH4": factors.landfill_methane(row["site_type"], row.get("cover"), composition, local, ask),
        "NH3": factors.waste_ammonia("municipal_solid_waste_landfill", "t", ask),
    }
    whole = _line(row, "4A", source, amount, derived)
    yield whole
    recovery = attempt(lambda: factors.recovered_methane(factors.landfill_oxidation(row.get("cover"), local, ask)))
    yield from _recovered(row, whole, source, {"CH4": recovery, "NH3": factors.only_methane()})


def waste_incineration(tables: Tables, context: SectorContext) -> SectorResult:
    """Fossil CO2, CH4, N2O and NH3 of waste burnt in furnaces; biogenic CO2 as a memo."""
    held = compositions(tables, context)
    lines: list[Line] = []
    memos: list[Finding] = []
    for row in rows_of(tables, "waste_incineration", context):
        ask, waste, furnace = ask_of(row, context), row["waste_type"], row["furnace"]
        carbon = (waste, _local(row), held.get((row["adcode"], row["year"], "incinerated"), []), "incineration", ask)
        derived = {
            "CO2": factors.fossil_carbon_dioxide(*carbon),
            **{gas: factors.incineration_gas(waste, furnace, gas, ask) for gas in ("CH4", "N2O")},
            **{name: factors.unlisted(name, ask) for name in BURNING_POLLUTANTS[3:-1]},
            "NH3": factors.waste_ammonia(f"{waste}_incineration", "t", ask),
        }
        line = _line(row, "4C1", ("incineration", waste, furnace), row["amount_t"], derived)
        lines.append(line)
        memos.extend(biogenic_memo("waste_incineration", line, factors.biogenic_carbon_dioxide(*carbon).value))
    return linear_result("waste_incineration", lines, memos)


def waste_open_burning(tables: Tables, context: SectorContext) -> SectorResult:
    """Fossil CO2 and N2O of waste burnt in the open, by its composition; biogenic CO2 as a memo."""
    held = compositions(tables, context)
    lines: list[Line] = []
    memos: list[Finding] = []
    for row in rows_of(tables, "waste_open_burning", context):
        ask, parts = ask_of(row, context), held.get((row["adcode"], row["year"], "open_burnt"), [])
        carbon = ("municipal_solid_waste", _local(row), parts, "open_burning", ask)
        derived = {
            "CO2": factors.fossil_carbon_dioxide(*carbon),
            "CH4": factors.incineration_gas("municipal_solid_waste", "open_burning", "CH4", ask),
            "N2O": factors.open_burning_n2o(parts, ask),
            **{name: factors.unlisted(name, ask) for name in BURNING_POLLUTANTS[3:]},
        }
        line = _line(row, "4C2", ("open_burning",), row["amount_t"], derived)
        lines.append(line)
        memos.extend(biogenic_memo("waste_open_burning", line, factors.biogenic_carbon_dioxide(*carbon).value))
    return linear_result("waste_open_burning", lines, memos)


def biological_treatment(tables: Tables, context: SectorContext) -> SectorResult:
    """CH4, N2O and (composting) NH3 of biological treatment, less methane recovered."""
    lines: list[Line] = []
    for row in rows_of(tables, "biological_treatment", context):
        ask, treatment = ask_of(row, context), row["treatment"]
        source = (treatment, row["basis"])
        derived = {
            **{gas: factors.biological_gas(treatment, row["basis"], gas, ask) for gas in ("CH4", "N2O")},
            "NH3": factors.waste_ammonia(f"municipal_solid_waste_{treatment}", "t", ask),
        }
        lines.append(whole := _line(row, "4B", source, row["amount_t"], derived))
        taken = {"CH4": factors.recovered_methane(), "N2O": factors.only_methane(), "NH3": factors.only_methane()}
        lines += _recovered(row, whole, source, taken)
    return linear_result("biological_treatment", lines)


def domestic_wastewater(tables: Tables, context: SectorContext) -> SectorResult:
    """CH4 by way of treatment or discharge: (organic matter − sludge) · Bo · MCF − recovered."""
    lines: list[Line] = []
    for row in rows_of(tables, "domestic_wastewater", context):
        source = ("sewage", row["system"], row["measure"])
        derived = {"CH4": factors.wastewater_methane(row["system"], row["measure"], ask_of(row, context))}
        amount = _net(row["organic_t"], row.get("sludge_t"))
        lines.append(whole := _line(row, "4D1", source, amount, derived))
        lines += _recovered(row, whole, source, {"CH4": factors.recovered_methane()})
    _check_sludge(rows_of(tables, "domestic_wastewater", context), "organic_t", "sludge_t")
    return linear_result("domestic_wastewater", lines)


def wastewater_nitrogen(tables: Tables, context: SectorContext) -> SectorResult:
    """N2O of the nitrogen that people's protein brings into water, less what leaves with sludge."""
    lines: list[Line] = []
    for row in rows_of(tables, "wastewater_nitrogen", context):
        ask = ask_of(row, context)
        derived = factors.wastewater_n2o(row["protein_kg_per_person"], row.get("kitchen_waste"), origin_of(row), ask)
        people = _line(row, "4D1", ("protein",), row["people"], {"N2O": derived})
        lines.append(replace(people, unit="person"))
        if row.get("sludge_nitrogen_t"):
            lines.append(_line(row, "4D1", ("sludge",), row["sludge_nitrogen_t"], {"N2O": factors.sludge_n2o(ask)}))
    return linear_result("wastewater_nitrogen", lines)


def industrial_wastewater(tables: Tables, context: SectorContext) -> SectorResult:
    """CH4 of industrial wastewater: (COD − sludge) · Bo · MCF − recovered."""
    lines: list[Line] = []
    for row in rows_of(tables, "industrial_wastewater", context):
        source = ("industry", row["industry"])
        derived = {"CH4": factors.industrial_wastewater_methane(row.get("mcf"), origin_of(row), ask_of(row, context))}
        lines.append(whole := _line(row, "4D2", source, _net(row["cod_t"], row.get("sludge_cod_t")), derived))
        lines += _recovered(row, whole, source, {"CH4": factors.recovered_methane()})
    _check_sludge(rows_of(tables, "industrial_wastewater", context), "cod_t", "sludge_cod_t")
    return linear_result("industrial_wastewater", lines)


def _check_sludge(rows: Iterable[Row], whole: str, sludge: str) -> None:
    """Raise where more is taken out with sludge than came in."""
    faults = FaultCollector()
    for row in rows:
        rest = _net(row[whole], row.get(sludge))
        if rest is not None and rest < 0:
            message = Text("随污泥去除的多于进入的", "more is removed with sludge than came in")
            faults.add(Fault("wastewater.sludge", message, value=f"{row[sludge]:g} > {row[whole]:g}"))
    faults.raise_if_any(InvalidInput)


_GUIDE = Text("省级温室气体清单编制指南第五章；IPCC 2006 第5卷", "provincial guides, ch. 5; IPCC 2006, Vol. 5")

WASTE: tuple[SectorModule, ...] = (
    LANDFILL,
    SectorModule(
        "landfill_mass_balance",
        Text("填埋（质量平衡）", "landfills (mass balance)"),
        ("4A",), ("CH4", "NH3"), ("landfill_mass_balance",), ("waste_composition", "landfill_deposit"),
        Text("填埋量 × 产甲烷潜力 − 回收，当年全部计入", "mass × methane potential − recovered, all in the year"),
        _GUIDE,
        landfill_mass_balance,
    ),
    SectorModule(
        "waste_incineration",
        Text("废弃物焚烧", "waste incineration"),
        ("4C1",), BURNING_POLLUTANTS, ("waste_incineration",), ("waste_composition",),
        Text("焚烧量 × 含碳量 × 化石碳比例 × 燃烧效率 × 44/12", "mass × carbon × fossil share × efficiency × 44/12"),
        _GUIDE,
        waste_incineration,
    ),
    SectorModule(
        "waste_open_burning",
        Text("垃圾露天燃烧", "open burning of waste"),
        ("4C2",), BURNING_POLLUTANTS, ("waste_open_burning", "waste_composition"), (),
        Text("燃烧量 × 按组成的化石碳 × 氧化系数 × 44/12", "mass × fossil carbon of the composition × oxidation × 44/12"),
        _GUIDE,
        waste_open_burning,
    ),
    SectorModule(
        "biological_treatment",
        Text("生物处理", "biological treatment"),
        ("4B",), ("CH4", "N2O", "NH3"), ("biological_treatment",), (),
        Text("处理量 × 因子 − 回收", "mass × factor − recovered"),
        _GUIDE,
        biological_treatment,
    ),
    SectorModule(
        "domestic_wastewater",
        Text("生活污水甲烷", "methane of domestic wastewater"),
        ("4D1",), ("CH4",), ("domestic_wastewater",), (),
        Text("（有机物 − 污泥）× Bo × MCF − 回收", "(organic matter − sludge) × Bo × MCF − recovered"),
        _GUIDE,
        domestic_wastewater,
    ),
    SectorModule(
        "wastewater_nitrogen",
        Text("生活污水氧化亚氮", "nitrous oxide of domestic wastewater"),
        ("4D1",), ("N2O",), ("wastewater_nitrogen",), (),
        Text("人口 × 蛋白质 × 氮系数 × 44/28", "people × protein × nitrogen factors × 44/28"),
        _GUIDE,
        wastewater_nitrogen,
    ),
    SectorModule(
        "industrial_wastewater",
        Text("工业废水甲烷", "methane of industrial wastewater"),
        ("4D2",), ("CH4",), ("industrial_wastewater",), (),
        Text("（COD − 污泥）× Bo × MCF − 回收", "(COD − sludge) × Bo × MCF − recovered"),
        _GUIDE,
        industrial_wastewater,
    ),
)  # fmt: skip
"""Sectors of waste in printed order."""
