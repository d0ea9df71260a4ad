"""記録: one record with its files, its filing and what the ledger says of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from config import calendar, clock
from config.commands import Actor, Role
from config.web.pages import Access, page
from documents import access, links, queries
from documents.ledger import queries as ledger
from documents.models import AttachmentVersion, Record
from documents.models.record import RecordState
from documents.views import reading

CHIEF_ACTIONS = 12  # shown first; the rest, and who read it, on demand
TONES = {
    RecordState.CIRCULATING: "now",
    RecordState.RETURNED: "back",
    RecordState.DECIDED: "done",
    RecordState.COMPLETED: "done",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A box of the chain: what, its number, and lines below."""

    name: str
    is_done: bool
    number: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file with the verdict of a check, where one was asked for."""

    version: AttachmentVersion
    is_intact: bool | None


@page(Access.STAFF)
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; `?verify` reads every byte and compares."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    found = access.record_for(record_id=pk, actor=actor)
    reading.note_record(found, actor=actor)
    files = queries.current_files(found.pk)
    verify = "verify" in request.GET
    context: dict[str, Any] = {
        "record": found,
        "binder": found.binder,
        "tone": TONES.get(RecordState(found.state), ""),
        "chain": chain(found),
        "files": [FileLine(file, queries.is_intact(file.blob) if verify else None) for file in files],
        "original_intact": queries.is_intact(found.original) if verify and found.original else None,
        "links": links.links_of(record_id=found.pk, actor=actor),
        "left": time_left(found.expires_on),
        "is_auditor": actor.has(Role.AUDITOR),
    }
    if found.binder is not None:
        context["binder_open"] = access.visible_binders(actor).filter(pk=found.binder_id).exists()
    if may_read_ledger(found, actor):
        context |= _ledger(found, verify=verify, every="all" in request.GET)
    context["verdict"] = _verdict(context) if verify else None
    return render(request, "documents/record.html", context)


def _ledger(found: Record, *, verify: bool, every: bool) -> dict[str, Any]:
    """What the ledger says: all of it when it is being verified, else the chief acts, oldest first."""
    total = ledger.count_for_record(found.pk)
    lines = ledger.entries_for_record(found.pk, chief=None if verify or every else CHIEF_ACTIONS)
    return {"ledger_lines": lines, "entry_count": total, "entries_intact": all(line.is_intact for line in lines)}


def _verdict(context: dict[str, Any]) -> dict[str, Any]:
    intact = [line.is_intact for line in context["files"]] + [context.get("entries_intact", True)]
    intact += [context["original_intact"]] if context["original_intact"] is not None else []
    count = len(context["files"]) + (1 if context["original_intact"] is not None else 0)
    return {"ok": all(intact), "files": count, "entries": context.get("entry_count"), "at": clock.now()}


def may_read_ledger(found: Record, actor: Actor) -> bool:
    """Auditors, the drafter, and the 文書主任 of the unit that keeps it."""
    if actor.has(Role.AUDITOR) or found.creator_id == actor.user_id:
        return True
    return bool(
        actor.has(Role.RECORDS_OFFICER) and found.binder is not None and found.binder.group_id in actor.group_ids
    )


def chain(found: Record) -> list[Step]:
    """起案, 決裁, 完結, 保存: what was done and what is to come."""
    decided = found.decided_at.astimezone(clock.TOKYO) if found.decided_at else None
    created = found.created_at.astimezone(clock.TOKYO)
    return [
        Step(
            _("起案"),
            True,
            found.number or _("番号なし"),
            [f"{_day(created.date())} {found.creator_name}", found.creator_unit],
        ),
        Step(
            _("決裁"),
            decided is not None,
            _day(decided.date()) if decided else _("これから"),
            [_("原議を確定") if found.original_id else ""],
        ),
        Step(
            _("完結"),
            found.completed_on is not None,
            _day(found.completed_on) if found.completed_on else _("これから"),
            [_("綴り番号 %(number)s") % {"number": found.binder_order} if found.binder_order else ""],
        ),
        Step(
            _("保存"),
            found.completed_on is not None,
            _("%(day)s満了") % {"day": _day(found.expires_on)} if found.expires_on else _period(found),
            [str(found.binder) if found.binder else _("簿冊なし")],
        ),
    ]


def _day(day: dt.date) -> str:
    return calendar.wareki(day)


def _period(found: Record) -> str | Promise:
    if found.binder is None:
        return _("簿冊なし")
    years = found.binder.retention_years
    return _("%(n)d年") % {"n": years} if years is not None else _("常用")


def time_left(day: dt.date | None) -> str:
    """あと5年4か月, or that it is over; empty without a day."""
    if day is None:
        return ""
    today = clock.today()
    if day < today:
        return _("満了しています")
    months = (day.year - today.year) * 12 + day.month - today.month - (1 if day.day < today.day else 0)
    years, rest = divmod(months, 12)
    if not years:
        return _("あと%(months)dか月") % {"months": rest}
    return _("あと%(years)d年%(months)dか月") % {"years": years, "months": rest}
