"""The measure library and the plane of co-benefits."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cocontrol.measures.causes import Cause
from cocontrol.measures.equivalents import presets
from cocontrol.measures.metrics import Baseline, Measure
from cocontrol_web.scenarios import catalogues, effects
from cocontrol_web.scenarios import cobenefits as plane
from cocontrol_web.scenarios.models import OwnCatalogue

from ..conftest import World

Clients = Callable[[str], Client]
WEIGHTS = presets()["tax_low"]
MEASURES = [
    Measure("both", {"SO2": 10.0}, 100.0, 50.0),
    Measure("trade", {"SO2": 10.0}, -20.0, 80.0),
    Measure("saves", {"SO2": 1.0}, 5.0, -9.0),
    Measure("unknown", {"SO2": None}, 5.0, 1.0),
]


def scope_of(world: World) -> effects.Scope:
    record = world.record
    return effects.Scope(record.pk, record.digest, "demonstration", "2013", "410000", filled=True)


def test_a_measure_without_a_coordinate_is_in_the_table_and_not_on_the_plane() -> None:
    shown = plane.lines(MEASURES, WEIGHTS, None, "SO2")
    chart = plane.plane(shown, "SO2", WEIGHTS, "root")
    assert {point["name"] for point in chart["points"]} == {"both", "trade", "saves"}
    assert len(shown) == 4
    assert {line.name: line.quadrant for line in shown}["trade"] == "IV"
    assert json.dumps(chart, allow_nan=False)


def test_elasticity_stands_with_its_quadrant_and_only_with_a_baseline() -> None:
    without = plane.lines(MEASURES, WEIGHTS, None, "SO2")
    assert all(line.elasticity is None or line.elasticity.value is None for line in without)
    found = {line.name: line for line in plane.lines(MEASURES, WEIGHTS, Baseline({"SO2": 100.0}, 1000.0), "SO2")}
    elasticity = found["both"].elasticity
    assert elasticity is not None
    assert (elasticity.value, elasticity.quadrant) == (pytest.approx(1.0), "I")


def test_a_measure_that_saves_money_comes_first_without_a_unit_cost_to_rank() -> None:
    shown = plane.lines(MEASURES, WEIGHTS, None, "SO2")
    assert shown[0].name == "saves"
    assert shown[0].found.group == "no_regret"


@pytest.mark.usefixtures("world")
def test_the_library_finds_by_word_kind_and_known_cost(client_of: Clients) -> None:
    client, url = client_of("public"), reverse("measures")
    assert "wet_fgd" in client.get(url, {"q": "脱硫"}).content.decode()
    assert "wet_fgd" not in client.get(url, {"kind": "fuel"}).content.decode()
    unknown = client.get(url, {"catalogue": "built-in", "cost": "known"}).content.decode()
    assert "wet_fgd" not in unknown
    assert "synthetic" in client.get(url).content.decode()
    assert client.get(url, {"kind": "nonsense"}).status_code == 400


@pytest.mark.usefixtures("world")
def test_every_number_of_a_measure_stands_with_its_source_and_status(client_of: Clients) -> None:
    page = client_of("public").get(reverse("measure", args=["demonstration", "wet_fgd"])).content.decode()
    assert page.count("badge--synthetic") + page.count("badge--recalled") + page.count("badge--verified") >= 5
    missing = client_of("public").get(reverse("measure", args=["demonstration", "nonsense"]))
    assert missing.status_code == 404


def catalogue_files() -> dict[str, SimpleUploadedFile]:
    numbers = "measure_id,parameter,subject,value,source,status\n"
    numbers += "own,removal,SO2,0.9,our test,declared\nown,investment,-,100,our test,declared\n"
    numbers += "own,operating_cost,-,5,our test,declared\nown,lifetime,-,15,our test,declared\n"
    measures = "measure_id,name_zh,name_en,kind,stage,categories,fuels,activity_unit,source\n"
    measures += "own,自家脱硫,our own FGD,end_of_pipe,desulphurisation,1A1ai,,TJ,our test\n"
    return {
        "measure": SimpleUploadedFile("m.csv", measures.encode()),
        "measure_number": SimpleUploadedFile("n.csv", numbers.encode()),
    }


@pytest.mark.usefixtures("world")
def test_ones_own_catalogue_is_checked_kept_for_the_region_and_deleted(client_of: Clients) -> None:
    analyst, url = client_of("analyst"), reverse("measures-bring")
    answer = analyst.post(url, {"title": "本省措施", **catalogue_files()})
    assert answer.status_code == 302, answer.content.decode()
    (kept,) = OwnCatalogue.objects.all()
    key = str(kept.catalogue_id)
    assert "自家脱硫" in client_of("province").get(reverse("measures"), {"catalogue": key}).content.decode()
    for role in ("stranger", "public", "city"):
        assert client_of(role).get(reverse("measures-export", args=[key])).status_code == 404
    assert catalogues.own_catalogue(kept).get("own").number("investment") == 100
    analyst.post(reverse("measures-delete", args=[key]))
    assert OwnCatalogue.objects.count() == 0


@pytest.mark.usefixtures("world")
def test_the_library_as_excel_comes_back_as_ones_own_catalogue_in_one_file(client_of: Clients) -> None:
    analyst = client_of("analyst")
    book = analyst.get(reverse("measures-export", args=[catalogues.PUBLISHED]))
    upload = SimpleUploadedFile("library.xlsx", b"".join(book) if book.streaming else book.content)
    answer = analyst.post(reverse("measures-bring"), {"title": "改过的", "measure": upload})
    assert answer.status_code == 302, answer.content.decode()
    kept = catalogues.own_catalogue(OwnCatalogue.objects.get())
    shipped = catalogues.shipped(catalogues.PUBLISHED)
    assert kept.measures.keys() == shipped.measures.keys()
    assert kept.prices.keys() == shipped.prices.keys()


@pytest.mark.usefixtures("world")
def test_a_faulty_catalogue_is_refused_with_every_fault(client_of: Clients) -> None:
    files = catalogue_files()
    files["measure_number"] = SimpleUploadedFile(
        "n.csv", b"measure_id,parameter,value\nown,removal,1.7\nnobody,removal,x\n"
    )
    answer = client_of("analyst").post(reverse("measures-bring"), {"title": "x", **files})
    assert answer.status_code == 400
    assert answer.content.decode().count('class="fault fault--') >= 2
    alone = client_of("analyst").post(reverse("measures-bring"), {"title": "x"})
    assert alone.status_code == 400
    assert OwnCatalogue.objects.count() == 0


def test_the_library_on_a_run_shows_that_a_wet_scrubber_raises_carbon(world: World) -> None:
    found = effects.effects_alone(scope_of(world))
    measures = {measure.name: measure for measure in found.table.measures}
    assert (measures["wet_fgd"].reductions["SO2"] or 0) > 0
    assert (measures["wet_fgd"].greenhouse or 0) < 0
    assert found.idle > 0


def test_a_device_that_loses_co_removal_stands_in_a_row_as_well_and_the_page_says_why(
    world: World, client_of: Clients
) -> None:
    steps = {step.name: step for step in effects.effects_alone(scope_of(world)).steps}
    lost = next(rise for rise in steps["bag_filter"].rises if rise.cause is Cause.LOST_REMOVAL)
    assert lost.pollutant == "SO2"
    assert (steps["bag_filter"].reductions["SO2"] or 0) < -0.9 * lost.tonnes
    assert abs(steps["bag_filter+series"].reductions["SO2"] or 0) < 0.05 * lost.tonnes
    page = client_of("province").get(reverse("co-benefits"), {"side": "SO2"}).content.decode()
    assert f"失去被替换设施的协同去除：SO₂ +{lost.tonnes:,.0f} t" in page
    assert "袋式除尘（与原设施串联）" in page


@pytest.mark.usefixtures("world")
def test_the_plane_is_of_the_run_for_its_region_and_of_the_example_for_others(client_of: Clients) -> None:
    url = reverse("co-benefits")
    page = client_of("province").get(url).content.decode()
    assert 'value="demonstration" selected' in page
    assert reverse("measure", args=["demonstration", "wet_fgd"]) in page
    for role in ("public", "stranger"):
        page = client_of(role).get(url).content.decode()
        assert "waste heat recovery (synthetic)" in page
        assert client_of(role).get(url, {"catalogue": "demonstration"}).status_code == 400


@pytest.mark.usefixtures("world")
def test_the_plane_takes_any_catalogue_pollutant_quadrant_and_leaves_unknown_facts_unknown(client_of: Clients) -> None:
    url, client = reverse("co-benefits"), client_of("province")
    known = client.get(url, {"catalogue": "built-in", "facts": "known", "side": "NOx", "weights": "tax_high"})
    assert known.status_code == 200
    assert "badge--synthetic" not in known.content.decode()
    traded = client.get(url, {"quadrant": "IV"}).content.decode()
    assert "石灰石-石膏湿法脱硫" in traded
    assert "工业锅炉煤改气</a>" not in traded
    for wrong in ({"catalogue": "nonsense"}, {"side": "NH3x"}, {"place": "110000"}, {"period": "1999"}):
        assert client.get(url, wrong).status_code == 400


@pytest.mark.usefixtures("world")
def test_ones_own_catalogue_stands_on_the_plane(client_of: Clients) -> None:
    analyst = client_of("analyst")
    analyst.post(reverse("measures-bring"), {"title": "本省措施", **catalogue_files()})
    key = str(OwnCatalogue.objects.get().catalogue_id)
    assert "自家脱硫" in analyst.get(reverse("co-benefits"), {"catalogue": key}).content.decode()


@pytest.mark.usefixtures("world")
def test_every_export_of_the_plane_says_what_it_rests_on(client_of: Clients, world: World) -> None:
    client = client_of("province")
    table = client.get(reverse("co-benefits-export", args=["csv"])).content.decode("utf-8-sig")
    assert world.record.run_id in table
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(reverse("co-benefits-export", args=["xlsx"])).content))
    rows = dict(book.get_sheet_by_index(1).to_python()[1:])
    assert rows["运行"] == world.record.run_id
    assert rows["含合成数据"].startswith("是")
    picture = client.get(reverse("co-benefits-export", args=["svg"]))
    assert picture["Content-Type"] == "image/svg+xml"
    assert "I 减污降碳" in picture.content.decode()
    assert client.get(reverse("co-benefits-export", args=["pdf"])).status_code == 404


@pytest.mark.usefixtures("world")
def test_an_uploaded_table_is_sent_along_with_the_next_question(client_of: Clients) -> None:
    url, client = reverse("co-benefits"), client_of("analyst")
    stream = io.BytesIO("measure,SO2,CO2,cost\n煤改气,10,200,5\nbaseline,100,9000,\n".encode())
    page = client.post(url, {"file": SimpleUploadedFile("mine.csv", stream.getvalue())}).content.decode()
    assert "煤改气" in page
    found = re.search(r'name="table" value="([^"]*)"', page)
    assert found is not None
    again = client.post(url, {"table": found[1], "side": "SO2", "weights": "tax_high", "scale": "linear"})
    assert again.status_code == 200
    assert "煤改气" in again.content.decode()
    assert client_of("public").post(url, {}).status_code == 403
    assert client.post(url, {"table": "measure,x\na,1\n,2"}).status_code == 400


@pytest.mark.usefixtures("world")
def test_the_plane_is_taken_away_as_a_workbook(client_of: Clients) -> None:
    for role in ("analyst", "public"):
        answer = client_of(role).get(reverse("co-benefits-export", args=["xlsx"]))
        rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        assert {"measure", "quadrant", "unit_cost_CNY_per_t", "notes"} <= set(rows[0])
        assert ("rooftop solar (synthetic)" in {row[0] for row in rows}) is (role == "public")


@pytest.mark.usefixtures("world")
def test_a_measure_speaks_one_language_and_money_in_words(client_of: Clients) -> None:
    client = client_of("analyst")
    address = reverse("measure", args=["demonstration", "wet_fgd"])
    page = client.get(address).content.decode()
    assert "元/TJ" in page
    assert "engineering practice" not in page
    assert "CNY" not in page
    client.cookies["django_language"] = "en"
    page = client.get(address).content.decode()
    assert "CNY/TJ" in page
    assert "engineering practice (to be checked)" in page
    assert "工程设计经验" not in page
