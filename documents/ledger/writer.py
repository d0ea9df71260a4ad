"""The one writer of the ledger."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

from django.db import connection, models
from django.db.models.expressions import RawSQL

from config import clock, prepared
from config.commands import Actor, note_record
from documents.ledger import format as form
from documents.ledger.actions import LedgerAction
from documents.ledger.models import Cluster, LedgerEntry

_cluster: dict[str, str] = {}


def record(
    action: type[LedgerAction],
    *,
    subject: models.Model | None,
    actor: Actor,
    record_id: int | None = None,
    **details: Any,
) -> LedgerEntry:
    """Append one entry in the command's transaction: a plain INSERT, no chain, nothing read.

    `subject` is what was acted upon, None where nothing stored is; `record_id` is the document the act belongs to, where
    there is one.  Raises TypeError for details that the action does not declare or that are missing, CommandDefect outside
    a command.
    """
    note_record()
    entry = build(action, subject=subject, actor=actor, record_id=record_id, details=details)
    prepared.insert([entry], keys=True)
    return entry


def build(
    action: type[LedgerAction],
    *,
    subject: models.Model | None,
    actor: Actor,
    record_id: int | None,
    details: dict[str, Any],
) -> LedgerEntry:
    """The row for an act, not yet saved."""
    _check(action, details)
    at = clock.now()
    salt = os.urandom(form.SALT_BYTES)
    private = {name: _plain(details[name]) for name in action.personal}
    personal = form.canonical(private) if private else b""
    body = form.canonical(
        {
            "format": form.FORMAT,
            "cluster": current_cluster(),
            "action": action.code,
            "at": at.isoformat(timespec="microseconds"),
            "actor": _actor(actor),
            "subject": {"type": _type(subject), "id": _identity(subject)},
            "record": record_id,
            "details": {name: _plain(value) for name, value in details.items() if name not in action.personal},
            "personal": form.personal_hash(salt, personal).hex(),
        }
    )
    return LedgerEntry(
        format=form.FORMAT,
        cluster=current_cluster(),
        transaction=_transaction(),
        action=action.code,
        at=at,
        database_at=_database_time(),
        actor_kind=actor.kind,
        actor_code=actor.code,
        actor_name=actor.name,
        subject_type=_type(subject),
        subject_id=_identity(subject),
        record_id=record_id,
        request_id=actor.request_id,
        body=body,
        salt=salt,
        personal=personal or None,
        personal_hash=form.personal_hash(salt, personal),
        leaf=form.leaf_hash(body),
    )


def _check(action: type[LedgerAction], details: dict[str, Any]) -> None:
    unknown, missing = set(details) - set(action.detail), set(action.detail) - set(details)
    if unknown or missing:
        raise TypeError(f"{action.code}: undeclared {sorted(unknown)}, missing {sorted(missing)}")


def _actor(actor: Actor) -> dict[str, Any]:
    return {
        "kind": str(actor.kind),
        "code": actor.code,
        "name": actor.name,
        "user": actor.user_id,
        "post": [actor.post_id, actor.post],
        "unit": [actor.unit_id, actor.unit],
        "right": str(actor.right),
        "behalf": [actor.behalf_of_id, actor.behalf_of],
        "channel": actor.channel,
        "request": actor.request_id,
        "address": actor.address,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, tuple | list | set | frozenset):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)


def _type(subject: models.Model | None) -> str:
    return subject._meta.label_lower if subject is not None else ""


def _identity(subject: models.Model | None) -> str:
    return str(subject.pk) if subject is not None else ""


def _transaction() -> Any:
    if connection.vendor == "postgresql":
        return RawSQL("pg_current_xact_id()::text", ())
    return ""


def _database_time() -> Any:
    if connection.vendor == "postgresql":
        return RawSQL("clock_timestamp()", ())
    return RawSQL("strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')", ())


def current_cluster() -> str:
    """The identifier of this database cluster, read once per process and database."""
    name = str(connection.settings_dict["NAME"])
    if name not in _cluster:
        _cluster[name] = Cluster.objects.order_by("-began_at").values_list("identifier", flat=True)[0]
    return _cluster[name]
