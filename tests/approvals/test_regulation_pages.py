"""Pages of the 決裁規程: who opens them, what they show, how they refuse, and what a look costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from approvals.regulation import commands, queries
from approvals.regulation.enums import State
from approvals.regulation.models import Regulation
from approvals.regulation.table import Row
from config.commands import system_actor
from documents.ledger.models import LedgerEntry

SYSTEM = system_actor("tests")


@pytest.fixture
def held(city: None) -> Regulation:
    return Regulation.objects.get(state=State.PUBLISHED)


@pytest.fixture
def draft(held: Regulation) -> Regulation:
    return commands.draft_regulation(body="mayor", title="改正案", copied_from=held.pk, actor=SYSTEM)


def grid(draft: Regulation, code: str = "F04", **changes: str) -> dict[str, str]:
    """The form of a matter as its page shows it, with some cells typed over."""
    from approvals.regulation.forms import typed

    book = queries.rulebook(draft)
    matter, rows = book.matter(code), book.rows_of(code)
    assert matter is not None
    data = {"code": code, "name": matter.name, "basis": matter.basis, "revision": str(draft.revision)}
    data |= {"rows-TOTAL_FORMS": str(len(rows)), "rows-INITIAL_FORMS": str(len(rows)), "do": "save"}
    for at, row in enumerate(rows):
        for name, value in typed(row).items():
            if value is not False:
                data[f"rows-{at}-{name}"] = "on" if value is True else str(value)
    return data | changes


def rows_of(draft: Regulation, code: str = "F04") -> tuple[Row, ...]:
    return queries.rulebook(draft).rows_of(code)


def test_everybody_reads_the_table_that_holds_and_nobody_else_a_draft(
    held: Regulation, draft: Regulation, drafter: Any, administrator: Any, client_of: Any
) -> None:
    clerk, keeper = client_of(drafter), client_of(administrator)
    text = clerk.get(f"/regulation/{held.pk}/").content.decode()
    assert "F06 委託料" in text and "500,000円以上1,000,000円未満" in text and "行を直す" not in text
    assert "改正案" not in clerk.get("/regulation/").content.decode()
    assert "改正案" in keeper.get("/regulation/").content.decode()
    assert clerk.get(f"/regulation/{draft.pk}/").status_code == 404
    assert "行を直す" in keeper.get(f"/regulation/{draft.pk}/").content.decode()


def test_saving_the_grid_as_it_is_shown_changes_nothing_but_the_version_seen(
    draft: Regulation, administrator: Any, client_of: Any
) -> None:
    keeper = client_of(administrator)
    for code in ("F04", "F06", "F10", "G04"):
        before = rows_of(draft, code)
        answer = keeper.post(f"/regulation/{draft.pk}/matters/{code}/", grid(draft, code))
        assert answer.status_code == 302, answer.content.decode()
        draft.refresh_from_db()
        assert rows_of(draft, code) == before


def test_a_cell_typed_over_is_stored_and_recorded(draft: Regulation, administrator: Any, client_of: Any) -> None:
    changed = grid(draft, **{"rows-0-high": "４０，０００円", "rows-1-low": "40000", "rows-0-consult": "財政課:新規"})
    assert client_of(administrator).post(f"/regulation/{draft.pk}/matters/F04/", changed).status_code == 302
    first, second, _third = rows_of(draft)
    assert (first.high, second.low, first.offices[0].when) == (40_000, 40_000, "新規")
    assert LedgerEntry.objects.latest("id").action == "regulation.matter.written"


@pytest.mark.parametrize(
    ("cell", "typed", "sentence"),
    [
        ("rows-1-low", "十万", "金額は数字で入れてください。"),
        ("rows-1-low", "500,000", "「以上」より大きくしてください。"),
        ("rows-0-level", "10", "正しく選択してください"),
    ],
)
def test_an_error_stands_at_its_cell_and_what_was_typed_stays(
    draft: Regulation, administrator: Any, client_of: Any, cell: str, typed: str, sentence: str
) -> None:
    before = rows_of(draft)
    answer = client_of(administrator).post(
        f"/regulation/{draft.pk}/matters/F04/", grid(draft, **{cell: typed, "rows-2-source": "別表Z"})
    )
    text = answer.content.decode()
    assert answer.status_code == 422 and sentence in text and "別表Z" in text
    place = cell if "low" not in cell or typed == "十万" else "rows-1-high"
    assert f'id="id_{place}_error"' in text
    assert rows_of(draft) == before


@pytest.mark.parametrize(("do", "count"), [("add", 4), ("copy-0", 4), ("remove-1", 2)])
def test_rows_are_added_copied_and_removed_on_the_page_before_anything_is_saved(
    draft: Regulation, administrator: Any, client_of: Any, do: str, count: int
) -> None:
    keeper, entries = client_of(administrator), LedgerEntry.objects.count()
    answer = keeper.post(f"/regulation/{draft.pk}/matters/F04/", grid(draft, do=do))
    assert answer.status_code == 200
    assert answer.context["rows"].total_form_count() == count
    assert len(rows_of(draft)) == 3 and LedgerEntry.objects.count() == entries


def test_a_matter_is_added_and_taken_out(draft: Regulation, administrator: Any, client_of: Any) -> None:
    keeper = client_of(administrator)
    new = grid(draft) | {"code": "Z9", "name": "新しい区分"}
    assert keeper.post(f"/regulation/{draft.pk}/matters/new/", new).status_code == 302
    draft.refresh_from_db()
    assert len(rows_of(draft, "Z9")) == 3
    answer = keeper.post(f"/regulation/{draft.pk}/matters/Z9/", grid(draft, "Z9", do="take_out"))
    assert answer.status_code == 302 and rows_of(draft, "Z9") == ()


def test_a_stale_grid_and_a_published_version_are_refused(
    held: Regulation, draft: Regulation, administrator: Any, client_of: Any
) -> None:
    keeper = client_of(administrator)
    stale = keeper.post(f"/regulation/{draft.pk}/matters/F04/", grid(draft, revision="99"))
    assert stale.status_code == 409 and "ほかの人がこの版を変えました" in stale.content.decode()
    fixed = keeper.post(f"/regulation/{held.pk}/matters/F04/", grid(held))
    assert fixed.status_code == 409 and "写しを作ってください" in fixed.content.decode()


def test_gaps_are_told_on_the_page_and_refuse_publishing_with_the_failing_rows(
    draft: Regulation, administrator: Any, client_of: Any
) -> None:
    keeper = client_of(administrator)
    keeper.post(f"/regulation/{draft.pk}/matters/F04/", grid(draft, **{"rows-1-low": "40,000"}))
    gap = "30,000円以上40,000円未満に当たる行がありません(隣は行F04-1・F04-2)"
    assert gap in keeper.get(f"/regulation/{draft.pk}/").content.decode()
    assert "不合格1行" in keeper.get(f"/regulation/{draft.pk}/bench/").content.decode()
    draft.refresh_from_db()
    sent = {"effective_from": "2999-04-01", "revision": str(draft.revision)}
    answer = keeper.post(f"/regulation/{draft.pk}/publish/", sent)
    text = answer.content.decode()
    assert answer.status_code == 422 and gap in text and "試験13" in text
    keeper.post(f"/regulation/{draft.pk}/matters/F04/", grid(draft, **{"rows-1-low": "30000"}))
    draft.refresh_from_db()
    sent["revision"] = str(draft.revision)
    assert keeper.post(f"/regulation/{draft.pk}/publish/", sent).status_code == 302
    draft.refresh_from_db()
    assert draft.state == State.PUBLISHED
    assert "施行前" in keeper.get("/regulation/").content.decode()
    sent = {"reason": "見送り", "revision": str(draft.revision)}
    assert keeper.post(f"/regulation/{draft.pk}/withdraw/", sent).status_code == 302
    draft.refresh_from_db()
    assert draft.state == State.WITHDRAWN


def test_the_bench_takes_a_row_and_loses_one(draft: Regulation, administrator: Any, client_of: Any) -> None:
    keeper, before = client_of(administrator), draft.bench.count()
    sent = {"matter": "F06", "amount": "4,800,000", "level": "70", "offices": "契約検査課", "revision": "1"}
    assert keeper.post(f"/regulation/{draft.pk}/bench/", sent).status_code == 302
    text = keeper.get(f"/regulation/{draft.pk}/bench/").content.decode()
    assert "決裁者は市長のはずが部長" in text and "別表2-6 委託料 4,800,000円 → 部長専決、契約検査課合議" in text
    gone = {"remove": str(before + 1), "revision": "2"}
    assert keeper.post(f"/regulation/{draft.pk}/bench/", gone).status_code == 302
    assert draft.bench.count() == before


def test_simulation_explains_the_answer_and_stores_nothing(held: Regulation, drafter: Any, client_of: Any) -> None:
    clerk, entries = client_of(drafter), LedgerEntry.objects.count()
    address = f"/regulation/{held.pk}/try/"
    text = clerk.get(address, {"matter": "F06", "ask": "1", "amount": "4800000"}).content.decode()
    assert "別表2-6 委託料 4,800,000円 → 部長専決、契約検査課合議" in text and "行 F06-3 に当たります。" in text
    asked = {"matter": "F03", "ask": "1", "amount": "495000", "others": "495000"}
    assert "分割発注の疑い(合計 990,000円 → 部長専決)" in clerk.get(address, asked).content.decode()
    assert "分割発注の疑い(" not in clerk.get(address, asked | {"others": ""}).content.decode()
    assert "金額を入れてください" in clerk.get(address, {"matter": "F06", "ask": "1"}).content.decode()
    assert clerk.get(address, {"matter": "F06", "ask": "1", "amount": "x"}).status_code == 422
    assert LedgerEntry.objects.count() == entries


@pytest.mark.parametrize("copies", [0, 2])
def test_the_pages_cost_the_same_with_one_version_and_three(
    held: Regulation, administrator: Any, client_of: Any, django_assert_num_queries: Any, copies: int
) -> None:
    for number in range(copies):
        commands.draft_regulation(body="mayor", title=f"案{number}", copied_from=held.pk, actor=SYSTEM)
    keeper = client_of(administrator)
    keeper.get("/regulation/")
    with django_assert_num_queries(QUERIES["list"]):
        assert len(keeper.get("/regulation/").context["lines"]) == copies + 1


@pytest.mark.parametrize("matters", [1, 3])
def test_a_table_and_its_bench_cost_the_same_with_one_matter_and_three(
    held: Regulation, administrator: Any, client_of: Any, django_assert_num_queries: Any, matters: int
) -> None:
    made = commands.draft_regulation(body="education", title="小さな表", actor=SYSTEM)
    book = queries.rulebook(held)
    for matter in book.matters[:matters]:
        rows = [replace(row, number=0) for row in book.rows_of(matter.code)]
        made = commands.write_matter(
            regulation_id=made.pk, seen_revision=made.revision, matter=matter, rows=rows, actor=SYSTEM
        )
    cases = [
        case for case in queries.bench_of(held) if case.question.matter in {m.code for m in book.matters[:matters]}
    ]
    commands.add_bench_rows(regulation_id=made.pk, seen_revision=made.revision, cases=cases, actor=SYSTEM)
    keeper = client_of(administrator)
    keeper.get(f"/regulation/{made.pk}/")
    with django_assert_num_queries(QUERIES["version"]):
        assert len(keeper.get(f"/regulation/{made.pk}/").context["lines"]) == matters
    with django_assert_num_queries(QUERIES["bench"]):
        assert keeper.get(f"/regulation/{made.pk}/bench/").context["failed"] == 0


QUERIES = {"list": 6, "version": 8, "bench": 9}
