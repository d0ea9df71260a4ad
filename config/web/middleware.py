"""Every page declares who may open it, a page that declares nothing is closed; and in which language it speaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from config.errors import Refusal
from config.web import session
from config.web.pages import Access, access_of, may_open
from config.web.views import refusal_page

POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class LanguageMiddleware:
    """Japanese, unless the person chose otherwise: a browser's own language says nothing about a city hall's terms."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language of the cookie."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", language)
        return response


class HeadersMiddleware:
    """What a browser may do with our pages beyond the content security policy.

    Pages of somebody logged in are asked for anew each time, so that nothing is shown from a cache after the log-out;
    they may still be kept for the browser's own "back", which brings typed text back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add what the answer does not say itself."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if getattr(request, "actor", None) is not None:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class AccessRuleMiddleware:
    """Closes every page to whom its rule does not admit: logged out goes to the log-in form, others see "not found"."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before the page is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let the page answer, or answer instead of it.  Raises Http404 for whom it does not exist."""
        access = access_of(view) or Access.CLOSED
        actor = getattr(request, "actor", None)
        if may_open(access, actor):
            return None
        if actor is None and access is not Access.CLOSED:
            return _logged_out(request)
        raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal raised by a page becomes the page that says so."""
        return refusal_page(request, exception) if isinstance(exception, Refusal) else None


def _logged_out(request: HttpRequest) -> HttpResponse:
    if session.asked_by_script(request):
        return session.ended_answer(request)
    if request.method == "POST":
        return session.kept_form(request)
    return redirect_to_login(request.get_full_path())
