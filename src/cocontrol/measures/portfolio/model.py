"""The tables of a least-cost problem as arrays: sources, their options, their devices and the limits they share.

Emission of a source in a period is ``base × multiplier of the option × Π over stages (1 − removal of the device)``;
every other module of this package builds on this one rule. Shapes are named by n sources, P pollutants, T periods,
m options, k devices, S stages and R rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Booleans: TypeAlias = NDArray[np.bool_]

PeriodLabel: TypeAlias = int | str

NO_DEVICE = -1
"""Stands for an empty stage; as an index it finds the neutral last row that `Devices.kept` and costs end with."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to solve: whole plants or shares, the gap that is good enough, and how long the search may take."""

    integer: bool = True
    gap: float = 5e-4
    time_limit_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Options:
    """Process choices, one row each, in the order of their sources.

    `multiplier` (m, P) scales the base; `cost` (m, T) is paid in every period in which the option runs;
    `lifetime` counts the periods that it must run once chosen. `first` (n + 1) marks the rows of each source.
    """

    ids: tuple[str, ...]
    source: Integers
    cost: Floats
    multiplier: Floats
    lifetime: Integers
    first: Integers

    @property
    def closes(self) -> Booleans:
        """Whether an option leaves no emission at all; it takes no device and a closed source stays closed."""
        return np.asarray((self.multiplier == 0.0).all(axis=1))


@dataclass(frozen=True, slots=True)
class Devices:
    """End-of-pipe devices, one row each, in the order of source and stage.

    `kept` (k + 1, P) is 1 − removal, `cost` (k + 1, T); their last row is the empty stage. `forbids` (f, 2) pairs a
    device with an option of the same source under which it cannot run. `first` (n × S + 1) marks the rows of each
    source and stage.
    """

    ids: tuple[str, ...]
    source: Integers
    stage: Integers
    cost: Floats
    kept: Floats
    lifetime: Integers
    forbids: Integers
    first: Integers


@dataclass(frozen=True, slots=True)
class Row:
    """A linear limit that sources share: ``Σ weight × emission + Σ weight × use of options + spending ≤ limit``.

    `emission` (n, P) and `periods` (T) weigh tonnes; `options` (m) weighs each period in which an option runs
    (fuel it burns); `spending` counts undiscounted cost. `region`, `pollutant` and `period` name what the row is about.
    """

    name: str
    limit: float
    emission: Floats
    periods: Floats
    options: Floats | None = None
    spending: float = 0.0
    region: str | None = None
    pollutant: str | None = None
    period: PeriodLabel | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """A whole problem. `base` (n, P, T) in tonnes; `discount` (T) weigh the cost of periods (present value).

    `required` (n, S) marks stages that may not stay empty while the source runs.
    """

    sources: tuple[str, ...]
    regions: tuple[str, ...]
    pollutants: tuple[str, ...]
    stages: tuple[str, ...]
    periods: tuple[PeriodLabel, ...]
    discount: Floats
    base: Floats
    options: Options
    devices: Devices
    rows: tuple[Row, ...]
    settings: Settings = field(default_factory=Settings)
    required: Booleans | None = None

    @property
    def must_equip(self) -> Booleans:
        """Whether a stage of a source may not stay empty, for each source and stage."""
        if self.required is not None:
            return self.required
        return np.zeros((len(self.sources), len(self.stages)), dtype=bool)

    @property
    def limits(self) -> Floats:
        """The limit of each row."""
        return np.array([row.limit for row in self.rows], dtype=np.float64)

    @property
    def emission_weights(self) -> Floats:
        """Weights of tonnes by row, source and pollutant: (R, n, P)."""
        shape = (len(self.rows), len(self.sources), len(self.pollutants))
        return np.stack([row.emission for row in self.rows]) if self.rows else np.zeros(shape)

    @property
    def period_weights(self) -> Floats:
        """Weights of periods by row: (R, T)."""
        return np.stack([row.periods for row in self.rows]) if self.rows else np.zeros((0, len(self.periods)))

    def with_rows(self, *rows: Row) -> Instance:
        """The same problem under these limits alone."""
        return replace(self, rows=rows)

    def device_rows(self, source: int, stage: int) -> range:
        """Rows of `devices` of one source and stage."""
        place = source * len(self.stages) + stage
        return range(int(self.devices.first[place]), int(self.devices.first[place + 1]))

    def option_rows(self, source: int) -> range:
        """Rows of `options` of one source."""
        return range(int(self.options.first[source]), int(self.options.first[source + 1]))


@dataclass(frozen=True, slots=True)
class Price:
    """The shadow price of a row: what one tonne more would save, in present value.

    `tightened` and `relaxed` are its one-sided values; None where the row cannot be tightened, and in large problems where
    they are not proven within the gap asked for.
    """

    row: Row
    price: float
    tightened: float | None
    relaxed: float | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A limit of the smallest group that cannot be met together.

    `relax` is by how much it must give way where the group shares the burden with least relative relaxation;
    `relax_alone` where all the others hold (None where no relaxation of this one is enough, or a large problem had no time
    to find it).
    """

    row: Row
    relax: float
    relax_alone: float | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a source does in one period, and for which share of it."""

    source: int
    option: int
    devices: tuple[int, ...]
    period: int
    share: float


@dataclass(frozen=True, slots=True)
class Solution:
    """The answer: plan, cost, certified lower bound, prices, or the conflict that leaves no plan.

    `emissions` (P, T) are totals of all sources, `by_source` (n, P, T). `method` is ``enumeration`` or ``columns``.
    """

    instance: Instance
    status: str
    method: str
    cost: float | None = None
    lower_bound: float | None = None
    gap: float | None = None
    choices: tuple[Choice, ...] = ()
    by_source: Floats | None = None
    prices: tuple[Price, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def emissions(self) -> Floats:
        """Tonnes by pollutant and period; raises ``ValueError`` where there is no plan."""
        if self.by_source is None:
            raise ValueError("an infeasible problem has no plan and no emissions")
        return np.asarray(self.by_source.sum(axis=0))
