"""ZIP as a container, whatever is in it: bounds, names, and that every byte of it is spoken for."""

from __future__ import annotations

import stat
import struct
import zipfile
from typing import IO
from xml.parsers import expat

from documents.inspection.kinds import Finding, Problem

MIB = 1024 * 1024
MAX_ENTRIES = 10_000
MAX_UNPACKED = 500 * MIB
MAX_ENTRY = 200 * MIB
MAX_RATIO = 100
RATIO_FROM = 10 * MIB
MAX_GAP = 4096  # a data descriptor, an alignment
LOCAL = struct.Struct("<4s5H3I2H")
END = b"PK\x05\x06"
END_SIZE = 22


def bounds(archive: zipfile.ZipFile, stream: IO[bytes], size: int) -> Problem | None:
    """The first thing wrong with the container, by its directory and by the places its entries lie in."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        return Problem(Finding.BOMB)
    seen: set[str] = set()
    for entry in entries:
        wrong = _entry(entry)
        if entry.filename in seen:
            wrong = wrong or Finding.PATHS
        seen.add(entry.filename)
        if wrong is not None:
            return Problem(wrong)
    wrong = _places(archive, entries, stream, size)
    return Problem(wrong) if wrong is not None else None


def _entry(entry: zipfile.ZipInfo) -> Finding | None:
    if entry.flag_bits & 0x41:
        return Finding.ENCRYPTED
    parts = entry.filename.replace("\\", "/").split("/")
    if ".." in parts or entry.filename.startswith(("/", "\\")) or ":" in parts[0]:
        return Finding.PATHS
    if any(ord(c) < 32 or ord(c) == 127 for c in entry.orig_filename):
        return Finding.PATHS
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return Finding.PATHS  # a link or a device
    if entry.file_size > MAX_ENTRY:
        return Finding.BOMB
    if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        return Finding.BOMB
    return None


def _places(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], stream: IO[bytes], size: int) -> Finding | None:
    """Entries stand one after the other from the first byte on, none shares bytes with another, nothing follows the end."""
    at = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < at:
            return Finding.BOMB
        if entry.header_offset - at > MAX_GAP or (at == 0 and entry.header_offset):
            return Finding.POLYGLOT
        stream.seek(entry.header_offset)
        head = stream.read(LOCAL.size)
        if len(head) < LOCAL.size or head[:4] != b"PK\x03\x04":
            return Finding.BROKEN
        name_length, extra_length = LOCAL.unpack(head)[9:11]
        if stream.read(name_length) != _raw_name(entry, archive):
            return Finding.PATHS
        at = entry.header_offset + LOCAL.size + name_length + extra_length + entry.compress_size
    if at > archive.start_dir:
        return Finding.BOMB
    stream.seek(max(size - END_SIZE - 0xFFFF, 0))
    tail = stream.read()
    end = tail.rfind(END)
    if end < 0 or len(tail) < end + END_SIZE:
        return Finding.BROKEN
    comment = int.from_bytes(tail[end + 20 : end + END_SIZE], "little")
    return Finding.POLYGLOT if end + END_SIZE + comment != len(tail) else None


def _raw_name(entry: zipfile.ZipInfo, archive: zipfile.ZipFile) -> bytes:
    """The bytes of the name in the directory; `orig_filename` is those decoded."""
    encoding = "utf-8" if entry.flag_bits & 0x800 else archive.metadata_encoding or "cp437"
    return entry.orig_filename.encode(encoding)


def damaged(archive: zipfile.ZipFile) -> bool:
    """Whether an entry cannot be read whole: each is unpacked against its checksum, a mebibyte at a time."""
    for entry in archive.infolist():
        if entry.is_dir():
            continue
        with archive.open(entry) as part:
            while part.read(MIB):
                pass
    return False


class Declared(Exception):
    """An XML document that declares a document type."""


class _RootReached(Exception):
    """Nothing can be declared any more."""


def declares_entities(part: IO[bytes]) -> bool:
    """Whether XML has a DOCTYPE, in whatever encoding and behind however long a comment.  Raises ExpatError."""
    reader = expat.ParserCreate()
    reader.StartDoctypeDeclHandler = _declared
    reader.StartElementHandler = _root_reached
    try:
        while block := part.read(65536):
            reader.Parse(block, False)
        reader.Parse(b"", True)
    except Declared:
        return True
    except _RootReached:
        return False
    return False


def _declared(*_: object) -> None:
    raise Declared


def _root_reached(*_: object) -> None:
    raise _RootReached
