"""Typed settings from the environment.  An odd value stops the start with a sentence that names the variable.

`VARIABLES` is the whole list: nothing else is read, and docker-compose.yml may set nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


class OddSetting(SystemExit):
    """A variable holds a value that cannot be meant.  Ends the process with the sentence as its message."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: its name, its default as text, how it is read, and what it is for."""

    name: str
    default: str
    read: Callable[[str, str], Any]
    purpose: str


def _text(name: str, value: str) -> str:
    return value


def _flag(name: str, value: str) -> bool:
    if value not in ("0", "1"):
        raise OddSetting(f"{name} must be 0 or 1, not {value!r}")
    return value == "1"


def _natural(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit():
        raise OddSetting(f"{name} must be a whole number, not {value!r}")
    return int(value)


def _positive(name: str, value: str) -> int:
    if not _natural(name, value):
        raise OddSetting(f"{name} must be 1 or more, not {value!r}")
    return int(value)


def _names(name: str, value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _pairs(name: str, value: str) -> dict[str, str]:
    found = [part.strip().partition("=") for part in value.split(",") if part.strip()]
    if not all(left.strip() and right.strip() for left, _sign, right in found):
        raise OddSetting(f"{name} must be NAME=HOOK, …, not {value!r}")
    return {left.strip(): right.strip() for left, _sign, right in found}


def _url(*schemes: str) -> Callable[[str, str], str]:
    def read(name: str, value: str) -> str:
        if value and urlsplit(value).scheme not in schemes:
            wanted = " or ".join(f"{scheme}://…" for scheme in schemes)
            raise OddSetting(f"{name} must be {wanted}, not {value!r}")
        return value

    return read


VARIABLES = [
    Variable("KESSAI_DEBUG", "0", _flag, "1: show tracebacks; never on a served machine"),
    Variable("KESSAI_SECRET_KEY", "", _text, "signs sessions; unset: a key is made once and kept under KESSAI_VAR"),
    Variable("KESSAI_HOSTS", "127.0.0.1,localhost", _names, "host names under which the site is reached"),
    Variable("KESSAI_HTTPS", "0", _flag, "1: served behind TLS; cookies become secure"),
    Variable("KESSAI_VAR", "var", _text, "folder of the database, files and built assets when no server is named"),
    Variable("KESSAI_DEMO", "0", _flag, "1: the demo city is loaded and its log-ins are shown"),
    Variable("KESSAI_CITY", "水瀬市", _text, "name of the municipality, shown in the frame"),
    Variable("KESSAI_MAX_FILE_MB", "50", _natural, "largest single upload, in MiB"),
    Variable("KESSAI_MAX_CASE_MB", "100", _natural, "largest sum of attachments of one case, in MiB"),
    Variable("KESSAI_TAKE_FILES", "1", _flag, "0: only drafter and keeping unit save or print files; others just read"),
    Variable(
        "KESSAI_UPLOAD_QUOTA_MB", "500", _positive, "most that one person may have on its way in at a time, in MiB"
    ),
    Variable("KESSAI_UPLOAD_HOURS", "24", _positive, "hours after which a file half sent is thrown away"),
    Variable("KESSAI_LEGACY_OFFICE", "1", _flag, "0: refuse .doc .xls .ppt .jtd altogether"),
    Variable(
        "CLAMD_URL", "", _url("tcp", "unix"), "tcp://HOST:PORT or unix:///PATH of clamd; unset: files are not scanned"
    ),
    Variable("KESSAI_CLAMD_SECONDS", "60", _positive, "seconds that clamd may stay silent"),
    Variable("KESSAI_UNSCANNED", "1", _flag, "0: refuse files that could not be scanned for viruses"),
    Variable("KESSAI_TWO_FACTOR_ALL", "0", _flag, "1: everybody logs in with a second factor, not only who must"),
    Variable("KESSAI_PASSWORD_LENGTH", "12", _natural, "fewest signs of a password"),
    Variable(
        "KESSAI_PASSWORD_KINDS", "2", _natural, "fewest kinds of signs in a password: small, capital, digit, other"
    ),
    Variable("KESSAI_PASSWORD_HISTORY", "4", _natural, "this many last passwords are not taken again; 0: any may be"),
    Variable("KESSAI_PASSWORD_FIRST_CHANGE", "1", _flag, "0: a password set by the administrator may stay"),
    Variable("KESSAI_LOCK_AFTER", "5", _positive, "wrong passwords or codes in a row until the log-in is locked"),
    Variable("KESSAI_LOCK_MINUTES", "5", _positive, "minutes for which it is locked"),
    Variable("KESSAI_IDLE_MINUTES", "60", _positive, "minutes without an act after which a log-in ends"),
    Variable("KESSAI_SESSION_HOURS", "12", _positive, "hours after which a log-in ends in any case"),
    Variable(
        "KESSAI_SESSIONS_PER_PERSON",
        "0",
        _natural,
        "log-ins of one person at a time; 1: the newest wins; 0: any number",
    ),
    Variable(
        "KESSAI_CONFIRM_MINUTES", "10", _positive, "minutes for which a confirmed identity suffices for dangerous acts"
    ),
    Variable("KESSAI_CONFIRM_DECISIONS", "0", _flag, "1: 決裁 too asks whether it is really this person"),
    Variable("KESSAI_LOGINS_PER_MINUTE", "600", _positive, "log-in forms taken from one address in a minute"),
    Variable("KESSAI_UPLOADS_PER_MINUTE", "600", _positive, "requests that bring files, of one person in a minute"),
    Variable("KESSAI_OIDC_ISSUER", "", _url("https", "http"), "OpenID provider for single sign-on; unset: none"),
    Variable("KESSAI_OIDC_CLIENT_ID", "", _text, "our name at the OpenID provider"),
    Variable("KESSAI_OIDC_CLIENT_SECRET", "", _text, "our secret at the OpenID provider"),
    Variable("KESSAI_OIDC_STAFF_CLAIM", "preferred_username", _text, "claim that holds the 職員番号"),
    Variable("KESSAI_OIDC_NAME", "庁内認証", _text, "what the log-in form calls the OpenID provider"),
    Variable("KESSAI_HOOK_NAMES", "", _pairs, "classes and beans of foreign models: org.example.Archive=our-hook, …"),
    Variable("KESSAI_GROUP_NAMES", "", _pairs, "groups of foreign models: accounting=2010, …: unit, post or role here"),
    Variable("KESSAI_HTTP_HOSTS", "", _names, "hosts that models may ask by http-connector: HOST or HOST:PORT, …"),
    Variable("KESSAI_FORMS", "", _text, "folder of forms that models name: Camunda Forms, NAME.form or NAME.v2.form"),
    Variable("KESSAI_MESSAGE_HOURS", "168", _positive, "hours for which a message waits for whoever is to get it"),
    Variable("DATABASE_URL", "", _url("postgres", "postgresql", "sqlite"), "unset: SQLite under KESSAI_VAR"),
    Variable("REDIS_URL", "", _url("redis", "rediss"), "broker of Celery and cache; unset: one local worker process"),
    Variable(
        "OBJECT_STORE_URL", "", _url("s3+http", "s3+https"), "s3+https://KEY:SECRET@HOST[:PORT]/BUCKET; unset: files"
    ),
    Variable("EMAIL_URL", "", _url("smtp", "smtps"), "smtp://HOST:PORT; unset: mails are written under KESSAI_VAR"),
]


def read(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """All variables, typed.  Raises OddSetting with a sentence for the first odd value."""
    source = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for variable in VARIABLES:
        secret_file = source.get(f"{variable.name}_FILE")
        raw = Path(secret_file).read_text().strip() if secret_file else source.get(variable.name, variable.default)
        values[variable.name] = variable.read(variable.name, raw)
    return values


def database(url: str, var: Path) -> dict[str, Any]:
    """Django's DATABASES entry for a DATABASE_URL (empty: SQLite under `var`)."""
    if not url or url.startswith("sqlite"):
        path = urlsplit(url).path if url else str(var / "kessai.sqlite3")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # NORMAL would lose committed approvals at power loss.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(url)
    if not parts.path.strip("/"):
        raise OddSetting("DATABASE_URL names no database: postgres://USER:PASSWORD@HOST:PORT/NAME")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 10, "timeout": 20},
            # What a connection has sent three times is parsed and planned no more (a proxy in between has to keep a
            # connection for as long as a session).
            "server_side_binding": True,
            "prepare_threshold": 3,
        },
    }


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """Where an S3 server is and how to speak to it."""

    endpoint: str
    access_key: str
    secret_key: str
    bucket: str
    secure: bool


