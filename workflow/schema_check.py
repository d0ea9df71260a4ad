"""The schema of BPMN 2.0 (the XSDs of the npm package bpmn-moddle), read from node_modules: what a file breaks of it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from lxml import etree

from workflow.bpmn.model import Definitions, Finding

SCHEMA = Path(__file__).resolve().parent.parent / "node_modules/bpmn-moddle/resources/bpmn/xsd/BPMN20.xsd"
MOST = 50  # findings of one file


@lru_cache(maxsize=1)
def schema() -> etree.XMLSchema:
    """The schema.  Raises RuntimeError where the packages of npm are not installed."""
    if not SCHEMA.is_file():
        raise RuntimeError(f"The schema of BPMN is missing ({SCHEMA}): run `make assets`.")
    return etree.XMLSchema(etree.parse(str(SCHEMA), etree.XMLParser(no_network=True)))


def breaches(xml: bytes, definitions: Definitions) -> list[Finding]:
    """Where a file that was read breaks the schema; attributes and extension elements of other vocabularies do not."""
    reader = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        document = etree.fromstring(xml, reader).getroottree()
    except (etree.XMLSyntaxError, ValueError):
        return []  # in an encoding or of a form that the reader of models knows better
    checked = schema()
    if checked.validate(document):
        return []
    places = {node.line: node for node in reversed(list(definitions.root.walk()))}
    found = []
    for odd in list(checked.error_log)[:MOST]:
        node = places.get(odd.line)
        above = [place for line, place in places.items() if line <= odd.line and place.id]
        named = node if node is not None and node.id else max(above, key=lambda n: n.line, default=definitions.root)
        said = odd.message.replace("{http://www.omg.org/spec/BPMN/20100524/MODEL}", "")
        found.append(
            Finding(
                "rule",
                "schema",
                f"BPMNの形式(XMLスキーマ)に合いません: {said}",
                f"This breaks the schema of BPMN: {said}",
                named.id,
                odd.line,
                node.column if node is not None else 1,
            )
        )
    return found
