"""Runs the script of this folder in a network namespace of its own, with almost nothing in PATH."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

INSIDE = Path(__file__).with_name("inside.py")
NEEDED = ("python3.11", "make")  # all that a machine must have
UNSHARE = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]


def bare_path(folder: Path) -> Path:
    """A folder with the needed commands, to be all of PATH: no node, no uv, no compiler, nothing else."""
    folder.mkdir(parents=True)
    base = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    assert f"{sys.version_info.major}.{sys.version_info.minor}" == "3.11"
    (folder / "python3.11").symlink_to(base)
    make = shutil.which("make")
    assert make, "make is needed"
    (folder / "make").symlink_to(make)
    assert sorted(path.name for path in folder.iterdir()) == sorted(NEEDED)
    return folder


def inside(path: Path, *words: str) -> dict[str, Any]:
    """What the script saw.  A machine that cannot cut its network fails here, and is not skipped."""
    clean = {"PATH": str(path), "HOME": str(path / "nowhere")}
    unshare = shutil.which("unshare")
    assert unshare, "unshare (util-linux) is needed to cut the network"
    command = [unshare, *UNSHARE[1:], str(path / "python3.11"), "-I", str(INSIDE), *words]
    done = subprocess.run(command, env=clean, capture_output=True, text=True, check=False, timeout=560)
    assert done.returncode == 0, done.stdout + done.stderr
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert_cut(seen["cut"])
    return seen


def assert_cut(cut: dict[str, Any]) -> None:
    """Another namespace than ours, no device but the loopback, no route, and no way to any address."""
    assert cut["namespace"] != str(Path("/proc/self/ns/net").readlink())
    assert cut["devices"] == ["lo"] and cut["routes"] == []
    assert cut["tried"] and set(cut["tried"].values()) == {101}, "network is unreachable"
