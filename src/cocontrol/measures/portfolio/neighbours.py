"""Trajectories one step away from those in hand, by which whole plans are fitted to the limits."""

from __future__ import annotations

import numpy as np

from cocontrol.measures.portfolio.columns import Columns, allowed, evaluate, join_columns, parts_of
from cocontrol.measures.portfolio.model import NO_DEVICE, Floats, Instance, Integers


def neighbours(instance: Instance, columns: Columns, prices: Floats, most: int) -> Columns:
    """For each source of `columns` the trajectories that differ from one of them in the options or in one stage.

    The `most` of least value at the prices are given for each source, those in hand among them where they are so.
    """
    made = []
    for source in np.unique(columns.source):
        mine = columns.take(columns.source == source)
        state = _variants(instance, int(source), mine.state)
        found = evaluate(instance, np.full(len(state), source, dtype=np.int64), state)
        value = found.cost + found.usage @ prices
        made.append(found.take(np.argsort(value, kind="stable")[:most]))
    return join_columns(made)


def _variants(instance: Instance, source: int, state: Integers) -> Integers:
    parts = parts_of(instance, source)
    made = [state]
    for place, part in enumerate(parts):
        repeated = np.repeat(state, len(part), axis=0)
        repeated[:, :, place] = np.tile(part, (len(state), 1))
        made.append(repeated)
    whole = np.concatenate(made)
    whole[:, :, 1:][instance.options.closes[whole[:, :, 0]]] = NO_DEVICE
    return np.unique(whole[allowed(instance, source, whole)], axis=0)
