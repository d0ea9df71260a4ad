"""Texts: the repository names no registry and no machine; templates hold no style or script; words pass gettext."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture import sources

pytestmark = pytest.mark.pure

URL = re.compile(r"https?://([A-Za-z0-9.-]+)")
# Names of XML vocabularies, the licence's own text, this very machine, and names that by design lead nowhere.
HOSTS = re.compile(
    r"[^.]+|127\.0\.0\.1|(?:.*\.)?(?:omg|w3|gnu|fsf|openxmlformats|openoffice|camunda|operaton|activiti)\.org|(?:.*\.)?example(?:\.\w+)?|.*\.invalid"
)
MACHINE = re.compile(r"""["' =]/(?:root|home|Users)/\w""")
INLINE = re.compile(r"\sstyle=|<style|\son(?:click|load|change|submit|input|error)=|javascript:|<script(?![^>]*\ssrc=)")
OUTSIDE = re.compile(r"""(?:src|href|action)=["']?(?:https?:)?//""")
JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
TAGS = re.compile(
    r"\{%\s*(?:blocktranslate|blocktrans)\b.*?\{%\s*end(?:blocktranslate|blocktrans)\s*%\}|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL,
)
# Gettext and its relatives; what is handed to them is translated.
WORDS = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "ngettext_lazy"}


def strange_places(text: str) -> list[str]:
    """Hosts and folders that a repository has no business to name."""
    return [host for host in URL.findall(text) if not HOSTS.fullmatch(host)] + MACHINE.findall(text)


def untranslated(template: str) -> list[str]:
    """Japanese in a template that stands outside of translation tags."""
    bare = TAGS.sub(" ", COMMENT.sub(" ", template))
    return [line.strip() for line in bare.splitlines() if JAPANESE.search(line)]


def unlazy(tree: ast.Module) -> list[int]:
    """Japanese strings in views and forms that do not pass gettext; docstrings are left alone."""
    fine: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in WORDS:
            fine |= {id(part) for part in ast.walk(node)}
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr):
                fine |= {id(part) for part in ast.walk(first)}
    constants = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return [n.lineno for n in constants if id(n) not in fine and JAPANESE.search(n.value)]


def test_no_registry_and_no_machine_is_named() -> None:
    # Lock files name where packages come from by nature; node_modules' lock carries registry addresses.
    paths = [p for p in sources.files("") if p.name not in ("uv.lock", "package-lock.json", "test_texts.py")]
    texts = {}
    for path in paths:
        try:
            texts[sources.shown(path)] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    assert {name: odd for name, text in texts.items() if (odd := strange_places(text))} == {}


def test_templates_hold_no_style_and_no_script() -> None:
    texts = {sources.shown(path): path.read_text(encoding="utf-8") for path in sources.ours(".html")}
    assert [name for name, text in texts.items() if INLINE.search(text) or OUTSIDE.search(text)] == []


def test_templates_are_translated() -> None:
    found = {sources.shown(path): untranslated(path.read_text(encoding="utf-8")) for path in sources.ours(".html")}
    # Shown when nothing works, and the names of languages in themselves.
    both_languages = {"config/web/templates/500.html", "config/web/templates/web/language.html"}
    assert {name: lines for name, lines in found.items() if lines and name not in both_languages} == {}


def test_words_of_commands_and_views_pass_gettext() -> None:
    kinds = {"commands", "views", "forms", "rules", "access"}
    people = [path.relative_to(sources.ROOT) for path in sources.of_apps() if "management" not in path.parts]
    paths = [sources.ROOT / path for path in people if kinds & {part.removesuffix(".py") for part in path.parts}]
    found = {sources.shown(path): unlazy(sources.tree(path)) for path in paths}
    # Words that are stored as they are, that name the process in numbers, or that say it in both languages themselves.
    stored = {
        "documents/ledger/views.py", "workflow/forms.py", "approvals/commands/decisions.py",
        "approvals/commands/submission.py", "approvals/commands/onward.py", "approvals/commands/deeming.py",
        "approvals/commands/opposing.py", "workflow/commands/definitions.py",
    }  # fmt: skip
    assert {name: lines for name, lines in found.items() if lines and name not in stored} == {}


def test_the_checks_see_what_is_wrong() -> None:
    assert untranslated('<p>決裁</p>\n{% translate "起案" %}') == ["<p>決裁</p>"]
    assert unlazy(ast.parse('"""文書"""\nx = _("決裁")\ny = "起案"\n')) == [3]
    assert INLINE.search('<p style="x">') and INLINE.search("<script>1</script>")
    assert not INLINE.search('<script src="a.js" type="module"></script>')
    assert strange_places('see https://registry.somewhere.test/simple and "/root/x"') == [
        "registry.somewhere.test",
        '"/root/x',
    ]
