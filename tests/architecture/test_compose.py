"""docker-compose.yml: its commands are ours, its variables known, its secrets elsewhere, its services watched."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from config import env
from tests.architecture import sources

pytestmark = pytest.mark.pure

OURS = ("prepare", "web", "worker", "beat")
VALUES = re.compile(r"\$\{[A-Z_0-9]+(?::?-([^}]*)|:\?[^}]*)\}")
PLAIN = {
    "POSTGRES_USER": "kessai",
    "POSTGRES_DB": "kessai",
    "MINIO_ROOT_USER": "kessai",
    "CLAMD_URL": "${CLAMD_URL-tcp://clamd:3310}",
}
SECRETIVE = re.compile(r"PASSWORD|SECRET|KEY|TOKEN|AUTH|URL")
# A secret without a default, told to be missing in words.
ASKED = re.compile(r"\$\{[A-Z_]+:\?[^}]+\}")
INTERPOLATED = re.compile(r"\$\{([A-Z_0-9]+)[^}]*\}")
# Variables of compose itself: passwords of the three servers and the port outside.
# Settings that are not handed through, and why.
KEPT_BACK = {"KESSAI_DEBUG": "tracebacks are never shown on a served machine"}
# Settings whose value here is another than their default, and why.
SET_HERE = {
    "DATABASE_URL": "the service beside",
    "REDIS_URL": "the service beside",
    "OBJECT_STORE_URL": "the service beside",
    "CLAMD_URL": "the service beside, unless set empty",
    "KESSAI_VAR": "the volume",
    "KESSAI_SECRET_KEY": "one for all machines, so it cannot be made by each",
    "KESSAI_HOSTS": "127.0.0.1 is each container itself",
    "KESSAI_HTTPS": "a served machine stands behind TLS",
}
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "MINIO_PASSWORD", "PORT"}


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((sources.ROOT / "docker-compose.yml").read_text(encoding="utf-8")))


def literal_secrets(environment: dict[str, str]) -> list[str]:
    """Variables that look secret and whose value could be read here."""
    secret = {name: str(value) for name, value in environment.items() if SECRETIVE.search(name)}
    return [name for name, value in secret.items() if not ASKED.search(value) and not is_public_default(name, value)]


def is_public_default(name: str, value: str) -> bool:
    """Handed through, and without a value what the settings say themselves, which everybody may read."""
    known = next((variable for variable in env.VARIABLES if variable.name == name), None)
    return known is not None and value == f"${{{name}:-{known.default}}}"


def forgotten(environment: dict[str, str]) -> set[str]:
    """Settings that a city could not set, because they are not handed through."""
    return {variable.name for variable in env.VARIABLES} - set(environment) - KEPT_BACK.keys()


def other_defaults(environment: dict[str, str]) -> set[str]:
    """Settings that hold something else here than without this file, where nobody sets them."""
    found = {variable.name for variable in env.VARIABLES if variable.name in environment}
    return {name for name in found if not is_public_default(name, str(environment[name]))}


def unknown_variables(environment: dict[str, str]) -> set[str]:
    return set(environment) - {variable.name for variable in env.VARIABLES}


def test_the_services_are_these_and_each_is_watched() -> None:
    services = compose()["services"]
    assert set(services) == {"postgres", "redis", "minio", "clamd", *OURS}
    assert [
        name for name in services if name != "prepare" and not services[name].get("healthcheck", {}).get("test")
    ] == []
    for name in ("web", "worker", "beat"):
        assert services[name]["healthcheck"]["test"] == ["CMD", "python", "manage.py", "alive", name]


def test_our_services_wait_for_what_they_need() -> None:
    services = compose()["services"]
    assert {s: c["condition"] for s, c in services["prepare"]["depends_on"].items()} == dict.fromkeys(
        ("postgres", "redis", "minio"), "service_healthy"
    )
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}


def test_every_variable_is_known_to_the_settings() -> None:
    services = compose()["services"]
    for name in OURS:
        assert unknown_variables(services[name]["environment"]) == set()
    text = (sources.ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert set(INTERPOLATED.findall(text)) <= {v.name for v in env.VARIABLES} | COMPOSE_ONLY


def test_every_setting_is_handed_through() -> None:
    services = compose()["services"]
    for name in OURS:
        assert forgotten(services[name]["environment"]) == set(), name
        assert other_defaults(services[name]["environment"]) == SET_HERE.keys(), name


def test_what_is_kept_back_is_still_a_setting() -> None:
    assert KEPT_BACK.keys() | SET_HERE.keys() <= {variable.name for variable in env.VARIABLES}


def test_the_scanner_is_the_service_beside() -> None:
    services = compose()["services"]
    assert services["clamd"]["healthcheck"]["test"] == ["CMD", "clamdcheck.sh"]
    address = urlsplit(VALUES.sub(r"\1", services["web"]["environment"]["CLAMD_URL"]))
    assert (address.scheme, address.hostname, address.port) == ("tcp", "clamd", 3310)
    assert "ports" not in services["clamd"]
    assert all("clamd" not in services[name]["depends_on"] for name in OURS)


def test_no_secret_stands_in_the_file() -> None:
    for name, service in compose()["services"].items():
        environment = service.get("environment", {})
        assert literal_secrets({k: v for k, v in environment.items() if PLAIN.get(k) != v}) == [], name


def test_the_values_are_ones_that_the_settings_accept() -> None:
    given = compose()["services"]["web"]["environment"]
    filled = {name: VALUES.sub(r"\1", str(value)) for name, value in given.items()}
    filled = {
        name: value.replace("redis://:@", "redis://:x@").replace("kessai:@", "kessai:x@")
        for name, value in filled.items()
    }
    assert "{" not in "".join(filled.values())
    values = env.read(filled)
    assert values["KESSAI_HTTPS"] is True
    store = env.object_store(values["OBJECT_STORE_URL"])
    assert store is not None and (store.endpoint, store.bucket, store.secure) == ("minio:9000", "kessai", False)


def test_our_commands_are_run_by_the_tests_of_services() -> None:
    """tests/faults/test_compose_commands.py takes them from this file, and starts each."""
    source = (sources.ROOT / "tests/faults/test_compose_commands.py").read_text(encoding="utf-8")
    assert "docker-compose.yml" in source and all(f'"{name}"' in source for name in OURS)


def test_the_checks_see_what_is_wrong() -> None:
    assert literal_secrets({"POSTGRES_PASSWORD": "hunter2", "A_KEY": "${A_KEY:?missing}"}) == ["POSTGRES_PASSWORD"]
    assert "KESSAI_MESSAGE_HOURS" in forgotten({"KESSAI_CITY": "x"}) and "KESSAI_DEBUG" not in forgotten({})
    assert other_defaults({"KESSAI_LOCK_AFTER": "${KESSAI_LOCK_AFTER:-9}", "EMAIL_URL": "${EMAIL_URL:-}"}) == {
        "KESSAI_LOCK_AFTER"
    }
    assert literal_secrets({"KESSAI_OIDC_CLIENT_SECRET": "${KESSAI_OIDC_CLIENT_SECRET:-abc}"}) != []
    assert unknown_variables({"DATABASE_URL": "", "KESSAI_COLOUR": "red"}) == {"KESSAI_COLOUR"}
