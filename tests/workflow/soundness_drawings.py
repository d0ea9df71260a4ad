"""Diagrams in a few words, for the tests of soundness: read by the real parser from real BPMN.

`start > and1 > a|b > and2 > end` are six flows; `xor1 > a if x, xor1 > b else` have a condition or are the default.
`a / late` is a boundary event that interrupts, `a // late` one that does not; `part: a > b` lies in the sub-process
`part`.  What an element is says its name: xor1, and2, or3, choice4 (event-based)…
"""

from __future__ import annotations

import re
from itertools import pairwise
from xml.sax.saxutils import escape

from workflow.bpmn.model import Finding, Process
from workflow.bpmn.parser import parse
from workflow.bpmn.soundness import soundness

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="definitions" targetNamespace="urn:test">\n'
    '<error id="wrong" name="誤り" errorCode="E"/>\n'
    '<process id="process" name="試験" isExecutable="true">\n'
)
FOOT = "</process>\n</definitions>\n"
LINE = re.compile(r"(?:(\w+): )?(\w+)(?: (>|//|/) (\w+)(?: if (\S+)| (else))?)?")
CHAIN = re.compile(r"((?:\w+: )?)([\w|]+(?: > [\w|]+)+)")
TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
KINDS = {  # tag, attributes, what is inside
    "start": ("startEvent", "", ""),
    "when": ("startEvent", "", TIMER),
    "end": ("endEvent", "", ""),
    "stop": ("endEvent", "", "<terminateEventDefinition/>"),
    "fail": ("endEvent", "", '<errorEventDefinition errorRef="wrong"/>'),
    "tell": ("endEvent", "", "<messageEventDefinition/>"),
    "xor": ("exclusiveGateway", "", ""),
    "and": ("parallelGateway", "", ""),
    "or": ("inclusiveGateway", "", ""),
    "some": ("complexGateway", "", ""),
    "choice": ("eventBasedGateway", "", ""),
    "first": ("eventBasedGateway", ' instantiate="true"', ""),
    "letter": ("receiveTask", ' instantiate="true"', ""),
    "catch": ("intermediateCatchEvent", "", TIMER),
    "pass": ("intermediateThrowEvent", "", ""),
    "jump": ("intermediateThrowEvent", "", '<linkEventDefinition name="L"/>'),
    "land": ("intermediateCatchEvent", "", '<linkEventDefinition name="L"/>'),
    "script": ("scriptTask", "", "<script>x</script>"),
    "undo": ("boundaryEvent", "", "<compensateEventDefinition/>"),
    "handler": ("userTask", ' isForCompensation="true"', ""),
    "double": ("userTask", ' completionQuantity="2"', ""),
    "part": ("subProcess", "", ""),
    "adhoc": ("adHocSubProcess", "", ""),
    "aside": ("subProcess", ' triggeredByEvent="true"', ""),
}


def kind_of(name: str) -> tuple[str, str, str]:
    """Tag, attributes and inside of an element by its name; everything else is work of a person."""
    return KINDS.get(name.rstrip("0123456789"), ("userTask", "", ""))


def flows_of(drawing: str) -> list[str]:
    """One line a flow."""
    lines = []
    for part in drawing.split(", "):
        chain = CHAIN.fullmatch(part)
        if chain is None:
            lines.append(part)
            continue
        steps = [step.split("|") for step in chain[2].split(" > ")]
        for here, there in pairwise(steps):
            lines += [f"{chain[1]}{source} > {target}" for source in here for target in there]
    return lines


def xml(drawing: str) -> str:
    """The BPMN of a drawing."""
    scopes: dict[str, list[str]] = {"": []}
    attached: dict[str, str] = {}
    flows: list[tuple[str, str, str, str, str]] = []
    homes: dict[str, str] = {}
    for line in flows_of(drawing):
        match = LINE.fullmatch(line)
        assert match, line
        scope, source, arrow, target, condition, otherwise = (group or "" for group in match.groups())
        for name in (source, target):
            if name and name not in homes:
                homes[name] = scope
                scopes.setdefault(scope, []).append(name)
        if arrow == ">":
            flows.append((scope, source, target, condition, otherwise))
        elif arrow:
            attached[target] = f' attachedToRef="{source}" cancelActivity="{"true" if arrow == "/" else "false"}"'
    return HEAD + _inside("", scopes, attached, flows) + FOOT


def _inside(
    scope: str, scopes: dict[str, list[str]], attached: dict[str, str], flows: list[tuple[str, str, str, str, str]]
) -> str:
    parts = []
    defaults = {source: f"{source}_{target}" for _, source, target, _, otherwise in flows if otherwise}
    for name in scopes[scope]:
        tag, attributes, inside = kind_of(name)
        if name in attached:
            tag, attributes, inside = "boundaryEvent", attributes + attached[name], inside or TIMER
        if name in scopes:
            inside += "\n" + _inside(name, scopes, attached, flows)
        if name in defaults:
            attributes += f' default="{defaults[name]}"'
        parts.append(f'<{tag} id="{name}"{attributes}>{inside}</{tag}>')
    for number, (home, source, target, condition, _) in enumerate(flows):
        if home == scope:
            inner = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
            twin = f"_{number}" if [f[1:3] for f in flows].count((source, target)) > 1 else ""
            parts.append(
                f'<sequenceFlow id="{source}_{target}{twin}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
            )
    return "\n".join(parts) + "\n"


def drawn(drawing: str) -> Process:
    """The process of a drawing."""
    return read(xml(drawing))


def read(text: str, *, lawful: bool = True) -> Process:
    """The process of a file; `lawful` insists that the reader has nothing to say."""
    result = parse(text.encode())
    assert result.definitions is not None and (result.findings == () or not lawful)
    return result.definitions.processes[0]


def found(drawing: str) -> list[Finding]:
    """What soundness says of it."""
    return soundness(drawn(drawing))


def said(drawing: str) -> list[tuple[str, str, str]]:
    """Level, code and element of each finding."""
    return [(finding.level, finding.code, finding.element_id) for finding in found(drawing)]
