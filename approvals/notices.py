"""What a drafter is told of his own cases: who approved, returned, decided or closed them."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.models import Act, Verb
from config.commands import Actor
from config.web.notices import Notice, Source, register

ICONS = {Verb.APPROVE: "check", Verb.DECIDE: "check", Verb.RETURN: "back", Verb.COMPLETE: "folder"}


def recent(actor: Actor, since: dt.datetime, most: int) -> list[Notice]:
    """What others did to the actor's cases after a moment, newest first."""
    if actor.user_id is None:
        return []
    found = (
        Act.objects.filter(case__drafter_id=actor.user_id, case__discarded_at=None, at__gt=since, verb__in=list(ICONS))
        .exclude(staff_id=actor.user_id)
        .select_related("case__record")
        .order_by("-at", "-pk")[:most]
    )
    return [
        Notice(
            at=act.at,
            sentence=_sentence(act),
            title=act.case.record.title,
            url=reverse("approvals:case", args=[act.case_id]),
            icon=ICONS[Verb(act.verb)],
            detail=act.comment,
        )
        for act in found
    ]


def _sentence(act: Act) -> str:
    who = {"name": act.staff_name, "post": act.post_name}
    if act.verb == Verb.RETURN:
        return _("%(name)s(%(post)s)が差し戻しました。") % who
    if act.verb == Verb.DECIDE:
        return _("%(name)s(%(post)s)が決裁しました。") % who
    if act.verb == Verb.COMPLETE:
        return _("%(name)s(%(post)s)が完結にしました。") % who
    return _("%(name)s(%(post)s)が承認しました。") % who


register(Source("own-cases", recent))
