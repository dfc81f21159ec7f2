"""What mobile sources share: fuel burnt per unit of activity, and the gases that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from cocontrol.core.errors import Ambiguous, CocontrolError, NotFound
from cocontrol.core.text import Text
from cocontrol.core.units import commensurable
from cocontrol.core.units import factor as unit_factor
from cocontrol.inventory.circumstances import Circumstances
from cocontrol.inventory.gas_coefficients import Question, derive_co2
from cocontrol.inventory.lineage import EMISSION, Derived, Input, local_input, not_estimated
from cocontrol.reference.fuels import fuel_name, fuel_parameter
from cocontrol.reference.ipcc import combustion_factor

SULPHUR_TO_SO2 = 2.0
"""Mass of SO2 per mass of sulphur, 64/32."""


@dataclass(frozen=True, slots=True)
class FuelUse:
    """Fuel burnt per unit of activity: `amount` in `unit` (t or Nm3), with the input it comes from (None: it is the activity)."""

    fuel: str
    amount: float
    unit: str
    entry: Input | None = None

    def inputs(self) -> tuple[Input, ...]:
        """The input of the fuel use, where there is one."""
        return () if self.entry is None else (self.entry,)


def question(profile: str, on: date, jurisdiction: str) -> Question:
    """What is asked of the factor tables, without local facts about combustion."""
    return Question(profile, on, jurisdiction, Circumstances())


def energy_of(use: FuelUse, ask: Question) -> tuple[float, Input] | None:
    """TJ per unit of activity and the heating value it rests on: that of the document profile, else of GB/T 2589-2020."""
    for role in ("ncv", "standard_coal"):
        try:
            found = fuel_parameter(
                use.fuel, role, profile=ask.profile, on=ask.on, jurisdiction=ask.jurisdiction, use_proxy=True
            )
        except CocontrolError:
            continue
        energy_unit = "TJ" if role == "ncv" else "tce"
        if commensurable(found.unit, f"{energy_unit}/{use.unit}"):
            heat = found.value * unit_factor(found.unit, f"{energy_unit}/{use.unit}") * unit_factor(energy_unit, "TJ")
            return use.amount * heat, found.as_input(role)
    return None


def gases_of(use: FuelUse | None, ask: Question, *, sector: str = "road") -> dict[str, Derived]:
    """CO2, CH4 and N2O per unit of activity from the fuel it burns (IPCC 2006 Guidelines, Vol. 2, Ch. 3, Eq. 3.2.1, 3.2.3).

    Without fuel use none is estimated. CH4 and N2O are estimated for ``road`` only, and only where Table 3.2.2 has one value for
    the fuel (gasoline has three, by catalyst).
    """
    if use is None:
        return {gas: not_estimated(NO_FUEL_USE) for gas in ("CO2", "CH4", "N2O")}
    heat = energy_of(use, ask)
    if heat is None:
        reason = _NO_HEAT.format(f=fuel_name(use.fuel), u=use.unit)
        return {gas: not_estimated(reason, use.inputs()) for gas in ("CO2", "CH4", "N2O")}
    made = {"CO2": _per_activity(derive_co2(use.fuel, ask), use, heat)}
    for gas in ("CH4", "N2O"):
        made[gas] = _per_activity(_default(use.fuel, gas, sector, ask), use, heat)
    return made


def _per_activity(per_tj: Derived, use: FuelUse, heat: tuple[float, Input]) -> Derived:
    if per_tj.value is None:
        return per_tj
    return replace(
        per_tj,
        value=per_tj.value * heat[0],
        formula=f"fuel_use × heating_value × {per_tj.formula}",
        inputs=(*use.inputs(), heat[1], *per_tj.inputs),
    )


def _default(fuel: str, gas: str, sector: str, ask: Question) -> Derived:
    if sector != "road":
        return not_estimated(_NO_DEFAULT.format(f=fuel_name(fuel), g=gas))
    try:
        found = combustion_factor(fuel, gas, sector, on=ask.on, jurisdiction=ask.jurisdiction, use_proxy=True)
    except NotFound:
        return not_estimated(_NO_DEFAULT.format(f=fuel_name(fuel), g=gas))
    except Ambiguous:
        return not_estimated(_BY_CATALYST.format(f=fuel_name(fuel), g=gas))
    value = found.value * unit_factor(found.unit, f"t*{gas}/TJ")
    limits = {"lower": found.lower, "upper": found.upper}
    return Derived(value, "emission_factor", ({**found.as_input("emission_factor"), **limits},), EMISSION)


def sulphur_dioxide(use: FuelUse | None, sulphur_ppm: float | None, row: Mapping[str, str]) -> Derived:
    """SO2 per unit of activity: 2 × fuel × sulphur content; all sulphur is taken to leave as SO2.

    `row` gives the source and origin of the sulphur content.
    """
    if use is None:
        return not_estimated(NO_FUEL_USE)
    if sulphur_ppm is None:
        return not_estimated(_NO_SULPHUR.format(f=fuel_name(use.fuel)), use.inputs())
    if use.unit != "t":
        return not_estimated(_SULPHUR_BY_MASS, use.inputs())
    content = local_input("sulphur_content", sulphur_ppm, "1e-6", row["source"], row["origin"])
    value = SULPHUR_TO_SO2 * use.amount * sulphur_ppm * 1e-6
    return Derived(value, "2 × fuel_use × sulphur_content", (*use.inputs(), content), EMISSION)


NO_FUEL_USE = Text(
    "未给出单位里程油耗（或气耗），不由燃料推算",
    "the fuel consumption is not given, so nothing is worked out from fuel",
)
_NO_HEAT = Text("没有 {f} 每 {u} 的热值", "no heating value of {f} per {u}")
_NO_DEFAULT = Text(
    "IPCC 2006 参考表没有 {f} 用于该移动源的 {g} 因子", "the reference tables have no {g} factor of {f} for this source"
)
_BY_CATALYST = Text(
    "IPCC 2006 表3.2.2 中 {f} 的 {g} 因子随催化器而异，没有单一缺省值",
    "in IPCC 2006 Table 3.2.2 the {g} factor of {f} depends on the catalyst; there is no single default",
)
_NO_SULPHUR = Text("未给出 {f} 的含硫量", "the sulphur content of {f} is not given")
_SULPHUR_BY_MASS = Text("气体燃料不按质量含硫量计算", "gaseous fuel has no sulphur content by mass")
