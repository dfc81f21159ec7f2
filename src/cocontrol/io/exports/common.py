"""The rules that all exports share.

An export is written into a hidden folder and renamed, so that it is whole or absent. It carries
``export.json``: the run, its code and parameter versions, the checksum of every file, the conservation
entries of the export stage (what the run holds against what the files hold) and every dropped row with
its reason.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from cocontrol.core.errors import ConservationBroken, Fault, InvalidInput, Location, NotFound
from cocontrol.core.text import Language, Text
from cocontrol.io.exports import (
    bulletin,
    cetk,
    crt,
    datapackage,
    ecrf,
    iamc,
    iamc_workbook,
    nfr,
    primap2,
    tabular,
    workbook,
)
from cocontrol.io.lake import file_sha256
from cocontrol.io.results import substance_columns
from cocontrol.io.runs import Run

EXPORT_MANIFEST = "export.json"

TOLERANCE = 1e-9
"""Largest relative gap between the run and what stands in the exported files."""


@dataclass(frozen=True, slots=True)
class Format:
    """One export format: writer, and the function that sums the written emissions by pollutant.

    `write` and `drops` take the options of the export; `needs` names those without which nothing can be written.
    """

    label: Text
    write: Callable[..., None]
    total: Callable[[Path, Run], dict[str, float]]
    drops: Callable[..., pl.DataFrame] | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export wrote: folder, files with checksums, ledger of the export stage, dropped rows."""

    folder: Path
    files: tuple[dict[str, Any], ...]
    ledger: pl.DataFrame
    dropped: pl.DataFrame


DROPPED_SCHEMA = {
    "pollutant": pl.String,
    "category": pl.String,
    "amount": pl.Float64,
    "reason_zh": pl.String,
    "reason_en": pl.String,
}


def _sum_of_frame(frame: pl.DataFrame) -> dict[str, float]:
    return {name: float(frame.get_column(name).sum()) for name in substance_columns(frame)}


def _csv_total(folder: Path, run: Run) -> dict[str, float]:
    return _sum_of_frame(tabular.read_csv(folder / "emission.csv", run.result("emission").schema))


def _parquet_total(folder: Path, _run: Run) -> dict[str, float]:
    return _sum_of_frame(pl.read_parquet(folder / "emission.parquet"))


def _write_iamc(run: Run, folder: Path, language: Language) -> None:
    """The IAMC table as CSV and as a workbook with the sheet ``meta``."""
    iamc.write_iamc(run, folder, language)
    long = iamc.iamc_table(run)
    iamc_workbook.write_iamc_workbook(long, iamc_workbook.iamc_meta(run, long), folder / iamc_workbook.FILE)


FORMATS: dict[str, Format] = {
    "csv": Format(Text("CSV 文件夹", "folder of CSV files"), tabular.write_csv_folder, _csv_total),
    "parquet": Format(Text("Parquet 文件夹", "folder of Parquet files"), tabular.write_parquet_folder, _parquet_total),
    "xlsx": Format(Text("Excel 工作簿", "Excel workbook"), workbook.write_workbook, workbook.emission_totals),
    "datapackage": Format(
        Text("Frictionless 数据包", "Frictionless data package"), datapackage.write_package, datapackage.emission_totals
    ),
    "iamc": Format(Text("IAMC 表", "IAMC table"), _write_iamc, iamc.emission_totals, iamc.dropped_rows),
    "primap2": Format(
        Text("PRIMAP2 交换格式", "PRIMAP2 interchange format"),
        primap2.write_primap2,
        primap2.emission_totals,
        primap2.dropped_rows,
    ),
    "nfr": Format(Text("NFR 附件一", "NFR Annex I"), nfr.write_nfr, nfr.emission_totals, nfr.dropped_rows),
    "ecrf": Format(
        Text("GPC eCRF 工作簿", "GPC eCRF workbook"), ecrf.write_ecrf, ecrf.emission_totals, ecrf.dropped_rows
    ),
    "crt": Format(
        Text("CRT 数据交换 JSON", "CRT data-exchange JSON"),
        crt.write_crt,
        crt.emission_totals,
        crt.dropped_rows,
        needs=("catalogue",),
    ),
    "cetk": Format(Text("cetk 工作簿", "cetk workbook"), cetk.write_cetk, cetk.emission_totals, cetk.dropped_rows),
    "bulletin": Format(Text("公报表", "bulletin tables"), bulletin.write_bulletin, bulletin.emission_totals),
}
"""Formats by name."""


def export(
    run: Run,
    form: str,
    target: str | Path,
    *,
    language: Language = "zh",
    overwrite: bool = False,
    **options: Any,
) -> ExportReport:
    """Write a run in one format into the folder `target`.

    Raises
    ------
    NotFound
        The format does not exist; the message lists those that do.
    InvalidInput
        The target exists and `overwrite` is False, or it holds anything but an export; or files of the run
        were altered since it was made. Nothing was written.
    ConservationBroken
        The files do not hold what the run holds less the declared drops. Nothing is left behind.
    """
    if form not in FORMATS:
        raise NotFound(_unknown_format(form))
    folder = Path(target)
    if folder.exists() and not (overwrite and _may_be_replaced(folder)):
        raise InvalidInput(_exists(folder, overwrite=overwrite))
    if damaged := run.damaged():
        raise InvalidInput(_damaged(run, damaged))
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".export-", dir=folder.parent))
    try:
        building.chmod(0o755)
        FORMATS[form].write(run, building, language, **options)
        report = _proved(run, FORMATS[form], building, folder, options)
        _write_manifest(run, form, building, report)
        if folder.exists():
            shutil.rmtree(folder)
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return report


