"""The targets of a plan as the table ``target``, ready to be judged."""

from __future__ import annotations

import polars as pl

from cocontrol.core.registers import TARGET
from cocontrol.core.tables import Kind
from cocontrol.plans.model import Plan, Target

_TYPES = {Kind.NUMBER: pl.Float64, Kind.INTEGER: pl.Int64}


def target_table(plan: Plan, *, document: str, adcode: str | None = None) -> pl.DataFrame:
    """Table ``target``, one row a target, keyed `target_id` (``<document>-G1``).

    Values stand in the canonical unit of their unit (万吨标准煤 → tce), which `core.units` understands; changes in per
    cent stay per cent. `metric` is the series that the value may be held against (`Target.series`): an amount saved
    and an absolute change are series of their own and never meet the level.

    Parameters
    ----------
    plan : a parsed plan.
    document : path or title of the document, as the column of that name.
    adcode : the region bound by the targets; None for a fictitious one.
    """
    schema = {column.name: _TYPES.get(column.kind, pl.String) for column in TARGET.columns}
    return pl.DataFrame([_row(target, plan, document, adcode) for target in plan.targets], schema=schema, orient="row")


def _row(target: Target, plan: Plan, document: str, adcode: str | None) -> dict[str, str | float | int | None]:
    return {
        "target_id": f"{document}-{target.id}",
        "task_id": target.task_id,
        "adcode": adcode,
        "kind": target.kind.value,
        "metric": target.series,
        "subject": target.subject or plan.region or document,
        "operator": target.operator,
        "value": target.normalised_value,
        "unit": target.normalised_unit,
        "base_year": target.base_year,
        "target_year": target.target_year,
        "qualifier": target.qualifier,
        "start": target.start,
        "end": target.end,
        "document": document,
    }
