"""起案: a draft, its text, its files."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from approvals import access, rules
from approvals.actions import CaseDrafted, DraftDiscarded, DraftSaved
from approvals.models import Case, Level
from approvals.rules import moment
from config import clock
from config.commands import Actor, command
from config.errors import Conflict, Invalid, NotAllowed, NotFound
from documents import commands as documents
from documents.access import fileable_binders
from documents.intake import Checked
from documents.ledger.writer import record
from documents.queries import current_files

CASE_FIELDS = ("inquiry", "grounds", "level", "is_urgent", "urgent_reason", "wanted_on")
RECORD_FIELDS = ("title", "binder_id", "disclosure")


@command
def create_draft(*, actor: Actor) -> Case:
    """An empty draft in the post in which the actor acts.  Raises NotAllowed without a post today."""
    if actor.post_id is None or actor.unit_id is None or actor.user_id is None:
        raise NotAllowed(_("今日の職がないため起案できません。"), code="no_post")
    now = clock.now()
    case = Case(
        record=documents.create_record(actor=actor),
        drafter_id=actor.user_id,
        drafter_name=actor.name,
        drafter_post_id=actor.post_id,
        drafter_post_name=actor.post,
        unit_id=actor.unit_id,
        unit_name=actor.unit,
        created_at=now,
        saved_at=now,
    )
    case.save(force_insert=True)
    record(CaseDrafted, subject=case, actor=actor, record_id=case.record_id)
    return case


@command
def save_draft(
    *,
    case_id: int,
    seen_revision: int,
    title: str,
    inquiry: str,
    grounds: str,
    level: int,
    binder_id: int | None,
    disclosure: str,
    is_urgent: bool,
    urgent_reason: str,
    wanted_on: dt.date | None,
    actor: Actor,
) -> Case:
    """Keep the text of a draft as it stands; nothing need be complete.

    Raises Conflict(code="stale") with the kept text in `details["kept"]` when another page saved in between, and
    Conflict(code="not_editable") when it submitted the case: what was typed is lost on neither side.
    """
    case = access.draft_for(case_id=case_id, actor=actor, lock=True)
    rules.check_editable(access.standing_of(case, actor))
    wanted: dict[str, Any] = {
        "title": title.strip(),
        "binder_id": binder_id,
        "disclosure": disclosure,
        "inquiry": inquiry,
        "grounds": grounds,
        "level": level,
        "is_urgent": is_urgent,
        "urgent_reason": urgent_reason,
        "wanted_on": wanted_on,
    }
    kept = text_of(case)
    changed = sorted(name for name, value in wanted.items() if kept[name] != value)
    if changed and case.revision != seen_revision:
        raise Conflict(
            _("%(name)sさんが別の画面で先に保存しました(%(when)s)。この画面の内容は、まだ保存していません。")
            % {"name": case.drafter_name, "when": moment(case.saved_at)},
            code="stale",
            revision=case.revision,
            kept={name: kept[name] for name in changed},
        )
    _check_choices(case, level=level, binder_id=binder_id, actor=actor)
    for name in CASE_FIELDS:
        setattr(case, name, wanted[name])
    case.saved_at = clock.now()
    case.revision += bool(changed)
    case.save(update_fields=[*CASE_FIELDS, "saved_at", "revision"])
    if set(changed) & set(RECORD_FIELDS):
        documents.describe_record(
            record_id=case.record_id,
            title=wanted["title"],
            binder_id=binder_id,
            disclosure=disclosure,
            actor=actor,
        )
        case.record.refresh_from_db()
    record(DraftSaved, subject=case, actor=actor, record_id=case.record_id, revision=case.revision, changed=changed)
    return case


def text_of(case: Case) -> dict[str, Any]:
    """The draft's fields as they are kept."""
    kept = {name: getattr(case, name) for name in CASE_FIELDS}
    return kept | {name: getattr(case.record, name) for name in RECORD_FIELDS}


def _check_choices(case: Case, *, level: int, binder_id: int | None, actor: Actor) -> None:
    """Raises Invalid for a 決裁区分 or a 簿冊 that may not be chosen."""
    if level not in Level.values:
        raise Invalid(_("決裁区分を選んでください。"), fields={"level": [_("決裁区分を選んでください。")]})
    if binder_id in (None, case.record.binder_id):
        return
    if not fileable_binders(actor).filter(pk=binder_id).exists():
        sentence = _("この簿冊には綴れません。")
        raise Invalid(sentence, fields={"binder": [sentence]})


@command
def discard_draft(*, case_id: int, actor: Actor) -> Case:
    """Throw away a draft that never got a number."""
    case = access.draft_for(case_id=case_id, actor=actor, lock=True)
    rules.check(
        rules.may_discard(access.standing_of(case, actor)), _("番号の付いた案件は捨てられません。"), code="has_number"
    )
    case.discarded_at = clock.now()
    case.revision += 1
    case.save(update_fields=["discarded_at", "revision"])
    documents.set_record_state(record_id=case.record_id, state="withdrawn", actor=actor)
    record(DraftDiscarded, subject=case, actor=actor, record_id=case.record_id, title=case.record.title)
    return case


def _editable(case_id: int, actor: Actor) -> Case:
    case = access.draft_for(case_id=case_id, actor=actor, lock=True)
    rules.check_editable(access.standing_of(case, actor))
    return case


@command
def attach_to_draft(*, case_id: int, upload: Checked, actor: Actor) -> Any:
    """Add a file that was looked into (`documents.intake`) to the end of the draft's list."""
    case = _editable(case_id, actor)
    return documents.attach_file(record_id=case.record_id, upload=upload, actor=actor)


@command
def remove_from_draft(*, case_id: int, attachment_id: int, actor: Actor) -> None:
    """Take a file out of the draft; its bytes and its history stay."""
    case = _editable(case_id, actor)
    if attachment_id not in {file.attachment_id for file in current_files(case.record_id)}:
        raise NotFound(_("添付が見つかりません。"))
    documents.remove_attachment(attachment_id=attachment_id, actor=actor)


@command
def reorder_draft_files(*, case_id: int, order: list[int], actor: Actor) -> None:
    """Put the draft's files into the given order."""
    case = _editable(case_id, actor)
    documents.reorder_attachments(record_id=case.record_id, order=order, actor=actor)
