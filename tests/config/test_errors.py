"""Refusals: stable codes, meant once for HTTP and once for forms."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from config import clock
from config.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal, as_form_errors, as_problem

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (NotFound, 404, "not_found"),
        (NotAllowed, 403, "not_allowed"),
        (Invalid, 422, "invalid"),
        (Conflict, 409, "conflict"),
    ],
)
def test_statuses_and_codes_never_change(kind: type[Refusal], status: int, code: str) -> None:
    refusal = kind("文")
    assert (kind.status, refusal.code, str(refusal)) == (status, code, "文")
    assert as_problem(refusal) == {"status": status, "code": code, "detail": "文"}
    assert kind("文", code="own").code == "own"


def test_sentences_go_to_their_fields() -> None:
    refusal = Invalid("入力を確認してください。", fields={"title": ["件名を入力してください。"], "": ["全体"]})
    assert as_form_errors(refusal) == {"title": ["件名を入力してください。"], None: ["全体"]}
    assert as_problem(refusal)["fields"] == {"title": ["件名を入力してください。"], "": ["全体"]}


def test_others_stand_above_the_form() -> None:
    assert as_form_errors(Conflict("先に処理されました。")) == {None: ["先に処理されました。"]}
    assert as_form_errors(Invalid("だめです。")) == {None: ["だめです。"]}


def test_details_are_kept() -> None:
    assert Conflict("文", kept={"title": "先の件名"}).details == {"kept": {"title": "先の件名"}}


def test_today_is_the_day_of_the_city_hall() -> None:
    with time_machine.travel(dt.datetime(2026, 3, 31, 15, 30, tzinfo=dt.UTC), tick=False):
        assert clock.today() == dt.date(2026, 4, 1)
        assert clock.now() == dt.datetime(2026, 3, 31, 15, 30, tzinfo=dt.UTC)
