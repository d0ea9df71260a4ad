"""Template tags of the frame."""

from __future__ import annotations

import datetime as dt

import pytest
from django import forms

from config.web.templatetags import frame

NIGHT = dt.datetime(2025, 11, 10, 15, 6, 7, tzinfo=dt.UTC)  # already the 11th in Japan


def test_days_are_japanese_days() -> None:
    assert frame.wareki(NIGHT) == "令和7年11月11日"
    assert frame.wareki(dt.date(2019, 4, 30)) == "平成31年4月30日"
    assert frame.moment(NIGHT) == "2025-11-11 00:06:07"
    assert (frame.wareki(None), frame.moment(None)) == ("", "")


def test_amounts_are_grouped() -> None:
    assert [frame.amount(value) for value in (None, 0, 1234567)] == ["", "0", "1,234,567"]


def test_an_icon_is_silent_and_its_name_is_escaped() -> None:
    assert frame.icon("bolt") == '<i class="i i-bolt" aria-hidden="true"></i>'
    assert "<b>" not in frame.icon("<b>")


class Form(forms.Form):
    name = forms.CharField(widget=forms.TextInput(attrs={"class": "num"}))
    agree = forms.BooleanField()
    file = forms.FileField()


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("name", None, 'class="num in"'),
        ("name", {"name": "x"}, 'class="num in"'),
        ("name", {"name": ""}, 'class="num in bad"'),
    ],
)
def test_fields_get_the_frames_classes_beside_their_own(name: str, data: dict[str, str] | None, expected: str) -> None:
    assert expected in frame.styled(Form(data)[name])


def test_fields_whose_look_is_the_browsers_stay_bare() -> None:
    assert all("class=" not in frame.styled(Form()[name]) for name in ("agree", "file"))
