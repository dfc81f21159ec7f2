from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from django.test import Client, override_settings
from django.urls import reverse

from cocontrol.core.errors import InvalidInput
from cocontrol_web.analysis import store
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.overview import overview, summarise_gaps, totals_of

from .conftest import World

Browser = Callable[[str], Client]


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def test_the_overview_says_how_much_what_of_it_is_known_and_how_well(world: World, client_of: Browser) -> None:
    page = text_of(client_of("province"), reverse("overview"))
    stand = overview(world.record, gwp_set=world.record.gwp_set)
    co2 = next(t for t in stand.greenhouse_gases if t.measure == "CO2")
    assert co2.value is not None
    assert 'data-explain="CO2@period=2013"' in page
    assert "依据未核对参数" in page
    assert "产生量（未扣除治理），不是排放量" in page
    assert "无法判定" in page
    assert "缺不等于零" in page


def test_a_total_that_covers_little_of_the_energy_says_so(world: World, client_of: Browser) -> None:
    stand = overview(world.record, gwp_set=world.record.gwp_set)
    partial = [t for t in stand.air_pollutants if t.value is not None and t.covered_share < 0.9]
    if not partial:
        pytest.skip("every pollutant of the example covers nearly all energy")
    assert "只涵盖" in text_of(client_of("province"), reverse("overview"))


def test_totals_are_the_sums_of_the_emission_table_and_missing_is_not_zero() -> None:
    emission = pl.DataFrame(
        {"coefficient_id": ["a", "b"], "amount": [30.0, 10.0], "unit": "TJ", "CO2": [5.0, None], "NH3": [None, None]},
        schema_overrides={"CO2": pl.Float64, "NH3": pl.Float64},
    ).with_columns(category=pl.lit("1A1ai"))
    lineage = pl.DataFrame(
        {"coefficient_id": ["a"], "pollutant": ["CO2"], "status": ["recalled"], "stage": ["generation"]}
    )
    co2, nh3 = totals_of(emission, lineage, "2013")
    assert (co2.value, co2.missing, co2.covered_share) == (5.0, 1, 0.75)
    assert (co2.recalled_share, co2.generation_share) == (1.0, 1.0)
    assert (nh3.value, nh3.missing, nh3.covered_share) == (None, 2, 0.0)


def mixed_units() -> tuple[pl.DataFrame, pl.DataFrame]:
    emission = pl.DataFrame(
        {
            "coefficient_id": ["coal", "gas", "lime", "hcfc"], "fuel": ["raw_coal", "natural_gas", "no_fuel", "no_fuel"],
            "amount": [30.0, 10.0, 5e6, 1e4], "unit": ["TJ", "TJ", "t", "t"],
            "CO2": [5.0, None, 7.0, None], "HFC23": [None, None, None, 3.0],
            "category": ["1A1ai", "1A1ai", "2A2", "2B9"],
        }
    )  # fmt: skip
    lines = [("coal", "CO2"), ("gas", "CO2"), ("lime", "CO2"), ("hcfc", "HFC23")]
    lineage = pl.DataFrame(lines, schema=["coefficient_id", "pollutant"], orient="row").with_columns(
        status=pl.lit("verified"), stage=pl.lit("emission"), notation=pl.lit(None, pl.String)
    )
    return emission, lineage


def test_coverage_is_of_energy_only_and_what_no_energy_gives_off_is_covered() -> None:
    totals = {total.measure: total.covered_share for total in totals_of(*mixed_units(), "2013")}
    assert totals == {"CO2": 0.75, "HFC23": 1.0}


def test_the_size_of_a_gap_is_energy_and_tonnes_do_not_add_to_it() -> None:
    emission, _ = mixed_units()
    gaps = emission.select("coefficient_id", "fuel", "amount", "unit").with_columns(
        pollutant=pl.lit("NH3"), notation=pl.lit("NE"), reason_zh=pl.col("fuel"), reason_en=pl.col("fuel")
    )
    (nh3,) = summarise_gaps(gaps.filter(pl.col("coefficient_id") != "coal"), emission)
    assert (nh3.figures, nh3.activity_share, nh3.fuels) == (3, 0.25, ("natural_gas",))
    (only_tonnes,) = summarise_gaps(gaps.filter(pl.col("unit") == "t"), emission)
    assert only_tonnes.activity_share == 0.0


