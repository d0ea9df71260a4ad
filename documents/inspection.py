"""Structural checks of foreign files, by reading bytes only: nothing here renders, executes or unpacks to disk."""

from __future__ import annotations

import contextlib
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

import olefile
from PIL import Image

MIB = 1024 * 1024
MAX_ENTRIES = 10_000
MAX_UNPACKED = 500 * MIB
MAX_ENTRY = 200 * MIB
MAX_RATIO = 100
RATIO_FROM = 10 * MIB
MAX_PIXELS = 300_000_000
PDF_HEAD = 1024
MAX_PACKED = 4 * MIB
_STREAM = re.compile(rb"\bstream\r?\n.*?endstream", re.DOTALL)
_OBJECT_STREAM = re.compile(rb"/ObjStm\b[^\0]{0,400}?\bstream\r?\n", re.DOTALL)
_ACTIVE_NAMES = re.compile(rb"/(JavaScript|JS|Launch|RichMedia)[\s/<(\[]")
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Finding(StrEnum):
    """Why a file is refused."""

    ENCRYPTED = "encrypted"
    MACRO = "macro"
    BROKEN = "broken"
    BOMB = "bomb"
    POLYGLOT = "polyglot"
    PATHS = "paths"
    ENTITY = "entity"
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Kind:
    """A lawful kind of file; `family` chooses the checks, `main` is the part that an OOXML file of this kind must have."""

    media_type: str
    family: str
    has_text: bool = True
    legacy: bool = False
    main: str = ""


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
KINDS = {
    "pdf": Kind("application/pdf", "pdf"),
    "docx": Kind(_WORD, "ooxml", main="word/document.xml"),
    "xlsx": Kind(_SHEET, "ooxml", main="xl/workbook.xml"),
    "pptx": Kind(_SLIDES, "ooxml", has_text=False, main="ppt/presentation.xml"),
    "doc": Kind("application/msword", "ole", has_text=False, legacy=True),
    "xls": Kind("application/vnd.ms-excel", "ole", has_text=False, legacy=True),
    "ppt": Kind("application/vnd.ms-powerpoint", "ole", has_text=False, legacy=True),
    "png": Kind("image/png", "image", has_text=False),
    "jpg": Kind("image/jpeg", "image", has_text=False),
    "jpeg": Kind("image/jpeg", "image", has_text=False),
    "tif": Kind("image/tiff", "image", has_text=False),
    "tiff": Kind("image/tiff", "image", has_text=False),
    "txt": Kind("text/plain", "text"),
    "csv": Kind("text/csv", "text"),
}


def agrees(kind: Kind, head: bytes, guessed: str | None) -> bool:
    """Whether the first 8 KiB are of that kind; `guessed` is what their magic numbers say, or None."""
    if kind.family == "pdf":
        return b"%PDF-" in head[:PDF_HEAD]
    if kind.family == "ooxml":
        # A protected Office file is an OLE container: it agrees, and is refused as encrypted.
        return head.startswith((b"PK\x03\x04", OLE_MAGIC))
    if kind.family == "ole":
        return head.startswith(OLE_MAGIC)
    if kind.family == "image":
        return guessed == kind.media_type
    return guessed is None and looks_like_text(head)


def looks_like_text(head: bytes) -> bool:
    """Whether bytes can be text: UTF-16 with its mark, or anything without control bytes that no text has."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    if head[:4] in (b"\x7fELF",) or head[:2] in (b"MZ", b"#!"):
        return False
    lowered = head[:1024].lstrip().lower()
    if lowered.startswith((b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml", b"<?php")):
        return False
    return not set(head) & (set(range(9)) | {11, *range(14, 27), *range(28, 32), 127})


def inspect(kind: Kind, stream: IO[bytes], size: int) -> Finding | None:
    """The first thing wrong with the file, or None."""
    checks = {"pdf": _pdf, "ooxml": _ooxml, "ole": _ole, "image": _image, "text": lambda *_: None}
    return checks[kind.family](kind, stream, size)


def _pdf(kind: Kind, stream: IO[bytes], size: int) -> Finding | None:
    head = stream.read(PDF_HEAD + 8)
    if head.find(b"%PDF-") > 0 and head.lstrip()[:5] != b"%PDF-":
        return Finding.POLYGLOT
    stream.seek(0)
    content = stream.read()
    end = content.rfind(b"%%EOF")
    if end < 0:
        return Finding.BROKEN
    tail = content[end + 5 :]
    if b"PK\x05\x06" in tail or b"PK\x03\x04" in tail or re.search(rb"<\s*(html|script)", tail, re.IGNORECASE):
        return Finding.POLYGLOT
    stream.seek(0)
    if zipfile.is_zipfile(stream):
        return Finding.POLYGLOT
    # Random bytes of pictures spell every short name sooner or later: only objects are searched, never other streams.
    objects = _plain_names(_STREAM.sub(b" ", content))
    if re.search(rb"/Encrypt[\s/<0-9]", objects):
        return Finding.ENCRYPTED
    for part in itertools.chain([objects], _packed_objects(content)):
        if _ACTIVE_NAMES.search(part):
            return Finding.ACTIVE
    return None


def _packed_objects(content: bytes) -> Iterator[bytes]:
    """What the object streams of a PDF unpack to, each at most MAX_PACKED long."""
    for found in itertools.islice(_OBJECT_STREAM.finditer(content), MAX_ENTRIES):
        with contextlib.suppress(zlib.error):
            yield _plain_names(zlib.decompressobj().decompress(content[found.end() : found.end() + MIB], MAX_PACKED))


def _plain_names(objects: bytes) -> bytes:
    """Names may be spelt with #4A for J ([ISO 32000] 7.3.5)."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), objects)


