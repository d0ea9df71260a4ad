"""Whether somebody's log-in is locked, and how the counts of wrong tries are forgotten."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.core.cache import cache

from config import clock
from workflow.organization.signin.models import SignInState


def is_locked(code: str) -> bool:
    """Whether the log-in of that 職員番号 is locked now."""
    return SignInState.objects.filter(staff__code=code, locked_until__gt=clock.now()).exists()


def check(code: str) -> None:
    """Raises ValidationError while it is locked."""
    if is_locked(code):
        raise get_adapter().validation_error("too_many_login_attempts")


def count_key(code: str) -> str:
    """Under what allauth counts the wrong passwords of a 職員番号, from wherever they come."""
    return f"login:{code.lower()}"


def forget_counts(*, code: str, staff_id: int) -> None:
    """Forget the wrong tries for one person; those from one address stay counted."""
    for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
        if rate.per == "key":
            for key in (count_key(code), f"mfa-auth-user-{staff_id}"):
                place = ratelimit.get_cache_key(None, app="allauth.account", action="login_failed", rate=rate, key=key)
                cache.delete(place)
