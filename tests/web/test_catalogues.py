"""English is complete: every Japanese string has its translation, with the same placeholders; nothing is left over."""

from __future__ import annotations

import io
import os
import re
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from config.web import catalogues
from config.web.catalogues import Source

STRINGS = catalogues.extract()
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%(?:\.\d)?([sdf])|\{(\w+)\}")
# Names that are Japanese in English too.
KEPT = {"日本語"}


def placeholders(text: str) -> list[tuple[str, ...]]:
    return sorted(match.groups(default="") for match in PLACEHOLDER.finditer(text))


def translated() -> list[tuple[str, Source, str]]:
    return [
        (home, source, words) for home in STRINGS for source, held in catalogues.read(home).items() for words in held
    ]


@pytest.mark.parametrize("home", sorted(STRINGS))
def test_a_catalogue_holds_exactly_the_strings_of_its_app(home: str) -> None:
    held = catalogues.read(home)
    assert sorted(set(STRINGS[home]) - set(held)) == [], "run manage.py catalogues --update, and translate"
    assert sorted(set(held) - set(STRINGS[home])) == [], "run manage.py catalogues --update"


def test_every_string_has_english_words() -> None:
    assert [source.singular for _home, source, words in translated() if not words.strip()] == []
    assert [words for _home, _source, words in translated() if catalogues.JAPANESE.search(words)] == []


def test_placeholders_agree() -> None:
    wrong = [
        (source.singular, words)
        for _home, source, words in translated()
        if placeholders(source.singular) != placeholders(words)
    ]
    assert wrong == []


def test_one_string_has_one_translation_everywhere() -> None:
    found = defaultdict(set)
    for home in STRINGS:
        for source, held in catalogues.read(home).items():
            found[source.context, source.singular].add(held[-1])
    assert {text: words for text, words in found.items() if len(words) > 1} == {}


@pytest.mark.parametrize("path", [p for p in catalogues.files() if p.suffix == ".html"], ids=lambda p: p.name)
def test_templates_hold_no_japanese_outside_gettext(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.name == "500.html":  # speaks both languages at once, without looking at the request
        return
    text = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", text, flags=re.DOTALL)
    text = re.sub(r"{%\s*blocktrans.*?endblocktrans(?:late)?\s*%}", "", text, flags=re.DOTALL)
    text = re.sub(r"{%\s*trans(?:late)?\s.*?%}|_\((?:\".*?\"|'.*?')\)", "", text)
    rest = [line.strip() for line in text.split("\n") if catalogues.JAPANESE.search(line)]
    assert [line for line in rest if not any(word in line for word in KEPT)] == []


@pytest.mark.parametrize("path", sorted(Path(settings.ROOT).glob("*/**/scripts/*.js")), ids=lambda p: p.name)
def test_scripts_hold_no_words(path: Path) -> None:
    """Words stand in the templates, where gettext reaches them."""
    check_words(path)


@pytest.mark.parametrize("path", sorted(Path(settings.ROOT).glob("*/static/*/*.js")), ids=lambda p: p.name)
def test_served_scripts_hold_no_words(path: Path) -> None:
    check_words(path)


def check_words(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"(?m)(?:^|\s)//.*$", "", text)
    assert [line.strip() for line in text.split("\n") if catalogues.JAPANESE.search(line)] == []


def test_a_compiled_catalogue_is_used(settings) -> None:
    with translation.override("en"):
        assert translation.gettext("ログイン") == "Log in"
        assert translation.ngettext("あと%(n)s件", "あと%(n)s件", 1) == "%(n)s left"
    with translation.override("ja"):
        assert translation.gettext("ログイン") == "ログイン"


def test_only_stale_catalogues_are_compiled(tmp_path: Path, settings) -> None:
    settings.ROOT = tmp_path
    catalogues.write(
        "approvals", {Source("起案"): [catalogues.Place("approvals/apps.py", 1)]}, {Source("起案"): ("Drafts",)}
    )
    [made] = catalogues.compile_stale()
    assert made == tmp_path / "approvals" / "locale" / "en" / "LC_MESSAGES" / "django.mo"
    assert catalogues.compile_stale() == []
    before = made.stat().st_mtime_ns
    os.utime(catalogues.catalogue_path("approvals"), ns=(before + 10**9, before + 10**9))
    assert catalogues.compile_stale() == [made]
    assert [path.name for path in made.parent.iterdir() if path.suffix not in (".po", ".mo")] == []


def test_the_command_lists_what_lacks_english_and_keeps_what_has_it(tmp_path: Path, settings) -> None:
    settings.ROOT = tmp_path
    module = tmp_path / "approvals" / "views.py"
    module.parent.mkdir()
    module.write_text('a = _("起案")\nb = _("決裁")\n', encoding="utf-8")
    before = {Source("起案"): ("Drafting",), Source("昔の語"): ("Gone",)}
    catalogues.write("approvals", {source: [catalogues.Place("approvals/views.py", 1)] for source in before}, before)
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 strings have no English"):
        call_command("catalogues", update=True, stdout=out)
    assert out.getvalue() == "approvals: 決裁\n"
    assert catalogues.read("approvals") == {Source("起案"): ("Drafting",), Source("決裁"): ("",)}

    catalogue = catalogues.catalogue_path("approvals")
    text = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(text.replace('msgid "決裁"\nmsgstr ""', 'msgid "決裁"\nmsgstr "Decision"'), encoding="utf-8")
    call_command("catalogues", update=True, stdout=out)
    assert catalogues.read("approvals")[Source("決裁")] == ("Decision",)
    assert catalogue.with_suffix(".mo").is_file()


def test_what_extraction_reads() -> None:
    code = """a = _("一") + ngettext("二つ", "二つ以上", n)
b = pgettext("場所", "三")
c = gettext_lazy("四" "五")
d = _(name)
"""
    assert [(s, line) for s, line in catalogues.in_python(code)] == [
        (Source("一"), 1),
        (Source("二つ", "二つ以上"), 1),
        (Source("三", context="場所"), 2),
        (Source("四五"), 3),
    ]
    with pytest.raises(ValueError, match="line 1"):
        list(catalogues.in_python('_(f"{n}件")'))

    page = (
        '{% load i18n %}{% translate "一" %}{{ x|default:_("二") }}\n'
        "{% blocktranslate count n=n %}{{ n }}件{% plural %}{{ n }}件以上{% endblocktranslate %}"
        '{% translate "三" context "場所" %}{% include "x.html" with a=_("四") %}'
    )
    assert [source for source, _line in catalogues.in_template(page)] == [
        Source("一"),
        Source("二"),
        Source("%(n)s件", "%(n)s件以上"),
        Source("三", context="場所"),
        Source("四"),
    ]


def test_the_longest_fitting_folder_speaks_for_a_file() -> None:
    assert catalogues.home_of("workflow/organization/rules.py") == "workflow/organization"
    assert catalogues.home_of("workflow/rules.py") == "workflow"
    assert catalogues.home_of("documents/ledger/views.py") == "documents"
    assert catalogues.home_of("config/jobs/enums.py") == "config/web"
