"""経過と予定: what was done to a case, by whom and why him, and what is still to come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.models import ONWARD, Act, Case, CaseState, Happening, RouteStep, StepKind, StepNote, StepState, Verb
from approvals.sheets.seals import surname
from config.calendar import office_days
from config.clock import TOKYO

BACK = (Verb.RETURN, Verb.TAKE_BACK, Verb.OPPOSE)
UNASKED = (StepState.SKIPPED, StepState.UNNEEDED)
NOTED = {Happening.DEEMED: ("done", "check"), Happening.ADDED: ("done", "person")}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the 経過.  `tone` is done, now, later, back or skip."""

    tone: str
    icon: str
    kind: str
    who: str
    post: str
    result: str = ""
    why: str = ""
    comment: str = ""
    days: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One point of the strip that says where the case is."""

    tone: str
    icon: str
    name: str
    kind: str
    note: str


def rows(case: Case, steps: Sequence[RouteStep], acts: Sequence[Act], now: dt.datetime) -> list[Row]:
    """Every version's acts in order; of the present version also what is skipped, open and planned."""
    course: list[Row] = []
    for version in range(1, case.version + 1):
        of_version = [step for step in steps if step.version == version]
        done = [act for act in acts if act.version == version]
        course += [_act_row(a) for a in done if a.step_id is None and a.verb in (Verb.SUBMIT, Verb.RESUBMIT)]
        for step in of_version:
            course += _step_rows(step, [a for a in done if a.step_id == step.pk], now)
        course += [_act_row(a) for a in done if a.step_id is None and a.verb not in (Verb.SUBMIT, Verb.RESUBMIT)]
    if case.state in (CaseState.DRAFT, CaseState.RETURNED) and case.version:
        course.append(Row("now", "pen", _("起案"), case.drafter_name, case.drafter_post_name, _("直しています")))
    if case.state in (CaseState.CIRCULATING, CaseState.DECIDED):
        tone = "now" if case.state == CaseState.DECIDED else "later"
        course.append(
            Row(
                tone,
                "folder",
                _("完結"),
                case.drafter_name,
                case.drafter_post_name,
                _("簿冊に綴ります"),
                days=_("予定"),
            )
        )
    return course


def kind_words(step: RouteStep) -> str:
    """合議(同意型)."""
    kind = str(step.get_kind_display())
    return f"{kind}({step.get_consent_display()})" if step.kind == StepKind.CONSULT and step.consent else kind


def _step_rows(step: RouteStep, done: Sequence[Act], now: dt.datetime) -> Iterator[Row]:
    kind = kind_words(step)
    noted = [_note_row(note, step) for note in step.notes.all()]
    if step.state == StepState.SKIPPED:
        own = step.post_id == step.case.drafter_post_id
        who = step.person_name or (step.case.drafter_name if own else _("欠員"))
        yield Row("skip", "minus", kind, who, step.post_name, _("省略"), why=step.reason)
    if step.state == StepState.CARRIED:
        yield Row("done", "check", kind, step.person_name, step.post_name, step.get_state_display(), why=step.reason)
    yield from noted
    for act in done:
        last = act is done[-1]
        days = worked(step.arrived_at, act.at) if last and step.acted_at is not None else ""
        yield _act_row(act, step=step, days=days)
    if step.state == StepState.OPEN:
        waited = worked(step.arrived_at, now)
        here = _("いまここ")
        if step.due_on is not None:
            here = _("いまここ(%s までに意見がなければ、みなし同意)") % f"{step.due_on.month}/{step.due_on.day}"
        yield Row("now", "right", kind, step.person_name, step.post_name, here, why=step.reason, days=waited)
    if step.state == StepState.PLANNED:
        days = _("予定 %s") % f"{step.expected_on.month}/{step.expected_on.day}" if step.expected_on else _("予定")
        yield Row("later", "person", kind, step.person_name, step.post_name, why=step.reason, days=days)


def _note_row(note: StepNote, step: RouteStep) -> Row:
    """人事異動により処理者を再決定 羽鳥→八神."""
    when = timezone.localtime(note.at)
    tone, icon = NOTED.get(Happening(note.what), ("skip", "minus"))
    what = note.get_what_display()
    if note.what == Happening.HANDED_ON:
        before, after = ("・".join(surname(name) for name in text.split(", ")) for text in (note.before, note.after))
        told = _("%(reason)sにより処理者を再決定 %(before)s→%(after)s") % {
            "reason": note.reason,
            "before": before or _("(なし)"),
            "after": after or _("(なし)"),
        }
        return Row(tone, icon, kind_words(step), "", step.post_name, f"{when.month}/{when.day} {when:%H:%M} {told}")
    result = f"{when.month}/{when.day} {when:%H:%M} {what}"
    if note.what == Happening.RAISED:
        result += f" {note.before}→{note.after}"
    return Row(tone, icon, kind_words(step), step.person_name, step.post_name, result, why=note.reason)


