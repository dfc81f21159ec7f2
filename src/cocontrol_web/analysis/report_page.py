"""The report of a run as a page: the file itself, a bar above it, and a policy that lets in its own style only."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from cocontrol.core.text import Language
from cocontrol_web.analysis.models import RunRecord

HTML = "text/html; charset=utf-8"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
REPORTS = {"report.html": HTML, "report.en.html": HTML, "report.docx": DOCX, "report.en.docx": DOCX}
"""The files of a report: Chinese under the plain name, English beside it."""

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def reports_of(folder: Path, language: Language) -> list[str]:
    """The report files that a run has in this language; in the other one where it has none in this."""
    has = [name for name in REPORTS if (folder / "report" / name).is_file()]
    return [name for name in has if (".en." in name) == (language == "en")] or has


def report_page(request: HttpRequest, record: RunRecord, name: str) -> HttpResponse:
    """The HTML report with a bar to print, to save and to go back.

    The report carries its style inside, which the policy of the site forbids; so its policy names the
    digest of exactly that style, and nothing else is loosened.
    """
    written = (record.folder / "report" / name).read_text(encoding="utf-8")
    beside = {"record": record, "word": name.removesuffix(".html") + ".docx"}
    bar = render_to_string("analysis/report_bar.html", beside, request)
    head = render_to_string("analysis/report_head.html", {}, request)
    page = written.replace("</head>", f"{head}</head>", 1).replace("<body>", f"<body>{bar}", 1)
    response = HttpResponse(page, content_type=HTML)
    response.headers["Content-Security-Policy"] = _policy(_STYLE.findall(written))
    return response


def _policy(styles: list[str]) -> str:
    digests = [base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles]
    allowed = " ".join(["'self'", *(f"'sha256-{digest}'" for digest in digests)])
    return (
        f"default-src 'none'; style-src {allowed}; script-src 'self'; img-src 'self' data:; "
        "form-action 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    )
