"""The same tests for both places where bytes may lie: the file system, and an S3 server."""

from __future__ import annotations

import hashlib
import io
import os
from typing import Any

import pytest

from documents.storage import FileBlobs, S3Blobs, key_of


@pytest.fixture(params=["file", pytest.param("s3", marks=pytest.mark.services)])
def blobs(request: pytest.FixtureRequest, tmp_path) -> Any:
    if request.param == "file":
        return FileBlobs(tmp_path)
    assert "OBJECT_STORE_URL" in os.environ, "an S3 server is needed (.ci/services run s3 …)"
    return S3Blobs()


def put(blobs: Any, content: bytes) -> tuple[str, str]:
    key = key_of(hashlib.sha256(content).hexdigest())
    return key, blobs.put(key, io.BytesIO(content), len(content))


class Breaking(io.BytesIO):
    """A stream whose sender goes away after a while."""

    def __init__(self, content: bytes, after: int) -> None:
        super().__init__(content)
        self.left = after

    def read(self, size: int | None = -1, /) -> bytes:
        if self.left <= 0:
            raise ConnectionResetError("the sender went away")
        part = super().read(min(self.left, size if size and size > 0 else self.left))
        self.left -= len(part)
        return part


def test_bytes_come_back(blobs) -> None:
    content = os.urandom(3_000_000)
    key, version = put(blobs, content)
    assert key.startswith(f"sha256/{key.split('/')[-1][:2]}/{key.split('/')[-1][2:4]}/")
    assert blobs.exists(key) and blobs.size(key) == len(content)
    assert blobs.read(key, version=version, start=0, length=len(content)) == content


@pytest.mark.parametrize(("start", "length"), [(0, 1), (999, 5), (4_990, 100), (0, 0), (0, 5_000)])
def test_parts(blobs, start: int, length: int) -> None:
    content = os.urandom(5_000)
    key, version = put(blobs, content)
    assert blobs.read(key, version=version, start=start, length=length) == content[start : start + length]


def test_the_same_content_again_is_the_same_object(blobs) -> None:
    content = os.urandom(1_000)
    assert put(blobs, content) == put(blobs, content)


def test_more_than_one_part_of_an_upload(blobs) -> None:
    content = os.urandom(11 * 1024 * 1024)
    key, version = put(blobs, content)
    assert blobs.read(key, version=version, start=10 * 1024 * 1024 - 3, length=6) == content[10 * 1024 * 1024 - 3 :][:6]


@pytest.mark.parametrize("size", [50_000, 12 * 1024 * 1024])
def test_an_interrupted_write_leaves_nothing(blobs, size: int, tmp_path) -> None:
    content = os.urandom(size)
    key = key_of(hashlib.sha256(content).hexdigest())
    with pytest.raises(ConnectionResetError):
        blobs.put(key, Breaking(content, size // 2), size)
    assert not blobs.exists(key)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    put(blobs, content)
    assert blobs.exists(key)


def test_absent_is_absent(blobs) -> None:
    key = key_of(hashlib.sha256(os.urandom(9)).hexdigest())
    assert not blobs.exists(key)
    with pytest.raises(FileNotFoundError):
        blobs.size(key)
    with pytest.raises(FileNotFoundError):
        blobs.read(key, version="", start=0, length=1)


def test_it_is_a_storage_of_django(blobs) -> None:
    content = os.urandom(2_000)
    key = key_of(hashlib.sha256(content).hexdigest())
    from django.core.files.base import ContentFile

    assert blobs.save(key, ContentFile(content)) == key
    with blobs.open(key) as file:
        assert file.read() == content


def test_files_are_read_only_and_flushed_into_place(tmp_path) -> None:
    key, _ = put(FileBlobs(tmp_path), b"content")
    assert (tmp_path / key).stat().st_mode & 0o777 == 0o444


@pytest.mark.services
def test_on_s3_a_later_overwrite_changes_nothing() -> None:
    store = S3Blobs()
    content = os.urandom(500)
    key, version = put(store, content)
    assert version
    other = os.urandom(500)
    store.client.put_object(bucket_name=store.bucket, object_name=key, data=io.BytesIO(other), length=500)
    assert store.read(key, version=version, start=0, length=500) == content
