"""What people are told of cases: of their own everything, of what they had approved that it was returned."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.models import ONWARD, Act, Verb
from config.commands import Actor
from config.web.notices import Notice, Source, register

ICONS = {
    **dict.fromkeys(ONWARD, "check"),
    Verb.OPPOSE: "back",
    Verb.DECIDE: "check",
    Verb.RETURN: "back",
    Verb.COMPLETE: "folder",
}


def recent(actor: Actor, since: dt.datetime, most: int) -> list[Notice]:
    """What others did after a moment to cases that are the actor's or that he approved, newest first."""
    if actor.user_id is None:
        return []
    found = (
        Act.objects.filter(_own(actor) | _passed(actor), case__discarded_at=None, at__gt=since)
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


def _own(actor: Actor) -> Q:
    return Q(case__drafter_id=actor.user_id, verb__in=list(ICONS))


def _passed(actor: Actor) -> Q:
    """差戻し of what this person had approved."""
    approved = Act.objects.filter(staff_id=actor.user_id, verb__in=ONWARD)
    return Q(verb=Verb.RETURN, case__in=approved.values("case_id"))


def _sentence(act: Act) -> str:
    who = {"name": act.staff_name, "post": act.post_name}
    if act.verb == Verb.RETURN:
        return _("%(name)s(%(post)s)が差し戻しました。") % who
    if act.verb == Verb.OPPOSE:
        return _("%(name)s(%(post)s)が同意しませんでした。") % who
    if act.verb == Verb.DECIDE:
        return _("%(name)s(%(post)s)が決裁しました。") % who
    if act.verb == Verb.COMPLETE:
        return _("%(name)s(%(post)s)が完結にしました。") % who
    if act.verb != Verb.APPROVE:
        return _("%(name)s(%(post)s)が処理しました(%(verb)s)。") % {**who, "verb": act.get_verb_display()}
    return _("%(name)s(%(post)s)が承認しました。") % who


register(Source("own-cases", recent))
