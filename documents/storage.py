"""Where bytes lie: content-addressed, on the file system or on any S3 server.  Written once, never overwritten."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import IO, Any, Protocol

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage
from django.utils.deconstruct import deconstructible
from minio import Minio
from minio.error import S3Error

PART = 10 * 1024 * 1024


def key_of(sha256: str) -> str:
    """sha256/ab/cd/<hex>."""
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


class Blobs(Protocol):
    """What both storages can do beyond Django's interface."""

    kind: str

    def put(self, key: str, source: IO[bytes], size: int) -> str:
        """Store bytes under a key, once; returns the store's version id (empty where it has none)."""

    def read(self, key: str, *, version: str, start: int, length: int) -> bytes:
        """`length` bytes from `start` (fewer at the end).  Raises FileNotFoundError."""


@deconstructible
class FileBlobs(Storage):
    """Files under BLOB_ROOT: written beside, flushed to disk, renamed into place, then read-only."""

    kind = "file"

    def __init__(self, location: str | Path | None = None) -> None:
        self.root = Path(location or settings.BLOB_ROOT)

    def put(self, key: str, source: IO[bytes], size: int) -> str:
        """Store bytes; a file already there is left alone, for its name is its content."""
        target = self.root / key
        if target.exists():
            return ""
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as file:
                while block := source.read(1024 * 1024):
                    file.write(block)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o444)
            Path(name).rename(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        self._flush_folder(target.parent)
        return ""

    @staticmethod
    def _flush_folder(folder: Path) -> None:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def read(self, key: str, *, version: str, start: int, length: int) -> bytes:
        """A part of a file."""
        with (self.root / key).open("rb") as file:
            file.seek(start)
            return file.read(length)

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        return File((self.root / name).open("rb"), name)

    def _save(self, name: str, content: File[bytes]) -> str:
        self.put(name, content, content.size)  # type: ignore[arg-type]  # Django's File reads like a stream
        return name

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: equal names are equal contents."""
        return name

    def exists(self, name: str) -> bool:
        """Whether the bytes are there."""
        return (self.root / name).is_file()

    def size(self, name: str) -> int:
        """Their number."""
        return (self.root / name).stat().st_size


@deconstructible
class S3Blobs(Storage):
    """Objects on an S3 server through `minio`; read by version id, so that a later overwrite changes nothing."""

    kind = "s3"

    def __init__(self) -> None:
        where = settings.OBJECT_STORE
        self.bucket = where.bucket
        self.client = Minio(
            endpoint=where.endpoint, access_key=where.access_key, secret_key=where.secret_key, secure=where.secure
        )
        self._ready = False

    def _prepare(self) -> None:
        if self._ready:
            return
        if not self.client.bucket_exists(bucket_name=self.bucket):
            with contextlib.suppress(S3Error):
                # Object lock can only be had at creation; another process may be creating it at this moment.
                self.client.make_bucket(bucket_name=self.bucket, object_lock=True)
        self._ready = True

    def put(self, key: str, source: IO[bytes], size: int) -> str:
        """Store bytes and return the version id; an object already there is left alone."""
        self._prepare()
        found = self._stat(key)
        if found is not None and found.size == size:
            return found.version_id or ""
        result = self.client.put_object(
            bucket_name=self.bucket,
            object_name=key,
            data=source,
            length=size,
            part_size=PART,  # type: ignore[arg-type]  # minio asks for BinaryIO
        )
        return result.version_id or ""

    def _stat(self, key: str) -> Any:
        try:
            return self.client.stat_object(bucket_name=self.bucket, object_name=key)
        except S3Error as error:
            if error.code in ("NoSuchKey", "NoSuchObject", "NoSuchBucket"):
                return None
            raise

    def read(self, key: str, *, version: str, start: int, length: int) -> bytes:
        """A part of an object, by version id."""
        if length <= 0:
            return b""
        try:
            response = self.client.get_object(
                bucket_name=self.bucket, object_name=key, offset=start, length=length, version_id=version or None
            )
        except S3Error as error:
            if error.code in ("NoSuchKey", "NoSuchVersion", "NoSuchBucket"):
                raise FileNotFoundError(key) from error
            raise
        try:
            return response.read()
        finally:
            response.close()
            response.release_conn()

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        spool: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=PART)  # noqa: SIM115 - handed to the caller, who closes it
        at, size = 0, self.size(name)
        while at < size:
            block = self.read(name, version="", start=at, length=min(PART, size - at))
            spool.write(block)
            at += len(block)
        spool.seek(0)
        return File(spool, name)

    def _save(self, name: str, content: File[bytes]) -> str:
        self.put(name, content, content.size)  # type: ignore[arg-type]  # Django's File reads like a stream
        return name

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: equal names are equal contents."""
        return name

    def exists(self, name: str) -> bool:
        """Whether the bytes are there."""
        self._prepare()
        return self._stat(name) is not None

    def size(self, name: str) -> int:
        """Their number.  Raises FileNotFoundError."""
        found = self._stat(name)
        if found is None:
            raise FileNotFoundError(name)
        return int(found.size)
