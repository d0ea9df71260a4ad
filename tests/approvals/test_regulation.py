"""Versions of the 決裁規程: writing, testing, publishing, withdrawing; what is refused and what the ledger says."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import time_machine

from approvals.regulation import access, commands, queries
from approvals.regulation.bench import Case, Expected
from approvals.regulation.enums import State
from approvals.regulation.models import Regulation, RegulationRow
from approvals.regulation.table import Matter, Office, Question, Row
from config.commands import Actor, system_actor
from config.errors import Conflict, Invalid, NotAllowed, NotFound
from documents.ledger.models import LedgerEntry

SYSTEM = system_actor("tests")
MATTER = Matter("X1", "試しの区分", "1件")
LOW = Row("X1", 0, 40, high=100, source="別表9", offices=(Office("財政課", when="新規"),), raised_by=("大きい",))
HIGH = Row("X1", 0, 50, low=100, deputy=False, council=True, post="総務部長")


@pytest.fixture(autouse=True)
def on_a_tuesday() -> Any:
    with time_machine.travel(dt.datetime(2025, 11, 11, 0, 40, tzinfo=dt.UTC)) as clock:
        yield clock


def case(amount: int, level: int, deputy: bool = True) -> Case:
    return Case(0, Question("X1", amount), Expected(level, frozenset(), deputy))


def drafted(*rows: Row, cases: tuple[Case, ...] = (), body: str = "education", actor: Actor = SYSTEM) -> Regulation:
    made = commands.draft_regulation(body=body, title="試しの規程", actor=actor)
    made = commands.write_matter(
        regulation_id=made.pk, seen_revision=made.revision, matter=MATTER, rows=rows or (LOW, HIGH), actor=actor
    )
    if cases:
        made = commands.add_bench_rows(regulation_id=made.pk, seen_revision=made.revision, cases=cases, actor=actor)
    return made


def published(day: dt.date = dt.date(2025, 4, 1)) -> Regulation:
    made = drafted(cases=(case(5, 40), case(100, 50, False)))
    return publish(made, day)


def publish(made: Regulation, day: dt.date, actor: Actor = SYSTEM) -> Regulation:
    return commands.publish_regulation(
        regulation_id=made.pk, seen_revision=made.revision, effective_from=day, actor=actor
    )


def last() -> LedgerEntry:
    return LedgerEntry.objects.latest("id")


def test_rows_are_stored_as_written_and_the_ledger_says_before_and_after(db: None) -> None:
    made = drafted()
    assert queries.rulebook(made).rows == (replace(LOW, number=1), replace(HIGH, number=2))
    assert last().action == "regulation.matter.written"
    again = commands.write_matter(
        regulation_id=made.pk, seen_revision=made.revision, matter=MATTER, rows=[replace(HIGH, low=None)], actor=SYSTEM
    )
    assert RegulationRow.objects.filter(matter__regulation=made).count() == 1
    assert again.revision == made.revision + 1
    body = bytes(last().body).decode()
    assert "X1-1||0-100|40|財政課:consult:新規|10|別表9|大きい" in body and "X1-1||0-|50総務部長||01||" in body


def test_cells_are_refused_at_their_places_and_nothing_is_written(db: None) -> None:
    made = drafted()
    bad = [replace(LOW, low=200), replace(HIGH, level=10), replace(HIGH, low=-1)]
    with pytest.raises(Invalid) as refused:
        commands.write_matter(regulation_id=made.pk, seen_revision=made.revision, matter=MATTER, rows=bad, actor=SYSTEM)
    assert set(refused.value.fields) == {"rows-0-high", "rows-1-level", "rows-2-low"}
    assert queries.rulebook(made).rows == (replace(LOW, number=1), replace(HIGH, number=2))
    for rows in ([], [LOW] * 61):
        with pytest.raises(Invalid):
            commands.write_matter(
                regulation_id=made.pk, seen_revision=made.revision, matter=MATTER, rows=rows, actor=SYSTEM
            )


def test_a_stale_page_is_refused(db: None) -> None:
    made = drafted()
    with pytest.raises(Conflict) as refused:
        commands.remove_matter(regulation_id=made.pk, seen_revision=made.revision - 1, code="X1", actor=SYSTEM)
    assert refused.value.code == "stale"
    assert made.matters.count() == 1


def test_a_matter_is_taken_out(db: None) -> None:
    made = drafted()
    commands.remove_matter(regulation_id=made.pk, seen_revision=made.revision, code="X1", actor=SYSTEM)
    assert made.matters.count() == 0 and last().action == "regulation.matter.removed"
    with pytest.raises(NotFound):
        commands.remove_matter(regulation_id=made.pk, seen_revision=made.revision + 1, code="X1", actor=SYSTEM)


def test_publishing_names_every_gap_overlap_and_failing_row(db: None) -> None:
    made = drafted(
        replace(LOW, high=120), replace(HIGH, low=100, high=500), cases=(case(5, 60), case(110, 50), case(900, 50))
    )
    with pytest.raises(Invalid) as refused:
        publish(made, dt.date(2026, 4, 1))
    sentences = [str(each) for each in refused.value.fields[""]]
    assert sentences == [
        "試しの区分: 行X1-1と行X1-2が重なっています(100円以上120円未満)。",
        "試しの区分: 500円以上に当たる行がありません(隣は行X1-2)。",
        "試験1(行X1-1): 決裁者は副市長のはずが課長",
        "試験2: 試しの区分(110円)に行X1-1・X1-2が同時に当たります。",
        "試験3: 試しの区分(900円)に当たる行がありません。",
    ]
    made.refresh_from_db()
    assert made.state == State.DRAFT and not LedgerEntry.objects.filter(action="regulation.published").exists()


def test_a_version_without_a_bench_for_each_matter_is_not_published(db: None) -> None:
    with pytest.raises(Invalid) as refused:
        publish(drafted(), dt.date(2026, 4, 1))
    assert [str(each) for each in refused.value.fields[""]] == ["試験の行がありません。"]
    made = drafted(cases=(case(5, 40),))
    other = commands.write_matter(
        regulation_id=made.pk, seen_revision=made.revision, matter=Matter("X2", "別の区分"), rows=[Row("X2", 0, 40)],
        actor=SYSTEM,
    )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        publish(other, dt.date(2026, 4, 1))
    assert [str(each) for each in refused.value.fields[""]] == ["試験に行のない事案区分: 別の区分"]


def test_a_published_version_holds_from_its_day_until_the_next_and_never_changes(db: None) -> None:
    first = published()
    copy = commands.draft_regulation(body="education", title="改正", copied_from=first.pk, actor=SYSTEM)
    assert queries.rulebook(copy) == queries.rulebook(first)
    assert [c.question for c in queries.bench_of(copy)] == [c.question for c in queries.bench_of(first)]
    second = publish(copy, dt.date(2026, 4, 1))
    assert last().action == "regulation.published"
    assert queries.in_force(body="education", on=dt.date(2025, 3, 31)) is None
    assert queries.in_force(body="education", on=dt.date(2026, 3, 31)) == first
    assert queries.in_force(body="education", on=dt.date(2026, 4, 1)) == second
    assert queries.in_force(body="mayor", on=dt.date(2026, 4, 1)) is None
    for change in (
        lambda: commands.write_matter(
            regulation_id=first.pk, seen_revision=first.revision, matter=MATTER, rows=[LOW], actor=SYSTEM
        ),
        lambda: commands.add_bench_rows(
            regulation_id=first.pk, seen_revision=first.revision, cases=[case(1, 40)], actor=SYSTEM
        ),
        lambda: publish(first, dt.date(2027, 4, 1)),
    ):
        with pytest.raises(Conflict) as refused:
            change()
        assert refused.value.code == "not_draft"


@pytest.mark.parametrize("day", [dt.date(2025, 4, 1), dt.date(2025, 3, 1), dt.date(2025, 11, 10)])
def test_a_later_version_neither_looks_back_nor_comes_before_the_one_it_follows(db: None, day: dt.date) -> None:
    copy = commands.draft_regulation(body="education", title="改正", copied_from=published().pk, actor=SYSTEM)
    with pytest.raises(Invalid) as refused:
        publish(copy, day)
    assert "effective_from" in refused.value.fields


def test_a_version_is_given_up_before_its_day_and_not_after(db: None) -> None:
    held = published()
    with pytest.raises(Conflict) as refused:
        commands.withdraw_regulation(regulation_id=held.pk, seen_revision=held.revision, reason="x", actor=SYSTEM)
    assert refused.value.code == "in_force"
    copy = commands.draft_regulation(body="education", title="改正", copied_from=held.pk, actor=SYSTEM)
    waiting = publish(copy, dt.date(2026, 4, 1))
    with pytest.raises(Invalid):
        commands.withdraw_regulation(regulation_id=waiting.pk, seen_revision=waiting.revision, reason=" ", actor=SYSTEM)
    commands.withdraw_regulation(
        regulation_id=waiting.pk, seen_revision=waiting.revision, reason="議会の否決", actor=SYSTEM
    )
    assert last().action == "regulation.withdrawn"
    assert queries.in_force(body="education", on=dt.date(2026, 4, 1)) == held


def test_rows_of_the_bench_come_and_go(db: None) -> None:
    made = drafted(cases=(case(5, 40), case(100, 50, False)))
    made = commands.remove_bench_row(regulation_id=made.pk, seen_revision=made.revision, number=1, actor=SYSTEM)
    assert [each.number for each in queries.bench_of(made)] == [2]
    assert last().action == "regulation.bench.removed"
    with pytest.raises(NotFound):
        commands.remove_bench_row(regulation_id=made.pk, seen_revision=made.revision, number=1, actor=SYSTEM)
    with pytest.raises(Invalid):
        commands.add_bench_rows(
            regulation_id=made.pk,
            seen_revision=made.revision,
            cases=[replace(case(1, 40), question=Question("Z", 1))],
            actor=SYSTEM,
        )


def test_whoever_does_not_keep_the_regulation_reads_what_is_published_and_writes_nothing(
    city: None, drafter: Any, administrator: Any, actor_of: Any
) -> None:
    clerk, keeper = actor_of(drafter), actor_of(administrator)
    with pytest.raises(NotAllowed):
        commands.draft_regulation(body="education", title="x", actor=clerk)
    made = drafted(actor=keeper)
    with pytest.raises(NotFound):
        access.regulation_for(regulation_id=made.pk, actor=clerk)
    held = queries.in_force(body="mayor", on=dt.date(2025, 11, 11))
    assert held is not None and access.regulation_for(regulation_id=held.pk, actor=clerk) == held
    with pytest.raises(NotAllowed):
        commands.withdraw_regulation(regulation_id=held.pk, seen_revision=held.revision, reason="x", actor=clerk)


def test_the_city_has_its_thirty_matters_once_and_a_second_load_changes_nothing(city: None) -> None:
    from config.demo import regulation_load

    held = queries.in_force(body="mayor", on=dt.date(2025, 11, 11))
    assert held is not None
    assert held.matters.count() == 30 and held.bench.count() >= 60
    entries = LedgerEntry.objects.count()
    regulation_load.load(SYSTEM)
    assert Regulation.objects.count() == 1 and LedgerEntry.objects.count() == entries


def test_a_load_that_broke_off_is_gone_on_with(db: None) -> None:
    from config.demo import regulation_load
    from config.demo.regulation import MATTERS, TITLE

    half = commands.draft_regulation(body="mayor", title=TITLE, actor=SYSTEM)
    matter, rows = MATTERS[0]
    commands.write_matter(regulation_id=half.pk, seen_revision=1, matter=matter, rows=rows, actor=SYSTEM)
    regulation_load.load(SYSTEM)
    half.refresh_from_db()
    assert half.state == State.PUBLISHED and half.matters.count() == 30
