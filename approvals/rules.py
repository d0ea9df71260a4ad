"""Who may do what to a case.  The same predicates guard the commands and choose the buttons a page shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from approvals.models import ONWARD, Act, Case, CaseState, ConsentKind, Resume, RouteStep, StepKind, StepState, Verb
from config.commands import Actor, Role
from config.errors import Conflict, Invalid, Message, NotAllowed

TAKE_BACK_REFUSED = _("次の処理者が処理済みのため引戻しできません")
STALE = _("ほかの画面または人が先に変更しました。最新の内容を表示します。入力した文は残っています。")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is to a case right now: the facts every predicate below needs, fetched once."""

    case: Case
    actor: Actor
    step: RouteStep | None = None  # the step that is open, if one is
    holds_post: bool = False  # the actor sits in the open step's post today
    is_candidate: bool = False  # the step was handed to him when it arrived
    last_act: Act | None = None  # the last act on the case
    own_act: Act | None = None  # the actor's last 提出 or 承認 of this version that is not undone
    may_file: bool = False  # may file in the record's binder

    @property
    def is_drafter(self) -> bool:
        """Whether the case is the actor's own."""
        return self.actor.user_id is not None and self.case.drafter_id == self.actor.user_id


def is_editable(case: Case) -> bool:
    """Whether the text and the files may still change."""
    return case.state in (CaseState.DRAFT, CaseState.RETURNED)


def may_edit(standing: Standing) -> bool:
    """下書き保存 and files: the drafter, before submission or after it came back."""
    return standing.is_drafter and is_editable(standing.case)


def may_discard(standing: Standing) -> bool:
    """下書きを捨てる: only what never got a number."""
    return may_edit(standing) and standing.case.version == 0


def may_submit(standing: Standing) -> bool:
    """提出."""
    return may_edit(standing) and standing.case.version == 0 and standing.actor.post_id is not None


def may_resubmit(standing: Standing) -> bool:
    """再提出."""
    return may_edit(standing) and standing.case.version > 0 and standing.actor.post_id is not None


def _is_on_turn(standing: Standing) -> bool:
    return (
        standing.case.state == CaseState.CIRCULATING
        and standing.step is not None
        and standing.step.state == StepState.OPEN
        and standing.holds_post
        and standing.is_candidate
        and not standing.is_drafter
    )


def may_approve(standing: Standing) -> bool:
    """承認, or what stands for it in 合議, 審査 and 裁定: who sits in the post of the open step."""
    return _is_on_turn(standing) and standing.step is not None and standing.step.kind != StepKind.DECIDE


def may_oppose(standing: Standing) -> bool:
    """不同意: who is asked for his consent."""
    step = standing.step
    asked = step is not None and step.kind == StepKind.CONSULT and step.consent == ConsentKind.AGREE
    return asked and _is_on_turn(standing)


def may_decide(standing: Standing) -> bool:
    """決裁: who sits in the deciding post."""
    return _is_on_turn(standing) and standing.step is not None and standing.step.kind == StepKind.DECIDE


def may_return(standing: Standing) -> bool:
    """差戻し: whoever's turn it is."""
    return _is_on_turn(standing)


def may_take_back(standing: Standing) -> bool:
    """引戻し: the last one who acted, while the next has not."""
    last = standing.last_act
    return (
        standing.case.state == CaseState.CIRCULATING
        and last is not None
        and last.staff_id == standing.actor.user_id
        and last.verb in (Verb.SUBMIT, Verb.RESUBMIT, *ONWARD)
    )


def may_complete(standing: Standing) -> bool:
    """完結: the drafter or the unit's 文書主任, once decided."""
    officer = standing.actor.has(Role.RECORDS_OFFICER) and standing.may_file
    return standing.case.state == CaseState.DECIDED and (standing.is_drafter or officer)


def moment(at: dt.datetime) -> str:
    """11/11 10:42, as the city hall's clock shows it."""
    return timezone.localtime(at).strftime("%-m/%-d %H:%M")


def check_revision(case: Case, seen_revision: int, *, last_act: Act | None = None) -> None:
    """Raises Conflict when the page was made before the last change; says by whom and when."""
    if case.revision != seen_revision:
        raise stale(case, last_act)


def stale(case: Case, last_act: Act | None) -> Conflict:
    """What a page is told that shows an earlier state of the case."""
    if last_act is None:
        return Conflict(STALE, code="stale", revision=case.revision)
    sentence = _("%(name)sさんの%(verb)sが先に済んでいます(%(when)s)。入力した文は残っています。")
    return Conflict(sentence % _act_words(last_act), code="stale", name=last_act.staff_name, revision=case.revision)