def object_store(url: str) -> ObjectStore | None:
    """The parsed OBJECT_STORE_URL, or None when files are kept on disk."""
    if not url:
        return None
    parts = urlsplit(url)
    if not (parts.hostname and parts.username and parts.password):
        raise OddSetting("OBJECT_STORE_URL must be s3+https://KEY:SECRET@HOST[:PORT]/BUCKET")
    endpoint = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    return ObjectStore(
        endpoint=endpoint,
        access_key=unquote(parts.username),
        secret_key=unquote(parts.password),
        bucket=parts.path.strip("/") or "kessai",
        secure=parts.scheme == "s3+https",
    )


def secret_key(given: str, var: Path) -> str:
    """The given key, or one made once and kept in a file only the owner can read."""
    if given:
        return given
    path = var / "secret-key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        key = os.urandom(48).hex()
        file.write(key)
    return key


def openid(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """allauth's entry for the OpenID provider, or None where none is named."""
    issuer, client = values["KESSAI_OIDC_ISSUER"], values["KESSAI_OIDC_CLIENT_ID"]
    if not issuer:
        return None
    if not client:
        raise OddSetting("KESSAI_OIDC_ISSUER is set: KESSAI_OIDC_CLIENT_ID must be set too")
    return {
        "provider_id": "sso",
        "name": values["KESSAI_OIDC_NAME"],
        "client_id": client,
        "secret": values["KESSAI_OIDC_CLIENT_SECRET"],
        "settings": {"server_url": issuer.rstrip("/"), "fetch_userinfo": False},
    }
