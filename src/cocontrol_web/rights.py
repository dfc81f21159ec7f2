"""Rights: one function per resource says which rows a person may see, one table which role may do what.

Four rules make up all of it.

1. A *role* grants permissions (`GRANTS`). A view or an API operation names the one permission it needs.
   While an account still has the password that an administrator made, it may only change that.
2. A *run* that is not published is seen by those whose region holds the run's region. A published run is
   seen by everybody who has an account.
3. A *public table* of a visible run is seen whole. Any other table needs the permission to see internal
   tables, and its rows are limited to the person's region subtree and the aggregates above it.
4. An *account* is managed by administrators whose region holds the account's region; never by its owner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeAlias

import polars as pl
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from cocontrol.core.parameters import NATIONAL, jurisdictions_above
from cocontrol_web.accounts.models import Role, User
from cocontrol_web.analysis.models import Job, RunRecord
from cocontrol_web.planning.models import PlanDocument
from cocontrol_web.registry.models import FileCheck, Workspace
from cocontrol_web.scenarios.models import LeastCostPlan, OwnCatalogue, Pathway

Person: TypeAlias = User | AnonymousUser


class Permission(StrEnum):
    """What a page or an operation needs. `ANYONE` needs no account."""

    ANYONE = "anyone"
    VIEW = "view"
    VIEW_INTERNAL = "view_internal"
    CHECK_FILES = "check_files"
    START_RUN = "start_run"
    PUBLISH_RUN = "publish_run"
    EDIT_PLANS = "edit_plans"
    PUBLISH_PLANS = "publish_plans"
    EDIT_SCENARIOS = "edit_scenarios"
    MANAGE_ACCOUNTS = "manage_accounts"
    OWN_PASSWORD = "own_password"  # noqa: S105 - the name of a permission


_EVERYBODY = frozenset({Permission.ANYONE, Permission.OWN_PASSWORD, Permission.VIEW})
_ALL_BUT_ACCOUNTS = frozenset(Permission) - {Permission.MANAGE_ACCOUNTS}

GRANTS: Mapping[str, frozenset[Permission]] = {
    Role.PUBLIC: _EVERYBODY,
    Role.ANALYST: _ALL_BUT_ACCOUNTS - {Permission.PUBLISH_RUN, Permission.PUBLISH_PLANS},
    Role.BUREAU: _ALL_BUT_ACCOUNTS,
    Role.ADMINISTRATOR: _EVERYBODY | {Permission.MANAGE_ACCOUNTS},
}
"""Who keeps the accounts does not make the figures: an administrator reads what everybody reads."""

PUBLIC_TABLES = frozenset(
    {"emission", "ledger", "finding", "indicator", "target", "verdict", "facility", "region", "provincial_statistics",
     "reference_approach", "reference_difference", "emission_by_sector", "electricity_indirect", "completeness", "air_quality_hourly",
     "uncertainty", "uncertainty_contribution", "key_category", "key_category_joint"}
)  # fmt: skip
"""Result tables that hold aggregates or facts already published by their source."""


def may(person: Person, permission: Permission) -> bool:
    """Whether the person holds the permission at all."""
    if permission is Permission.ANYONE:
        return True
    if not isinstance(person, User) or not person.is_active:
        return False
    if person.must_change_password and permission is not Permission.OWN_PASSWORD:
        return False
    return person.is_superuser or permission in GRANTS.get(person.role, frozenset())


def region_of(person: Person) -> str:
    """The root of the person's subtree; the nation for a superuser and for the public."""
    if isinstance(person, User) and not person.is_superuser and person.role != Role.PUBLIC:
        return person.region
    return NATIONAL


def region_holds(outer: str, inner: str) -> bool:
    """Whether region `inner` is `outer` or lies inside it."""
    return outer in jurisdictions_above(inner)


_READERS = frozenset({Role.PUBLIC, Role.ADMINISTRATOR})
"""Roles that answer for no data: they see what is published."""


def _answers_for(person: Person, adcodes: Iterable[str]) -> set[str]:
    if not isinstance(person, User) or person.role in _READERS:
        return set(adcodes) if isinstance(person, User) and person.is_superuser else set()
    return {adcode for adcode in adcodes if region_holds(region_of(person), adcode)}


def visible_workspaces(person: Person) -> QuerySet[Workspace]:
    """Workspaces of the person's region, and those with a published run."""
    if not may(person, Permission.VIEW):
        return Workspace.objects.none()
    own = _answers_for(person, Workspace.objects.values_list("region", flat=True).distinct())
    return Workspace.objects.filter(Q(region__in=own) | Q(runs__published_at__isnull=False)).distinct()


def visible_runs(person: Person) -> QuerySet[RunRecord]:
    """Published runs, and unpublished ones of the person's region."""
    if not may(person, Permission.VIEW):
        return RunRecord.objects.none()
    own = _answers_for(person, Workspace.objects.values_list("region", flat=True).distinct())
    return RunRecord.objects.select_related("workspace").filter(
        Q(workspace__region__in=own) | Q(published_at__isnull=False)
    )


def visible_jobs(person: Person) -> QuerySet[Job]:
    """Jobs of workspaces that the person may start runs in."""
    if not may(person, Permission.START_RUN):
        return Job.objects.none()
    own = _answers_for(person, Workspace.objects.values_list("region", flat=True).distinct())
    return Job.objects.select_related("workspace").filter(workspace__region__in=own)


def visible_checks(person: Person) -> QuerySet[FileCheck]:
    """The person's own file checks; nobody reads another person's uploads."""
    if not isinstance(person, User) or not may(person, Permission.CHECK_FILES):
        return FileCheck.objects.none()
    return FileCheck.objects.filter(owner=person)


