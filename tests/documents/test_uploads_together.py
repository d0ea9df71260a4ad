"""Two browsers and one file: pieces are written once, and the end attaches once, on either database."""

from __future__ import annotations

import io
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from config.errors import Refusal
from documents import commands, partial
from documents.models import Attachment, AttachmentVersion, PartialUpload
from workflow.organization.actors import actor_for

TEXT = b"text of the file\n" * 1_000


@pytest.fixture
def upload(fresh_city: str, drafter, settings, tmp_path: Path) -> tuple[uuid.UUID, Any]:
    settings.UPLOAD_ROOT, settings.BLOB_ROOT = tmp_path / "uploads", tmp_path / "blobs"
    actor = actor_for(staff=drafter, channel="web")
    row = commands.create_record(actor=actor)
    return partial.begin(record_id=row.pk, name="控え.txt", size=len(TEXT), mark="", actor=actor).pk, actor


def together(doing: Callable[[], Any], times: int) -> list[Any]:
    """What came of doing it several times at once: results, and codes of refusals."""
    gate, ends = threading.Barrier(times), []

    def one() -> None:
        try:
            gate.wait(20)
            ends.append(doing())
        except Refusal as refused:
            ends.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ends


def test_a_piece_sent_twice_at_once_is_written_once(upload: tuple[uuid.UUID, Any]) -> None:
    key, actor = upload
    ends = together(
        lambda: partial.append(upload_id=key, offset=0, piece=io.BytesIO(TEXT), length=len(TEXT), actor=actor), 4
    )
    assert sorted(map(str, ends)) == sorted([str(len(TEXT)), *["offset"] * 3])
    assert PartialUpload.objects.get().offset == len(TEXT)
    assert partial.path_of(key).read_bytes() == TEXT


def test_an_end_asked_for_twice_at_once_attaches_once(upload: tuple[uuid.UUID, Any]) -> None:
    key, actor = upload
    partial.append(upload_id=key, offset=0, piece=io.BytesIO(TEXT), length=len(TEXT), actor=actor)
    ends = together(lambda: partial.finish(upload_id=key, actor=actor).pk, 3)
    version = AttachmentVersion.objects.get()
    assert set(ends) <= {version.pk, "checking"} and version.pk in ends
    assert Attachment.objects.count() == 1 and not partial.path_of(key).exists()
    assert partial.finish(upload_id=key, actor=actor).pk == version.pk