def _act_words(act: Act) -> dict[str, str]:
    return {"name": act.staff_name, "verb": str(act.get_verb_display()), "when": moment(act.at)}


def check_editable(standing: Standing) -> None:
    """Raises Conflict when the drafter's own case went on its way meanwhile, NotAllowed for everybody else."""
    if may_edit(standing):
        return
    if standing.is_drafter and standing.last_act is not None:
        raise Conflict(
            _("%(name)sさんの%(verb)sが先に済んでいるため、いまは直せません(%(when)s)。")
            % _act_words(standing.last_act),
            code="not_editable",
        )
    raise NotAllowed(_("この案件はいま直せません。"))


def check_step_open(case: Case, step: RouteStep | None, *, last_act: Act | None) -> RouteStep:
    """The step that the page shows.  Raises Conflict when it is over; says by whom and when."""
    if step is not None and step.state in (StepState.DONE, StepState.RETURNED) and step.acted_at is not None:
        raise Conflict(
            _("既に%(name)sさんが処理しました(%(when)s)") % {"name": step.person_name, "when": moment(step.acted_at)},
            code="already_done",
            name=step.person_name,
        )
    if step is None or step.state != StepState.OPEN:
        raise stale(case, last_act)
    return step


def check_return_reason(reason: str) -> str:
    """Why a case is returned.  Raises Invalid where nothing is said."""
    if not reason.strip():
        sentence = _("差戻しの理由を入力してください。")
        raise Invalid(sentence, code="reason_missing", fields={"reason": [sentence]})
    return reason.strip()


def check_ruling_reason(reason: str) -> str:
    """Why a 不同意 is settled so.  Raises Invalid where nothing is said."""
    if not reason.strip():
        sentence = _("裁定の理由を入力してください。")
        raise Invalid(sentence, code="reason_missing", fields={"comment": [sentence]})
    return reason.strip()


def check_opposition(reason: str) -> str:
    """Why somebody does not consent.  Raises Invalid where nothing is said."""
    if not reason.strip():
        sentence = _("不同意の理由を入力してください。")
        raise Invalid(sentence, code="reason_missing", fields={"comment": [sentence]})
    return reason.strip()


def check_resume(resume: str) -> Resume:
    """再開方式.  Raises Invalid for what is none."""
    if resume not in Resume.values:
        sentence = _("どこから再開するかを選んでください。")
        raise Invalid(sentence, code="no_such_resume", fields={"resume": [sentence]})
    return Resume(resume)


def check(allowed: bool, sentence: Message, *, code: str = "not_allowed") -> None:
    """Raises NotAllowed with the sentence unless allowed."""
    if not allowed:
        raise NotAllowed(sentence, code=code)


def check_take_back(standing: Standing) -> Act:
    """The act to be undone.

    Raises Conflict when the next person was faster, NotAllowed when there is nothing of the actor's to take back.
    """
    if standing.last_act is not None and may_take_back(standing):
        return standing.last_act
    if standing.own_act is not None:
        raise Conflict(TAKE_BACK_REFUSED, code="next_has_acted")
    raise NotAllowed(_("引き戻せる処理がありません。"), code="nothing_to_take_back")


def missing_fields(case: Case, *, title: str, binder_id: int | None, disclosure: str) -> dict[str, list[Message]]:
    """What a submission still lacks: field name to sentence."""
    missing: dict[str, list[Message]] = {}
    if not title.strip():
        missing["title"] = [_("件名を入力してください。")]
    if not case.inquiry.strip():
        missing["inquiry"] = [_("伺い文を入力してください。")]
    if not case.grounds.strip():
        missing["grounds"] = [_("理由・経過を入力してください。")]
    if binder_id is None:
        missing["binder"] = [_("簿冊を選んでください。")]
    if disclosure in ("", "undecided"):
        missing["disclosure"] = [_("公開区分を選んでください。")]
    if case.is_urgent and not case.urgent_reason.strip():
        missing["urgent_reason"] = [_("至急の理由を入力してください。")]
    return missing


def check_complete(missing: dict[str, list[Message]]) -> None:
    """Raises Invalid unless nothing is missing."""
    if missing:
        raise Invalid(_("入力が足りません。"), code="incomplete", fields=missing)
