"""Exchanges the program of an installation, and takes it back.  Standard library only.

Old names move aside into `.bundle/previous`, new ones move in; a note says what to put back should this be broken off, by a
failing migration as by a power cut.  `var/` is never moved.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

from .manifest import MANIFEST, Refused, tops

STATE = ".bundle"  # in the installed folder: the manifest, the program before, what is on its way in
STAMPS = (
    ".venv/.synced",
    "node_modules/.synced",
    "config/web/static/build/.built",
)  # in the order `make` asks for them
NOTE = "exchange.json"


def swap(folder: Path, incoming: Path, environment: Path, before: dict[str, Any] | None) -> None:
    """Old names move aside, new ones in.  A note tells what to put back should this be broken off."""
    state = folder / STATE
    previous = state / "previous"
    shutil.rmtree(previous, ignore_errors=True)
    previous.mkdir()
    link = folder / ".venv"
    note = {
        "new": sorted(path.name for path in incoming.iterdir()),
        "old": sorted(tops(before) if before else []),
        "venv": str(link.readlink()) if link.is_symlink() else "",
    }
    standing = [name for name in note["new"] if name not in note["old"] and os.path.lexists(folder / name)]
    if standing:
        raise Refused(f"In {folder} stands in the way what is not of this program: {', '.join(standing)}.")
    _write(state / NOTE, note)
    for name in note["old"]:
        if (folder / name).exists():
            (folder / name).rename(previous / name)
    for name in note["new"]:
        (incoming / name).rename(folder / name)
    _link(link, str(environment.relative_to(folder)))


def _link(link: Path, target: str) -> None:
    fresh = link.with_name(".venv.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def _write(path: Path, content: dict[str, Any]) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.replace(path)


def put_back(folder: Path) -> None:
    """Undo an exchange that did not come to its end; nothing where there is none."""
    state = folder / STATE
    if not (state / NOTE).exists():
        return
    note = json.loads((state / NOTE).read_text(encoding="utf-8"))
    previous = state / "previous"
    for name in note["new"]:
        if name not in note["old"] or (previous / name).exists():
            _remove(folder / name)
    for name in note["old"]:
        if (previous / name).exists():
            (previous / name).rename(folder / name)
    if note["venv"]:
        _link(folder / ".venv", note["venv"])
        set_stamps(folder)  # the environment may be the same, with a younger stamp
    else:
        (folder / ".venv").unlink(missing_ok=True)
    (state / NOTE).unlink()


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def set_stamps(folder: Path) -> None:
    """What `make` would make is there: each stamp is younger than what it depends on."""
    for name in STAMPS:
        if (folder / name).parent.is_dir():
            (folder / name).touch()


def settle(folder: Path, manifest: dict[str, Any]) -> None:
    """The new program is the one that counts; environments that neither it nor the one before uses go."""
    state = folder / STATE
    note = json.loads((state / NOTE).read_text(encoding="utf-8"))
    _write(state / MANIFEST, manifest)
    (state / NOTE).unlink()
    shutil.rmtree(state / "incoming", ignore_errors=True)
    used = {str((folder / ".venv").readlink()), note["venv"]}
    for path in (folder / ".venvs").iterdir():
        if str(path.relative_to(folder)) not in used:
            shutil.rmtree(path)


def var_of(folder: Path) -> Path:
    """Where the data of an installation lie."""
    return folder / os.environ.get("KESSAI_VAR", "var")


def back_up(folder: Path, name: str) -> dict[Path, Path]:
    """A copy of each SQLite database, taken while nobody writes.  A database server keeps copies of its own."""
    kept = {}
    for database in sorted(var_of(folder).glob("*.sqlite3")):
        backups = var_of(folder) / "backups"
        backups.mkdir(exist_ok=True)
        number = 1 + len(list(backups.glob(f"{database.stem}-before-{name}-*.sqlite3")))
        copy = backups / f"{database.stem}-before-{name}-{number}.sqlite3"
        copy.touch(mode=0o600)
        with (
            contextlib.closing(sqlite3.connect(database)) as source,
            contextlib.closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        kept[database] = copy
    return kept


def put_back_databases(folder: Path, kept: dict[Path, Path]) -> None:
    """The databases as they were before the installation; one that it made goes."""
    for database in {*kept, *var_of(folder).glob("*.sqlite3")}:
        for beside in ("", "-wal", "-shm"):
            database.with_name(database.name + beside).unlink(missing_ok=True)
        if database in kept:
            shutil.copy2(kept[database], database)
