"""Who may take a file away: save it, or print it.  Reading it on the screen is decided by access.

Bytes that a screen shows are in the browser, so this hinders and leaves traces; it makes nothing impossible.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from config.commands import Actor
from config.errors import NotAllowed
from documents.models import AttachmentVersion, Record


def may_take(version: AttachmentVersion, actor: Actor) -> bool:
    """Whether a reader of the version may also take it away.

    Everybody may, unless the city keeps files with those who are responsible for them (KESSAI_TAKE_FILES=0): then the
    person who wrote the record, and the units that keep its binder.
    """
    return may_take_from(version.attachment.record, actor)


def may_take_from(row: Record, actor: Actor) -> bool:
    """The same of everything that is printed from a record."""
    if settings.FILES_TAKEN_BY_READERS:
        return True
    return row.creator_id == actor.user_id or (row.binder is not None and row.binder.group_id in actor.group_ids)


def check_may_take(version: AttachmentVersion, actor: Actor) -> None:
    """Raises NotAllowed."""
    if not may_take(version, actor):
        raise NotAllowed(
            _("このファイルは画面での閲覧だけができます。取り出しと印刷は、起案者と簿冊を管理する課に限られています。"),
            code="view_only",
        )
