"""The report of a run as a page: shown in the browser, printable, under a policy of its own; or saved."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from .conftest import World

ClientOf = Callable[[str], Client]


@pytest.mark.parametrize(("name", "language"), [("report.html", "zh-Hans"), ("report.en.html", "en")])
def test_a_report_opens_as_a_page_with_a_bar_to_print_and_to_save(
    world: World, client_of: ClientOf, name: str, language: str
) -> None:
    answer = client_of("public").get(reverse("run-report", args=[world.record.run_id, name]))
    page = answer.content.decode()
    assert "Content-Disposition" not in answer.headers
    assert f'<html lang="{language}">' in page
    assert re.search(r"<body>\s*<nav class=\"report-bar\"", page)
    assert "data-print" in page
    assert page.count("</section>") >= 5


def test_its_policy_lets_in_its_own_style_and_no_other_inline_code(world: World, client_of: ClientOf) -> None:
    answer = client_of("public").get(reverse("run-report", args=[world.record.run_id, "report.html"]))
    (style,) = re.findall(r"<style>(.*?)</style>", answer.content.decode(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert f"style-src 'self' 'sha256-{digest}';" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=", answer.content.decode())


@pytest.mark.parametrize(("name", "query"), [("report.html", "?save=1"), ("report.en.docx", "")])
def test_a_report_is_saved_as_it_was_written(world: World, client_of: ClientOf, name: str, query: str) -> None:
    answer = client_of("public").get(reverse("run-report", args=[world.record.run_id, name]) + query)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    written = (world.record.folder / "report" / name).read_bytes()
    assert b"".join(answer.streaming_content) == written


def test_the_page_of_a_run_offers_the_reports_of_its_language(world: World, client_of: ClientOf) -> None:
    client = client_of("public")
    address = reverse("run", args=[world.record.run_id])
    offered = re.findall(r"/report/(report[^\"?]*)\"", client.get(address).content.decode())
    assert offered == ["report.html", "report.docx"]
    client.cookies["django_language"] = "en"
    offered = re.findall(r"/report/(report[^\"?]*)\"", client.get(address).content.decode())
    assert offered == ["report.en.html", "report.en.docx"]


@pytest.mark.parametrize("name", ["report.pdf", "..", "manifest.json"])
def test_nothing_but_the_reports_is_given(world: World, client_of: ClientOf, name: str) -> None:
    assert client_of("public").get(f"/runs/{world.record.run_id}/report/{name}").status_code in {301, 404}
