"""One bundle of this very source, unpacked; newer ones are made of it without fetching the wheels again."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config.bundle.archive import build
from tests.bundle.cut import bare_path

ROOT = Path(__file__).resolve().parent.parent.parent
Newer = Callable[[str, str], Path]


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a blank and Japanese in its path."""
    folder = tmp_path_factory.mktemp("bundle") / "水瀬 市"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def path(place: Path) -> Path:
    return bare_path(place / "bin")


@pytest.fixture(scope="session")
def archive(place: Path) -> Path:
    """What `make bundle` makes."""
    words = [sys.executable, "-m", "config.bundle", "--to", str(place / "dist")]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = (place / "dist").glob("*.tar.gz")
    return found


def unpack(archive: Path, into: Path) -> Path:
    into.mkdir()
    subprocess.run(["tar", "-xzf", str(archive), "-C", str(into)], check=True)
    (folder,) = into.iterdir()
    return folder


@pytest.fixture(scope="session")
def bundle(archive: Path, place: Path) -> Path:
    return unpack(archive, place / "unpacked")


@pytest.fixture(scope="session")
def newer(bundle: Path, place: Path) -> Newer:
    """A bundle of the next version, made of the one before, whose one new migration runs this SQL."""
    sources = [bundle / "app"]

    def make(version: str, sql: str) -> Path:
        root = place / f"source {version}"
        shutil.copytree(sources[-1], root)
        sources.append(root)
        project = root / "pyproject.toml"
        project.write_text(re.sub(r'(?m)^version = ".*"$', f'version = "{version}"', project.read_text(), count=1))
        (root / "docs/developing.md").unlink(missing_ok=True)
        (root / f"docs/{version}.md").write_text("新しい頁\n")
        name = f"9{version.replace('.', '')}_probe"
        earlier = sorted(p.stem for p in (root / "rpa_hooks/migrations").glob("[0-9]*.py"))[-1:]
        (root / f"rpa_hooks/migrations/{name}.py").write_text(
            "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
            f"    dependencies = {[('rpa_hooks', before) for before in earlier]!r}\n"
            f"    operations = [migrations.RunSQL({sql!r})]\n"
        )
        return unpack(
            build(root, place / "dist" / version, wheels_from=bundle / "wheels"), place / f"unpacked {version}"
        )

    return make
