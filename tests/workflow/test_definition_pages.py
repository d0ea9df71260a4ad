"""The definition store: reading it, checking and handing in a model, beginning what is drawn."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.workflow.people import MANAGER, STARTER, SYSTEM, People, deploy, ledger, model, start
from workflow import commands
from workflow.models import ProcessDefinition, ProcessInstance

LINE = (("ask", STARTER), ("look", MANAGER))
DECISION = 'name="決裁" kessai:assignment="workflow.manager" kessai:itemKind="decision"'
Visit = Callable[[str], Client]


def upload(xml: bytes) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("申請.bpmn", xml, content_type="application/xml")}


def test_everybody_reads_the_newest_versions_and_only_administrators_hand_in(people: People, visit: Visit) -> None:
    deploy(*LINE)
    deploy(*LINE, gateway="again = true")
    clerk = visit("佐久間")
    page = clerk.get("/definitions/").content.decode()
    assert "第2版" in page
    assert "第1版" not in page
    assert "検査して登録する" not in page
    assert clerk.post("/definitions/", upload(model(*LINE, key="mine"))).status_code == 403
    assert clerk.post("/definitions/", upload(model(*LINE)) | {"verb": "check"}).status_code == 403
    assert "検査して登録する" in visit("管理者").get("/definitions/").content.decode()
    assert ProcessDefinition.objects.count() == 2


def test_a_model_handed_in_is_kept_as_it_is(people: People, visit: Visit) -> None:
    admin, xml = visit("管理者"), model(*LINE)
    answer = admin.post("/definitions/", upload(xml), follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [("/definitions/request/1/", 302)]
    assert "「申請」の第1版を登録しました。" in page
    assert hashlib.sha256(xml).hexdigest()[:16] in page
    taken = visit("佐久間").get("/definitions/request/1/model/?download")
    assert taken.content == xml
    assert taken["Content-Disposition"].startswith("attachment; filename=")
    assert "第1版と同じ内容です" in admin.post("/definitions/", upload(xml), follow=True).content.decode()
    assert ProcessDefinition.objects.get().deployed_by_id == people.staff["管理者"].pk


def test_a_model_in_another_encoding_is_drawn_in_utf_8_and_downloaded_as_it_was(people: People, visit: Visit) -> None:
    admin = visit("管理者")
    xml = model(*LINE).replace(b'encoding="UTF-8"', b'encoding="Shift_JIS"').decode().encode("cp932")
    admin.post("/definitions/", upload(xml))
    drawn = visit("佐久間").get("/definitions/request/1/model/").content
    assert "申請" in drawn.decode() and b"Shift_JIS" not in drawn
    assert visit("佐久間").get("/definitions/request/1/model/?download").content == xml


def test_findings_are_told_with_line_column_and_element(people: People, visit: Visit) -> None:
    broken = model(*LINE).replace(b'targetRef="look"', b'targetRef="nowhere"')
    line = next(n for n, text in enumerate(broken.decode().splitlines(), 1) if 'id="f1"' in text)
    admin = visit("管理者")
    for verb in ({}, {"verb": "check"}):
        answer = admin.post("/definitions/", upload(broken) | verb)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert f'<td class="num nowrap">{line}:1</td><td>f1</td>' in page
        assert "「nowhere」がありません" in page
    assert admin.post("/definitions/", upload(b"this is no XML")).status_code == 422
    assert admin.post("/definitions/", {}).status_code == 422
    assert not ProcessDefinition.objects.exists()
    assert ledger() == []


def test_a_check_alone_stores_nothing(people: People, visit: Visit) -> None:
    answer = visit("管理者").post("/definitions/", upload(model(*LINE)) | {"verb": "check"})
    assert (answer.status_code, "「申請」に誤りはありません" in answer.content.decode()) == (200, True)
    assert not ProcessDefinition.objects.exists()


def test_old_versions_stay_readable(people: People, visit: Visit) -> None:
    first = deploy(*LINE)
    deploy(*LINE, gateway="again = true")
    clerk = visit("佐久間")
    page = clerk.get(f"/definitions/request/{first.version}/").content.decode()
    assert "/definitions/request/2/" in page
    assert 'data-model="/definitions/request/1/model/"' in page
    assert "again" not in page
    assert clerk.get("/definitions/request/3/").status_code == 404
    assert clerk.get("/definitions/nothing/1/model/").status_code == 404


def test_versions_tell_how_many_instances_of_them_run_and_what_their_authors_call_them(
    people: People, visit: Visit
) -> None:
    deploy(*LINE)
    begun = [start(people) for _ in range(3)]
    commands.cancel_instance(instance_id=begun[0].id, reason="取りやめ", actor=people.actor("佐久間"))
    tagged = model(*LINE).decode().replace(" isExecutable=", ' camunda:versionTag="令和8年度版" isExecutable=')
    commands.deploy_definition(xml=tagged.encode(), actor=SYSTEM)
    start(people)
    page = visit("佐久間").get("/definitions/request/2/").content.decode()
    assert re.findall(r'<td class="right num">(\d+)</td>', page) == ["1", "2"]
    assert '<span class="badge">令和8年度版</span>' in page
    assert "令和8年度版" not in visit("佐久間").get("/definitions/request/1/").content.decode()


def test_a_drawn_process_is_begun_from_its_page(people: People, visit: Visit) -> None:
    deploy(*LINE)
    clerk = visit("佐久間")
    assert "/definitions/request/start/" in clerk.get("/definitions/request/1/").content.decode()
    assert clerk.post("/definitions/request/start/", {"title": ""}).status_code == 422
    answer = clerk.post("/definitions/request/start/", {"title": "封筒の購入"})
    begun = ProcessInstance.objects.get()
    assert (answer["Location"], begun.title) == (f"/processes/bpmn/{begun.pk}/", "封筒の購入")
    assert ledger()[-1] == "workflow.instance.started"


def test_what_has_pages_of_its_own_or_a_person_without_post_does_not_begin_there(people: People, visit: Visit) -> None:
    commands.deploy_definition(xml=model(("look", DECISION), key="case"), actor=SYSTEM)
    deploy(*LINE)
    clerk = visit("佐久間")
    assert "始める" not in clerk.get("/definitions/case/1/").content.decode()
    assert clerk.post("/definitions/case/start/", {"title": "契約"}).status_code == 403
    assert visit("管理者").post("/definitions/request/start/", {"title": "契約"}).status_code == 404
    assert clerk.get("/definitions/nothing/start/").status_code == 404
    assert not ProcessInstance.objects.exists()
