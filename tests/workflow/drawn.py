"""Processes in one line a flow, for tests of the pure parts: read by the real parser from real BPMN."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from workflow.bpmn.check import check
from workflow.bpmn.model import Process
from workflow.bpmn.parser import parse
from workflow.engine import events as ev
from workflow.engine import intents as want
from workflow.engine.advance import advance
from workflow.engine.draft import replay
from workflow.engine.state import State, TokenState

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions" targetNamespace="urn:test">\n'
    '<process id="process" name="試験" isExecutable="true">\n'
)
FORMAL = '<conditionExpression xsi:type="tFormalExpression">{0}</conditionExpression>'
FOOT = "</process>\n</definitions>\n"
# start > a, gate > b if x > 1, gate > c else
LINE = re.compile(r"(\w+) > (\w+)(?: if (.+)| (else))?")
TAGS = {"start": "startEvent", "end": "endEvent", "gate": "exclusiveGateway"}


def tag_of(name: str) -> str:
    """An element's type by its name: start1, end, gate2 are what they say; everything else is work of a person."""
    return TAGS.get(name.rstrip("0123456789"), "userTask")


def xml(*lines: str) -> str:
    """The BPMN of flows written as `a > b`, `a > b if condition`, `a > b else`; their ids are `a_b`."""
    found = [LINE.fullmatch(line) for line in lines]
    assert all(found), lines
    flows = [match.groups() for match in found if match is not None]
    names = dict.fromkeys(name for source, target, *_ in flows for name in (source, target))
    default = {source: f"{source}_{target}" for source, target, _, otherwise in flows if otherwise}
    parts = []
    for name in names:
        said = f' default="{default[name]}"' if name in default else ""
        parts.append(f'<{tag_of(name)} id="{name}"{said}/>')
    for source, target, condition, _ in flows:
        inner = FORMAL.format(escape(condition)) if condition else ""
        parts.append(
            f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
        )
    return HEAD + "\n".join(parts) + "\n" + FOOT


def process(*lines: str, lawful: bool = True) -> Process:
    """The process of these flows; `lawful` insists that the deploy-time check has nothing against it."""
    definitions = parse(xml(*lines).encode()).definitions
    assert definitions is not None
    assert not lawful or [finding for finding in check(definitions) if finding.level != "warning"] == []
    return definitions.processes[0]


class Course:
    """An instance under way: what was asked, what came of it, and the state by replaying the events."""

    def __init__(self, *lines: str, lawful: bool = True) -> None:
        self.process = process(*lines, lawful=lawful)
        self.state = State()
        self.events: list[ev.Event] = []

    def ask(self, intent: want.Intent) -> list[ev.Event]:
        """Advance; the events of this one intent."""
        events = advance(self.process, self.state, intent)
        self.events += events
        self.state = replay(self.state, events)
        return events

    def start(self, **variables: object) -> list[ev.Event]:
        """Begin with these variables."""
        return self.ask(want.Start(variables))

    def complete(self, element: str, **variables: object) -> list[ev.Event]:
        """Complete the work that waits at an element."""
        return self.ask(want.Complete(self.token_at(element).id, variables))

    def token_at(self, element: str) -> TokenState:
        """The one token at an element."""
        (token,) = [token for token in self.state.tokens.values() if token.element == element]
        return token

    @property
    def waiting(self) -> list[str]:
        """The elements where work waits."""
        return [wait.element for wait in self.state.waits.values()]
