"""Two runs side by side: every cell that differs, and how much of the difference each cause makes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from cocontrol.core.text import Text
from cocontrol.io.cells import INDICATOR, Cell
from cocontrol.io.lineage import factors_of, inputs_of
from cocontrol.io.results import CO2E_PREFIX, KEYS, substance_columns
from cocontrol.io.runs import Run
from cocontrol.io.workspace import SETTINGS_FILE

Tables = Mapping[str, pl.DataFrame]

CAUSES: dict[str, Text] = {
    "data": Text("数据", "data"),
    "factor": Text("因子", "factor"),
    "method": Text("方法", "method"),
    "boundary": Text("边界", "boundary"),
    "several": Text("多种", "several"),
    "unexplained": Text("未能解释", "unexplained"),
}
"""What can make a figure differ. ``boundary``: the cell stands in one of the runs only."""

DIFFERENCE_SCHEMA: dict[str, Any] = {
    "table": pl.String,
    "cell": pl.String,
    "column": pl.String,
    "before": pl.String,
    "after": pl.String,
    "difference": pl.Float64,
    "cause": pl.String,
    "data_effect": pl.Float64,
    "factor_effect": pl.Float64,
    "method_effect": pl.Float64,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome: whether every table is alike, the differences cell by cell, and a sentence for people."""

    identical: bool
    differences: pl.DataFrame
    summary: Text
    details: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "identical": self.identical,
            "summary_zh": self.summary.zh,
            "summary_en": self.summary.en,
            "differences": self.differences.to_dicts(),
            **self.details,
        }


def compare_runs(before: Run, after: Run) -> Comparison:
    """What differs between two runs, cell by cell.

    Emission cells are split into causes: with emission = amount × coefficient, the data effect is
    Δamount × mean coefficient and the coefficient effect mean amount × Δcoefficient, which add up to the
    difference exactly. The coefficient effect is *factor* where a value of its inputs changed, *method*
    where only the way of calculating did. Other tables are compared value by value; where only the input, only the parameters,
    or only code or settings differ between the runs, that is their cause.
    """
    differences = compare_tables(_results(before), _results(after))
    changed = changed_inputs(before, after)
    same = {name: before.manifest[name] == after.manifest[name] for name in ("code_version", "parameter_version")}
    differences = attributed(
        differences,
        data=any(path != SETTINGS_FILE for path in changed),
        factor=not same["parameter_version"],
        method=not same["code_version"] or SETTINGS_FILE in changed,
    )
    details = {
        "before": before.run_id,
        "after": after.run_id,
        "same_code": same["code_version"],
        "same_parameters": same["parameter_version"],
        "changed_inputs": changed,
    }
    return Comparison(differences.is_empty(), differences, _summary(differences), details)


OPEN_CAUSES = ("several", "unexplained")


def attributed(differences: pl.DataFrame, *, replacing: Sequence[str] = OPEN_CAUSES, **differs: bool) -> pl.DataFrame:
    """The causes that the split into effects leaves open, where only one thing differs between the runs: that one."""
    known = [cause for cause, does in differs.items() if does]
    if len(known) != 1:
        return differences
    open_cause = pl.col("cause").is_in(list(replacing))
    return differences.with_columns(pl.when(open_cause).then(pl.lit(known[0])).otherwise("cause").alias("cause"))


def _results(run: Run) -> dict[str, pl.DataFrame]:
    return {name: run.result(name) for name in run.names()}


def changed_inputs(before: Run, after: Run) -> list[str]:
    """Paths of input files whose checksum differs or that one of the runs lacks."""
    sums = [{entry["path"]: entry["sha256"] for entry in run.manifest["inputs"]} for run in (before, after)]
    return sorted(path for path in sums[0].keys() | sums[1].keys() if sums[0].get(path) != sums[1].get(path))


def _summary(differences: pl.DataFrame) -> Text:
    if differences.is_empty():
        return Text("两次结果完全一致", "both results are identical")
    counted = differences.group_by("cause").len().sort("len", descending=True)
    zh = "、".join(f"{CAUSES[cause].zh} {count}" for cause, count in counted.iter_rows())
    en = ", ".join(f"{CAUSES[cause].en} {count}" for cause, count in counted.iter_rows())
    count = differences.height
    return Text(f"{count} 个数值不同（{zh}）", f"{count} values differ ({en})")


COMPARED = ("emission", "electricity_indirect", "reference_approach", "indicator", "finding", "verdict", "rule_verdict")
"""Tables whose values are compared; the others are inputs or follow from these."""


def compare_tables(before: Tables, after: Tables) -> pl.DataFrame:
    """Every value that differs between two sets of result tables: table ``DIFFERENCE_SCHEMA``."""
    rows: list[dict[str, Any]] = []
    if "emission" in before and "emission" in after:
        rows += _emission_differences(before, after)
    for name in COMPARED[1:]:
        rows += _plain_differences(name, before.get(name), after.get(name))
    return pl.DataFrame(rows, schema=DIFFERENCE_SCHEMA)


