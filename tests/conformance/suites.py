"""The suites: each yields a verdict for every case of a folder.  What the product cannot do counts as failed, by name."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from tests.conformance import runs
from tests.conformance.decisions import cases_of
from workflow.bpmn.model import Finding, Node
from workflow.bpmn.parser import parse
from workflow.model_check import examine

ROOT = Path(__file__).resolve().parent.parent.parent
# Findings that only say that this program cannot run something: no constraint of BPMN was seen in them.
NOT_A_CONSTRAINT = {"unsupported", "unsupported_attribute", "unsupported_child"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One case: its name, why it failed (empty: it passed), and in how many runs it was tried."""

    name: str
    problem: str
    runs: int = 1
    runs_passed: int = 0


class AnyName(frozenset[str]):
    """Every name: an administrator has mapped whatever classes and beans the models of a suite ask for."""

    def __contains__(self, name: object) -> bool:
        return True


def findings_of(xml: bytes) -> list[Finding]:
    """What the one deploy-time check says."""
    return examine(xml, names=AnyName())[1]


def _models(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in (".bpmn", ".xml", ".bpmn20"))


def _verdict(name: str, problem: str) -> Verdict:
    return Verdict(name, problem, 1, 0 if problem else 1)


def accept(folder: Path) -> Iterator[Verdict]:
    """Every model deploys without a finding of level error or rule."""
    for path in _models(folder):
        wrong = [f for f in findings_of(path.read_bytes()) if f.level in ("error", "rule")]
        yield _verdict(path.relative_to(folder).as_posix(), _told(wrong))


def deploy(folder: Path) -> Iterator[Verdict]:
    """Every model deploys; rule findings are allowed."""
    for path in _models(folder):
        wrong = [f for f in findings_of(path.read_bytes()) if f.level == "error"]
        yield _verdict(path.relative_to(folder).as_posix(), _told(wrong))


def reject(folder: Path) -> Iterator[Verdict]:
    """Every model has a finding about a constraint, at an element, with its line."""
    for path in _models(folder):
        found = [f for f in findings_of(path.read_bytes()) if f.level in ("error", "rule")]
        good = [f for f in found if f.code not in NOT_A_CONSTRAINT and f.element_id and f.line > 0]
        problem = "" if good else "refused only for what cannot be run" if found else "nothing was found"
        yield _verdict(path.relative_to(folder).as_posix(), problem)


def _told(wrong: list[Finding]) -> str:
    return "; ".join(dict.fromkeys(f"{f.code} {f.element_id}" for f in wrong[:5]))


def interchange(folder: Path) -> Iterator[Verdict]:
    """Every element, attribute and text, in any namespace, is reachable in what was read."""
    for path in _models(folder):
        read = parse(path.read_bytes())
        if read.definitions is None:
            yield _verdict(path.name, _told(list(read.findings)) or "cannot be read")
            continue
        theirs = sorted(
            _facts_of_file(etree.parse(path, etree.XMLParser(remove_comments=True, remove_pis=True)).getroot())
        )
        ours = sorted(_facts_of_node(read.definitions.root))
        yield _verdict(path.name, "" if theirs == ours else f"{len(theirs)} facts in the file, {len(ours)} read")


def _facts_of_file(root: etree._Element) -> Iterator[tuple[str, ...]]:
    for element in root.iter():
        yield "element", str(element.tag), (element.text or "").strip(), (element.tail or "").strip()
        yield from (("attribute", str(element.tag), str(name), str(value)) for name, value in element.attrib.items())


def _facts_of_node(root: Node) -> Iterator[tuple[str, ...]]:
    for node in root.walk():
        tag = f"{{{node.namespace}}}{node.name}" if node.namespace else node.name
        yield "element", tag, node.text.strip(), node.tail.strip()
        yield from (("attribute", tag, name, value) for name, value in node.attributes.items())


def execution(folder: Path) -> Iterator[Verdict]:
    """A process passes when all its runs leave the trace that is expected."""
    for row in json.loads((folder / "cases.json").read_text(encoding="utf-8")):
        path = folder / "models" / row["group"] / row["file"]
        problems = [runs.problem_of(path.read_bytes(), run) for run in row["cases"]]
        wrong = [problem for problem in problems if problem]
        name = f"{row['group']}/{row['file']}"
        yield Verdict(name, wrong[0] if wrong else "", len(problems), len(problems) - len(wrong))


def decisions(folder: Path) -> Iterator[Verdict]:
    """A case passes when all its results do."""
    for path in sorted(folder.rglob("*-test-*.xml")):
        name = path.relative_to(folder).as_posix()
        for case, problem in cases_of(path):
            yield _verdict(f"{name} {case}", problem)


def invoice(folder: Path) -> Iterator[Verdict]:
    """Every model deploys, and the example runs from log-in to archive, in a process and a data base of its own."""
    yield from deploy(folder)
    command = [sys.executable, "-m", "tests.conformance.invoice", str(folder.resolve())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    yield from (_verdict(row["name"], row["problem"]) for row in told)
    if done.returncode or not told:
        yield _verdict("the run itself", (done.stderr.strip().splitlines() or ["nothing was said"])[-1])


def requests(folder: Path) -> Iterator[Verdict]:
    """Recorded requests of external workers: the product answers none yet, so that every one fails, and is counted."""
    for path in sorted(folder.rglob("*.jsonl")):
        count = sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
        yield Verdict(path.relative_to(folder).as_posix(), "external tasks are not supported", count, 0)


SUITES: dict[str, Callable[[Path], Iterator[Verdict]]] = {
    "bpmn-execution": execution,
    "bpmn-reject": reject,
    "bpmn-accept": accept,
    "bpmn-miwg": interchange,
    "camunda-deploy": deploy,
    "camunda-invoice": invoice,
    "dmn-tck": decisions,
    "external-task": requests,
}
