"""Writes the reports of a run: HTML and DOCX, Chinese under the plain name, English beside it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cocontrol.core.text import LANGUAGES
from cocontrol.io.runs import Run
from cocontrol.reports.build import build_report
from cocontrol.reports.docx import render_docx
from cocontrol.reports.html import render_html

NAMES = {"zh": "report", "en": "report.en"}
"""File name by language, without its suffix."""


def write_reports(run: Run, folder: Path) -> tuple[Path, ...]:
    """Write ``report.html``, ``report.docx`` and their English twins into `folder`; what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    created = datetime.fromisoformat(run.manifest["created_at"])
    written = []
    for language in LANGUAGES:
        report = build_report(run, language)
        page, document = folder / f"{NAMES[language]}.html", folder / f"{NAMES[language]}.docx"
        twin = NAMES["en" if language == "zh" else "zh"]
        page.write_text(render_html(report, other_language_path=f"{twin}.html"), encoding="utf-8")
        document.write_bytes(render_docx(report, created=created))
        written += [page, document]
    return tuple(written)
