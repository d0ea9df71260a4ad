"""Whoever silences a checker says why, on the same line; and nobody asks the machine for the time."""

from __future__ import annotations

import ast
import io
import re
import tokenize

import pytest

from tests.architecture import sources

pytestmark = pytest.mark.pure

SILENCED = re.compile(r"#\s*(?:noqa|type:\s*ignore|nosec|pragma|pylint|fmt:\s*off|mypy:)", re.IGNORECASE)
REASONED = re.compile(r"#\s*(?:noqa: [A-Z0-9, ]+ - \S.{5,}|type: ignore\[[a-z, -]+\]\s+# \S.{5,})")
NOWS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("timezone", "now"),
    ("timezone", "localdate"), ("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"),
}  # fmt: skip
CLOCK = "config/clock.py"


def unreasoned(text: str) -> list[int]:
    """The lines that silence without a reason."""
    comments = (t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type == tokenize.COMMENT)
    return [t.start[0] for t in comments if SILENCED.search(t.string) and not REASONED.search(t.string)]


def nows(tree: ast.Module) -> list[int]:
    """The lines that ask for the present moment, by any of the usual ways."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            base = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if (base, node.attr) in NOWS:
                found.append(node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module in ("time", "django.utils.timezone"):
            found += [node.lineno for name in node.names if (node.module.split(".")[-1], name.name) in NOWS]
        elif isinstance(node, ast.ImportFrom) and node.module == "django.db.models.functions":
            found += [node.lineno for name in node.names if name.name == "Now"]
        elif isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
            found.append(node.value.lineno)
    return found


def test_every_suppression_has_its_reason() -> None:
    found = {sources.shown(path): unreasoned(path.read_text(encoding="utf-8")) for path in sources.ours(".py")}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_only_the_clock_knows_the_time() -> None:
    found = {sources.shown(p): nows(sources.tree(p)) for p in sources.of_apps() if sources.shown(p) != CLOCK}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_the_checks_see_what_is_wrong() -> None:
    assert unreasoned("x = 1  # noqa\ny = 2  # type: ignore[x]\n") == [1, 2]
    assert unreasoned("x = 1  # noqa: S101 - because of a reason\ny = 1  # type: ignore[x]  # a good reason\n") == []
    source = "import datetime as dt\nfrom time import time\na = dt.datetime.now()\nb = timezone.now()\n"
    assert sorted(nows(ast.parse(source))) == [2, 3, 4]
    assert nows(ast.parse("models.DateTimeField(auto_now_add=True)")) == [1]
