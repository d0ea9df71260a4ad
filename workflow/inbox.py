"""What waits for a person: one index scan of the candidates, by due day and arrival, with a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.workflow.models import Task

from config import calendar, clock
from config.commands import Actor
from workflow.enums import Family
from workflow.item_kinds import Badge, Column, FlowTask, Hold, OpenItem, RowExtras, kind_of, kinds
from workflow.models import ItemCandidate
from workflow.nodes import URGENT

PAGE = 50
COUNTED = 1_000  # counts stop here: nobody reads the difference between 1,000 and 1,001
DUE = "due"  # the tab of what is due by the next business day, and the order by due day
NEW, OLD = "new", "old"
ORDERS = {
    DUE: gettext_lazy("期限が近い順"),
    NEW: gettext_lazy("届いた順"),
    OLD: gettext_lazy("この段の日数が長い順"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the inbox."""

    item: OpenItem
    url: str
    subtitle: str | Promise
    why: str | Promise
    why_detail: str | Promise
    badges: Sequence[Badge]
    days: float  # business days the work has waited here
    usual_days: float | None
    days_left: int | None  # calendar days until it is due; negative: overdue
    cells: list[str | Promise]  # of the columns of the tab

    @property
    def is_over(self) -> bool:
        """Whether it waits longer than usual."""
        return self.usual_days is not None and self.days > self.usual_days

    @property
    def meter(self) -> int:
        """How much of the usual time has gone, in per cent, at most 100; of two days where nothing is usual."""
        return min(100, round(100 * self.days / (self.usual_days or 2.0)))


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are due about the same time; `count` counts all of them, also those on other pages."""

    label: str
    count: int
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Tab:
    """A kind of work, with how much of it waits."""

    code: str
    label: str | Promise
    count: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of it.  `next_after` is where the next page goes on; empty on the last."""

    tabs: list[Tab]
    columns: list[Column]
    groups: list[Group]
    chosen: Tab
    order: str
    soon: int
    next_after: str


def name_of_task(task: Task) -> str:
    """What people call a task of a hand-written flow."""
    return str(task.flow_task.task_title or task.flow_task.name)


def candidates_of(actor: Actor) -> QuerySet[ItemCandidate]:
    """The open candidacies of a person."""
    return ItemCandidate.objects.filter(staff_id=actor.user_id, is_open=True)


def inbox(*, actor: Actor, tab: str = "", order: str = "", after: str = "", size: int = PAGE) -> Inbox:
    """A page of what waits for the actor; an unknown tab, order or place is the beginning of everything."""
    every = Counter(candidates_of(actor).values_list("kind", "due_on", "priority")[:COUNTED])
    tabs = _tabs(_without_priority(every))
    chosen = next((known for known in tabs if known.code == tab), tabs[0])
    order = order if order in ORDERS else DUE
    soon = _soon()
    found = _after(_of_tab(candidates_of(actor), chosen.code, soon), after, order)
    page = _first(found, order, size + 1)
    counts: Counter[str] = Counter()
    for (kind, due, how), number in every.items():  # few differ, however many there are
        if _belongs(kind, due, chosen.code, soon):
            counts[_label(due, how, order)] += number
    columns = _columns(chosen.code)
    rows = _rows(page[:size], columns, actor)
    last = page[size - 1] if len(page) > size else None
    return Inbox(
        tabs=tabs,
        columns=columns,
        groups=_grouped(rows, counts, order),
        chosen=chosen,
        order=order,
        soon=sum(number for (_kind, due, _how), number in every.items() if due is not None and due <= soon),
        next_after=_place(last) if last is not None else "",
    )


def in_order(*, actor: Actor, tab: str, order: str) -> list[tuple[int, int | None]]:
    """Everything that waits, as pairs of candidacy and instance (None for a hand-written flow), as the pages show it."""
    known = {DUE, *(str(kind.tab) for kind in kinds() if kind.tab)}
    found = _of_tab(candidates_of(actor), tab if tab in known else "", _soon())
    return list(_sorted(found, order if order in ORDERS else DUE).values_list("pk", "item__process_id")[:COUNTED])


def tabs_of(actor: Actor) -> list[Tab]:
    """The kinds of work with how much of each waits."""
    return _tabs(Counter(candidates_of(actor).values_list("kind", "due_on")[:COUNTED]))


