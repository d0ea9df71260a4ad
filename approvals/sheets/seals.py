"""押印欄 of the 鑑: one box for each rank, with the stamp of whoever acted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.models import ONWARD, Act, Case, RouteStep, StepKind, StepState, Verb
from approvals.routing import CHIEF, DEPUTY_MANAGER, DIRECTOR, MANAGER, MAYOR, VICE_MAYOR
from config.calendar import wareki, wareki_short

OWN_LINE = (StepKind.REVIEW, StepKind.DECIDE)
ALWAYS = (MAYOR, VICE_MAYOR, DIRECTOR, MANAGER, CHIEF)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A round stamp: three lines, and the same in words."""

    top: str
    date: str
    name: str
    words: str

    @property
    def top_size(self) -> str:
        """Smaller letters for longer titles."""
        return {1: "12", 2: "10", 3: "10"}.get(len(self.top), "8.5")

    @property
    def name_size(self) -> str:
        """Smaller letters for longer names."""
        return {1: "14", 2: "13", 3: "12"}.get(len(self.name), "9.5")


@dataclass(frozen=True, slots=True)
class Box:
    """One column of the 押印欄: stamped, waited for (`turn`), not needed (`void`), without a stamp (`word`) or empty."""

    head: str
    stamp: Stamp | None = None
    turn: str = ""
    void: str = ""
    word: str = ""  # said, but no stamp


def surname(name: str) -> str:
    """佐久間 of 佐久間 陽向."""
    return name.replace("　", " ").split(" ")[0]


def boxes(case: Case, steps: Sequence[RouteStep], acts: Sequence[Act]) -> list[Box]:
    """The columns from the mayor down to the drafter, for the version that is shown."""
    line = [step for step in steps if step.kind in OWN_LINE]
    columns: list[Box] = []
    for rank in sorted({*ALWAYS, *(step.rank for step in line)}, reverse=True):
        of_rank = [step for step in line if step.rank == rank]
        columns += [_box(step, acts) for step in reversed(of_rank)] or [Box(rank_name(rank), void=_("不要"))]
    return [*columns, _drafter_box(case, acts)]


def beside(steps: Sequence[RouteStep], acts: Sequence[Act]) -> list[Box]:
    """Those who were asked beside the own line, in the order in which they were."""
    return [_box(step, acts) for step in steps if step.kind not in OWN_LINE]


def head_of(step: RouteStep) -> str:
    """部長; 合議 財政課長."""
    return rank_name(step.rank) if step.kind in OWN_LINE else f"{step.get_kind_display()} {step.post_name}"


def rank_name(rank: int) -> str:
    """The head of a column."""
    names = {
        MAYOR: _("市長"),
        VICE_MAYOR: _("副市長"),
        DIRECTOR: _("部長"),
        MANAGER: _("課長"),
        DEPUTY_MANAGER: _("課長補佐"),
        CHIEF: _("係長"),
    }
    return names.get(rank, _("職員"))


def _box(step: RouteStep, acts: Sequence[Act]) -> Box:
    head = head_of(step)
    act = next(
        (
            a
            for a in reversed(acts)
            if a.step_id == (step.carried_from_id or step.pk) and a.verb in (*ONWARD, Verb.DECIDE)
        ),
        None,
    )
    if step.state in (StepState.DONE, StepState.CARRIED) and act is not None:
        verb = _("%s印") % act.get_verb_display()
        return Box(head, stamp=_stamp(rank_name(step.rank), act, verb))
    if step.state == StepState.OPEN:
        return Box(head, turn=_("承認") if step.kind == StepKind.REVIEW else str(step.get_kind_display()))
    if step.state == StepState.SKIPPED:
        return Box(head, void=step.reason)
    if step.state == StepState.UNNEEDED:
        return Box(head, void=str(step.get_state_display()))
    if step.state in (StepState.DEEMED, StepState.OPPOSED):
        return Box(head, word=str(step.get_state_display()))
    return Box(head)


def _drafter_box(case: Case, acts: Sequence[Act]) -> Box:
    head = _("起案者")
    sent = [a for a in acts if a.verb in (Verb.SUBMIT, Verb.RESUBMIT) and a.version == case.version]
    if not sent:
        return Box(head)
    return Box(head, stamp=_stamp(_("起案"), sent[-1], _("起案印")))


def _stamp(top: str, act: Act, verb: str) -> Stamp:
    day = timezone.localtime(act.at).date()
    words = f"{verb} {act.post_name} {act.staff_name} {wareki(day)}"
    return Stamp(top=top, date=wareki_short(day), name=surname(act.staff_name), words=words)
