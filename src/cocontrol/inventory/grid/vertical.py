"""Vertical layers: the share of a source class between heights, brought onto the layers of a model."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

import numpy as np
import polars as pl

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.inventory.grid.geodesy import Floats


@lru_cache(maxsize=1)
def vertical_profiles() -> pl.DataFrame:
    """The shipped profiles, keyed (`temporal_class`, `top_m`): `share` below `top_m` and above the layer before.

    Bieser et al. 2011 (European stacks, by GNFR sector); rows of document ``ours`` are stand-ins, status ``recalled``.
    """
    content = files("cocontrol.inventory.grid").joinpath("data", "vertical_profiles.csv").read_bytes()
    return pl.read_csv(content, schema_overrides={"top_m": pl.Float64, "share": pl.Float64})


def layer_shares(temporal_class: str | None, tops: Sequence[float]) -> tuple[Floats, float]:
    """The share of a class in each model layer (upper bounds `tops`, metres), and the share above the last.

    Within a layer of the profile the mass is even over the height. A class without a profile goes into the lowest
    layer. With no tops at all everything is in one layer: (1), 0.
    """
    edges = np.asarray(tops, dtype=np.float64)
    if not len(edges):
        return np.ones(1), 0.0
    _refuse_unordered(edges)
    rows = vertical_profiles().filter(pl.col("temporal_class") == (temporal_class or "")).sort("top_m")
    if rows.is_empty():
        return np.eye(1, len(edges)).ravel(), 0.0
    heights = np.concatenate([[0.0], rows["top_m"].to_numpy()])
    below = np.concatenate([[0.0], np.cumsum(rows["share"].to_numpy())])
    reached = np.interp(edges, heights, below)
    return np.diff(np.concatenate([[0.0], reached])), max(float(below[-1] - reached[-1]), 0.0)


def _refuse_unordered(edges: Floats) -> None:
    if edges[0] <= 0 or (np.diff(edges) <= 0).any():
        raise InvalidInput(
            Fault(
                "grid.layers",
                Text("层顶高度须为正且逐层递增", "layer tops must be positive and rise"),
                value=", ".join(f"{edge:g}" for edge in edges),
                allowed=Text("米，如 20,92,184,324", "metres, such as 20,92,184,324"),
            )
        )
