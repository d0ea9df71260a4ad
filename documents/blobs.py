"""Content-addressed bytes: hashed while they are written, verified whenever they are read."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, cast

from django.core.files.storage import default_storage

from config import clock
from documents.models.content import Blob
from documents.storage import Blobs, key_of

BLOCK = 1024 * 1024
DIGEST = 32


class IntegrityBroken(Exception):
    """Stored bytes are not those that were stored, or are gone."""

    def __init__(self, sha256: str, block: int | None) -> None:
        where = "as a whole" if block is None else f"in block {block}"
        super().__init__(f"content {sha256} is damaged {where}")
        self.sha256 = sha256
        self.block = block


def _storage() -> Blobs:
    return cast(Blobs, default_storage)


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that lie in the store and have no row yet."""

    sha256: str
    size: int
    blocks: bytes
    store: str
    store_version: str


def keep(source: IO[bytes]) -> Kept:
    """Put the bytes of a stream into the store; equal contents lie there once.

    Writes no row and can stand before a transaction: one that is then rolled back leaves at most bytes that nobody names.
    """
    whole, blocks, size = hashlib.sha256(), bytearray(), 0
    storage = _storage()
    with tempfile.SpooledTemporaryFile(max_size=8 * BLOCK) as spool:
        while block := _full_block(source):
            whole.update(block)
            blocks += hashlib.sha256(block).digest()
            size += len(block)
            spool.write(block)
        sha256 = whole.hexdigest()
        known = Blob.objects.filter(pk=sha256).first()
        if known is not None:
            return Kept(sha256, known.size, bytes(known.blocks), known.store, known.store_version)
        spool.seek(0)
        version = storage.put(key_of(sha256), cast(IO[bytes], spool), size)
    return Kept(sha256, size, bytes(blocks), storage.kind, version)


def name(kept: Kept, *, media_type: str) -> Blob:
    """The row of bytes in the store, made where there is none yet."""
    blob, _ = Blob.objects.get_or_create(
        pk=kept.sha256,
        defaults={
            "size": kept.size,
            "blocks": kept.blocks,
            "media_type": media_type,
            "store": kept.store,
            "store_version": kept.store_version,
            "created_at": clock.now(),
        },
    )
    return blob


def store(source: IO[bytes], *, media_type: str) -> Blob:
    """Keep the bytes of a stream and return their row."""
    return name(keep(source), media_type=media_type)


def _full_block(source: IO[bytes]) -> bytes:
    parts, missing = [], BLOCK
    while missing:
        part = source.read(missing)
        if not part:
            break
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def open_verified(blob: Blob, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """The bytes from `start` up to but not including `end`, every 1 MiB block checked before any of it is handed out.

    Raises IntegrityBroken at the first damaged block.
    """
    end = blob.size if end is None else min(end, blob.size)
    hashes = bytes(blob.blocks)
    for number in range(start // BLOCK, -(-end // BLOCK) if end > start else start // BLOCK):
        block = _verified_block(blob, number, hashes)
        first = number * BLOCK
        yield block[max(start - first, 0) : end - first]


def _verified_block(blob: Blob, number: int, hashes: bytes) -> bytes:
    length = min(BLOCK, blob.size - number * BLOCK)
    try:
        block = _storage().read(key_of(blob.sha256), version=blob.store_version, start=number * BLOCK, length=length)
    except FileNotFoundError:
        raise IntegrityBroken(blob.sha256, None) from None
    if hashlib.sha256(block).digest() != hashes[number * DIGEST : (number + 1) * DIGEST]:
        raise IntegrityBroken(blob.sha256, number)
    return block


def verify(blob: Blob) -> None:
    """Read everything and compare with the hash of the whole.  Raises IntegrityBroken."""
    whole = hashlib.sha256()
    for part in open_verified(blob):
        whole.update(part)
    if whole.hexdigest() != blob.sha256:
        raise IntegrityBroken(blob.sha256, None)
