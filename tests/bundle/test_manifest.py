"""What is checked before anything is installed: a small bundle, damaged in every way."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from config.bundle import archive, contents
from config.bundle.manifest import Refused, check_files, check_machine, read_manifest
from config.web.finders import FOLDERS, NAMED

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A tree with the installer and a file of every kind, but no program."""
    root = tmp_path / "source"
    shutil.copytree(ROOT / "config/bundle", root / "config/bundle", ignore=shutil.ignore_patterns("__pycache__"))
    files = ["config/web/static/build/main.js", "manage.py", "node_modules/bpmn-js/LICENSE", "node_modules/secret/x.js"]
    files += ["node_modules/ids/license.md", "node_modules/ids/index.js", "node_modules/esbuild/LICENSE.md"]
    files += [f"node_modules/{name}" for name in NAMED] + [
        f"node_modules/{folder}/a.bin" for folder in (*FOLDERS, *contents.READ)
    ]
    files += ["config/__pycache__/x.pyc", "var/kessai.sqlite3", "dist/old.tar.gz", "docs/日本語.md"]
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    packages = {"": {}, "node_modules/bpmn-js": {}, "node_modules/ids": {}, "node_modules/esbuild": {"dev": True}}
    (root / "package-lock.json").write_text(json.dumps({"packages": packages}))
    (root / "pyproject.toml").write_text('[project]\nname = "kessai"\nversion = "1.2.3"\n')
    return root


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    (folder / "pip-1-py3-none-any.whl").write_text("pip")
    return folder


@pytest.fixture
def bundle(source: Path, wheels: Path, tmp_path: Path) -> Path:
    made = archive.build(source, tmp_path / "dist", wheels_from=wheels)
    with tarfile.open(made) as tar:
        tar.extractall(tmp_path / "unpacked", filter="data")
    (folder,) = (tmp_path / "unpacked").iterdir()
    return folder


def test_what_goes_into_a_bundle(bundle: Path) -> None:
    manifest = read_manifest(bundle)
    names = set(manifest["files"])
    assert {"install", "app/manage.py", "app/docs/日本語.md", "app/config/web/static/build/main.js"} <= names
    assert {f"app/node_modules/{name}" for name in (*NAMED, "bpmn-js/LICENSE", "ids/license.md")} <= names
    assert {f"app/node_modules/{folder}/a.bin" for folder in contents.READ} <= names
    assert not [name for name in names if "esbuild" in name or name.endswith("ids/index.js")]
    assert not [
        name
        for name in names
        if "secret" in name or "__pycache__" in name or name.startswith(("app/var/", "app/dist/"))
    ]
    assert (manifest["version"], manifest["python"], manifest["commit"]) == ("1.2.3", "3.11", "")
    assert bundle.name == f"kessai-1.2.3-{manifest['content'][:12]}"
    assert manifest["files"]["install"]["executable"] and not manifest["files"]["app/manage.py"]["executable"]
    check_files(bundle, manifest)
    check_machine(manifest)


def test_the_same_files_make_the_same_archive(source: Path, wheels: Path, tmp_path: Path) -> None:
    one = archive.build(source, tmp_path / "one", wheels_from=wheels)
    (source / "manage.py").touch()
    two = archive.build(source, tmp_path / "two", wheels_from=wheels)
    assert one.name == two.name and one.read_bytes() == two.read_bytes()
    (source / "manage.py").write_text("other")
    assert archive.build(source, tmp_path / "three", wheels_from=wheels).name != one.name
    assert [path.name for path in (tmp_path / "one").iterdir() if path.name.startswith(".")] == []


def test_what_lacks_is_told(source: Path, wheels: Path, tmp_path: Path) -> None:
    shutil.rmtree(source / "config/web/static/build")
    with pytest.raises(contents.Incomplete, match="run make assets"):
        archive.build(source, tmp_path / "dist", wheels_from=wheels)
    (source / "node_modules" / NAMED[0]).unlink()
    with pytest.raises(contents.Incomplete, match=NAMED[0]):
        contents.package_files(source)
    (source / "link").symlink_to("manage.py")
    with pytest.raises(contents.Incomplete, match="link"):
        contents.source_files(source)


