"""Builds the Actor of a person from the appointments valid now."""

from __future__ import annotations

from config import clock
from config.commands import Actor, ActorKind, Right, Role
from workflow.organization.models import Appointment, AppointmentKind, Rank, Staff, Unit

MANAGING = Rank.MANAGER


def actor_for(
    *, staff: Staff, post_id: int | None = None, channel: str, request_id: str = "", address: str = ""
) -> Actor:
    """The person as he may act now: in the given post, else in his 本務; with the unit groups valid today.

    Whoever leads a unit (課長 and above) also holds the groups of the units below it.
    """
    today = clock.today()
    held = list(
        Appointment.objects.on(today)
        .filter(staff=staff, post__in=_posts_on(today))
        .select_related("post__unit")
        .order_by("id")
    )
    held.sort(key=lambda a: (a.post_id != post_id, a.kind != AppointmentKind.MAIN, -a.post.rank))
    first = held[0] if held else None
    return Actor(
        kind=ActorKind.STAFF,
        code=staff.code,
        name=staff.name,
        user_id=staff.pk,
        post_id=first.post_id if first else None,
        post=first.post.name if first else "",
        unit_id=first.post.unit_id if first else None,
        unit=first.post.unit.name if first else "",
        right=Right(first.kind) if first else Right.NONE,
        channel=channel,
        request_id=request_id,
        address=address,
        roles=frozenset(Role(role) for role in staff.roles),
        group_ids=_groups(held, today),
    )


def _posts_on(today):  # type: ignore[no-untyped-def]  # completed below by the owner of this module
    from workflow.organization.models import Post

    return Post.objects.on(today)


def _groups(held, today):  # type: ignore[no-untyped-def]
    units = list(Unit.objects.on(today).values_list("id", "parent_id", "group_id"))
    mine = {a.post.unit_id for a in held}
    led = {a.post.unit_id for a in held if a.post.rank >= MANAGING}
    grown = True
    while grown:
        below = {pk for pk, parent, _ in units if parent in led and pk not in led}
        led |= below
        grown = bool(below)
    return frozenset(group for pk, _, group in units if pk in mine | led)
