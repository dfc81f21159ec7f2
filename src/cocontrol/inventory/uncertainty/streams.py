"""One stream of random numbers for each variable, found by its name and not by its place in a table.

So the order of rows, the size of a chunk and the presence of other variables change no draw: the same activity or
factor under the same seed is drawn alike in every run, and two runs differ only by what was changed in them.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

BLOCK = 5_000
"""Draws that are held at a time: a vector of them stays in the cache of a processor core."""


def block_sizes(draws: int) -> list[int]:
    """How `draws` are cut into blocks."""
    whole, rest = divmod(draws, BLOCK)
    return [BLOCK] * whole + ([rest] if rest else [])


def stream(seed: int, variable: str, block: int) -> np.random.Generator:
    """The generator of one block of draws of one variable."""
    name = blake2b(f"{seed}|{block}|{variable}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(int.from_bytes(name, "big"))))
