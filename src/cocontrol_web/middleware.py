"""Language by the user's own choice, and the response headers that every page carries."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from cocontrol.core.errors import CocontrolError, InvalidInput, NotFound

Handler = Callable[[HttpRequest], HttpResponse]

_CODES = frozenset(code for code, _ in settings.LANGUAGES)


class LanguageMiddleware:
    """Chinese unless the language cookie says otherwise.

    The browser's own list of languages is not asked: an office computer often has an English system
    whose user reads Chinese, and the switch is on every page.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the chosen language."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        code = chosen if chosen in _CODES else settings.LANGUAGE_CODE
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response


class FaultsMiddleware:
    """Whatever the library refuses on a page is answered with a page that lists the faults, never with a bare 500."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the work is in `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """404 for what is not there, 400 for input, 409 for the rest; other exceptions go their way."""
        if not isinstance(exception, CocontrolError):
            return None
        status = 404 if isinstance(exception, NotFound) else 400 if isinstance(exception, InvalidInput) else 409
        return render(request, "faults.html", {"faults": exception.faults}, status=status)


class HeadersMiddleware:
    """Headers that neither Django nor the policy middleware sets; private pages are not stored by proxies."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers added."""
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
