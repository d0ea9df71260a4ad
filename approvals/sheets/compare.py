"""What changed from one submitted version to the next, as a simple list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from approvals.models import Level
from documents.enums import Disclosure


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.  `before` and `after` are empty for files."""

    what: str
    before: str = ""
    after: str = ""


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """The differences between two versions' contents, fields first, then files."""
    found = [
        Change(label, _words(name, old.get(name)), _words(name, new.get(name)))
        for name, label in _fields().items()
        if old.get(name) != new.get(name)
    ]
    return found + list(_files(old["attachments"], new["attachments"]))


def _fields() -> dict[str, str]:
    return {
        "title": _("件名"),
        "inquiry": _("伺い文"),
        "grounds": _("理由・経過"),
        "level": _("決裁区分"),
        "binder": _("簿冊"),
        "disclosure": _("公開区分"),
        "urgent": _("至急"),
        "wanted_on": _("決裁希望日"),
    }


def _words(name: str, value: Any) -> str:
    if value in (None, ""):
        return _("なし")
    if name == "level":
        return str(Level(value).label)
    if name == "disclosure":
        return str(Disclosure(value).label)
    return str(value["name"] if name == "binder" else value)


def _files(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[Change]:
    before = {file["sha256"]: file["name"] for file in old}
    after = {file["sha256"]: file["name"] for file in new}
    for place, file in enumerate(new, start=1):
        if file["sha256"] not in before:
            yield Change(_("添付%(place)d「%(name)s」を追加") % {"place": place, "name": file["name"]})
    for sha, name in before.items():
        if sha not in after:
            yield Change(_("添付「%(name)s」を外しました") % {"name": name})
    kept_old = [sha for sha in before if sha in after]
    kept_new = [sha for sha in after if sha in before]
    if kept_old != kept_new:
        yield Change(_("添付の順を変更"))
