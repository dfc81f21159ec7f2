"""Which targets are met? The targets page: every target with its verdict and the reasons for it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cocontrol.core.verdicts import VerdictValue
from cocontrol_web.analysis.targets import judged_targets
from cocontrol_web.rights import Permission, needs
from cocontrol_web.scene import scene_of


@require_safe
@needs(Permission.VIEW)
def targets(request: HttpRequest) -> HttpResponse:
    """Targets with verdicts, filtered by verdict value or document."""
    scene = scene_of(request)
    if scene.record is None:
        return render(request, "analysis/no_run.html")
    judged = judged_targets(scene.record)
    value, document = request.GET.get("value", ""), request.GET.get("document", "")
    found = [one["value"] for one in judged]
    return render(
        request,
        "analysis/targets.html",
        {
            "targets": [
                one
                for one in judged
                if (not value or one["value"] == value) and (not document or one.get("document") == document)
            ],
            "all_targets": len(judged),
            "counts": [(v.value, found.count(v.value)) for v in VerdictValue if v.value in found],
            "documents": sorted({str(one["document"]) for one in judged if one.get("document")}),
            "value": value,
            "document": document,
        },
    )
