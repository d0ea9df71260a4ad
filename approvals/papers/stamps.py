"""押印欄 on paper: who stamped in which post, when, and by what right if it was not his own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from approvals.models import Act, Case, RouteStep, StepKind, StepState, Verb
from approvals.sheets.seals import ALWAYS, OWN_LINE, head_of, rank_name, surname
from config.calendar import wareki, wareki_short
from config.clock import TOKYO
from config.commands import Right

MOST = 7  # boxes in a line
# What stands beside the stamp of somebody who acted by another right than that of his own post.
MARKS = {
    Right.DEPUTY: "代決",
    Right.DELEGATE: "代理",
    Right.SUBSTITUTE: "職務代理",
    Right.ACTING: "事務取扱",
    Right.PROVISIONAL: "心得",
}
LATER = "後閲"


def marks(act: Act) -> list[str]:
    """代決, 後閲 and the like, where the act was one."""
    found = [MARKS[Right(act.right)]] if act.right in MARKS else []
    return [*found, LATER] if LATER in str(act.get_verb_display()) else found


def behalf(act: Act) -> str:
    """For whom somebody acted."""
    return f"({act.behalf_of} に代わり)" if act.behalf_of else ""


def rows(case: Case, steps: Sequence[RouteStep], acts: Sequence[Act]) -> list[list[dict[str, Any]]]:
    """The boxes from the mayor down to the drafter, then those beside the own line, in lines of nearly the same length."""
    line = [step for step in steps if step.kind in OWN_LINE]
    boxes: list[dict[str, Any]] = []
    for rank in sorted({*ALWAYS, *(step.rank for step in line)}, reverse=True):
        of_rank = [step for step in reversed(line) if step.rank == rank]
        boxes += [_of_step(step, acts) for step in of_rank] or [_box(rank_name(rank), "void", note="不要")]
    boxes.append(_of_drafter(case, acts))
    boxes += [_of_step(step, acts) for step in steps if step.kind not in OWN_LINE]
    lines = -(-len(boxes) // MOST)
    size = -(-len(boxes) // lines)
    return [boxes[start : start + size] for start in range(0, len(boxes), size)]


def _of_step(step: RouteStep, acts: Sequence[Act]) -> dict[str, Any]:
    head = head_of(step)
    if step.state == StepState.SKIPPED:
        return _box(head, "void", note=step.reason)
    if step.state in (StepState.DEEMED, StepState.UNNEEDED, StepState.OPPOSED):
        return _box(head, "void", note=str(step.get_state_display()))
    given = getattr(step, "carried_from_id", None) or step.pk  # an approval of an earlier version may count here too
    stamped = next((a for a in reversed(acts) if a.step_id == given and _is_stamp(a)), None)
    if stamped is not None and step.state not in (
        StepState.PLANNED,
        StepState.OPEN,
        StepState.VOID,
        StepState.RETURNED,
    ):
        top = "決裁" if stamped.verb == Verb.DECIDE else rank_name(step.rank)
        return _stamped(head, top, stamped)
    if step.state == StepState.OPEN:
        return _box(head, "turn", post=step.post_name, note="決裁待ち" if step.kind == StepKind.DECIDE else "承認待ち")
    return _box(head, "empty", post=step.post_name)


def _is_stamp(act: Act) -> bool:
    return act.verb not in (Verb.RETURN, Verb.TAKE_BACK, Verb.OPPOSE)


def _of_drafter(case: Case, acts: Sequence[Act]) -> dict[str, Any]:
    sent = [a for a in acts if a.verb in (Verb.SUBMIT, Verb.RESUBMIT) and a.version == case.version]
    if not sent:
        return _box("起案者", "empty", post=case.drafter_post_name)
    return _stamped("起案者", "起案", sent[-1])


def _stamped(head: str, top: str, act: Act) -> dict[str, Any]:
    day = act.at.astimezone(TOKYO).date()
    return _box(
        head,
        "done",
        top=top,
        short=wareki_short(day),
        surname=surname(act.staff_name),
        post=f"{act.unit_name} {act.post_name}".strip(),
        name=act.staff_name,
        date=wareki(day),
        marks=marks(act),
        behalf=behalf(act),
    )


def _box(head: str, state: str, **told: Any) -> dict[str, Any]:
    empty = {"top": "", "short": "", "surname": "", "post": "", "name": "", "date": "", "note": "", "behalf": ""}
    return {"head": head, "state": state, "marks": [], **empty, **told}
