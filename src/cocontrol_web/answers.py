"""Small answers that several pages give: file downloads, pages that list the faults of a request."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header

from cocontrol.core.errors import InvalidInput, NotFound

Parameters = ParamSpec("Parameters")
View = Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]


def download(content: bytes, file_name: str, media_type: str) -> HttpResponse:
    """A file to save, its name safe in every language."""
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file_name) or ""
    return response


def faults_as_page(view: View[Parameters]) -> View[Parameters]:
    """Let a page answer faults of the request with a page that lists them: 400 for input, 404 for names."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotFound as error:
            return render(request, "faults.html", {"faults": error.faults}, status=404)
        except InvalidInput as error:
            return render(request, "faults.html", {"faults": error.faults}, status=400)

    return guarded
