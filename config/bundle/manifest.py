"""The manifest of a bundle: what belongs to it, and whether it is whole.  Standard library only."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from pathlib import Path
from typing import Any

FORMAT = 1
MANIFEST, APP, WHEELS = "manifest.json", "app", "wheels"
BLOCKED = 5  # problems that are told one by one


class Refused(Exception):
    """The installation cannot go on; nothing is left half done."""


def label(manifest: dict[str, Any]) -> str:
    """The version as people say it."""
    return f"{manifest['version']}-{manifest['content'][:12]}"


def read_manifest(folder: Path) -> dict[str, Any]:
    """The list of what belongs here."""
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as odd:
        raise Refused(f"{MANIFEST} cannot be read ({odd}). Unpack the archive again.") from None
    if found.get("format") != FORMAT:
        raise Refused(f"{MANIFEST} has a format that this installer does not know.")
    return found


def check_files(folder: Path, manifest: dict[str, Any]) -> None:
    """Every file is what the manifest says, and there is no other."""
    listed = manifest["files"]
    there = {str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir() or p.is_symlink()} - {MANIFEST}
    problems = [f"missing: {name}" for name in sorted(set(listed) - there)]
    problems += [f"not in the manifest: {name}" for name in sorted(there - set(listed))]
    for name in sorted(there & set(listed)):
        path = folder / name
        if path.is_symlink() or path.stat().st_size != listed[name]["size"] or digest(path) != listed[name]["sha256"]:
            problems.append(f"changed: {name}")
    if problems:
        more = f" and {len(problems) - BLOCKED} more" if len(problems) > BLOCKED else ""
        raise Refused(
            f"The bundle is damaged: {'; '.join(problems[:BLOCKED])}{more}. Copy the archive again and compare its SHA-256."
        )


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_machine(manifest: dict[str, Any]) -> None:
    """The wheels are for one Python on one kind of machine."""
    here = {
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "system": platform.system(),
        "machine": platform.machine(),
    }
    wrong = [f"{name} {manifest[name]}, here is {value}" for name, value in here.items() if manifest[name] != value]
    if wrong:
        raise Refused(f"This bundle is for {'; '.join(wrong)}.")


def tops(manifest: dict[str, Any]) -> set[str]:
    """The names at the top of the program."""
    return {name.split("/")[1] for name in manifest["files"] if name.startswith(APP + "/")}
