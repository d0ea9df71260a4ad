"""Fills the demo city with one of everything that a page can show; prints where it is as JSON.  Run as a module."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import django


def main() -> None:
    """Build through commands, print the numbers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(cases() | processes() | organization()))


def cases() -> dict[str, Any]:
    """A draft, a case on its way, one sent back, one decided and one filed."""
    from documents.models import Binder
    from documents.queries import current_files
    from tests.approvals import cast as maker
    from workflow.organization.models import Staff

    names = ("佐久間", "白井", "三田村", "羽鳥", "桐生")
    people = maker.Cast(staff={name: Staff.objects.filter(name__startswith=name).first() for name in names})
    keeping = Binder.objects.filter(unit_name__contains="デジタル").order_by("pk")
    people.binder_id = keeping.values_list("pk", flat=True)[0]
    wordy = {
        "inquiry": "申請書の取込みを支援する業務を委託してよろしいか伺います。" * 4,
        "grounds": "紙の申請書が増えているため。\n" * 6,
    }
    under_way = maker.submitted(people, files=3, is_urgent=True, urgent_reason="契約期限が迫っているため", **wordy)
    returned = maker.submitted(people, title="庁内無線LAN更新業務委託契約の締結", **wordy)
    maker.act(people, returned, "白井", "return", comment="見積2者の比較表の説明を理由に足してください。")
    decided = maker.decided(people, title="業務系端末の賃貸借契約の締結", files=2, **wordy)
    filed = maker.decided(people, title="申請書様式の改正", **wordy)
    maker.commands.complete_case(case_id=filed.pk, seen_revision=_revision(filed.pk), actor=people.actor("佐久間"))
    begun = maker.draft(people, files=2)
    return _regulation() | {
        "draft": begun.pk,
        "under_way": under_way.pk,
        "returned": returned.pk,
        "decided": decided.pk,
        "filed": filed.pk,
        "filed_record": filed.record_id,
        "under_way_record": under_way.record_id,
        "under_way_instance": under_way.instance_id,
        "version": current_files(filed.record_id)[0].pk,
        "draft_attachment": current_files(begun.record_id)[0].attachment_id,
        "binder": people.binder_id,
        "staff": "200401",
    }


def _regulation() -> dict[str, Any]:
    """The 決裁規程 that holds, and a copy that is being written, with a row taken out so that its bench fails."""
    from approvals.regulation import commands, queries
    from config import clock
    from config.commands import system_actor

    actor = system_actor("furnish")
    held = queries.in_force(body="mayor", on=clock.today())
    assert held is not None
    draft = commands.draft_regulation(body="mayor", title="水瀬市事務決裁規程の改正", copied_from=held.pk, actor=actor)
    matter = next(each for each in queries.rulebook(draft).matters if each.code == "F04")
    rows = queries.rulebook(draft).rows_of("F04")
    commands.write_matter(
        regulation_id=draft.pk, seen_revision=draft.revision, matter=matter, rows=rows[1:], actor=actor
    )
    return {"regulation": held.pk, "regulation_draft": draft.pk}


def _revision(case_id: int) -> int:
    from approvals.models import Case

    return Case.objects.get(pk=case_id).revision


def processes() -> dict[str, Any]:
    """Drawn processes: one shared piece of work, one that is stuck; and a loan."""
    import datetime as dt

    from config import clock
    from documents.ledger.models import LedgerEntry
    from tests.workflow import people as maker
    from workflow import commands
    from workflow.models import ItemCandidate
    from workflow.organization.models import Staff

    office = maker.People(
        staff={name: Staff.objects.filter(name__startswith=name).first() for name in ("佐久間", "三田村")}
    )
    maker.deploy(("ask", maker.STARTER), ("share", maker.TWO_CLERKS), ("look", maker.MANAGER))
    shared = maker.start(office)
    maker.complete(office, shared, "ask", "佐久間")
    maker.deploy(("ask", maker.STARTER), ("look", maker.MANAGER))  # without the second step: nothing could go over
    vacant = 'name="主事補が見る" camunda:candidateUsers="999999"'
    maker.deploy(("ask", maker.STARTER), ("next", vacant), ("look", maker.MANAGER), key="stuck")
    stuck = maker.start(office, key="stuck")
    maker.complete(office, stuck, "ask", "佐久間")
    day = clock.today() + dt.timedelta(days=3)
    loan = commands.start_loan(actor=office.actor("佐久間"), **_loan(day))
    task = ItemCandidate.objects.filter(task__process_id=loan.id, is_open=True).first()
    return {
        "shared": shared.id,
        "shared_item": maker.item_at(shared, "share").pk,
        "stuck": stuck.id,
        "loan": loan.id,
        "loan_task": task.task_id if task is not None else 0,
        "entry": LedgerEntry.objects.latest("id").pk,
    }


def organization() -> dict[str, Any]:
    """Imports: one with faults, one without, one registered; work of somebody who has left."""
    import datetime as dt

    from config import clock
    from tests.organization import files
    from tests.workflow import people as maker
    from workflow.organization import commands, open_work
    from workflow.organization.commands import Rescue, Way
    from workflow.organization.models import Appointment, FileKind, Staff

    on = dt.date(clock.today().year + 1, 4, 1)
    wrong = files.checked(files.sent(FileKind.UNITS, "1010,,,,課,9999,", "x"), on=on)
    right = files.checked(files.sent(FileKind.UNITS, "1099,試行準備課,試準,水試,課,10,"), on=on)
    registered = files.applied(files.sent(FileKind.UNITS, "1098,実験課,実験,水実,課,10,"), on=on)
    leaver = commands.hire_staff(code="249999", name="去川 一", roles=[], actor=files.SYSTEM)
    maker.deploy(
        ("ask", maker.STARTER), ("take_over", 'name="引継ぎを見る" camunda:candidateUsers="249999"'), key="orphan"
    )
    office = maker.People(staff={"佐久間": Staff.objects.get(code="200401")})
    maker.complete(office, maker.start(office, key="orphan"), "ask", "佐久間")
    (work,) = open_work.of_person(leaver.pk)
    commands.retire_staff(code="249999", reason="退職", rescues=[Rescue(work.key, Way.QUEUE)], actor=files.SYSTEM)
    return {
        "batch_wrong": wrong.pk,
        "batch": right.pk,
        "batch_registered": registered.pk,
        "work": work.key,
        "appointment": Appointment.objects.filter(staff__code="200401").first().pk,
    }


def _loan(day: Any) -> dict[str, Any]:
    """What the form of a loan takes, as it suggests it."""
    from workflow.forms import LoanForm

    values = LoanForm.suggested()
    form = LoanForm({**values, **{name: "プロジェクター" for name in LoanForm.base_fields if name not in values}})
    if not form.is_valid():
        raise AssertionError(form.errors)
    return dict(form.cleaned_data)


if __name__ == "__main__":
    assert Path("manage.py").exists(), "run from the root of the project"
    main()
