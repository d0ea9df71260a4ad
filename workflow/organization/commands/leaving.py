"""Whoever retires or is suspended: his log-in and his posts end, and what waits for him goes to somebody, in one act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor, command
from config.errors import Conflict, Invalid
from documents.ledger.writer import record
from workflow.organization import ledger_actions as acts
from workflow.organization import open_work, queries, rules
from workflow.organization.commands.days import tell
from workflow.organization.commands.people import staff_for
from workflow.organization.commands.standing import end_sessions, refresh_staff
from workflow.organization.commands.structure import appoint
from workflow.organization.models import Appointment, AppointmentKind, Staff, StaffProfile, Standing
from workflow.organization.open_work import OpenWork


class Way(StrEnum):
    """What becomes of open work whose holder leaves."""

    NEXT = "next"  # whoever holds the post now, or the assignment finds
    NAMED = "named"  # a person who is named; in a post he does not hold, as 事務取扱
    QUEUE = "queue"  # nobody yet: it stands in the list of exceptions


@dataclass(frozen=True, slots=True)
class Rescue:
    """What becomes of one piece of work; `staff_code` is for Way.NAMED."""

    key: str
    way: Way
    staff_code: str = ""


@command
def retire_staff(
    *, code: str, on: dt.date | None = None, reason: str = "", rescues: Sequence[Rescue] = (), actor: Actor
) -> Staff:
    """Somebody leaves: at once (today, or when no day is named), or from 0:00 of a later day.

    At once ends his log-ins and appointments and hands his open work on; what no rescue names stands in the list of
    exceptions.  Raises NotAllowed, NotFound, Conflict when he has left already, Invalid for odd rescues.
    """
    rules.check_keeps_masters(actor)
    staff = staff_for(code=code)
    day = _day(on)
    _stop(staff, Standing.LEFT, day)
    _end_appointments(staff, day, actor)
    record(acts.StaffLeft, subject=staff, actor=actor, staff_code=code, on=day, reason=reason.strip())
    _hand_on(staff, day, reason, rescues, actor)
    staff.refresh_from_db()
    return staff


@command
def suspend_staff(
    *, code: str, on: dt.date | None = None, reason: str, rescues: Sequence[Rescue] = (), actor: Actor
) -> Staff:
    """Somebody stops working for a time (休職): his posts stay his, his log-ins end, his open work is handed on.

    Raises as retire_staff does, Invalid without a reason.
    """
    rules.check_keeps_masters(actor)
    staff = staff_for(code=code)
    why = rules.check_reason(reason)
    day = _day(on)
    _stop(staff, Standing.LEAVE, day)
    record(acts.StaffSuspended, subject=staff, actor=actor, staff_code=code, on=day, reason=why)
    _hand_on(staff, day, why, rescues, actor)
    staff.refresh_from_db()
    return staff


@command
def reinstate_staff(*, code: str, on: dt.date | None = None, reason: str, actor: Actor) -> Staff:
    """Whoever was suspended works again, from today or a later day.

    Raises NotAllowed, NotFound, Invalid without a reason, Conflict unless he is suspended.
    """
    rules.check_keeps_masters(actor)
    staff = staff_for(code=code)
    why = rules.check_reason(reason)
    day = _day(on)
    profile = StaffProfile.objects.on(day).filter(staff=staff).first()
    if profile is None or profile.standing != Standing.LEAVE:
        raise Conflict(_("休職中の職員ではありません。"), code="not_on_leave")
    _set_standing(profile, Standing.WORKING, day)
    refresh_staff([staff.pk])
    record(acts.StaffBack, subject=staff, actor=actor, staff_code=code, on=day, reason=why)
    tell(day, actor)
    staff.refresh_from_db()
    return staff


def _day(on: dt.date | None) -> dt.date:
    day = on or clock.today()
    rules.check_effective_day(day, field="on")
    return day


def _stop(staff: Staff, standing: Standing, day: dt.date) -> None:
    """From that day on he is not at work.  What is registered for after it does not bring somebody back who left."""
    profile = StaffProfile.objects.on(day).select_for_update().filter(staff=staff).first()
    if profile is None or profile.standing in (standing, Standing.LEFT):
        raise Conflict(_("既に退職か休職になっています。"), code="already_left")
    _set_standing(profile, standing, day)
    if standing == Standing.LEFT:
        StaffProfile.objects.filter(staff=staff, valid_from__gt=day).update(standing=standing)
    refresh_staff([staff.pk])


def _set_standing(profile: StaffProfile, standing: Standing, day: dt.date) -> None:
    if profile.valid_from == day:
        profile.standing = standing
        profile.save(update_fields=["standing"])
        return
    until, profile.valid_to = profile.valid_to, day
    profile.save(update_fields=["valid_to"])
    StaffProfile.objects.create(
        staff_id=profile.staff_id,
        name=profile.name,
        kana=profile.kana,
        former_name=profile.former_name,
        occupation=profile.occupation,
        employment=profile.employment,
        email=profile.email,
        standing=standing,
        valid_from=day,
        valid_to=until,
    )


def _end_appointments(staff: Staff, day: dt.date, actor: Actor) -> None:
    """Appointments end; one that began on the very day holds for that day on paper, and counts for nothing."""
    rows = Appointment.objects.select_for_update().select_related("post__unit").on(day).filter(staff=staff)
    for row in rows.order_by("pk"):
        row.valid_to = max(day, row.valid_from + dt.timedelta(days=1))
        row.save(update_fields=["valid_to"])
        record(
            acts.AppointmentEnded,
            subject=row,
            actor=actor,
            staff_code=staff.code,
            post_id=row.post_id,
            post=str(row.post),
            valid_to=row.valid_to,
        )


def _hand_on(staff: Staff, day: dt.date, reason: str, rescues: Sequence[Rescue], actor: Actor) -> None:
    """At once: log-ins end and work is handed on.  On a later day the day itself sees to it."""
    if day > clock.today():
        if rescues:
            raise Invalid(_("後の日の退職・休職では、作業の引継ぎはその日に行われます。"), code="rescue_later")
        tell(day, actor)
        return
    end_sessions(staff, actor)
    chosen = {rescue.key: rescue for rescue in rescues}
    works = open_work.of_person(staff.pk)
    unknown = set(chosen) - {work.key for work in works}
    if unknown:
        raise Conflict(_("画面を開いたあとに、待っている作業が変わりました。もう一度確かめてください。"), code="stale")
    for work in works:
        rescue_one(work, chosen.get(work.key, Rescue(work.key, Way.QUEUE)), leaver=staff, reason=reason, by=actor)
    tell(day, actor)


@command
def rescue_work(*, rescue: Rescue, reason: str, actor: Actor) -> None:
    """Give a piece of work out of the list of exceptions to somebody.

    Raises NotAllowed, Conflict when it waits for nobody no longer, Invalid for an odd choice or without a reason.
    """
    rules.check_keeps_masters(actor)
    why = rules.check_reason(reason)
    work = next((work for work in open_work.unattended() if work.key == rescue.key and not work.mended_at), None)
    if work is None:
        raise Conflict(_("この作業には、もう受け取る人がいます。"), code="attended")
    if rescue.way == Way.QUEUE:
        raise Invalid(_("入力を確認してください。"), fields={"way": [_("渡す相手を選んでください。")]})
    rescue_one(work, rescue, leaver=None, reason=why, by=actor)
    record(acts.WorkRescued, subject=None, actor=actor, work=work.key, number=work.number, way=str(rescue.way))


def rescue_one(work: OpenWork, rescue: Rescue, *, leaver: Staff | None, reason: str, by: Actor) -> None:
    """One piece of work, by a command of the floor that handed it out."""
    heir = _heir(work, rescue, by) if rescue.way == Way.NAMED else None
    open_work.hand_on(
        key=work.key,
        leaver_id=leaver.pk if leaver is not None else None,
        heir_id=heir.pk if heir is not None and work.post_id is None else None,
        find_again=rescue.way == Way.NEXT or (heir is not None and work.post_id is not None),
        reason=reason,
        actor=by,
    )


def _heir(work: OpenWork, rescue: Rescue, actor: Actor) -> Staff:
    """Whoever is named, able to act in the post: where he does not hold it, as 事務取扱 from today."""
    if work.is_bound:
        raise Invalid(_("%(number)s は起案者本人の作業で、ほかの職員には渡せません。") % {"number": work.number})
    heir = Staff.objects.filter(code=rescue.staff_code.strip()).first()
    if heir is None or not heir.is_active:
        told = _("職員番号 %(code)s の在職者はいません。") % {"code": rescue.staff_code}
        raise Invalid(_("入力を確認してください。"), fields={f"to-{work.key}": [told]})
    if work.post_id is not None:
        post = queries.present_post(post_id=work.post_id)
        held = queries.holders_of(post_id=work.post_id)
        if post is not None and heir.pk not in {holder.staff_id for holder in held}:
            appoint(
                staff_code=heir.code,
                post_id=post.pk,
                valid_from=clock.today(),
                kind=AppointmentKind.ACTING,
                actor=actor,
            )
    return heir
