"""Other words for the same demand compile to the same template, and words that demand something else do not."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from cocontrol.plans import parse
from cocontrol.plans.compiling import compile_plan
from cocontrol.rules import evaluate


def compiled(sentence):
    """Template → parameters of the rules of one sentence in a plan."""
    plan = parse(f"云山省协同增效实施方案\n\n一、主要任务\n\n（一）治理重点。{sentence}（省发展改革委负责）\n")
    return {rule.template: rule for rule in compile_plan(plan)}


@pytest.mark.parametrize(
    ("sentence", "template", "parameters"),
    [
        (
            "2024年6月底前，关停10万千瓦以下燃煤机组。",
            "retire_coal_units",
            {"max_mw": 100.0, "max_mw_operator": "<", "deadline": "2024-06-30"},
        ),
        ("淘汰30万千瓦以下不达标煤电机组。", "retire_coal_units", {"max_mw": 300.0, "below_standard": True}),
        ("30万千瓦及以下燃煤机组全部关停。", "retire_coal_units", {"max_mw": 300.0, "max_mw_operator": "<="}),
        ("淘汰20万千瓦及以下纯凝燃煤机组。", "retire_condensing_coal_units", {"max_mw": 200.0}),
        ("关停20万千瓦及以下凝汽式燃煤机组。", "retire_condensing_coal_units", {"max_mw": 200.0}),
        ("关停35蒸吨/小时以下燃煤锅炉。", "retire_small_boilers", {"max_tph": 35.0, "max_tph_operator": "<"}),
        ("建成区10蒸吨/小时及以下燃煤锅炉全部拆除。", "retire_small_boilers", {"max_tph": 10.0}),
        (
            "30万千瓦及以上热电联产机组供热半径15公里范围内的燃煤锅炉关停整合。",
            "heat_radius_consolidation",
            {"min_mw": 300.0, "min_mw_operator": ">=", "radius_km": 15.0},
        ),
        (
            "热电联产机组供热半径15公里范围内燃煤锅炉2025年底前关停整合。",
            "heat_radius_consolidation",
            {"min_mw": None, "radius_km": 15.0, "deadline": "2025-12-31"},
        ),
    ],
)
def test_a_demand_in_other_words_gives_the_template_with_its_figures(sentence, template, parameters):
    found = compiled(sentence)
    assert template in found
    assert {name: found[template].parameters.get(name) for name in parameters} == parameters
    assert found[template].status == "executable"


@pytest.mark.parametrize(
    ("sentence", "template"),
    [
        ("淘汰2蒸吨/小时及以下生物质锅炉。", "retire_small_boilers"),
        ("淘汰30万千瓦以下不达标煤电机组。", "retire_condensing_coal_units"),
        ("淘汰20万千瓦及以下纯凝燃煤机组。", "retire_coal_units"),
        ("推动30万千瓦及以上热电联产机组供热合理半径范围内的落后燃煤小热电机组关停整合。", "retire_coal_units"),
        ("将年排放2.6万吨二氧化碳当量及以上的企业全部纳入重点排放单位。", "min_share"),
    ],
)
def test_what_a_sentence_does_not_demand_is_not_compiled_from_it(sentence, template):
    assert template not in compiled(sentence)


def judged(sentence, template, register, rows):
    rule = compiled(sentence)[template].as_dict()
    table = evaluate([rule], {register: pl.DataFrame(rows, infer_schema_length=None)}, as_of=date(2026, 1, 1))
    return dict(table.select("subject_id", "value").rows())


def test_a_unit_of_any_type_that_misses_the_standard_is_named_and_one_nobody_checked_is_undetermined():
    unit = {"fuel": "coal", "unit_type": "chp", "capacity_mw": 299.9, "status": "operating"}
    found = judged(
        "坚决淘汰30万千瓦以下不达标煤电机组。",
        "retire_coal_units",
        "generating_unit",
        [
            {**unit, "subject_id": "short", "below_standard": True},
            {**unit, "subject_id": "fine", "below_standard": False},
            {**unit, "subject_id": "unknown", "below_standard": None},
            {**unit, "subject_id": "large", "below_standard": True, "capacity_mw": 300.0},
        ],
    )
    assert found == {"short": "violation", "fine": "clear", "unknown": "undetermined", "large": "clear"}


def test_a_radius_without_a_size_of_the_unit_concerns_boilers_by_their_distance_alone():
    boiler = {"fuel": "coal", "status": "operating", "nearest_chp_mw": None}
    found = judged(
        "热电联产机组供热半径15公里范围内燃煤锅炉2025年底前全部关停整合。",
        "heat_radius_consolidation",
        "boiler",
        [
            {**boiler, "subject_id": "in", "chp_distance_km": 15.0},
            {**boiler, "subject_id": "out", "chp_distance_km": 15.1},
        ],
    )
    assert found == {"in": "violation", "out": "clear"}
