"""合議 and 審査 that a drafter adds to his route, with his reason, and the routes that he keeps to use them again."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from approvals import access, requirements, rules
from approvals.consulting import title_of
from approvals.models import Case, ConsentKind, Consultation, GroupRule, SavedRoute, StepKind
from approvals.route_actions import ConsultationAdded, ConsultationRemoved, RouteApplied, RouteForgotten, RouteSaved
from config import clock
from config.commands import Actor, command
from config.errors import Invalid, NotFound
from documents.ledger.writer import record
from workflow.organization import queries as organization
from workflow.organization.chart import Chart

BESIDE = (StepKind.CONSULT, StepKind.EXAMINE)
MOST = 30  # of posts beside the own line
MOST_DAYS = 60
FIELDS = ("kind", "consent", "group", "completion", "needed", "days", "reason")


@command
def add_consultation(
    *,
    case_id: int,
    kind: str,
    post_id: int | None,
    reason: str,
    consent: str = ConsentKind.AGREE,
    group: int = 1,
    completion: str = GroupRule.ALL,
    needed: int = 0,
    days: int = 0,
    actor: Actor,
) -> Consultation:
    """Ask another post beside the own line; those of one kind with the same `group` are asked side by side.

    Raises Conflict when the case is on its way, NotFound for others' drafts, Invalid for what does not fit together.
    """
    case = _editable(case_id, actor)
    chart = organization.chart()
    values: dict[str, Any] = {
        "kind": kind,
        "consent": consent,
        "group": group,
        "completion": completion,
        "needed": needed,
        "days": days,
        "reason": reason.strip(),
    }
    _check(values)
    _check_post(case, kind, post_id, chart)
    added = _add(case, int(post_id or 0), values)
    record(
        ConsultationAdded,
        subject=case,
        actor=actor,
        record_id=case.record_id,
        kind=kind,
        post=title_of(chart.posts[added.post_id], chart),
        consent=consent if kind == StepKind.CONSULT else "",
        reason=added.reason,
    )
    return added


@command
def remove_consultation(*, case_id: int, consultation_id: int, actor: Actor) -> Case:
    """Ask it no longer.  What the 決裁規程 wants was never added and cannot be taken away.

    Raises Conflict when the case is on its way, NotFound.
    """
    case = _editable(case_id, actor)
    row = case.consultations.select_related("post__unit").filter(pk=consultation_id).first()
    if row is None:
        raise NotFound(_("この合議・審査は経路にありません。"))
    record(
        ConsultationRemoved,
        subject=case,
        actor=actor,
        record_id=case.record_id,
        kind=row.kind,
        post=row.post.name,
    )
    row.delete()
    return case


@command
def save_route(*, case_id: int, name: str, actor: Actor) -> SavedRoute:
    """Keep the additions of a case under a name; the same name again replaces what it stood for.

    Raises NotFound for cases that are not the actor's, Invalid without a name or without additions.
    """
    case = access.draft_for(case_id=case_id, actor=actor, lock=True)
    called = name.strip()[:60]
    if not called:
        sentence = _("経路の名前を入力してください。")
        raise Invalid(sentence, code="no_name", fields={"name": [sentence]})
    rows = list(case.consultations.all())
    if not rows:
        sentence = _("加えた合議・審査がないため、保存するものがありません。")
        raise Invalid(sentence, code="nothing_to_save", fields={"name": [sentence]})
    entries = [{field: getattr(row, field) for field in FIELDS} | {"post": row.post_id} for row in rows]
    saved, _new = SavedRoute.objects.update_or_create(
        owner_id=case.drafter_id, name=called, defaults={"entries": entries, "saved_at": clock.now()}
    )
    record(RouteSaved, subject=saved, actor=actor, name=called, posts=len(entries))
    return saved


@command
def apply_route(*, case_id: int, route_id: int, actor: Actor) -> list[str]:
    """Add what a kept route says to a draft, in the posts of today; the names of posts that are gone.

    What the draft asks already stays as it is.  Raises Conflict when the case is on its way, NotFound.
    """
    case = _editable(case_id, actor)
    saved = _own(route_id, actor)
    chart = organization.chart()
    there = {(row.kind, row.post_id) for row in case.consultations.all()} | _mandatory(case, chart)
    came: list[str] = []
    gone: list[str] = []
    for entry in saved.entries:
        post = organization.present_post(post_id=entry["post"], on=chart.on)
        if post is None or post.pk not in chart.posts:
            gone.append(post.name if post is not None else str(entry["post"]))
            continue
        if (entry["kind"], post.pk) in there:
            continue
        _add(case, post.pk, {field: entry[field] for field in FIELDS})
        came.append(title_of(chart.posts[post.pk], chart))
    record(
        RouteApplied,
        subject=case,
        actor=actor,
        record_id=case.record_id,
        name=saved.name,
        posts=came,
        gone=gone,
    )
    return gone


@command
def forget_route(*, route_id: int, actor: Actor) -> None:
    """Keep a route no longer.  Raises NotFound."""
    saved = _own(route_id, actor)
    record(RouteForgotten, subject=saved, actor=actor, name=saved.name)
    saved.delete()


def _editable(case_id: int, actor: Actor) -> Case:
    case = access.draft_for(case_id=case_id, actor=actor, lock=True)
    rules.check_editable(access.standing_of(case, actor))
    return case


def _own(route_id: int, actor: Actor) -> SavedRoute:
    saved = SavedRoute.objects.filter(pk=route_id, owner_id=actor.user_id).first()
    if saved is None:
        raise NotFound(_("保存した経路が見つかりません。"))
    return saved


def _add(case: Case, post_id: int, values: dict[str, Any]) -> Consultation:
    """The row; those of its group are over under the same condition from now on."""
    added = Consultation(case=case, post_id=post_id, added_by_id=case.drafter_id, added_at=clock.now(), **values)
    added.save(force_insert=True)
    beside = case.consultations.filter(kind=added.kind, group=added.group)
    beside.update(completion=added.completion, needed=added.needed)
    return added


def _mandatory(case: Case, chart: Chart) -> set[tuple[str, int]]:
    return {(wanted.kind.value, wanted.post_id) for wanted in requirements.of(case, chart)}


def _check(values: dict[str, Any]) -> None:
    """Raises Invalid for what does not fit together, field by field."""
    wrong: dict[str, list[Any]] = {}
    if values["kind"] not in BESIDE:
        wrong["kind"] = [_("合議か審査を選んでください。")]
    if values["consent"] not in ConsentKind.values:
        wrong["consent"] = [_("合議の型を選んでください。")]
    if values["completion"] not in GroupRule.values:
        wrong["completion"] = [_("完了の条件を選んでください。")]
    if values["completion"] == GroupRule.COUNT and values["needed"] < 1:
        wrong["needed"] = [_("何人で完了とするかを入力してください。")]
    if not 0 <= values["days"] <= MOST_DAYS:
        wrong["days"] = [_("期限は60営業日までにしてください。")]
    if not values["reason"]:
        wrong["reason"] = [_("加える理由を入力してください。")]
    if wrong:
        raise Invalid(_("入力が足りません。"), code="incomplete", fields=wrong)


def _check_post(case: Case, kind: str, post_id: int | None, chart: Chart) -> None:
    sentence = ""
    if post_id is None or post_id not in chart.posts:
        sentence, code = _("今日の組織図にある職を選んでください。"), "no_such_post"
    elif (kind, post_id) in _mandatory(case, chart):
        sentence, code = _("この職は決裁規程により必ず見ます。加えなくても経路にあります。"), "mandatory"
    elif case.consultations.filter(kind=kind, post_id=post_id).exists():
        sentence, code = _("この職はもう経路に加えてあります。"), "added_already"
    elif case.consultations.count() >= MOST:
        sentence, code = _("加えられる職は%dまでです。") % MOST, "too_many"
    if sentence:
        raise Invalid(sentence, code=code, fields={"post": [sentence]})
