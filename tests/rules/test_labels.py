"""Names of codes: every parameter that a plan can be compiled to has one, and no word of a verdict is a code."""

from __future__ import annotations

import json

import pytest

from cocontrol.core.registers import TARGET_OPERATORS
from cocontrol.core.text import LANGUAGES
from cocontrol.plans.compiling import recipe_parameters
from cocontrol.plans.model import Modality
from cocontrol.plans.vocabulary import metrics
from cocontrol.reference.metrics import metric_names
from cocontrol.rules import templates
from cocontrol.rules.labels import MODALITY, SIGNS, full_parameter, parameter_label, template_label, words_of
from cocontrol.rules.registers import conditions_of
from cocontrol.rules.wording import in_words


def test_every_parameter_of_recipes_and_templates_has_a_name():
    read = {str(c[2])[1:] for kind in templates().values() for c in conditions_of(kind) if str(c[2]).startswith("$")}
    unnamed = {name for name in (recipe_parameters() | read) - {"as_of_year"} if parameter_label(name).zh == name}
    assert unnamed == set()


def test_every_strength_sign_and_metric_has_a_name():
    assert set(MODALITY) == {one.value for one in Modality}
    signs = {c[1] for kind in templates().values() for c in conditions_of(kind) if not c[1].startswith("$")}
    assert signs - {"same_version"} <= set(SIGNS)
    assert set(TARGET_OPERATORS) <= set(SIGNS)
    assert set(metrics()) <= set(metric_names())


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("heat_radius_consolidation.radius_km", "热电联产供热半径内锅炉整合：半径（km）"),
        ("T4.7:heat_radius_consolidation.radius_km", "热电联产供热半径内锅炉整合：半径（km）（条款 T4.7）"),
        ("indicator_target.co2_per_gdp.value", "单位地区生产总值二氧化碳排放：数值"),
        ("供热合理半径", "供热合理半径"),
    ],
)
def test_full_names_of_parameters_are_said_in_words(identifier, name):
    assert full_parameter(identifier).zh == name


def test_unknown_codes_stand_for_themselves():
    assert template_label("nothing").zh == "nothing"
    assert parameter_label("nothing").en == "nothing"
    assert words_of("nothing").column("a").zh == "a"


def test_values_of_a_register_are_said_with_codes_lists_and_units():
    words = words_of("boiler")
    assert words.value("capacity_tph", 34.9).zh == "34.9 t/h"
    assert words.value("status", "operating").zh == "在用"
    assert words.value("in_heat_network", value=True).en == "yes"
    assert words.value("status", ["operating", "retired"]).zh == "在用、已淘汰"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_verdict_in_words_holds_no_codes(language):
    row = {
        "value": "not_yet_due", "template": "retire_small_boilers", "reasons_zh": "理由", "reasons_en": "reason",
        "facts": json.dumps({"fuel": "coal", "capacity_tph": 34.9, "status": None, "origin": "b.csv!A2"}),
        "parameters": json.dumps({"max_tph": 35.0, "max_tph_operator": "<", "fuel": "coal", "deadline": "2024-12-31"}),
    }  # fmt: skip
    worded = in_words(row, language)
    fuel = "燃料" if language == "zh" else "fuel"
    assert dict(worded.thresholds)[fuel] == dict(worded.facts)[fuel]
    said = " ".join([worded.value, worded.template, worded.reasons, *(f"{a} {b}" for a, b in worded.facts)])
    assert "_" not in said
    assert "—" in said
    assert worded.origin == "b.csv!A2"
    assert ("期限" if language == "zh" else "deadline", "2024-12-31") in worded.thresholds
