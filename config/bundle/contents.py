"""What goes into a bundle besides wheels: the source, the built browser files, and the named files of npm packages."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from config.web.finders import FOLDERS, NAMED

BUILT = "config/web/static/build"
MODULES = "node_modules"
# Folders of npm packages that the code reads itself, and no page asks for: schemas, and the fonts of papers.
READ = (
    "bpmn-moddle/resources/bpmn/xsd",
    *(f"@expo-google-fonts/{name}" for name in ("biz-udmincho/400Regular", "biz-udmincho/700Bold")),
    *(f"@expo-google-fonts/{name}" for name in ("biz-udgothic/400Regular", "biz-udgothic/700Bold")),
    *(f"@expo-google-fonts/{name}" for name in ("noto-serif-jp/400Regular", "noto-serif-jp/700Bold")),
)
# What is never source, where git is not there to say so.
MADE = {".git", ".venv", ".venvs", ".bundle", MODULES, "var", "dist", "build", "__pycache__", ".hypothesis"}
LICENCES = ("LICEN[CS]E*", "licen[cs]e*", "NOTICE*", "package.json")


class Incomplete(Exception):
    """Something that belongs into a bundle is not there; the sentence says what makes it."""


def source_files(root: Path) -> list[str]:
    """Every file of the source, as paths from the root: what git knows or would take, else what lies in the tree."""
    words = ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(words, check=True, capture_output=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        listed = ""
    names = [name for name in listed.split("\0") if name] or [str(p.relative_to(root)) for p in _in_the_tree(root)]
    found = sorted({name for name in names if (root / name).is_file()})
    links = [name for name in found if (root / name).is_symlink()]
    if links:
        raise Incomplete(f"Links are not bundled: {', '.join(links)}")
    return found


def _in_the_tree(root: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        inner = path.relative_to(root)
        if not MADE & set(inner.parts) and path.suffix not in (".pyc", ".mo") and "_cache" not in str(inner):
            yield path


def revision(root: Path) -> tuple[str, bool]:
    """The commit the source is of, and whether it was changed since; empty without git."""
    try:
        commit = _git(root, "rev-parse", "HEAD")
        return commit, bool(_git(root, "status", "--porcelain"))
    except (OSError, subprocess.CalledProcessError):
        return "", False


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def built_files(root: Path) -> list[str]:
    """The scripts that `make assets` built."""
    found = [str(path.relative_to(root)) for path in sorted((root / BUILT).rglob("*")) if path.is_file()]
    if not any(name.endswith(".js") for name in found):
        raise Incomplete(f"{BUILT} holds no scripts: run make assets.")
    return [name for name in found if not name.endswith(".built")]


def package_files(root: Path) -> list[str]:
    """What pages and code read of npm packages (fonts, maps, schemas), and the licences of what is passed on."""
    modules, folders = root / MODULES, (*FOLDERS, *READ)
    lacking = [name for name in NAMED if not (modules / name).is_file()]
    lacking += [folder for folder in folders if not any((modules / folder).glob("*"))]
    if lacking:
        raise Incomplete(f"{MODULES} lacks {', '.join(lacking)}: run make assets.")
    found = {modules / name for name in NAMED}
    found |= {path for folder in folders for path in (modules / folder).glob("*") if path.is_file()}
    for package in _passed_on(root):
        found |= {path for pattern in LICENCES for path in package.glob(pattern) if path.is_file()}
    return sorted(str(path.relative_to(root)) for path in found)


def _passed_on(root: Path) -> list[Path]:
    """The folders of packages that pages load or whose code is in the built scripts: not those for building alone."""
    packages = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return [root / name for name, entry in packages.items() if name and not (entry.get("dev") or entry.get("optional"))]
