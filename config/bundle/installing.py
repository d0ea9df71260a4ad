"""Installs a bundle, or updates an installation.  Runs out of the unpacked archive, with the standard library alone.

What is checked: every file by its SHA-256, nothing missing and nothing added; this machine; the folder.  An update moves
the old program aside, brings the database up to date, and puts everything back when that fails.

Imports are relative: out of the archive this package is alone, since `config` needs what is not installed yet.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .exchange import STATE, back_up, put_back, put_back_databases, set_stamps, settle, swap, var_of
from .manifest import (
    APP,
    MANIFEST,
    WHEELS,
    Refused,
    check_files,
    check_machine,
    digest,
    label,
    read_manifest,
)

BUNDLE = Path(__file__).resolve().parents[3]  # this file lies in app/config/bundle/


def main(arguments: list[str] | None = None) -> int:
    """Check and install; the status for the shell."""
    parser = argparse.ArgumentParser(prog="install", description="Installs this bundle into a folder, or updates one.")
    parser.add_argument(
        "folder", nargs="?", type=Path, help="where to install; must be empty, new, or installed before"
    )
    parser.add_argument("--check", action="store_true", help="check the files of the bundle and end")
    asked = parser.parse_args(arguments)
    try:
        manifest = read_manifest(BUNDLE)
        check_files(BUNDLE, manifest)
        say(f"{len(manifest['files'])} files checked: {manifest['name']} {label(manifest)}")
        if asked.check:
            return 0
        if asked.folder is None:
            parser.error("name the folder to install into")
        check_machine(manifest)
        install(manifest, asked.folder.resolve())
    except (Refused, OSError) as refused:
        sys.stderr.write(f"Not installed. {refused}\n")
        return 1
    return 0


def say(text: str) -> None:
    """A line for whoever watches."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def install(manifest: dict[str, Any], folder: Path) -> None:
    """Everything that changes the folder, one installation at a time."""
    check_folder(folder)
    state = folder / STATE
    state.mkdir(parents=True, exist_ok=True)
    with _alone(state):
        put_back(folder)
        before = read_manifest(state) if (state / MANIFEST).exists() else None
        check_stopped(folder)
        incoming = bring_in(manifest, folder)
        environment = make_environment(manifest, folder)
        prepare(incoming, environment, folder)
        kept = back_up(folder, label(manifest))
        try:
            swap(folder, incoming, environment, before)
            set_stamps(folder)
            words = ("manage.py", "serve", "--prepare-only")
            run(folder, folder, *words, failing="The database could not be brought up to date")
        except BaseException as odd:
            put_back(folder)
            put_back_databases(folder, kept)
            if not isinstance(odd, Refused):
                raise
            again = "The program before and its SQLite database are in place again." if before else "Nothing was left."
            raise Refused(f"{odd}\n{again}") from None
        settle(folder, manifest)
    verb = "updated to" if before else "installed:"
    say(f"{folder} {verb} {label(manifest)}. Start it there with: make run")


def check_folder(folder: Path) -> None:
    """New, empty, installed before, or holding nothing but data."""
    inside = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if folder.exists() and not folder.is_dir():
        raise Refused(f"{folder} is no folder.")
    if folder == BUNDLE or BUNDLE.is_relative_to(folder):
        raise Refused("Choose a folder beside the unpacked bundle, not the bundle itself.")
    if inside - {"var"} and STATE not in inside:
        raise Refused(f"{folder} holds something else. Choose an empty folder.")


@contextlib.contextmanager
def _alone(state: Path) -> Iterator[None]:
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused("Another installation into this folder is under way.") from None
        yield


def check_stopped(folder: Path) -> None:
    """Nothing may run from the folder while its program is exchanged."""
    running = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes()
            if (
                any(mark in words for mark in (b"manage.py", b"config.asgi", b"celery"))
                and (process / "cwd").readlink() == folder
            ):
                running.append(process.name)
    if running:
        raise Refused(f"The program is running (process {', '.join(sorted(running))}). Stop it first.")


def bring_in(manifest: dict[str, Any], folder: Path) -> Path:
    """Copy the program beside the old one, checking every file again as it lies there."""
    incoming = folder / STATE / "incoming"
    shutil.rmtree(incoming, ignore_errors=True)
    shutil.copytree(BUNDLE / APP, incoming)
    for name, entry in manifest["files"].items():
        if name.startswith(APP + "/"):
            path = incoming / name.removeprefix(APP + "/")
            if digest(path) != entry["sha256"]:
                raise Refused(f"{path} was not copied whole. Is the disk full?")
            path.chmod(0o755 if entry["executable"] else 0o644)
    return incoming


def make_environment(manifest: dict[str, Any], folder: Path) -> Path:
    """A virtual environment from the wheels alone; the one of an earlier installation when its wheels are the same."""
    environment = folder / ".venvs" / manifest["wheels"][:16]
    whole = environment / "whole"
    if whole.exists() and subprocess.run([environment / "bin/python", "-c", ""], check=False).returncode == 0:
        return environment
    shutil.rmtree(environment, ignore_errors=True)
    say("Installing the Python packages …")
    execute(
        [sys.executable, "-m", "venv", "--without-pip", environment], failing="The virtual environment was not made"
    )
    wheels = BUNDLE / WHEELS
    (pip,) = wheels.glob("pip-*.whl")
    offline = ["--no-index", "--find-links", wheels, "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-cache-dir", "--no-compile"]
    words = [
        environment / "bin/python",
        "-I",
        pip / "pip",
        "install",
        *quiet,
        *offline,
        "-r",
        wheels / "requirements.txt",
    ]
    execute(words, failing="The Python packages were not installed")
    # For speed only: packages may carry files for other Pythons, which do not compile.
    compiling = [environment / "bin/python", "-m", "compileall", "-qq", "-j", "0", environment / "lib"]
    subprocess.run(compiling, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    whole.touch()
    return environment


def prepare(incoming: Path, environment: Path, folder: Path) -> None:
    """Make what is not shipped, and see that the new program starts and knows the database, before anything is exchanged."""
    python = environment / "bin/python"
    with tempfile.TemporaryDirectory() as var:
        for words in (("catalogues",), ("check",)):
            run(
                incoming,
                folder,
                "manage.py",
                *words,
                python=python,
                var=Path(var),
                failing="The new program does not start",
            )
    if var_of(folder).is_dir():
        newer = ("-m", "config.bundle.database")
        run(incoming, folder, *newer, python=python, var=var_of(folder), failing="The database does not fit")


def run(
    where: Path, folder: Path, *words: str, python: Path | None = None, var: Path | None = None, failing: str
) -> None:
    """Run the program in a folder, with the environment of whoever installs."""
    python = python or folder / ".venv/bin/python"
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings", "KESSAI_VAR": str(var or var_of(folder)), "PYTHONPATH": ""}
    execute([python, *words], where=where, failing=failing, **settings)


def execute(words: list[Any], *, failing: str, where: Path | None = None, **settings: str) -> None:
    """Run a command; its words are told only when it fails."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    done = subprocess.run(
        [str(word) for word in words],
        cwd=where,
        env=clean | {"PIP_CONFIG_FILE": os.devnull} | {k: v for k, v in settings.items() if v},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise Refused(f"{failing}:\n{done.stdout.strip()[-3000:]}")
