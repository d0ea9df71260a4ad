"""What the papers tell of a case, in Japanese whatever language the reader has chosen: they are papers of the city."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import translation

from approvals import access
from approvals.forms import binder_label
from approvals.models import Act, Case, CaseState, RouteStep, StepState
from approvals.papers import stamps
from config.calendar import wareki
from config.clock import TOKYO
from config.commands import Actor
from documents import queries as records

WIDE = ("簿冊", "至急の理由")
KAGAMI, COURSE = "起案用紙", "経過票"
LONG = 600  # letters beyond which a remark may run on to the next page


def moment(at: dt.datetime) -> str:
    """令和7年11月11日 9時40分."""
    return f"{wareki(at.astimezone(TOKYO).date())} {clock_time(at)}"


def clock_time(at: dt.datetime) -> str:
    """9時40分."""
    local = at.astimezone(TOKYO)
    return f"{local.hour}時{local.minute:02d}分"


def kagami(case: Case, at: dt.datetime) -> dict[str, Any]:
    """起案用紙(鑑), as the case stands."""
    with translation.override("ja"):
        acts = list(access.acts_of(case))
        steps = list(case.steps.filter(version=case.version).order_by("position"))
        return frame(KAGAMI, case, at) | {
            "urgent": case.is_urgent,
            "boxes": stamps.rows(case, steps, acts),
            "facts": laid_out(_facts(case), wide=WIDE),
            "title": case.record.title or "(件名なし)",
            "inquiry": case.inquiry,
            "grounds": case.grounds,
            "files": _files(case),
        }


def course(case: Case, at: dt.datetime) -> dict[str, Any]:
    """経過票: every act of every version; and the steps of the present route that nobody has acted in."""
    with translation.override("ja"):
        acts = list(access.acts_of(case))
        steps = list(case.steps.order_by("version", "position"))
        facts = [("件名", case.record.title or "(件名なし)"), *_numbers(case), *_people(case)]
        return frame(COURSE, case, at) | {
            "facts": laid_out(facts, wide=("件名",)),
            "acts": act_rows(acts),
            "planned": _steps(steps),
        }


def act_rows(acts: Sequence[Act]) -> list[dict[str, Any]]:
    """The acts in order."""
    return [
        {
            "place": place,
            "version": act.version,
            "at": moment(act.at),
            "on": wareki(act.at.astimezone(TOKYO).date()),
            "time": clock_time(act.at),
            "verb": str(act.get_verb_display()),
            "marks": stamps.marks(act),
            "name": act.staff_name,
            "post": f"{act.unit_name} {act.post_name}".strip(),
            "behalf": stamps.behalf(act),
            "comment": act.comment,
            "long": len(act.comment) + 20 * act.comment.count("\n") > LONG,
        }
        for place, act in enumerate(acts, 1)
    ]


def frame(kind: str, case: Case, at: dt.datetime) -> dict[str, Any]:
    """What stands on every page."""
    version = f" 第{case.version}版" if case.version else ""
    return {
        "kind": kind,
        "reference": case.number or "(番号なし)",
        "city": settings.CITY,
        "state": f"{case.get_state_display()}{version}",
        "made_words": f"{moment(at)} 作成",
    }


def laid_out(facts: Sequence[tuple[str, str]], *, wide: Sequence[str]) -> list[dict[str, Any]]:
    """Pairs for a table of two pairs a line: one that would stand alone gets the line."""
    rows: list[dict[str, Any]] = []
    alone = False
    for label, value in facts:
        if label in wide:
            if alone:
                rows[-1]["wide"] = True
            rows.append({"label": label, "value": value, "wide": True})
            alone = False
        else:
            rows.append({"label": label, "value": value, "wide": False})
            alone = not alone
    if alone:
        rows[-1]["wide"] = True
    return rows


def _numbers(case: Case) -> list[tuple[str, str]]:
    return [("起案番号", case.number or "未採番"), ("文書番号", case.record.number or "未採番")]


def _people(case: Case) -> list[tuple[str, str]]:
    return [("起案者", f"{case.drafter_post_name} {case.drafter_name}"), ("所属", case.unit_name)]


def _facts(case: Case) -> list[tuple[str, str]]:
    kept = case.record
    facts = [*_numbers(case), ("起案日", _day(case.submitted_at)), ("決裁日", _day(kept.decided_at)), *_people(case)]
    facts += [("決裁区分", str(case.get_level_display())), ("公開区分", str(kept.get_disclosure_display()))]
    facts.append(("簿冊", binder_label(kept.binder) if kept.binder else "なし"))
    facts.append(("保存期間", _retention(kept.binder)))
    facts.append(("満了日", wareki(kept.expires_on) if kept.expires_on else ""))
    if case.wanted_on:
        facts.append(("希望日", wareki(case.wanted_on)))
    if case.is_urgent:
        facts.append(("至急の理由", case.urgent_reason))
    return facts


def _retention(binder: Any) -> str:
    if binder is None:
        return "なし"
    return "常用" if binder.retention_years is None else f"{binder.retention_years}年"


def facts_of_decision(case: Case) -> list[tuple[str, str]]:
    """What was decided, by its numbers and days."""
    days = [("起案日", _day(case.submitted_at)), ("決裁日", _day(case.record.decided_at))]
    return [*_numbers(case), *days, *_people(case), ("決裁区分", str(case.get_level_display()))]


def _day(at: dt.datetime | None) -> str:
    return wareki(at.astimezone(TOKYO).date()) if at else ""


def _files(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "place": place,
            "name": file.name,
            "version": file.number,
            "size": filesizeformat(file.blob.size).replace("\xa0", " "),
            "sha256": file.blob_id,
        }
        for place, file in enumerate(records.current_files(case.record_id), 1)
    ]


def _steps(steps: Sequence[RouteStep]) -> list[dict[str, Any]]:
    """Steps without an act of their own: skipped, void, waiting, planned."""
    silent = [step for step in steps if step.state not in (StepState.DONE, StepState.RETURNED, StepState.OPPOSED)]
    return [
        {
            "place": step.position,
            "version": step.version,
            "state": str(step.get_state_display()),
            "kind": str(step.get_kind_display()),
            "post": step.post_name,
            "name": step.person_name,
            "reason": step.reason,
        }
        for step in silent
    ]


def papers_for(case: Case, actor: Actor) -> dict[str, bool]:
    """Which papers the case page offers this person; none to whom may not take anything away."""
    if not records.may_take_from(case.record, actor):
        return {}
    return {"kagami": True, "course": case.version > 0, "certificate": is_decided(case)}


def is_decided(case: Case) -> bool:
    """Whether there is a 原議 to certify."""
    return case.record.original_id is not None and case.state in (CaseState.DECIDED, CaseState.COMPLETED)
