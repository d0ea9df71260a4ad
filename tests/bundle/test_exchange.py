"""Exchanging a program: taken back from wherever it was broken off, and folders that are no place for it."""

from __future__ import annotations

import fcntl
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from config.bundle import exchange, installing
from config.bundle.manifest import Refused

pytestmark = pytest.mark.pure

OLD = {"files": {"app/manage.py": {}, "app/config/old.py": {}, "app/gone/x.py": {}, "wheels/a.whl": {}}}
NEW = {"files": {"app/manage.py": {}, "app/config/new.py": {}, "app/fresh.txt": {}}, "wheels": "n" * 64}


def fill(root: Path, manifest: dict[str, Any], text: str) -> None:
    for name in manifest["files"]:
        if name.startswith("app/"):
            path = root / name.removeprefix("app/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An installation of the old program, with data and a file of its owner's, and the new one beside it."""
    root = tmp_path / "決裁 本番"
    fill(root, OLD, "old")
    (root / "var").mkdir()
    (root / "var/data").write_text("data")
    (root / "own.txt").write_text("own")
    for name in ("old", "new", "ancient"):
        (root / ".venvs" / name).mkdir(parents=True)
    (root / ".venv").symlink_to(".venvs/old")
    fill(root / ".bundle/incoming", NEW, "new")
    (root / ".bundle/manifest.json").write_text(json.dumps(OLD))
    return root


def program(root: Path) -> dict[str, str]:
    """Every file outside of the installer's own folder, and where the environment points."""
    found = {
        str(path.relative_to(root)): path.read_text()
        for path in root.rglob("*")
        if path.is_file() and path.relative_to(root).parts[0] not in (".bundle", ".venvs", ".venv")
    }
    return found | {".venv": str((root / ".venv").readlink()) if (root / ".venv").is_symlink() else ""}


def swap(root: Path) -> None:
    exchange.swap(root, root / ".bundle/incoming", root / ".venvs/new", OLD)


def test_the_program_is_exchanged_and_everything_else_stays(folder: Path) -> None:
    swap(folder)
    assert program(folder) == {
        "manage.py": "new",
        "config/new.py": "new",
        "fresh.txt": "new",
        "var/data": "data",
        "own.txt": "own",
        ".venv": ".venvs/new",
    }
    exchange.settle(folder, NEW)
    assert json.loads((folder / ".bundle/manifest.json").read_text()) == NEW
    assert sorted(path.name for path in (folder / ".bundle").iterdir()) == ["manifest.json", "previous"]
    assert (folder / ".bundle/previous/config/old.py").read_text() == "old"
    assert sorted(path.name for path in (folder / ".venvs").iterdir()) == ["new", "old"]
    exchange.put_back(folder)
    assert program(folder)["manage.py"] == "new", "nothing is under way: nothing is put back"


def test_an_exchange_is_taken_back(folder: Path) -> None:
    before = program(folder)
    swap(folder)
    exchange.put_back(folder)
    assert program(folder) == before
    assert not (folder / ".bundle/exchange.json").exists()


@pytest.mark.parametrize("step", range(12))
def test_from_wherever_it_is_broken_off_it_is_taken_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    before, taken = program(folder), 0
    rename: Callable[..., Path] = Path.rename

    def until(path: Path, target: Path) -> Path:
        nonlocal taken
        taken += 1
        if taken > step:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", until)
    try:
        swap(folder)
    except KeyboardInterrupt:
        assert taken == step + 1
    monkeypatch.undo()
    exchange.put_back(folder)
    assert program(folder) == before
    exchange.put_back(folder)
    assert program(folder) == before


def test_what_stands_in_the_way_is_not_overwritten(folder: Path) -> None:
    (folder / "fresh.txt").write_text("somebody's")
    before = program(folder)
    with pytest.raises(Refused, match="stands in the way"):
        swap(folder)
    exchange.put_back(folder)
    assert program(folder) == before


def test_a_first_installation_is_taken_back_whole(tmp_path: Path) -> None:
    fill(tmp_path / ".bundle/incoming", NEW, "new")
    (tmp_path / ".venvs/new").mkdir(parents=True)
    exchange.swap(tmp_path, tmp_path / ".bundle/incoming", tmp_path / ".venvs/new", None)
    assert program(tmp_path)["fresh.txt"] == "new"
    exchange.put_back(tmp_path)
    assert program(tmp_path) == {".venv": ""}


def test_databases_are_copied_and_put_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KESSAI_VAR", raising=False)
    database = folder / "var/kessai.sqlite3"
    with closing(sqlite3.connect(database)) as open_one:
        open_one.execute("pragma journal_mode = wal")
        open_one.execute("create table kept (id integer)")
        exchange.back_up(folder, "1.0")
        kept = exchange.back_up(folder, "1.0")
        open_one.execute("create table later (id integer)")
    assert list(kept) == [database]
    copies = [path.name for path in sorted((folder / "var/backups").iterdir())]
    assert copies == ["kessai-before-1.0-1.sqlite3", "kessai-before-1.0-2.sqlite3"]
    (folder / "var/made.sqlite3").write_text("")
    exchange.put_back_databases(folder, kept)
    assert sorted(path.name for path in (folder / "var").iterdir()) == ["backups", "data", "kessai.sqlite3"]
    with closing(sqlite3.connect(database)) as again:
        assert again.execute("select name from sqlite_master").fetchall() == [("kept",)]


def test_data_elsewhere_are_found(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KESSAI_VAR", str(tmp_path / "data"))
    assert exchange.var_of(folder) == tmp_path / "data"
    assert exchange.back_up(folder, "1.0") == {}


def test_folders_that_are_no_place_for_it(folder: Path, tmp_path: Path) -> None:
    installing.check_folder(folder)
    installing.check_folder(tmp_path / "new")
    (tmp_path / "data only/var").mkdir(parents=True)
    installing.check_folder(tmp_path / "data only")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/letter.txt").write_text("")
    with pytest.raises(Refused, match="holds something else"):
        installing.check_folder(tmp_path / "full")
    with pytest.raises(Refused, match="is no folder"):
        installing.check_folder(tmp_path / "full/letter.txt")
    with pytest.raises(Refused, match="beside the unpacked bundle"):
        installing.check_folder(installing.BUNDLE)


def test_a_program_that_runs_is_not_exchanged(folder: Path) -> None:
    installing.check_stopped(folder)
    words = [
        sys.executable,
        "-c",
        "import sys; sys.stdout.write('x'); sys.stdout.flush(); sys.stdin.read()",
        "manage.py",
    ]
    running = subprocess.Popen(words, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert running.stdout is not None and running.stdout.read(1) == b"x"
        with pytest.raises(Refused, match=f"process {running.pid}"):
            installing.check_stopped(folder)
    finally:
        running.kill()
        running.communicate()
    installing.check_stopped(folder)


def test_two_installations_do_not_go_on_at_once(folder: Path) -> None:
    with (folder / ".bundle/lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(Refused, match="under way"):
            installing.install(NEW, folder)


def test_stamps_are_younger_than_what_they_depend_on(folder: Path) -> None:
    for name in ("node_modules", "config/web/static/build"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    exchange.set_stamps(folder)
    times = [(folder / name).stat().st_mtime_ns for name in exchange.STAMPS]
    assert times == sorted(times)
