"""Data changes in commands only, and a command looks like one."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

from tests.architecture import sources

pytestmark = pytest.mark.pure

PREPARED = {"prepared.insert", "prepared.update", "prepared.Change"}
WRITERS = {"save", "create", "bulk_create", "bulk_update", "update", "delete", "get_or_create", "update_or_create"}
# The books of the work itself, which plain functions keep (docs/architecture.md), and what writes for commands.
BOOKS = (
    "config/jobs/", "config/demo/", "documents/ledger/writer.py", "documents/blobs.py", "documents/partial.py",
    "documents/search/index.py", "workflow/runtime/", "workflow/flows.py", "approvals/reactions.py",
)  # fmt: skip


def command_modules() -> list[Path]:
    return [path for path in sources.of_apps() if "commands" in path.parts and "management" not in path.parts]


def decorated(function: ast.FunctionDef) -> bool:
    return any(getattr(mark, "id", "") == "command" for mark in function.decorator_list)


def public_undecorated(tree: ast.Module) -> list[str]:
    """Public functions of a commands module that are no commands and take an actor."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    takers = [f for f in functions if any(a.arg == "actor" for a in f.args.kwonlyargs)]
    return [f.name for f in takers if not decorated(f)]


def odd_commands(tree: ast.Module) -> list[str]:
    """Commands that take something by place, lack an actor, or record nothing, themselves or through a function beside."""
    odd = []
    beside = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for f in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and decorated(node)):
        places = [*f.args.posonlyargs, *f.args.args]
        if places or f.args.vararg or not any(a.arg == "actor" for a in f.args.kwonlyargs):
            odd.append(f"{f.name}: not keyword-only with an actor")
        if not _records(f, beside, set()):
            odd.append(f"{f.name}: records nothing")
    return odd


def _records(function: ast.FunctionDef, beside: dict[str, ast.FunctionDef], seen: set[str]) -> bool:
    """Whether it calls `record`, or a private function of its module that does, or another app's command."""
    seen.add(function.name)
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    names = {getattr(call.func, "id", getattr(call.func, "attr", "")) for call in calls}
    if names & {"record", "record_refusal"} or any(_of_commands(call) for call in calls):
        return True
    return any(_records(beside[name], beside, seen) for name in names if name in beside and name not in seen)


def _of_commands(call: ast.Call) -> bool:
    """A command of the app below, which records by itself: documents.attach_file(…)."""
    return ast.unparse(call.func).startswith(("documents.", "workflow.", "organization."))


def writes(tree: ast.Module) -> list[int]:
    """Lines that write through a manager or a row."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    rows = [c for c in calls if c.func.attr in WRITERS and _is_row(c)]  # type: ignore[attr-defined]  # Attribute, see above
    return sorted(c.lineno for c in [*rows, *(c for c in calls if ast.unparse(c.func) in PREPARED)])


def _is_row(call: ast.Call) -> bool:
    """Not a dict's or a hash's update: rows are written by keywords, without arguments, or through `objects`."""
    through = ast.unparse(call.func)
    return ".objects." in through or through.endswith(".save") or ".filter(" in through


def nameless_saves(tree: ast.Module) -> list[int]:
    """Saves of stored rows that do not say which columns: they would write back what others changed."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "save"]
    said = {"update_fields", "force_insert"}
    return [c.lineno for c in calls if not said & {k.arg for k in c.keywords} and ast.unparse(c.func) != "super().save"]


def test_every_command_is_keyword_only_and_records() -> None:
    found = {sources.shown(path): odd_commands(sources.tree(path)) for path in sources.of_apps()}
    assert {path: names for path, names in found.items() if names} == {}


def test_what_takes_an_actor_in_a_commands_module_is_a_command() -> None:
    found = {sources.shown(path): public_undecorated(sources.tree(path)) for path in command_modules()}
    helpers = {
        "approvals/commands/acting.py": ["note_act", "back_to_draft", "back_to_review"],
        "approvals/commands/noting.py": ["note_step"],
    }
    assert {path: names for path, names in found.items() if names} == helpers


def test_every_registered_command_is_found_by_these_tests() -> None:
    import workflow.commands
    import workflow.organization.commands  # noqa: F401 - importing registers
    from config.commands import REGISTRY

    assert len(REGISTRY) >= 40
    for command in REGISTRY.values() if isinstance(REGISTRY, dict) else REGISTRY:
        parameters = inspect.signature(command).parameters.values()
        assert all(p.kind is inspect.Parameter.KEYWORD_ONLY for p in parameters), command
        assert "actor" in {p.name for p in parameters}, command


# A process of its own without a database: what it saves are PDFs.
SAVES_ELSEWHERE = "documents/convert/render_child.py"


def test_nothing_but_commands_writes() -> None:
    found = {
        sources.shown(path): writes(sources.tree(path))
        for path in sources.of_apps()
        if "commands" not in path.parts and not sources.shown(path).startswith((*BOOKS, SAVES_ELSEWHERE))
    }
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_saves_name_their_columns() -> None:
    found = {sources.shown(path): nameless_saves(sources.tree(path)) for path in sources.of_apps()}
    assert {path: lines for path, lines in found.items() if lines and path != SAVES_ELSEWHERE} == {}


def test_the_checks_see_what_is_wrong() -> None:
    bad = ast.parse("@command\ndef f(x):\n    return x\n")
    assert odd_commands(bad) == ["f: not keyword-only with an actor", "f: records nothing"]
    assert odd_commands(ast.parse("@command\ndef f(*, actor):\n    record(X)\n")) == []
    beside = "@command\ndef f(*, actor):\n    _g()\ndef _g():\n    {}\n"
    assert odd_commands(ast.parse(beside.format("record(X)"))) == []
    assert odd_commands(ast.parse(beside.format("pass"))) == ["f: records nothing"]
    assert public_undecorated(ast.parse("def f(*, actor):\n    pass\n")) == ["f"]
    assert writes(ast.parse("Row.objects.create(a=1)\n{}.update({})\n")) == [1]
    assert writes(ast.parse("prepared.insert([row])\nf = prepared.Change(rows, a=1)\nprepared.Select(rows)\n")) == [
        1,
        2,
    ]
    assert nameless_saves(ast.parse("row.save()\nrow.save(update_fields=['a'])\n")) == [1]
