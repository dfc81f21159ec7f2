"""The steps of a run, in order. Each is a pure function from settings and tables to new tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from cocontrol.assessment.targets import judge_targets
from cocontrol.core.errors import Fault, FaultCollector, InvalidInput, Level, Location, NotFound
from cocontrol.core.parameters import Parameter, ParameterSet
from cocontrol.core.provenance import Status
from cocontrol.core.text import Text
from cocontrol.core.units import factor as unit_factor
from cocontrol.indicators.series import compute_indicators, monitored_indicators
from cocontrol.inventory.balance import BalanceLayout, check_balance, get_layout, list_layouts, read_energy_balance
from cocontrol.inventory.combustion import (
    combustion_activity,
    combustion_coefficients,
    combustion_emissions,
    make_circumstances,
)
from cocontrol.inventory.combustion_checks import check_product_fuels, check_recovered_gases
from cocontrol.inventory.indirect import electricity_emissions
from cocontrol.inventory.ledger import (
    ENERGY,
    activity_ledger,
    check_conservation,
    compute_ledger,
    ledger_entry,
    ledger_table,
    transfer_ledger,
)
from cocontrol.inventory.reference_approach import explain_difference, reference_approach
from cocontrol.inventory.sectors.catalogue import SectorContext
from cocontrol.io.inputs import Inputs
from cocontrol.io.plan_rules import RULE_VERDICT, judge_plan_rules
from cocontrol.io.results import CO2E_GASES, CO2E_MISSING, CO2E_PREFIX, applies, substance_columns
from cocontrol.io.run_completeness import completeness_table
from cocontrol.io.run_key_categories import key_category_tables
from cocontrol.io.run_uncertainty import uncertainty_tables
from cocontrol.io.sector_step import any_sector, run_sectors, sector_faults
from cocontrol.io.workspace import SETTINGS_FILE, Settings
from cocontrol.reference import gwp, profiles, regions

Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Context:
    """The choices of a run: area, years, profile, GWP set, day of judgement, layout, set parameters."""

    region: str
    years: tuple[int, ...]
    profile: str
    gwp_set: str
    as_of: date
    layouts: tuple[str, ...]
    parameters: tuple[Parameter, ...] = ()

    @classmethod
    def from_settings(cls, settings: Settings, inputs: Inputs, *, as_of: date) -> Context:
        """The choices written in the settings; the GWP set is the profile's own where none is written."""
        inventory = settings.inventory
        profile = profiles.get_profile(inventory.document_profile)
        return cls(
            settings.workspace.region,
            tuple(sorted(set(inventory.years))),
            profile.profile_id,
            inventory.gwp_set or profile.gwp_set,
            as_of,
            tuple(table.layout or "" for table in inputs.checked if table.table == "energy_balance"),
            declared_parameters(settings),
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for digests and manifests."""
        return {
            "region": self.region,
            "years": list(self.years),
            "profile": self.profile,
            "gwp_set": self.gwp_set,
            "as_of": self.as_of.isoformat(),
            "layouts": list(self.layouts),
            "parameters": [parameter.describe() for parameter in self.parameters],
        }


def declared_parameters(settings: Settings) -> tuple[Parameter, ...]:
    """The parameters that the settings give a value, in force in the region of the workspace."""
    return tuple(
        Parameter(
            entry.parameter_id, entry.value, entry.unit, entry.effective_from, entry.effective_to,
            settings.workspace.region, entry.source, SETTINGS_FILE, Status.VERIFIED,
        )
        for entry in settings.parameters
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the tables it needs and the function that makes new ones from them."""

    step_id: str
    label: Text
    needs: tuple[str, ...]
    make: Callable[[Context, Tables], Mapping[str, pl.DataFrame]]


def balance_layout(name: str | None) -> BalanceLayout:
    """The declared layout of a balance file; `InvalidInput` where the settings name none."""
    if not name:
        raise InvalidInput(
            Fault(
                "workspace.layout_missing",
                Text("能源平衡表须声明版式", "an energy balance must declare its layout"),
                Location(file=SETTINGS_FILE, column="tables.layout"),
                allowed=Text("{l}", "{l}").format(l=", ".join(list_layouts())),
            )
        )
    return get_layout(name)


def check_finding_tables(inputs: Inputs) -> pl.DataFrame:
    """The findings of the balance checker over every balance file of the workspace."""
    faults, findings = FaultCollector(), []
    for layout_name, frame in inputs.of("energy_balance"):
        try:
            layout = balance_layout(layout_name)
            findings.append(check_balance(read_energy_balance(frame, layout), layout))
        except InvalidInput as error:
            faults.extend(error.faults)
    faults.raise_if_any()
    return pl.concat(findings) if findings else pl.DataFrame()


def faults_ahead(context: Context, inputs: Inputs) -> tuple[Fault, ...]:
    """What would stop the run of checked input: years without balance, layouts, profile, what a sector refuses."""
    frames = inputs.frames()
    balance = _balance_faults(context, frames) if "energy_balance" in frames else ()
    profile = _profile_faults(context) if "energy_balance" in frames or any_sector(frames) else ()
    return (*balance, *profile, *sector_faults(frames, _sector_context(context)))


def _profile_faults(context: Context) -> tuple[Fault, ...]:
    """Years of the inventory for which the document profile does not hold."""
    faults = FaultCollector()
    for wanted in context.years:
        try:
            profiles.require_valid_profile(context.profile, date(wanted, 12, 31))
        except NotFound as error:
            place = Location(file=SETTINGS_FILE, column="inventory.document_profile")
            faults.extend(replace(fault, location=place) for fault in error.faults)
    return tuple(faults)


def _balance_faults(context: Context, frames: Tables) -> tuple[Fault, ...]:
    faults = FaultCollector()
    try:
        balance = read_energy_balance(frames["energy_balance"], _layout(context))
        _require_years(context, set(balance.get_column("year").cast(pl.String)))
    except InvalidInput as error:
        faults.extend(error.faults)
    return tuple(faults)


def _read_balance(context: Context, tables: Tables) -> Tables:
    """The balance in our codes, what is wrong with it, and the ledger of the import."""
    layout = _layout(context)
    raw = tables["energy_balance"]
    balance = read_energy_balance(raw, layout)
    return {
        "energy_balance": balance,
        "finding": check_balance(balance, layout),
        "ledger": import_ledger(raw, balance, layout),
    }


def import_ledger(raw: pl.DataFrame, balance: pl.DataFrame, layout: BalanceLayout) -> pl.DataFrame:
    """Energy (TJ) from the file into the balance, all cells together (stage ``import``)."""
    per_unit = unit_factor(layout.unit, "TJ")
    before, after = ([a * per_unit for a in frame.get_column("amount").drop_nulls()] for frame in (raw, balance))
    entry = ledger_entry(
        "import", ENERGY, "energy_balance", incoming=math.fsum(before), outgoing=math.fsum(after),
        scale=math.fsum(abs(amount) for amount in before),
    )  # fmt: skip
    return ledger_table([entry])


def _layout(context: Context) -> BalanceLayout:
    """The one layout of the balance files; two layouts in one workspace cannot be told apart row by row."""
    names = sorted(set(context.layouts))
    if len(names) != 1:
        raise InvalidInput(
            Fault(
                "workspace.layouts_differ",
                Text("同一工作区的能源平衡表须用同一版式", "the balances of a workspace must have one layout"),
                Location(file=SETTINGS_FILE, column="tables.layout"),
                value=", ".join(names),
                remedy=Text("分成两个工作区", "make two workspaces"),
            )
        )
    return balance_layout(names[0])


def _activity(context: Context, tables: Tables) -> Tables:
    """Fuel burnt and not burnt, of the years of the inventory."""
    activity = combustion_activity(tables["energy_balance"], _layout(context))
    wanted = activity.filter(pl.col("period").is_in([str(year) for year in context.years]))
    _require_years(context, set(wanted.get_column("period")))
    balance = _inventory_years(context, tables["energy_balance"])
    entries = activity_ledger(balance, wanted, _layout(context))
    return {"activity": wanted.sort("source_id", "period"), "ledger": pl.concat([tables["ledger"], entries])}


def _require_years(context: Context, known: set[str]) -> None:
    """Raise where the balance lacks a year of the inventory."""
    if lacking := sorted({str(year) for year in context.years} - known):
        raise InvalidInput(
            Fault(
                "workspace.year_without_balance",
                Text("没有该年的能源平衡表", "there is no energy balance for the year"),
                Location(file=SETTINGS_FILE, column="inventory.years"),
                value=", ".join(lacking),
                remedy=Text(
                    "补充该年的平衡表，或从 years 中删去该年", "add the balance of the year, or remove it from years"
                ),
            )
        )


def _regions(context: Context, _tables: Tables) -> Tables:
    """The area of the workspace with everything below it, and what lies above."""
    all_regions = regions.regions()
    below = {context.region}
    frontier = [context.region]
    while frontier:
        frontier = [child for code in frontier for child in regions.children(code)]
        below |= set(frontier)
    wanted = below | set(regions.ancestors(context.region))
    return {"region": all_regions.filter(pl.col("adcode").is_in(sorted(wanted)))}


def _coefficients(context: Context, tables: Tables) -> Tables:
    """Coefficients of every sector, fuel and state that burns, with the lineage of each number."""
    circumstances = make_circumstances(
        technologies=tables.get("combustion_technology"),
        coal_quality=tables.get("coal_quality"),
        controls=tables.get("control"),
        standard_coal=_layout(context).standard_coal,
    )
    coefficient, lineage = combustion_coefficients(
        tables["activity"], profile=context.profile, jurisdiction=context.region, circumstances=circumstances
    )
    return {
        "coefficient": coefficient.sort("coefficient_id"),
        "coefficient_lineage": lineage.sort("coefficient_id", maintain_order=True),
    }


def _emissions(context: Context, tables: Tables) -> Tables:
    """Emission of every burnt row, its CO2 equivalent, the ledger of the stage and the leads about it."""
    activity, coefficient = tables["activity"], tables["coefficient"]
    pollutants = substance_columns(coefficient)
    emission = combustion_emissions(activity, coefficient, pollutants=pollutants).sort("cell_id")
    entries = compute_ledger(activity, coefficient, emission, pollutants=pollutants)
    return {
        "emission": add_co2_equivalent(emission, context.gwp_set),
        "ledger": pl.concat([tables["ledger"], entries.sort("pollutant", "sector")]),
        "finding": by_weight(
            pl.concat(
                [
                    tables["finding"],
                    check_recovered_gases(activity, coefficient),
                    check_product_fuels(activity, coefficient),
                ]
            )
        ),
    }


def _sectors(context: Context, tables: Tables) -> Tables:
    """The rows of every sector beyond the energy balance whose tables the workspace holds."""
    if any_sector(tables) and (faults := _profile_faults(context)):
        raise InvalidInput(*faults)
    made = run_sectors(tables, _sector_context(context), context.gwp_set)
    return {**made, "finding": by_weight(made["finding"])} if made else {}


def _sector_context(context: Context) -> SectorContext:
    return SectorContext(
        context.region,
        context.years,
        context.profile,
        date(max(context.years), 12, 31),
        {parameter.parameter_id: parameter.value for parameter in context.parameters},
    )


def by_weight(findings: pl.DataFrame) -> pl.DataFrame:
    """The findings, heaviest first, else in the given order."""
    return findings.sort(pl.col("level").cast(pl.Enum([level.value for level in Level])), maintain_order=True)


def add_co2_equivalent(emission: pl.DataFrame, gwp_set: str) -> pl.DataFrame:
    """The table with ``CO2e_<set>`` (t) and ``CO2e_missing``: Σ gas × GWP over the gases that are estimated.

    A gas that is not estimated is not zero: it is named in ``CO2e_missing`` and the sum is then a lower
    bound, as in every inventory total that leaves out NE. Without any gas the sum is null.
    """
    gases = [gas for gas in CO2E_GASES if gas in emission.columns]
    potentials = gwp.gwp_set(gwp_set)
    total = pl.sum_horizontal([pl.col(gas) * potentials[gas].value for gas in gases])
    known = pl.any_horizontal([pl.col(gas).is_not_null() for gas in gases])
    lacking = pl.concat_str(
        [pl.when(pl.col(gas).is_null()).then(pl.lit(gas)) for gas in gases], separator=",", ignore_nulls=True
    )
    return emission.with_columns(
        pl.when(known).then(total).alias(gwp.co2e_column(gwp_set)),
        pl.when(known & (lacking != "")).then(lacking).alias(CO2E_MISSING),
    )


def _by_sector(_context: Context, tables: Tables) -> Tables:
    """Sums by area, period and sector; ``<substance>_missing`` counts the cells that a sum leaves out or holds in part."""
    emission = tables["emission"]
    columns = substance_columns(emission)
    lineage = tables["coefficient_lineage"]
    sums = emission.group_by("adcode", "period", "category").agg(
        *(pl.when(pl.col(c).is_not_null().any()).then(pl.col(c).sum()).alias(c) for c in columns),
        *(_incomplete(c, emission, lineage).cast(pl.Int64).alias(f"{c}_missing") for c in columns),
    )
    summed = sums.sort("adcode", "period", "category")
    entries = transfer_ledger("aggregate", emission, summed, pollutants=columns, sector="category")
    return {"emission_by_sector": summed, "ledger": pl.concat([tables["ledger"], entries])}


def _incomplete(column: str, emission: pl.DataFrame, lineage: pl.DataFrame) -> pl.Expr:
    lacking = pl.col(column).is_null() & applies(column, lineage)
    if column.startswith(CO2E_PREFIX) and CO2E_MISSING in emission.columns:
        lacking |= pl.col(CO2E_MISSING).is_not_null()
    return lacking.sum()


def _reference_approach(context: Context, tables: Tables) -> Tables:
    """CO2 by apparent consumption beside the sectoral CO2, and the causes of their difference."""
    table = reference_approach(
        _inventory_years(context, tables["energy_balance"]),
        tables["activity"],
        _layout(context),
        profile=context.profile,
        jurisdiction=context.region,
    )
    return {"reference_approach": table, "reference_difference": explain_difference(table)}


def _inventory_years(context: Context, balance: pl.DataFrame) -> pl.DataFrame:
    return balance.filter(pl.col("year").is_in(context.years))


def _electricity(context: Context, tables: Tables) -> Tables:
    """Indirect emissions of electricity under every kind of grid factor that holds for the area and year."""
    balance = _inventory_years(context, tables["energy_balance"])
    made = electricity_emissions(balance, _layout(context), kinds=GRID_KINDS)
    holding = made.drop_nulls("CO2").get_column("kind").unique().to_list()
    return {"electricity_indirect": made.filter(pl.col("kind").is_in(holding or [GRID_KINDS[0]]))}


GRID_KINDS = ("average", "average_excl_traded_nonfossil", "fossil", "ets_reporting", "legacy_grid_average")
"""Kinds of grid factor; life-cycle footprints and directly supplied non-fossil power are no factors of a grid."""


def _conserved(_context: Context, tables: Tables) -> Tables:
    """Nothing new; raises `ConservationBroken` where a stage lost or gained something."""
    check_conservation(tables["ledger"])
    return {}


def _indicators(context: Context, tables: Tables) -> Tables:
    """Indicators of the area, for every year that the inventory or the statistics know."""
    made = compute_indicators(
        adcode=context.region,
        statistics=tables["provincial_statistics"],
        emission=tables["emission"],
        lineage=tables["coefficient_lineage"],
        electricity=tables.get("electricity_indirect"),
        reference=tables.get("reference_approach"),
        balance=tables.get("energy_balance"),
        also_years=_years_asked_for(context, tables),
    )
    monitored = monitored_indicators(
        **{kind: tables.get(f"air_quality_{kind}") for kind in ("hourly", "daily", "monthly")}
    )
    return {"indicator": pl.concat([made, monitored])}


def _years_asked_for(context: Context, tables: Tables) -> list[int]:
    """Base and target years of the targets, up to the day of judgement: each gets a row, or says what it lacks."""
    if "target" not in tables:
        return []
    years = pl.concat([tables["target"]["base_year"], tables["target"]["target_year"]]).drop_nulls().unique()
    return sorted(year for year in years if year <= context.as_of.year)


def _verdicts(context: Context, tables: Tables) -> Tables:
    """Targets held against the indicators, by the knowledge of the day of judgement."""
    parameters = ParameterSet(context.parameters)
    verdicts = judge_targets(tables["target"], tables["indicator"], as_of=context.as_of, parameters=parameters)
    return {"verdict": verdicts}


def _uncertainty(context: Context, tables: Tables) -> Tables:
    """How sure every total is, by the limits that factors and the workspace give."""
    return uncertainty_tables(
        tables["emission"], tables["coefficient_lineage"], tables.get("uncertainty_default"), context.gwp_set
    )


def _key_categories(context: Context, tables: Tables) -> Tables:
    """The categories that matter most, by level and trend."""
    return key_category_tables(
        tables["emission_by_sector"],
        tables["uncertainty"],
        gwp_set=context.gwp_set,
        equivalents=tables.get("pollutant_equivalent"),
    )


def _completeness(context: Context, tables: Tables) -> Tables:
    """What is estimated, what is not, why, and who owes the data."""
    made = completeness_table(
        tables["emission"],
        tables["coefficient_lineage"],
        tables=tables.keys(),
        adcode=context.region,
        years=context.years,
        declared=tables.get("notation_declared"),
    )
    return {"completeness": made}


def _rule_verdicts(context: Context, tables: Tables) -> Tables:
    """The rules of the plans judged over the registers of the workspace and the indicators of the run."""
    judged = judge_plan_rules(tables, as_of=context.as_of, region=context.region, settings=context.parameters)
    return {} if judged is None else {RULE_VERDICT: judged}


STEPS: tuple[Step, ...] = (
    Step("regions", Text("行政区划", "regions"), (), _regions),
    Step(
        "balance", Text("读取并核查能源平衡表", "read and check the energy balance"), ("energy_balance",), _read_balance
    ),
    Step("activity", Text("燃料燃烧活动水平", "fuel burnt"), ("energy_balance",), _activity),
    Step("coefficients", Text("排放系数", "coefficients"), ("activity",), _coefficients),
    Step("emissions", Text("排放量", "emissions"), ("activity", "coefficient"), _emissions),
    Step("sectors", Text("其他部门", "other sectors"), (), _sectors),
    Step("aggregate", Text("汇总", "sums"), ("emission",), _by_sector),
    Step("uncertainty", Text("不确定性", "uncertainty"), ("emission", "coefficient_lineage"), _uncertainty),
    Step("key_categories", Text("关键类别", "key categories"), ("emission_by_sector", "uncertainty"), _key_categories),
    Step("completeness", Text("完整性", "completeness"), ("emission", "coefficient_lineage"), _completeness),
    Step(
        "reference_approach",
        Text("参考方法", "reference approach"),
        ("energy_balance", "activity"),
        _reference_approach,
    ),
    Step("electricity", Text("电力间接排放", "indirect emissions"), ("energy_balance", "activity"), _electricity),
    Step("indicators", Text("指标", "indicators"), ("provincial_statistics", "emission"), _indicators),
    Step("verdicts", Text("目标判定", "verdicts"), ("target", "indicator"), _verdicts),
    Step("rule_verdicts", Text("方案规则判定", "verdicts on the rules of plans"), ("plan_rule",), _rule_verdicts),
    Step("conservation", Text("核对守恒账", "check the ledger"), ("ledger",), _conserved),
)
"""Every step of a run in order; one whose tables are not there is skipped and named in the manifest."""
