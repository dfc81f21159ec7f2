"""The recalculation journal of two runs."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from cocontrol.inventory.series.recalculation import Split, journal_by, recalculation_journal
from cocontrol.io.runs import Run


def run_journal(
    before: Run, after: Run, *, corrections: Collection[str] = (), split: Split = Split.SYMMETRIC
) -> pl.DataFrame:
    """What made each category × pollutant × year differ between two runs: `journal_by` of `recalculation_journal`.

    `corrections` names sources whose records were wrong in the earlier run. Raises `NotFound` where a run holds
    no inventory.
    """
    journal = recalculation_journal(
        before.result("emission"),
        after.result("emission"),
        lineage_before=before.result("coefficient_lineage"),
        lineage_after=after.result("coefficient_lineage"),
        corrections=corrections,
        split=split,
    )
    return journal_by(journal, "period", "category", "pollutant")
