"""Pathways on the site: examples, trying a changed text, keeping it, comparing, exporting, decomposing."""

from __future__ import annotations

import io
from collections.abc import Callable

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cocontrol.core.errors import InvalidInput
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
