"""Drawings in a few lines of text, read by the real parser, and instances of them in virtual time.

A line is one of:

    a > b > c                            flows, one after the other
    gate > b if x > 1                    a flow with a condition;  `gate > c else` is the default
    a: userTask name="…" {…} | <xml/>    an element, its event definitions, and what it holds
    late @ a {after:PT1H}                an interrupting boundary event;  `late @- a` leaves the activity alone
    sub: subProcess [                    what follows lies inside, up to a line `]`

Elements that are only named in flows are what their names begin with (start, end, xor, and, or, first), or work of a person.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from collections import Counter
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tests.engine.apart import steps_alone
from workflow.bpmn.check import check
from workflow.bpmn.model import Process
from workflow.bpmn.parser import parse
from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.engine import intents as want
from workflow.engine.advance import advance
from workflow.engine.draft import apply, replay
from workflow.engine.state import Mode, State, Status, SubscriptionState, TokenState, from_json, visible
from workflow.engine.world import World

BEGIN = dt.datetime(2026, 4, 1, 0, 0, tzinfo=dt.UTC)  # nine in the morning in Tokyo
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:k="urn:kessai:bpmn:1"'
    ' xmlns:c="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' id="definitions" targetNamespace="urn:test">\n'
)
FORMAL = ' xsi:type="tFormalExpression"'
TAGS = {"start": "startEvent", "end": "endEvent", "xor": "exclusiveGateway", "and": "parallelGateway",
        "or": "inclusiveGateway", "first": "eventBasedGateway"}  # fmt: skip
REFERRED = {"message": "message", "signal": "signal", "error": "error", "escalation": "escalation"}
TIMES = {"at": "timeDate", "after": "timeDuration", "every": "timeCycle"}
DEFINITION = re.compile(r"\{(\w+)(?::([^}]*))?\}")
ELEMENT = re.compile(r"(\w+): (\w+)([^|\[]*?)(?:\| *(.*?))?( \[)?")
BOUNDARY = re.compile(r"(\w+) @(-?) (\w+) (.+)")
FLOW = re.compile(r"([\w >]+?)(?: if (.+)| (else))?")


def many(
    collection: str = "",
    times: str = "",
    *,
    sequential: bool = False,
    until: str = "",
    out: tuple[str, str] | None = None,
) -> str:
    """Multi-instance characteristics: over a list (each item is `item`) or so many times."""
    said = f' c:collection="{collection}" c:elementVariable="item"' if collection else ""
    said += ' isSequential="true"' if sequential else ""
    said += f' k:outputCollection="{out[0]}" k:outputElement="{out[1]}"' if out else ""
    inside = f"<loopCardinality{FORMAL}>{times}</loopCardinality>" if times else ""
    inside += f"<completionCondition{FORMAL}>{escape(until)}</completionCondition>" if until else ""
    return f"<multiInstanceLoopCharacteristics{said}>{inside}</multiInstanceLoopCharacteristics>"


def loop(condition: str, *, before: bool = False, most: int | None = None) -> str:
    """Standard loop characteristics."""
    said = (' testBefore="true"' if before else "") + (f' loopMaximum="{most}"' if most is not None else "")
    return (
        f"<standardLoopCharacteristics{said}>"
        f"<loopCondition{FORMAL}>{escape(condition)}</loopCondition></standardLoopCharacteristics>"
    )


def extension(*parts: str) -> str:
    """Extension elements."""
    return f"<extensionElements>{''.join(parts)}</extensionElements>"


class _Sheet:
    """What is written so far."""

    def __init__(self, text: str, roots: str = "") -> None:
        self.more = roots
        self.lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
        self.declared = {found[1] for line in self.lines if (found := re.match(r"(\w+)(?::| @)", line))}
        self.roots: dict[str, str] = {}
        self.defaults = {
            found[1]: f"{found[1]}_{found[2]}"
            for line in self.lines
            if (found := re.fullmatch(r"(\w+) > (\w+) else", line))
        }
        self.out: list[str] = []

    def xml(self) -> str:
        """The BPMN."""
        for line in self.lines:
            self._line(line)
        roots = "".join(self.roots.values()) + self.more
        body = "\n".join(self.out)
        return f'{HEAD}{roots}\n<process id="process" name="試験" isExecutable="true">\n{body}\n</process>\n</definitions>\n'

    def _line(self, line: str) -> None:
        if line == "]":
            self.out.append("</subProcess>")
        elif found := BOUNDARY.fullmatch(line):
            name, goes_on, host, said = found.groups()
            cancel = ' cancelActivity="false"' if goes_on else ""
            self._element(name, "boundaryEvent", f' attachedToRef="{host}"{cancel}' + f" {said}", "", False)
        elif found := ELEMENT.fullmatch(line):
            name, tag, said, inside, opens = found.groups()
            self._element(name, tag, said, inside or "", bool(opens))
        else:
            self._flows(line)

    def _element(self, name: str, tag: str, said: str, inside: str, opens: bool) -> None:
        defined = "".join(self._definition(kind, value or "") for kind, value in DEFINITION.findall(said))
        attributes = DEFINITION.sub("", said).strip()
        attributes += f' default="{self.defaults[name]}"' if name in self.defaults else ""
        self.out.append(f'<{tag} id="{name}" {attributes}>{inside}{defined}' + ("" if opens else f"</{tag}>"))

    def _definition(self, kind: str, value: str) -> str:
        if kind in REFERRED:
            code = f' {kind}Code="{value}"' if kind in ("error", "escalation") else ""
            if value:
                self.roots[f"{kind} {value}"] = f'<{kind} id="{kind}_{value}" name="{value}"{code}/>'
            ref = f' {kind}Ref="{kind}_{value}"' if value else ""
            return f"<{kind}EventDefinition{ref}/>"
        if kind in TIMES:
            return (
                f"<timerEventDefinition><{TIMES[kind]}{FORMAL}>{escape(value)}</{TIMES[kind]}></timerEventDefinition>"
            )
        if kind == "when":
            return f"<conditionalEventDefinition><condition{FORMAL}>{escape(value)}</condition></conditionalEventDefinition>"
        return f"<{kind}EventDefinition" + (f" name={quoteattr(value)}" if value else "") + "/>"

    def _flows(self, line: str) -> None:
        found = FLOW.fullmatch(line)
        assert found is not None, line
        names = [name.strip() for name in found[1].split(">")]
        for name in names:
            if name not in self.declared:
                self.declared.add(name)
                tag = TAGS.get(name.rstrip("0123456789"), "userTask")
                self._element(name, tag, "", "", False)
        for source, target in itertools.pairwise(names):
            inside = f"<conditionExpression{FORMAL}>{escape(found[2])}</conditionExpression>" if found[2] else ""
            self.out.append(
                f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'
            )


def xml_of(text: str) -> str:
    """The BPMN of a drawing."""
    return _Sheet(text).xml()


def drawn(text: str, *, lawful: bool = True, roots: str = "") -> Process:
    """The process of a drawing; `lawful` insists that the deploy-time check has nothing against it."""
    definitions = parse(_Sheet(text, roots).xml().encode()).definitions
    assert definitions is not None, text
    wrong = [finding for finding in check(definitions) if finding.level != "warning"]
    assert not lawful or wrong == [], wrong
    return definitions.processes[0]


def weekdays(day: dt.date, number: int) -> dt.date:
    """A calendar whose only holidays are weekends."""
    while number:
        day += dt.timedelta(days=1)
        number -= day.weekday() < 5
    return day


class Course:
    """An instance under way.  After each intent: replaying gives the state, which survives storing, as do the events."""

    def __init__(self, text: str, *, lawful: bool = True, roots: str = "") -> None:
        self.process = drawn(text, lawful=lawful, roots=roots)
        self.state = State()
        self.events: list[ev.Event] = []
        self.now = BEGIN
        self.alone: list[bool | None] = []  # of each intent: whether it needed its own run of repeated work only

    def ask(self, intent: want.Intent) -> list[ev.Event]:
        """Advance; the events of this one intent."""
        world = World(now=self.now, adds_business_days=weekdays)
        events = advance(self.process, self.state, intent, world)
        after = replay(self.state, events)
        self.alone.append(steps_alone(self.process, self.state, intent, world, events))
        state = self.state
        for event in events:
            state = apply(state, ev.from_json(json.loads(json.dumps(ev.to_json(event)))))
        assert state == after
        self.state = from_json(*json.loads(json.dumps([after.to_json(), after.variables_to_json()])))
        assert self.state == after
        self.events += events
        self._sane()
        return events

    def _sane(self) -> None:
        """Nothing is left that belongs to nothing."""
        state = self.state
        assert {t.id for t in state.tokens.values() if t.mode is Mode.WAITING} == set(state.waits)
        assert all(token.scope in state.scopes for token in state.tokens.values())
        assert all(token.mode is not Mode.MOVING for token in state.tokens.values())
        assert all(s.parent in state.scopes for s in state.scopes.values() if s.parent)
        assert all(s.token in state.tokens for s in state.scopes.values() if s.token)
        assert all(s.scope in state.scopes for s in state.subscriptions.values())
        assert all(not s.token or s.token in state.tokens for s in state.subscriptions.values())
        assert set(state.variables) <= set(state.scopes)
        if state.status in (Status.ENDED, Status.CANCELLED):
            assert (state.tokens, state.waits, state.subscriptions) == ({}, {}, {})
            assert set(state.scopes) == {"root"}

    def start(self, **variables: object) -> list[ev.Event]:
        """Begin with these variables."""
        return self.ask(want.Start(variables))

    def complete(self, element: str, **variables: object) -> list[ev.Event]:
        """Complete the work that has waited longest at an element."""
        token = next(wait.token for wait in self.state.waits.values() if wait.element == element)
        return self.ask(want.Complete(token, variables))

    def happen(self, element: str, **variables: object) -> list[ev.Event]:
        """Let what an event listens for happen."""
        return self.ask(want.Trigger(self.heard(element).id, variables))

    def go_back(self, element: str, **more: str) -> list[ev.Event]:
        """Return to an activity that was done."""
        return self.ask(want.Return(element, tuple(self.left), "差戻し", scope=more.get("scope", "")))

    def heard(self, element: str) -> SubscriptionState:
        """The one subscription of an event."""
        (found,) = [s for s in self.state.subscriptions.values() if s.element == element]
        return found

    def tokens_at(self, element: str) -> list[TokenState]:
        """The tokens at an element, the oldest first."""
        return [token for token in self.state.tokens.values() if token.element == element]

    def due(self, element: str) -> str:
        """When a timer is due, in Tokyo."""
        moment = dt.datetime.fromisoformat(self.heard(element).details["due"])
        return moment.astimezone(dt.timezone(dt.timedelta(hours=9))).strftime("%Y-%m-%d %H:%M")

    def value(self, name: str, element: str = "") -> object:
        """A variable, as the token at an element sees it, or the instance."""
        token = self.tokens_at(element)[0] if element else None
        return visible(self.state, token.local or token.scope if token else "root").get(name)

    @property
    def waiting(self) -> list[str]:
        """The elements where work waits, sorted."""
        return sorted(wait.element for wait in self.state.waits.values())

    @property
    def listening(self) -> list[str]:
        """The events that are listened for, sorted."""
        return sorted(s.element for s in self.state.subscriptions.values())

    @property
    def left(self) -> list[str]:
        """The elements that were left, their work done, in order."""
        return [event.element for event in self.events if isinstance(event, ev.ElementLeft)]

    @property
    def times_left(self) -> Counter[str]:
        """How often each element was left."""
        return Counter(self.left)

    @property
    def incidents(self) -> list[tuple[str, str]]:
        """Where tokens are stuck now, and why."""
        raised = {event.token: event.code for event in self.events if isinstance(event, ev.IncidentRaised)}
        return sorted((t.element, raised[t.id]) for t in self.state.tokens.values() if t.mode is Mode.INCIDENT)

    @property
    def over(self) -> bool:
        """Whether the instance has ended."""
        return self.state.status is Status.ENDED

    def told(self, kind: type[ev.Event]) -> list[Any]:
        """The events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def voided(self) -> list[str]:
        """The elements whose open visits were called off."""
        return [event.element for event in self.told(ev.ElementVoided)]

    @property
    def thrown(self) -> list[str]:
        """The names of messages and signals that went out, the codes of errors and escalations."""
        kinds = (inner.MessageThrown, inner.SignalThrown, inner.ErrorThrown, inner.EscalationThrown)
        return [getattr(e, "name", "") or getattr(e, "code", "") for e in self.events if isinstance(e, kinds)]