def _ooxml(kind: Kind, stream: IO[bytes], size: int) -> Finding | None:
    if stream.read(8) == OLE_MAGIC:
        stream.seek(0)
        return _ole_protected(stream)
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            return _zip_bounds(archive) or _zip_parts(archive, kind)
    except Exception:  # damaged archives raise errors of every kind, from struct's to zlib's
        return Finding.BROKEN


def _zip_bounds(archive: zipfile.ZipFile) -> Finding | None:
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or total > MAX_UNPACKED:
        return Finding.BOMB
    for entry in entries:
        if entry.flag_bits & 1:
            return Finding.ENCRYPTED
        parts = entry.filename.replace("\\", "/").split("/")
        if ".." in parts or entry.filename.startswith(("/", "\\")) or ":" in parts[0]:
            return Finding.PATHS
        if entry.file_size > MAX_ENTRY:
            return Finding.BOMB
        if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            return Finding.BOMB
    return None


def _zip_parts(archive: zipfile.ZipFile, kind: Kind) -> Finding | None:
    names = {entry.filename for entry in archive.infolist()}
    lowered = {name.lower() for name in names}
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in name for name in lowered):
        return Finding.MACRO
    if "[Content_Types].xml" not in names or kind.main not in names:
        return Finding.BROKEN
    types = archive.read("[Content_Types].xml")
    if b"macroEnabled" in types:
        return Finding.MACRO
    for name in names:
        if name.lower().endswith((".xml", ".rels")):
            with archive.open(name) as part:
                if b"<!DOCTYPE" in part.read(4096).replace(b"\x00", b"").upper():
                    return Finding.ENTITY
        if name.lower().endswith((".exe", ".dll", ".js", ".vbs", ".bat", ".ps1")):
            return Finding.ACTIVE
    return None


def _ole_protected(stream: IO[bytes]) -> Finding:
    try:
        with olefile.OleFileIO(stream.read()) as container:
            return Finding.ENCRYPTED if container.exists("EncryptedPackage") else Finding.POLYGLOT
    except Exception:  # olefile lets errors of every kind through
        return Finding.BROKEN


def _ole(kind: Kind, stream: IO[bytes], size: int) -> Finding | None:
    try:
        with olefile.OleFileIO(stream.read()) as container:
            parts = {"/".join(path).lower() for path in container.listdir()}
            if any(part.startswith(("macros/", "_vba_project_cur/")) or "/vba/" in part for part in parts):
                return Finding.MACRO
            if container.exists("EncryptedPackage"):
                return Finding.ENCRYPTED
            return _ole_document(kind, container)
    except Exception:  # olefile lets errors of every kind through
        return Finding.BROKEN


def _ole_document(kind: Kind, container: olefile.OleFileIO) -> Finding | None:
    mains = {
        "application/msword": ["WordDocument"],
        "application/vnd.ms-excel": ["Workbook", "Book"],
        "application/vnd.ms-powerpoint": ["PowerPoint Document"],
    }[kind.media_type]
    main = next((name for name in mains if container.exists(name)), None)
    if main is None:
        return Finding.BROKEN
    start = container.openstream(main).read(4096)
    if main == "WordDocument" and len(start) > 11 and start[11] & 0x01:
        return Finding.ENCRYPTED  # fEncrypted of the FIB, [MS-DOC] 2.5.2
    if main in ("Workbook", "Book") and b"\x2f\x00" in start[:512] and _has_filepass(start):
        return Finding.ENCRYPTED
    return None


def _has_filepass(start: bytes) -> bool:
    """Walk the first BIFF records; record 0x002F is FilePass ([MS-XLS] 2.4.117)."""
    at = 0
    while at + 4 <= len(start):
        number, length = int.from_bytes(start[at : at + 2], "little"), int.from_bytes(start[at + 2 : at + 4], "little")
        if number == 0x002F:
            return True
        at += 4 + length
    return False


def _image(kind: Kind, stream: IO[bytes], size: int) -> Finding | None:
    try:
        with Image.open(stream) as image:
            width, height = image.size
            image.verify()
    except Image.DecompressionBombError:
        return Finding.BOMB
    except Exception:
        return Finding.BROKEN
    if width * height > MAX_PIXELS:
        return Finding.BOMB
    stream.seek(max(size - 4096, 0))
    return Finding.POLYGLOT if b"PK\x05\x06" in stream.read() else None
