"""Every page declares who may open it; a page that declares nothing is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from config.errors import Refusal
from config.web.pages import Access, access_of, may_open
from config.web.views import refusal_page


class AccessRuleMiddleware:
    """Closes every page to whom its rule does not admit: logged out goes to the log-in form, others see "not found"."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        access = access_of(view) or Access.CLOSED
        actor = getattr(request, "actor", None)
        if may_open(access, actor):
            return None
        if actor is None and access is not Access.CLOSED:
            return redirect_to_login(request.get_full_path())
        raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal raised by a page becomes the page that says so."""
        return refusal_page(request, exception) if isinstance(exception, Refusal) else None
