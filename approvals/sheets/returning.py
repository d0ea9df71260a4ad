"""差戻しの内容を決める: to whom, from whom it goes on, and what each choice leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from approvals.models import Case, Resume, RouteStep, StepKind, StepState
from approvals.sheets.seals import rank_name, surname


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio button."""

    value: str
    head: str
    who: str
    effect: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one pair of choices leads to: the second line of the button, and the way of the case."""

    key: str
    button: str
    way: list[str]
    note: str


def page(case: Case, step: RouteStep, present: Sequence[RouteStep], name: str) -> dict[str, Any]:
    """The choices of the person whose turn the step is."""
    past = [s for s in reversed(present) if s.position < step.position and s.kind != StepKind.DECIDE]
    past = [s for s in past if not step.group or s.group != step.group]
    past = [s for s in past if s.state in (StepState.DONE, StepState.CARRIED)]
    later = [s for s in present if s.state == StepState.PLANNED]
    me = surname(name)
    return {
        "targets": [_to_drafter(case), *(_to_step(at, target) for at, target in enumerate(past))],
        "ways": [
            Choice(str(Resume.RESTART), _("最初から"), "", _("戻した先の次の人から、順にもう一度回します")),
            Choice(str(Resume.DIRECT), _("わたし(%s)から") % me, "", _("間の人には知らせるだけです")),
        ],
        "outcomes": [
            *(_drafter_outcome(case, way, past, later, me) for way in Resume),
            *(_step_outcome(target, way, past, later, me) for target in past for way in Resume),
        ],
    }


def _to_drafter(case: Case) -> Choice:
    return Choice("", _("起案者へ"), case.drafter_name, _("本文と添付を直せます"))


def _to_step(at: int, target: RouteStep) -> Choice:
    head = _("直前の人へ") if at == 0 else _("処理済みの人へ")
    return Choice(str(target.pk), head, _person(target, whole=True), _("承認をやり直します"))


def _drafter_outcome(
    case: Case, way: Resume, past: Sequence[RouteStep], later: Sequence[RouteStep], me: str
) -> Outcome:
    drafter, first = surname(case.drafter_name), past[-1] if past else None
    anew = _("%sから順に") % _person(first) if first is not None else _("あなたから順に")
    again = _("あなたから再開") if way == Resume.DIRECT else anew
    button = _("起案者へ・再開は%sから") % me if way == Resume.DIRECT else _("起案者へ・最初から")
    note = _("起案番号は変わらず、第%d版になります") % (case.version + 1)
    return Outcome(f"|{way}", button, [_("あなた"), _("%sが直す") % drafter, again, *_end(later)], note)


def _step_outcome(
    target: RouteStep, way: Resume, past: Sequence[RouteStep], later: Sequence[RouteStep], me: str
) -> Outcome:
    who = {"who": _person(target), "me": me}
    between = [_person(step) for step in reversed(past) if step.position > target.position]
    if way == Resume.DIRECT:
        button, between = _("%(who)sへ・再開は%(me)sから") % who, []
    else:
        button = _("%(who)sへ・順にもう一度") % who
    course = [_("あなた"), _("%(who)sが見直す") % who, *between, _("あなたから再開"), *_end(later)]
    return Outcome(f"{target.pk}|{way}", button, course, _("起案番号も版も変わりません"))


def _end(later: Sequence[RouteStep]) -> list[str]:
    return [_("%sの決裁") % _person(step) for step in later if step.kind == StepKind.DECIDE]


def _person(step: RouteStep, *, whole: bool = False) -> str:
    """三田村課長, or 三田村 涼 課長."""
    post = rank_name(step.rank)
    return f"{step.person_name} {post}" if whole else f"{surname(step.person_name)}{post}"
