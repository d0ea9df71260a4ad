"""Which files are served: our own, and the named ones of npm packages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from config.web.finders import NAMED, NodeModulesFinder, OwnAppsFinder

SHEETS = sorted((Path(settings.ROOT) / "config" / "web" / "static" / "web").glob("*.css"))


@pytest.fixture
def packages(tmp_path: Path, settings) -> NodeModulesFinder:
    for name in (*NAMED, "pdfjs-dist/cmaps/Adobe-Japan1-UCS2.bcmap", "pdfjs-dist/package.json", "secret.txt"):
        path = tmp_path / "node_modules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    settings.ROOT = tmp_path
    return NodeModulesFinder()


def test_named_files_of_packages_are_found(packages: NodeModulesFinder) -> None:
    for name in (*NAMED, "pdfjs-dist/cmaps/Adobe-Japan1-UCS2.bcmap"):
        assert Path(packages.find(f"npm/{name}")).read_text() == name
    assert {name for name, _storage in packages.list(None)} == {*NAMED, "pdfjs-dist/cmaps/Adobe-Japan1-UCS2.bcmap"}


@pytest.mark.parametrize(
    "path",
    [
        "npm/pdfjs-dist/package.json",
        "npm/secret.txt",
        "npm/pdfjs-dist/cmaps/../package.json",
        "pdfjs-dist/cmaps/Adobe-Japan1-UCS2.bcmap",
    ],
)
def test_other_files_of_packages_are_not(packages: NodeModulesFinder, path: str) -> None:
    assert packages.find(path) is None
    assert packages.find(path, find_all=True) == []


def test_without_packages_nothing_is_found(tmp_path: Path, settings) -> None:
    settings.ROOT = tmp_path
    assert NodeModulesFinder().find(f"npm/{NAMED[0]}") is None


def test_only_our_own_apps_serve_files() -> None:
    served = {path for path, _storage in OwnAppsFinder().list(None)}
    assert "web/frame.css" in served
    assert not [path for path in served if path.startswith(("viewflow", "account", "guardian"))]
    assert finders.find("web/mark.svg")


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_style_sheets_ask_for_nothing_outside(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    asked = re.findall(r"url\(\s*['\"]?([^'\")]+)", text)
    assert [address for address in asked if not address.startswith("data:")] == []
    assert "@import" not in text


def test_colours_come_from_the_tokens() -> None:
    """Screens use roles; roles are made of the package's tokens."""
    loose = {}
    for path in SHEETS:
        text = re.sub(r"url\([^)]*\)", "", path.read_text(encoding="utf-8"))
        found = [colour for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b", text) if colour != "#000"]
        if found:
            loose[path.name] = found
    assert loose == {}
