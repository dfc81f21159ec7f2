"""Small answers that several pages give: file downloads."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def download(content: bytes, file_name: str, media_type: str) -> HttpResponse:
    """A file to save, its name safe in every language."""
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file_name) or ""
    return response
