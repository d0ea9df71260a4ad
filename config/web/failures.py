"""The pages of failures: what happened, what to do next, and a number that stands in the server's log as well.

Absent and forbidden records come here as the same refusal and make the same page, word for word.
"""

from __future__ import annotations

import logging
import sys
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from config.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal, as_problem
from config.web.failure_words import Failure, failure_of
from config.web.references import reference_of
from config.web.session import asked_by_script

log = logging.getLogger("kessai.failures")
SHEETS = ("base", "icons", "frame", "own", "failure", "layout")
RETRY_AFTER = 30  # seconds
BUSY = (OperationalError, InterfaceError)


def failure_page(request: HttpRequest, status: int, *, code: str = "", sentence: str = "") -> HttpResponse:
    """The page of a failure in the frame; for scripts a problem document.  `sentence` is more precise than the usual one."""
    failure = failure_of(status, code)
    note(request, status, code or failure.code)
    if wants_problem(request):
        return _problem(request, status, code or failure.code, sentence or failure.happened)
    return _in_frame(request, status, failure, sentence)


def note(request: HttpRequest, status: int, code: str) -> None:
    """One line in the log for the person who is asked about the number."""
    actor = getattr(request, "actor", None)
    who = actor.code if actor is not None else "-"
    log.warning("%s %d %s %s %s by %s", reference_of(request), status, code, request.method, request.path, who)


def wants_problem(request: HttpRequest) -> bool:
    """Whether a machine or a script asks and not somebody who opens a page."""
    return wants_json(request) or asked_by_script(request)


def wants_json(request: HttpRequest) -> bool:
    """Whether a machine asks."""
    return "text/html" not in request.headers.get("Accept", "") and request.accepts("application/json")


def _problem(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    body = {"status": status, "code": code, "detail": detail, "reference": reference_of(request)}
    answer = JsonResponse(body, status=status, content_type="application/problem+json")
    answer.has_reference = True  # type: ignore[attr-defined]  # read by FailureMiddleware
    return answer


def _in_frame(request: HttpRequest, status: int, failure: Failure, sentence: str) -> HttpResponse:
    context = {
        "failure": failure,
        "sentence": sentence or failure.happened,
        "status": status,
        "reference": reference_of(request),
        "before": page_before(request),
    }
    answer = render(request, "web/failure.html", context, status=status)
    answer.has_reference = True  # type: ignore[attr-defined]  # read by FailureMiddleware
    return answer


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal that no page of its own has shown."""
    known = {NotFound: 404, NotAllowed: 403, Conflict: 409, Invalid: 422}
    status = known.get(type(refusal), refusal.status)
    note(request, status, refusal.code)
    if wants_json(request):
        body = as_problem(refusal) | {"reference": reference_of(request)}
        answer = JsonResponse(body, status=status, content_type="application/problem+json")
        answer.has_reference = True  # type: ignore[attr-defined]  # read by FailureMiddleware
        return answer
    # Every absent thing has the same words, whatever the place that refused it called it.
    sentence = "" if status == HTTPStatus.NOT_FOUND else str(refusal.message)
    return _in_frame(request, status, failure_of(status), sentence)


def page_before(request: HttpRequest) -> str:
    """The page of this site from which somebody came, or nothing."""
    address = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if own and not address.endswith(request.get_full_path()) else ""


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 for a body that is too large.  A strange host gets no frame: its addresses would lead there."""
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    if not hasattr(request, "actor"):
        return plain_failure(request, status)
    return failure_page(request, status)


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 raised by Django itself."""
    return failure_page(request, 403)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such address, or a record that is not there for this person."""
    return failure_page(request, 404)


def too_many(request: HttpRequest) -> HttpResponse:
    """429: allauth's limits of log-ins."""
    answer = failure_page(request, 429)
    answer.headers["Retry-After"] = str(5 * 60)
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database does not answer.  The frame is tried first; what is broken may be the frame."""
    cause = sys.exc_info()[1]
    if isinstance(cause, BUSY):
        answer = plain_failure(request, 503)
        answer.headers["Retry-After"] = str(RETRY_AFTER)
        return answer
    if not wants_problem(request) and getattr(request, "actor", None) is not None:
        try:
            answer = _in_frame(request, 500, failure_of(500), "")
        except Exception:  # whatever is broken in the frame, the plain page below still works
            log.exception("%s the page frame is broken as well", reference_of(request))
        else:
            note(request, 500, "failure")
            return answer
    return plain_failure(request, 500)


def plain_failure(request: HttpRequest, status: int) -> HttpResponse:
    """A page that needs neither database nor session, and is plain text where even the style sheets are missing."""
    failure = failure_of(status)
    note(request, status, failure.code)
    if wants_problem(request):
        return _problem(request, status, failure.code, failure.happened)
    try:
        sheets = [static(f"web/{name}.css") for name in SHEETS]
        sheets.insert(0, static("npm/@digital-go-jp/design-tokens/dist/tokens.css"))
    except ValueError:
        sheets = []
    context = {"failure": failure, "reference": reference_of(request), "sheets": sheets, "status": status}
    answer = HttpResponse(loader.get_template("web/plain_failure.html").render(context), status=status)
    answer.has_reference = True  # type: ignore[attr-defined]  # read by FailureMiddleware
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is not this browser's."""
    code = "csrf" if request.COOKIES else "no_cookie"
    if asked_by_script(request):
        note(request, 403, "csrf")
        return _problem(request, 403, "csrf", _("画面が古くなりました。開き直してください。"))
    return failure_page(request, 403, code=code)
