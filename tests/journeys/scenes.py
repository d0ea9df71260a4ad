"""A working day of the demo city for the pictures of the README; prints where things are as JSON.  Run as a module."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import django

TEXT = """次のとおり委託契約を締結してよろしいか伺います。

1 契約名　申請書読取システム運用支援業務委託
2 金額　　4,620,000円(うち消費税及び地方消費税の額 420,000円)
3 期間　　契約締結の日から令和9年3月31日まで"""
GROUNDS = """紙の申請書の入力に、毎月延べ210時間を要している。
見積2者を比べ、安い方と契約する。比較表は添付のとおり。"""
OTHERS = [
    ("電子申請の操作研修の実施", "窓口の職員を対象に、次のとおり研修を実施してよろしいか伺います。", 40),
    ("庁内無線LANの保守点検", "次のとおり保守点検を行ってよろしいか伺います。", 40),
    ("統合型地理情報システムの更新に係る見積依頼", "次の3者に見積りを依頼してよろしいか伺います。", 50),
]


def main() -> None:
    """Build through commands, print the numbers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(day()))


def day() -> dict[str, Any]:
    """A draft being written, cases waiting for the manager, and one that is filed."""
    from approvals.models import Case
    from documents.models import Binder
    from documents.queries import current_files
    from tests.approvals import cast as maker
    from workflow.organization.models import Staff

    names = ("佐久間", "白井", "三田村", "羽鳥")
    people = maker.Cast(staff={name: Staff.objects.filter(name__startswith=name).first() for name in names})
    people.binder_id = (
        Binder.objects.filter(unit_name__contains="デジタル").order_by("pk").values_list("pk", flat=True)[0]
    )
    main_text = {"title": "申請書読取システム運用支援業務委託契約の締結", "inquiry": TEXT, "grounds": GROUNDS}
    filed = _with_papers(people, **main_text | {"title": "申請書様式の電子化に係る業務委託契約の締結"})
    for name, verb in (("白井", "approve"), ("三田村", "approve"), ("羽鳥", "decide")):
        maker.act(people, filed, name, verb)
    revision = Case.objects.get(pk=filed.pk).revision
    maker.commands.complete_case(case_id=filed.pk, seen_revision=revision, actor=people.actor("佐久間"))
    for title, inquiry, level in OTHERS:
        case = maker.submitted(people, title=title, inquiry=inquiry, grounds="別紙のとおり。", level=level)
        maker.act(people, case, "白井", "approve")
    urgent = {"is_urgent": True, "urgent_reason": "現契約が今月末に終わるため"}
    waiting = _with_papers(people, **main_text, **urgent)
    maker.act(people, waiting, "白井", "approve", comment="見積2者の比較を確かめました。")
    begun = maker.draft(people, files=0, **main_text | {"title": "申請書読取システムの読取帳票の追加"})
    maker.commands.attach_to_draft(case_id=begun.pk, upload=_word(), actor=people.actor("佐久間"))
    return {
        "waiting": waiting.pk,
        "draft": begun.pk,
        "filed_record": filed.record_id,
        "version": next(file.pk for file in current_files(filed.record_id) if file.name.endswith(".pdf")),
    }


def _with_papers(people: Any, **text: Any) -> Any:
    """Submitted with a Word and a PDF file."""
    from tests.approvals import cast as maker
    from tests.documents.makers import checked
    from tests.journeys import papers

    case = maker.draft(people, files=0, **text)
    with tempfile.TemporaryDirectory() as folder:
        report = papers.text_pdf(Path(folder), pages=12).read_bytes()
    for upload in (checked("調査報告書.pdf", report), _word()):
        maker.commands.attach_to_draft(case_id=case.pk, upload=upload, actor=people.actor("佐久間"))
    case.refresh_from_db()
    return maker.commands.submit_draft(case_id=case.pk, seen_revision=case.revision, actor=people.actor("佐久間"))


def _word() -> Any:
    from tests.documents.makers import checked, word

    lines = ("仕様書", "1 読取精度は、月ごとに報告する。", "2 読取りの結果は、職員が確かめてから取り込む。")
    return checked("仕様書.docx", word(*lines, cell="点検支援 4.5月"))


if __name__ == "__main__":
    main()
