"""Files stay readable: 400 lines a file, 60 a function; names say what is inside."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture import sources

pytestmark = pytest.mark.pure

FILE_LINES, FUNCTION_LINES = 400, 60
VAGUE = {"utils", "util", "helpers", "helper", "common", "core", "services", "service", "misc", "manager", "managers"}


def long_files(paths: list[Path], most: int = FILE_LINES) -> list[str]:
    return [str(path) for path in paths if len(path.read_text(encoding="utf-8").splitlines()) > most]


def long_functions(tree: ast.Module, most: int = FUNCTION_LINES) -> list[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = [node for node in ast.walk(tree) if isinstance(node, kinds)]
    return [f"{f.name}:{f.lineno}" for f in functions if (f.end_lineno or f.lineno) - f.lineno + 1 > most]


def vague(paths: list[Path]) -> list[str]:
    return [str(path) for path in paths if VAGUE & {part.removesuffix(".py") for part in path.parts}]


def test_no_file_is_longer_than_400_lines() -> None:
    assert long_files(list(sources.ours(".py", ".js", ".css", ".html"))) == []


def test_no_function_is_longer_than_60_lines() -> None:
    found = {sources.shown(path): long_functions(sources.tree(path)) for path in sources.ours(".py")}
    assert {path: names for path, names in found.items() if names} == {}


def test_no_module_has_a_vague_name() -> None:
    assert vague([path.relative_to(sources.ROOT) for path in sources.of_apps()]) == []


def test_the_top_level_is_as_agreed() -> None:
    folders = {path.relative_to(sources.ROOT).parts[0] for path in sources.files("")}
    files = {name for name in folders if (sources.ROOT / name).is_file()}
    assert folders - files == {*sources.APPS, "tests", "docs", ".ci"}
    assert {name for name in files if name.endswith(".py")} == {"manage.py"}


def test_the_checks_see_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "long.py"
    path.write_text("def f():\n" + "    pass\n" * 400)
    assert long_files([path]) == [str(path)]
    assert long_functions(ast.parse(path.read_text())) == ["f:1"]
    assert vague([Path("documents/utils.py"), Path("documents/access.py")]) == ["documents/utils.py"]
