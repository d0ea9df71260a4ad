"""Small decision models for tests."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
CAMUNDA = "http://camunda.org/schema/1.0/dmn"


def dmn(*decisions: str) -> bytes:
    """A file of decisions."""
    inside = "\n".join(decisions)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="{DMN}" xmlns:camunda="{CAMUNDA}" id="d" name="m" '
        f'namespace="urn:city">\n{inside}\n</definitions>'
    ).encode()


def table(
    rules: Sequence[tuple[str, ...]],
    *,
    key: str = "rank",
    name: str = "決裁区分",
    inputs: Sequence[tuple[str, str]] = (("金額", "number"),),
    outputs: Sequence[tuple[str, str]] = (("区分", "string"),),
    policy: str = "FIRST",
    more: str = "",
    needs: Sequence[str] = (),
    tag: str = "",
) -> str:
    """A decision that is a table: tests, outputs, and an annotation where a rule has one cell more; each rule on a line."""
    lines = [f'<decision id="{key}" name="{name}"' + (f' camunda:versionTag="{tag}">' if tag else ">")]
    lines += [f'<informationRequirement><requiredDecision href="#{n}"/></informationRequirement>' for n in needs]
    lines.append(f'<decisionTable hitPolicy="{policy}" {more}>')
    lines += [
        f'<input label="{escape(text)}"><inputExpression typeRef="{type_}"><text>{escape(text)}</text></inputExpression>'
        "</input>"
        for text, type_ in inputs
    ]
    lines += [f'<output name="{text}" typeRef="{type_}"/>' for text, type_ in outputs]
    for rule in rules:
        cells = [f"<inputEntry><text>{escape(text)}</text></inputEntry>" for text in rule[: len(inputs)]]
        after = rule[len(inputs) : len(inputs) + len(outputs)]
        cells += [f"<outputEntry><text>{escape(text)}</text></outputEntry>" for text in after]
        notes = rule[len(inputs) + len(outputs) :]
        cells += [f"<annotationEntry><text>{escape(text)}</text></annotationEntry>" for text in notes]
        lines.append("<rule>" + "".join(cells) + "</rule>")
    return "\n".join([*lines, "</decisionTable></decision>"])


RANKS = (
    ("< 1000000", '"課長"', "百万円未満"),
    ("[1000000..10000000)", '"部長"', ""),
    ("-", '"市長"', "それ以外"),
)