def _without_priority(every: Counter[tuple[str, dt.date | None, int]]) -> Counter[tuple[str, dt.date | None]]:
    found: Counter[tuple[str, dt.date | None]] = Counter()
    for (kind, due, _priority), number in every.items():
        found[kind, due] += number
    return found


def _soon() -> dt.date:
    return calendar.add_business_days(clock.today(), 1)


def _codes_of(tab: str) -> list[str]:
    return [kind.code for kind in kinds() if str(kind.tab) == tab]


def _belongs(kind: str, due: dt.date | None, tab: str, soon: dt.date) -> bool:
    if tab == DUE:
        return due is not None and due <= soon
    return not tab or tab == str(kind_of(kind).tab)


def _tabs(every: Counter[tuple[str, dt.date | None]]) -> list[Tab]:
    soon = _soon()
    labels = list(dict.fromkeys(str(kind.tab) for kind in kinds() if kind.tab))
    count: Counter[str] = Counter()
    for (kind, _due), number in every.items():
        count[str(kind_of(kind).tab)] += number
    due = sum(number for (_kind, day), number in every.items() if day is not None and day <= soon)
    first = [Tab("", _("未処理"), every.total()), Tab(DUE, _("期限"), due)]
    return first + [Tab(label, label, count[label]) for label in labels]


def _of_tab(found: QuerySet[ItemCandidate], tab: str, soon: dt.date) -> QuerySet[ItemCandidate]:
    if tab == DUE:
        return found.filter(due_on__lte=soon)
    return found.filter(kind__in=_codes_of(tab)) if tab else found


def _columns(tab: str) -> list[Column]:
    """The columns of the kinds that stand under a tab of their own; where kinds are mixed there are none."""
    own = [column for code in _codes_of(tab) for column in kind_of(code).columns] if tab and tab != DUE else []
    return list({column.code: column for column in own}.values())


def _after(found: QuerySet[ItemCandidate], after: str, order: str) -> QuerySet[ItemCandidate]:
    """What comes behind a place: urgent first, then by due day, then by arrival; without a day comes last."""
    rank, _sign, rest = after.partition("_")
    day, _sign, number = rest.partition("_")
    if rank not in ("0", "1") or not number.isdecimal() or len(number) > 18:
        return found
    if order != DUE:
        return found.filter(pk__lt=int(number)) if order == NEW else found.filter(pk__gt=int(number))
    later = Q(due_on=None, pk__gt=int(number))
    if day:
        try:
            due = dt.date.fromisoformat(day)
        except ValueError:
            return found
        later = Q(due_on__gt=due) | Q(due_on=due, pk__gt=int(number)) | Q(due_on=None)
    urgent = Q(priority__gte=URGENT)
    return found.filter(~urgent | later) if rank == "0" else found.filter(~urgent & later)


def _place(last: ItemCandidate) -> str:
    """Where a page ends, for `_after`."""
    return f"{int(last.priority < URGENT)}_{last.due_on.isoformat() if last.due_on else ''}_{last.pk}"


def candidates_with_work(found: QuerySet[ItemCandidate]) -> QuerySet[ItemCandidate]:
    """With what `open_item_of` reads, and without what is heavy."""
    heavy = ("item__process__definition__xml", "item__process__state", "item__process__variables")
    return found.select_related(
        "item__process__definition", "item__process__started_by", "item__owner", "task__process", "task__owner"
    ).defer(*heavy)


def _first(found: QuerySet[ItemCandidate], order: str, number: int) -> list[ItemCandidate]:
    """The first of them with their work: sorted as narrow rows, so that a full box reads the work of one page only.

    Asked one after the other: as one statement PostgreSQL may well join everything first.
    """
    page = list(_sorted(found, order).values_list("pk", flat=True)[:number])
    return list(_sorted(candidates_with_work(ItemCandidate.objects.filter(pk__in=page)), order))


def _sorted(found: QuerySet[ItemCandidate], order: str) -> QuerySet[ItemCandidate]:
    if order != DUE:
        return found.order_by("-pk" if order == NEW else "pk")
    first = Case(When(priority__gte=URGENT, then=Value(0)), default=Value(1))
    return found.order_by(first, F("due_on").asc(nulls_last=True), "pk")


