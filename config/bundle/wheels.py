"""The Python packages of a bundle: exactly those of uv.lock, as wheels for this platform, checked by their hashes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REQUIREMENTS = "requirements.txt"
INSTALLER_REQUIREMENTS = "pip.txt"
# The group whose packages install the others; everything else of a bundle is what runs.
INSTALLER_GROUP = "bundle"


def collect(root: Path, into: Path) -> None:
    """Fill a folder with wheels and the two lists they were taken from."""
    into.mkdir(parents=True, exist_ok=True)
    _export(root, into / REQUIREMENTS, "--no-default-groups")
    _export(root, into / INSTALLER_REQUIREMENTS, "--only-group", INSTALLER_GROUP)
    for name in (REQUIREMENTS, INSTALLER_REQUIREMENTS):
        _download(into / name, into)


def _export(root: Path, to: Path, *groups: str) -> None:
    uv = Path(sys.executable).parent / "uv"
    fixed = ("--frozen", "--no-emit-project", "--no-header", "--no-annotate", "--quiet", "--format", "requirements.txt")
    subprocess.run([str(uv), "export", *fixed, *groups, "--output-file", str(to)], cwd=root, check=True)


def _download(requirements: Path, into: Path) -> None:
    """Wheels only: nothing is built where the bundle is installed, nor does a package run code of its own there."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--quiet", "--disable-pip-version-check", "--no-deps"]
    checked = ["--only-binary", ":all:", "--require-hashes", "-r", str(requirements), "--dest", str(into)]
    subprocess.run([*pip, *checked], check=True)
