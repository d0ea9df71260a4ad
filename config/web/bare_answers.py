"""An answer that only carries a status becomes the page for it: nobody is left with an empty window."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config.web.failures import failure_page, wants_problem

LONGEST = 400  # bytes: more than a bare sentence is a page of its own
BARE = frozenset({400, 403, 404, 405, 409, 413, 429, 500, 503})


class FailureMiddleware:
    """Stands inside the language and outside everything that may refuse."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a bare refusal of a page somebody opens is answered with its page."""
        response = self.get_response(request)
        if response.status_code < 400 or response.status_code not in BARE or hasattr(response, "has_reference"):
            return response
        if wants_problem(request) or not _is_bare(response):
            return response
        return _with_headers_of(response, failure_page(request, response.status_code))


def _is_bare(response: HttpResponse) -> bool:
    return not response.streaming and len(response.content) < LONGEST and b"<html" not in response.content


def _with_headers_of(bare: HttpResponse, answer: HttpResponse) -> HttpResponse:
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if name in bare.headers:
            answer.headers[name] = bare.headers[name]
    answer.cookies.update(bare.cookies)
    return answer
