"""The pages of decisions: reading, handing in with findings, and trying a table with the reasons."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.workflow.decided import RANKS, dmn, table
from tests.workflow.people import SYSTEM, People, ledger
from workflow import commands
from workflow.models import DecisionDefinition
from workflow.sheets.decision_words import input_words, output_words, value_words

Visit = Callable[[str], Client]
LIST = "/definitions/decisions/"
ONE = LIST + "rank/1/"


def upload(xml: bytes) -> dict[str, object]:
    return {"file": SimpleUploadedFile("ranks.dmn", xml)}


def put(*decisions: str) -> None:
    commands.deploy_decisions(xml=dmn(*decisions), actor=SYSTEM)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_everybody_reads_and_an_administrator_hands_in(people: People, visit: Visit) -> None:
    put(table(RANKS))
    clerk, admin = visit("佐久間"), visit("管理者")
    assert "決裁区分" in text(clerk, LIST)
    assert "検査して登録する" not in text(clerk, LIST)
    assert clerk.post(LIST, upload(dmn(table(RANKS, key="mine")))).status_code == 403
    assert clerk.post(LIST, upload(dmn(table(RANKS))) | {"verb": "check"}).status_code == 403
    assert DecisionDefinition.objects.count() == 1
    answer = admin.post(LIST, upload(dmn(table(RANKS, key="mine", name="別"))), follow=True)
    assert answer.redirect_chain == [(LIST + "mine/1/", 302)]
    assert "判断表「別」の第1版を登録しました。" in answer.content.decode()
    again = admin.post(LIST, upload(dmn(table(RANKS, key="mine", name="別"))), follow=True)
    assert "第1版と同じ内容です" in again.content.decode()


def test_findings_are_told_with_their_place_and_a_check_stores_nothing(people: People, visit: Visit) -> None:
    good = dmn(table([("< 5", '"少"'), ("> 9", '"多"')]))
    bad = good.replace(b"&gt; 9", b"&gt;")
    line = next(number for number, row in enumerate(bad.decode().splitlines(), 1) if "&gt;<" in row)
    admin = visit("管理者")
    for verb in ({}, {"verb": "check"}):
        answer = admin.post(LIST, upload(bad) | verb)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert f'<td class="num nowrap">{line}</td><td>rank</td>' in page
        assert "規則2、入力「金額」" in page
    assert admin.post(LIST, {}).status_code == 422
    answer = admin.post(LIST, upload(good) | {"verb": "check"})
    assert (answer.status_code, "「決裁区分」に誤りはありません" in answer.content.decode()) == (200, True)
    assert not DecisionDefinition.objects.exists()
    assert ledger() == []


def test_a_table_is_read_in_words_with_its_versions_and_its_file(people: People, visit: Visit) -> None:
    put(table(RANKS), table(RANKS, key="other", name="隣"))
    put(table(RANKS[1:], tag="令和8年度"))
    page = text(visit("佐久間"), ONE)
    assert "1,000,000未満" in page and "1,000,000以上・10,000,000未満" in page
    assert "上から見て最初に当たった規則を使います。" in page
    assert "百万円未満" in page and "令和8年度" in page
    assert LIST + "rank/2/" in page and LIST + "other/1/" in page
    assert 'title="&lt; 1000000"' in page
    taken = visit("佐久間").get(ONE + "model/")
    assert taken.content == bytes(DecisionDefinition.objects.get(key="rank", version=1).xml)
    assert taken["Content-Disposition"].startswith("attachment; filename=")
    for missing in ("rank/3/", "nothing/1/", "nothing/1/try/", "nothing/1/model/"):
        assert visit("佐久間").get(LIST + missing).status_code == 404


def test_what_is_no_table_is_shown_too(people: People, visit: Visit) -> None:
    put(
        '<decision id="rank" name="両方"><context><contextEntry><variable name="税"/><literalExpression>'
        "<text>金額 * 0.1</text></literalExpression></contextEntry></context></decision>"
    )
    page = text(visit("佐久間"), ONE)
    assert "<b>税</b> <code>金額 * 0.1</code>" in page


def test_a_trial_tells_the_result_and_why(people: People, visit: Visit) -> None:
    put(table(RANKS))
    clerk = visit("佐久間")
    assert 'name="value_0"' in text(clerk, ONE + "try/")
    before = len(ledger())
    page = clerk.post(ONE + "try/", {"value_0": "2000000"}).content.decode()
    assert "<b>部長</b>" in page
    assert "「金額」が合いません。" in page
    assert "規則2が先に当たりました。" in page
    assert page.count('class="is-counts"') == 1
    assert len(ledger()) == before
    assert clerk.post(ONE + "try/", {"value_0": "たくさん"}).status_code == 422
    assert "<b>市長</b>" in clerk.post(ONE + "try/", {"value_0": ""}).content.decode()


def test_a_trial_tells_what_contradicts_the_hit_policy(people: People, visit: Visit) -> None:
    put(table(RANKS, policy="UNIQUE"))
    page = visit("佐久間").post(ONE + "try/", {"value_0": "1"}).content.decode()
    assert "規則1, 3が同時に当たりました" in page


@pytest.mark.parametrize(
    ("type_", "cell", "typed", "wrong"),
    [
        ("boolean", "true", "true", "maybe"),
        ("date", '< date("2026-04-01")', "2026-03-31", "昨日"),
        ("string", '"委託"', "委託", ""),
        ("context", "?.a = 1", '{"a": 1}', "{"),
        ("", "true", "はい", ""),
        ("", "< 10", "9.5", ""),
    ],
)
def test_values_are_typed_as_the_table_asks(
    people: People, visit: Visit, type_: str, cell: str, typed: str, wrong: str
) -> None:
    put(table([(cell, '"合"')], inputs=[("値", type_)]))
    clerk = visit("佐久間")
    assert "<b>合</b>" in clerk.post(ONE + "try/", {"value_0": typed}).content.decode()
    if wrong:
        assert clerk.post(ONE + "try/", {"value_0": wrong}).status_code == 422


def test_pages_ask_the_database_a_fixed_number_of_times(
    people: People, visit: Visit, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        put(*(table(RANKS[at:], key=f"k{at}" if at else "rank", name=f"表{number}-{at}") for at in range(3)))
    clerk = visit("佐久間")
    for address, queries in ((LIST, 6), (ONE, 7), (ONE + "try/", 6)):
        clerk.get(address)
        with django_assert_num_queries(queries):
            assert clerk.get(address).status_code == 200


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "—"), ("-", "—"), ("< 1000", "1,000未満"), ("<=5", "5以下"), ("> 5", "5より大きい"), (">= 5", "5以上"),
        ("[1..5]", "1以上・5以下"), ("]1..5[", "1より大きい・5未満"), ("(1..x]", "(1..x]"), ('"a"', "a"),
        ('"a", "b"', "aまたはb"), ('not("a")', 'not("a")'), ("1, 2", "1, 2"), ("true", "はい"),
        ('< date("2026-04-01")', "2026/4/1未満"), ("1234.50", "1,234.50"),
    ],
)  # fmt: skip
def test_cells_in_words(text: str, words: str) -> None:
    assert input_words(text) == words


def test_outputs_and_values_in_words() -> None:
    assert [output_words(each) for each in ('"課長"', "-", "金額 * 2", "-5000")] == ["課長", "—", "金額 * 2", "-5,000"]
    assert [value_words(each) for each in (None, True, 1500, "甲", {"a": [1], "b": "乙"}, [{"a": 1}, 2], [], 0.5)] == [
        "なし", "はい", "1,500", "甲", "a: [1]、b: 乙", "[a: 1]、2", "[]", "0.5",
    ]  # fmt: skip
