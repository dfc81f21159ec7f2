"""A workspace: a folder with ``cocontrol.toml``, tables and documents."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput, Location, NotFound
from cocontrol.core.settings_faults import key_faults, syntax_fault
from cocontrol.core.text import Text
from cocontrol.inventory.balance_layout import list_layouts
from cocontrol.io.declarations import declared_tables
from cocontrol.reference import gwp, profiles, regions

SETTINGS_FILE = "cocontrol.toml"

_COMPARE = Text("对照 cocontrol init 生成的样例", "compare with the file that cocontrol init makes")

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class WorkspaceSection(_Section):
    """``[workspace]``: whose workspace this is."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    title_zh: _Line
    title_en: _Line
    region: Annotated[str, StringConstraints(pattern=r"^\d{6}$")]


class InventorySection(_Section):
    """``[inventory]``: years, document profile, GWP set (None: the profile's own) and day of judgement."""

    years: Annotated[list[Annotated[int, Field(ge=1949, le=2100)]], Field(min_length=1)]
    document_profile: _Line
    gwp_set: _Line | None = None
    as_of: date | None = None


class TableEntry(_Section):
    """One ``[[tables]]`` entry: a file that holds a declared table."""

    table: _Line
    path: _Line
    layout: _Line | None = None
    sheet: _Line | None = None


class DocumentEntry(_Section):
    """One ``[[documents]]`` entry: a plan or another text that the workspace refers to."""

    kind: _Line
    path: _Line
    title_zh: str | None = None
    title_en: str | None = None
    synthetic: bool = False


class ParameterEntry(_Section):
    """One ``[[parameters]]`` entry: the value a person gives to a parameter the plan leaves unset."""

    parameter_id: _Line
    value: float | str
    unit: str = "1"
    effective_from: date | None = None
    effective_to: date | None = None
    source: _Line


class Settings(_Section):
    """The whole of ``cocontrol.toml``."""

    workspace: WorkspaceSection
    inventory: InventorySection
    tables: list[TableEntry] = []
    documents: list[DocumentEntry] = []
    parameters: list[ParameterEntry] = []


@dataclass(frozen=True, slots=True)
class Workspace:
    """A loaded workspace: its folder and its settings. Tables are read by the pipeline, not here."""

    folder: Path
    settings: Settings

    @property
    def title(self) -> Text:
        """What people call it."""
        return Text(self.settings.workspace.title_zh, self.settings.workspace.title_en)

    @property
    def region(self) -> str:
        """GB/T 2260 code of the area that the workspace is about."""
        return self.settings.workspace.region

    def file(self, relative: str) -> Path:
        """Where a file named in the settings stands."""
        return self.folder / relative


def load_workspace(path: str | Path) -> Workspace:
    """The workspace of a folder (or of its ``cocontrol.toml``).

    Raises
    ------
    NotFound
        There is no ``cocontrol.toml``.
    InvalidInput
        Every fault of the settings at once, each with its key: syntax, unknown or missing keys, wrong
        types, undeclared tables, files that are missing or lie outside the folder.
    """
    given = Path(path)
    file = given if given.name == SETTINGS_FILE else given / SETTINGS_FILE
    if not file.is_file():
        raise NotFound(
            Fault(
                "workspace.not_found",
                Text("这里不是工作区：缺少 cocontrol.toml", "not a workspace: cocontrol.toml is missing"),
                Location(file=str(path)),
                remedy=Text("用 cocontrol init 新建工作区", "make one with: cocontrol init"),
            )
        )
    settings = parse_settings(file.read_bytes())
    workspace = Workspace(file.parent.resolve(), settings)
    faults = FaultCollector()
    faults.extend(_file_faults(workspace))
    faults.raise_if_any()
    return workspace


def parse_settings(content: bytes) -> Settings:
    """The settings written in `content`; raises `InvalidInput` with every fault, located by key."""
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidInput(syntax_fault(str(error), SETTINGS_FILE, prefix="workspace", remedy=_COMPARE)) from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(syntax_fault(str(error), SETTINGS_FILE, prefix="workspace", remedy=_COMPARE)) from error
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        raise InvalidInput(*key_faults(error, SETTINGS_FILE, prefix="workspace")) from error
    faults = FaultCollector()
    faults.extend(_meaning_faults(settings))
    faults.raise_if_any()
    return settings


def _meaning_faults(settings: Settings) -> Iterable[Fault]:
    """What the types cannot say: names that must be known elsewhere, and the same file named twice."""
    yield from _reference_faults(settings)
    declared = declared_tables()
    for index, entry in enumerate(settings.tables):
        if entry.table not in declared:
            yield Fault(
                "workspace.table_unknown",
                Text("没有声明过的表", "no such declared table"),
                Location(file=SETTINGS_FILE, column=f"tables[{index}].table"),
                value=entry.table,
                allowed=Text("{k}", "{k}").format(k=", ".join(declared)),
            )
        if entry.layout is not None and entry.layout not in list_layouts():
            yield Fault(
                "balance.layout_unknown",
                Text("没有这个能源平衡表版式", "no such layout of energy balances"),
                Location(file=SETTINGS_FILE, column=f"tables[{index}].layout"),
                value=entry.layout,
                allowed=Text("{k}", "{k}").format(k=", ".join(list_layouts())),
            )
    paths = Counter((entry.path, entry.sheet) for entry in settings.tables)
    for (path, _), times in paths.items():
        if times > 1:
            yield Fault(
                "workspace.path_repeated",
                Text("同一文件被列出 {n} 次", "the same file is listed {n} times").format(n=times),
                Location(file=SETTINGS_FILE, column="tables"),
                value=path,
            )


def _reference_faults(settings: Settings) -> Iterable[Fault]:
    """Faults of names that the reference package must know: profile, GWP set, region."""
    inventory = settings.inventory
    checks: list[tuple[str, Callable[[], object]]] = [
        ("inventory.document_profile", lambda: profiles.get_profile(inventory.document_profile)),
        ("workspace.region", lambda: regions.name(settings.workspace.region)),
    ]
    if inventory.gwp_set is not None:
        name = inventory.gwp_set
        checks.append(("inventory.gwp_set", lambda: gwp.gwp_set(name)))
    for key, ask in checks:
        try:
            ask()
        except NotFound as error:
            for fault in error.faults:
                yield replace(fault, location=Location(file=SETTINGS_FILE, column=key))


def _file_faults(workspace: Workspace) -> Iterable[Fault]:
    """Faults of the files that the settings name: missing, or outside the folder."""
    settings = workspace.settings
    named = [(f"tables[{i}].path", entry.path) for i, entry in enumerate(settings.tables)]
    named += [(f"documents[{i}].path", entry.path) for i, entry in enumerate(settings.documents)]
    for key, relative in named:
        place = Location(file=SETTINGS_FILE, column=key)
        path = workspace.file(relative)
        if not path.resolve().is_relative_to(workspace.folder):
            yield Fault(
                "workspace.path_outside",
                Text("文件在工作区之外", "the file lies outside the workspace"),
                place,
                value=relative,
                remedy=Text(
                    "把文件复制到工作区内，并写相对路径", "copy the file into the workspace and name it relative to it"
                ),
            )
        elif not path.is_file():
            yield Fault(
                "workspace.file_missing",
                Text("找不到文件", "the file is missing"),
                place,
                value=relative,
                remedy=Text("检查路径，或从设置中删去该条目", "check the path, or remove the entry from the settings"),
            )
