"""Content-addressed bytes: one row a content, hashed in blocks, never handed out damaged."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pytest
from django.conf import settings

from documents import blobs
from documents.blobs import BLOCK, IntegrityBroken
from documents.models import Blob
from documents.storage import key_of

pytestmark = pytest.mark.django_db


def keep(content: bytes) -> Blob:
    return blobs.store(io.BytesIO(content), media_type="text/plain")


def place(blob: Blob) -> Path:
    return Path(settings.BLOB_ROOT) / key_of(blob.sha256)


def damage(blob: Blob, at: int) -> None:
    path = place(blob)
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 17])
def test_whole_and_blocks_are_hashed(size: int) -> None:
    content = os.urandom(size)
    blob = keep(content)
    assert blob.sha256 == hashlib.sha256(content).hexdigest() and blob.size == size
    parts = [content[at : at + BLOCK] for at in range(0, size, BLOCK)]
    assert bytes(blob.blocks) == b"".join(hashlib.sha256(part).digest() for part in parts)
    assert b"".join(blobs.open_verified(blob)) == content
    blobs.verify(blob)


def test_one_row_a_content() -> None:
    content = os.urandom(100)
    assert keep(content).pk == keep(content).pk
    assert Blob.objects.filter(pk=hashlib.sha256(content).hexdigest()).count() == 1


class Slow(io.BytesIO):
    """Gives a few bytes at a time, as a network does."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 1, 70_001))


def test_blocks_are_whole_however_the_bytes_arrive() -> None:
    content = os.urandom(2 * BLOCK + 5)
    blob = blobs.store(Slow(content), media_type="text/plain")
    assert len(bytes(blob.blocks)) == 3 * 32
    blobs.verify(blob)


@pytest.mark.parametrize(
    ("start", "end"), [(0, 1), (BLOCK - 1, BLOCK + 1), (BLOCK, 2 * BLOCK), (5, 5), (2 * BLOCK, None), (7, 99 * BLOCK)]
)
def test_a_range(start: int, end: int | None) -> None:
    content = os.urandom(2 * BLOCK + 100)
    assert b"".join(blobs.open_verified(keep(content), start=start, end=end)) == content[start:end]


def test_a_damaged_block_is_not_handed_out_and_sound_ones_are() -> None:
    content = os.urandom(3 * BLOCK)
    blob = keep(content)
    damage(blob, BLOCK + 10)
    assert b"".join(blobs.open_verified(blob, end=BLOCK)) == content[:BLOCK]
    given = []
    with pytest.raises(IntegrityBroken) as broken:
        given += blobs.open_verified(blob, start=BLOCK, end=BLOCK + 1)
    assert (given, broken.value.block) == ([], 1)
    with pytest.raises(IntegrityBroken):
        blobs.verify(blob)


@pytest.mark.parametrize("change", ["shorter", "gone"])
def test_lost_bytes(change: str) -> None:
    blob = keep(os.urandom(BLOCK + 9))
    if change == "gone":
        place(blob).unlink()
    else:
        place(blob).chmod(0o644)  # stored bytes are read-only
        os.truncate(place(blob), BLOCK)
    with pytest.raises(IntegrityBroken):
        list(blobs.open_verified(blob))


class Broken(io.BytesIO):
    """A sender who goes away."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= BLOCK:
            raise ConnectionResetError
        return super().read(size)


def test_an_interrupted_upload_leaves_neither_row_nor_bytes() -> None:
    rows = Blob.objects.count()
    files = {path for path in Path(settings.BLOB_ROOT).rglob("*") if path.is_file()}
    with pytest.raises(ConnectionResetError):
        blobs.store(Broken(os.urandom(3 * BLOCK)), media_type="text/plain")
    assert Blob.objects.count() == rows
    assert {path for path in Path(settings.BLOB_ROOT).rglob("*") if path.is_file()} == files
