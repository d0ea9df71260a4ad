"""The kinds of work that stand in the one inbox.  An app subclasses ItemKind; subclassing registers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflow.enums import Family

Text = str | Promise


class Hold(StrEnum):
    """Who has taken a piece of work that several people may do."""

    ALONE = "alone"  # nobody else may do it
    FREE = "free"
    MINE = "mine"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One line of an inbox before its kind adds what it knows."""

    id: int  # of the work item (BPMN) or the viewflow task (hand-written flow)
    family: Family
    kind: str
    instance_id: int
    business_key: str
    title: str
    process_name: str
    element_id: str
    element_name: str
    reason: str
    due_on: dt.date | None
    opened_at: dt.datetime
    candidate_id: int
    priority: int = 50  # 0 to 100; urgent from `nodes.URGENT` on
    started_by: str = ""
    holder: str = ""  # who has taken it
    hold: Hold = Hold.ALONE


@dataclass(frozen=True, slots=True)
class Badge:
    """札: its style (urgent, behalf, care, back, …; empty for plain), its icon (empty for none) and its word."""

    style: str
    icon: str
    text: Text


@dataclass(frozen=True, slots=True)
class Column:
    """A column that only some kinds fill."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class RowExtras:
    """What a kind adds to a line."""

    subtitle: Text = ""  # second line under the title
    why: Text = ""  # first line of ここにある理由; the element's name when empty
    why_detail: Text = ""  # second line; the candidate's reason when empty
    badges: Sequence[Badge] = ()  # before the title, at most two
    usual_days: float | None = None  # ふだん: business days this step usually takes
    cells: Mapping[str, Text] = field(default_factory=dict)  # column code → value


_by_code: dict[str, ItemKind] = {}


class ItemKind:
    """Subclass to show a kind of work.  `code` equals `kessai:itemKind` in the model.

    `own_pages` says that the work is done on pages of the app that registers it: the plain item page then leads there and
    refuses to complete it, and the instance page does not offer to cancel.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Text] = ""
    tab: ClassVar[Text] = ""  # kinds with the same tab stand together; empty: only under 未処理
    columns: ClassVar[tuple[Column, ...]] = ()
    own_pages: ClassVar[bool] = True

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not cls.code or not cls.label:
            raise TypeError(f"{cls.__name__} needs a code and a label")
        if cls.code in _by_code:
            raise TypeError(f"two item kinds with the code {cls.code}")
        _by_code[cls.code] = cls()

    def rows_for(self, items: Sequence[OpenItem]) -> dict[int, RowExtras]:
        """The extras of all these items by item id, in a number of queries that does not depend on how many they are."""
        return {}

    def url(self, item: OpenItem) -> str:
        """Where the work is done."""
        return reverse("workflow:item", args=[item.family, item.id])

    def url_of_instance(self, instance_id: int) -> str:
        """The page of the app that does the work of this instance; empty for work on the plain pages."""
        return ""


class Task(ItemKind):
    """Work of any model that names no kind of its own."""

    code = "task"
    label = _("作業")
    tab = _("作業")
    columns = (Column("started_by", _("始めた人")),)
    own_pages = False

    def rows_for(self, items: Sequence[OpenItem]) -> dict[int, RowExtras]:
        """Which process it belongs to, and who began it."""
        return {
            item.id: RowExtras(
                subtitle=" ".join(filter(None, [item.business_key, item.process_name])),
                cells={"started_by": item.started_by},
            )
            for item in items
        }


class FlowTask(Task):
    """Work of a hand-written flow (workflow/flows.py)."""

    code = "flow"
    label = _("申請・処理")


def kind_of(code: str) -> ItemKind:
    """The kind with that code; plain work when no app knows it."""
    return _by_code.get(code) or _by_code[Task.code]


def kinds() -> list[ItemKind]:
    """Every kind, in the order of registering."""
    return list(_by_code.values())
