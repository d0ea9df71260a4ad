"""Camunda Forms in a folder of the administrator: read whole or refused with the name of the file, and asked on the page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.workflow.camunda_runs import is_over, run, variables_of
from tests.workflow.people import People, item_at
from workflow import known_forms
from workflow.bpmn.camunda.form_files import read
from workflow.models import ProcessInstance

ROOT = Path(__file__).resolve().parent.parent.parent
LEAVE: list[dict[str, Any]] = [
    {"type": "text", "text": "# 休暇"},
    {"type": "textfield", "key": "why", "label": "理由", "validate": {"required": True, "maxLength": 5}},
    {"type": "group", "components": [{"type": "number", "key": "days", "label": "日数", "decimalDigits": 0,
                                      "validate": {"min": 1, "max": 20}, "description": "半日は切り上げます"}]},
    {"type": "radio", "key": "kind", "label": "種別", "values": [{"label": "年休", "value": "annual"}]},
    {"type": "checkbox", "key": "abroad", "label": "国外", "defaultValue": True},
    {"type": "datetime", "subtype": "date", "key": "first", "dateLabel": "初日"},
    {"type": "number", "key": "rate", "label": "率", "disabled": True},
    {"type": "button", "action": "submit", "key": "b", "label": "送る"},
]  # fmt: skip


def written(components: list[dict[str, Any]], key: str = "leave") -> str:
    return json.dumps({"type": "default", "id": key, "components": components}, ensure_ascii=False)


def test_a_form_is_read_into_fields() -> None:
    key, fields = read(written(LEAVE))
    assert (key, [field.id for field in fields]) == ("leave", ["why", "days", "kind", "abroad", "first", "rate"])
    assert [field.type for field in fields] == ["string", "long", "enum", "boolean", "date", "double"]
    why, days, kind, abroad, first, rate = fields
    assert why.validation == {"required": "true", "maxlength": "5"} and why.required
    assert (days.validation, days.properties) == ({"min": "1", "max": "20"}, {"help": "半日は切り上げます"})
    assert (kind.choices, abroad.default, first.label, rate.readonly) == ({"annual": "年休"}, "true", "初日", True)


ODD: list[tuple[str, str]] = [
    ("", "Expecting value"),
    ("[]", "no components"),
    ('{"id": "x"}', "no components"),
    (written([], key=" "), "no id"),
    (written([{"type": "filepicker", "key": "f"}]), "filepicker"),
    (written([{"type": "number"}]), "no key"),
    (written([{"type": "number", "key": "a.b"}]), "a path"),
    (written([{"type": "number", "key": "a"}] * 2), "two fields have the key a"),
    ('{"id": "x", "components": ["x"]}', "no object"),
    ("[" * 100_000, "nested"),
    ('{"id": "x", "components": ' + '[{"type": "group", "components": ' * 30 + "[]" + "}]" * 30 + "}", "nested"),
]


@pytest.mark.parametrize(("text", "why"), ODD, ids=range(len(ODD)))
def test_what_is_no_form_or_cannot_be_shown_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read(text)


def test_a_folder_holds_forms_in_versions_and_the_odd_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_forms, "_forms", {})
    (tmp_path / "a.form").write_text(written(LEAVE[:2]))
    (tmp_path / "a.v3.form").write_text(written(LEAVE[:3]))
    (tmp_path / "notes.txt").write_text("no form")
    assert known_forms.load(tmp_path) == 2
    assert set(known_forms._forms["leave"]) == {1, 3}
    (tmp_path / "b.form").write_text("{")
    monkeypatch.setattr(known_forms, "_forms", {})
    with pytest.raises(ValueError, match=r"b\.form"):
        known_forms.load(tmp_path)


def test_the_page_asks_for_the_version_that_the_model_names(
    people: People, visit: Callable[[str], Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_forms, "_forms", {})
    (tmp_path / "a.form").write_text(written(LEAVE[:2]))
    (tmp_path / "a.v3.form").write_text(written(LEAVE[2:3]))
    known_forms.load(tmp_path)
    instance = run(people, "form_ref")
    address = f"/work/bpmn/{item_at(instance, 'it').pk}/"
    client = visit("佐久間")
    page = client.get(address).content.decode()
    assert "半日は切り上げます" in page and "理由" not in page
    revision = ProcessInstance.objects.get(pk=instance.id).revision
    assert client.post(address, {"revision": revision, "v_days": "21"}).status_code == 422
    assert client.post(address, {"revision": revision, "v_days": "20"}).status_code == 302
    assert is_over(instance) and variables_of(instance) == {"days": 20}


def test_a_folder_with_an_odd_form_keeps_the_program_from_starting(tmp_path: Path) -> None:
    (tmp_path / "odd.form").write_text("{")
    command = [sys.executable, "manage.py", "check"]
    environment = os.environ | {"KESSAI_FORMS": str(tmp_path), "KESSAI_VAR": str(tmp_path / "var")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "KESSAI_FORMS" in done.stderr and "odd.form" in done.stderr
