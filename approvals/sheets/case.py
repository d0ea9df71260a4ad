"""Everything the case page shows, gathered in a fixed number of queries."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import access, rules
from approvals.commands.decisions import answer_of
from approvals.forms import binder_label
from approvals.models import ONWARD, Case, CaseState, RouteStep, StepKind, StepState, Verb
from approvals.papers.content import papers_for
from approvals.sheets import compare, course, returning, seals
from approvals.sheets.draft import read_day
from config import clock
from config.commands import Actor
from documents.queries import current_files

# The viewer of documents; a plain link for kinds of files that it does not know.
VIEWERS = ("documents/viewer.html", "approvals/_file_link.html")


def page(case: Case, actor: Actor) -> dict[str, Any]:
    """The context of the case page for this person."""
    standing = access.standing_of(case, actor)
    steps = list(case.steps.prefetch_related("notes").order_by("version", "position"))
    acts = list(access.acts_of(case))
    present = [step for step in steps if step.version == case.version]
    now = clock.now()
    returned = next((act for act in reversed(acts) if act.verb == Verb.RETURN and act.version == case.version), None)
    return {
        "current_entry": "workflow:inbox" if standing.holds_post and not standing.is_drafter else "",
        "case": case,
        "shown": case,
        "step": standing.step,
        "state_label": state_label(case, standing.step),
        "strip": course.strip(case, steps, acts, now),
        "boxes": seals.boxes(case, present, acts),
        "beside": seals.beside(present, acts),
        "course": course.rows(case, steps, acts, now),
        "facts": _facts(case),
        "files": current_files(case.record_id),
        "changes": _changes(case),
        "viewer_templates": VIEWERS,
        "papers": papers_for(case, actor),
        "previous_version": case.version - 1,
        "returned": returned if case.state == CaseState.RETURNED else None,
        "verbs": _verbs(standing, present),
        "returning": _returning(standing, present),
        "edit_url": reverse("approvals:draft", args=[case.pk]) if rules.may_edit(standing) else "",
    }


def state_label(case: Case, step: RouteStep | None) -> str:
    """決裁待ち and 承認待ち say more than 回議中."""
    if case.state == CaseState.CIRCULATING and step is not None:
        return _("決裁待ち") if step.kind == StepKind.DECIDE else _("承認待ち")
    return str(case.get_state_display())


def _facts(case: Case) -> list[tuple[str, str]]:
    kept = case.record
    facts = [
        (_("決裁区分"), case.get_level_display()),
        (_("起案者"), f"{case.unit_name} {case.drafter_post_name} {case.drafter_name}"),
        (_("簿冊"), binder_label(kept.binder) if kept.binder else _("なし")),
        (_("公開区分"), kept.get_disclosure_display()),
    ]
    if case.is_urgent:
        facts.append((_("至急の理由"), case.urgent_reason))
    if case.wanted_on:
        facts.append((_("決裁希望日"), read_day(case.wanted_on)))
    if kept.decided_at:
        facts.append((_("決裁日"), read_day(kept.decided_at.astimezone(clock.TOKYO).date())))
    if kept.expires_on:
        facts.append((_("満了日"), read_day(kept.expires_on)))
    return facts


def _changes(case: Case) -> list[compare.Change]:
    if case.version < 2:
        return []
    old, new = case.versions.filter(number__in=(case.version - 1, case.version)).order_by("number")
    return compare.changes(old.content, new.content)


def _word(answer: Verb) -> str:
    """What the button says that lets the case go on."""
    words = {
        Verb.AGREE: _("同意する"),
        Verb.OPINE: _("意見を出す"),
        Verb.READ: _("閲覧した"),
        Verb.EXAMINE: _("審査を終える"),
        Verb.RULE: _("裁定する"),
    }
    return words.get(answer, _("承認する"))


def _verbs(standing: rules.Standing, present: list[RouteStep]) -> dict[str, str]:
    """Which verbs this person has now, each with what it will do; `comment` heads the text field."""
    verbs: dict[str, str] = {}
    if rules.may_complete(standing):
        verbs["complete"] = "yes"
    if rules.may_take_back(standing):
        act = standing.last_act
        back_to_me = act is not None and act.verb in ONWARD
        verbs["take_back"] = _("自分の承認を取り消します") if back_to_me else _("下書きに戻ります")
    if rules.may_approve(standing):
        verbs["approve"] = _next(present, standing.step)
        verbs["approve_word"] = _word(answer_of(standing.step)) if standing.step else ""
    if rules.may_oppose(standing):
        verbs["oppose"] = "yes"
    if rules.may_decide(standing):
        verbs["decide"] = "yes"
    if rules.may_return(standing):
        verbs["return_step"] = "yes"
    if verbs.keys() & {"approve", "decide", "return_step"}:
        verbs["comment"] = _("意見・理由")
    elif "take_back" in verbs:
        verbs["comment"] = _("引き戻す理由(任意)")
    return verbs


def _returning(standing: rules.Standing, present: list[RouteStep]) -> dict[str, Any] | None:
    if standing.step is None or not rules.may_return(standing):
        return None
    return returning.page(standing.case, standing.step, present, standing.actor.name)


def _next(present: list[RouteStep], mine: RouteStep | None) -> str:
    """次は三田村課長."""
    beside = [s for s in present if mine and mine.group and s.group == mine.group and s.pk != mine.pk]
    waiting = sum(step.state == StepState.OPEN for step in beside)
    if waiting:
        return _("並行するほかの%d人を待ちます") % waiting
    step = next((step for step in present if step.state == StepState.PLANNED), None)
    if step is None:
        return ""
    who = f"{seals.surname(step.person_name)}{seals.rank_name(step.rank)}"
    return _("次は%s(決裁)") % who if step.kind == StepKind.DECIDE else _("次は%s") % who
