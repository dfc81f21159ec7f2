"""The API itself: its name, its parts, and how faults become answers."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI

import cocontrol
from cocontrol.core.errors import CocontrolError, InvalidInput, NotFound
from cocontrol_web.api import (
    operations_data,
    operations_inventory,
    operations_plans,
    operations_rules,
    operations_runs,
    operations_scenarios,
)
from cocontrol_web.language import active_language

api = NinjaAPI(
    title="Cocontrol 协控",
    version=cocontrol.__version__,
    description="清单、结果、判定、来历与运行；与页面等价。Inventories, results, verdicts, provenance and runs; all that the pages can do.",
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="api",
)
api.add_router("", operations_runs.router)
api.add_router("", operations_data.router)
api.add_router("", operations_inventory.router)
api.add_router("", operations_plans.router)
api.add_router("", operations_rules.router)
api.add_router("", operations_scenarios.router)


@api.exception_handler(CocontrolError)
def _faults(request: HttpRequest, error: CocontrolError) -> HttpResponse:
    status = 404 if isinstance(error, NotFound) else 400 if isinstance(error, InvalidInput) else 422
    body = {"detail": error.describe(active_language()), "faults": [fault.as_dict() for fault in error.faults]}
    return api.create_response(request, body, status=status)


@api.exception_handler(PermissionDenied)
def _forbidden(request: HttpRequest, _error: PermissionDenied) -> HttpResponse:
    detail = {"zh": "没有权限", "en": "not permitted"}[active_language()]
    return api.create_response(request, {"detail": detail}, status=403)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, _error: Http404) -> HttpResponse:
    detail = {"zh": "没有找到，或您的账号看不到它", "en": "not found, or not visible to you"}[active_language()]
    return api.create_response(request, {"detail": detail}, status=404)
