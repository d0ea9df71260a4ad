"""The refusals a command may raise, with codes that never change, and their meaning for HTTP and for forms.

A message is shown to people and is therefore translatable; a code is stored, tested and sent to machines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise

Message = str | Promise


class Refusal(Exception):
    """A command declined to act.  `code` is stable; `message` is a sentence for the person who asked."""

    status = 400
    default_code = "refused"

    def __init__(self, message: Message, *, code: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.details = details

    def __str__(self) -> str:
        return str(self.message)


class NotFound(Refusal):
    """The thing does not exist, or the actor may not know that it does: both look the same."""

    status = 404
    default_code = "not_found"


class NotAllowed(Refusal):
    """The actor may see the thing but may not do this to it."""

    status = 403
    default_code = "not_allowed"


class Invalid(Refusal):
    """What was sent cannot be accepted.  `fields` maps a form field's name to its sentences."""

    status = 422
    default_code = "invalid"

    def __init__(
        self,
        message: Message,
        *,
        code: str | None = None,
        fields: Mapping[str, list[Message]] | None = None,
        **details: Any,
    ) -> None:
        super().__init__(message, code=code, **details)
        self.fields: dict[str, list[Message]] = {name: list(texts) for name, texts in (fields or {}).items()}


class Conflict(Refusal):
    """Somebody or something else got there first: a stale page, a finished step, a taken number."""

    status = 409
    default_code = "conflict"


def as_form_errors(refusal: Refusal) -> dict[str | None, list[Message]]:
    """The refusal as Django's `form.add_error` wants it: field name (None for the whole form) to sentences."""
    if isinstance(refusal, Invalid) and refusal.fields:
        return {name or None: texts for name, texts in refusal.fields.items()}
    return {None: [refusal.message]}


def as_problem(refusal: Refusal) -> dict[str, Any]:
    """The refusal as an RFC 9457 problem document (the HTTP status is `refusal.status`)."""
    body: dict[str, Any] = {"status": refusal.status, "code": refusal.code, "detail": str(refusal.message)}
    if isinstance(refusal, Invalid) and refusal.fields:
        body["fields"] = {name: [str(text) for text in texts] for name, texts in refusal.fields.items()}
    return body