def open_item_of(candidate: ItemCandidate) -> OpenItem:
    """The line of a candidacy, of a drawn model or of a hand-written flow."""
    common: dict[str, Any] = {"due_on": candidate.due_on, "reason": candidate.reason, "candidate_id": candidate.pk}
    common["priority"] = candidate.priority
    if candidate.item is not None:
        item = candidate.item
        return OpenItem(
            id=item.pk,
            family=Family.BPMN,
            kind=item.kind,
            instance_id=item.process_id,
            business_key=item.process.business_key,
            title=item.process.title,
            process_name=item.process.definition.name,
            element_id=item.element_id,
            element_name=item.element_name,
            opened_at=item.created,
            started_by=item.process.started_by.name if item.process.started_by is not None else "",
            holder=item.owner.name if item.owner is not None else "",
            **common,
        )
    task = candidate.task
    return OpenItem(
        id=task.pk,
        family=Family.FLOW,
        kind=FlowTask.code,
        instance_id=task.process_id,
        business_key="",
        title=str(task.process.data.get("title", "")),
        process_name=str(task.flow_task.flow_class.process_title),
        element_id=task.flow_task.name,
        element_name=name_of_task(task),
        opened_at=task.created,
        started_by=str(task.process.data.get("starter_name", "")),
        holder=task.owner.name if task.owner is not None else "",
        **common,
    )


def _rows(page: list[ItemCandidate], columns: list[Column], actor: Actor) -> list[Row]:
    shared = _shared(page)
    items = [replace(open_item_of(candidate), hold=_hold(candidate, shared, actor)) for candidate in page]
    extras = _extras(items)
    now, today = timezone.localtime(clock.now()), clock.today()
    return [_row(item, extras.get((item.kind, item.id), RowExtras()), columns, now, today) for item in items]


def _shared(page: list[ItemCandidate]) -> set[tuple[int | None, int | None]]:
    """Which of this work, by item or task, somebody else may do as well."""
    if not page:
        return set()
    of_page = Q(item_id__in=[row.item_id for row in page if row.item_id is not None]) | Q(
        task_id__in=[row.task_id for row in page if row.task_id is not None]
    )
    others = ItemCandidate.objects.filter(of_page, is_open=True).exclude(staff_id=page[0].staff_id)
    return set(others.values_list("item_id", "task_id").distinct())


def _hold(candidate: ItemCandidate, shared: set[tuple[int | None, int | None]], actor: Actor) -> Hold:
    work = candidate.item if candidate.item is not None else candidate.task
    if work.owner_id is not None:
        return Hold.MINE if work.owner_id == actor.user_id else Hold.OTHER
    return Hold.FREE if (candidate.item_id, candidate.task_id) in shared else Hold.ALONE


def _extras(items: list[OpenItem]) -> dict[tuple[str, int], RowExtras]:
    by_kind: dict[str, list[OpenItem]] = defaultdict(list)
    for item in items:
        by_kind[item.kind].append(item)
    return {
        (code, number): extra
        for code, members in by_kind.items()
        for number, extra in kind_of(code).rows_for(members).items()
    }


def _row(item: OpenItem, extra: RowExtras, columns: list[Column], now: dt.datetime, today: dt.date) -> Row:
    return Row(
        item=item,
        url=kind_of(item.kind).url(item),
        subtitle=extra.subtitle,
        why=extra.why or item.element_name,
        why_detail=extra.why_detail or item.reason,
        badges=extra.badges,
        days=calendar.office_days(min(timezone.localtime(item.opened_at), now), now),
        usual_days=extra.usual_days,
        days_left=(item.due_on - today).days if item.due_on is not None else None,
        cells=[extra.cells.get(column.code, "") for column in columns],
    )


def _label(due: dt.date | None, priority: int, order: str) -> str:
    if order != DUE:
        return str(ORDERS[order])
    if priority >= URGENT:
        return _("至急")
    if due is None:
        return _("期限なし")
    today = clock.today()
    if due < today:
        return _("期限を過ぎています")
    if due <= _soon():
        return _("あすまで")
    return _("今週") if due <= today + dt.timedelta(days=6 - today.weekday()) else _("来週から")


def _grouped(rows: list[Row], counts: Counter[str], order: str) -> list[Group]:
    groups: list[Group] = []
    for row in rows:
        label = _label(row.item.due_on, row.item.priority, order)
        if not groups or groups[-1].label != label:
            groups.append(Group(label, counts[label], []))
        groups[-1].rows.append(row)
    return groups
