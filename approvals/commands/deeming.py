"""みなし同意: who was asked for an opinion only and let the day pass has none.  Nothing else is approved by itself."""

from __future__ import annotations

from django.utils.translation import gettext as _

from approvals.commands.acting import item_of
from approvals.commands.noting import note_step
from approvals.commands.onward import way_on
from approvals.models import Case, ConsentKind, Happening, RouteStep, StepKind, StepState
from config import clock
from config.commands import Actor, ActorKind, command
from config.errors import Conflict, NotAllowed, NotFound
from workflow import commands as workflow

DEEM = "approvals.deem_consent"


@command
def deem_consent(*, step_id: int, item_id: int, actor: Actor) -> RouteStep:
    """Let silence count as consent, once the day of an open 意見型 is over.

    Raises NotAllowed for people and for anything but 意見型, NotFound, Conflict when the work is over or the day is not.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed(_("みなし同意は、期限が過ぎたときにだけ起こります。"), code="not_system")
    found = RouteStep.objects.filter(pk=step_id).values_list("case_id", flat=True).first()
    if found is None:
        raise NotFound(_("案件が見つかりません。"))
    case = Case.objects.select_for_update().get(pk=found)
    step = case.steps.select_related("post__unit").get(pk=step_id)
    if step.kind != StepKind.CONSULT or step.consent != ConsentKind.OPINION:
        raise NotAllowed(_("みなし同意になるのは意見型の合議だけです。"), code="not_opinion")
    if step.state != StepState.OPEN or step.item_id != item_id:
        raise Conflict(_("この段はもう済んでいます。"), code="over")
    if step.due_on is None or clock.today() <= step.due_on:
        raise Conflict(_("期限はまだ過ぎていません。"), code="not_due")

    step.state = StepState.DEEMED
    step.acted_at = clock.now()
    step.save(update_fields=["state", "acted_at"])
    note_step(case, step, Happening.DEEMED, reason=f"期限 {step.due_on:%-m/%-d} までに意見なし", actor=actor)
    workflow.expire_item(item_id=item_of(step), variables=way_on(case, step, actor), actor=actor)
    return step
