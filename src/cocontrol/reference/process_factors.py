"""Factors of industrial processes, fugitive sources and product use, with their document and status."""

from __future__ import annotations

from datetime import date

import polars as pl

from cocontrol.core.parameters import NATIONAL
from cocontrol.reference.factors import Factor, Question, factor_table, select_factor


def process_factors() -> pl.DataFrame:
    """Every process factor, keyed `factor_id`, in the columns of `factors.factor_table`.

    `sector` is the industry (``cement``, ``coal_mining`` …), `parameter` what the value is, `item` the product or route.
    """
    return factor_table().filter(pl.col("topic") == "process")


def process_factor(
    parameter: str,
    *,
    sector: str,
    on: date,
    item: str | None = None,
    pollutant: str | None = None,
    profile: str | None = None,
    jurisdiction: str = NATIONAL,
) -> Factor:
    """The one process factor of a parameter and industry.

    Parameters
    ----------
    parameter, sector, item, pollutant : as in `process_factors`; None leaves a criterion open
    profile : document family (``NDRC_2013_2015``, ``PROV_GUIDE_2011``, ``IPCC_2006`` …)
    on : day of the data

    Raises
    ------
    NotFound, Ambiguous
        No value, or several; the message lists the candidates.
    """
    criteria = {"topic": "process", "parameter": parameter, "sector": sector, "item": item, "pollutant": pollutant}
    return select_factor(Question(criteria, profile, on, jurisdiction))
