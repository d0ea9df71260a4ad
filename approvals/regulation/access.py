"""Fetching versions for a person: published ones are read by everybody, others by whoever keeps the regulation."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from approvals.regulation.enums import State
from approvals.regulation.models import Regulation
from config.commands import Actor, ActorKind, Role
from config.errors import NotAllowed, NotFound


def may_keep(actor: Actor) -> bool:
    """Whether the actor writes versions: administrators, and the system when it loads a city."""
    return actor.has(Role.ADMINISTRATOR) or actor.kind is ActorKind.SYSTEM


def visible_regulations(actor: Actor) -> QuerySet[Regulation]:
    """The versions that the actor may read."""
    rows = Regulation.objects.all()
    return rows if may_keep(actor) else rows.filter(state=State.PUBLISHED)


def regulation_for(*, regulation_id: int, actor: Actor) -> Regulation:
    """A version to read.  Raises NotFound."""
    found = visible_regulations(actor).filter(pk=regulation_id).first()
    if found is None:
        raise NotFound(_("決裁規程の版がありません。"))
    return found


def regulation_to_keep(*, regulation_id: int, actor: Actor) -> Regulation:
    """A version to change, under its lock.  Raises NotFound, NotAllowed."""
    found = visible_regulations(actor).select_for_update().filter(pk=regulation_id).first()
    if found is None:
        raise NotFound(_("決裁規程の版がありません。"))
    check_keeper(actor)
    return found


def check_keeper(actor: Actor) -> None:
    """Raises NotAllowed for whoever does not keep the regulation."""
    if not may_keep(actor):
        raise NotAllowed(_("決裁規程を変えられるのはシステム管理者だけです。"))
