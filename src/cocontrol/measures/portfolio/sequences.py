"""Sequences of choices over the periods: nothing is given up before the end of its life."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cocontrol.measures.portfolio.model import Integers


def count_sequences(lifetimes: Sequence[int], periods: int) -> int:
    """How many sequences `sequences` gives, without making them.

    Counted by the last run: f(t) = Σ over choices of runs that begin in t, of another choice than the run before.
    """
    choices = len(lifetimes)
    after = [[0] * choices for _ in range(periods)] + [[1] * choices]
    # after[t][c]: ways to fill the periods from t when a run of c ended just before t
    for start in range(periods - 1, -1, -1):
        runs = [1 + sum(after[end][c] for end in range(start + lifetimes[c], periods)) for c in range(choices)]
        after[start] = [sum(runs) - runs[c] for c in range(choices)]
    return sum(1 + sum(after[end][c] for end in range(lifetimes[c], periods)) for c in range(choices))


def sequences(lifetimes: Sequence[int], periods: int) -> Integers:
    """Every sequence of choices in which each run lasts its lifetime or reaches the last period: (Q, T).

    A choice is the place of its lifetime; a lifetime is at least 1. A run may go on after the end of its life.
    """
    made = list(_from(0, -1, tuple(lifetimes), periods))
    return np.array(made, dtype=np.int64).reshape(len(made), periods)


def _from(start: int, before: int, lifetimes: tuple[int, ...], periods: int) -> Iterator[tuple[int, ...]]:
    if start == periods:
        yield ()
        return
    for choice, lifetime in enumerate(lifetimes):
        if choice == before:
            continue
        yield (choice,) * (periods - start)
        for end in range(start + lifetime, periods):
            for rest in _from(end, choice, lifetimes, periods):
                yield (choice,) * (end - start) + rest