def test_co2e_follows_the_named_gwp_set(world: World, client_of: Browser) -> None:
    client = client_of("province")
    own = overview(world.record, gwp_set=world.record.gwp_set)
    other = overview(world.record, gwp_set="AR6GWP20")
    value = {t.measure: t.value for stand in (own, other) for t in stand.greenhouse_gases}
    ch4, n2o, co2 = value["CH4"], value["N2O"], value["CO2"]
    assert ch4 is not None
    assert n2o is not None
    assert co2 is not None
    assert value["CO2e_AR6GWP20"] != value[f"CO2e_{world.record.gwp_set}"]
    assert "CO2e_AR6GWP20" in text_of(client, reverse("overview") + "?gwp=AR6GWP20")


def test_co2e_under_another_set_opens_down_to_gas_and_potential(world: World, client_of: Browser) -> None:
    url = reverse("api:explain", args=[world.record.run_id])
    answer = client_of("province").get(url, {"cell": "CO2e_AR6GWP20@category=1A1ai,fuel=raw_coal"}).json()
    shown = overview(world.record, gwp_set="AR6GWP20")
    assert answer["tree"]["value"] > 0
    assert "Assessment Report (2021)" in json.dumps(answer, ensure_ascii=False)
    assert any(t.measure == "CO2e_AR6GWP20" for t in shown.greenhouse_gases)


def test_the_explained_total_is_the_figure_on_the_page(world: World, client_of: Browser) -> None:
    stand = overview(world.record, gwp_set=world.record.gwp_set)
    for total in (*stand.greenhouse_gases, *stand.air_pollutants):
        if total.value is None:
            continue
        url = reverse("api:explain", args=[world.record.run_id])
        tree = client_of("public").get(url, {"cell": total.explain}).json()["tree"]
        assert tree["value"] == pytest.approx(total.value, rel=1e-12), total.measure


