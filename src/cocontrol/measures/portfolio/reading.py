"""From the raw tables of a least-cost problem to its arrays, with every fault of every table found first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from cocontrol.core.errors import Fault, FaultCollector, Level
from cocontrol.core.raw import RawTable
from cocontrol.core.text import Text
from cocontrol.core.validation import ORIGIN, Validated, located
from cocontrol.measures.portfolio.additions import check_lengths, with_additions
from cocontrol.measures.portfolio.ceilings import ceiling_rows, period_labels
from cocontrol.measures.portfolio.declarations import LIST_SEPARATORS
from cocontrol.measures.portfolio.model import Devices, Floats, Instance, Integers, Options
from cocontrol.measures.portfolio.settings import read_settings
from cocontrol.measures.portfolio.tables import read_tables

BASE_OPTION = "base"
"""Option of a source without any row in the options: it goes on as it is, at no cost."""


@dataclass(frozen=True, slots=True)
class RawInstance:
    """The files of a problem as they stand; a table that is not there is None. `additions` are those of `additions`."""

    sources: RawTable
    options: RawTable | None
    devices: RawTable | None
    caps: RawTable | None
    settings: Mapping[str, object]
    additions: Mapping[str, RawTable | None] = field(default_factory=dict)


def read_instance(raw: RawInstance) -> tuple[Instance, tuple[Fault, ...]]:
    """The problem as arrays, and the leads (faults that stop nothing) of its tables.

    Conventions: a source without options keeps its base at no cost; an empty multiplier or removal changes nothing; an
    empty region is the whole area; an empty period every period; base tonnes may not be empty (missing is not zero).

    Raises
    ------
    InvalidInput
        With every fault of every table: file, row, column, value, what is allowed.
    """
    faults = FaultCollector()
    settings = read_settings(raw.settings, faults)
    tables = read_tables(raw.sources, raw.options, raw.devices, raw.caps, faults)
    pollutants, sources, caps = tables.pollutants, tables.sources, tables.caps
    options, devices = tables.options, tables.devices
    if not sources.frame.height:
        # Without sources every region and source of the other tables would be a fault of its own.
        faults.raise_if_any()
    faults.extend(_unknown_sources(sources, options))
    faults.extend(_unknown_sources(sources, devices))
    labels = period_labels(settings.periods, caps, faults)
    rows = ceiling_rows(caps, sources, pollutants, labels, faults)
    forbidden = _forbidden(devices, options, faults)
    faults.raise_if_any()
    lists = {"discount_factors": settings.discount_factors, "period_years": settings.period_years}
    check_lengths(len(labels), lists)
    discount = (1.0 + settings.discount_rate) ** -np.arange(len(labels), dtype=np.float64)
    if settings.discount_factors:
        discount = np.array(settings.discount_factors)
    made_options = _options(sources.frame, options.frame, pollutants, len(labels))
    stages, made_devices = _devices(sources.frame, devices.frame, pollutants, len(labels))
    ids = tuple(sources.frame["source_id"])
    instance = Instance(
        ids,
        tuple(region or "" for region in sources.frame["region"]),
        pollutants,
        stages,
        labels,
        discount,
        np.repeat(sources.frame.select(pollutants).to_numpy()[:, :, None], len(labels), axis=2).astype(np.float64),
        made_options,
        replace(made_devices, forbids=_forbidden_rows(forbidden, made_options, made_devices, stages, ids)),
        rows,
        settings.solving,
    )
    years = settings.period_years or (1.0,) * len(labels)
    return with_additions(instance, raw.additions, years), tuple(f for f in faults if f.level is not Level.ERROR)


def _unknown_sources(sources: Validated, table: Validated) -> list[Fault]:
    known = sources.frame.select("source_id").drop_nulls()
    lost = table.frame.drop_nulls("source_id").join(known, on="source_id", how="anti", maintain_order="left")
    return [
        Fault(
            "portfolio.source_unknown",
            Text("排放源表中没有这个编号", "the sources have no such identifier"),
            located(table, origin, "source_id"),
            value=source,
            remedy=Text("在 sources.csv 中补上，或改正编号", "add it to sources.csv or mend the identifier"),
        )
        for source, origin in lost.select("source_id", ORIGIN).iter_rows()
    ]


def _forbidden(devices: Validated, options: Validated, faults: FaultCollector) -> list[tuple[str, str, str, str]]:
    """Source, stage, device and option of each forbidden pair.

    An option that only other sources have forbids nothing here, which is told; one that none has is a fault.
    """
    known = set(options.frame.select("source_id", "option_id").iter_rows())
    with_options = {source for source, _ in known}
    elsewhere = {option for _, option in known}
    made = []
    wanted = devices.frame.filter(pl.col("forbids_options").is_not_null())
    columns = ("source_id", "stage", "device_id", "forbids_options", ORIGIN)
    for source, stage, device, text, origin in wanted.select(columns).iter_rows():
        for option in filter(None, LIST_SEPARATORS.split(text)):
            if (source, option) in known or (source not in with_options and option == BASE_OPTION):
                made.append((source, stage, device, option))
            elif source is not None:
                faults.add(
                    Fault(
                        "portfolio.option_unknown",
                        Text("该排放源没有这个选项", "the source has no such option"),
                        located(devices, origin, "forbids_options"),
                        value=option,
                        allowed=_listed(sorted(o for s, o in known if s == source) or [BASE_OPTION]),
                        level=Level.LOW if option in elsewhere else Level.ERROR,
                    )
                )
    return made


def _listed(values: Sequence[str]) -> Text:
    shown = ", ".join(values[:20])
    return Text(shown, shown)


def _options(sources: pl.DataFrame, options: pl.DataFrame, pollutants: Sequence[str], periods: int) -> Options:
    places = sources.select("source_id", pl.int_range(pl.len()).alias("source"))
    without = places.join(options, on="source_id", how="anti", maintain_order="left")
    base = without.with_columns(
        pl.lit(BASE_OPTION).alias("option_id"), pl.lit(0.0).alias("cost"), pl.lit(None, pl.Int64).alias("lifetime")
    )
    columns = ["source_id", "source", "option_id", "cost", "lifetime", *pollutants]
    given = options.join(places, on="source_id", how="inner", maintain_order="left")
    all_rows = pl.concat(
        [
            given.select(columns),
            base.with_columns(pl.lit(None, pl.Float64).alias(p) for p in pollutants).select(columns),
        ]
    ).sort("source", maintain_order=True)
    multiplier = all_rows.select(pl.col(list(pollutants)).fill_null(1.0)).to_numpy().astype(np.float64)
    cost = all_rows["cost"].to_numpy().astype(np.float64)
    present = (multiplier == 1.0).all(axis=1)
    source = all_rows["source"].to_numpy().astype(np.int64)
    lifetime = _lifetimes(all_rows["lifetime"], np.where(present, 1, periods), periods)
    lifetime[(multiplier == 0.0).all(axis=1)] = periods
    return Options(
        tuple(all_rows["option_id"]),
        source,
        np.repeat(cost[:, None], periods, axis=1),
        multiplier,
        lifetime,
        np.searchsorted(source, np.arange(sources.height + 1)),
    )


def _devices(
    sources: pl.DataFrame, devices: pl.DataFrame, pollutants: Sequence[str], periods: int
) -> tuple[tuple[str, ...], Devices]:
    stages = tuple(devices["stage"].unique(maintain_order=True))
    places = sources.select("source_id", pl.int_range(pl.len()).alias("source"))
    stage_places = pl.DataFrame(
        {"stage": stages, "stage_place": range(len(stages))}, schema={"stage": pl.String, "stage_place": pl.Int64}
    )
    rows = (
        devices.join(places, on="source_id", how="inner", maintain_order="left")
        .join(stage_places, on="stage", how="inner", maintain_order="left")
        .sort("source", "stage_place", maintain_order=True)
    )
    removal = rows.select(pl.col(list(pollutants)).fill_null(0.0)).to_numpy().astype(np.float64)
    source, stage = (rows[name].to_numpy().astype(np.int64) for name in ("source", "stage_place"))
    place = source * len(stages) + stage
    cost = np.append(rows["cost"].to_numpy().astype(np.float64), 0.0)
    return stages, Devices(
        tuple(rows["device_id"]),
        source,
        stage,
        np.repeat(cost[:, None], periods, axis=1),
        np.concatenate([1.0 - removal, np.ones((1, len(pollutants)))]),
        _lifetimes(rows["lifetime"], np.full(rows.height, periods), periods),
        np.empty((0, 2), dtype=np.int64),
        np.searchsorted(place, np.arange(sources.height * len(stages) + 1)),
    )


def _lifetimes(given: pl.Series, otherwise: Integers, periods: int) -> Integers:
    stated = given.cast(pl.Float64).to_numpy()
    made: Floats = np.where(np.isnan(stated), otherwise, stated)
    return np.minimum(made, periods).astype(np.int64)


def _forbidden_rows(
    pairs: list[tuple[str, str, str, str]],
    options: Options,
    devices: Devices,
    stages: Sequence[str],
    ids: Sequence[str],
) -> Integers:
    """Device and option rows of the forbidden pairs."""
    if not pairs:
        return np.empty((0, 2), dtype=np.int64)
    option_row = {(ids[s], name): row for row, (s, name) in enumerate(zip(options.source, options.ids, strict=True))}
    device_row = {
        (ids[s], stages[stage], name): row
        for row, (s, stage, name) in enumerate(zip(devices.source, devices.stage, devices.ids, strict=True))
    }
    rows = [(device_row[s, stage, device], option_row[s, option]) for s, stage, device, option in pairs]
    return np.array(rows, dtype=np.int64)
