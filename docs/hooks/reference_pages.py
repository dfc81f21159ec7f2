"""Reference pages made from the code: tables, indicators, factors, API. Run by mkdocs at every build.

What the code declares is printed here and nowhere else, so a page cannot go stale.
"""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

import cocontrol.assessment.targets
import cocontrol.indicators.table
from cocontrol.core.pollutants import POLLUTANTS
from cocontrol.core.tables import TABLES, Column, Table
from cocontrol.indicators.catalogue import BOUNDARIES, DEFINITIONS
from cocontrol.io.declarations import declared_tables
from cocontrol.reference.categories import categories
from cocontrol.reference.errata import errata
from cocontrol.reference.factors import factor_table
from cocontrol.reference.fuels import fuels
from cocontrol.reference.profiles import list_profiles

SOURCE = Path(cocontrol.assessment.targets.__file__).parents[1]
API_PACKAGES = ("core", "reference", "inventory", "plans", "indicators", "rules", "assessment", "io")

TOPICS = {
    "fuel": ("燃料参数", "fuel parameters", ("profile", "parameter", "fuel_code", "kind", "item")),
    "combustion": ("燃烧排放因子（IPCC）", "combustion factors", ("fuel_code", "pollutant", "sector", "technology")),
    "air": ("大气污染物产污系数", "air pollutant factors", ("fuel_code", "pollutant", "sector", "technology", "item")),
    "control": ("去除效率", "removal efficiencies", ("technology", "pollutant", "parameter", "kind")),
    "electricity": ("电力排放因子", "electricity factors", ("region", "data_year", "kind")),
    "gwp": ("全球变暖潜势", "global warming potentials", ("profile", "pollutant", "kind")),
}
"""Topics of the factor table: heading, and the columns that tell its rows apart."""

Page = tuple[str, str, str]
"""Title in the menu, path, Markdown."""

# Docstrings are plain text: brackets in them (``x[0][1]``) are not references to other pages.
logging.getLogger("mkdocs.plugins.mkdocs_autorefs").addFilter(
    lambda record: "Could not find cross-reference" not in record.getMessage()
)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the made pages, the command line and the decisions into the menu."""
    reference = next(part["参考"] for part in config.nav or [] if isinstance(part, dict) and "参考" in part)
    reference.extend([{title: path} for title, path, _ in summary_pages()])
    reference.append({"数据表": [{title: path} for title, path, _ in table_pages()]})
    reference.append({"因子": [{title: path} for title, path, _ in factor_pages()]})
    reference.append({"API": [{title: path} for title, path, _ in api_pages()]})
    docs = Path(config.docs_dir)
    if (docs / "cli.md").is_file():
        reference.insert(1, {"命令行": "cli.md"})
    decisions = sorted(path.name for path in (docs / "decisions").glob("*.md"))
    if decisions and config.nav is not None:
        ordered = ["README.md", *(name for name in decisions if name != "README.md")]
        config.nav.append({"决策": [f"decisions/{name}" for name in ordered]})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the made pages."""
    for _, path, markdown in (*summary_pages(), *table_pages(), *factor_pages(), *api_pages()):
        files.append(File.generated(config, path, content=markdown))
    return files


def summary_pages() -> list[Page]:
    """Pages of one list each."""
    return [
        ("指标", "reference/indicators.md", indicators_page()),
        ("污染物", "reference/pollutants.md", pollutants_page()),
        ("燃料", "reference/fuels.md", list_page("燃料", "fuels", fuels())),
        ("源类别", "reference/categories.md", list_page("源类别", "source categories", categories())),
        ("文件口径", "reference/profiles.md", profiles_page()),
        ("勘误", "reference/errata.md", list_page("勘误", "errata", errata())),
    ]


def table_pages() -> list[Page]:
    """One page for each declared table."""
    tables = [TABLES.get(name) for name in TABLES.names()]
    return [(table.label.zh, f"reference/tables/{table.name}.md", table_page(table)) for table in tables]


