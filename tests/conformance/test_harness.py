"""The harness itself can fail: with small models of our own, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.__main__ import lost

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parent.parent.parent
MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:t">
<process id="p" isExecutable="true"><startEvent id="s"><outgoing>f</outgoing></startEvent>
<sequenceFlow id="f" sourceRef="s" targetRef="t"/>
<scriptTask id="t"><incoming>f</incoming><outgoing>g</outgoing><script>SCRIPT_task1</script></scriptTask>
<sequenceFlow id="g" sourceRef="t" targetRef="e"/><endEvent id="e"><incoming>g</incoming></endEvent></process></definitions>
"""
PLAIN = MODEL.replace("scriptTask", "userTask").replace("<script>SCRIPT_task1</script>", "")


def harness(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.conformance", *arguments]
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("CONFORMANCE", "KESSAI_SHARED"))}
    return subprocess.run(command, cwd=ROOT, env=clean | environment, capture_output=True, text=True, check=False)


def execution(folder: Path, expected: list[str]) -> Path:
    (folder / "models/basics").mkdir(parents=True)
    (folder / "models/basics/Script.bpmn").write_text(MODEL)
    (folder / "cases.json").write_text(json.dumps([{"group": "basics", "file": "Script.bpmn", "cases": [expected]}]))
    return folder


def test_a_run_passes_when_its_trace_is_the_expected_one(tmp_path: Path) -> None:
    done = harness("bpmn-execution", str(execution(tmp_path, ["assertTask1"])))
    assert (done.returncode, "1 passed, 0 failed" in done.stdout) == (0, True), done.stdout + done.stderr


def test_a_run_fails_when_it_is_not(tmp_path: Path) -> None:
    done = harness("bpmn-execution", str(execution(tmp_path, ["assertTask1", "assertTask2"])))
    assert done.returncode == 1
    assert "0 passed, 1 failed" in done.stdout and "got SCRIPT_task1" in done.stdout


def test_models_are_accepted_and_refused_by_the_same_check(tmp_path: Path) -> None:
    (tmp_path / "good.bpmn").write_text(PLAIN)
    assert harness("bpmn-accept", str(tmp_path)).returncode == 0
    assert harness("bpmn-miwg", str(tmp_path)).returncode == 0
    refused = harness("bpmn-reject", str(tmp_path))
    assert (refused.returncode, "nothing was found" in refused.stdout) == (1, True)
    (tmp_path / "good.bpmn").write_text(PLAIN.replace('targetRef="e"', 'targetRef="nowhere"'))
    assert harness("bpmn-accept", str(tmp_path)).returncode == 1
    assert harness("bpmn-reject", str(tmp_path)).returncode == 0


def test_what_only_cannot_be_run_is_no_constraint_seen(tmp_path: Path) -> None:
    (tmp_path / "odd.bpmn").write_text(PLAIN.replace("userTask", "transaction"))
    done = harness("bpmn-reject", str(tmp_path))
    assert (done.returncode, "refused only for what cannot be run" in done.stdout) == (1, True)


def test_an_empty_or_missing_folder_is_a_failure(tmp_path: Path) -> None:
    assert harness("bpmn-accept", str(tmp_path)).returncode == 1
    assert harness("all", CONFORMANCE_DIR=str(tmp_path / "nowhere")).returncode == 1
    assert harness("nonsense").returncode == 2


def test_what_passed_before_must_pass_now() -> None:
    assert lost({"a", "b"}, {"a", "c"}) == ["c"]
    assert lost({"a", "b"}, {"a"}) == []
