"""The HTTP connector: asks allowed hosts alone, follows no redirect, fails in words, and serves a model that names it."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.workflow.camunda_runs import drain, run, variables_of
from tests.workflow.people import People
from tests.workflow.test_camunda_machines import work
from workflow import hooks, http_hook
from workflow.hooks import HookCall, HookFailed
from workflow.model_check import examine


class Office(http.server.BaseHTTPRequestHandler):
    """A server that tells what it was asked."""

    def answer(self) -> None:
        """The request as JSON, or what its path says."""
        length = int(self.headers.get("Content-Length", 0))
        told = {
            "method": self.command,
            "path": self.path,
            "body": self.rfile.read(length).decode(),
            "type": self.headers.get("Content-Type", ""),
            "key": self.headers.get("Idempotency-Key", ""),
            "mark": self.headers.get("X-Mark", ""),
        }
        body = b"x" * (http_hook.MOST + 1) if self.path == "/huge" else json.dumps(told).encode()
        self.send_response({"/broken": 503, "/away": 302, "/missing": 404}.get(self.path, 200))
        self.send_header("Location", "http://example.invalid/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer  # noqa: N815 - the names that http.server looks for

    def log_message(self, *told: Any) -> None:
        """Nothing."""


@pytest.fixture
def office(settings: Any) -> Iterator[str]:
    """Its address; it is allowed."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Office)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    place = f"127.0.0.1:{server.server_port}"
    settings.HTTP_HOSTS = [place]
    yield f"http://{place}"
    server.shutdown()
    server.server_close()


def asked(**fields: Any) -> dict[str, Any]:
    return http_hook.ask(HookCall("connector:http-connector", "work:7", 1, "it", "", {}, fields))


def test_it_sends_what_the_model_says_with_a_key_for_repetitions(office: str) -> None:
    answer = asked(url=f"{office}/a?b=1", method="post", payload={"金額": 5}, headers={"X-Mark": "m"})
    told = json.loads(answer["response"])
    assert answer["statusCode"] == 200
    assert (told["method"], told["path"], json.loads(told["body"])) == ("POST", "/a?b=1", {"金額": 5})
    assert (told["type"], told["key"], told["mark"]) == ("application/json", "work:7", "m")


def test_a_redirect_is_not_followed_and_a_refusal_of_the_other_side_is_an_answer(office: str) -> None:
    assert asked(url=f"{office}/away")["statusCode"] == 302
    assert asked(url=f"{office}/missing")["statusCode"] == 404


@pytest.mark.parametrize("path", ["/broken", "/huge"])
def test_a_server_that_fails_and_a_huge_answer_are_failures(office: str, path: str) -> None:
    with pytest.raises(HookFailed):
        asked(url=office + path)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/", "http://localhost/", "file:///etc/passwd", "", "http://[", "http://u@{0}/", "//{0}/", "ftp://{0}/"],
)  # fmt: skip
def test_other_addresses_are_not_asked(office: str, url: str) -> None:
    with pytest.raises(HookFailed, match="許されていません"):
        asked(url=url.format(office.removeprefix("http://")))


def test_odd_methods_headers_and_unreachable_servers_fail_in_words(office: str, settings: Any) -> None:
    for fields in ({"method": "TRACE"}, {"headers": {"X-Mark": "a\r\nX: y"}}):
        with pytest.raises(HookFailed):
            asked(url=office, **fields)
    settings.HTTP_HOSTS = ["127.0.0.1:1"]
    with pytest.raises(HookFailed, match=r"127\.0\.0\.1:1"):
        asked(url="http://127.0.0.1:1/")


CONNECTOR = (
    "<c:connector><c:connectorId>http-connector</c:connectorId><c:inputOutput>"
    '<c:inputParameter name="url">{0}/rates/${{kind}}</c:inputParameter>'
    '<c:inputParameter name="method">GET</c:inputParameter>'
    '<c:outputParameter name="where">${{S(response).prop("path").stringValue()}}</c:outputParameter>'
    '<c:outputParameter name="how">${{statusCode}}</c:outputParameter></c:inputOutput></c:connector>'
)


def test_a_model_asks_a_server_by_it(people: People, office: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "_hooks", {})
    http_hook.register()
    instance = run(people, "external_task", work("", CONNECTOR.format(office)), kind="x1")
    assert drain() == 1
    assert variables_of(instance) == {"kind": "x1", "where": "/rates/x1", "how": 200}


def test_without_allowed_hosts_there_is_no_such_hook(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "_hooks", {})
    settings.HTTP_HOSTS = []
    http_hook.register()
    assert hooks.hook_of(http_hook.NAME) is None
    model = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:c="http://camunda.org/schema/1.0/bpmn" '
        f'id="d" targetNamespace="urn:t"><process id="p"><serviceTask id="t"><extensionElements>{CONNECTOR}'
        "</extensionElements></serviceTask></process></definitions>"
    )
    assert "unknown_hook" in [finding.code for finding in examine(model.encode())[1]]
