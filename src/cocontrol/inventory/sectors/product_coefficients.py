"""Coefficients of products: factor × multiplier, less what devices remove from the parts that reach them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from cocontrol.core.errors import CocontrolError, Fault, FaultCollector, InvalidInput
from cocontrol.core.pollutants import codes
from cocontrol.core.text import Text, same
from cocontrol.core.units import SUBSTANCES
from cocontrol.core.units import factor as unit_factor
from cocontrol.inventory.lineage import EMISSION, GENERATION, Derived, Input, local_input, not_estimated
from cocontrol.inventory.sectors.products import FactorRoute, ProductLine, routes_of
from cocontrol.reference.controls import COARSE, pm10_removal, removal_efficiency
from cocontrol.reference.factors import factor_by_id

BASIS_PROFILES = {"fleet_average": "TCSES_144_2024", "design": "DESIGN_PRACTICE"}
"""Where the removal of each basis is looked up; a measured one must be given."""

_SUBSTANCE = re.compile(rf"\*(?:{'|'.join(sorted(SUBSTANCES, key=len, reverse=True))})(?=[/)])")


@dataclass(frozen=True, slots=True)
class LocalFacts:
    """What the place itself knows about its processes: local factors and devices, by product."""

    factors: Mapping[tuple[str, str, str], Mapping[str, Any]]
    controls: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]

    def has_control(self, product: str) -> bool:
        """Whether any device is given for the product."""
        return any(key[0] == product for key in self.controls)


def local_facts(tables: Mapping[str, pl.DataFrame]) -> LocalFacts:
    """The local facts from ``process_local_factor`` and ``process_control``, checked against each other.

    Raises
    ------
    InvalidInput
        Fleet-average and design efficiencies in one table; rates of one pollutant that sum to more than 1; a measured
        efficiency that is missing; a device on a factor that is after control already (removal would be applied twice).
    """
    factors = {(r["product"], r["line"], r["pollutant"]): r for r in _dicts(tables.get("process_local_factor"))}
    controls: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in _dicts(tables.get("process_control")):
        controls.setdefault((row["product"], row["pollutant"]), []).append(row)
    faults = FaultCollector()
    faults.extend(_basis_faults(controls))
    faults.extend(_rate_faults(controls))
    faults.extend(_twice_faults(factors, controls))
    faults.raise_if_any(InvalidInput)
    return LocalFacts(factors, controls)


def _dicts(table: pl.DataFrame | None) -> list[dict[str, Any]]:
    return [] if table is None else [{"origin": "", **row} for row in table.iter_rows(named=True)]


def _basis_faults(controls: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]) -> Iterable[Fault]:
    rows = [row for group in controls.values() for row in group]
    if len({row["basis"] for row in rows} & set(BASIS_PROFILES)) > 1:
        yield Fault(
            "control.basis_mixed",
            Text(
                "治理表混用了全国平均与设计去除效率，两者相差二至三倍",
                "the control table mixes fleet-average and design efficiencies, which differ two to three times",
            ),
            allowed=Text(
                "一次计算只用一种口径，可另有实测值", "one of the two in a calculation, beside measured values"
            ),
            remedy=Text("统一效率口径", "use one basis"),
        )
    for row in rows:
        if row["basis"] == "measured" and row["removal_efficiency"] is None:
            yield Fault(
                "control.measured_missing",
                Text(
                    "{p} 的 {t} 标为实测，但没有去除效率", "{t} of {p} is marked measured but has no efficiency"
                ).format(p=row["product"], t=row["technology"]),
                remedy=Text("填写实测去除效率", "give the measured efficiency"),
            )


def _rate_faults(controls: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]) -> Iterable[Fault]:
    for (product, pollutant), rows in controls.items():
        total = sum(row["application_rate"] for row in rows)
        if total > 1 + 1e-9:
            yield Fault(
                "control.rates_over_one",
                Text("{p} 的 {q} 治理应用率之和超过 1", "application rates for {q} of {p} sum to more than 1").format(
                    p=product, q=pollutant
                ),
                value=f"{total:.6g}",
                allowed=same("≤ 1"),
            )


def _twice_faults(
    factors: Mapping[tuple[str, str, str], Mapping[str, Any]], controls: Mapping[tuple[str, str], Any]
) -> Iterable[Fault]:
    for (product, _, pollutant), row in factors.items():
        if row["after_control"] and (product, pollutant) in controls:
            yield Fault(
                "control.applied_twice",
                Text(
                    "{p} 的 {q} 本地因子已含治理，又填了治理设施，去除会重复计算",
                    "the local factor for {q} of {p} is after control and a device is given as well: removal would count twice",
                ).format(p=product, q=pollutant),
                remedy=Text("删去其一", "remove one of them"),
            )


def derive_product(line: ProductLine, *, profile: str, on: date, local: LocalFacts) -> dict[str, Derived]:
    """The coefficient of each pollutant of a product's line, in t per unit of the product.

    EF = Σ_parts factor × multiplier × (1 − Σ application rate × removal efficiency), removal on the removable parts only
    (T/CSES 144-2024, eq. 9; IPCC 2006 Guidelines, Vol. 3, Ch. 1, Eq. 1.1). A local factor comes before the reference.
    Without a device on a removable part the value is generation (`stage`).
    """
    made = {
        pollutant: _derive(line, routes, on, local) for pollutant, routes in routes_of(line.product, line.line, profile)
    }
    given = [p for (product, name, p) in local.factors if product == line.product and name == line.line]
    made |= {p: _local(line, p, on, local) for p in given}
    return {name: made[name] for name in codes() if name in made}


def _derive(line: ProductLine, routes: Sequence[FactorRoute], on: date, local: LocalFacts) -> Derived:
    pollutant = routes[0].pollutant
    absent = next((route.reason for route in routes if route.factor_id is None), None)
    if absent is not None:
        return not_estimated(absent)
    free, reached, inputs = 0.0, 0.0, []
    for route in routes:
        found = factor_by_id(str(route.factor_id))
        value = found.value * mass_per_unit(found.unit, line.unit) * route.multiplier
        inputs.append({**found.as_input("emission_factor"), "part": route.part, "multiplier": route.multiplier})
        if route.removable:
            reached += value
        else:
            free += value
    formula = "Σ part (emission_factor × multiplier)" if len(routes) > 1 else "emission_factor × multiplier"
    if routes[0].multiplier == 1 and len(routes) == 1:
        formula = "emission_factor"
    if not any(route.removable for route in routes):
        return Derived(free, formula, tuple(inputs), EMISSION)
    generated = Derived(reached, formula, tuple(inputs), GENERATION)
    return _after_control(line, pollutant, generated, free, on, local)


def mass_per_unit(unit: str, activity_unit: str) -> float:
    """Tonnes per activity unit that one unit of a factor means; the substance in the unit is left out.

    ``g*CO/kg`` and ``t`` give 0.001. Factors per HFC as a group hold for each gas of it; the activity is that of a year.
    """
    return unit_factor(_SUBSTANCE.sub("", unit).removesuffix("/year"), f"t/({activity_unit})")


def _local(line: ProductLine, pollutant: str, on: date, local: LocalFacts) -> Derived:
    row = local.factors[line.product, line.line, pollutant]
    value = row["value"] * unit_factor(row["unit"], f"t/({line.unit})")
    entry = local_input("local_factor", row["value"], row["unit"], row["source"], row["origin"])
    if row["after_control"]:
        return Derived(value, "local_factor", (entry,), EMISSION)
    is_gas = pollutant in codes("greenhouse_gas")
    made = Derived(value, "local_factor", (entry,), EMISSION if is_gas else GENERATION)
    return _after_control(line, pollutant, made, 0.0, on, local)


def _after_control(
    line: ProductLine, pollutant: str, generated: Derived, free: float, on: date, local: LocalFacts
) -> Derived:
    """The generation that reaches the devices × (1 − removal), and what never reaches them."""
    value = generated.value or 0.0
    controls = local.controls.get((line.product, pollutant), ())
    if not controls:
        return replace(generated, value=value + free)
    removed, inputs = 0.0, list(generated.inputs)
    for control in controls:
        found = _efficiency(line, pollutant, control, on)
        if found is None:
            reason = _NO_REMOVAL.format(t=control["technology"], p=pollutant, b=control["basis"])
            return not_estimated(reason, generated.inputs)
        rate = local_input("application_rate", control["application_rate"], "1", control["source"], control["origin"])
        removed += control["application_rate"] * found[0]
        inputs += [rate, *found[1]]
    formula = f"({generated.formula}) × (1 − Σ application_rate × removal_efficiency)"
    if free:
        formula += " + uncaptured"
    return replace(
        generated, value=value * (1.0 - removed) + free, formula=formula, inputs=tuple(inputs), stage=EMISSION
    )


def _efficiency(
    line: ProductLine, pollutant: str, control: Mapping[str, Any], on: date
) -> tuple[float, tuple[Input, ...]] | None:
    if control["removal_efficiency"] is not None:
        given = local_input(
            f"removal_efficiency ({control['basis']})",
            control["removal_efficiency"], "1", control["source"], control["origin"],
        )  # fmt: skip
        return control["removal_efficiency"], (given,)
    basis = control["basis"]
    try:
        if pollutant != "PM10" or basis != "fleet_average":
            found = removal_efficiency(
                control["technology"], pollutant, on=on, basis=basis, profile=BASIS_PROFILES[basis]
            )
            return found.value, (found.as_input("removal_efficiency"),)
        fine, coarse = (
            removal_efficiency(control["technology"], size, on=on, basis=basis) for size in ("PM25", COARSE)
        )
    except CocontrolError:
        return None
    share = _fine_share(line)
    if share is None:
        return None
    inputs = (fine.as_input("removal_efficiency"), coarse.as_input("removal_efficiency"))
    return pm10_removal(share, fine.value, coarse.value), inputs


def _fine_share(line: ProductLine) -> float | None:
    """Mass of PM2.5 in PM10 before the device, from the two factors of the product."""
    sums = {}
    for pollutant, routes in routes_of(line.product, line.line, BASIS_PROFILES["fleet_average"]):
        values = [factor_by_id(r.factor_id).value for r in routes if r.removable and r.factor_id]
        sums[pollutant] = sum(values)
    return sums["PM25"] / sums["PM10"] if sums.get("PM25") and sums.get("PM10") else None


_NO_REMOVAL = Text(
    "治理表和参考数据都没有 {t} 对 {p} 的去除效率（口径 {b}）",
    "neither the control table nor the reference gives the removal of {p} by {t} (basis {b})",
)
