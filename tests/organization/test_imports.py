"""CSV files of units, posts, staff and appointments: understood, refused, registered, in effect, taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from config.errors import Conflict, Invalid, NotAllowed
from config.jobs import worker
from config.jobs.models import Job, JobState
from documents.ledger.models import LedgerEntry
from tests.organization.files import (
    MIDNIGHT,
    REFORM,
    SECOND,
    SYSTEM,
    applied,
    checked,
    csv_of,
    problems,
    sent,
    transfers,
)
from workflow.organization import commands, queries
from workflow.organization.actors import actor_for
from workflow.organization.commands import SentFile
from workflow.organization.commands.batches import plan_of
from workflow.organization.models import (
    Appointment,
    BatchState,
    ChangeBatch,
    FileKind,
    Post,
    Staff,
    StaffProfile,
    Unit,
    UnitSuccession,
    UnitVersion,
)

DAY = dt.timedelta(days=1)
UNITS, POSTS, STAFF, SEATS = FileKind.UNITS, FileKind.POSTS, FileKind.STAFF, FileKind.APPOINTMENTS


def rows() -> tuple[int, ...]:
    """How much of everything there is."""
    models = (Unit, UnitVersion, Post, Staff, StaffProfile, Appointment, UnitSuccession)
    return tuple(model._default_manager.count() for model in models)


def acts(code: str) -> int:
    return LedgerEntry.objects.filter(action=code).count()


def holders(unit: str, post: str, on: dt.date) -> list[str]:
    found = [p for p in queries.chart(on).posts.values() if p.name == post]
    units = {u.id: u.code for u in queries.chart(on).units.values()}
    return [h.name for p in found if units.get(p.unit_id) == unit for h in p.holders]


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8(BOM付き)"), ("cp932", "CP932")]
)
def test_every_encoding_is_understood(city: None, encoding: str, told: str) -> None:
    batch = checked(sent(STAFF, "260401,髙橋 﨑子,たかはし さきこ,,一般行政,会計年度任用,,在職", encoding=encoding))
    change = plan_of(batch).changes[0]
    assert (change.verb, change.after["name"], change.after["employment"]) == ("new", "髙橋 﨑子", "fiscal_year")
    file = batch.files.get()
    assert (file.encoding, bytes(file.content)[:3] == b"\xef\xbb\xbf") == (told, encoding == "utf-8-sig")
    assert acts("organization.batch.checked") == 1


def test_a_name_with_a_variant_sign_is_kept_as_it_is_written(city: None) -> None:
    name = "葛\U000e0100城 邉\U000e0101"
    applied(sent(STAFF, f"260401,{name},かつらぎ わたなべ,旧姓 某,保健師,任期付,a@example.jp,在職"))
    staff = Staff.objects.get(code="260401")
    assert (staff.name, staff.former_name, staff.occupation, staff.employment) == (
        name,
        "旧姓 某",
        "保健師",
        "fixed_term",
    )


def test_two_bad_lines_are_named_and_nothing_is_applied(city: None) -> None:
    files = transfers()
    files[2] = sent(STAFF, "260401,榊原 湊,,,,常勤,,在職", "260402,別 人,,,,常勤,,在職", "260401,榊原 湊,,,,常勤,,在職")
    files[3] = sent(SEATS, "260401,9999,主事,本務,")
    before, batch = rows(), checked(*files[2:4])
    made = plan_of(batch)
    assert [(p.kind, p.line, p.column, p.sentence) for p in made.problems] == [
        (STAFF, 4, "職員番号", "260401 は 2行目にもあります(重複)。"),
        (SEATS, 2, "所属コード", "所属コード 9999 の所属が、発効日にありません。"),
    ]
    with pytest.raises(Invalid) as refused:
        commands.apply_import(batch_id=batch.pk, seen=made.mark, actor=SYSTEM)
    assert (refused.value.code, rows(), acts("organization.batch.applied")) == ("bad_lines", before, 0)
    assert ChangeBatch.objects.get().state == BatchState.CHECKED


BAD_LINES = [
    (UNITS, "1010,デジ課,デジ,水デ,課", None, "列の数が見出しと違います(見出し7列、この行5列)。"),
    (UNITS, "1020,新課,,,課,9999,", "上位所属コード", "1020 新課 の上位所属 9999 が、発効日にありません。"),
    (UNITS, "1020,,,,課,10,", "名称", "書かれていません。"),
    (UNITS, "10,企画戦略部,企画,,部,101010,", "上位所属コード", "10 企画戦略部 は、自分の下の所属に属することになります。"),
    (UNITS, "1020,新課,,,庁,10,", "種別",
     "「庁」は使えません。執行機関・部・課・課内室・係・出先機関 のどれかにしてください。"),
    (UNITS, "１０ ２０,新課,,,課,10,", "所属コード", "「10 20」は使えません。半角の英数字で書いてください。"),
    (UNITS, "1020,新課,,,課,10,廃止", None, "終える対象が、発効日にありません。"),
    (POSTS, "1010,課長,部長,", "職位", "ある職の職位は変えられません。この職を廃止し、別の職名で設けてください。"),
    (POSTS, "9999,課長,課長,", "所属コード", "所属コード 9999 の所属が、発効日にありません。"),
    (STAFF, "260401,榊原\ue000湊,,,,常勤,,在職", "氏名",
     "端末ごとの外字があります。異体字(IVS)か、ほかの字で書いてください。"),
    (STAFF, "260401,榊原 湊,,,,常勤,x,在職", "メールアドレス", "メールアドレスの形ではありません。"),
    (STAFF, "260401,榊原 湊,,,,常勤,,退職", "在職の状態", "退職の職員を新しく登録することはできません。"),
    (SEATS, "999999,1010,課長,兼務,", "職員番号", "職員番号 999999 の職員はいません。"),
    (SEATS, "200401,1010,所長,兼務,", "職名", "所属 1010 に職「所長」がありません。"),
    (SEATS, "200401,1010,課長,代理,", "任用",
     "「代理」は使えません。本務・兼務・併任・事務取扱・心得・職務代理 のどれかにしてください。"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "row", "column", "sentence"), BAD_LINES, ids=[line[3][:30] for line in BAD_LINES])
def test_a_bad_line_is_told_with_its_number(
    city: None, kind: FileKind, row: str, column: str | None, sentence: str
) -> None:
    assert problems(sent(kind, row)) == [(2, column or "", sentence)]


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        (b"", None, "ファイルが空です。"),
        (csv_of(POSTS) + b"\x81 ,x,,\r\n", 2, "UTF-8でもCP932(シフトJIS)でも読めない文字があります。"),
        (b"PK\x03\x04\x00\x00", None, "CSVではないファイルのようです。"),
        (b'"open', None, 'CSVとして読めません。引用符(")の閉じ忘れがないか確かめてください。'),
        (csv_of(POSTS)[3:], 1, "知らない見出しです。ひな形の見出しを使ってください。"),
        (csv_of(POSTS).replace("職位".encode(), "職名".encode()), 1, "同じ見出しが2つあります。"),
        (csv_of(POSTS).replace(",廃止".encode(), b""), 1, "この見出しがありません。"),
    ],
)
def test_a_file_that_is_none_is_told(city: None, content: bytes, line: int | None, sentence: str) -> None:
    found = problems(SentFile(POSTS, "x.csv", content))
    assert (found[0][0], found[0][2]) == (line, sentence)


def test_lines_are_counted_as_they_stand_in_the_file(city: None) -> None:
    found = problems(sent(STAFF, "", '260401,"榊原\n湊",,,,常勤,,在職', "", "260402,x,,,,王,,在職"))
    assert [(line, column) for line, column, _sentence in found] == [(3, "氏名"), (6, "任用区分")]


def test_a_unit_does_not_end_under_people_and_posts_that_stay(city: None) -> None:
    found = problems(sent(UNITS, "1010,デジタル推進課,デジ,水デ,課,10,廃止"))
    assert [(line, column) for line, column, _s in found] == [(2, "上位所属コード"), (2, "廃止")]
    assert "推進係" in found[0][2] and "三田村 涼" in found[1][2]


def test_two_main_posts_are_refused(city: None) -> None:
    found = problems(sent(SEATS, "200401,4020,主査,本務,", "200401,101010,主事,本務,"))
    assert found == [(3, "任用", "職員番号 200401 の本務が2つになります。1つにしてください。")]


def test_the_first_of_april_is_registered_and_holds_at_midnight(city: None, time_machine: Any) -> None:
    batch = applied(*transfers())
    assert (batch.state, batch.effective_at) == ("applied", MIDNIGHT)
    eve = REFORM - DAY
    assert holders("10", "部長", eve) == ["羽鳥 修平"] and holders("10", "部長", REFORM) == ["八神 俊"]
    assert holders("1012", "課長", eve) == [] and holders("1012", "課長", REFORM) == ["三田村 涼"]
    seen = {}
    for moment in (MIDNIGHT - SECOND, MIDNIGHT):
        time_machine.move_to(moment, tick=False)
        clerk = Staff.objects.get(code="200401")
        retired, fresh = (Staff.objects.get(code=code).is_active for code in ("210101", "260401"))
        seen[moment] = (actor_for(staff=clerk, channel="web").unit, retired, fresh)
    assert seen == {MIDNIGHT - SECOND: ("推進係", True, False), MIDNIGHT: ("環境政策課", False, True)}
    assert acts("organization.batch.applied") == 1 and acts("organization.appointment.made") >= 6


def test_a_job_tells_at_midnight_that_another_organisation_holds(city: None, time_machine: Any, client_of: Any) -> None:
    files = transfers()
    files[0] = SentFile(UNITS, "x.csv", files[0].content + "4020,環境共生課,環境,水環,課,40,\r\n".encode())
    batch = applied(*files)
    time_machine.move_to(MIDNIGHT - SECOND, tick=False)
    assert Job.objects.get(kind=commands.BEGIN_DAY).state == JobState.WAITING
    browser = client_of(Staff.objects.get(code="210101"))
    assert browser.get("/").status_code == 200
    time_machine.move_to(MIDNIGHT, tick=False)
    assert browser.get("/").status_code == 302, "whoever retired is out before any job ran"
    while worker.run_once(worker="test", limit=50):
        pass
    assert Job.objects.get(kind=commands.BEGIN_DAY).state == JobState.DONE
    batch.refresh_from_db()
    assert batch.announced_at == MIDNIGHT and acts("organization.day.begun") == 1
    assert Unit.objects.get(code="4020").name == "環境共生課", "the columns of today follow"
    assert commands.begin_day(day=REFORM, actor=SYSTEM) == [], "twice does it once"


def test_a_unit_is_renamed_and_stays_the_same_unit(city: None, time_machine: Any) -> None:
    unit = Unit.objects.get(code="4020")
    applied(sent(UNITS, "4020,環境共生課,環境,水環,課,40,"))
    names = {day: queries.chart(day).units[unit.pk].name for day in (REFORM - DAY, REFORM)}
    assert names == {REFORM - DAY: "環境政策課", REFORM: "環境共生課"}
    time_machine.move_to(MIDNIGHT, tick=False)
    clerk = Staff.objects.get(code="230402")
    assert actor_for(staff=clerk, channel="web").unit == "環境共生課", "without anything having run"
    assert unit.group_id in actor_for(staff=clerk, channel="web").group_ids


def test_a_second_identical_import_changes_nothing(city: None) -> None:
    applied(*transfers())
    before = rows()
    again = checked(*[file for file in transfers() if file.kind != FileKind.UNITS][:3])
    made = plan_of(again)
    assert ([p.sentence for p in made.problems], made.changes) == ([], [])
    with pytest.raises(Invalid) as refused:
        commands.apply_import(batch_id=again.pk, seen=made.mark, actor=SYSTEM)
    assert (refused.value.code, rows()) == ("no_change", before)


def test_a_batch_is_taken_back_until_its_day_and_not_after(city: None, time_machine: Any) -> None:
    before, groups = rows(), actor_for(staff=Staff.objects.get(code="200401"), channel="web").group_ids
    batch = applied(*transfers())
    assert rows() != before
    time_machine.move_to(MIDNIGHT - SECOND, tick=False)
    taken = commands.roll_back_batch(batch_id=batch.pk, reason="議決が延びた", actor=SYSTEM)
    assert (taken.state, taken.rolled_back_reason, rows()) == ("rolled_back", "議決が延びた", before)
    assert Job.objects.get(kind=commands.BEGIN_DAY).state == JobState.CANCELLED
    assert Staff.objects.get(code="210101").turns_on is None and acts("organization.batch.rolled_back") == 1
    time_machine.move_to(MIDNIGHT, tick=False)
    assert actor_for(staff=Staff.objects.get(code="200401"), channel="web").group_ids == groups
    with pytest.raises(Conflict) as refused:
        commands.roll_back_batch(batch_id=batch.pk, reason="もう一度", actor=SYSTEM)
    assert refused.value.code == "not_applied"


def test_taking_back_brings_nobody_back_who_left_meanwhile(city: None, time_machine: Any) -> None:
    batch = applied(*transfers())
    commands.retire_staff(code="200401", reason="急な退職", actor=SYSTEM)
    commands.roll_back_batch(batch_id=batch.pk, reason="やり直し", actor=SYSTEM)
    staff = Staff.objects.get(code="200401")
    assert not staff.is_active and not Appointment.objects.on(REFORM).filter(staff=staff).exists()
    assert StaffProfile.objects.on(REFORM).get(staff=staff).standing == "left"
    assert Appointment.objects.on(REFORM).filter(staff__code="200201").count() == 1
    time_machine.move_to(MIDNIGHT, tick=False)
    assert not Staff.objects.get(code="200401").is_active


def test_what_is_in_effect_is_not_taken_back(city: None, time_machine: Any) -> None:
    batch = applied(*transfers())
    after = rows()
    time_machine.move_to(MIDNIGHT, tick=False)
    with pytest.raises(Conflict) as refused:
        commands.roll_back_batch(batch_id=batch.pk, reason="遅い", actor=SYSTEM)
    assert (refused.value.code, rows(), acts("organization.batch.rolled_back")) == ("in_effect", after, 0)


def test_what_others_built_upon_is_not_taken_back(city: None) -> None:
    batch = applied(*transfers())
    applied(sent(POSTS, "1011,主幹,課長補佐,"))
    with pytest.raises(Conflict) as refused:
        commands.roll_back_batch(batch_id=batch.pk, reason="やめる", actor=SYSTEM)
    assert refused.value.code == "in_use"
    assert Unit.objects.filter(code="1011").exists()


def test_a_later_change_is_not_changed_behind_its_back(city: None) -> None:
    applied(sent(UNITS, "4020,環境共生課,環境,水環,課,40,"))
    found = problems(sent(UNITS, "4020,環境課,環境,水環,課,40,"), on=REFORM - DAY)
    assert found == [
        (2, "", "4020 環境課 には 2026-04-01 からの変更が登録されています。先にそれを取り消してください。")
    ]
    found = problems(sent(UNITS, "4020,環境課,環境,水環,課,40,"))
    assert found == [(2, "", "4020 環境課 は発効日その日に始まります。同じ日には変えられません。")]


def test_a_whole_list_ends_what_it_does_not_name(city: None) -> None:
    people = [f"{s.code},{s.name},{s.kana},,,,,在職" for s in Staff.objects.exclude(code__in=["230402", "900001"])]
    made = plan_of(checked(sent(STAFF, *people), scope="whole"))
    ended = [(change.kind, change.key) for change in made.changes if change.verb == "ended"]
    assert ended == [(SEATS, ("230402", "4020", "主査")), (STAFF, ("230402",))], "the administrator stays"
    assert made.problems == []


def test_only_the_administrator_imports(city: None, administrator: Any, manager: Any, actor_of: Any) -> None:
    batch = applied(*transfers(), actor=actor_of(administrator))
    assert batch.applied_by == administrator
    with pytest.raises(NotAllowed):
        checked(*transfers(), actor=actor_of(manager))
    with pytest.raises(NotAllowed):
        commands.apply_import(batch_id=batch.pk, seen="", actor=actor_of(manager))
    with pytest.raises(NotAllowed):
        commands.roll_back_batch(batch_id=batch.pk, reason="x", actor=actor_of(manager))
    with pytest.raises(NotAllowed):
        commands.begin_day(day=REFORM, actor=actor_of(manager))
    assert ChangeBatch.objects.get().state == BatchState.APPLIED


def test_another_plan_than_the_one_seen_is_not_applied(city: None) -> None:
    batch = checked(sent(UNITS, "4020,環境共生課,環境,水環,課,40,"))
    with pytest.raises(Conflict) as refused:
        commands.apply_import(batch_id=batch.pk, seen="other", actor=SYSTEM)
    assert refused.value.code == "stale" and UnitVersion.objects.filter(name="環境共生課").count() == 0


@pytest.mark.parametrize(
    ("more", "field"),
    [({"reason": " "}, "reason"), ({"effective_on": dt.date(2025, 11, 10)}, "effective_on"), ({"scope": "x"}, "scope")],
)
def test_odd_requests_are_refused(city: None, more: dict[str, Any], field: str) -> None:
    wanted = {"files": transfers(), "effective_on": REFORM, "reason": "異動", "actor": SYSTEM} | more
    with pytest.raises(Invalid) as refused:
        commands.check_import(**wanted)
    assert list(refused.value.fields) == [field] and not ChangeBatch.objects.exists()