def _act_row(act: Act, *, step: RouteStep | None = None, days: str = "") -> Row:
    when = timezone.localtime(act.at)
    kind = _("起案") if act.verb in (Verb.SUBMIT, Verb.RESUBMIT) else act.get_verb_display()
    if step is not None and act.verb in (*ONWARD, Verb.DECIDE, Verb.OPPOSE):
        kind = kind_words(step)
    result = f"{when.month}/{when.day} {when:%H:%M} {act.get_verb_display()}"
    if act.verb == Verb.RESUBMIT or (act.verb == Verb.SUBMIT and act.version > 1):
        result += _("(第%d版)") % act.version
    if act.verb == Verb.RETURN:
        to = act.to_step.post_name if act.to_step is not None else _("起案者")
        result += _("(%(to)sへ・%(resume)s)") % {"to": to, "resume": act.get_resume_display() or _("最初から")}
    if act.verb == Verb.OPPOSE:
        judge = act.to_step.post_name if act.to_step is not None else ""
        result += _("(%sの裁定へ)") % judge if judge else _("(起案者へ・調整)")
    why = step.reason if step is not None and act.verb not in BACK else ""
    tone, icon = ("back", "back") if act.verb in BACK else ("done", "check")
    return Row(tone, icon, kind, act.staff_name, act.post_name, result, why=why, comment=act.comment, days=days)


def worked(start: dt.datetime | None, end: dt.datetime) -> str:
    """Office time between two moments: 0.2日."""
    if start is None or end < start:
        return ""
    return _("%.1f日") % office_days(start.astimezone(TOKYO), end.astimezone(TOKYO))


def strip(case: Case, steps: Sequence[RouteStep], acts: Sequence[Act], now: dt.datetime) -> list[Node]:
    """The present version from the drafter to 完結, in one line.  What waits is `now`: one node, or several side by side."""
    sent = next((a for a in acts if a.version == case.version and a.verb in (Verb.SUBMIT, Verb.RESUBMIT)), None)
    drafting = case.state in (CaseState.DRAFT, CaseState.RETURNED)
    note = _short_day(sent.at) if sent and not drafting else _("いまここ")
    first = Node(
        "now" if drafting else "done", "pen" if drafting else "check", surname(case.drafter_name), _("起案"), note
    )
    nodes = [first]
    for step in steps:
        if step.version == case.version and step.state not in UNASKED:
            nodes.append(_node(step, now))
    ends = {CaseState.COMPLETED: ("done", "check"), CaseState.DECIDED: ("now", "right")}
    tone, icon = ends.get(CaseState(case.state), ("later", "folder"))
    over = next((a for a in acts if a.verb == Verb.COMPLETE), None)
    nodes.append(Node(tone, icon, surname(case.drafter_name), _("完結"), _short_day(over.at) if over else _("予定")))
    return nodes


def _node(step: RouteStep, now: dt.datetime) -> Node:
    kind, name = step.get_kind_display(), surname(step.person_name) or step.post_name
    if step.state == StepState.OPEN:
        return Node("now", "right", name, kind, _("いまここ %s") % worked(step.arrived_at, now))
    if step.state == StepState.DONE and step.acted_at is not None:
        return Node("done", "check", name, kind, worked(step.arrived_at, step.acted_at))
    if step.state == StepState.CARRIED and step.acted_at is not None:
        return Node("done", "check", name, kind, _short_day(step.acted_at))
    if step.state == StepState.DEEMED:
        return Node("done", "check", name, kind, _("みなし同意"))
    if step.state == StepState.OPPOSED:
        return Node("back", "back", name, kind, _("不同意"))
    if step.state == StepState.RETURNED:
        return Node("back", "back", name, kind, _("差戻し"))
    day = f"{step.expected_on.month}/{step.expected_on.day}" if step.expected_on else _("予定")
    return Node("later", "dots", name, kind, day)


def _short_day(moment: dt.datetime) -> str:
    day = timezone.localtime(moment)
    return f"{day.month}/{day.day}"
