"""Limits beyond ceilings: budgets over time, sectors, fuels, money, source-receptor rows; forced and barred measures."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.text import Text
from cocontrol.measures.portfolio.ceilings import members
from cocontrol.measures.portfolio.model import Booleans, Devices, Floats, Instance, Options, PeriodLabel, Row


def cumulative_budget(instance: Instance, pollutant: str, limit_t: float, *, region: str | None = None) -> Row:
    """``Σ over all periods of the emission of a pollutant ≤ limit_t``, for a region or all sources."""
    emission = _weights(instance, {pollutant: 1.0}) * members(region, instance.regions)[:, None]
    periods = np.ones(len(instance.periods))
    name = f"{region or '*'} {pollutant} Σ"
    return Row(name, limit_t, emission, periods, region=region or "*", pollutant=pollutant)


def source_group_cap(
    instance: Instance, name: str, sources: Collection[str], pollutant: str, period: PeriodLabel, limit_t: float
) -> Row:
    """``Σ over the named sources of a pollutant in a period ≤ limit_t``: a sector, an industrial park, a company."""
    _known(sources, instance.sources)
    chosen = np.array([source in set(sources) for source in instance.sources])
    emission = _weights(instance, {pollutant: 1.0}) * chosen[:, None]
    return Row(name, limit_t, emission, _one_period(instance, period), pollutant=pollutant, period=period)


def fuel_availability(
    instance: Instance, name: str, use: Mapping[tuple[str, str], float], period: PeriodLabel, limit: float
) -> Row:
    """``Σ use of (source, option) while it runs ≤ limit``: gas, biomass, waste heat that all plants share, per period."""
    rows = {
        (instance.sources[s], option): row
        for row, (s, option) in enumerate(zip(instance.options.source, instance.options.ids, strict=True))
    }
    _known(use, rows)
    weights = np.zeros(len(instance.options.ids))
    for key, amount in use.items():
        weights[rows[key]] = amount
    return Row(name, limit, _weights(instance, {}), _one_period(instance, period), options=weights, period=period)


def spending_limit(instance: Instance, period: PeriodLabel, limit: float) -> Row:
    """``Σ net cost in a period, not discounted ≤ limit``."""
    return Row(
        f"spending {period}", limit, _weights(instance, {}), _one_period(instance, period), spending=1.0, period=period
    )


def receptor_limit(
    instance: Instance, receptor: str, coefficients: Mapping[tuple[str, str], float], period: PeriodLabel, limit: float
) -> Row:
    """``Σ a(source, pollutant → receptor) × emission ≤ limit``: a row of a source-receptor matrix.

    `coefficients` are µg m⁻³ per tonne and period, and may be negative; `limit` is the aim less the background. Pairs
    that are not given have no effect. What a linear matrix can say, and over which range, stands in its own table.
    """
    places = {source: i for i, source in enumerate(instance.sources)}
    _known([source for source, _ in coefficients], places)
    _known([pollutant for _, pollutant in coefficients], instance.pollutants)
    emission = _weights(instance, {})
    for (source, pollutant), value in coefficients.items():
        emission[places[source], instance.pollutants.index(pollutant)] = value
    return Row(receptor, limit, emission, _one_period(instance, period), region=receptor, period=period)


def forbid_measures(instance: Instance, measures: Collection[tuple[str, str]]) -> Instance:
    """The problem without these (source, option or device) pairs; a source keeps at least one option.

    Raises
    ------
    NotFound
        There is no such measure, or a source would be left without an option.
    """
    options, devices = _option_keys(instance), _device_keys(instance)
    _known(measures, {*options, *devices})
    unwanted = set(measures)
    return _keep(
        instance,
        np.array([key not in unwanted for key in options]),
        np.array([key not in unwanted for key in devices], dtype=bool),
    )


def force_measures(instance: Instance, measures: Collection[tuple[str, str]]) -> Instance:
    """The problem in which these (source, option or device) pairs are carried out in every period.

    A forced option is the only one of its source; a forced device the only one of its stage, which may not stay empty
    unless the source is closed.

    Raises
    ------
    NotFound
        There is no such measure.
    """
    options, devices = _option_keys(instance), _device_keys(instance)
    _known(measures, {*options, *devices})
    wanted = set(measures)
    with_option = {key[0] for key in options if key in wanted}
    stage_of = list(zip(instance.devices.source.tolist(), instance.devices.stage.tolist(), strict=True))
    forced = {stage for key, stage in zip(devices, stage_of, strict=True) if key in wanted}
    kept_options = np.array([key in wanted or key[0] not in with_option for key in options])
    kept_devices = np.array(
        [key in wanted or stage not in forced for key, stage in zip(devices, stage_of, strict=True)], dtype=bool
    )
    required = instance.must_equip.copy()
    for source, stage in forced:
        required[source, stage] = True
    return replace(_keep(instance, kept_options, kept_devices), required=required)


def _keep(instance: Instance, options: Booleans, devices: Booleans) -> Instance:
    """The problem with these option and device rows alone."""
    old, kit = instance.options, instance.devices
    first = np.searchsorted(old.source[options], np.arange(len(instance.sources) + 1))
    if (np.diff(first) == 0).any():
        lost = [instance.sources[i] for i in np.flatnonzero(np.diff(first) == 0)]
        raise NotFound(
            _not_found(", ".join(lost), Text("这些排放源没有剩下任何选项", "these sources are left without an option"))
        )
    place = kit.source[devices] * len(instance.stages) + kit.stage[devices]
    pairs = kit.forbids[devices[kit.forbids[:, 0]] & options[kit.forbids[:, 1]]]
    forbids = np.column_stack([(np.cumsum(devices) - 1)[pairs[:, 0]], (np.cumsum(options) - 1)[pairs[:, 1]]])
    with_none = np.append(devices, [True])
    return replace(
        instance,
        options=Options(_chosen(old.ids, options), old.source[options], old.cost[options], old.multiplier[options], old.lifetime[options], first),
        devices=Devices(
            _chosen(kit.ids, devices), kit.source[devices], kit.stage[devices], kit.cost[with_none], kit.kept[with_none],
            kit.lifetime[devices], forbids, np.searchsorted(place, np.arange(len(instance.sources) * len(instance.stages) + 1)),
        ),
        rows=tuple(row if row.options is None else replace(row, options=row.options[options]) for row in instance.rows),
    )  # fmt: skip


def _chosen(ids: tuple[str, ...], which: Booleans) -> tuple[str, ...]:
    return tuple(name for name, chosen in zip(ids, which, strict=True) if chosen)


def _option_keys(instance: Instance) -> list[tuple[str, str]]:
    return [(instance.sources[s], name) for s, name in zip(instance.options.source, instance.options.ids, strict=True)]


def _device_keys(instance: Instance) -> list[tuple[str, str]]:
    return [(instance.sources[s], name) for s, name in zip(instance.devices.source, instance.devices.ids, strict=True)]


def _weights(instance: Instance, by_pollutant: Mapping[str, float]) -> Floats:
    _known(by_pollutant, instance.pollutants)
    row = np.array([by_pollutant.get(pollutant, 0.0) for pollutant in instance.pollutants])
    return np.tile(row, (len(instance.sources), 1))


def _one_period(instance: Instance, period: PeriodLabel) -> Floats:
    _known([period], instance.periods)
    return np.array([1.0 if label == period else 0.0 for label in instance.periods])


def _known(wanted: Collection[object], there: Collection[object]) -> None:
    """Raise `NotFound` for everything that is asked for and is not there."""
    missing = [item for item in wanted if item not in there]
    if missing:
        raise NotFound(
            *(_not_found(str(item), Text("问题中没有这一项", "the problem has no such thing")) for item in missing)
        )


def _not_found(value: str, message: Text) -> Fault:
    return Fault("portfolio.not_found", message, value=value)
