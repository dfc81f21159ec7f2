"""The question that the inventory explorer answers: which figures, arranged how, in which unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text, same
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.charts import dimension_label, largest
from cocontrol_web.analysis.emissions import co2e_column, emission_of, gaps_of, pollutants_in
from cocontrol_web.analysis.figures import MASS_UNITS, MassUnit, fitting_unit
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.pivot import DIMENSION_NAMES, Dimension, Pivot, pivot
from cocontrol_web.language import say

FILTERS: tuple[Dimension, ...] = ("category", "fuel", "period")


@dataclass(frozen=True, slots=True)
class Question:
    """What the person asks: two dimensions, the substance(s), the unit (None: whatever fits), conditions."""

    rows: Dimension = "category"
    columns: Dimension = "fuel"
    measures: tuple[str, ...] = ("CO2",)
    unit: MassUnit | None = None
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """The cross table with its unit."""

    question: Question
    table: Pivot
    unit: MassUnit


def measures_in(emission: pl.DataFrame, gwp_set: str) -> tuple[str, ...]:
    """What can be asked for: pollutants with a column, and CO2e under the GWP set."""
    present = pollutants_in(emission)
    co2e = co2e_column(gwp_set)
    return (*present, co2e) if co2e in emission.columns else present


def question_of(given: Mapping[str, str], measures: tuple[str, ...]) -> Question:
    """The question that an address asks; what it leaves out has a default.

    Raises
    ------
    InvalidInput
        Every name in the address that means nothing, with what is allowed.
    """
    faults = [*_unknown(given, "rows", DIMENSION_NAMES), *_unknown(given, "columns", DIMENSION_NAMES)]
    faults += [*_unknown(given, "measure", measures), *_unknown(given, "unit", tuple(MASS_UNITS))]
    if faults:
        raise InvalidInput(*faults)
    rows, columns = _dimensions(given)
    chosen = given.get("measure") or ("CO2" if "CO2" in measures else measures[0])
    return Question(
        rows=rows,
        columns=columns,
        measures=measures if "pollutant" in {rows, columns} else (chosen,),
        unit=MASS_UNITS[given["unit"]] if given.get("unit") else None,
        where={name: given[name] for name in FILTERS if given.get(name)},
    )


def _dimensions(given: Mapping[str, str]) -> tuple[Dimension, Dimension]:
    """Rows and columns; when both are the same the columns make way."""
    by_name: dict[str, Dimension] = {name: name for name in DIMENSION_NAMES}
    rows = by_name[given.get("rows") or "category"]
    columns = by_name[given.get("columns") or "fuel"]
    if rows != columns:
        return rows, columns
    return rows, "category" if rows != "category" else "fuel"


def _unknown(given: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> list[Fault]:
    value = given.get(name)
    if not value or value in allowed:
        return []
    return [
        Fault(
            "page.query",
            Text("地址中的参数无效", "the address holds a value that means nothing"),
            Location(column=name),
            value=value,
            allowed=same(", ".join(allowed)),
        )
    ]


def answer(record: RunRecord, gwp_set: str, question: Question) -> Answer:
    """The cross table of the run that the question asks for, and the unit to show it in."""
    emission = emission_of(record, gwp_set)
    table = pivot(
        emission, gaps_of(record), rows=question.rows, columns=question.columns,
        pollutants=question.measures, where=dict(question.where),
    )  # fmt: skip
    several = len(question.measures) > 1
    unit = question.unit or (MASS_UNITS["t"] if several else fitting_unit(largest(table)))
    return Answer(question, table, unit)


def answer_frame(answered: Answer) -> pl.DataFrame:
    """The cross table as a flat frame for export: codes, names, one column per code, unrounded, in the unit shown."""
    question, table, unit = answered.question, answered.table, answered.unit
    made: dict[str, list[object]] = {
        question.rows: list(table.rows),
        f"{question.rows}_name": [dimension_label(question.rows, code) for code in table.rows],
    }
    for index, code in enumerate(table.columns):
        values = [row[index].value for row in table.cells]
        made[code] = [None if value is None else value / unit.tonnes for value in values]
    return pl.DataFrame(made, strict=False)


def answer_title(answered: Answer) -> str:
    """The heading of the answer in the active language."""
    question = answered.question
    subject = (
        say(labels.measure(question.measures[0]))
        if len(question.measures) == 1
        else say(Text("各污染物", "all substances"))
    )
    conditions = "，".join(dimension_label(name, question.where[name]) for name in FILTERS if name in question.where)
    return f"{subject}（{conditions}）" if conditions else subject
