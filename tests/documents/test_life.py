"""A record from draft to its place in the binder: who may do what when, what it becomes, and what is recorded."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.core.files.base import ContentFile

from config.errors import Conflict, Invalid, NotAllowed, NotFound
from config.jobs.handlers import Permanent
from config.jobs.models import Job
from documents import blobs, commands, intake, jobs, queries
from documents.ledger.models import LedgerEntry
from documents.models import Attachment, AttachmentVersion, Binder, PageText, Record
from documents.models.record import RecordState, TextState
from documents.uploads import Checked
from tests.documents import makers
from tests.documents import town as place
from tests.documents.town import SYSTEM, Town


@pytest.fixture
def town(db: None):
    yield from place.standing()


def acts(row: Record) -> list[str]:
    return list(LedgerEntry.objects.filter(record_id=row.pk).order_by("pk").values_list("action", flat=True))


def names(row: Record) -> list[str]:
    return [version.name for version in queries.current_files(row.pk)]


def file(name: str = "覚え.txt", content: bytes = b"text") -> Checked:
    return makers.checked(name, content)


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("draft", {"circulating", "withdrawn"}),
        ("circulating", {"returned"}),
        ("returned", {"circulating", "withdrawn"}),
        ("decided", set()),
        ("completed", set()),
        ("withdrawn", set()),
    ],
)
def test_the_lifecycle(town: Town, state: str, steps: set[str]) -> None:
    for target in RecordState.values:
        row = place.draft(town, "件名")
        if state != "draft":
            Record.objects.filter(pk=row.pk).update(state=state)
        if target in steps:
            commands.set_record_state(record_id=row.pk, state=target, actor=SYSTEM)
            assert Record.objects.get(pk=row.pk).state == target and acts(row)[-1] == "documents.record.state"
        else:
            before = acts(row)
            with pytest.raises(Conflict):
                commands.set_record_state(record_id=row.pk, state=target, actor=SYSTEM)
            assert Record.objects.get(pk=row.pk).state == state and acts(row) == before


@pytest.mark.parametrize("part", ["colleague", "outsider", "auditor", "administrator"])
@pytest.mark.parametrize("returned", [False, True])
def test_only_the_creator_works_on_files(town: Town, part: str, returned: bool) -> None:
    row = place.draft(town, "件名", ("一.txt", b"1"))
    if returned:
        for state in (RecordState.CIRCULATING, RecordState.RETURNED):
            commands.set_record_state(record_id=row.pk, state=state, actor=SYSTEM)
    attachment, actor = Attachment.objects.get(record=row), town.actor(part)
    for change in (
        lambda: commands.attach_file(record_id=row.pk, upload=file(), actor=actor),
        lambda: commands.replace_attachment(attachment_id=attachment.pk, upload=file(), actor=actor),
        lambda: commands.remove_attachment(attachment_id=attachment.pk, actor=actor),
        lambda: commands.reorder_attachments(record_id=row.pk, order=[attachment.pk], actor=actor),
        lambda: commands.describe_record(record_id=row.pk, title="x", binder_id=None, disclosure="open", actor=actor),
    ):
        with pytest.raises((NotFound, NotAllowed)):
            change()
    assert AttachmentVersion.objects.count() == 1 and Record.objects.get(pk=row.pk).title == "件名"


def test_files_are_replaced_ordered_and_taken_out(town: Town) -> None:
    row, actor = place.draft(town, "件名", ("一.txt", b"1"), ("二.txt", b"2")), town.actor("drafter")
    one, two = Attachment.objects.filter(record=row).order_by("position")
    second = commands.replace_attachment(attachment_id=one.pk, upload=file("一改.txt", b"1b"), actor=actor)
    commands.reorder_attachments(record_id=row.pk, order=[two.pk, one.pk], actor=actor)
    assert names(row) == ["二.txt", "一改.txt"] and second.number == 2
    with pytest.raises(Invalid):
        commands.reorder_attachments(record_id=row.pk, order=[two.pk], actor=actor)
    commands.remove_attachment(attachment_id=two.pk, actor=actor)
    assert names(row) == ["一改.txt"]
    with pytest.raises(NotFound):
        commands.remove_attachment(attachment_id=two.pk, actor=actor)
    assert AttachmentVersion.objects.count() == 3
    assert acts(row)[-3:] == ["documents.file.attached", "documents.file.reordered", "documents.file.removed"]


def test_a_refused_file_leaves_nothing(town: Town) -> None:
    row = place.draft(town, "件名")
    before = acts(row)
    with pytest.raises(Invalid) as refused:
        intake.receive(record_id=row.pk, upload=ContentFile(b"text", name="a.pdf"), actor=town.actor("drafter"))
    assert "upload" in refused.value.fields and acts(row) == [*before, "documents.file.refused"]
    assert not Attachment.objects.exists() and not Job.objects.filter(kind="documents.extract_text").exists()


def test_the_original_is_kept_and_everything_refused_afterwards(town: Town) -> None:
    row, actor = place.circulating(town, "件名", ("一.txt", b"1")), town.actor("drafter")
    blob = commands.freeze_original(record_id=row.pk, content={"b": "二", "a": 1}, actor=SYSTEM)
    assert b"".join(blobs.open_verified(blob)) == '{"a":1,"b":"二"}'.encode()
    row.refresh_from_db()
    assert (row.state, row.original_id) == (RecordState.DECIDED, blob.pk)
    assert row.decided_at is not None and row.decided_at.date() == place.DAY
    attachment = Attachment.objects.get(record=row)
    for change in (
        lambda: commands.freeze_original(record_id=row.pk, content={}, actor=SYSTEM),
        lambda: commands.attach_file(record_id=row.pk, upload=file(), actor=actor),
        lambda: commands.remove_attachment(attachment_id=attachment.pk, actor=actor),
        lambda: commands.set_record_number(record_id=row.pk, number="x", actor=SYSTEM),
        lambda: commands.describe_record(record_id=row.pk, title="x", binder_id=None, disclosure="open", actor=actor),
    ):
        with pytest.raises(Conflict):
            change()


@pytest.mark.parametrize(
    ("basis", "years", "more", "start", "end"),
    [
        ("FY", 5, {}, dt.date(2026, 4, 1), dt.date(2031, 3, 31)),
        ("EVENT_FY", 3, {"event_on": dt.date(2027, 6, 30)}, dt.date(2028, 4, 1), dt.date(2031, 3, 31)),
        ("EVENT_FY", 3, {}, None, None),
        ("ACCOUNT_FY", 5, {"account_year": 2024}, dt.date(2025, 4, 1), dt.date(2030, 3, 31)),
        ("NONE", None, {}, None, None),
    ],
)
def test_completion_settles_keeping(town: Town, basis, years, more, start, end) -> None:
    Binder.objects.filter(pk=town.binder_id).update(basis=basis, retention_years=years)
    for order in (1, 2):
        row = place.circulating(town, "件名")
        commands.freeze_original(record_id=row.pk, content={}, actor=SYSTEM)
        with pytest.raises(Invalid):
            commands.complete_record(record_id=row.pk, on=place.DAY - dt.timedelta(days=1), actor=SYSTEM)
        commands.complete_record(record_id=row.pk, on=place.DAY, actor=SYSTEM, **more)
        row.refresh_from_db()
        assert (row.binder_order, row.retention_from, row.expires_on) == (order, start, end)
    details = json.loads(bytes(LedgerEntry.objects.filter(action="documents.record.completed").last().body))["details"]
    assert details["order"] == 2 and details["expires_on"] == (end.isoformat() if end else None)


def test_three_levels_and_no_more(town: Town) -> None:
    with pytest.raises(Invalid) as refused:
        commands.create_classification(code="x", name="x", parent_code="03-02-05", actor=SYSTEM)
    assert refused.value.code == "too_deep"
    with pytest.raises(NotFound):
        commands.create_classification(code="x", name="x", parent_code="99", actor=SYSTEM)


class View:
    """What a worker hands to a handler."""

    def __init__(self, version: AttachmentVersion) -> None:
        self.id, self.payload, self.seen = 1, {"version": version.pk}, []

    def progress(self, done: int, total: int) -> None:
        self.seen.append((done, total))


@pytest.mark.parametrize(
    ("name", "content", "state", "pages"),
    [
        ("a.pdf", makers.pdf("契約", "期間"), TextState.DONE, 2),
        ("a.pdf", makers.scan(2), TextState.EMPTY, 2),
        ("a.docx", makers.word("伺い"), TextState.DONE, 1),
        ("a.csv", "番号,名\r\n".encode("cp932"), TextState.DONE, 1),
    ],
)
def test_text_is_read_once(town: Town, name: str, content: bytes, state: str, pages: int) -> None:
    row = place.draft(town, "件名", (name, content))
    [version] = place.files_of(row)
    assert Job.objects.get(kind="documents.extract_text").payload == {"version": version.pk}
    view = View(version)
    jobs.extract_text(view)
    version.refresh_from_db()
    assert (version.text_state, version.page_count, version.text_error) == (state, pages, "")
    assert view.seen[-1] == (pages, pages)
    kept = PageText.objects.count()
    jobs.extract_text(View(version))
    assert PageText.objects.count() == kept and acts(row).count("documents.text.extracted") == 1
    with pytest.raises(Conflict):
        commands.store_page_texts(version_id=version.pk, pages=[], page_count=1, error="", actor=SYSTEM)


def test_text_is_stored_by_the_system_only(town: Town) -> None:
    [version] = place.files_of(place.draft(town, "件名", ("a.txt", b"x")))
    with pytest.raises(NotAllowed):
        commands.store_page_texts(version_id=version.pk, pages=[], page_count=1, error="", actor=town.actor("drafter"))


def test_a_hostile_file_is_kept_and_said_to_be_unreadable(town: Town) -> None:
    content = makers.archive(main="<w/>")
    [version] = place.files_of(place.draft(town, "件名", ("a.docx", content)))
    with pytest.raises(Permanent):
        jobs.extract_text(View(version))
    version.refresh_from_db()
    assert version.text_state == TextState.FAILED and version.text_error
    assert b"".join(blobs.open_verified(version.blob)) == content