def may_start_run(person: Person, workspace: Workspace) -> bool:
    """Whether the person may start a run of this workspace."""
    return may(person, Permission.START_RUN) and bool(_answers_for(person, [workspace.region]))


def may_publish(person: Person, record: RunRecord) -> bool:
    """Whether the person may publish or withdraw this run (its conservation is judged elsewhere)."""
    return may(person, Permission.PUBLISH_RUN) and bool(_answers_for(person, [record.workspace.region]))


def visible_plans(person: Person) -> QuerySet[PlanDocument]:
    """Published plans, and unpublished ones of the person's region; deleted plans are seen by nobody."""
    return _plans_in_reach(person).filter(deleted_at__isnull=True)


def deleted_plans(person: Person) -> QuerySet[PlanDocument]:
    """Deleted plans that the person may bring back."""
    if not may(person, Permission.EDIT_PLANS):
        return PlanDocument.objects.none()
    return PlanDocument.objects.filter(region__in=_plan_regions(person), deleted_at__isnull=False)


def may_edit_plan(person: Person, plan: PlanDocument) -> bool:
    """Whether the person may correct, replace or delete this plan: it is one of their own region."""
    return may(person, Permission.EDIT_PLANS) and bool(_answers_for(person, [plan.region]))


def may_see_verdicts(person: Person, plan: PlanDocument) -> bool:
    """Whether the person may see the registers of this plan and what its rules say about each subject.

    Publishing a plan publishes its words and parameters; enterprises and boilers stay with those who answer for them.
    """
    return may(person, Permission.VIEW_INTERNAL) and bool(_answers_for(person, [plan.region]))


def may_publish_plan(person: Person, plan: PlanDocument) -> bool:
    """Whether the person may show this plan to everybody, or take it back."""
    return may(person, Permission.PUBLISH_PLANS) and bool(_answers_for(person, [plan.region]))


def _plans_in_reach(person: Person) -> QuerySet[PlanDocument]:
    if not may(person, Permission.VIEW):
        return PlanDocument.objects.none()
    return PlanDocument.objects.filter(Q(region__in=_plan_regions(person)) | Q(published_at__isnull=False))


def _plan_regions(person: Person) -> set[str]:
    return _answers_for(person, PlanDocument.objects.order_by().values_list("region", flat=True).distinct())


def visible_pathways(person: Person) -> QuerySet[Pathway]:
    """Kept pathways of the person's region; nobody else's are seen."""
    if not may(person, Permission.EDIT_SCENARIOS):
        return Pathway.objects.none()
    own = _answers_for(person, Pathway.objects.order_by().values_list("region", flat=True).distinct())
    return Pathway.objects.filter(region__in=own)


def visible_catalogues(person: Person) -> QuerySet[OwnCatalogue]:
    """Measure catalogues that people of the person's region brought along."""
    if not may(person, Permission.EDIT_SCENARIOS):
        return OwnCatalogue.objects.none()
    own = _answers_for(person, OwnCatalogue.objects.order_by().values_list("region", flat=True).distinct())
    return OwnCatalogue.objects.filter(region__in=own)


def visible_least_cost_plans(person: Person, *, deleted: bool = False) -> QuerySet[LeastCostPlan]:
    """Least-cost plans made from runs of the person's region: they name plants, so that publishing a run shows none.

    `deleted`: those that were deleted instead, to be brought back.
    """
    if not may(person, Permission.EDIT_SCENARIOS):
        return LeastCostPlan.objects.none()
    own = _answers_for(person, Workspace.objects.values_list("region", flat=True).distinct())
    return LeastCostPlan.objects.select_related("run__workspace", "job", "owner").filter(
        run__workspace__region__in=own, deleted_at__isnull=not deleted
    )


def visible_accounts(person: Person) -> QuerySet[User]:
    """Accounts that the person may manage: those of their region and below; superusers only by superusers."""
    if not may(person, Permission.MANAGE_ACCOUNTS):
        return User.objects.none()
    roots = User.objects.order_by().values_list("region", flat=True).distinct()
    own = User.objects.filter(region__in=[root for root in roots if region_holds(region_of(person), root)])
    return own if isinstance(person, User) and person.is_superuser else own.filter(is_superuser=False)


def may_see_table(person: Person, table: str) -> bool:
    """Whether the person may open a result table of that name at all."""
    return may(person, Permission.VIEW if table in PUBLIC_TABLES else Permission.VIEW_INTERNAL)


def visible_rows(person: Person, table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a result table that the person may see.

    Raises
    ------
    PermissionDenied
        The person may not open the table at all.
    """
    if not may_see_table(person, table):
        raise PermissionDenied(table)
    if table in PUBLIC_TABLES or "adcode" not in frame.columns:
        return frame
    root = region_of(person)
    if root == NATIONAL:
        return frame
    shown = {
        adcode
        for adcode in frame["adcode"].drop_nulls().unique().to_list()
        if region_holds(root, adcode) or region_holds(adcode, root)
    }
    return frame.filter(pl.col("adcode").is_in(sorted(shown)))


Parameters = ParamSpec("Parameters")
View: TypeAlias = Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]


def needs(permission: Permission) -> Callable[[View[Parameters]], View[Parameters]]:
    """Mark a page with the permission it needs, and keep out whoever lacks it.

    Without an account the person is sent to the log-in page; with a password that an administrator made,
    to the page that changes it; with an account that lacks the permission the answer is 403. The mark
    (`view.permission`) is what the access test reads.
    """

    def decorate(view: View[Parameters]) -> View[Parameters]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponseBase:
            if may(request.user, permission):
                return view(request, *args, **kwargs)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if request.user.must_change_password:
                return redirect("own-password")
            raise PermissionDenied

        marked: Any = guarded
        marked.permission = permission
        return guarded

    return decorate
