"""What a user task says of its work, as of now: who gets it, until when, how urgent; and its listeners at the beginning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from config import clock
from config.calendar import add_business_days
from workflow.bpmn.camunda.people import UserWork, user_task
from workflow.bpmn.camunda.work import listeners
from workflow.bpmn.model import Element, Process
from workflow.engine.nodes.base import Trouble
from workflow.engine.timers import plan
from workflow.expressions import ExpressionError, Facts, act, evaluate, is_template, text_of
from workflow.models import ProcessInstance
from workflow.nodes import USUAL, AssignmentContext, Candidate, assignment_of, by_codes, by_groups

NOBODY = {
    "no_candidate": (
        "この作業を受け取る人が見つかりません。職の空席や割当てを確かめ、やり直してください。",
        "Nobody was found to receive this work. Check posts and assignment, then retry.",
    ),
    "unknown_assignment": (
        "図に書かれた割当て(kessai:assignment)を、このシステムは知りません。",
        "The assignment named in the model (kessai:assignment) is unknown here.",
    ),
    "no_assignment": (
        "図に、この作業をだれが受け取るか(kessai:assignment、camunda:assignee、レーンなど)が書かれていません。",
        "The model does not say who receives this work (kessai:assignment, camunda:assignee, a lane …).",
    ),
}
LOWEST, HIGHEST = -(2**15), 2**15 - 1  # priorities of Camunda 7 are any numbers
MOST_URGENT = 100  # those of the inbox end here


@dataclass(frozen=True, slots=True)
class Place:
    """Where the work stands: its instance and element, what is seen there, and what expressions may know."""

    instance: ProcessInstance
    process: Process
    element: Element
    variables: Mapping[str, Any]
    facts: Facts


@dataclass(slots=True)
class Given:
    """What the work comes with; `set` and `set_local` are variables that its listeners set."""

    people: list[Candidate] = field(default_factory=list)
    due: str = ""
    follow_up: str = ""
    priority: int = USUAL
    set: dict[str, Any] = field(default_factory=dict)
    set_local: dict[str, Any] = field(default_factory=dict)

    @property
    def due_on(self) -> dt.date | None:
        """The day until when it is to be done, in the city hall."""
        return dt.datetime.fromisoformat(self.due).astimezone(clock.TOKYO).date() if self.due else None

    @property
    def follow_up_at(self) -> dt.datetime | None:
        """When to look after it."""
        return dt.datetime.fromisoformat(self.follow_up) if self.follow_up else None


@dataclass(slots=True)
class _Named:
    """Who is named; expressions of listeners may change it."""

    assignee: str = ""
    users: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    @property
    def anybody(self) -> bool:
        """Whether anybody is."""
        return bool(self.assignee or self.users or self.groups)


def open_work(place: Place) -> Given:
    """What work that arrives now comes with; its listeners are heard.  Raises Trouble when it cannot be given to anybody."""
    said = user_task(place.element.node)
    given, named = _settings(place, said), _named(place, said)
    _hear(place, "create", given, named)
    if named.assignee:
        _hear(place, "assignment", given, named)
    given.people = _people(place, named, None)
    if not given.people:
        raise _nobody("no_candidate")
    if given.due_on is not None:
        given.people = [replace(c, due_on=min(filter(None, (c.due_on, given.due_on)))) for c in given.people]
    if given.priority != USUAL:
        given.people = [replace(c, priority=min(MOST_URGENT, max(0, given.priority))) for c in given.people]
    return given


def people_now(place: Place, item_id: int) -> list[Candidate]:
    """Who would get open work if it arrived now; nobody where that cannot be said."""
    said = user_task(place.element.node)
    try:
        given, named = _settings(place, said), _named(place, said)
        _hear(place, "create", given, named)
        return _people(place, named, item_id)
    except Trouble:
        return []


def taken(place: Place, assignee: str) -> Given:
    """What listens to open work being taken, heard: only the variables it sets count.  Raises Trouble."""
    given, named = _settings(place, user_task(place.element.node)), _Named(assignee)
    _hear(place, "assignment", given, named)
    return given


def _nobody(code: str) -> Trouble:
    return Trouble(code, *NOBODY[code])


# --- who


def _people(place: Place, named: _Named, item_id: int | None) -> list[Candidate]:
    """The people, each once: the first right wins.  Raises Trouble when the model names nobody."""
    code = place.element.extension("assignment")
    if code:
        found = _assigned(place, code, item_id)
    elif not named.anybody:
        raise _nobody("no_assignment")
    elif named.assignee:
        found = by_codes([named.assignee])
    else:
        found = [*by_codes(named.users), *by_groups(named.groups)]
    return list({candidate.staff_id: candidate for candidate in reversed(found)}.values())[::-1]


def _assigned(place: Place, code: str, item_id: int | None) -> list[Candidate]:
    resolve = assignment_of(code)
    if resolve is None:
        raise _nobody("unknown_assignment")
    return resolve(
        AssignmentContext(
            instance_id=place.instance.pk,
            element_id=place.element.id,
            variables=place.variables,
            business_key=place.instance.business_key,
            starter=place.instance.started_by_id,
            item_id=item_id,
        )
    )


def _named(place: Place, said: UserWork) -> _Named:
    """Who the model names now; a lane speaks only where the task itself names nobody.  Raises Trouble."""
    if place.element.extension("assignment"):
        return _Named()
    assignee = _value(place, "assignee", said.assignee)
    found = _Named(
        "" if assignee is None else str(assignee).strip(),
        _list(place, "candidateUsers", said.candidate_users),
        _list(place, "candidateGroups", said.candidate_groups),
    )
    if not found.anybody and not (said.assignee or said.candidate_users or said.candidate_groups):
        lane = _lane(place.process, place.element)
        found.groups = [lane] if lane else []
    elif not found.anybody:
        raise _nobody("no_candidate")
    return found


def _lane(process: Process, task: Element) -> str:
    """The lane that shows the task, or the sub-process around it."""
    at: Element | None = task
    while at is not None:
        if process.lanes.get(at.id):
            return process.lanes[at.id]
        at = process.elements.get(at.parent)
    return ""


def assigned_to(process: Process, task: Element) -> tuple[object, ...]:
    """Whom the model names, in its own words: two tasks with the same words give their work to the same people."""
    code, said = task.extension("assignment"), user_task(task.node)
    heard = [found for found in listeners(task.node) if found.of == "task" and (found.expression or found.spoken)]
    if code:
        return (code,)
    named = (said.assignee, said.candidate_users, said.candidate_groups)
    return (*named, "" if any(named) else _lane(process, task), heard)


def _list(place: Place, name: str, texts: tuple[str, ...]) -> list[str]:
    """The names that a list of texts and expressions comes to; an expression may give a list, or a text with commas."""
    found: list[str] = []
    for text in texts:
        value = _value(place, name, text)
        values = value if isinstance(value, list) else [value]
        found += [part.strip() for each in values if each is not None for part in str(each).split(",")]
    return [each for each in dict.fromkeys(found) if each]


# --- until when, how urgent


def _settings(place: Place, said: UserWork) -> Given:
    return Given(
        due=_moment(place, "dueDate", _value(place, "dueDate", said.due)),
        follow_up=_moment(place, "followUpDate", _value(place, "followUpDate", said.follow_up)),
        priority=_whole(place, _value(place, "priority", said.priority)),
    )


def _moment(place: Place, name: str, value: Any) -> str:
    """A date, a date and time, or a duration from now, as a moment.  Raises Trouble."""
    if value is None or value == "":
        return ""
    text = str(value).strip()
    kind = "timeDuration" if text.startswith("P") or text.endswith("営業日") else "timeDate"
    try:
        return plan(kind, text, clock.now(), add_business_days).due.isoformat()
    except Trouble as odd:
        called = place.element.name or place.element.id
        raise Trouble(odd.code, f"「{called}」の {name}: {odd.ja}", f"{name} of “{called}”: {odd.en}") from odd


def _whole(place: Place, value: Any) -> int:
    if value is None or value == "":
        return USUAL
    try:
        return min(HIGHEST, max(LOWEST, int(str(value).strip())))
    except ValueError:
        called = place.element.name or place.element.id
        raise Trouble(
            "bad_priority",
            f"「{called}」の優先度「{str(value)[:30]}」は整数ではありません。",
            f"The priority “{str(value)[:30]}” of “{called}” is not a whole number.",
        ) from None


def _value(place: Place, name: str, text: str) -> Any:
    """The value of an attribute that may hold an expression.  Raises Trouble."""
    try:
        return text_of(
            text,
            place.variables,
            names=place.process.names,
            now=clock.now(),
            facts=place.facts,
            element=place.element.id,
        )
    except ExpressionError as odd:
        called = place.element.name or place.element.id
        raise Trouble(
            "expression_error", f"「{called}」の {name}: {odd.ja}", f"{name} of “{called}”: {odd.en}"
        ) from odd


# --- listeners


def _hear(place: Place, event: str, given: Given, named: _Named) -> None:
    """Listeners that are expressions; they see what those before them set.  Raises Trouble."""
    for listener in listeners(place.element.node):
        text = listener.expression or listener.spoken
        if (listener.of, listener.event) != ("task", event) or not text:
            continue
        task = {
            "name": place.element.name,
            "taskDefinitionKey": place.element.id,
            "assignee": named.assignee or None,
            "priority": given.priority,
            "dueDate": given.due or None,
            "followUpDate": given.follow_up or None,
        }
        try:
            seen = {**place.variables, **given.set, **given.set_local}
            facts = replace(place.facts, task=task)
            if not is_template(text):  # a script in FEEL: a context sets variables of its names
                value = evaluate(text, seen, names=place.process.names, now=clock.now(), facts=facts)
                given.set |= value if isinstance(value, dict) else {}
                continue
            done = act(text, seen, now=clock.now(), facts=facts, element=place.element.id, event=event)
        except ExpressionError as odd:
            called = place.element.name or place.element.id
            raise Trouble(
                "listener_error",
                f"「{called}」のリスナー({event}): {odd.ja}",
                f"The listener “{event}” of “{called}”: {odd.en}",
            ) from odd
        given.set |= done.variables
        given.set_local |= done.local
        for name, value in done.task:
            _change(place, given, named, name, value)


def _change(place: Place, given: Given, named: _Named, name: str, value: Any) -> None:
    """What an expression made of the work."""
    if name == "assignee":
        named.assignee = "" if value is None else str(value)
    elif name == "candidateUser" and value is not None:
        named.users.append(str(value))
    elif name == "candidateGroup" and value is not None:
        named.groups.append(str(value))
    elif name == "priority":
        given.priority = _whole(place, value)
    elif name == "dueDate":
        given.due = _moment(place, name, value)
    elif name == "followUpDate":
        given.follow_up = _moment(place, name, value)
