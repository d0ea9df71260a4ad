"""Where bytes lie: the same tests for files and for S3.  Hashed while written, verified when read, one row per content."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from typing import IO, Any, cast

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import override_settings

from documents import blobs
from documents.models import Blob
from documents.storage import Blobs, FileBlobs, S3Blobs, key_of

pytestmark = pytest.mark.django_db

BIG = os.urandom(64 * 1024) * 40  # 2.5 MiB: three blocks


@pytest.fixture(params=["file", pytest.param("s3", marks=pytest.mark.services)])
def store(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Blobs]:
    """Each storage in its turn, as the default one."""
    if request.param == "file":
        backend: dict[str, Any] = {"BACKEND": "documents.storage.FileBlobs", "OPTIONS": {"location": tmp_path}}
    else:
        assert settings.OBJECT_STORE, "OBJECT_STORE_URL is not set: run make services-test"
        backend = {"BACKEND": "documents.storage.S3Blobs"}
    with override_settings(STORAGES=settings.STORAGES | {"default": backend}):
        yield cast(Blobs, default_storage)


def fresh(size: int = 2_000) -> bytes:
    """Content that no other run has stored."""
    return os.urandom(size)


def kept(content: bytes) -> Blob:
    return blobs.store(io.BytesIO(content), media_type="text/plain")


class Broken(io.BytesIO):
    """A source that breaks off."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() >= 1024 * 1024:
            raise ConnectionResetError("the sender is gone")
        return super().read(size)


class Counting(io.BytesIO):
    """Notes how much is asked for at once."""

    most = 0

    def read(self, size: int | None = -1) -> bytes:
        Counting.most = max(Counting.most, size if size is not None and size >= 0 else 10**9)
        return super().read(size)


def test_the_right_storage_is_tested(store: Blobs, request: pytest.FixtureRequest) -> None:
    wanted = FileBlobs if "file" in request.node.name else S3Blobs
    store.kind  # noqa: B018 - wakes the lazy storage
    assert isinstance(default_storage._wrapped, wanted)


def test_what_is_stored_is_read_again(store: Blobs) -> None:
    content = BIG + fresh()
    blob = kept(content)
    assert blob.sha256 == hashlib.sha256(content).hexdigest()
    assert (blob.size, blob.store) == (len(content), store.kind)
    assert bytes(blob.blocks) == b"".join(
        hashlib.sha256(content[at : at + blobs.BLOCK]).digest() for at in range(0, len(content), blobs.BLOCK)
    )
    assert b"".join(blobs.open_verified(blob)) == content
    blobs.verify(blob)


@pytest.mark.parametrize(
    ("start", "end"), [(0, 1), (5, 5), (1_048_575, 1_048_577), (2_000_000, None), (0, 10**9), (2_621_439, 2_621_440)]
)
def test_a_part_is_read_across_blocks(store: Blobs, start: int, end: int | None) -> None:
    blob = kept(BIG)
    assert b"".join(blobs.open_verified(blob, start=start, end=end)) == BIG[start:end]


def test_an_empty_content_can_be_kept(store: Blobs) -> None:
    blob = kept(b"")
    assert (blob.size, b"".join(blobs.open_verified(blob))) == (0, b"")


def test_the_same_content_is_one_row_and_one_object(store: Blobs) -> None:
    content = fresh()
    first, second = kept(content), kept(content)
    assert first.pk == second.pk and Blob.objects.filter(pk=first.pk).count() == 1
    again = store.put(key_of(first.sha256), cast(IO[bytes], io.BytesIO(content)), len(content))
    assert again == first.store_version
    assert b"".join(blobs.open_verified(first)) == content


def test_a_source_that_breaks_off_leaves_nothing(store: Blobs) -> None:
    content = fresh(2 * 1024 * 1024)
    with pytest.raises(ConnectionResetError):
        blobs.store(cast(IO[bytes], Broken(content)), media_type="text/plain")
    for part in (content, content[: 1024 * 1024]):
        sha256 = hashlib.sha256(part).hexdigest()
        assert not Blob.objects.filter(pk=sha256).exists()
        assert not default_storage.exists(key_of(sha256))


def test_content_is_read_in_blocks(store: Blobs) -> None:
    Counting.most = 0
    blobs.store(cast(IO[bytes], Counting(fresh(3 * 1024 * 1024))), media_type="text/plain")
    assert 0 < Counting.most <= blobs.BLOCK


def test_what_is_not_there_is_told(store: Blobs) -> None:
    with pytest.raises(FileNotFoundError):
        store.read(key_of("00" * 32), version="", start=0, length=10)
    gone = Blob(sha256="00" * 32, size=10, blocks=b"\0" * 32, media_type="text/plain", store=store.kind)
    with pytest.raises(blobs.IntegrityBroken) as broken:
        list(blobs.open_verified(gone))
    assert broken.value.block is None


def test_damage_is_seen_before_a_byte_of_its_block_is_handed_out(store: Blobs) -> None:
    """Other bytes lie where these should: the row says what they must be."""
    other, blob = kept(fresh(2_000_000)), kept(fresh(2_000_000))
    blocks = bytes(blob.blocks)
    swapped = Blob(
        sha256=other.sha256,
        size=other.size,
        blocks=bytes(other.blocks)[:32] + blocks[32:],
        media_type="text/plain",
        store=store.kind,
        store_version=other.store_version,
    )
    parts = blobs.open_verified(swapped)
    assert len(next(parts)) == blobs.BLOCK
    with pytest.raises(blobs.IntegrityBroken) as broken:
        next(parts)
    assert (broken.value.block, broken.value.sha256) == (1, other.sha256)


def test_django_itself_can_read_it(store: Blobs) -> None:
    content = fresh(1_500_000)
    key = key_of(kept(content).sha256)
    assert default_storage.exists(key) and default_storage.size(key) == len(content)
    with default_storage.open(key) as file:
        assert file.read() == content


def test_a_later_overwrite_in_the_bucket_changes_nothing(store: Blobs, request: pytest.FixtureRequest) -> None:
    """S3 is read by version id; a file is read-only and lies under its own hash."""
    content = fresh()
    blob = kept(content)
    if "s3" in request.node.name:
        s3 = cast(S3Blobs, default_storage._wrapped)
        other = io.BytesIO(b"something else")
        s3.client.put_object(bucket_name=s3.bucket, object_name=key_of(blob.sha256), data=other, length=14)
        assert blob.store_version
    else:
        path = cast(FileBlobs, default_storage._wrapped).root / key_of(blob.sha256)
        assert path.stat().st_mode & 0o222 == 0
    assert b"".join(blobs.open_verified(blob)) == content
