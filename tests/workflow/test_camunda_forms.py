"""Forms of Camunda 7 models on the pages: fields drawn in the model, and forms that are registered under a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from tests.workflow.camunda_runs import deploy, is_over, run, variables_of
from tests.workflow.people import People, item_at
from workflow import hooks, known_forms
from workflow.models import ProcessInstance
from workflow.values import InstanceView

Visit = Callable[[str], Client]


@pytest.fixture
def forms(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No form but those of the test is registered."""
    monkeypatch.setattr(known_forms, "_forms", {})
    yield


def page_of(instance: InstanceView) -> str:
    return f"/work/bpmn/{item_at(instance, 'it').pk}/"


def send(client: Client, instance: InstanceView, **typed: Any) -> Any:
    revision = ProcessInstance.objects.get(pk=instance.id).revision
    return client.post(page_of(instance), {"revision": revision, **typed})


def test_drawn_fields_are_shown_with_labels_defaults_and_choices(people: People, visit: Visit) -> None:
    instance = run(people, "form_fields", memo="前回の控え")
    page = visit("佐久間").get(page_of(instance))
    form = page.context["form"]
    labels = [field.label for field in form.visible_fields()]
    assert labels[:3] == ["日数", "種別", "備考"]
    assert (form["v_days"].value(), form["v_memo"].value()) == ("1", "前回の控え")
    text = page.content.decode()
    assert "年休" in text and "病休" in text and 'name="v_memo"' in text and "disabled" in text


def test_what_is_filled_in_becomes_variables_of_their_types_and_what_is_only_shown_does_not(
    people: People, visit: Visit
) -> None:
    instance = run(people, "form_fields", memo="前回の控え")
    answer = send(visit("佐久間"), instance, v_days="3", v_kind="sick", v_memo="書き換え")
    assert answer.status_code == 302 and is_over(instance)
    assert variables_of(instance) == {"days": 3, "kind": "sick", "memo": "前回の控え"}


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"v_days": ""}, "v_days"), ({"v_days": "0"}, "v_days"), ({"v_days": "x"}, "v_days"), ({"v_kind": "x"}, "v_kind")],
)
def test_what_the_model_forbids_is_refused_at_its_field(
    people: People, visit: Visit, typed: dict[str, str], field: str
) -> None:
    instance = run(people, "form_fields")
    answer = send(visit("佐久間"), instance, **({"v_days": "1", "v_kind": "annual"} | typed))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not is_over(instance)


OTHERS = """<c:formData><c:formField id="ok" label="可否" type="boolean"/><c:formField id="on" label="日" type="date"
 datePattern="dd/MM/yyyy" defaultValue="24/12/2025"/><c:formField id="who" label="相手" type="string"
 defaultValue="${chief}"><c:validation><c:constraint name="minlength" config="2"/><c:constraint name="maxlength" config="4"/>
 </c:validation></c:formField></c:formData></extensionElements></userTask>"""


def test_truths_days_and_texts_are_stored_as_such(people: People, visit: Visit, forms: None) -> None:
    fields = ('c:formKey="app:forms/leave" />', "><extensionElements>" + OTHERS)
    instance = run(people, "form_key", fields, chief="白井")
    shown = visit("佐久間").get(page_of(instance)).context["form"]
    assert str(shown["v_on"].value()) == "2025-12-24"
    assert shown["v_who"].value() == "白井"
    assert send(visit("佐久間"), instance, v_who="あ").status_code == 422
    assert send(visit("佐久間"), instance, v_who="あいうえお").status_code == 422
    assert send(visit("佐久間"), instance, v_on="2025-12-25", v_who="羽鳥").status_code == 302
    assert variables_of(instance) == {"chief": "白井", "ok": False, "on": "2025-12-25", "who": "羽鳥"}


def test_a_form_that_is_named_is_the_registered_one(people: People, visit: Visit, forms: None) -> None:
    known_forms.register("app:forms/leave", known_forms.field("days", "休む日数", "long", required=True, max=20))
    instance = run(people, "form_key")
    page = visit("佐久間").get(page_of(instance)).content.decode()
    assert "休む日数" in page
    assert send(visit("佐久間"), instance, v_days="21").status_code == 422
    assert send(visit("佐久間"), instance, v_days="20").status_code == 302
    assert variables_of(instance) == {"days": 20}


