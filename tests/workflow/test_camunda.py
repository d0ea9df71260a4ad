"""The extensions of Camunda 7: one model for each that must be honoured, and what the reader makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from workflow.bpmn.camunda import check, people, settings, work
from workflow.bpmn.model import Node
from workflow.bpmn.parser import parse

pytestmark = pytest.mark.pure
MODELS = Path(__file__).parent / "camunda_models"
NONE = frozenset()


def node(model: str, element: str = "it") -> Node:
    read = parse((MODELS / f"{model}.bpmn").read_bytes())
    assert read.definitions is not None and not read.findings
    return next(found for found in read.definitions.root.walk() if found.id == element)


def test_an_external_task_has_a_topic_and_a_priority():
    assert work.task_work(node("external_task")) == work.External("ocr-${kind}", "${urgent ? 90 : 10}")


def test_a_form_is_named_by_its_key():
    assert people.user_task(node("form_key")).form.key == "app:forms/leave"


def test_a_form_is_named_by_reference_and_version():
    form = people.form(node("form_ref"))
    assert (form.ref, form.binding, form.version) == ("leave", "version", "3")


def test_a_form_is_made_of_fields():
    days, kind, memo = people.form(node("form_fields")).fields
    assert (days.id, days.label, days.type, days.default, days.required) == ("days", "日数", "long", "1", True)
    assert (days.validation["min"], days.properties) == ("1", {"unit": "日"})
    assert (kind.type, kind.choices, kind.required) == ("enum", {"annual": "年休", "sick": "病休"}, False)
    assert memo.readonly and not days.readonly


def test_work_has_an_assignee():
    assert people.user_task(node("assignee")).assignee == "${chief}"


def test_candidates_are_lists_whose_expressions_keep_their_commas():
    told = people.user_task(node("candidates"))
    assert told.candidate_groups == ("課長", "${pick(a, b)}")
    assert told.candidate_users == ("200301", "200201")


def test_work_has_dates_and_a_priority():
    told = people.user_task(node("dates"))
    assert (told.due, told.follow_up) == ("${dateTime().plusDays(2)}", "2026-04-01T09:00:00")
    assert told.priority == "${urgent ? 80 : 50}"


def test_the_start_names_the_variable_of_the_initiator():
    assert settings.initiator(node("initiator", "start")) == "applicant"


def test_steps_are_cut_before_and_after():
    assert settings.activity_settings(node("async_settings")) == settings.ActivitySettings(True, True, False, "7", "")
    assert settings.activity_settings(node("assignee")) == settings.ActivitySettings(False, False, True, "", "")


def test_a_job_has_a_retry_cycle():
    assert settings.activity_settings(node("retry_cycle")).retry_cycle == "PT5M,PT10M"


def test_a_decision_is_bound_and_mapped():
    assert work.task_work(node("decision")) == work.Decision("rank", "versionTag", "", "r7", "singleEntry", "found")


def test_a_call_hands_over():
    call = work.call_settings(node("call_activity"))
    assert (call.called, call.binding, call.tag) == ("check", "versionTag", "r7")
    assert call.business_key == "#{execution.processBusinessKey}"
    _, plain, reckoned, everything = call.inputs
    assert (plain.source, plain.target) == ("amount", "sum")
    assert (reckoned.source_expression, reckoned.target) == ("${amount * 2}", "twice")
    assert everything.everything and everything.local and not plain.everything
    assert [(out.source, out.target) for out in call.outputs] == [("result", "answer")]


def test_parameters_are_texts_lists_maps_and_scripts():
    told = work.input_output(node("parameters"))
    assert {p.name: p.value for p in told.inputs} == {
        "sum": "${amount + 1}",
        "items": ("a", "${amount}"),
        "table": {"x": "1", "y": work.Script("feel", "1 + 1", "")},
    }
    assert [(p.name, p.value) for p in told.outputs] == [("told", "${answer}")]


def test_a_repetition_names_its_collection():
    loop = next(c for c in node("multi_instance").children if c.name == "multiInstanceLoopCharacteristics")
    told = settings.multi_instance(loop)
    assert (told.collection, told.element_variable) == ("${people}", "one")


def test_a_process_tells_its_version_life_and_starters():
    told = settings.process_settings(node("process_settings", "process_settings"))
    assert (told.version_tag, told.history_ttl, told.startable) == ("r7", "P180D", False)
    assert (told.starter_groups, told.starter_users) == (("課長", "係長"), ("200401",))
    assert settings.process_settings(node("assignee", "assignee")).startable


def test_errors_and_escalations_fill_variables():
    error = settings.event_settings(node("error_variables", "d"))
    assert (error.error_code_variable, error.error_message_variable) == ("code", "message")
    assert settings.event_settings(node("error_variables", "e")).escalation_code_variable == "how"
    assert settings.error_message(node("error_variables", "broke")) == "支払いできません"


def test_a_condition_looks_at_one_variable():
    told = settings.event_settings(node("conditional", "d"))
    assert (told.variable_name, told.variable_events) == ("paid", ("create", "update"))


def test_properties_are_free():
    assert settings.properties(node("properties")) == {"stamp": "決裁", "retention": "5"}
    assert settings.properties(node("assignee")) == {}


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.bpmn")), ids=lambda path: path.stem)
def test_models_of_what_must_be_honoured_have_no_problems(path):
    read = parse(path.read_bytes())
    assert read.definitions is not None
    found = check.problems(read.definitions, hooks={"pick"})
    assert [f.en for f in found if f.code != "unset_name"] == []
