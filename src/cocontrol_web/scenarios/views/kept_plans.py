"""Kept least-cost plans: renamed, cancelled, solved again, given way, deleted and brought back."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cocontrol.core.errors import Fault
from cocontrol.core.text import Text
from cocontrol_web.accounts.models import User
from cocontrol_web.analysis.jobs import queue_work
from cocontrol_web.analysis.models import Job
from cocontrol_web.rights import Permission, may_start_run, needs
from cocontrol_web.scenarios.models import LeastCostPlan
from cocontrol_web.scenarios.relaxing import relaxed_question
from cocontrol_web.scenarios.solving import KIND
from cocontrol_web.scenarios.views.least_cost import plan_for, queued


@require_POST
@needs(Permission.EDIT_SCENARIOS)
def rename(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Give a plan another name; an empty one changes nothing."""
    found = plan_for(request.user, plan_id)
    title = request.POST.get("title", "").strip()[:120]
    if title:
        found.title = title
        found.save(update_fields=["title"])
        messages.success(request, _("方案已改名。"))
    return redirect("least-cost-plan", plan_id=plan_id)


@require_POST
@needs(Permission.EDIT_SCENARIOS)
def stop(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Cancel the solution of a plan: at once while it waits, else before its next step."""
    found = plan_for(request.user, plan_id)
    LeastCostPlan.objects.filter(pk=found.pk).update(is_stopped=True)
    words = Fault("plan.stopped", Text("求解已被取消", "the solution was cancelled"))
    if found.job is not None:
        Job.objects.filter(pk=found.job.pk, state=Job.State.QUEUED).update(
            state=Job.State.FAILED, finished_at=timezone.now(), faults=[words.as_dict()]
        )
    return redirect("least-cost-plan", plan_id=plan_id)


@require_POST
@needs(Permission.EDIT_SCENARIOS)
def again(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Solve a plan again that has no answer: it was cancelled, failed, or its answer is of an older form."""
    found = plan_for(request.user, plan_id)
    if not isinstance(request.user, User) or not may_start_run(request.user, found.run.workspace):
        raise PermissionDenied
    if found.solved is None and not (found.job and found.job.is_open):
        found.is_stopped, found.answer = False, None
        found.job = queue_work(found.run.workspace, request.user, KIND, str(found.plan_id))
        found.save(update_fields=["is_stopped", "answer", "job"])
    return redirect("least-cost-plan", plan_id=plan_id)


@require_POST
@needs(Permission.EDIT_SCENARIOS)
def relax(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Solve again with the conflicting limits given way by what is needed, as a plan of its own."""
    found = plan_for(request.user, plan_id)
    if not may_start_run(request.user, found.run.workspace):
        raise PermissionDenied
    question = relaxed_question(found)
    if question is None:
        raise Http404
    made = queued(request.user, found.run, question, f"{found.title}{_('（放宽）')}")
    return redirect("least-cost-plan", plan_id=made.plan_id)


@require_POST
@needs(Permission.EDIT_SCENARIOS)
def delete(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Delete a plan; the list offers to bring it back."""
    found = plan_for(request.user, plan_id)
    found.deleted_at = timezone.now()
    found.save(update_fields=["deleted_at"])
    return redirect(f"{reverse('least-cost')}?{urlencode({'deleted': str(found.plan_id)})}")


@require_POST
@needs(Permission.EDIT_SCENARIOS)
def restore(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Bring a deleted plan back."""
    found = plan_for(request.user, plan_id, deleted=True)
    found.deleted_at = None
    found.save(update_fields=["deleted_at"])
    messages.success(request, _("方案已恢复。"))
    return redirect("least-cost-plan", plan_id=plan_id)
