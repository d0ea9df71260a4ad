"""The `http-connector` of Camunda 7, for the hosts that the administrator allows (KESSAI_HTTP_HOSTS).

Models may write down any address, so only hosts on that list are asked, and no redirect is followed.  Without a list there
is no such hook, and models that ask for it are refused.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from workflow.hooks import HookCall, HookFailed, hook

NAME = "connector:http-connector"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
SECONDS = 20
MOST = 1024 * 1024  # bytes of an answer
PORTS = {"http": 80, "https": 443}


def register() -> None:
    """Make it known, where any host is allowed."""
    if settings.HTTP_HOSTS:
        hook(NAME)(ask)


def ask(call: HookCall) -> dict[str, Any]:
    """Send what the model says; `statusCode`, `response` (a text) and `headers` come of it.

    Raises HookFailed for an address that is not allowed, a server that cannot be reached or fails (5xx), or a huge answer.
    """
    url, method = str(call.fields.get("url") or ""), str(call.fields.get("method") or "GET").upper()
    parts = _allowed(url, settings.HTTP_HOSTS)
    if method not in METHODS:
        raise HookFailed(_("HTTPのメソッド「%(method)s」は使えません。") % {"method": method[:20]})
    body, headers = _body(call.fields.get("payload")), _headers(call.fields.get("headers"))
    if isinstance(call.fields.get("payload"), list | dict):
        headers.setdefault("Content-Type", "application/json")
    headers.setdefault("Idempotency-Key", call.key)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port or PORTS[parts.scheme], timeout=SECONDS)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        found = answer.read(MOST + 1)
    except (OSError, http.client.HTTPException, ValueError) as odd:
        raise HookFailed(f"{parts.netloc}: {type(odd).__name__}: {odd}"[:400]) from odd
    finally:
        connection.close()
    if len(found) > MOST:
        raise HookFailed(_("%(host)s の答えが大きすぎます。") % {"host": parts.netloc})
    if answer.status >= 500:
        raise HookFailed(f"{parts.netloc}: HTTP {answer.status}")
    text = found.decode(answer.headers.get_content_charset("utf-8"), "replace").replace("\x00", "")
    return {"statusCode": answer.status, "response": text, "headers": dict(answer.headers.items())}


def _allowed(url: str, hosts: Collection[str]) -> SplitResult:
    """The parts of an address on the list (`host`, or `host:port` for a port of its own)."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), None
    own = port is None or port == PORTS.get(parts.scheme)
    place = parts.hostname if own else f"{parts.hostname}:{port}"
    if parts.scheme not in PORTS or parts.username is not None or place not in hosts:
        shown = f"{parts.scheme}://{parts.hostname or ''}"[:100]
        raise HookFailed(_("「%(address)s」への接続は許されていません。") % {"address": shown})
    return parts


def _headers(said: Any) -> dict[str, str]:
    return {str(name): str(value) for name, value in said.items()} if isinstance(said, Mapping) else {}


def _body(said: Any) -> bytes | None:
    if said is None or said == "":
        return None
    return (said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)).encode()
