"""Who may open a page at all, and what happens to everybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from config.web.pages import Access, access_of
from tests.architecture.test_urls import routes
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.django_db
SAMPLES = {
    "IntConverter": "1",
    "StringConverter": "x",
    "SlugConverter": "x",
    "PathConverter": "x",
    "UUIDConverter": "00000000-0000-4000-8000-000000000000",
}


def sample(converter: object) -> str:
    """Something the converter takes; our own converters list what they take."""
    return SAMPLES.get(type(converter).__name__) or str(converter.regex).strip("()").split("|")[0]


def pages_of(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, object]]:
    for entry in resolver.url_patterns:
        converters = entry.pattern.converters
        text = re.sub(r"<(?:\w+:)?(\w+)>", lambda m, c=converters: sample(c[m[1]]), str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from pages_of(entry, before + text)
        elif isinstance(entry, URLPattern):
            yield "/" + before + text, entry.callback


ALL_VIEWS = list(routes(get_resolver().url_patterns))
ALL = [(address, access_of(view)) for address, view in pages_of(get_resolver())]


@pytest.mark.parametrize(("address", "access"), [row for row in ALL if row[1] not in (Access.PUBLIC, Access.CLOSED)])
def test_without_a_login_every_page_goes_to_the_login_form(address: str, access: Access) -> None:
    answer = Client(HTTP_ACCEPT="text/html").get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/accounts/login/?next={quote(address)}"


@pytest.mark.parametrize("address", [address for address, access in ALL if access is Access.CLOSED])
def test_closed_pages_do_not_exist_for_anybody(browser, address: str) -> None:
    assert browser().get(address).status_code == 404
    assert browser("administrator").get(address).status_code == 404


def test_after_the_login_the_page_that_was_asked_for_opens(staff) -> None:
    client = Client(HTTP_ACCEPT="text/html")
    form = client.get("/organization/post/", follow=True)
    assert 'name="next" value="/organization/post/"' in form.content.decode()
    answer = client.post("/accounts/login/", {"login": "700001", "password": PASSWORD, "next": "/organization/post/"})
    assert answer.status_code == 302 and answer.headers["Location"] == "/organization/post/"
    assert client.get("/organization/post/").status_code == 200


def test_a_next_page_on_another_site_is_not_followed(staff) -> None:
    answer = Client(HTTP_ACCEPT="text/html").post(
        "/accounts/login/", {"login": "700001", "password": PASSWORD, "next": "https://example.com/"}
    )
    assert answer.headers["Location"] == "/"


OPENS = {
    Access.PUBLIC: {None, "clerk", "auditor", "administrator", "idle"},
    Access.STAFF: {"clerk", "auditor", "administrator", "idle"},
    Access.DRAFTER: {"clerk", "auditor"},
    Access.AUDITOR: {"auditor"},
    Access.ADMINISTRATOR: {"administrator"},
    Access.CLOSED: set(),
}


@pytest.mark.urls("tests.web.pages")
@pytest.mark.parametrize("rule", list(Access))
@pytest.mark.parametrize("key", [None, "clerk", "auditor", "administrator", "idle"])
def test_a_rule_opens_for_exactly_these_people(browser, rule: Access, key: str | None) -> None:
    answer = browser(key).get(f"/t/{rule.value}/")
    if key in OPENS[rule]:
        assert (answer.status_code, answer.content.decode()) == (200, "開きました")
    elif key is None and rule is not Access.CLOSED:
        assert answer.status_code == 302
    else:
        assert answer.status_code == 404
        assert "見つかりません" in answer.content.decode() and "開きました" not in answer.content.decode()


@pytest.mark.urls("tests.web.pages")
@pytest.mark.parametrize("key", [None, "clerk", "administrator"])
def test_a_page_that_declares_nothing_is_closed(browser, key: str | None) -> None:
    assert browser(key).get("/t/undeclared/").status_code == 404