def _proved(run: Run, form: Format, building: Path, folder: Path, options: dict[str, Any]) -> ExportReport:
    dropped = form.drops(run, **options) if form.drops else pl.DataFrame(schema=DROPPED_SCHEMA)
    ledger = export_ledger(run, form.total(building, run), dropped) if run.has("emission") else pl.DataFrame()
    if ledger.height and not ledger.get_column("within_tolerance").all():
        raise ConservationBroken(*_broken(ledger))
    return ExportReport(folder, tuple(_files(building)), ledger, dropped)


def export_ledger(run: Run, written: dict[str, float], dropped: pl.DataFrame) -> pl.DataFrame:
    """The export stage of the conservation ledger, one row per pollutant.

    ``incoming`` is the sum of the run, ``outgoing`` the sum read back from the files, ``dropped`` what
    the format cannot hold; all in tonnes.
    """
    emission = run.result("emission")
    lost = dict(dropped.group_by("pollutant").agg(pl.col("amount").sum()).iter_rows()) if dropped.height else {}
    rows = []
    for name in substance_columns(emission):
        incoming, outgoing, gone = float(emission.get_column(name).sum()), written.get(name, 0.0), lost.get(name, 0.0)
        gap = abs(incoming - outgoing - gone) / max(abs(incoming), 1.0)
        reasons = dropped.filter(pl.col("pollutant") == name).unique("reason_zh", maintain_order=True)
        rows.append(
            {
                "stage": "export", "pollutant": name, "sector": "all",
                "incoming": incoming, "outgoing": outgoing, "dropped": gone,
                "reason_zh": "；".join(reasons.get_column("reason_zh")) or None,
                "reason_en": "; ".join(reasons.get_column("reason_en")) or None,
                "relative_gap": gap, "within_tolerance": gap <= TOLERANCE,
            }
        )  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)


def _files(folder: Path) -> Iterable[dict[str, Any]]:
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        yield {
            "path": path.relative_to(folder).as_posix(),
            "sha256": file_sha256(path),
            "bytes": path.stat().st_size,
        }


def _write_manifest(run: Run, form: str, folder: Path, report: ExportReport) -> None:
    manifest = {
        "format": form,
        "run_id": run.run_id,
        "code_version": run.manifest["code_version"],
        "parameter_version": run.manifest["parameter_version"],
        "gwp_set": run.manifest["gwp_set"],
        "synthetic": run.manifest.get("synthetic", []),
        "recalled": run.manifest["recalled"],
        "files": list(report.files),
        "ledger": report.ledger.to_dicts(),
        "dropped": report.dropped.to_dicts(),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2, allow_nan=False)
    (folder / EXPORT_MANIFEST).write_text(text + "\n", encoding="utf-8")


def _unknown_format(form: str) -> Fault:
    return Fault(
        "export.format",
        Text("没有这种导出格式", "there is no such export format"),
        value=form,
        allowed=Text("{f}", "{f}").format(f=", ".join(FORMATS)),
    )


def _may_be_replaced(folder: Path) -> bool:
    """Whether a folder holds an export and nothing else, or nothing: a slip of the pen must not delete other files."""
    if not folder.is_dir():
        return False
    held = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    if not held:
        return True
    try:
        listed = json.loads((folder / EXPORT_MANIFEST).read_text(encoding="utf-8"))["files"]
        return held <= {EXPORT_MANIFEST, *(str(entry["path"]) for entry in listed)}
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _exists(folder: Path, *, overwrite: bool) -> Fault:
    return Fault(
        "export.exists",
        Text("目标已存在，且不只是一次导出", "the target exists and holds more than an export")
        if overwrite
        else Text("目标已存在", "the target exists"),
        Location(file=str(folder)),
        remedy=Text("换一个文件夹", "name another folder")
        if overwrite
        else Text("换一个文件夹，或加 --overwrite", "name another folder, or give --overwrite"),
    )


def _damaged(run: Run, paths: tuple[str, ...]) -> Fault:
    return Fault(
        "run.damaged",
        Text("运行的文件已被改动，不导出", "files of the run were altered: nothing is exported"),
        Location(file=run.run_id),
        value=", ".join(paths),
        remedy=Text("从备份恢复，或重新运行", "restore it from a backup, or run again"),
    )


def _broken(ledger: pl.DataFrame) -> Iterable[Fault]:
    for row in ledger.filter(~pl.col("within_tolerance")).iter_rows(named=True):
        yield Fault(
            "export.conservation",
            Text("导出文件的合计与运行结果不符：{p}", "the exported files do not add up to the run: {p}").format(
                p=row["pollutant"]
            ),
            value=repr(row["outgoing"]),
            allowed=Text("{v}", "{v}").format(v=row["incoming"] - row["dropped"]),
        )
