"""The files of the repository that are ours, for the tests of rules."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("approvals", "rpa_hooks", "workflow", "documents", "config")


# What is never ours, where git is not there to say so.
MADE = {".git", ".venv", "node_modules", "var", "build", "__pycache__", ".hypothesis"}


@cache
def files(*endings: str) -> tuple[Path, ...]:
    """Every file of the repository with one of the endings: tracked ones and new ones, what is ignored left out."""
    found = (path for path in _known_to_git() or _in_the_tree() if path.name.endswith(endings))
    return tuple(sorted(path for path in found if path.is_file()))


def _known_to_git() -> list[Path]:
    """Nothing where there is no git, or no repository."""
    words = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(words, check=True, capture_output=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        return []
    return [ROOT / name for name in dict.fromkeys(listed.split("\0")) if name]


def _in_the_tree() -> list[Path]:
    paths = (path for path in ROOT.rglob("*") if not MADE & set(path.relative_to(ROOT).parts))
    return [path for path in paths if not path.name.endswith((".pyc", ".mo")) and "_cache" not in str(path)]


def ours(*endings: str) -> Iterator[Path]:
    """Those that people write: migrations left out."""
    return (path for path in files(*endings) if "migrations" not in path.parts)


def of_apps() -> Iterator[Path]:
    """The Python files of the product itself."""
    return (path for path in ours(".py") if path.relative_to(ROOT).parts[0] in APPS)


@cache
def tree(path: Path) -> ast.Module:
    """A file's syntax."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def shown(path: Path) -> str:
    """A path as people say it."""
    return str(path.relative_to(ROOT))
