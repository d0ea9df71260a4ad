"""Who took which paper of a case, and the making of a 決裁履歴証明."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from approvals import access
from approvals.models import Case
from approvals.papers import content, proof, typeset
from approvals.papers.actions import HistoryCertified, PaperPrinted
from config import clock
from config.calendar import fiscal_year
from config.clock import TOKYO
from config.commands import Actor, command
from config.errors import Conflict, NotAllowed
from documents import commands as documents
from documents import queries as records
from documents.ledger.writer import record


@dataclass(frozen=True, slots=True)
class Certificate:
    """A 決裁履歴証明 that was made."""

    number: str
    pdf: bytes
    is_intact: bool


@command
def note_paper(*, case_id: int, paper: str, sha256: str, actor: Actor) -> Case:
    """Note that somebody takes a paper of a case.  Raises NotFound for what the actor may not read, NotAllowed."""
    case = access.case_for(case_id=case_id, actor=actor)
    check_may_take(case, actor)
    record(
        PaperPrinted,
        subject=case,
        actor=actor,
        record_id=case.record_id,
        number=case.number,
        version=case.version,
        paper=paper,
        sha256=sha256,
    )
    return case


@command
def certify_history(*, case_id: int, actor: Actor) -> Certificate:
    """Verify a decided case and make the 決裁履歴証明, whatever the verification finds.

    Raises NotFound for what the actor may not read, NotAllowed for whom may not take it away, Conflict before the 決裁.
    """
    access.case_for(case_id=case_id, actor=actor, lock=True)
    case = access.case_for(case_id=case_id, actor=actor)
    check_may_take(case, actor)
    if not content.is_decided(case):
        raise Conflict(_("決裁が済んでいないので、決裁履歴証明は作成できません。"), code="not_decided")
    found = proof.verify(case)
    at = clock.now()

    number = documents.take_number(
        kind="certificate",
        scope="",
        year=fiscal_year(at.astimezone(TOKYO).date()),
        pattern=proof.NUMBER_PATTERN,
        actor=actor,
    )
    made = typeset.pdf("certificate", proof.sheet(case, found, number=number, at=at), at=at)
    record(
        HistoryCertified,
        subject=case,
        actor=actor,
        record_id=case.record_id,
        number=case.number,
        certificate=number,
        original=case.record.original.sha256 if case.record.original else "",
        entries=found.entries,
        up_to=found.up_to,
        intact=found.ok,
        sha256=hashlib.sha256(made).hexdigest(),
    )
    return Certificate(number, made, found.ok)


def check_may_take(case: Case, actor: Actor) -> None:
    """A paper is a copy: it goes to those who may take the files.  Raises NotAllowed."""
    if not records.may_take_from(case.record, actor):
        raise NotAllowed(
            _("この案件は画面での閲覧だけができます。取り出しと印刷は、起案者と簿冊を管理する課に限られています。"),
            code="view_only",
        )