def test_every_provenance_link_of_the_explorer_opens(world: World, client_of: Browser) -> None:
    client = client_of("province")
    page = text_of(client, reverse("inventory") + "?measure=NOx")
    cells = sorted(set(re.findall(r'data-explain="([^"]+)"', page)))
    assert len(cells) > 20
    for cell in cells[:: len(cells) // 12]:
        assert client.get(reverse("explain", args=[world.record.run_id]), {"cell": cell}).status_code == 200


def test_the_provenance_page_leads_to_source_cell_factor_and_clause(world: World, client_of: Browser) -> None:
    url = reverse("explain", args=[world.record.run_id]) + "?cell=CO2@category=1A1ai,fuel=raw_coal,period=2013"
    page = text_of(client_of("province"), url)
    assert "energy_balance_2013.csv!" in page
    assert "省级温室气体清单编制指南" in page


def test_a_cell_that_means_nothing_is_answered_with_what_there_is(world: World, client_of: Browser) -> None:
    client = client_of("province")
    url = reverse("explain", args=[world.record.run_id])
    assert client.get(url, {"cell": "CO2@colour=red"}).status_code == 400
    response = client.get(url, {"cell": "CO2@fuel=unobtainium"})
    assert response.status_code == 404
    assert "raw_coal" in response.content.decode()


def test_a_wrong_value_in_the_address_lists_what_is_allowed(world: World, client_of: Browser) -> None:
    response = client_of("province").get(reverse("inventory"), {"rows": "colour", "measure": "XYZ"})
    assert response.status_code == 400
    page = response.content.decode()
    assert page.count('class="fault fault--error"') == 2
    assert "category, fuel, pollutant, period, adcode" in page


def test_the_region_switch_narrows_tables_that_have_regional_rows(world: World, client_of: Browser) -> None:
    client = client_of("province")
    page = text_of(client, reverse("table", args=["facility"]) + "?region=410900")
    assert "只显示濮阳市的行" in page
    facilities = store.table_of(world.record, "facility")
    inside = facilities.filter(pl.col("adcode").str.starts_with("4109")).height
    assert f"/ {inside} 行" in page


def test_the_inventory_says_honestly_that_it_exists_for_the_whole_area_only(world: World, client_of: Browser) -> None:
    page = text_of(client_of("province"), reverse("inventory") + "?region=410900")
    assert "清单只有河南省全域的数字，没有濮阳市的分项" in page


def test_the_chosen_region_and_run_are_remembered(world: World, client_of: Browser) -> None:
    client = client_of("province")
    client.get(reverse("overview"), {"region": "410900"})
    assert "没有濮阳市的分项" in text_of(client, reverse("inventory"))


def test_a_city_official_starts_in_the_own_city(world: World, client_of: Browser) -> None:
    page = text_of(client_of("city"), reverse("map"))
    assert "濮阳市的设施" in page


def test_the_map_lists_plants_as_a_table_and_names_those_without_coordinates(world: World, client_of: Browser) -> None:
    page = text_of(client_of("province"), reverse("map"))
    facilities = store.table_of(world.record, "facility")
    without = facilities.filter(pl.col("longitude").is_null()).height
    assert f"另有 {without} 个设施没有坐标" in page
    assert 'class="chart-svg"' in page
    assert "天地图" in page


def test_map_data_are_geojson_with_metrics_that_never_add_sources(world: World, client_of: Browser) -> None:
    client = client_of("public")
    areas = client.get(reverse("api:boundaries"), {"level": "city"}).json()
    assert areas["type"] == "FeatureCollection"
    assert len(areas["features"]) == 18
    facilities = store.table_of(world.record, "facility")
    listed = facilities.filter((pl.col("kind") == "power_plant") & pl.col("adcode").str.starts_with("4101"))
    zhengzhou = next(f for f in areas["features"] if f["properties"]["adcode"] == "410100")
    assert zhengzhou["properties"]["power_mw"] == pytest.approx(listed["capacity"].sum())
    points = client.get(reverse("api:facilities"), {"region": "410900"}).json()["features"]
    located = facilities.filter(pl.col("longitude").is_not_null() & pl.col("adcode").str.starts_with("4109"))
    assert len(points) == located.height


def test_filters_sorting_and_export_agree_with_the_api(world: World, client_of: Browser) -> None:
    client = client_of("analyst")
    query = {"f.category": "1A1ai", "sort": "-CO2", "size": "25"}
    answer = client.get(reverse("api:result", args=[world.record.run_id, "emission"]), query).json()
    values = [row["CO2"] for row in answer["rows"] if row["CO2"] is not None]
    assert values == sorted(values, reverse=True)
    assert {row["category"] for row in answer["rows"]} == {"1A1ai"}
    export = client.get(reverse("table-export", args=["emission", "csv"]), query).content.decode("utf-8-sig")
    assert len(export.strip().splitlines()) - 1 == answer["total"]


def test_the_exported_cross_table_holds_unrounded_figures(world: World, client_of: Browser) -> None:
    client = client_of("public")
    content = client.get(reverse("inventory-export", args=["csv"]), {"measure": "CO2", "unit": "t"}).content
    frame = pl.read_csv(content)
    total = sum(frame[c].sum() for c in frame.columns[2:] if frame[c].dtype.is_numeric())
    emission = store.table_of(world.record, "emission")
    assert total == pytest.approx(emission["CO2"].sum(), rel=1e-12)


def test_the_cross_table_of_the_api_is_the_one_of_the_page(world: World, client_of: Browser) -> None:
    answer = client_of("public").get(
        reverse("api:pivot", args=[world.record.run_id]), {"rows": "fuel", "columns": "category", "measure": "CO2"}
    )
    body = answer.json()
    assert body["unit"] == "t"
    values = [cell["value"] for row in body["cells"] for cell in row if cell["value"] is not None]
    assert sum(values) == pytest.approx(body["total"]["value"])


def test_a_run_compared_with_itself_shows_no_difference(world: World, client_of: Browser) -> None:
    run = world.record.run_id
    page = text_of(client_of("public"), f"{reverse('run-compare')}?first={run}&second={run}")
    assert "没有变动，所有数字相同" in page
    assert "输入、代码和参数完全相同" in page


def test_a_run_whose_manifest_was_changed_is_not_shown_as_if_it_were_the_same(world: World) -> None:
    with pytest.raises(InvalidInput) as caught:
        store.run_of(RunRecord(path=world.record.path, digest="0" * 64))
    assert caught.value.faults[0].rule == "run.manifest_changed"


@pytest.mark.parametrize("page", ["overview", "map", "energy", "targets", "tables", "about", "inventory"])
def test_a_run_whose_folder_is_gone_is_said_to_be_gone_without_naming_a_path(
    world: World, client_of: Browser, page: str
) -> None:
    path = world.record.path
    RunRecord.objects.filter(pk=world.record.pk).update(path=f"{path}-gone")
    try:
        response = client_of("province").get(reverse(page))
    finally:
        RunRecord.objects.filter(pk=world.record.pk).update(path=path)
    assert response.status_code == 404
    text = response.content.decode()
    assert "这次运行的文件夹已不在原处" in text
    assert str(path).rsplit("/", 2)[0] not in text


def test_targets_carry_verdict_reason_and_the_words_of_the_fictitious_plan(world: World, client_of: Browser) -> None:
    page = text_of(client_of("public"), reverse("targets"))
    assert "虚构示例" in page
    assert "单位地区生产总值二氧化碳排放比2020年下降19%" in page.replace("\u2009", "").replace(" ", "")
    undetermined = text_of(client_of("public"), reverse("targets") + "?value=met")
    assert "没有符合的目标" in undetermined


def test_energy_page_keeps_indirect_emissions_apart_and_shows_both_approaches(world: World, client_of: Browser) -> None:
    page = text_of(client_of("analyst"), reverse("energy"))
    assert "从不加进直接排放合计" in page
    assert '"type": "sankey"' in page
    assert "参考方法" in page


def test_the_public_sees_no_activity_on_the_energy_page(world: World, client_of: Browser) -> None:
    page = text_of(client_of("public"), reverse("energy"))
    assert '"type": "sankey"' not in page
    assert "没有可画的能源流向" in page


@pytest.mark.parametrize("name", ["overview", "inventory", "energy", "map", "targets", "tables", "runs", "about"])
def test_without_any_run_every_page_says_what_to_do(db: None, client_of: Browser, name: str) -> None:
    page = text_of(client_of("province"), reverse(name))
    assert "</html>" in page


@pytest.mark.parametrize("name", ["overview", "inventory", "energy", "map", "targets", "tables", "checks", "runs"])
def test_without_the_built_front_end_pages_ask_for_no_script_and_draw_on_the_server(
    world: World, client_of: Browser, name: str
) -> None:
    with override_settings(PLAIN=True):
        page = text_of(client_of("province"), reverse(name))
    assert "build/" not in page
    assert not re.search(r"<script(?! type=\"application/json\")", page)
    if name in {"overview", "inventory", "map"}:
        assert 'class="chart-svg"' in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("status", [403, 404])
def test_error_pages_speak_the_language_of_the_person(
    world: World, client_of: Browser, language: str, status: int
) -> None:
    client = client_of("public")
    client.cookies["django_language"] = language
    url = {403: reverse("table", args=["activity"]), 404: "/nothing/here/"}[status]
    response = client.get(url)
    assert response.status_code == status
    wanted = {
        ("zh-hans", 403): "没有权限", ("zh-hans", 404): "没有找到", ("en", 403): "Not permitted", ("en", 404): "Not found",
    }[language, status]  # fmt: skip
    assert wanted in response.content.decode()


def test_a_broken_program_gives_a_500_page_that_needs_no_database(rf: Any) -> None:
    from cocontrol_web.errors import server_error

    response = server_error(rf.get("/overview/"))
    assert response.status_code == 500
    assert "服务器出错" in response.content.decode()
    assert json.loads(server_error(rf.get("/api/runs")).content)["detail"].startswith("服务器出错")
