"""Reads a scenario file and says everything that is wrong in it before anything is computed."""

from __future__ import annotations

import tomllib

from pydantic import ValidationError

from cocontrol.core.errors import FaultCollector, InvalidInput
from cocontrol.core.settings_faults import key_faults, syntax_fault
from cocontrol.pathways.scenario_checks import meaning_faults
from cocontrol.pathways.scenario_model import Scenario, Target

__all__ = ["Scenario", "Target", "parse_scenario"]


def parse_scenario(content: bytes, file: str) -> Scenario:
    """The scenario written in `content`.

    Raises
    ------
    InvalidInput
        Every fault, located by key: syntax, unknown or missing keys, names that nothing declares, growth and
        milestones mixed, periods that overlap, shares that do not sum to 1.
    """
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(syntax_fault(str(error), file, prefix="scenario")) from error
    try:
        made = Scenario.model_validate(raw)
    except ValidationError as error:
        raise InvalidInput(*key_faults(error, file, prefix="scenario")) from error
    faults = FaultCollector()
    faults.extend(meaning_faults(made, file))
    faults.raise_if_any()
    return made
