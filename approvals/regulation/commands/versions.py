"""Changing the 決裁規程: versions, rows, the bench, publishing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Max
from django.utils.translation import gettext as _

from approvals.regulation import access, bench, queries, rules
from approvals.regulation.enums import Body, State
from approvals.regulation.ledger_actions import (
    BenchRowRemoved,
    BenchWritten,
    MatterRemoved,
    MatterWritten,
    RegulationDrafted,
    RegulationPublished,
    RegulationWithdrawn,
)
from approvals.regulation.models import Regulation, RegulationBenchRow, RegulationMatter, RegulationRow
from approvals.regulation.table import Matter, Row
from config import clock
from config.commands import Actor, command
from config.errors import Conflict, Invalid, NotFound
from documents.ledger.writer import record


@command
def draft_regulation(*, body: str, title: str, copied_from: int | None = None, actor: Actor) -> Regulation:
    """Begin the next version of an 執行機関, with the rows and the bench of another version or with nothing.

    Raises Invalid for an unknown body or no title, NotAllowed, NotFound.
    """
    access.check_keeper(actor)
    source = access.regulation_to_keep(regulation_id=copied_from, actor=actor) if copied_from is not None else None
    if body not in Body.values or not title.strip():
        sentence = _("執行機関と名称を入れてください。")
        raise Invalid(sentence, fields={"title": [sentence]})
    last = Regulation.objects.filter(body=body).aggregate(last=Max("number"))["last"] or 0
    made = Regulation(body=body, number=last + 1, title=title.strip(), copied_from=source, created_at=clock.now())
    made.save(force_insert=True)
    if source is not None:
        book = queries.rulebook(source)
        for matter in book.matters:
            _write(made, matter, book.rows_of(matter.code))
        _add(made, queries.bench_of(source))
    record(
        RegulationDrafted,
        subject=made,
        actor=actor,
        body=body,
        number=made.number,
        title=made.title,
        copied_from=source.number if source is not None else None,
    )
    return made


@command
def write_matter(
    *, regulation_id: int, seen_revision: int, matter: Matter, rows: Sequence[Row], actor: Actor
) -> Regulation:
    """Write a matter of a draft with all its rows, in place of those it had; the rows are numbered in their order.

    Gaps and overlaps are told on the pages and refuse publishing, not writing.  Raises Invalid with the cells that cannot
    stand, Conflict for a stale page or a version that is no draft, NotAllowed, NotFound.
    """
    regulation = _draft(regulation_id, seen_revision, actor)
    rules.check_rows(matter, rows)
    before = rules.told(queries.rulebook(regulation).rows_of(matter.code))
    written = _write(regulation, matter, rows)
    _advance(regulation)
    record(
        MatterWritten,
        subject=regulation,
        actor=actor,
        number=regulation.number,
        matter=f"{matter.code} {matter.name}",
        rows=len(written),
        before=before,
        after=rules.told(written),
    )
    return regulation


@command
def remove_matter(*, regulation_id: int, seen_revision: int, code: str, actor: Actor) -> Regulation:
    """Take a matter out of a draft.  Raises as write_matter does, NotFound for a matter that is not there."""
    regulation = _draft(regulation_id, seen_revision, actor)
    kept = RegulationMatter.objects.filter(regulation=regulation, code=code).first()
    if kept is None:
        raise NotFound(_("事案区分がありません。"))
    before = rules.told(queries.rulebook(regulation).rows_of(code))
    told = f"{kept.code} {kept.name}"
    kept.delete()
    _advance(regulation)
    record(MatterRemoved, subject=regulation, actor=actor, number=regulation.number, matter=told, before=before)
    return regulation


@command
def add_bench_rows(*, regulation_id: int, seen_revision: int, cases: Sequence[bench.Case], actor: Actor) -> Regulation:
    """Add rows to the bench of a draft, after those it has.  Raises Conflict, Invalid, NotAllowed, NotFound."""
    regulation = _draft(regulation_id, seen_revision, actor)
    known = set(RegulationMatter.objects.filter(regulation=regulation).values_list("code", flat=True))
    if not cases or any(case.question.matter not in known for case in cases):
        sentence = _("事案区分を選んでください。")
        raise Invalid(sentence, fields={"matter": [sentence]})
    _add(regulation, cases)
    _advance(regulation)
    record(BenchWritten, subject=regulation, actor=actor, number=regulation.number, rows=len(cases))
    return regulation


@command
def remove_bench_row(*, regulation_id: int, seen_revision: int, number: int, actor: Actor) -> Regulation:
    """Take a row off the bench of a draft.  Raises Conflict, NotAllowed, NotFound."""
    regulation = _draft(regulation_id, seen_revision, actor)
    kept = RegulationBenchRow.objects.filter(regulation=regulation, number=number).first()
    if kept is None:
        raise NotFound(_("試験の行がありません。"))
    question = f"{kept.matter_code} {kept.condition} {'' if kept.amount is None else kept.amount}".strip()
    kept.delete()
    _advance(regulation)
    record(BenchRowRemoved, subject=regulation, actor=actor, number=regulation.number, row=number, question=question)
    return regulation


@command
def publish_regulation(*, regulation_id: int, seen_revision: int, effective_from: dt.date, actor: Actor) -> Regulation:
    """Publish a draft: it holds from its day on until a later version does.

    Raises Invalid that names every gap, overlap and failing row of the bench, or for a day that is not possible; Conflict,
    NotAllowed, NotFound.
    """
    regulation = _draft(regulation_id, seen_revision, actor)
    published = Regulation.objects.select_for_update().filter(body=regulation.body, state=State.PUBLISHED)
    rules.check_day(effective_from, max((row.effective_from for row in published if row.effective_from), default=None))
    book, cases = queries.rulebook(regulation), queries.bench_of(regulation)
    rules.check_publishable(book, cases)
    regulation.state, regulation.effective_from, regulation.published_at = State.PUBLISHED, effective_from, clock.now()
    regulation.revision += 1
    regulation.save(update_fields=["state", "effective_from", "published_at", "revision"])
    record(
        RegulationPublished,
        subject=regulation,
        actor=actor,
        body=regulation.body,
        number=regulation.number,
        effective_from=effective_from.isoformat(),
        tested=len(cases),
        sha256=rules.fingerprint(book),
    )
    return regulation


@command
def withdraw_regulation(*, regulation_id: int, seen_revision: int, reason: str, actor: Actor) -> Regulation:
    """Give up a draft, or a published version before its day.  Raises Conflict once it holds, Invalid without a reason."""
    regulation = access.regulation_to_keep(regulation_id=regulation_id, actor=actor)
    rules.check_revision(regulation, seen_revision)
    begun = regulation.effective_from is not None and regulation.effective_from <= clock.today()
    if regulation.state == State.WITHDRAWN or (regulation.state == State.PUBLISHED and begun):
        raise Conflict(
            _("施行された版、取りやめた版は取りやめられません。新しい版を公布してください。"), code="in_force"
        )
    if not reason.strip():
        sentence = _("理由を入れてください。")
        raise Invalid(sentence, fields={"reason": [sentence]})
    regulation.state = State.WITHDRAWN
    regulation.revision += 1
    regulation.save(update_fields=["state", "revision"])
    record(RegulationWithdrawn, subject=regulation, actor=actor, number=regulation.number, reason=reason.strip())
    return regulation


def _draft(regulation_id: int, seen_revision: int, actor: Actor) -> Regulation:
    regulation = access.regulation_to_keep(regulation_id=regulation_id, actor=actor)
    rules.check_draft(regulation)
    rules.check_revision(regulation, seen_revision)
    return regulation


def _advance(regulation: Regulation) -> None:
    regulation.revision += 1
    regulation.save(update_fields=["revision"])


def _write(regulation: Regulation, matter: Matter, rows: Sequence[Row]) -> list[Row]:
    """The matter with these rows alone, numbered anew."""
    kept, made = RegulationMatter.objects.get_or_create(
        regulation=regulation, code=matter.code, defaults={"name": matter.name, "basis": matter.basis}
    )
    if not made:
        kept.name, kept.basis = matter.name, matter.basis
        kept.save(update_fields=["name", "basis"])
        kept.rows.all().delete()
    RegulationRow.objects.bulk_create(
        RegulationRow(
            matter=kept,
            number=number,
            condition=row.condition,
            low=row.low,
            high=row.high,
            level=row.level,
            post=row.post,
            offices=[[office.name, office.kind, office.when] for office in row.offices],
            deputy=row.deputy,
            council=row.council,
            source=row.source,
            raised_by=list(row.raised_by),
        )
        for number, row in enumerate(rows, start=1)
    )
    return list(queries.rulebook(regulation).rows_of(matter.code))


def _add(regulation: Regulation, cases: Sequence[bench.Case]) -> None:
    last = RegulationBenchRow.objects.filter(regulation=regulation).aggregate(last=Max("number"))["last"] or 0
    RegulationBenchRow.objects.bulk_create(
        RegulationBenchRow(
            regulation=regulation,
            number=number,
            matter_code=case.question.matter,
            amount=case.question.amount,
            condition=case.question.condition,
            circumstances=sorted(case.question.circumstances),
            level=case.expected.level,
            offices=sorted(case.expected.offices),
            deputy=case.expected.deputy,
            note=case.note,
        )
        for number, case in enumerate(cases, start=last + 1)
    )
