"""Published costs on the pages: how well they are known, what they are made of, and the references to compare."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cocontrol.measures.catalogue import demonstration_catalogue
from cocontrol.measures.published import cost_references, coverage
from cocontrol_web.scenarios.catalogues import own_catalogue
from cocontrol_web.scenarios.models import OwnCatalogue

Clients = Callable[[str], Client]


@pytest.mark.usefixtures("world")
def test_published_costs_say_how_many_are_recalled_and_of_which_years(client_of: Clients) -> None:
    page = client_of("public").get(reverse("measures"), {"catalogue": "published", "cost": "known"}).content.decode()
    known = coverage()
    assert f"{known.measures} 项措施中 {known.priced} 项有公开费用" in page
    assert f"{known.price_years[0]}–{known.price_years[1]}" in page
    assert f"含凭记忆依据的 {known.numbers['recalled']} 个" in page
    assert "wet_fgd" in page
    assert "electric_arc_furnace" not in page


@pytest.mark.usefixtures("world")
def test_a_published_cost_opens_to_the_figures_that_it_is_made_of(client_of: Clients) -> None:
    page = client_of("public").get(reverse("measure", args=["published", "scr"])).content.decode()
    assert "发改价格〔2014〕536号" in page
    assert "物价 2014→2024" in page
    assert "煤电供电煤耗" in page
    assert (
        "费用由什么换算" not in client_of("public").get(reverse("measure", args=["built-in", "scr"])).content.decode()
    )


@pytest.mark.usefixtures("world")
def test_a_measure_without_figures_says_so(client_of: Clients) -> None:
    assert (
        "没有任何数字" in client_of("public").get(reverse("measure", args=["built-in", "green_power"])).content.decode()
    )


@pytest.mark.usefixtures("world")
def test_cost_references_are_filtered_paged_and_taken_away(client_of: Clients) -> None:
    client, url = client_of("public"), reverse("measure-costs")
    page = client.get(url, {"q": "scr cement", "pollutant": "NOx", "place": "US"}).content.decode()
    assert "Cement Manufacturing - Dry" in page
    assert "脱硫电价" not in page
    assert client.get(url, {"page": "2"}).status_code == 200
    assert client.get(url, {"place": "XX"}).status_code == 400
    assert "没有符合的费用" in client.get(url, {"q": "zzz"}).content.decode()
    answer = client.get(reverse("measure-costs-export"), {"quantity": "price"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert {"CN_POWER_PRICE", "CN_COAL_PRICE"} <= {row[0] for row in rows}
    assert len(rows) == 1 + cost_references(quantity="price").height


@pytest.mark.usefixtures("world")
def test_a_catalogue_taken_away_comes_back_as_it_was(client_of: Clients) -> None:
    analyst = client_of("analyst")
    book = analyst.get(reverse("measures-export", args=["demonstration"])).content
    names = ("measure", "measure_number", "energy_price")
    answer = analyst.post(
        reverse("measures-bring"),
        {"title": "again", **{name: SimpleUploadedFile("all.xlsx", book) for name in names}},
    )
    assert answer.status_code == 302, answer.content.decode()
    assert own_catalogue(OwnCatalogue.objects.get()) == demonstration_catalogue()