def replace_by_link(bundle: Path) -> None:
    (bundle / "app/manage.py").rename(bundle.parent / "elsewhere")
    (bundle / "app/manage.py").symlink_to(bundle.parent / "elsewhere")


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a byte": (lambda b: (b / "app/manage.py").write_text("manage.pY"), "changed: app/manage.py"),
    "longer": (lambda b: (b / "wheels/pip-1-py3-none-any.whl").write_text("pip2"), "changed: wheels/pip-1"),
    "missing": (lambda b: (b / "install").unlink(), "missing: install"),
    "added": (lambda b: (b / "app/sitecustomize.py").write_text(""), "not in the manifest: app/sitecustomize.py"),
    "another wheel": (
        lambda b: (b / "wheels/evil-9-py3-none-any.whl").write_text(""),
        "not in the manifest: wheels/evil",
    ),
    "a link": (replace_by_link, "changed: app/manage.py"),
    "no manifest": (lambda b: (b / "manifest.json").unlink(), "manifest.json cannot be read"),
    "no JSON": (lambda b: (b / "manifest.json").write_text("{"), "manifest.json cannot be read"),
    "a later format": (lambda b: (b / "manifest.json").write_text('{"format": 2}'), "does not know"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_bundle_is_not_installed(bundle: Path, tmp_path: Path, what: str) -> None:
    damage, said = DAMAGE[what]
    words = ["sh", f"{bundle}/install", str(tmp_path / "target")]
    damage(bundle)
    if what == "missing":
        with pytest.raises(Refused, match=said):
            check_files(bundle, read_manifest(bundle))
        return
    done = subprocess.run(
        words, check=False, env={"PYTHON": sys.executable, "PATH": "/usr/bin:/bin"}, capture_output=True, text=True
    )
    assert done.returncode == 1 and done.stderr.startswith("Not installed. ") and said in done.stderr
    assert not (tmp_path / "target").exists()


def test_a_whole_bundle_says_so_and_leaves_nothing_behind(bundle: Path) -> None:
    before = sorted(str(path) for path in bundle.rglob("*"))
    words = ["./install", "--check"]
    done = subprocess.run(
        words, check=False, cwd=bundle, env={"PYTHON": sys.executable, "PATH": ""}, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{len(read_manifest(bundle)['files'])} files checked: kessai 1.2.3-" in done.stdout
    assert sorted(str(path) for path in bundle.rglob("*")) == before


def test_many_problems_are_counted(bundle: Path) -> None:
    for number in range(9):
        (bundle / f"odd{number}").write_text("")
    with pytest.raises(Refused, match="odd4 and 4 more"):
        check_files(bundle, read_manifest(bundle))


@pytest.mark.parametrize(("name", "value"), [("python", "3.9"), ("machine", "vax"), ("system", "Windows")])
def test_another_machine_is_refused(bundle: Path, tmp_path: Path, name: str, value: str) -> None:
    manifest = read_manifest(bundle) | {name: value}
    with pytest.raises(Refused, match=f"{name} {value}, here is"):
        check_machine(manifest)
    (bundle / "manifest.json").write_text(json.dumps(manifest))
    words = [f"{bundle}/install", str(tmp_path / "target")]
    done = subprocess.run(
        words, check=False, env={"PYTHON": sys.executable, "PATH": ""}, capture_output=True, text=True
    )
    assert done.returncode == 1 and not (tmp_path / "target").exists()


def test_without_python_it_says_what_is_needed(bundle: Path) -> None:
    done = subprocess.run(["./install"], check=False, cwd=bundle, env={"PATH": ""}, capture_output=True, text=True)
    assert done.returncode == 1 and "Python 3.11 is needed" in done.stderr
