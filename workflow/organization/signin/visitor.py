"""Who stands at the door: the actor and the browser of a request that is not, or not yet, a log-in."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

from django.http import HttpRequest

from config.commands import Actor, system_actor
from workflow.organization.actors import actor_for


def address_of(request: HttpRequest) -> str:
    """From which machine."""
    return str(request.META.get("REMOTE_ADDR", ""))


def browser_of(request: HttpRequest) -> str:
    """What the browser calls itself."""
    return str(request.META.get("HTTP_USER_AGENT", ""))


def the_door(request: HttpRequest) -> Actor:
    """The log-in itself, for what happens before anybody is known."""
    actor = system_actor("log-in", channel="web", request_id=uuid.uuid4().hex)
    return dataclasses.replace(actor, address=address_of(request))


def actor_of(request: HttpRequest, user: Any) -> Actor:
    """Whoever is logged in, else the door: somebody who has only half proved who he is acts nowhere."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is not None and actor.user_id == user.pk:
        return actor
    return the_door(request)


def arrived(request: HttpRequest, user: Any) -> Actor:
    """Somebody who has this moment logged in."""
    return actor_for(staff=user, channel="web", request_id=uuid.uuid4().hex, address=address_of(request))
