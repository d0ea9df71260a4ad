"""What may be done to a record, and in which order.  Small predicates; commands raise their sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _
from viewflow import fsm

from config.commands import Actor, ActorKind, Role
from config.errors import Conflict, NotAllowed
from documents.models import Binder
from documents.models.record import Record, RecordState

DRAFT, CIRCULATING, RETURNED = RecordState.DRAFT, RecordState.CIRCULATING, RecordState.RETURNED
DECIDED, COMPLETED, WITHDRAWN = RecordState.DECIDED, RecordState.COMPLETED, RecordState.WITHDRAWN


class RecordLifecycle:
    """The states of a record and the steps between them (domain.md 1.2), as a viewflow state machine."""

    state: fsm.State = fsm.State(RecordState, default=DRAFT)

    def __init__(self, record: Record) -> None:
        self.record = record

    @state.getter()
    def _get(self) -> RecordState:
        return RecordState(self.record.state)

    @state.setter()
    def _set(self, value: RecordState) -> None:
        self.record.state = value

    @state.transition(source=[DRAFT, RETURNED], target=CIRCULATING)
    def circulate(self) -> None:
        """回付, and 再回付 after a return."""

    @state.transition(source=CIRCULATING, target=RETURNED)
    def send_back(self) -> None:
        """差戻し and 引戻し."""

    @state.transition(source=CIRCULATING, target=DECIDED)
    def decide(self) -> None:
        """決裁."""

    @state.transition(source=DECIDED, target=COMPLETED)
    def complete(self) -> None:
        """完結."""

    @state.transition(source=[DRAFT, RETURNED], target=WITHDRAWN)
    def withdraw(self) -> None:
        """取下げ."""


STEPS = {
    CIRCULATING: "circulate",
    RETURNED: "send_back",
    DECIDED: "decide",
    COMPLETED: "complete",
    WITHDRAWN: "withdraw",
}


def move(record: Record, target: str) -> None:
    """Take the record to a state, in memory.  Raises Conflict when the lifecycle has no such step."""
    name = STEPS.get(RecordState(target))
    if name is None:
        raise Conflict(_("この文書は作成中に戻せません。"), code="no_such_step")
    try:
        getattr(RecordLifecycle(record), name)()
    except fsm.TransitionNotAllowed:
        raise Conflict(
            _("いまの状態(%(now)s)からは「%(next)s」にできません。")
            % {"now": RecordState(record.state).label, "next": RecordState(target).label},
            code="no_such_step",
        ) from None


def check_open(record: Record) -> None:
    """A decided record is fixed for good (domain.md 0.5).  Raises Conflict."""
    if record.decided_at is not None or record.state in (DECIDED, COMPLETED, WITHDRAWN):
        raise Conflict(_("決裁後の原議は変えられません。"), code="record_fixed")


def check_may_edit(record: Record, *, actor: Actor) -> None:
    """Only its creator works on a draft or a returned record.  Raises NotAllowed, Conflict."""
    check_open(record)
    if actor.kind is not ActorKind.SYSTEM and record.creator_id != actor.user_id:
        raise NotAllowed(_("起案者だけが変えられます。"), code="not_creator")
    if record.state not in (DRAFT, RETURNED):
        raise Conflict(_("回議中の文書は変えられません。"), code="record_circulating")


def keeps_binder(binder: Binder, actor: Actor) -> bool:
    """Whether the actor is the 文書主任 of the unit that keeps the binder."""
    return actor.kind is ActorKind.SYSTEM or (actor.has(Role.RECORDS_OFFICER) and binder.group_id in actor.group_ids)


def check_keeps_binder(binder: Binder, *, actor: Actor) -> None:
    """Only the 文書主任 of the keeping unit says who else reads a binder.  Raises NotAllowed."""
    if not keeps_binder(binder, actor):
        raise NotAllowed(_("簿冊の閲覧者は、保管する所属の文書主任だけが変えられます。"), code="records_officer_only")


def keeps_classes(actor: Actor) -> bool:
    """Whether the actor is a 文書主任."""
    return actor.kind is ActorKind.SYSTEM or actor.has(Role.RECORDS_OFFICER)


def check_keeps_classes(*, actor: Actor) -> None:
    """Only a 文書主任 says who reads a class.  Raises NotAllowed."""
    if not keeps_classes(actor):
        raise NotAllowed(_("分類の閲覧者は、文書主任だけが変えられます。"), code="records_officer_only")


def keeps_readers(record: Record, actor: Actor) -> bool:
    """Whether the actor drafted the record or is the 文書主任 of the unit that keeps it."""
    if actor.kind is ActorKind.SYSTEM or record.creator_id == actor.user_id:
        return True
    return record.binder is not None and keeps_binder(record.binder, actor)


def check_keeps_readers(record: Record, *, actor: Actor) -> None:
    """Only they say who reads a record.  Raises NotAllowed."""
    if not keeps_readers(record, actor):
        raise NotAllowed(_("閲覧者は、起案者と、保管する所属の文書主任だけが変えられます。"), code="not_keeper")
