"""The report of a run: which sections there are, in which order."""

from __future__ import annotations

from collections.abc import Callable

from cocontrol.core.text import Language
from cocontrol.io.runs import Run
from cocontrol.reports.assessment_sections import indicator_section, verdict_section
from cocontrol.reports.check_sections import finding_section, ledger_section, missing_section, reference_section
from cocontrol.reports.inventory_sections import electricity_section, inventory_section
from cocontrol.reports.model import Report, Section
from cocontrol.reports.provenance_sections import provenance_section, recalled_section
from cocontrol.reports.rule_section import rule_section
from cocontrol.reports.source import Source
from cocontrol.reports.summary_section import summary_section

SECTIONS: tuple[Callable[[Source], Section | None], ...] = (
    summary_section,
    inventory_section,
    electricity_section,
    finding_section,
    reference_section,
    indicator_section,
    verdict_section,
    rule_section,
    missing_section,
    recalled_section,
    ledger_section,
    provenance_section,
)
"""Every section in printed order; one that has nothing to say is left out."""


def build_report(run: Run, language: Language) -> Report:
    """The report of a run in one language, ready for any paper."""
    source = Source(run, language)
    sections = tuple(section for section in (make(source) for make in SECTIONS) if section is not None)
    years = ", ".join(str(year) for year in run.manifest["years"])
    title = source.say(
        "{r} {y} 年大气污染物与温室气体融合清单报告",
        "{r} {y}: integrated inventory of air pollutants and greenhouse gases",
    )
    return Report(
        language,
        title.format(r=run.manifest["workspace"][f"title_{language}"], y=years),
        source.say(
            "由协控自动生成，数字均可溯源到单元格、因子和条款",
            "made by Cocontrol; every figure opens to cell, factor and clause",
        ),
        sections,
        _banner(source),
        _facts(source),
    )


def _banner(source: Source) -> str:
    synthetic = source.run.manifest.get("synthetic") or []
    if not synthetic:
        return ""
    text = source.say("含虚构（合成）材料，仅供演示：{s}", "contains synthetic material, for demonstration only: {s}")
    return text.format(s=", ".join(synthetic))


def _facts(source: Source) -> tuple[tuple[str, str], ...]:
    manifest = source.run.manifest
    return (
        (source.say("运行编号", "run"), manifest["run_id"]),
        (source.say("生成时间（UTC）", "made at (UTC)"), manifest["created_at"]),
        (source.say("文件口径", "document profile"), source.profile_label()),
        (source.say("GWP 集", "GWP set"), manifest["gwp_set"]),
        (source.say("代码版本", "code version"), manifest["code_version"]),
        (source.say("参数版本", "parameter version"), manifest["parameter_version"][:12]),
    )
