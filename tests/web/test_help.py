"""Words that are explained where they stand, keys by page, and which browsers can be used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from config.web import glossary, help_pages, shortcuts

pytestmark = pytest.mark.django_db
WEB = Path(glossary.__file__).parent
# The words that must stand on the pages exactly as the rules of a city hall write them.
REQUIRED = (
    "起案", "回議", "合議", "審査", "決裁", "専決", "代決", "後閲", "供覧", "差戻し", "引戻し", "取下げ",
    "廃案", "保留", "引上げ", "振替", "代理", "施行", "浄書", "照合", "公印", "完結", "収受", "配布",
    "移送", "簿冊", "引継", "借覧", "延長", "移管", "廃棄", "原議", "鑑", "伺い", "案文", "決裁区分",
    "枝番", "文書主任", "主管課", "主務課", "保存期間",
)  # fmt: skip


def test_every_word_of_the_rules_is_explained() -> None:
    assert [word for word in REQUIRED if word not in glossary.BY_WORD] == []


def test_codes_are_unique_and_related_words_exist() -> None:
    every = list(glossary.terms())
    assert len({term.code for term in every}) == len({term.word for term in every}) == len(every)
    assert [(term.code, code) for term in every for code in term.see if code not in glossary.BY_CODE] == []
    assert [term.code for term in every if term.code in term.see] == []


@pytest.mark.parametrize("term", list(glossary.terms()), ids=lambda term: term.code)
def test_a_word_has_its_reading_and_one_to_three_sentences(term: glossary.Term) -> None:
    assert re.fullmatch(r"[ぁ-んー]+", term.reading)
    assert str(term.meaning).endswith("。") and 1 <= str(term.meaning).count("。") <= 3
    assert term.english.isascii()


def shown(text: str, **more: object) -> str:
    request = more.pop("request", None) or RequestFactory().get("/")
    return Template("{% load glossary %}" + text).render(Context({"request": request, **more}))


def test_a_word_is_a_link_that_works_without_scripts_and_its_explanation_stands_in_the_page() -> None:
    text = shown('{% term "代決" %}{% explanations %}')
    assert (
        '<a class="term" href="/help/glossary/#daiketsu" data-term="daiketsu" aria-haspopup="dialog">代決</a>' in text
    )
    assert '<div popover id="term-daiketsu"' in text and "後閲します。" in text


def test_a_label_is_marked_once_a_page_and_explained_once() -> None:
    text = shown('{% term_mark "簿冊" %}|{% term_mark "簿冊" %}|{% term_mark "件名" %}|{% explanations %}')
    first, second, other, end = text.split("|")
    assert "簿冊とは" in first and (second, other) == ("", "")
    assert end.count("<div popover") == 1


def test_a_page_without_words_carries_no_explanations() -> None:
    assert shown('{% term "件名" %}{% explanations %}') == "件名"


def test_labels_are_known_in_english_as_well() -> None:
    with translation.override("en"):
        text = shown("{% term_mark label %}{% explanations %}", label="Binder")
        assert "#bosatsu" in text and "fiscal year" in text and "binder" in text
    assert glossary.term_named("Binder") is None


def test_the_page_of_words_lists_all_and_finds_some(browser) -> None:
    client = browser()
    text = client.get("/help/glossary/").content.decode()
    assert text.count('class="term-entry"') == len(glossary.BY_CODE)
    assert 'id="daiketsu"' in text and "だいけつ" in text
    some = client.get("/help/glossary/", {"word": "後閲"}).content.decode()
    assert 'id="koetsu"' in some and 'id="bosatsu"' not in some and "「後閲」を含む用語は" in some
    none = client.get("/help/glossary/", {"word": "ないことば<b>"}).content.decode()
    assert "その語はありません" in none and "&lt;b&gt;" in none and "<b>」" not in none


def test_the_page_of_words_in_english_shows_the_sense(browser) -> None:
    client = browser()
    client.cookies["django_language"] = "en"
    text = client.get("/help/glossary/").content.decode()
    assert "reading afterwards" in text and "後閲" in text
    assert 'id="koetsu"' in client.get("/help/glossary/", {"word": "Afterwards"}).content.decode()


def test_help_names_the_browsers_and_needs_no_login(browser) -> None:
    text = browser().get("/help/").content.decode()
    for name, version in help_pages.BROWSERS:
        assert name in text and f"{version} 以上" in text
    assert "プラグインやアドオンは要りません" in text


def test_no_page_asks_for_a_plug_in() -> None:
    found = [path.name for path in WEB.parent.parent.rglob("templates/**/*.html") if "node_modules" not in path.parts]
    assert found
    texts = [path.read_text() for path in WEB.parent.parent.rglob("templates/**/*.html") if ".venv" not in path.parts]
    assert not any(re.search(r"<(object|embed|applet)\b", text) for text in texts)


def test_the_keys_of_the_page_stand_first(browser) -> None:
    here, others = shortcuts.groups_for("workflow:inbox")
    assert [group.code for group in here] == ["inbox", "everywhere"]
    assert {group.code for group in others} == {group.code for group in shortcuts.GROUPS} - {"inbox", "everywhere"}
    text = browser("clerk").get("/").content.decode()
    dialog = text[text.index('<dialog id="keys"') :]
    dialog = dialog[: dialog.index("</dialog>")]
    assert dialog.index("次の行、前の行へ移る") < dialog.index("検索の欄へ移る")
    assert "差戻しのボタンへ移る" not in dialog and "data-keys-on" in dialog


def test_every_page_named_for_keys_exists() -> None:
    from django.urls import get_resolver

    known = {
        f"{space}:{name}"
        for space, (_prefix, resolver) in get_resolver().namespace_dict.items()
        for name in resolver.reverse_dict
        if isinstance(name, str)
    }
    assert [page for group in shortcuts.GROUPS for page in group.pages if page not in known] == []


def test_the_page_of_keys_lists_every_group(browser) -> None:
    text = browser().get("/help/keys/").content.decode()
    assert all(str(group.label) in text for group in shortcuts.GROUPS)
