"""What the inbox tells its person: work that arrived, and how much waits under each heading."""

from __future__ import annotations

import datetime as dt

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from config.commands import Actor
from config.web.notices import Notice, Source, Tab, register
from workflow import inbox
from workflow.item_kinds import kind_of


def recent(actor: Actor, since: dt.datetime, most: int) -> list[Notice]:
    """Open work that arrived after a moment, newest first."""
    arrived = Coalesce(F("item__created"), F("task__created"))
    found = inbox.candidates_with_work(inbox.candidates_of(actor)).annotate(arrived=arrived).filter(arrived__gt=since)
    items = [inbox.open_item_of(candidate) for candidate in found.order_by("-arrived", "-pk")[:most]]
    return [
        Notice(
            at=item.opened_at,
            sentence=_("「%(work)s」の仕事が届きました。") % {"work": item.element_name},
            title=item.title,
            url=kind_of(item.kind).url(item),
            icon="person",
            detail=item.reason,
        )
        for item in items
    ]


def tabs(actor: Actor) -> list[Tab]:
    """The headings of the inbox with their counts."""
    return [Tab(tab.code, tab.label, tab.count) for tab in inbox.tabs_of(actor)]


register(Source("inbox", recent, tabs))