def _emission_differences(before: Tables, after: Tables) -> Iterator[dict[str, Any]]:
    columns = list(dict.fromkeys([*substance_columns(before["emission"]), *substance_columns(after["emission"])]))
    old, new = (_by_key(tables["emission"], ("cell_id",)) for tables in (before, after))
    lineages = [_lineage(tables["coefficient_lineage"]) for tables in (before, after)]
    for key in dict.fromkeys([*old, *new]):
        rows = old.get(key), new.get(key)
        for column in columns:
            values = tuple(row.get(column) if row else None for row in rows)
            if values[0] == values[1]:
                continue
            yield {
                "table": "emission", "cell": str(Cell("emission", column, {"cell_id": key[0]})), "column": column,
                "before": _shown(values[0]), "after": _shown(values[1]),
                "difference": _difference(*values), **_effects(rows, column, lineages),
            }  # fmt: skip


def _effects(
    rows: tuple[dict[str, Any] | None, dict[str, Any] | None],
    column: str,
    lineages: list[dict[tuple[str, str], dict[str, Any]]],
) -> dict[str, Any]:
    """The split of one difference, and its main cause."""
    first, second = rows
    if first is None or second is None:
        return {"cause": "boundary"}
    if column.startswith(CO2E_PREFIX):
        return {"cause": "data" if first["amount"] != second["amount"] else "factor"}
    found = [lineages[i].get((row["coefficient_id"], column), {}) for i, row in enumerate((first, second))]
    amounts = (first["amount"], second["amount"])
    coefficients = tuple(one.get("value") for one in found)
    if any(value is None for value in (*amounts, *coefficients)):
        return {"cause": "data" if amounts[0] != amounts[1] else "factor"}
    return _split(amounts, coefficients, found)


def _split(amounts: tuple[float, float], coefficients: tuple[Any, ...], found: list[dict[str, Any]]) -> dict[str, Any]:
    """Data, factor and method effect of one difference; they sum to it."""
    data = (amounts[1] - amounts[0]) * (coefficients[0] + coefficients[1]) / 2
    rest = (amounts[0] + amounts[1]) / 2 * (coefficients[1] - coefficients[0])
    by_factor = _factor_values(found[0]) != _factor_values(found[1])
    made = {
        "data_effect": data,
        "factor_effect": rest if by_factor else 0.0,
        "method_effect": 0.0 if by_factor else rest,
    }
    causes = [name for name in ("data", "factor", "method") if made[f"{name}_effect"]]
    return {**made, "cause": causes[0] if len(causes) == 1 else "several" if causes else "unexplained"}


def _factor_values(lineage: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(entry["factor_id"], entry.get("value")) for entry in factors_of(inputs_of(lineage.get("inputs")))]


def _lineage(table: pl.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["coefficient_id"], row["pollutant"]): row for row in table.iter_rows(named=True)}


def _plain_differences(name: str, before: pl.DataFrame | None, after: pl.DataFrame | None) -> Iterator[dict[str, Any]]:
    if before is None or after is None:
        if (before is None) != (after is None):
            yield {
                "table": name,
                "cell": "*",
                "column": "*",
                "before": _there(before),
                "after": _there(after),
                "cause": "boundary",
            }
        return
    key = tuple(k for k in _key_of(name, before, after))
    old, new = _by_key(before, key), _by_key(after, key)
    columns = [c for c in dict.fromkeys([*before.columns, *after.columns]) if c not in key]
    for one in dict.fromkeys([*old, *new]):
        first, second = old.get(one), new.get(one)
        for column in columns:
            values = tuple(row.get(column) if row else None for row in (first, second))
            if values[0] != values[1]:
                cause = "boundary" if first is None or second is None else "several"
                yield {
                    "table": name, "cell": _cell_name(name, key, one), "column": column, "before": _shown(values[0]),
                    "after": _shown(values[1]), "difference": _difference(*values), "cause": cause,
                }  # fmt: skip


def _cell_name(table: str, key: tuple[str, ...], values: tuple[Any, ...]) -> str:
    """The row as `explain` and `affected` name it: ``indicator:<id>@…``, else ``key=value,…``."""
    named = dict(zip(key, map(str, values), strict=False))
    if table == INDICATOR and len(values) == len(key):
        return str(Cell(INDICATOR, named.pop("indicator_id"), named))
    rest = values[len(key) :]
    return ",".join([*(f"{name}={value}" for name, value in named.items()), *map(str, rest)])


def _key_of(name: str, *frames: pl.DataFrame) -> list[str]:
    keys = [key for key in KEYS.get(name, ()) if all(key in frame.columns for frame in frames)]
    return keys or [
        c for c in ("adcode", "period", "kind", "fuel", "rule", "subject") if all(c in f.columns for f in frames)
    ]


def _by_key(frame: pl.DataFrame, key: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Rows by key; rows that share one are told apart by their number among them."""
    made: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in frame.iter_rows(named=True):
        values: tuple[Any, ...] = tuple(row[name] for name in key)
        count = 1
        while values in made:
            count += 1
            values = (*values[: len(key)], f"#{count}")
        made[values] = row
    return made


def _shown(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, default=str)


def _there(frame: pl.DataFrame | None) -> str | None:
    return None if frame is None else f"{frame.height} rows"


def _difference(before: Any, after: Any) -> float | None:
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (before, after))
    return float(after - before) if numbers else None
