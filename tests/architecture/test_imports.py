"""The import contracts hold, and no module stands outside of them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.architecture import sources

pytestmark = pytest.mark.pure

# What other apps may import of an app; everything else must stand in a contract as private.
PUBLIC = {
    "commands",
    "access",
    "intake",
    "queries",
    "enums",
    "events",
    "announce",
    "nodes",
    "item_kinds",
    "links",
    "hooks",
    "known_forms",
    "decision_tables",
}
PUBLIC_LEDGER = {"actions", "writer", "queries", "format"}
PUBLIC_ORGANIZATION = {"queries", "chart", "enums", "actors", "commands", "announce", "open_work"}
# Packages that hold apps, or that nobody imports.
NESTED = {"documents.ledger", "workflow.organization"}
UNIMPORTED = {"config.demo", "manage"}


def contracts() -> list[dict[str, Any]]:
    settings = tomllib.loads((sources.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(settings["tool"]["importlinter"]["contracts"])


def private_modules() -> set[str]:
    return {
        name for contract in contracts() if contract["type"] == "protected" for name in contract["protected_modules"]
    }


def layered_modules() -> set[str]:
    lines = [line for contract in contracts() if contract["type"] == "layers" for line in contract["layers"]]
    return {name.strip() for line in lines for name in line.split("|")}


def modules_of(package: str) -> set[str]:
    """The modules and packages right under a package."""
    folder = sources.ROOT / Path(*package.split("."))
    found = {p.stem for p in folder.glob("*.py") if p.stem != "__init__"}
    found |= {p.name for p in folder.iterdir() if (p / "__init__.py").exists() and p.name != "migrations"}
    return {f"{package}.{name}" for name in found}


def unnamed(package: str, public: set[str], named: set[str]) -> set[str]:
    """Modules that are neither public by their name nor private by contract."""
    free = {module for module in modules_of(package) if module.rpartition(".")[2] in public}
    return modules_of(package) - free - named - NESTED


def test_the_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=sources.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.mark.parametrize(
    ("package", "public"),
    [
        ("documents", PUBLIC),
        ("documents.ledger", PUBLIC_LEDGER),
        ("workflow", PUBLIC),
        ("workflow.organization", PUBLIC_ORGANIZATION),
        ("approvals", set()),
        ("rpa_hooks", set()),
    ],
)
def test_every_module_of_an_app_is_public_or_private(package: str, public: set[str]) -> None:
    assert unnamed(package, public, private_modules()) == set()


def test_every_module_of_the_ground_stands_on_a_floor() -> None:
    assert modules_of("config") - layered_modules() - UNIMPORTED == set()


def test_no_contract_names_what_is_gone() -> None:
    def exists(name: str) -> bool:
        place = sources.ROOT / Path(*name.split("."))
        return place.with_suffix(".py").exists() or (place / "__init__.py").exists()

    assert [name for name in private_modules() | layered_modules() if not exists(name)] == []


def test_the_check_sees_what_is_wrong() -> None:
    assert "documents.blobs" in unnamed("documents", PUBLIC, set())
    assert {f"documents.ledger.{n}" for n in PUBLIC_LEDGER} <= unnamed("documents.ledger", set(), private_modules())
