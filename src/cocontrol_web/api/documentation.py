"""The page that describes the API, made from its own OpenAPI schema, with no asset of anybody else."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cocontrol_web.api.routes import api
from cocontrol_web.rights import Permission, needs


@require_safe
@needs(Permission.ANYONE)
def documentation(request: HttpRequest) -> HttpResponse:
    """Every operation with its parameters."""
    schema: dict[str, Any] = api.get_openapi_schema()
    operations = [
        {"path": path, "method": method.upper(), **operation}
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    return render(request, "api/documentation.html", {"operations": operations, "info": schema["info"]})
