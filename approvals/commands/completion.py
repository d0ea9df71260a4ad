"""完結: the decided case is filed in its binder, where its period begins."""

from __future__ import annotations

from django.utils.translation import gettext as _

from approvals import access, rules
from approvals.actions import CaseCompleted
from approvals.commands.acting import note_act
from approvals.models import Case, CaseState, Verb
from config import clock
from config.commands import Actor, command
from documents import commands as documents
from documents.ledger.writer import record


@command
def complete_case(*, case_id: int, seen_revision: int, actor: Actor) -> Case:
    """完結 by the drafter or the unit's 文書主任: the record goes into its binder with its 満了日.

    Raises Conflict for a stale page, NotAllowed before 決裁 or for anybody else.
    """
    case = access.case_for(case_id=case_id, actor=actor, lock=True)
    standing = access.standing_of(case, actor)
    rules.check_revision(case, seen_revision, last_act=standing.last_act)
    rules.check(
        rules.may_complete(standing),
        _("完結できるのは、決裁のあと、起案者か主管課の文書主任です。"),
    )
    kept = documents.complete_record(record_id=case.record_id, on=clock.today(), actor=actor)
    case.state = CaseState.COMPLETED
    case.revision += 1
    case.save(update_fields=["state", "revision"])
    note_act(case, verb=Verb.COMPLETE, step=None, comment="", actor=actor)
    record(
        CaseCompleted,
        subject=case,
        actor=actor,
        record_id=case.record_id,
        number=case.number,
        completed_on=kept.completed_on,
        expires_on=kept.expires_on,
    )
    return case
