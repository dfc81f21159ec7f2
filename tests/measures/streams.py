"""A small base and a small catalogue: one coal plant, one gas boiler, and measures whose effects can be told by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from cocontrol.measures.catalogue import Catalogue, make_catalogue, shipped
from cocontrol.measures.catalogue_tables import ENERGY_PRICE, MEASURE, MEASURE_NUMBER
from cocontrol.measures.streams import Stream, Surroundings

POLLUTANTS = ("CO2", "SO2", "NOx", "PM25")
COAL = {"CO2": 90.0, "SO2": 1.0, "NOx": 0.5, "PM25": 2.0}
GAS = {"CO2": 56.0, "SO2": 0.001, "NOx": 0.1, "PM25": 0.0}
AROUND = Surroundings({("1A2m", "natural_gas"): GAS, ("1A1ai", "natural_gas"): GAS}, 0.6)

_MEASURES = (
    ("gas", "fuel", None, "1A2", "raw_coal", "natural_gas", None, None),
    ("saving", "activity", None, "1A2", None, None, None, None),
    ("fgd", "end_of_pipe", "desulphurisation", "1A2", "raw_coal", None, None, None),
    ("dry_fgd", "end_of_pipe", "desulphurisation", "1A2", "raw_coal", None, None, None),
    ("filter", "end_of_pipe", "dedusting", "1A2", "raw_coal", None, None, None),
    ("wet_esp", "end_of_pipe", "polishing", "1A2", "raw_coal", None, None, "fgd"),
    ("pump", "fuel", None, "1A2", "raw_coal", "electricity", "gas", None),
)
_NUMBERS = (
    ("gas", "replacement_ratio", "-", 0.9),
    ("saving", "activity_multiplier", "-", 0.8),
    ("fgd", "removal", "SO2", 0.9),
    ("fgd", "removal", "PM25", 0.5),
    ("fgd", "reagent_co2", "SO2", 0.7),
    ("fgd", "electricity_use", "-", 2.0),
    ("dry_fgd", "removal", "SO2", 0.8),
    ("dry_fgd", "fuel_penalty", "-", 0.02),
    ("filter", "removal", "PM25", 0.99),
    ("wet_esp", "removal", "PM25", 0.75),
    ("pump", "activity_multiplier", "-", 0.0),
    ("pump", "electricity_use", "-", 60.0),
)
PRICES = {"raw_coal": 100.0, "natural_gas": 200.0, "electricity": 5.0}


def numbers(*rows: tuple[str, str, str, float]) -> pl.DataFrame:
    made = [
        dict(zip(("measure_id", "parameter", "subject", "value"), row, strict=True))
        | {"source": "test", "status": "declared"}
        for row in rows
    ]
    return pl.DataFrame(made, schema=shipped(MEASURE_NUMBER, "measure_numbers.csv").schema)


def measures(*rows: tuple[Any, ...]) -> pl.DataFrame:
    names = ("measure_id", "kind", "stage", "categories", "fuels", "target_fuel", "incompatible", "requires")
    made = [
        dict(zip(names, row, strict=True)) | {"name_zh": row[0], "activity_unit": "TJ", "source": "test"}
        for row in rows
    ]
    return pl.DataFrame(made, schema=shipped(MEASURE, "measures.csv").schema)


def catalogue(*, costs: bool = True) -> Catalogue:
    made = make_catalogue(measures(*_MEASURES), numbers(*_NUMBERS))
    if not costs:
        return made
    own = [
        (row[0], name, "-", value)
        for row in _MEASURES
        for name, value in (("investment", 100.0), ("operating_cost", 3.0), ("lifetime", 10.0))
    ]
    prices = pl.DataFrame(
        [{"carrier": name, "price": price, "source": "test", "status": "declared"} for name, price in PRICES.items()],
        schema=shipped(ENERGY_PRICE, "synthetic_prices.csv").schema,
    )
    return made.with_numbers(numbers(*own)).with_prices(prices)


def plant(name: str = "a", amount: float = 100.0, **more: Any) -> Stream:
    stream = Stream(name, "410000", "2020", "1A2m", "raw_coal", amount, "TJ", COAL)
    return replace(stream, **more)
