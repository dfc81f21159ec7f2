"""New workspaces, templates and annotated copies: everything that is written for a person to fill or mend."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput, Location
from cocontrol.core.tables import TABLES
from cocontrol.core.text import Language, Text
from cocontrol.inventory.balance_layout import get_layout, list_layouts
from cocontrol.io.annotate import write_annotated_copy
from cocontrol.io.pipeline import CheckReport
from cocontrol.io.templates import write_template
from cocontrol.io.workspace import SETTINGS_FILE, Workspace, parse_settings
from cocontrol.reference import regions

STARTER_TABLES: tuple[tuple[str, dict[str, str]], ...] = (
    ("energy_balance", {"layout": "cesy"}),
    ("provincial_statistics", {}),
    ("facility", {}),
    ("target", {}),
)
"""Tables of a new workspace, with the extra keys of their entries."""

_README = """# {title_zh} {title_en}

协控工作区。填写 `tables/` 中的模板，在 `cocontrol.toml` 中取消相应条目的注释，然后：
A Cocontrol workspace. Fill the templates under `tables/`, uncomment their entries in `cocontrol.toml`, then:

    cocontrol check .
    cocontrol run .

- `tables/` 数据表 tables: CSV、Parquet 或 or XLSX
- `plans/` 方案文本 plan documents
- `runs/` 运行结果，只读 finished runs, read-only
"""


def create_workspace(folder: Path, *, region: str, years: Sequence[int], profile: str) -> tuple[Path, ...]:
    """Make a workspace: settings, README, templates. What was written.

    Raises
    ------
    InvalidInput
        The folder holds one of the files already (nothing is overwritten), or the settings would not be
        valid; all faults at once, nothing written.
    NotFound
        There is no such region.
    """
    settings = _settings_text(region, years, profile)
    parse_settings(settings.encode())
    targets = {name: folder / "tables" / f"{name}.xlsx" for name, _ in STARTER_TABLES}
    written = (folder / SETTINGS_FILE, folder / "README.md", *targets.values())
    faults = FaultCollector()
    faults.extend(_exists(path) for path in written if path.exists())
    faults.raise_if_any()
    for sub in ("tables", "plans"):
        (folder / sub).mkdir(parents=True, exist_ok=True)
    for name, path in targets.items():
        write_template(TABLES.get(name), path, "zh")
    (folder / SETTINGS_FILE).write_text(settings, encoding="utf-8")
    names = {"title_zh": regions.name(region, "zh"), "title_en": regions.name(region, "en")}
    (folder / "README.md").write_text(_README.format(**names), encoding="utf-8")
    return written


def _settings_text(region: str, years: Sequence[int], profile: str) -> str:
    lines = [
        "# 协控工作区设置 Cocontrol workspace settings",
        "",
        "[workspace]",
        f'name = "area-{region}"',
        f'title_zh = "{regions.name(region, "zh")}"',
        f'title_en = "{regions.name(region, "en")}"',
        f'region = "{region}"',
        "",
        "[inventory]",
        f"years = [{', '.join(map(str, years))}]",
        f'document_profile = "{profile}"',
        '# gwp_set = "AR5GWP100"   # 缺省取文件口径规定的 GWP 集 default: that of the profile',
        "# as_of = 2025-12-31       # 判定日，缺省为运行当日 day of judgement, default: day of the run",
    ]
    for name, extra in STARTER_TABLES:
        label = TABLES.get(name).label
        lines += [
            "",
            f"# {label.zh} {label.en}",
            "# [[tables]]",
            f'# table = "{name}"',
            f'# path = "tables/{name}.xlsx"',
        ]
        lines += [f'# {key} = "{value}"{_choices(key)}' for key, value in extra.items()]
    return "\n".join([*lines, ""])


def _choices(key: str) -> str:
    """A remark on a key whose value is one of several: what it decides, and what there is."""
    if key != "layout":
        return ""
    listed = "; ".join(f"{name} = {get_layout(name).label.zh}" for name in list_layouts())
    return f"   # 版式定名称和单位 names and unit: {listed}"


def _exists(path: Path) -> Fault:
    return Fault(
        "workspace.exists",
        Text("文件已存在，不覆盖", "the file exists and is not overwritten"),
        Location(file=str(path)),
        remedy=Text("换一个文件夹", "choose another folder"),
    )


def write_table_template(table: str, target: Path, language: Language) -> None:
    """Write the XLSX template of a declared table; `InvalidInput` where the file exists."""
    declared = TABLES.get(table)
    if target.exists():
        raise InvalidInput(_exists(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    write_template(declared, target, language)


def annotate_faulty(workspace: Workspace, report: CheckReport, folder: Path) -> tuple[Path, ...]:
    """Write an annotated copy of every input file that has an error; where they stand."""
    written = []
    for checked in report.tables:
        if not checked.errors:
            continue
        target = folder / f"{Path(checked.path).stem}.checked.xlsx"
        folder.mkdir(parents=True, exist_ok=True)
        write_annotated_copy(workspace.file(checked.path), checked.faults, target)
        written.append(target)
    return tuple(written)
