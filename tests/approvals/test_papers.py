"""起案用紙, 経過票 and 決裁履歴証明: what stands on them, who gets them, what the ledger keeps."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from typing import Any

import pdfplumber
import pytest
from django.test import Client, override_settings
from django.urls import reverse

from approvals.models import Act, Case, RouteStep, Verb
from approvals.papers import commands, content, proof, typeset
from approvals.papers.commands import certify_history
from config import clock
from config.commands import Right
from config.errors import Conflict, NotAllowed, NotFound
from documents.ledger.models import LedgerEntry
from documents.queries import current_files
from documents.storage import FileBlobs
from tests.approvals.cast import Cast, act, decided, draft, submitted

NOW = dt.datetime(2025, 11, 11, 3, 0, tzinfo=dt.UTC)


def full(case: Case) -> Case:
    return Case.objects.select_related("record__binder", "record__original").get(pk=case.pk)


def text_of(made: bytes) -> str:
    with pdfplumber.open(io.BytesIO(made)) as pdf:
        return "\n".join(page.extract_text() for page in pdf.pages)


def pages_of(made: bytes) -> int:
    with pdfplumber.open(io.BytesIO(made)) as pdf:
        for page in pdf.pages:
            assert (round(page.width), round(page.height)) == (595, 842)
            inside = [c for c in page.chars if c["text"].strip()]
            assert min(c["x0"] for c in inside) > 40 and max(c["x1"] for c in inside) < 560
        return len(pdf.pages)


def kagami(case: Case) -> str:
    return text_of(typeset.pdf("kagami", content.kagami(full(case), NOW), at=NOW))


def course(case: Case) -> str:
    return text_of(typeset.pdf("course", content.course(full(case), NOW), at=NOW))


def seen_by(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.staff[name])
    return client


def test_the_first_sheet_tells_who_asks_what_and_who_stamped(cast: Cast) -> None:
    case = full(decided(cast, files=2, is_urgent=True, urgent_reason="契約期限が迫っているため"))
    said = kagami(case)
    for words in (
        "起 案 用 紙", "至急", "起-R07-デジ-00001", "申請書AI-OCR運用支援業務委託契約の締結", "部長専決", "部分公開",
        "情報システム委託契約", "5年", "佐久間 陽向", "推進係", "次のとおり委託契約を締結してよろしいか伺います。",
        "契約期限が迫っているため", "羽鳥 修平", "三田村 涼", "白井 千尋", "令和7年11月11日", "7.11.11", "1 / 1",
    ):  # fmt: skip
        assert words in said, words
    files = current_files(case.record_id)
    assert [file.name in said and file.blob_id in said for file in files] == [True, True]
    assert "代決" not in said and "後閲" not in said


def test_a_sheet_under_way_shows_whose_turn_it_is(cast: Cast) -> None:
    case = submitted(cast)
    act(cast, case, "白井", "approve")
    boxes = [box for row in content.kagami(full(case), NOW)["boxes"] for box in row]
    assert [(b["head"], b["state"]) for b in boxes] == [
        ("市長", "void"), ("副市長", "void"), ("部長", "empty"), ("課長", "turn"), ("係長", "done"), ("起案者", "done"),
    ]  # fmt: skip
    assert "承認待ち" in kagami(case)


def test_a_draft_has_neither_number_nor_stamp(cast: Cast) -> None:
    said = kagami(draft(cast))
    assert "未採番" in said and "作成中" in said and "7.11.11" not in said


@pytest.mark.parametrize(
    ("right", "mark"), [(Right.DEPUTY, "代決"), (Right.DELEGATE, "代理"), (Right.ACTING, "事務取扱")]
)
def test_a_stamp_by_another_right_says_so_and_for_whom(cast: Cast, right: Right, mark: str) -> None:
    case = submitted(cast, level=40)
    act(cast, case, "白井", "approve")
    boxes: list[Any] = []
    done = Act(
        case=case, version=1, step=RouteStep.objects.get(state="open"), verb=Verb.DECIDE, at=NOW, right=right.value,
        staff=cast.staff["白井"], staff_name="白井 千尋", post_name="係長", unit_name="推進係", behalf_of="三田村 涼",
    )  # fmt: skip
    done.save(force_insert=True)
    RouteStep.objects.filter(state="open").update(state="done")
    boxes = [box for row in content.kagami(full(case), NOW)["boxes"] for box in row if box["marks"]]
    assert [(b["head"], b["marks"], b["name"]) for b in boxes] == [("課長", [mark], "白井 千尋")]
    for said in (kagami(case), course(case)):
        assert mark in said and "三田村 涼 に代わり" in said.replace("\n", "")


def test_the_course_keeps_every_version_with_its_remarks(cast: Cast) -> None:
    from approvals.commands import resubmit

    case = submitted(cast)
    act(cast, case, "白井", "return", comment="見積2者の比較表の説明を\n理由に足してください。")
    case = Case.objects.get(pk=case.pk)
    resubmit(case_id=case.pk, seen_revision=case.revision, comment="足しました", actor=cast.actor("佐久間"))
    act(cast, case, "白井", "approve", comment="確認しました")
    data = content.course(full(case), NOW)
    assert [(a["version"], a["verb"], a["name"]) for a in data["acts"]] == [
        (1, "提出", "佐久間 陽向"), (1, "差戻し", "白井 千尋"), (2, "再提出", "佐久間 陽向"), (2, "承認", "白井 千尋"),
    ]  # fmt: skip
    said = course(case)
    for words in (
        "経 過 票",
        "差戻し",
        "見積2者の比較表の説明を",
        "理由に足してください。",
        "足しました",
        "確認しました",
    ):
        assert words in said
    assert said.count("令和7年11月11日") == 5 and "9時40分" in said
    assert ("三田村 涼", "承認待ち") in [(step["name"], step["state"]) for step in data["planned"]]


HOSTILE = '#let x = 1 \\ $a$ "二重" \'一重\' *b* _i_ `c` @ref <tag> [d] // e {f} #panic("g") #read("/etc/passwd")'


def test_nothing_of_a_case_is_ever_code(cast: Cast) -> None:
    case = decided(cast, title=HOSTILE, inquiry=HOSTILE + "あ" * 10_000, grounds='"}#import "x"\\u{41}' + "W" * 10_000)
    made = typeset.pdf("kagami", content.kagami(full(case), NOW), at=NOW)
    said = text_of(made).replace("\n", "")
    assert said.replace(" ", "").count(HOSTILE.replace(" ", "")) == 2
    assert '"}#import "x"\\u{41}' in said and said.count("あ") == 10_000 and said.count("W") == 10_000
    assert "\u200b" not in said
    assert pages_of(made) > 5


def test_letters_beyond_the_common_fonts_are_printed_or_named(cast: Cast) -> None:
    case = decided(cast, title="𠮷田・髙橋・﨑山・葛󠄀城・\ue000・辻\U000e01ef", inquiry="改行\r\nと\tタブと\x07ベル")
    said = kagami(case)
    assert "𠮷田・髙橋・﨑山・葛" in said and "〓" in said and "U+E000" in said
    assert "辻 U+8FBB U+E01EF" in said and "ベル" in said


def test_twelve_steps_fit_and_no_long_name_leaves_the_page(cast: Cast) -> None:
    case = submitted(cast, files=12, title="長" * 200)
    mine = RouteStep.objects.filter(case=case).order_by("position")[0]
    for place in range(20, 29):
        RouteStep.objects.create(
            case=case, version=1, position=place, kind="review", post_id=mine.post_id, rank=20,
            post_name="総合政策部デジタル推進課情報基盤係長" * 2, person_name="勅使河原 長四郎", reason="", state="planned",
        )  # fmt: skip
    data = content.kagami(full(case), NOW)
    assert [len(row) for row in data["boxes"]] == [5, 5, 5] or sum(len(row) for row in data["boxes"]) == 15
    made = typeset.pdf("kagami", data, at=NOW)
    assert pages_of(made) == 2
    assert "2 / 2" in text_of(made)


def test_equal_data_at_the_same_moment_are_equal_bytes(cast: Cast) -> None:
    data = content.kagami(full(decided(cast)), NOW)
    first = typeset.pdf("kagami", data, at=NOW)
    assert first == typeset.pdf("kagami", data, at=NOW)
    assert first != typeset.pdf("kagami", data, at=NOW + dt.timedelta(seconds=1))


@pytest.mark.parametrize("name", ["kagami", "course"])
@pytest.mark.parametrize("person", ["佐久間", "白井", "仁科"])
def test_whoever_reads_the_case_gets_its_papers_and_the_ledger_says_so(cast: Cast, name: str, person: str) -> None:
    case = decided(cast)
    answer = seen_by(cast, person).get(reverse("approvals:paper", args=[case.pk, name]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"].startswith("inline") and "no-store" in answer["Cache-Control"]
    entry = LedgerEntry.objects.get(action="case.paper_printed")
    assert (entry.actor_name, entry.record_id) == (cast.staff[person].name, case.record_id)
    assert hashlib.sha256(answer.content).hexdigest() in bytes(entry.body).decode()
    assert f'"paper":"{name}"' in bytes(entry.body).decode()


def test_a_paper_can_be_saved(cast: Cast) -> None:
    case = decided(cast)
    answer = seen_by(cast, "佐久間").get(reverse("approvals:paper", args=[case.pk, "kagami"]) + "?save")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content.startswith(b"%PDF-1.7")


@pytest.mark.parametrize("person", ["森脇", "管理者"])
def test_for_others_there_is_no_such_case(cast: Cast, person: str) -> None:
    case = decided(cast)
    client = seen_by(cast, person)
    absent = client.get(reverse("approvals:paper", args=[case.pk + 99, "kagami"]))
    forbidden = client.get(reverse("approvals:paper", args=[case.pk, "kagami"]))
    assert (absent.status_code, forbidden.status_code) == (404, 404)
    assert client.post(reverse("approvals:certificate", args=[case.pk])).status_code == 404
    with pytest.raises(NotFound):
        commands.note_paper(case_id=case.pk, paper="kagami", sha256="", actor=cast.actor(person))
    assert not LedgerEntry.objects.filter(action__in=["case.paper_printed", "case.history_certified"]).exists()


def test_there_is_no_paper_of_another_name(cast: Cast) -> None:
    case = decided(cast)
    client = seen_by(cast, "佐久間")
    for name in ("frame", "certificate.typ", "x"):
        assert client.get(reverse("approvals:paper", args=[case.pk, name])).status_code == 404
    assert client.get(reverse("approvals:certificate", args=[case.pk])).status_code == 405


@override_settings(FILES_TAKEN_BY_READERS=False)
def test_where_files_stay_with_the_responsible_so_do_papers(cast: Cast) -> None:
    case = decided(cast)
    auditor, drafter = seen_by(cast, "仁科"), seen_by(cast, "佐久間")
    address = reverse("approvals:paper", args=[case.pk, "kagami"])
    assert (auditor.get(address).status_code, drafter.get(address).status_code) == (403, 200)
    with pytest.raises(NotAllowed):
        certify_history(case_id=case.pk, actor=cast.actor("仁科"))
    page = reverse("approvals:case", args=[case.pk])
    assert "帳票" not in auditor.get(page).content.decode()
    assert "帳票" in drafter.get(page).content.decode()


def test_the_page_offers_what_there_is(cast: Cast) -> None:
    client = seen_by(cast, "佐久間")
    for case, offered in (
        (draft(cast), {"kagami"}),
        (submitted(cast), {"kagami", "course"}),
        (decided(cast), {"kagami", "course", "certificate"}),
    ):
        shown = client.get(reverse("approvals:case", args=[case.pk])).content.decode()
        addresses = {name: reverse("approvals:paper", args=[case.pk, name]) for name in ("kagami", "course")}
        addresses["certificate"] = reverse("approvals:certificate", args=[case.pk])
        assert {name for name, address in addresses.items() if f'"{address}"' in shown} == offered


def test_a_certificate_tells_what_was_verified(cast: Cast) -> None:
    case = full(decided(cast, files=2))
    last = LedgerEntry.objects.filter(record_id=case.record_id).latest("id").pk
    answer = seen_by(cast, "白井").post(reverse("approvals:certificate", args=[case.pk]))
    assert answer.status_code == 200
    said = text_of(answer.content)
    assert case.record.original is not None
    for words in (
        "証-R07-00001", "決 裁 履 歴 証 明", case.record.original.sha256, case.versions.get().sha256, "一致", "水瀬市",
        "保存した時から変わっていないことを証明します", "羽鳥 修平", f"から{last}まで", "令和7年11月11日",
    ):  # fmt: skip
        assert words in said, words
    assert "不一致" not in said
    entry = LedgerEntry.objects.get(action="case.history_certified")
    assert entry.actor_name == "白井 千尋" and entry.pk > last
    body = bytes(entry.body).decode()
    assert hashlib.sha256(answer.content).hexdigest() in body and f'"up_to":{last}' in body and '"intact":true' in body
    again = certify_history(case_id=case.pk, actor=cast.actor("佐久間"))
    assert (again.number, again.is_intact) == ("証-R07-00002", True)


def test_before_the_decision_nothing_is_certified_and_no_number_is_taken(cast: Cast) -> None:
    case = submitted(cast)
    with pytest.raises(Conflict) as refused:
        certify_history(case_id=case.pk, actor=cast.actor("佐久間"))
    assert refused.value.code == "not_decided"
    assert seen_by(cast, "佐久間").post(reverse("approvals:certificate", args=[case.pk])).status_code == 409
    assert certify_history(case_id=decided(cast).pk, actor=cast.actor("佐久間")).number == "証-R07-00001"


def test_damage_is_said_and_not_hidden(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = full(decided(cast, files=1))
    assert proof.verify(case).ok
    spoiled = current_files(case.record_id)[0].blob_id
    read = FileBlobs.read

    def damaged(self: Any, name: str, **kwargs: Any) -> bytes:
        return b"X" + read(self, name, **kwargs)[1:] if spoiled in name else read(self, name, **kwargs)

    monkeypatch.setattr(FileBlobs, "read", damaged)
    found = proof.verify(case)
    assert [check.what for check in found.checks if not check.ok] == ["添付 1 仕様書1.txt"]
    made = certify_history(case_id=case.pk, actor=cast.actor("佐久間"))
    said = text_of(made.pdf)
    assert not made.is_intact and "不一致" in said and "証明できません" in said
    assert '"intact":false' in bytes(LedgerEntry.objects.get(action="case.history_certified").body).decode()


def test_papers_are_japanese_whatever_language_the_reader_has(cast: Cast) -> None:
    from django.utils import translation

    case = full(decided(cast))
    with translation.override("en"):
        assert content.kagami(case, clock.now())["state"] == "決裁済 第1版"
        assert content.course(case, clock.now())["acts"][0]["verb"] == "提出"
