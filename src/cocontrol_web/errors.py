"""Error pages: what happened, in the language of the person, and the way out. API errors are JSON."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; a form with more text than we take is told so."""
    if isinstance(exception, RequestDataTooBig):
        limit = (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) // 1024**2
        text = _("表单中的文字超过 %(n)s MB。请改为上传文件，或只保留需要的部分。") % {"n": limit}
        return _answer(request, 400, _("内容过大"), text)
    return _answer(request, 400, _("请求无法理解"), _("地址或表单中的内容不完整。请返回上一页重试。"))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """403."""
    return _answer(request, 403, _("没有权限"), _("您的账号角色或所辖地区不包含这项内容。如需使用，请联系管理员。"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """404."""
    return _answer(request, 404, _("没有找到"), _("这个地址没有内容，或者您的账号看不到它。"))


def server_error(request: HttpRequest) -> HttpResponse:
    """500. The page asks nothing of the database or the session, which may be what is broken."""
    return _answer(request, 500, _("服务器出错"), _("错误已记入服务器日志。已有的运行和数据不受影响。"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """403 for a form that was not made by this site, or was left open too long."""
    return _answer(request, 403, _("表单已失效"), _("请返回上一页刷新后再试；浏览器须允许本站的 Cookie。"))


def _answer(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": f"{title}：{text}"}, status=status)
    return render(request, "error.html", {"status": status, "title": title, "text": text}, status=status)
