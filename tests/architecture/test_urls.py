"""Every page says who may open it: whatever the resolver can reach, our own and other people's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path

from config.web.pages import Access, access_of, page

pytestmark = pytest.mark.pure

# Open to everybody, and why that is right is plain from the name.
PUBLIC = {
    "accounts/login/", "accounts/inactive/", "language/", "session/",
    "help/", "help/glossary/", "help/keys/",
    "accounts/factor/", "accounts/sso/", "accounts/sso/<slug:provider_id>/back/",  # between the password and the inside
}  # fmt: skip


def routes(patterns: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every route with its view."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern), pattern.callback


def undeclared(patterns: Any) -> list[str]:
    return [route for route, view in routes(patterns) if access_of(view) is None]


def test_every_page_declares_its_rule() -> None:
    assert undeclared(get_resolver().url_patterns) == []


def test_the_pages_open_to_everybody_are_these() -> None:
    found = {route for route, view in routes(get_resolver().url_patterns) if access_of(view) is Access.PUBLIC}
    assert found == PUBLIC


def test_every_page_has_a_name() -> None:
    def names(patterns: Any) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from names(pattern.url_patterns)
            elif not pattern.name:
                yield str(pattern.pattern)

    assert list(names(get_resolver().url_patterns)) == []


def test_the_check_sees_what_is_wrong() -> None:
    def bare(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert undeclared([path("a/", bare), path("b/", page(Access.STAFF)(lambda request: HttpResponse()))]) == ["a/"]
