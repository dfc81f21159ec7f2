"""Rules over registers: templates with parameters come in, verdicts with reasons go out."""

from cocontrol.rules.engine import VERDICT_SCHEMA, evaluate, evaluate_rule, verdict_table
from cocontrol.rules.templates import Template, template, templates

__all__ = ["VERDICT_SCHEMA", "Template", "evaluate", "evaluate_rule", "template", "templates", "verdict_table"]