def test_a_version_that_is_named_is_that_version(people: People, visit: Visit, forms: None) -> None:
    for version in (2, 3, 4):
        known_forms.register("leave", known_forms.field("f", f"第{version}版の欄"), version=version)
    third, newest = run(people, "form_ref"), run(people, "form_ref", ('"version"', '"latest"'))
    assert "第3版の欄" in visit("佐久間").get(page_of(third)).content.decode()
    assert "第4版の欄" in visit("佐久間").get(page_of(newest)).content.decode()


def test_a_form_that_is_not_here_is_said_when_the_model_is_handed_in(people: People, forms: None) -> None:
    found = deploy("form_ref").warnings
    assert [(f.code, f.element_id, "leave" in f.ja) for f in found if f.code == "unknown_form"] == [
        ("unknown_form", "it", True)
    ]
    known_forms.register("leave", known_forms.field("f", "欄"), version=3)
    assert [f.code for f in deploy("form_ref", ("<startEvent ", "<!-- again --><startEvent ")).warnings] == []


def test_a_process_begins_with_the_form_of_its_start(people: People, visit: Visit, forms: None) -> None:
    known_forms.register(
        "leave", known_forms.field("days", "休む日数", "long", required=True), known_forms.field("why", "理由", "text")
    )
    deploy(
        "assignee",
        ("${chief}", "200301"),
        ('id="start" />', 'id="start" c:formKey="camunda-forms:deployment:leave.form" />'),
    )
    client = visit("佐久間")
    assert "休む日数" in client.get("/definitions/assignee/start/").content.decode()
    assert client.post("/definitions/assignee/start/", {"title": "夏休み"}).status_code == 422
    assert not ProcessInstance.objects.exists()
    begun = client.post("/definitions/assignee/start/", {"title": "夏休み", "v_days": "5"})
    assert begun.status_code == 302
    instance = ProcessInstance.objects.get()
    assert (instance.title, instance.variables["root"]) == ("夏休み", {"days": 5, "why": None})


def test_a_branch_in_expressions_of_camunda_is_asked_for(people: People, visit: Visit) -> None:
    branch = (
        '<sequenceFlow id="f2" sourceRef="it" targetRef="end" />',
        '<exclusiveGateway id="g" default="no"/><endEvent id="other"/><sequenceFlow id="f2" sourceRef="it" targetRef="g"/>'
        '<sequenceFlow id="yes" sourceRef="g" targetRef="end"><conditionExpression xsi:type="tFormalExpression">'
        '${approved}</conditionExpression></sequenceFlow><sequenceFlow id="no" sourceRef="g" targetRef="other"/>',
    )
    instance = run(people, "assignee", branch, chief="200401")
    form = visit("佐久間").get(page_of(instance)).context["form"]
    assert list(form.wanted.values()) == ["approved"]
    assert send(visit("佐久間"), instance, value_0="はい").status_code == 302
    assert variables_of(instance)["approved"] is True and is_over(instance)


def test_what_is_known_already_is_filled_in_and_functions_are_not_asked_for(
    people: People, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "_beans", {"rates.of": lambda kind: 3})
    branch = (
        '<sequenceFlow id="f2" sourceRef="it" targetRef="end" />',
        '<sequenceFlow id="f2" sourceRef="it" targetRef="end"><conditionExpression xsi:type="tFormalExpression">'
        "${ok and amount &gt; rates.of(kind) and not empty rows}</conditionExpression></sequenceFlow>",
    )
    instance = run(people, "assignee", branch, chief="200401", amount=5, ok=False, rows=[1])
    form = visit("佐久間").get(page_of(instance)).context["form"]
    shown = {name: form[place].value() for place, name in form.wanted.items()}
    assert shown == {"amount": 5, "kind": None, "ok": None}
    assert send(visit("佐久間"), instance, value_0="6", value_1="x", value_2="はい").status_code == 302
    assert is_over(instance)
