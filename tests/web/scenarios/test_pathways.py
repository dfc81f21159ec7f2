"""Pathways on the site: examples, trying a changed text, keeping it, comparing, exporting, decomposing."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cocontrol.core.errors import InvalidInput
from cocontrol_web.analysis.store import table_of
from cocontrol_web.charts.svg import draw
from cocontrol_web.scenarios import outlooks
from cocontrol_web.scenarios import pathways as shown
from cocontrol_web.scenarios.decompositions import of_outlook, waterfall
from cocontrol_web.scenarios.models import Pathway

from ..conftest import World

Clients = Callable[[str], Client]
KAYA = shown.example_text("example-kaya")


@pytest.mark.parametrize("key", shown.EXAMPLES)
def test_an_example_is_marked_synthetic_and_has_a_peak(key: str) -> None:
    result = shown.outlook_of(shown.example_text(key))
    assert result.scenario.scenario.synthetic
    assert shown.peak_lines(result)[0]["year"] == 2030
    assert 0 < (result.joint_probability or 0) < 1


def test_the_band_holds_the_median_and_names_every_year() -> None:
    result = shown.outlook_of(KAYA)
    chart = shown.band_chart(result, "Emissions|CO2")
    line, median = chart["series"]
    assert chart["categories"][0] == "2025"
    assert all(
        low <= mid <= high for low, mid, high in zip(line["lower"], median["values"], line["upper"], strict=True)
    )


@pytest.mark.parametrize("key", shown.EXAMPLES)
def test_the_waterfall_ends_where_the_pathway_does(key: str) -> None:
    result = shown.outlook_of(shown.example_text(key))
    head = result.scenario.scenario
    parts = of_outlook(result, "CO2", head.base_year, head.end_year)
    assert parts is not None
    steps = waterfall(parts, "Mt", "change")["steps"]
    last = result.bands.filter(variable="Emissions|CO2", year=head.end_year)["central"].item()
    assert steps[-1]["to"] == pytest.approx(last)
    assert steps[-2]["to"] == pytest.approx(last)


def test_a_scenario_too_large_for_a_page_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"pathway\.too_large|过大"):
        shown.outlook_of(KAYA.replace("draws = 2000", "draws = 900000"))


@pytest.mark.usefixtures("world")
def test_everybody_reads_the_example_and_only_staff_may_change_it(client_of: Clients) -> None:
    url = reverse("pathways")
    page = client_of("public").get(url).content.decode()
    assert "synthetic" in page
    assert "readonly" in page
    assert client_of("public").post(url, {"text": KAYA}).status_code == 403
    assert client_of("public").post(reverse("pathway-save"), {"text": KAYA}).status_code == 403
    answer = client_of("analyst").post(url, {"text": KAYA.replace("value = 300", "value = 100")})
    assert answer.status_code == 200
    assert "101.7" in answer.content.decode()
    assert Pathway.objects.count() == 0


@pytest.mark.usefixtures("world")
def test_a_faulty_text_is_shown_again_with_every_fault(client_of: Clients) -> None:
    wrong = KAYA.replace("end_year = 2045", "end_year = 2020").replace("by = 2030", 'by = "soon"')
    answer = client_of("analyst").post(reverse("pathways"), {"text": wrong})
    assert answer.status_code == 400
    assert "soon" in answer.content.decode()
    assert answer.content.decode().count('class="fault fault--') >= 1
    assert client_of("analyst").post(reverse("pathway-save"), {"text": wrong}).status_code == 400


@pytest.mark.usefixtures("world")
def test_a_kept_scenario_is_seen_by_its_region_and_by_nobody_else(client_of: Clients) -> None:
    analyst = client_of("analyst")
    upload = SimpleUploadedFile("mine.toml", KAYA.encode())
    kept = analyst.post(reverse("pathway-save"), {"title": "我们的路径", "file": upload})
    assert kept.status_code == 302
    (found,) = Pathway.objects.all()
    assert (found.title, found.region) == ("我们的路径", "410000")
    page = reverse("pathways") + f"?scenario={found.pathway_id}"
    assert "我们的路径" in client_of("province").get(page).content.decode()
    for role in ("stranger", "public", "city"):
        assert client_of(role).get(page).status_code == 404
        assert client_of(role).post(reverse("pathway-delete", args=[found.pathway_id])).status_code in {403, 404}
    analyst.post(reverse("pathway-save"), {"title": "改名", "text": KAYA, "replace": str(found.pathway_id)})
    assert Pathway.objects.get().title == "改名"
    analyst.post(reverse("pathway-delete", args=[found.pathway_id]))
    assert Pathway.objects.count() == 0


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(("kind", "beginning"), [("csv", b"Model,"), ("xlsx", b"PK"), ("toml", "# 合成".encode())])
def test_a_scenario_is_taken_away_in_three_forms(client_of: Clients, kind: str, beginning: bytes) -> None:
    answer = client_of("public").get(reverse("pathway-export", args=[kind]))
    assert answer.status_code == 200
    assert answer.content.startswith(beginning)
    assert client_of("public").get(reverse("pathway-export", args=["exe"])).status_code == 404


@pytest.mark.usefixtures("world")
def test_scenarios_stand_side_by_side(client_of: Clients) -> None:
    page = client_of("public").get(reverse("pathway-compare")).content.decode()
    assert page.count("data-chart") == 1
    assert "2030" in page
    asked = reverse("pathway-compare") + "?scenario=example-kaya&variable=nonsense"
    assert client_of("public").get(asked).status_code == 400


@pytest.mark.usefixtures("world")
def test_a_table_of_factors_is_decomposed_and_not_kept(client_of: Clients) -> None:
    table = pl.DataFrame({"factor": ["activity", "intensity"], "start": [100.0, 2.0], "end": [150.0, 1.6]})
    stream = io.BytesIO()
    table.write_csv(stream)
    url = reverse("pathway-decomposition")
    answer = client_of("analyst").post(url, {"file": SimpleUploadedFile("f.csv", stream.getvalue())})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "40.00" in text
    assert client_of("public").post(url, {}).status_code == 403
    wrong = SimpleUploadedFile("f.csv", b"factor,start,end\nactivity,x,1\n")
    assert client_of("analyst").post(url, {"file": wrong}).status_code == 400


def test_the_interface_gives_the_bands(world: World, client_of: Clients) -> None:
    found = client_of("public").get(reverse("api:pathway"), {"scenario": "example-kaya"}).json()
    assert found["synthetic"] is True
    assert {row["variable"] for row in found["bands"]} >= {"Emissions|CO2"}
    assert world.record.run_id


@pytest.mark.usefixtures("world")
def test_a_policy_is_switched_off_on_the_page_and_in_the_workbook(client_of: Clients) -> None:
    client, off = client_of("public"), {"scenario": "example-province", "variable": "Emissions|NOx", "policies": "1"}
    page = client.get(reverse("pathways"), off).content.decode()
    assert "全部政策" in page
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("pathway-export", args=["xlsx"]), off).content))
    filed = shown.outlook_of(shown.example_text("example-province"))
    result = shown.outlook_of(shown.example_text("example-province"), frozenset({"ultra_low"}))
    rows = {(row[0], row[2]): row[3] for row in book["序列"].iter_rows(min_row=2, values_only=True)}
    expected = result.bands.filter(variable="Emissions|NOx", year=2035)["central"].item()
    assert rows["Emissions|NOx", 2035] == pytest.approx(expected)
    assert filed.bands.filter(variable="Emissions|NOx", year=2035)["central"].item() < expected
    notes = {row[0]: row[1] for row in book["来历"].iter_rows(values_only=True)}
    assert notes["合成数据"] == "是"
    assert notes["关闭的政策"] == "ultra_low"
    assert "1000" in notes["抽样"]
    assert client.get(reverse("pathways"), off | {"on": "nonsense"}).status_code == 400


@pytest.mark.usefixtures("world")
def test_the_page_states_its_draws_double_attainment_and_what_moves_the_peak(client_of: Clients) -> None:
    page = client_of("public").get(reverse("pathways")).content.decode()
    for words in ("种子 7", "双达", "碳 2030 年，空气 2035 年，相差 5 年", "众数", "取低时的峰值年"):
        assert words in page
    client = client_of("public")
    client.cookies["django_language"] = "en"
    english = client.get(reverse("pathways")).content.decode()
    assert "carbon 2030, air 2035, 5 years apart" in english


def test_the_chart_of_what_moves_the_outcome_goes_to_both_sides() -> None:
    text = shown.example_text("example-kaya")
    middle = shown.outlook_of(text).cumulative["Emissions|CO2"]["central"]
    chart = outlooks.tornado(outlooks.swings_of(text, frozenset(), "Emissions|CO2"), "Mt", middle, "t")
    assert chart is not None
    less, more = (one["values"] for one in chart["series"])
    assert all(value <= 0 for value in less)
    assert all(value >= 0 for value in more)
    drawn = draw(chart)
    assert drawn.count("<rect") == 2 + sum(value != 0 for value in [*less, *more])


def test_drawings_without_script_hold_the_band_the_limit_and_the_areas() -> None:
    result = shown.outlook_of(shown.example_text("example-province"))
    band = draw(shown.band_chart(result, "Emissions|NOx"))
    assert 'opacity="0.2"' in band
    assert "nox-2035" in band
    areas = shown.sector_chart(result, "CO2")
    assert areas is not None
    assert draw(areas).count("<polygon") == len(areas["series"])


@pytest.mark.usefixtures("world")
def test_the_run_of_the_page_begins_a_scenario(client_of: Clients, world: World) -> None:
    client = client_of("analyst")
    page = client.get(reverse("pathways"), {"scenario": "from-run"}).content.decode()
    assert "保持不变" in page
    assert world.record.run_id in page
    text = client.get(reverse("pathway-export", args=["toml"]), {"scenario": "from-run"}).content.decode()
    emitted = table_of(world.record, "emission")["CO2"].sum() / 1e6
    found = shown.outlook_of(text).bands.filter(variable="Emissions|CO2")["central"][0]
    assert found == pytest.approx(emitted)


@pytest.mark.usefixtures("world")
def test_scenarios_of_others_stand_beside_ours(client_of: Clients) -> None:
    url = reverse("pathway-compare") + "?scenario=example-province&outside=gcam-410000"
    page = client_of("public").get(url).content.decode()
    assert "682.5" in page
    assert "Apache 2.0" in page
    assert client_of("public").post(url, {}).status_code == 403
    table = "Model,Scenario,Region,Variable,Unit,2030,2040\nm,s,r,Emissions|CO2,Mt/yr,500,400\n"
    brought = client_of("analyst").post(url, {"file": SimpleUploadedFile("mine.csv", table.encode())})
    assert brought.status_code == 200
    assert "mine.csv" in brought.content.decode()
    wrong = client_of("analyst").post(url, {"file": SimpleUploadedFile("mine.csv", b"a,b\n1,2\n")})
    assert wrong.status_code == 400
    assert client_of("public").get(url.replace("410000", "999999")).status_code in {200, 400}


@pytest.mark.usefixtures("world")
def test_a_decomposition_is_taken_away_as_it_is_shown(client_of: Clients) -> None:
    client = client_of("analyst")
    table = b"year,P,A,co2\n2015,50,6,300\n2020,51,8.4,428.4\n"
    page = client.post(
        reverse("pathway-decomposition"), {"file": SimpleUploadedFile("f.csv", table), "method": "lmdi-multiplicative"}
    )
    assert page.context["result"].effects == pytest.approx({"P": 1.02, "A": 1.4})
    asked = {"table": page.context["table"], "method": "lmdi-additive"}
    book = openpyxl.load_workbook(io.BytesIO(client.post(reverse("decomposition-export"), asked).content))
    effects = {row[2]: row[3] for row in book["效应"].iter_rows(min_row=2, values_only=True)}
    assert effects["Σ"] == pytest.approx(128.4)
    assert effects["P"] + effects["A"] == pytest.approx(128.4)
    assert client.post(reverse("pathway-decomposition"), {"method": "other"}).status_code == 400
    assert client_of("public").get(reverse("decomposition-example")).content.startswith(b"sector,")
    assert client_of("public").post(reverse("decomposition-export"), asked).status_code == 403


@pytest.mark.usefixtures("world")
def test_a_scenario_file_of_a_chinese_editor_is_read(client_of: Clients) -> None:
    upload = SimpleUploadedFile("mine.toml", KAYA.replace("\n", "\r\n").encode("gb18030"))
    page = client_of("analyst").post(reverse("pathways"), {"file": upload})
    assert page.status_code == 200
    assert "人均地区生产总值" in page.content.decode()


def test_scenarios_of_one_name_are_told_apart_in_a_comparison() -> None:
    assert shown.told_apart(["甲", "乙", "甲", "甲"]) == ["甲", "乙", "甲 (2)", "甲 (3)"]
