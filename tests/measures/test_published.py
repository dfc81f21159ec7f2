"""Published costs: figures as printed, brought into yuan of one year by formulas whose units are checked."""

from __future__ import annotations

import pytest

from cocontrol.core.errors import InvalidInput, NotFound
from cocontrol.measures.catalogue import built_in_catalogue, cost_is_known, require_known_costs
from cocontrol.measures.costing import cost_of
from cocontrol.measures.published import (
    BASE_YEAR,
    cost_figures,
    cost_references,
    coverage,
    derive,
    exchange,
    lineage_table,
    price_index,
    published_catalogue,
    published_numbers,
)

from .streams import plant

TARIFF = "CN_TARIFF_FGD / CN_SUPPLY_COAL"


def test_a_tariff_per_kilowatt_hour_becomes_a_cost_per_terajoule_of_coal() -> None:
    # 15 CNY/MWh ÷ (0.321 tce/MWh × 0.0293076 TJ/tce), in prices of 2024
    made = derive(TARIFF, "CNY/TJ")
    index = price_index(2014)
    assert index is not None
    assert made.value == pytest.approx(15 / (0.321 * 29.3076e-3) * index.value)
    assert made.lower == pytest.approx(15 / (0.33 * 29.3076e-3) * index.value)
    assert made.upper == pytest.approx(15 / (0.30 * 29.3076e-3) * index.value)


def test_a_number_is_no_better_known_than_the_least_known_thing_that_it_rests_on() -> None:
    assert cost_figures()["CN_TARIFF_FGD"].status == "verified"
    assert cost_figures()["CN_SUPPLY_COAL"].status == "recalled"
    assert derive(TARIFF, "CNY/TJ").status == "recalled"
    assert derive("CN_VOC_UNIT", "CNY/t").status == "verified"


def test_euros_go_by_way_of_dollars_and_a_later_year_is_brought_back() -> None:
    rate = exchange("EUR", 2025)
    assert rate is not None
    assert rate.value == pytest.approx(7.1875 / 0.8845)
    assert exchange("CNY", 2014) is None
    assert price_index(BASE_YEAR) is None
    back, onward = price_index(2025), price_index(2023)
    assert back is not None
    assert onward is not None
    assert (back.status, onward.status) == ("recalled", "verified")
    assert onward.value == pytest.approx(1 + 0.2181 / 100, rel=1e-6)


def test_a_difference_takes_each_figure_alike_in_all_its_terms() -> None:
    made = derive("CN_WHR_SUPPLY_COST - CN_WHR_SUPPLY_COST * CN_WHR_DEPRECIATION", "CNY/MWh")
    index = price_index(2008)
    assert index is not None
    assert made.lower == pytest.approx(120 * (1 - 0.39) * index.value)
    assert made.upper == pytest.approx(160 * (1 - 0.37) * index.value)


def test_a_lifetime_follows_from_investment_and_depreciation() -> None:
    assert published_numbers()["waste_heat_recovery", "lifetime", "-"].value == pytest.approx(
        6750 / (0.14 * 0.38 * 7000)
    )


def test_a_formula_of_another_unit_or_an_unknown_figure_is_refused() -> None:
    with pytest.raises(InvalidInput, match="单位"):
        derive("CN_TARIFF_FGD", "CNY/household")
    with pytest.raises(NotFound):
        derive("NO_SUCH_FIGURE", "CNY/t")
    with pytest.raises(NotFound):
        exchange("USD", 1990)


def test_old_figures_for_ranking_never_enter_a_cost() -> None:
    used = set(lineage_table()["name"]) & set(cost_figures())
    ranking = set(cost_references()["figure_id"].filter(cost_references()["use"] == "ranking"))
    assert used
    assert not used & ranking
    assert {name for name in ranking if name.startswith("CE")} >= {"CE0249", "CE0252"}


def test_a_measure_without_a_published_cost_is_refused_by_name() -> None:
    catalogue = published_catalogue()
    assert cost_is_known(catalogue.get("scr"))
    assert not cost_is_known(catalogue.get("electric_arc_furnace"))
    assert not cost_is_known(built_in_catalogue().get("scr"))
    with pytest.raises(InvalidInput) as caught:
        require_known_costs([catalogue.get("electric_arc_furnace"), catalogue.get("scr")])
    assert [fault.value for fault in caught.value.faults] == ["electric_arc_furnace"]


def test_a_published_number_carries_its_formula_source_and_status_into_the_catalogue() -> None:
    number = published_catalogue().get("scr").numbers["all_in_cost", "-"]
    assert "536" in number.source
    assert number.clause == "CN_TARIFF_DENOX, CN_SUPPLY_COAL"
    assert "10 CNY/MWh (2014)" in (number.note or "")
    assert "0.321 tce/MWh" in (number.note or "")
    assert number.status == "recalled"


def test_every_published_number_lies_in_its_range_and_names_a_measure() -> None:
    known = coverage()
    assert known.numbers.total() == len(published_numbers())
    assert 0 < known.priced < known.measures
    for made in published_numbers().values():
        if made.lower is not None and made.upper is not None:
            assert made.lower <= made.value <= made.upper
        assert made.lines


def test_a_whole_cost_holds_capital_and_energy() -> None:
    measure = published_catalogue().get("scr")
    before = plant()
    cost = cost_of(measure, [before], [before], {}, 0.05)
    assert (cost.capital, cost.energy) == (0.0, 0.0)
    assert cost.total == pytest.approx((before.amount or 0.0) * (measure.number("all_in_cost") or 0.0))


def test_references_are_found_by_words_pollutant_kind_and_country() -> None:
    found = cost_references(words="scr cement", pollutant="NOx", place="US")
    assert found.height >= 1
    assert set(found["use"]) == {"ranking"}
    assert cost_references(quantity="price").height >= 5
    assert "conversion" not in set(cost_references()["quantity"])
    assert cost_references().height > 204
