"""The pages of the organisation: who may open them, what they show, how they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from documents.ledger.models import LedgerEntry
from tests.organization.files import REFORM, applied, checked, csv_of, sent, transfers
from workflow.organization.models import BatchState, ChangeBatch, FileKind, Staff, Unit, UnitVersion

BASE = "/organization/"
ADMIN_PAGES = (
    "exceptions/", "staff/", "staff/200401/", "staff/200401/leave/", "staff/200401/back/", "staff/200401/appoint/",
    "imports/", "imports/new/", "imports/templates/units/utf-8/", "reform/", "reform/units/?old=1010",
    "reform/1010/rename/",
)  # fmt: skip


def acts(code: str) -> int:
    return LedgerEntry.objects.filter(action=code).count()


def upload(kind: FileKind, *rows: str, encoding: str = "utf-8") -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{kind}.csv", csv_of(kind, *rows, encoding=encoding))


@pytest.mark.parametrize("page", ADMIN_PAGES)
def test_the_administrator_opens_what_others_may_not(
    city: None, administrator: Any, manager: Any, auditor: Any, client_of: Any, page: str
) -> None:
    assert client_of(administrator).get(BASE + page).status_code == 200
    for other in (manager, auditor):
        assert client_of(other).get(BASE + page).status_code == 404


def test_a_batch_and_its_files_are_the_administrators(
    city: None, administrator: Any, manager: Any, client_of: Any
) -> None:
    batch = applied(*transfers())
    for page in ("", "roll-back/", "files/units/"):
        address = f"{BASE}imports/{batch.pk}/{page}"
        assert client_of(administrator).get(address).status_code == 200
        assert client_of(manager).get(address).status_code == 404
        assert client_of(manager).post(address, {"seen": "x", "reason": "x"}).status_code == 404
    batch.refresh_from_db()
    assert batch.state == BatchState.APPLIED
    admin = client_of(administrator)
    assert admin.get(f"{BASE}imports/{batch.pk}/files/units/").content == bytes(batch.files.get(kind="units").content)
    for missing in (f"{BASE}imports/999/", f"{BASE}imports/{batch.pk}/files/x/", f"{BASE}imports/templates/x/utf-8/"):
        assert admin.get(missing).status_code == 404


@pytest.mark.parametrize("page", ["", "correspondence/"])
def test_everybody_reads_the_chart(city: None, outsider: Any, client_of: Any, page: str) -> None:
    browser = client_of(outsider)
    assert browser.get(BASE + page).status_code == 200
    assert "CSVを取り込む" not in browser.get(BASE + page).content.decode()


def test_the_chart_of_any_day(city: None, outsider: Any, client_of: Any) -> None:
    applied(*transfers())
    shown = {day: client_of(outsider).get(f"{BASE}?on={day}").content.decode() for day in ("2026-03-31", "2026-04-01")}
    assert "デジタル推進課" in shown["2026-03-31"] and "業務改革課" not in shown["2026-03-31"]
    assert "業務改革課" in shown["2026-04-01"] and "デジタル推進課" not in shown["2026-04-01"]
    assert "榊原 湊" in shown["2026-04-01"] and "欠員" in shown["2026-04-01"]
    assert "この日の組織は登録されていません" in client_of(outsider).get(f"{BASE}?on=1999-01-01").content.decode()
    assert "デジタル推進課" in client_of(outsider).get(f"{BASE}?on=yesterday").content.decode()


def test_files_are_looked_at_then_registered_then_taken_back(city: None, administrator: Any, client_of: Any) -> None:
    admin = client_of(administrator)
    words = {"effective_on": "2026-04-01", "reason": "定期異動", "scope": "changes"}
    bad = {"staff": upload(FileKind.STAFF, "260401,榊原 湊,,,,常勤,,在職", "260401,同じ,,,,常勤,,在職")}
    page = admin.get(admin.post(f"{BASE}imports/new/", words | bad)["Location"]).content.decode()
    assert "誤りのある行が1件あります" in page and "2行目にもあります(重複)" in page and 'name="seen"' not in page
    good = {"staff": upload(FileKind.STAFF, "260401,榊原 湊,,,,常勤,,在職", encoding="cp932")}
    address = admin.post(f"{BASE}imports/new/", words | good)["Location"]
    shown = admin.get(address)
    assert "1件が変わります" in shown.content.decode() and "CP932" in shown.content.decode()
    assert not Staff.objects.filter(code="260401").exists() and acts("organization.batch.checked") == 2
    assert admin.post(address, {"seen": "other"}).status_code == 409
    assert admin.post(address, {"seen": shown.context["mark"]}).status_code == 302
    after = admin.get(address).content.decode()
    assert "登録済みです" in after and "260401 榊原 湊" in after and Staff.objects.filter(code="260401").exists()
    assert admin.post(address + "roll-back/", {"reason": ""}).status_code == 422
    assert admin.post(address + "roll-back/", {"reason": "辞退"}).status_code == 302
    assert "取り消しました。理由: 辞退" in admin.get(address).content.decode()
    assert not Staff.objects.filter(code="260401").exists() and acts("organization.batch.rolled_back") == 1


def test_an_import_without_files_or_day_keeps_what_was_typed(city: None, administrator: Any, client_of: Any) -> None:
    answer = client_of(administrator).post(f"{BASE}imports/new/", {"reason": "定期異動", "scope": "changes"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "取り込むファイルを1つ以上選んでください" in page and "定期異動" in page
    past = {"effective_on": "2025-11-10", "reason": "x", "scope": "changes", "posts": upload(FileKind.POSTS)}
    answer = client_of(administrator).post(f"{BASE}imports/new/", past)
    assert answer.status_code == 422 and "今日以後の日にしてください" in answer.content.decode()
    assert not ChangeBatch.objects.exists()


@pytest.mark.parametrize(("charset", "codec"), [("utf-8", "utf-8-sig"), ("cp932", "cp932")])
@pytest.mark.parametrize("kind", list(FileKind))
def test_a_template_is_read_again(
    city: None, administrator: Any, client_of: Any, kind: FileKind, charset: str, codec: str
) -> None:
    answer = client_of(administrator).get(f"{BASE}imports/templates/{kind}/{charset}/")
    assert answer.content.decode(codec).startswith(csv_of(kind).decode().strip())
    assert "attachment" in answer["Content-Disposition"]


def test_a_unit_is_renamed_by_its_page(city: None, administrator: Any, client_of: Any) -> None:
    admin = client_of(administrator)
    address = f"{BASE}reform/4020/rename/"
    assert "環境政策課" in admin.get(address).content.decode()
    words = {"name": "環境共生課", "short_name": "環境", "symbol": "水環", "kind": "section", "parent": "40"}
    batch = admin.post(address, words | {"effective_on": "2026-04-01", "reason": "改正"})["Location"]
    page = admin.get(batch)
    assert "環境政策課" in page.content.decode() and "環境共生課" in page.content.decode()
    assert UnitVersion.objects.filter(name="環境共生課").count() == 0
    admin.post(batch, {"seen": page.context["mark"]})
    assert UnitVersion.objects.get(name="環境共生課").valid_from == REFORM
    table = admin.get(f"{BASE}correspondence/").content.decode()
    assert "名称変更" in table and "環境政策課" in table and "環境共生課" in table
    lines = admin.get(f"{BASE}correspondence/?csv").content.decode("utf-8-sig").splitlines()
    assert lines[1] == "2026-04-01,名称変更,4020,環境政策課,4020,環境共生課"


def test_a_unit_is_split_by_its_page(city: None, administrator: Any, client_of: Any) -> None:
    admin = client_of(administrator)
    address = f"{BASE}reform/units/"
    page = admin.get(address + "?old=1010").content.decode()
    assert "三田村 涼" in page and "推進係" in page
    assert admin.get(address)["Location"] == f"{BASE}reform/"
    posted = {
        "old": ["1010"], "effective_on": "2026-04-01", "reason": "分割",
        "new-TOTAL_FORMS": "4", "new-INITIAL_FORMS": "0", "new-MIN_NUM_FORMS": "0", "new-MAX_NUM_FORMS": "4",
        "new-0-code": "1011", "new-0-name": "情報政策課", "new-0-short_name": "情政", "new-0-symbol": "水情",
        "new-1-code": "1012", "new-1-name": "業務改革課", "new-1-short_name": "業革", "new-1-symbol": "水業",
        "heir-101010|": "2", "heir-1010|課長": "2", "heir-1010|課長補佐": "1",
    }  # fmt: skip
    odd = admin.post(address, posted | {"new-1-name": ""})
    assert odd.status_code == 422 and "情報政策課" in odd.content.decode()
    batch = admin.post(address, posted)["Location"]
    page = admin.get(batch)
    admin.post(batch, {"seen": page.context["mark"]})
    chart = admin.get(f"{BASE}?on=2026-04-01").content.decode()
    assert "業務改革課" in chart and "情報政策課" in chart and "デジタル推進課" not in chart
    assert Unit.objects.get(code="101010").versions.get(valid_from=REFORM).parent.code == "1012"
    table = admin.get(f"{BASE}correspondence/").content.decode()
    assert table.count("デジタル推進課") == 2 and ChangeBatch.objects.get().source == "reorganisation"


def test_people_are_found_by_number_name_and_former_name(city: None, administrator: Any, client_of: Any) -> None:
    admin = client_of(administrator)
    applied(sent(FileKind.STAFF, "200401,東 陽向,ひがし ひなた,佐久間,一般行政,常勤,,在職"))
    for text, on, name in (
        ("2004", "2025-11-11", "佐久間 陽向"),
        ("ひがし", "2026-04-01", "東 陽向"),
        ("佐久間", "2026-04-01", "東 陽向"),
    ):
        assert name in admin.get(f"{BASE}staff/?on={on}&text={text}").content.decode()
    assert "あてはまる職員はいません" in admin.get(f"{BASE}staff/?text=ひがし").content.decode()
    page = admin.get(f"{BASE}staff/200401/").content.decode()
    assert "佐久間 陽向" in page and "東 陽向" in page and "2026/4/1" in page
    assert admin.get(f"{BASE}staff/999999/").status_code == 404


def test_somebody_is_appointed_and_let_go_by_the_page(city: None, administrator: Any, client_of: Any) -> None:
    from workflow.organization.models import Appointment, Post

    admin = client_of(administrator)
    post = Post.objects.get(unit__code="1010", name="課長補佐")
    words = {"post": post.pk, "kind": "provisional", "on": "2025-11-11"}
    assert admin.post(f"{BASE}staff/200301/appoint/", words).status_code == 302
    page = admin.get(f"{BASE}staff/200301/").content.decode()
    assert "課長補佐" in page and "心得" in page
    assert admin.post(f"{BASE}staff/200301/appoint/", words).status_code == 422, "twice"
    row = Appointment.objects.get(post=post)
    end = f"{BASE}staff/200301/appointments/{row.pk}/end/"
    assert admin.post(end, {"on": "2025-11-10"}).status_code == 422
    assert admin.post(end, {"on": "2025-11-12"}).status_code == 302
    row.refresh_from_db()
    assert str(row.valid_to) == "2025-11-13"
    assert admin.get(f"{BASE}staff/200401/appointments/{row.pk}/end/").status_code == 404, "not his"


def test_exceptions_name_posts_and_people_of_a_day(city: None, administrator: Any, client_of: Any) -> None:
    admin = client_of(administrator)
    before = admin.get(f"{BASE}exceptions/")
    assert [row.post for row in before.context["vacancies"]] == ["課長補佐"] and before.context["idle"] == []
    applied(
        sent(FileKind.STAFF, "260401,榊原 湊,,,,常勤,,在職", "230202,相良 透,,,,常勤,,休職"),
        sent(FileKind.APPOINTMENTS, "220201,3010,課長,本務,終了"),
    )
    after = admin.get(f"{BASE}exceptions/?on=2026-04-01")
    assert {(row.post, row.why) for row in after.context["vacancies"]} == {
        ("課長補佐", "欠員"), ("課長", "相良 透(休職・退職)"), ("課長", "欠員"),
    }  # fmt: skip
    assert [row.name for row in after.context["idle"]] == ["久遠 聡", "榊原 湊"]
    assert [row.post for row in admin.get(f"{BASE}exceptions/").context["vacancies"]] == ["課長補佐"]


def test_lists_cost_the_same_however_long(
    city: None, administrator: Any, client_of: Any, django_assert_num_queries: Any
) -> None:
    admin = client_of(administrator)
    pages = {"": 3, "staff/?text=2004": 2, "exceptions/": 8, "imports/": 1, "correspondence/": 2}
    fixed = 5  # session, person, his appointments, his groups, work that waits for him
    applied(sent(FileKind.UNITS, "9010,一課,,,課,90,"), sent(FileKind.SUCCESSIONS, "90,9010"))
    for page, number in pages.items():
        admin.get(BASE + page)
        with django_assert_num_queries(fixed + number):
            admin.get(BASE + page)
    for code in ("9020", "9030"):
        applied(
            sent(FileKind.UNITS, f"{code},続く課,,,課,90,"),
            sent(FileKind.POSTS, f"{code},課長,課長,"),
            sent(FileKind.SUCCESSIONS, f"90,{code}"),
        )
    checked(sent(FileKind.STAFF, "260401,榊原 湊,,,,常勤,,在職"))
    for page, number in pages.items():
        with django_assert_num_queries(fixed + number):
            admin.get(BASE + page)
