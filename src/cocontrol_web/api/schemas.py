"""Shapes of the answers of the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema


class Named(Schema):
    """Something with a name in both languages."""

    name: str
    title_zh: str
    title_en: str


class WorkspaceOut(Named):
    """A workspace."""

    region: str


class RegionOut(Schema):
    """A region of a workspace's tree."""

    adcode: str
    name: str
    level: str
    parent: str


class RunOut(Schema):
    """A run as the index knows it."""

    run_id: str
    workspace: str
    created_at: datetime
    years: list[int]
    document_profile: str
    gwp_set: str
    code_version: str
    parameter_version: str
    conservation_ok: bool
    published_at: datetime | None

    @staticmethod
    def resolve_workspace(record: Any) -> str:
        """The name of the workspace."""
        return str(record.workspace.name)


class ResultOut(Schema):
    """A result table of a run."""

    name: str
    title_zh: str
    title_en: str
    rows: int


class ColumnOut(Schema):
    """A declared column."""

    name: str
    kind: str
    label_zh: str
    label_en: str
    description_zh: str
    description_en: str
    unit: str | None
    required: bool
    allowed: dict[str, str]


class TableOut(Named):
    """A declared table."""

    description_zh: str
    description_en: str
    key: list[str]
    columns: list[ColumnOut]


class RowsOut(Schema):
    """One page of rows of a table."""

    table: str
    total: int
    page: int
    pages: int
    size: int
    columns: list[str]
    rows: list[dict[str, Any]]


class PivotCellOut(Schema):
    """One figure of a cross table, in tonnes; null with a notation key or none."""

    value: float | None
    missing: int
    notation: str | None
    explain: str


class PivotOut(Schema):
    """A cross table of emissions."""

    rows_dimension: str
    columns_dimension: str
    measures: list[str]
    unit: str
    rows: list[str]
    columns: list[str]
    cells: list[list[PivotCellOut]]
    total: PivotCellOut | None


class JobOut(Schema):
    """A job; `fraction` 0–1 while it runs, `url` of the run when it is done."""

    job_id: UUID
    state: str
    fraction: float | None
    message: str
    detail: str | None
    url: str | None
    faults: list[dict[str, Any]]


class CheckOut(Schema):
    """A file check with its faults."""

    check_id: UUID
    table: str
    file_name: str
    sha256: str
    rows: int | None
    passed: bool
    fault_count: int
    error_count: int
    faults: list[dict[str, Any]]


class StartRun(Schema):
    """Which workspace to run."""

    workspace: str
