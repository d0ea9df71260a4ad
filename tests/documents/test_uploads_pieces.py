"""Files in pieces by the tus protocol: every header it speaks of, whose upload it is, and what is left at each end."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
import os
import uuid
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.http import http_date

from config.errors import Conflict, NotFound
from config.jobs.models import Job
from config.jobs.worker import run_once
from documents import commands, partial, queries
from documents.ledger.models import LedgerEntry
from documents.models import Attachment, AttachmentVersion, Blob, PartialUpload, Record
from documents.models.upload import UploadState
from tests.documents import makers
from tests.documents import town as place
from tests.documents.town import NOW, Town

URL = "/documents/uploads/"
TEXT = "本文".encode() * 500


@pytest.fixture
def town(db: None, settings, tmp_path: Path):
    settings.UPLOAD_ROOT, settings.BLOB_ROOT = tmp_path / "uploads", tmp_path / "blobs"
    yield from place.standing()


@pytest.fixture
def row(town: Town) -> Record:
    return place.draft(town, "件名")


def metadata(**said: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())


def ask(client: Client, method: str, url: str, body: bytes = b"", **headers: str) -> Any:
    sent = {"Tus-Resumable": "1.0.0", "X-Requested-With": "XMLHttpRequest"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    sort = sent.pop("Content-Type", "application/offset+octet-stream")
    return client.generic(method, url, body, sort, headers=sent)


def create(client: Client, row: Record, name: str = "控え.txt", size: int = len(TEXT), mark: str = "m") -> Any:
    said = metadata(record=str(row.pk), filename=name, mark=mark)
    return ask(client, "POST", URL, Upload_Length=str(size), Upload_Metadata=said)


def patch(client: Client, url: str, offset: int, piece: bytes, **headers: str) -> Any:
    return ask(client, "PATCH", url, piece, Upload_Offset=str(offset), **headers)


def bytes_left(tmp_path: Path) -> list[str]:
    return [path.name for path in (tmp_path / "uploads").rglob("*") if path.is_file()]


def test_what_the_server_speaks(town: Town, settings) -> None:
    answer = ask(town.browser("drafter"), "OPTIONS", URL)
    assert answer.status_code == 204
    assert answer.headers["Tus-Resumable"] == answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,expiration,checksum,termination"
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256,md5"
    assert answer.headers["Tus-Max-Size"] == str(settings.MAX_FILE_BYTES)


def test_a_file_in_three_pieces(town: Town, row: Record, tmp_path: Path) -> None:
    client = town.browser("drafter")
    made = create(client, row)
    assert (made.status_code, made.headers["Tus-Resumable"]) == (201, "1.0.0")
    url = made.headers["Location"]
    assert made.headers["Upload-Expires"] == http_date(PartialUpload.objects.get().expires_at.timestamp())
    at = 0
    for piece in (TEXT[:1000], TEXT[1000:1001], TEXT[1001:]):
        answer = patch(client, url, at, piece)
        at += len(piece)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(at))
        head = ask(client, "HEAD", url)
        assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == (str(at), str(len(TEXT)))
        assert head.headers["Cache-Control"] == "no-store" and "Upload-Expires" in head.headers
    assert not Attachment.objects.exists()

    answer = ask(client, "POST", f"{url}finish/")
    version = AttachmentVersion.objects.get()
    assert (answer.status_code, answer.json()) == (200, {"version": version.pk, "name": "控え.txt"})
    assert version.blob_id == hashlib.sha256(TEXT).hexdigest() and version.attachment.record_id == row.pk
    assert LedgerEntry.objects.order_by("-pk")[0].action == "documents.file.attached"
    assert bytes_left(tmp_path) == []
    # A lost answer is asked for again: the same version, and the client that looks finds everything sent.
    assert ask(client, "POST", f"{url}finish/").json()["version"] == version.pk
    assert ask(client, "HEAD", url).headers["Upload-Offset"] == str(len(TEXT))
    assert AttachmentVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("POST", {"Tus_Resumable": "0.2.2"}, 412),
        ("PUT", {}, 405),
        ("POST", {}, 400),
        ("POST", {"Upload_Length": "x"}, 400),
        ("POST", {"Upload_Length": "-1"}, 400),
        ("POST", {"Upload_Length": "9" * 30}, 400),
        ("POST", {"Upload_Length": "5", "Upload_Metadata": "filename !!!"}, 400),
        ("POST", {"Upload_Length": "5", "Upload_Metadata": metadata(filename="a.txt")}, 400),
        ("POST", {"Upload_Length": "5", "Upload_Metadata": metadata(record="x", filename="a.txt")}, 400),
        ("POST", {"Upload_Defer_Length": "1"}, 400),
    ],
)
def test_what_is_no_creation(method: str, headers: dict[str, str], status: int, town: Town) -> None:
    answer = ask(town.browser("drafter"), method, URL, **headers)
    assert answer.status_code == status and answer.headers["Tus-Resumable"] == "1.0.0"
    assert ("Tus-Version" in answer.headers) == (status == 412)
    assert not PartialUpload.objects.exists()


def test_pieces_that_do_not_fit(town: Town, row: Record) -> None:
    client = town.browser("drafter")
    url = create(client, row).headers["Location"]
    assert patch(client, url, 0, TEXT[:10], Content_Type="text/plain").status_code == 415
    assert patch(client, url, 5, TEXT[:10]).status_code == 409
    assert ask(client, "PATCH", url, b"x").status_code == 400
    assert patch(client, url, 0, TEXT + b"x").status_code == 422
    sum_of = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "md5": hashlib.md5}
    right = base64.b64encode(hashlib.sha1(TEXT[:10]).digest()).decode()
    wrong = base64.b64encode(hashlib.sha1(b"other").digest()).decode()
    assert patch(client, url, 0, TEXT[:10], Upload_Checksum=f"sha1 {wrong}").status_code == 460
    assert patch(client, url, 0, TEXT[:10], Upload_Checksum=f"crc32 {right}").status_code == 400
    assert ask(client, "HEAD", url).headers["Upload-Offset"] == "0"
    at = 0
    for name, make in sum_of.items():
        value = base64.b64encode(make(TEXT[at : at + 10]).digest()).decode()
        assert patch(client, url, at, TEXT[at : at + 10], Upload_Checksum=f"{name} {value}").status_code == 204
        at += 10
    assert ask(client, "POST", url, TEXT[30:40], X_HTTP_Method_Override="PATCH", Upload_Offset="30").status_code == 204
    assert ask(client, "POST", f"{url}finish/").json()["code"] == "incomplete"


def test_a_broken_line_leaves_what_came(town: Town, row: Record) -> None:
    """Bytes that a broken transaction wrote beyond the offset are not counted, and written over."""
    client = town.browser("drafter")
    url = create(client, row).headers["Location"]
    patch(client, url, 0, TEXT[:100])
    upload = PartialUpload.objects.get()
    with partial.path_of(upload.pk).open("ab") as file:
        file.write(b"torn")
    assert patch(client, url, 100, TEXT[100:]).status_code == 204
    assert ask(client, "POST", f"{url}finish/").status_code == 200
    assert AttachmentVersion.objects.get().blob_id == hashlib.sha256(TEXT).hexdigest()


def test_lost_bytes_are_said_to_be_lost(town: Town, row: Record) -> None:
    client = town.browser("drafter")
    url = create(client, row).headers["Location"]
    partial.path_of(PartialUpload.objects.get().pk).unlink()
    answer = patch(client, url, 0, TEXT)
    assert (answer.status_code, answer.json()["code"]) == (410, "expired")


def test_another_persons_upload_is_not_found(town: Town, row: Record) -> None:
    url = create(town.browser("drafter"), row).headers["Location"]
    for part in ("colleague", "officer", "outsider"):
        client = town.browser(part)
        assert ask(client, "HEAD", url).status_code == 404
        assert patch(client, url, 0, TEXT).status_code == 404
        assert ask(client, "DELETE", url).status_code == 404
        assert ask(client, "POST", f"{url}finish/").status_code == 404
        assert create(client, row).status_code == 404
    assert ask(Client(), "HEAD", url).status_code == 401
    assert ask(town.browser("drafter"), "HEAD", f"{URL}{uuid.uuid4()}/").status_code == 404
    with pytest.raises(NotFound):
        partial.upload_for(upload_id=PartialUpload.objects.get().pk, actor=town.actor("colleague"))
    assert queries.open_uploads(row.pk, town.actor("colleague")) == []
    assert len(queries.open_uploads(row.pk, town.actor("drafter"))) == 1


def test_a_file_that_can_be_refused_at_once_is(town: Town, row: Record, settings) -> None:
    client = town.browser("drafter")
    settings.MAX_FILE_BYTES, settings.MAX_CASE_BYTES = 1_000, 1_500
    for name, size, status, code in [
        ("大.txt", 1_001, 413, "too_large"),
        ("空.txt", 0, 422, "empty"),
        ("悪.exe", 10, 422, "unknown_type"),
        ("a\u202etxt.pdf", 10, 422, "bad_name"),
    ]:
        answer = create(client, row, name, size)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert LedgerEntry.objects.order_by("-pk")[0].action == "documents.file.refused"
    assert not PartialUpload.objects.exists() and not Job.objects.filter(kind="documents.expire_upload").exists()
    # What is on its way counts for the case, for each file, and for the person.
    assert create(client, row, "一.txt", 1_000).status_code == 201
    assert create(client, row, "二.txt", 501).json()["code"] == "case_too_large"
    other = place.draft(town, "別の件名")
    settings.UPLOAD_QUOTA_BYTES = 1_600
    assert create(client, other, "三.txt", 601).json()["code"] == "quota"
    assert create(client, other, "四.txt", 600).status_code == 201


def test_the_sum_of_a_case_is_checked_at_the_end_too(town: Town, row: Record, settings, tmp_path: Path) -> None:
    client = town.browser("drafter")
    settings.MAX_CASE_BYTES = len(TEXT) + 10
    url = create(client, row).headers["Location"]
    patch(client, url, 0, TEXT)
    commands.attach_file(record_id=row.pk, upload=makers.checked("先.txt", b"x" * 11), actor=town.actor("drafter"))
    answer = ask(client, "POST", f"{url}finish/")
    assert (answer.status_code, answer.json()["code"]) == (413, "case_too_large")
    assert [file.name for file in queries.current_files(row.pk)] == ["先.txt"]
    assert not PartialUpload.objects.exists() and bytes_left(tmp_path) == []


def test_a_refused_file_leaves_nothing_and_others_go_on(town: Town, row: Record, tmp_path: Path) -> None:
    client, hostile = town.browser("drafter"), makers.raw_pdf(b"2 0 obj <</S/JavaScript/JS(x)>> endobj")
    bad = create(client, row, "通知.pdf", len(hostile)).headers["Location"]
    good = create(client, row).headers["Location"]
    patch(client, bad, 0, hostile)
    patch(client, good, 0, TEXT)
    answer = ask(client, "POST", f"{bad}finish/")
    assert (answer.status_code, answer.json()["code"]) == (422, "active")
    assert answer.json()["detail"].startswith("「通知.pdf」: 開くと動き出す")
    assert ask(client, "HEAD", bad).status_code == 404
    assert not Blob.objects.exists() and not Attachment.objects.exists()
    assert [upload.name for upload in PartialUpload.objects.all()] == ["控え.txt"]
    entry = LedgerEntry.objects.order_by("-pk")[0]
    assert (entry.action, entry.record_id) == ("documents.file.refused", row.pk)
    assert ask(client, "POST", f"{good}finish/").status_code == 200
    assert bytes_left(tmp_path) == []


def test_a_file_given_up_leaves_nothing(town: Town, row: Record, tmp_path: Path) -> None:
    client = town.browser("drafter")
    url = create(client, row).headers["Location"]
    patch(client, url, 0, TEXT[:10])
    assert ask(client, "DELETE", url).status_code == 204
    assert not PartialUpload.objects.exists() and bytes_left(tmp_path) == []
    assert ask(client, "DELETE", url).status_code == 404


def test_two_ends_at_once_make_one_attachment(town: Town, row: Record) -> None:
    client, actor = town.browser("drafter"), town.actor("drafter")
    url = create(client, row).headers["Location"]
    patch(client, url, 0, TEXT)
    upload = PartialUpload.objects.get()
    PartialUpload.objects.update(state=UploadState.CHECKING, checking_since=NOW)
    assert ask(client, "POST", f"{url}finish/").json()["code"] == "checking"
    assert ask(client, "DELETE", url).json()["code"] == "checking"
    with pytest.raises(Conflict) as closed:
        partial.append(upload_id=upload.pk, offset=len(TEXT), piece=io.BytesIO(), length=0, actor=actor)
    assert closed.value.code == "not_open"
    with pytest.raises(Conflict) as late:
        checked = makers.checked("控え.txt", TEXT)
        commands.attach_upload(upload_id=str(upload.pk), upload=checked, claim="2025-11-11T00:00:00+00:00", actor=actor)
    assert late.value.code == "taken_over" and not Attachment.objects.exists()
    # The process that looked has died: after its time anybody's request takes over.
    with time_machine.travel(NOW + dt.timedelta(minutes=11)):
        assert ask(client, "POST", f"{url}finish/").status_code == 200
    assert AttachmentVersion.objects.count() == 1


def test_a_record_handed_on_meanwhile_takes_no_more_files(town: Town, row: Record, tmp_path: Path) -> None:
    client = town.browser("drafter")
    url = create(client, row).headers["Location"]
    patch(client, url, 0, TEXT)
    commands.set_record_state(record_id=row.pk, state="circulating", actor=town.actor("drafter"))
    assert ask(client, "POST", f"{url}finish/").status_code == 409
    assert not Attachment.objects.exists() and not PartialUpload.objects.exists() and bytes_left(tmp_path) == []
    assert create(client, row).status_code == 409


def test_what_is_not_gone_on_with_is_thrown_away(town: Town, row: Record, tmp_path: Path, settings) -> None:
    client = town.browser("drafter")
    url = create(client, row).headers["Location"]
    patch(client, url, 0, TEXT[:10])
    job = Job.objects.get(kind="documents.expire_upload")
    assert job.due == PartialUpload.objects.get().expires_at
    assert job.due - PartialUpload.objects.get().created_at == dt.timedelta(hours=settings.UPLOAD_HOURS)
    assert not partial.expire(PartialUpload.objects.get().pk)
    nameless = settings.UPLOAD_ROOT / f"{uuid.uuid4()}.part"
    nameless.write_bytes(b"x")
    os.utime(nameless, (NOW.timestamp(), NOW.timestamp()))
    with time_machine.travel(NOW + dt.timedelta(hours=25), tick=False):
        assert patch(town.browser("drafter"), url, 10, TEXT[10:]).status_code == 410
        assert queries.open_uploads(row.pk, town.actor("drafter")) == []
        assert run_once(worker="test", queues=["default"]) >= 1
    assert not PartialUpload.objects.exists() and bytes_left(tmp_path) == []


def test_a_stream_that_ends_early(town: Town, row: Record) -> None:
    """The promised length is the file's, not the piece's: a short piece is kept, and the offset says how far it is."""
    client, actor = town.browser("drafter"), town.actor("drafter")
    create(client, row)
    upload = PartialUpload.objects.get()
    stands = partial.append(upload_id=upload.pk, offset=0, piece=io.BytesIO(TEXT[:7]), length=7, actor=actor)
    assert stands == 7 and PartialUpload.objects.get().offset == 7
    with pytest.raises(Conflict):
        partial.append(upload_id=upload.pk, offset=0, piece=io.BytesIO(TEXT), length=len(TEXT), actor=actor)
