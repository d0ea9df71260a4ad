"""Pages of failures that no view answers for.  404, 403 and 400 are templates that Django finds by their names."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.templatetags.static import static
from django.utils.translation import gettext as _

from config.web.session import asked_by_script

log = logging.getLogger("kessai.security")


def server_error(request: HttpRequest) -> HttpResponse:
    """500: needs neither database nor session, and shows plain text where even the style sheets are missing."""
    if asked_by_script(request):
        body = {"status": 500, "code": "failure", "detail": _("障害が起きました。システム管理者に知らせてください。")}
        return JsonResponse(body, status=500, content_type="application/problem+json")
    try:
        sheets = [static(f"web/{name}.css") for name in ("base", "frame", "layout", "own")]
        sheets.insert(0, static("npm/@digital-go-jp/design-tokens/dist/tokens.css"))
    except ValueError:
        sheets = []
    return HttpResponse(loader.get_template("500.html").render({"sheets": sheets}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is not this browser's."""
    log.warning("form refused: %s (%s)", reason, request.path)
    if asked_by_script(request):
        body = {"status": 403, "code": "csrf", "detail": _("画面が古くなりました。開き直してください。")}
        return JsonResponse(body, status=403, content_type="application/problem+json")
    return render(request, "403_csrf.html", {"no_cookie": not request.COOKIES}, status=403)
