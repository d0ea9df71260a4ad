"""What allauth and Django tell of log-ins and second factors, turned into commands and marks of the session."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in
from django.dispatch import Signal
from django.http import HttpRequest

from config.web import session
from workflow.organization import commands
from workflow.organization.signin.visitor import actor_of, browser_of


def listen() -> None:
    """Connect once."""
    told: list[tuple[Signal, Any]] = [
        (signals.authentication_failed, _failed),
        (signals.authenticator_used, _used),
        (user_logged_in, _arrived),
        (authentication_step_completed, _proved),
    ]
    for signal, receiver in told:
        signal.connect(receiver, dispatch_uid=f"signin.{receiver.__name__}")


def _proved(request: HttpRequest, **_: Any) -> None:
    session.note_proof(request)


def _arrived(request: HttpRequest, **_: Any) -> None:
    session.begin(request)


def _failed(request: HttpRequest, user: Any, **_: Any) -> None:
    commands.record_refused_code(code=user.code, browser=browser_of(request), actor=actor_of(request, user))


def _used(request: HttpRequest, user: Any, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        authenticator.refresh_from_db()  # the code was marked in a row read anew
        left = len(authenticator.wrap().get_unused_codes())
        commands.record_recovery_code(code=user.code, left=left, actor=actor_of(request, user))
