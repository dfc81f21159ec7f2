from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput, NotFound
from cocontrol.io.cells import FILTERS, Cell, parse_cell
from cocontrol.io.explain import explain
from cocontrol.io.explanation import Explanation, number_text
from cocontrol.io.runs import Run

WORDS = st.text(st.characters(categories=("Ll", "Lu", "Nd"), include_characters="_-:@."), min_size=1, max_size=8)


@given(st.sampled_from(sorted(FILTERS)), st.data())
def test_a_cell_name_is_read_back(subject: str, data: st.DataObject) -> None:
    keys = data.draw(st.lists(st.sampled_from(FILTERS[subject]), unique=True))
    cell = Cell(subject, "CO2", {key: data.draw(WORDS) for key in keys})
    assert parse_cell(str(cell)) == cell


@pytest.mark.parametrize(
    "text", ["", "CO2@", "CO2@period", "CO2@colour=red", "plants:CO2", "CO2@period=1,period=2", "a b"]
)
def test_what_is_no_cell_name_is_refused_with_the_form(text: str) -> None:
    if text == "CO2@":
        assert parse_cell(text) == Cell("emission", "CO2")
        return
    with pytest.raises(InvalidInput, match="category=1A1ai"):
        parse_cell(text)


def branches(tree: Explanation) -> list[Explanation]:
    """Nodes of the upper part of the tree, which are sums of their children."""
    return [node for _, node in tree.walk() if node.detail.startswith("sum of") and node.value is not None]


@pytest.mark.parametrize("measure", ["CO2", "CH4", "N2O", "VOCs", "CO2e_AR2GWP100"])
def test_every_sum_in_the_tree_is_the_sum_of_its_children(small_run: Run, measure: str) -> None:
    tree = explain(small_run, measure, "en")
    total = small_run.result("emission").get_column(measure).sum()
    assert tree.value == pytest.approx(total, rel=1e-12)
    nodes = branches(tree)
    assert nodes
    for node in nodes:
        assert node.value == pytest.approx(sum(child.value or 0.0 for child in node.children), rel=1e-9)


def test_a_cell_opens_to_source_cell_conversion_factor_document_and_clause(small_run: Run) -> None:
    tree = explain(small_run, "CO2@category=1A1ai,fuel=raw_coal,period=2013", "en")
    amount, coefficient = tree.children
    assert tree.value == pytest.approx((amount.value or 0) * (coefficient.value or 0), rel=1e-12)
    source = amount.children[0]
    assert (source.value, source.unit) == (-10.0, "Mtce")
    assert "tables/balance.csv!E3" in source.detail
    assert "1 Mtce = 29,307.6 TJ" in source.detail
    carbon, oxidation, ratio = coefficient.children
    assert carbon.status == "recalled"
    assert "PROV_GUIDE_2011:bituminous:carbon_content" in carbon.detail
    assert oxidation.value == 0.93
    assert ratio.value == pytest.approx(44 / 12)
    assert coefficient.status == tree.status == "recalled"


def test_a_difference_of_cells_names_every_source(small_run: Run) -> None:
    tree = explain(small_run, "CO2@category=1A4b", "en")
    assert {child.label for child in tree.children} == {"1A4b-R Rural residential", "1A4b-U Urban residential"}


def test_a_category_holds_what_is_below_it_and_nothing_beside(small_run: Run) -> None:
    emission = small_run.result("emission")
    power = emission.filter(category="1A1ai").get_column("CO2").sum()
    assert explain(small_run, "CO2@category=1A1ai").value == pytest.approx(power)
    assert explain(small_run, "CO2@category=1A1").value == pytest.approx(power)
    total = emission.get_column("CO2").sum()
    assert explain(small_run, "CO2@category=1").value == pytest.approx(total)


def test_a_missing_figure_says_its_notation_key_and_reason(small_run: Run) -> None:
    tree = explain(small_run, "CO2@fuel=other_energy", "zh")
    assert tree.value is None
    assert tree.status == "NE"
    assert "其他能源" in tree.detail


def test_a_co2_equivalent_opens_to_gases_and_potentials(small_run: Run) -> None:
    tree = explain(small_run, "CO2e_AR2GWP100@category=1A1ai,fuel=raw_coal", "en")
    parts = {child.label: child for child in tree.children}
    methane = parts["CH₄ × GWP"]
    assert methane.children[1].value == 21
    assert "AR2GWP100:CH4" in methane.children[1].detail
    assert tree.value == pytest.approx(sum(child.value or 0 for child in tree.children), rel=1e-12)


def test_an_indicator_opens_to_its_total_and_its_statistics(small_run: Run) -> None:
    tree = explain(small_run, "indicator:co2_per_capita@period=2013,boundary=direct", "en")
    total, people = tree.children
    assert total.cell == "CO2@adcode=410000,period=2013"
    assert "tables/statistics.csv!E4" in people.detail
    assert tree.value == pytest.approx((total.value or 0) / 9500e4, rel=1e-12)


def test_variants_of_an_indicator_stand_side_by_side_without_a_sum(small_run: Run) -> None:
    tree = explain(small_run, "indicator:co2_per_gdp@period=2013", "en")
    assert tree.value is None
    assert len(tree.children) >= 3


def test_purchased_electricity_opens_to_grid_factor(small_run: Run) -> None:
    tree = explain(small_run, "electricity_indirect:CO2@basis=net_import", "en")
    assert "legacy_grid_average" in tree.children[1].detail
    assert tree.value == pytest.approx(0.4e6 / 0.1229 * 0.5257, rel=1e-6)


def test_depth_limits_what_is_opened(small_run: Run) -> None:
    assert explain(small_run, "CO2", depth=1).children
    assert all(not child.children for child in explain(small_run, "CO2", depth=1).children)


def test_every_named_cell_can_be_asked_for_itself(small_run: Run) -> None:
    for _, node in explain(small_run, "CO2").walk():
        if node.cell:
            assert explain(small_run, node.cell).value == node.value


def test_text_and_json_hold_the_same_nodes(small_run: Run) -> None:
    tree = explain(small_run, "CO2", "zh")
    count = sum(1 for _ in tree.walk())
    assert len(tree.as_text().splitlines()) == count == len(tree.as_rows())
    assert tree.as_dict()["children"][0]["label"] == tree.children[0].label


@pytest.mark.parametrize(
    ("cell", "known"),
    [
        ("PM99", "CO2"),
        ("CO2@period=1999", "2013"),
        ("CO2@category=9Z", "1A1ai"),
        ("indicator:happiness", "co2_per_gdp"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(small_run: Run, cell: str, known: str) -> None:
    with pytest.raises(NotFound, match=known):
        explain(small_run, cell)


def test_numbers_are_shown_without_exponent_in_the_common_range() -> None:
    assert [number_text(v) for v in (0.0, 1234.5, 0.00012, 517288711.8)] == ["0", "1,234.5", "0.00012", "517,288,712"]