def factor_pages() -> list[Page]:
    """One page for each topic of the factor table."""
    everything = factor_table()
    return [
        (zh, f"reference/factors/{topic}.md", factor_page(zh, en, everything.filter(pl.col("topic") == topic), keys))
        for topic, (zh, en, keys) in TOPICS.items()
    ]


def api_pages() -> list[Page]:
    """One page for each package: every public module with its docstrings."""
    pages = []
    for package in API_PACKAGES:
        modules = list(public_modules(SOURCE / package))
        if modules:
            body = "\n\n".join(f"::: {module}" for module in modules)
            pages.append((package, f"reference/api/{package}.md", f"# cocontrol.{package}\n\n{body}\n"))
    return pages


def public_modules(folder: Path) -> Iterator[str]:
    """Dotted names of the public modules under a package that define something, in reading order."""
    for path in sorted(folder.rglob("*.py")):
        relative = path.relative_to(SOURCE).with_suffix("")
        if any(part.startswith("_") for part in relative.parts):
            continue
        if any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in ast.parse(path.read_bytes()).body):
            yield "cocontrol." + ".".join(relative.parts)


def table_page(table: Table) -> str:
    """The declaration of a table: what it says, its key, and every column."""
    head = (
        f"# {table.label.zh} · {table.label.en}\n\n`{table.name}`\n\n{table.description.zh}\n\n*{table.description.en}*"
    )
    key = "、".join(f"`{name}`" for name in table.key) or "未声明 / none"
    rows = [
        {
            "列 column": f"`{column.name}`{' *' if column.required else ''}",
            "名称 label": f"{column.label.zh}<br>{column.label.en}",
            "类型 kind": column.kind.value + (f" [{column.unit}]" if column.unit else ""),
            "含义 meaning": f"{column.description.zh}<br>*{column.description.en}*",
            "取值 allowed": allowed_values(column),
        }
        for column in table.columns
    ]
    return "\n\n".join([head, f"主键 / key: {key}", how_it_is_made(table), markdown_table(rows)]) + "\n"


def how_it_is_made(table: Table) -> str:
    """Whether people fill the table in, and how, or whether runs make it."""
    if table.name not in declared_tables():
        return "由运行生成，不是输入。 / Made by runs; it is not input."
    return (
        f"Excel 模板 / template: `cocontrol template {table.name} --to {table.name}.xlsx`。"
        "标题可用列名、中文或英文名称；`*` 为必填。 / Headings may be the column name or either label; `*` is required."
    )


def allowed_values(column: Column) -> str:
    """What a cell may hold, in words."""
    parts = [f"`{code}` {label.zh} / {label.en}" for code, label in column.allowed.items()]
    if column.code_list:
        parts.append(f"代码表 / code list `{column.code_list}`")
    if column.pattern:
        parts.append(f"`{column.pattern.replace('|', chr(92) + '|')}`")
    if column.minimum is not None:
        parts.append(f"{'>' if column.exclusive_minimum else '≥'} {column.minimum:g}")
    if column.maximum is not None:
        parts.append(f"≤ {column.maximum:g}")
    if column.accepts_notation:
        parts.append("可填标记 / notation keys: NE NO IE NA C")
    if column.aliases:
        parts.append("别名 / aliases: " + "、".join(column.aliases))
    return "<br>".join(parts)


def indicators_page() -> str:
    """Every calculated indicator and every boundary."""
    rows = [
        {
            "代码 id": f"`{d.indicator_id}`",
            "名称 label": f"{d.label.zh}<br>{d.label.en}",
            "计算式 formula": d.formula,
            "单位 unit": d.unit,
            "含义 meaning": f"{d.meaning.zh}<br>*{d.meaning.en}*",
        }
        for d in DEFINITIONS.values()
    ]
    boundaries = [{"代码 id": f"`{code}`", "中文": label.zh, "English": label.en} for code, label in BOUNDARIES.items()]
    return (
        "# 指标 · Indicators\n\n"
        "为什么这样算，见 / why: [指标与边界](../explanation/indicators.md)。\n\n"
        f"{markdown_table(rows)}\n\n## 边界 · Boundaries\n\n{markdown_table(boundaries)}\n"
    )


