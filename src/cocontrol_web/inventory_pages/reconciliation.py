"""Our inventory beside another one that a person brings along: read once, compared, and not kept."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile as DjangoFile

from cocontrol.core.text import Text
from cocontrol.inventory.reconciliation.layouts import LAYOUTS
from cocontrol.io.other_inventories import LEDGER, reconcile
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.charts import Chart
from cocontrol_web.analysis.figures import MassUnit, fitting_unit
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.store import run_of
from cocontrol_web.language import pick, say
from cocontrol_web.registry.checking import refuse_upload, safe_name

LEDGER_NAME = Text("企业能源台账（对能源平衡表）", "fuel ledgers of enterprises (against the energy balance)")
TOTAL = "total"


def layout_names() -> list[tuple[str, str]]:
    """The layouts that a file may have, with their names."""
    return [*((name, say(layout.label)) for name, layout in LAYOUTS.items()), (LEDGER, say(LEDGER_NAME))]


def compared(record: RunRecord, upload: DjangoFile[bytes], layout: str) -> Mapping[str, Any]:
    """The run beside the uploaded inventory, as `cocontrol reconcile` gives it; the file is gone afterwards.

    Raises
    ------
    InvalidInput
        The file is too large, has an ending that nothing reads, or does not fit the layout.
    """
    name = safe_name(upload.name or "")
    refuse_upload(name, upload.size or 0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        with path.open("wb") as stream:
            for chunk in upload.chunks():
                stream.write(chunk)
        return reconcile(run_of(record), path, layout)


def blocks(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The cells by year and pollutant, each block in a unit of its own, the total last."""
    grouped: dict[tuple[int, str], list[Mapping[str, Any]]] = {}
    for cell in view.get("cells", ()):
        grouped.setdefault((cell["year"], cell["pollutant"]), []).append(cell)
    return [_block(year, pollutant, cells) for (year, pollutant), cells in grouped.items()]


def _block(year: int, pollutant: str, cells: list[Mapping[str, Any]]) -> dict[str, Any]:
    sizes = [abs(cell[side]) for cell in cells for side in ("ours_t", "theirs_t") if cell[side] is not None]
    unit = fitting_unit(max(sizes, default=None))
    rows = [_row(cell, unit) for cell in cells]
    parts = [row for row in rows if row["group"] != TOTAL]
    return {
        "year": year, "pollutant": pollutant, "unit": unit, "rows": rows,
        "disagree": sum(row["agrees"] is False for row in parts), "count": len(parts),
        "chart": _chart(parts, unit, f"{labels.symbol(pollutant)} {year}"),
    }  # fmt: skip


def _row(cell: Mapping[str, Any], unit: MassUnit) -> dict[str, Any]:
    figures = {
        side: None if cell[f"{side}_t"] is None else cell[f"{side}_t"] / unit.tonnes
        for side in ("ours", "theirs", "difference")
    }
    reasons = cell["reasons_zh"] if say(Text("zh", "en")) == "zh" else cell["reasons_en"]
    return {**cell, **figures, "name": pick(cell, "group"), "reasons": reasons}


def _chart(rows: list[dict[str, Any]], unit: MassUnit, title: str) -> Chart | None:
    shown = [row for row in rows if row["ours"] is not None or row["theirs"] is not None]
    if not shown:
        return None
    sides = (("ours", Text("本清单", "ours")), ("theirs", Text("对方", "the other")))
    return {
        "type": "bar", "orientation": "horizontal", "stacked": False, "title": title, "unit": say(unit.label),
        "categories": [row["name"] for row in shown],
        "series": [{"key": side, "name": say(name), "values": [row[side] for row in shown]} for side, name in sides],
    }  # fmt: skip
