"""What is wrong with a form stands above it, with links to its fields, and beside each field; nothing typed is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django import forms
from django.template.loader import render_to_string

from config.web.templatetags.frame import error_lines
from tests.web.pages import NoteForm

ROOT = Path(__file__).resolve().parent.parent.parent


class LongForm(forms.Form):
    """Every kind of field that a form of the product has."""

    title = forms.CharField(label="件名", help_text="20字まで", max_length=20)
    way = forms.ChoiceField(label="方法", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(label="曜日", choices=[("1", "月")], widget=forms.CheckboxSelectMultiple)
    paper = forms.FileField(label="書類")
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> None:
        """Something about the whole."""
        raise forms.ValidationError("この組合せはできません。")


def wrong() -> LongForm:
    form = LongForm({"title": "長" * 21})
    assert not form.is_valid()
    return form


def test_each_sentence_leads_to_what_can_take_the_focus() -> None:
    lines = error_lines(wrong())
    assert [(line.target, line.label) for line in lines] == [
        ("", ""),
        ("id_title", "件名"),
        ("id_way_0", "方法"),
        ("id_days_0", "曜日"),
        ("id_paper", "書類"),
        ("", "Revision"),
    ]


def test_the_summary_counts_sentences_and_takes_the_focus() -> None:
    text = render_to_string("web/errors.html", {"form": wrong()})
    assert "直すところが6件あります" in text and 'role="alert" tabindex="-1" autofocus' in text
    assert '<a href="#id_way_0">方法: ' in text and "<li>この組合せはできません。</li>" in text


@pytest.mark.parametrize("name", ["title", "way", "days", "paper"])
def test_the_sentence_stands_beside_its_field_and_is_tied_to_it(name: str) -> None:
    field = wrong()[name]
    text = render_to_string("web/field.html", {"field": field})
    assert f'id="id_{name}_error"' in text and str(field.errors[0]) in text
    assert 'aria-invalid="true"' in text
    tied = re.search(r'aria-describedby="([^"]+)"', text)
    assert tied and f"id_{name}_error" in tied[1].split()
    for wanted in tied[1].split():
        assert f'id="{wanted}"' in text


def test_groups_of_choices_have_a_legend_and_no_label_that_leads_nowhere() -> None:
    text = render_to_string("web/field.html", {"field": wrong()["way"]})
    assert "<fieldset" in text and "<legend>方法" in text and 'for=""' not in text


def test_what_was_typed_stays() -> None:
    assert "長" * 21 in render_to_string("web/field.html", {"field": wrong()["title"]})


def test_a_form_without_errors_has_no_summary() -> None:
    form = NoteForm({"title": "よし"})
    assert form.is_valid()
    assert render_to_string("web/errors.html", {"form": form}).strip() == ""


@pytest.mark.django_db
@pytest.mark.urls("tests.web.pages")
def test_the_title_of_the_window_says_that_something_is_wrong(browser) -> None:
    client = browser("clerk")
    assert "<title>試験の画面 |" in client.get("/t/note/").content.decode()
    assert "<title>エラー: 試験の画面 |" in client.post("/t/note/", {"title": ""}).content.decode()
    assert "<title>エラー: 試験の画面 |" in client.post("/t/note/", {"title": "conflict"}).content.decode()


def templates() -> list[Path]:
    every = [path for path in ROOT.rglob("templates/**/*.html") if not {".venv", "node_modules"} & set(path.parts)]
    return [path for path in every if "web/" not in path.as_posix().split("templates/")[1]]


def test_there_is_one_way_of_showing_errors() -> None:
    """Sentences of fields come through the shared partials, never by a loop of a page's own."""
    own = {
        path.relative_to(ROOT).as_posix()
        for path in templates()
        if re.search(r"for \w+ in (?:\w+\.)*(?:errors|non_field_errors)\b", path.read_text(encoding="utf-8"))
    }
    assert own == set()


def test_every_page_with_a_form_of_fields_includes_the_summary() -> None:
    """A page that shows a field by the shared partial shows the summary as well."""
    lacking = [
        path.relative_to(ROOT).as_posix()
        for path in templates()
        if "web/field.html" in (text := path.read_text(encoding="utf-8"))
        and "{% extends" in text
        and not re.search(r"web/(errors|one_error)\.html", text)
    ]
    assert lacking == []