def pollutants_page() -> str:
    """Every substance."""
    rows = [
        {
            "列 column": f"`{p.code}`",
            "符号 symbol": p.symbol,
            "名称 name": f"{p.label.zh}<br>{p.label.en}",
            "类 group": p.group,
            "计作 counted as": p.counted_as or "",
            "属于 part of": f"`{p.part_of}`" if p.part_of else "",
        }
        for p in POLLUTANTS
    ]
    note = "PM2.5 是 PM10 的一部分，两者从不相加。 / PM2.5 is part of PM10; the two are never added."
    return f"# 污染物 · Pollutants\n\n{note}\n\n{markdown_table(rows)}\n"


def profiles_page() -> str:
    """Every document profile."""
    rows = [
        {
            "代码 id": f"`{p.profile_id}`",
            "文件 document": f"{p.label.zh}<br>{p.label.en}",
            "GWP": f"`{p.gwp_set}`",
            "有效 valid": f"{p.valid_from or '…'} – {p.valid_to or '…'}",
            "状态 status": p.status.value,
            "说明 note": f"{p.note.zh}<br>*{p.note.en}*",
        }
        for p in list_profiles()
    ]
    return (
        "# 文件口径 · Document profiles\n\n"
        "为什么因子总在口径下取用，见 / why: [文件口径](../explanation/document-profiles.md)。\n\n"
        f"{markdown_table(rows)}\n"
    )


def list_page(zh: str, en: str, frame: pl.DataFrame) -> str:
    """A whole reference list, columns that are all empty left out."""
    kept = [name for name in frame.columns if frame[name].null_count() < frame.height]
    return (
        f"# {zh} · {en.capitalize()}\n\n{frame.height} 行 / rows\n\n{markdown_table(frame.select(kept).to_dicts())}\n"
    )


def factor_page(zh: str, en: str, frame: pl.DataFrame, keys: Sequence[str]) -> str:
    """Factors of one topic, grouped by document: value, limits, clause, status, validity."""
    recalled = frame.filter(pl.col("status") == "recalled").height
    parts = [
        f"# {zh} · {en.capitalize()}",
        f"{frame.height} 行，其中凭记忆录入（recalled）{recalled} 行。 / "
        f"{frame.height} rows, {recalled} of them recalled. "
        "查询 / query: `cocontrol reference`、[`cocontrol.reference`](../api/reference.md)。",
    ]
    for (document,), group in frame.group_by(["document"], maintain_order=True):
        parts += [f"## {document}", markdown_table([factor_row(row, keys) for row in group.iter_rows(named=True)])]
    return "\n\n".join(parts) + "\n"


def factor_row(row: Mapping[str, Any], keys: Sequence[str]) -> dict[str, str]:
    """One factor as a row of its page."""
    limits = f" ({row['lower']:g} – {row['upper']:g})" if row["lower"] is not None and row["upper"] is not None else ""
    valid = f"{row['effective_from'] or '…'} – {row['effective_to'] or '…'}"
    told_apart = " · ".join(str(row[key]) for key in keys if row[key] is not None)
    return {
        "因子 factor": f"{told_apart}<br>`{row['factor_id']}`",
        "数值 value": ("–" if row["value"] is None else f"{row['value']:g}{limits}") + f" {row['unit'] or ''}",
        "条款 clause": str(row["clause"] or ""),
        "状态 status": row["status"] + (f"，{row['flag']}" if row["flag"] else ""),
        "有效 valid": "" if valid == "… – …" else valid,
    }


def markdown_table(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as a Markdown table; a bar or a line break in a cell is made harmless."""
    listed = list(rows)
    if not listed:
        return "（空 / empty）"
    names = list(listed[0])
    lines = [names, ["---"] * len(names), *([cell(row[name]) for name in names] for row in listed)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def cell(value: Any) -> str:
    """One cell of a Markdown table."""
    text = "" if value is None else str(value)
    return text.replace("\n", " ").replace("\\|", "|").replace("|", "\\|")
