"""The page of synergy degrees: methods side by side, their disagreements, tables of one's own, and presets from a run."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cocontrol.measures.synergy_presets import presets
from cocontrol_web.scenarios import synergies

from ..conftest import World

Clients = Callable[[str], Client]
pytestmark = pytest.mark.usefixtures("world")

OWN = "subject,period,dust,co2\n甲,2020,80,9\n乙,2020,40,4\n甲,2024,50,6\n乙,2024,45,3.5\n"
INDICATORS = "indicator,system,direction,lower,upper\ndust,pollution,-,0,100\nco2,carbon,-,0,10\n"


def upload(text: str, name: str = "mine.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return unescape(found[1])


def test_the_example_ranks_by_every_method_and_names_disagreements(client_of: Clients) -> None:
    answer = client_of("public").get(reverse("synergy"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert len(answer.context["columns"]) == 8
    assert "方法之间有分歧" in page
    assert "国家没有规定协同度公式" in page
    assert "synthetic" in page


def test_one_method_alone_is_refused(client_of: Clients) -> None:
    answer = client_of("public").get(reverse("synergy"), {"method": "coupling"})
    assert answer.status_code == 400
    assert "至少选两种方法" in answer.content.decode()


def test_ones_own_table_with_its_own_indicators_is_sent_along_with_the_next_question(client_of: Clients) -> None:
    client, url = client_of("analyst"), reverse("synergy")
    files = {"file": upload(OWN), "indicators": upload(INDICATORS, "i.csv")}
    page = client.post(url, {"method": ["coupling", "topsis"], "weighting": "given", **files}).content.decode()
    assert "甲 2024" in page
    kept = {name: hidden(page, name) for name in ("table", "indicator_text")}
    again = client.post(url, {"method": ["coupling", "composite-system"], "weighting": "critic", **kept})
    assert again.status_code == 200
    assert len(again.context["columns"]) == 2
    book = client.post(reverse("synergy-export", args=["xlsx"]), {"method": ["coupling", "topsis"], **kept}).content
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(book)).sheet_names
    assert sheets == ["协同度", "次序分歧", "指标权重", "数值", "来历"]


def test_a_wrong_file_is_refused_with_its_place(client_of: Clients) -> None:
    client, url = client_of("analyst"), reverse("synergy")
    gap = client.post(url, {"file": upload(OWN.replace("40", "")), "indicators": upload(INDICATORS, "i.csv")})
    assert gap.status_code == 400
    assert "缺失不是零" in gap.content.decode()
    lacking = client.post(url, {"file": upload(OWN)})
    assert lacking.status_code == 400
    assert "PM25" in lacking.content.decode()
    assert client_of("public").post(url, {"file": upload(OWN)}).status_code == 403


def test_a_run_fills_intensities_and_says_what_is_uncounted(world: World) -> None:
    rows, remarks = synergies.filled(world.record, presets()["emission_intensity"])
    (row,) = rows
    assert row.period == "2013"
    # 510 Mt over 3.2 × 10^12 CNY: t per 10^8 CNY
    assert 10_000 < row.values["CO2_per_gdp"] < 25_000
    assert any("偏低" in words for words in remarks)


def test_a_run_fills_air_quality_and_coal_power_of_cities_without_taking_unknown_for_zero(world: World) -> None:
    rows, remarks = synergies.filled(world.record, presets()["city_air_coal"])
    assert remarks
    if rows:
        assert any(row.values["coal_power"] > 0 for row in rows)
        assert all(row.values["PM25"] > 0 for row in rows)
    else:
        assert "没有所在城市" in remarks[0]


def test_a_preset_that_the_run_cannot_rank_says_so(client_of: Clients) -> None:
    page = client_of("province").get(reverse("synergy"), {"preset": "emission_intensity"}).content.decode()
    assert "只有一行" in page


def test_templates_of_a_preset(client_of: Clients) -> None:
    client = client_of("public")
    table = client.get(reverse("synergy-template", args=["city_table"])).content.decode("utf-8-sig")
    assert table.startswith("subject,period,PM25")
    members = client.get(reverse("synergy-template", args=["city_table-indicators"])).content.decode("utf-8-sig")
    assert "PM25,pollution,negative,5" in members
    assert client.get(reverse("synergy-template", args=["nothing"])).status_code == 404
