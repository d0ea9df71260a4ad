"""Every kind of field: its hint and its error are read out with it, and whoever comes to it hears that it is wrong."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django import forms
from django.template.loader import render_to_string

from tests.web.test_english import pages

CHOICES = [("a", "甲"), ("b", "乙")]
SINGLE = {
    "text": forms.TextInput,
    "mail": forms.EmailInput,
    "number": forms.NumberInput,
    "password": forms.PasswordInput,
    "area": forms.Textarea,
    "date": forms.DateInput,
    "select": lambda: forms.Select(choices=CHOICES),
    "many": lambda: forms.SelectMultiple(choices=CHOICES),
    "tick": forms.CheckboxInput,
    "file": forms.FileInput,
    "clearable": forms.ClearableFileInput,
    "yes or no": forms.NullBooleanSelect,
}
GROUPS = {
    "radio": lambda: forms.RadioSelect(choices=CHOICES),
    "ticks": lambda: forms.CheckboxSelectMultiple(choices=CHOICES),
    "day": lambda: forms.SelectDateWidget(years=range(2025, 2027)),
    "moment": forms.SplitDateTimeWidget,
}


class Tags(HTMLParser):
    """All tags with their attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def of(self, *tags: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.found if tag in tags and attrs.get("type") != "hidden"]

    def ids(self) -> set[str]:
        return {attrs["id"] for _tag, attrs in self.found if "id" in attrs}


class Picky(forms.Field):
    """Takes nothing, whatever its widget makes of an empty form."""

    def clean(self, value: object) -> object:
        raise forms.ValidationError("直してください。")


def drawn(widget: forms.Widget, *, hint: str, wrong: bool) -> Tags:
    class OneForm(forms.Form):
        one = Picky(label="件名", help_text=hint, widget=widget)

    form = OneForm({} if wrong else None)
    assert bool(form.errors) is wrong
    return Tags(render_to_string("web/field.html", {"field": form["one"]}))


def wanted(hint: str, wrong: bool) -> list[str]:
    return (["id_one_helptext"] if hint else []) + (["id_one_error"] if wrong else [])


@pytest.mark.parametrize("wrong", [False, True])
@pytest.mark.parametrize("hint", ["", "20字まで"])
@pytest.mark.parametrize("kind", SINGLE)
def test_a_field_names_its_hint_and_its_error(kind: str, hint: str, wrong: bool) -> None:
    page = drawn(SINGLE[kind](), hint=hint, wrong=wrong)
    (control,) = page.of("input", "select", "textarea")
    assert control.get("aria-describedby", "").split() == wanted(hint, wrong)
    assert set(wanted(hint, wrong)) <= page.ids()
    assert (control.get("aria-invalid") == "true") is wrong
    assert page.of("label")[0]["for"] == control["id"]


@pytest.mark.parametrize("wrong", [False, True])
@pytest.mark.parametrize("hint", ["", "一つ選ぶ"])
@pytest.mark.parametrize("kind", GROUPS)
def test_a_group_names_them_on_its_frame(kind: str, hint: str, wrong: bool) -> None:
    page = drawn(GROUPS[kind](), hint=hint, wrong=wrong)
    (frame,) = page.of("fieldset")
    assert frame.get("aria-describedby", "").split() == wanted(hint, wrong)
    assert set(wanted(hint, wrong)) <= page.ids() and page.of("legend")
    controls = page.of("input", "select")
    assert controls and all((control.get("aria-invalid") == "true") is wrong for control in controls)


@pytest.mark.parametrize("wrong", [False, True])
@pytest.mark.parametrize("hint", ["", "20字まで"])
def test_what_a_widget_names_itself_is_kept_beside_them(hint: str, wrong: bool) -> None:
    page = drawn(forms.TextInput(attrs={"aria-describedby": "count"}), hint=hint, wrong=wrong)
    (control,) = page.of("input")
    assert control["aria-describedby"].split() == ["count", *wanted(hint, wrong)]
    assert (control.get("aria-invalid") == "true") is wrong


def test_two_forms_on_a_page_keep_their_fields_apart() -> None:
    class OneForm(forms.Form):
        one = forms.CharField(label="件名", help_text="20字まで")

    form = OneForm({}, auto_id="second-%s")
    page = Tags(render_to_string("web/field.html", {"field": form["one"]}))
    assert page.of("input")[0]["aria-describedby"].split() == ["second-one_helptext", "second-one_error"]
    assert {"second-one_helptext", "second-one_error"} <= page.ids()


def test_what_is_named_as_label_or_description_stands_on_the_page(city: None) -> None:
    """On every page, for everybody who can open it."""
    nowhere = set()
    for name, _who, page in pages("ja"):
        tags = Tags(page)
        ids = tags.ids()
        for _tag, attrs in tags.found:
            for key in ("aria-describedby", "aria-labelledby", "aria-controls", "popovertarget", "for"):
                nowhere |= {(name, key, place) for place in attrs.get(key, "").split() if place not in ids}
    assert nowhere == set()
