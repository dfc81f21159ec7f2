"""Measures that save money: which they are, and what their savings leave out."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from cocontrol.core.text import Text
from cocontrol.measures.instance import Choices

MOST = 3
"""How many measures are named."""

SAVINGS = Text(
    "省钱的措施（{m}）即使没有上限也划算，每年合计省 {v}。节约按目录的能源价格（一般是含税的用户价）计，未计目录没有的费用（如充电设施、停产、管理、消纳），"
    "不等于全社会或财政省下的钱；上限本身的代价要看比不设上限多花多少。",
    "Measures that save money ({m}) pay off even without a ceiling: {v} a year together. Savings are at the energy prices of the "
    "catalogue (commonly what users pay, with taxes) and without costs that it does not hold (chargers, standstill, management, "
    "integration): they are not what society or the treasury saves. What the ceilings cost is the difference to the plan without them.",
)
"""What a reader must know of a cost below zero; `m` names measures, `v` a sum of money."""


def savings_words(names: Sequence[Text], saved: Text) -> Text:
    """The remark on measures that save, the first `MOST` of `names` named; `saved` is a sum of money a year."""
    first = names[:MOST]
    return SAVINGS.format(m=Text("、".join(one.zh for one in first), ", ".join(one.en for one in first)), v=saved)


def saving_measures(choices: Choices) -> pl.DataFrame:
    """Measures with a net cost below zero somewhere: `measure_id`, `sources`, `saved` (CNY a year), largest first.

    `saved` adds up over the sources where the measure saves, each measure by itself: of measures that exclude each other
    a plan takes one.
    """
    taken = pl.concat(
        [
            choices.options.select("source_id", pl.col("option_id").alias("measure_id"), "cost"),
            choices.devices.select("source_id", pl.col("device_id").alias("measure_id"), "cost"),
        ]
    )
    return (
        taken.filter(pl.col("cost") < 0)
        .group_by("measure_id")
        .agg(sources=pl.col("source_id").n_unique().cast(pl.Int64), saved=-pl.col("cost").sum())
        .sort("saved", "measure_id", descending=[True, False])
    )
