"""Puts a bundle together: the manifest with the SHA-256 of every file, and one tar.gz that is the same for the same files."""

from __future__ import annotations

import gzip
import hashlib
import json
import platform
import shutil
import sys
import tarfile
import tomllib
from pathlib import Path
from typing import Any

from config.bundle import contents, wheels
from config.bundle.manifest import APP, FORMAT, MANIFEST, WHEELS, digest

HERE = Path(__file__).resolve().parent


def build(root: Path, to: Path, *, wheels_from: Path | None = None) -> Path:
    """Write the bundle of a source tree into a folder; the archive's path.  Wheels are fetched unless they are given."""
    to.mkdir(parents=True, exist_ok=True)
    work = to / ".work"
    shutil.rmtree(work, ignore_errors=True)
    (work / APP).mkdir(parents=True)
    try:
        for name in [*contents.source_files(root), *contents.built_files(root), *contents.package_files(root)]:
            (work / APP / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, work / APP / name)
        if wheels_from is None:
            wheels.collect(root, work / WHEELS)
        else:
            shutil.copytree(wheels_from, work / WHEELS)
        shutil.copy(HERE / "install.sh", work / "install")
        (work / "install").chmod(0o755)
        manifest = _manifest(root, work)
        (work / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return _packed(work, to, manifest)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _manifest(root: Path, work: Path) -> dict[str, Any]:
    files = {
        str(path.relative_to(work)): {
            "sha256": digest(path),
            "size": path.stat().st_size,
            "executable": bool(path.stat().st_mode & 0o100),
        }
        for path in sorted(work.rglob("*"))
        if path.is_file()
    }
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    commit, changed = contents.revision(root)
    return {
        "format": FORMAT,
        "name": project["name"],
        "version": project["version"],
        "commit": commit,
        "changed": changed,
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "system": platform.system(),
        "machine": platform.machine(),
        "wheels": _together(files, WHEELS),
        "content": _together(files, ""),
        "files": files,
    }


def _together(files: dict[str, dict[str, Any]], folder: str) -> str:
    """One hash for all files of a folder."""
    lines = [f"{entry['sha256']}  {name}\n" for name, entry in files.items() if name.startswith(folder)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _packed(work: Path, to: Path, manifest: dict[str, Any]) -> Path:
    """The archive and, beside it, its hash in the form `sha256sum --check` reads."""
    name = f"{manifest['name']}-{manifest['version']}-{manifest['content'][:12]}"
    target = to / f"{name}.tar.gz"
    with (
        target.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=0, compresslevel=1) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in sorted(path for path in work.rglob("*") if path.is_file()):
            _add(tar, path, f"{name}/{path.relative_to(work)}")
    target.with_name(target.name + ".sha256").write_text(f"{digest(target)}  {target.name}\n", encoding="utf-8")
    return target


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    """A file without its owner and its time."""
    entry = tarfile.TarInfo(name)
    entry.size = path.stat().st_size
    entry.mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
    entry.mtime = 946_684_800  # 1 January 2000: older than anything that an installation makes
    with path.open("rb") as stream:
        tar.addfile(entry, stream)
