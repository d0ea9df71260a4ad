"""The admitted kinds of files, how their beginning looks, and the reasons to refuse one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"
PDF_HEAD = 1024
_MAIL_HEADER = re.compile(
    rb"\A(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:From|Date|Message-ID|Received|MIME-Version|Subject):",
    re.IGNORECASE,
)


class Finding(StrEnum):
    """Why a file is refused."""

    UNKNOWN_TYPE = "unknown_type"
    WRONG_ENDING = "wrong_ending"
    ENCRYPTED = "encrypted"
    MACRO = "macro"
    BROKEN = "broken"
    BOMB = "bomb"
    POLYGLOT = "polyglot"
    PATHS = "paths"
    ENTITY = "entity"
    ACTIVE = "active"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and in which part of a container, where it is in one."""

    finding: Finding
    place: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A lawful kind of file.

    `family` chooses the checks; `main` is the part that a package of this kind must have, for OpenDocument its own media
    type; `has_text` says that the text is read for the search.
    """

    media_type: str
    family: str
    has_text: bool = True
    legacy: bool = False
    main: str = ""


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
KINDS = {
    "pdf": Kind("application/pdf", "pdf"),
    "docx": Kind(_OFFICE + "wordprocessingml.document", "ooxml", main="word/document.xml"),
    "xlsx": Kind(_OFFICE + "spreadsheetml.sheet", "ooxml", main="xl/workbook.xml"),
    "pptx": Kind(_OFFICE + "presentationml.presentation", "ooxml", has_text=False, main="ppt/presentation.xml"),
    "odt": Kind(_OPEN + "text", "odf", has_text=False),
    "ods": Kind(_OPEN + "spreadsheet", "odf", has_text=False),
    "odp": Kind(_OPEN + "presentation", "odf", has_text=False),
    "doc": Kind("application/msword", "ole", has_text=False, legacy=True),
    "xls": Kind("application/vnd.ms-excel", "ole", has_text=False, legacy=True),
    "ppt": Kind("application/vnd.ms-powerpoint", "ole", has_text=False, legacy=True),
    "jtd": Kind("application/x-js-taro", "ole", has_text=False, legacy=True),
    "png": Kind("image/png", "image", has_text=False),
    "jpg": Kind("image/jpeg", "image", has_text=False),
    "jpeg": Kind("image/jpeg", "image", has_text=False),
    "gif": Kind("image/gif", "image", has_text=False),
    "tif": Kind("image/tiff", "image", has_text=False),
    "tiff": Kind("image/tiff", "image", has_text=False),
    "txt": Kind("text/plain", "text"),
    "csv": Kind("text/csv", "text"),
    "eml": Kind("message/rfc822", "mail", has_text=False),
    "zip": Kind("application/zip", "zip", has_text=False),
}
_PICTURES = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/tiff": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
}


def ending_of(name: str) -> str:
    """The ending of a name without its dot, in small letters."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def agrees(kind: Kind, head: bytes) -> bool:
    """Whether the first 8 KiB are of that kind."""
    if kind.family == "pdf":
        return b"%PDF-" in head[:PDF_HEAD]
    if kind.family == "ooxml":
        # A protected Office file is an OLE container: it agrees, and is refused as encrypted.
        return head.startswith((ZIP_MAGIC, OLE_MAGIC))
    if kind.family in ("odf", "zip"):
        # An empty archive begins with its end.
        return head.startswith((ZIP_MAGIC, b"PK\x05\x06") if kind.family == "zip" else ZIP_MAGIC)
    if kind.family == "ole":
        return head.startswith(OLE_MAGIC)
    if kind.family == "image":
        return head.startswith(_PICTURES[kind.media_type])
    if kind.family == "mail":
        return looks_like_text(head) and _MAIL_HEADER.match(head.replace(b"\r\n", b"\n")) is not None
    return looks_like_text(head)


def looks_like_text(head: bytes) -> bool:
    """Whether bytes can be text: UTF-16 with its mark, or anything without control bytes that no text has."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if head.startswith((b"MZ", b"#!", b"%PDF-", b"{\\rtf")):
        return False
    lowered = head[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if lowered.startswith((b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml", b"<?php", b"<hta:")):
        return False
    return not has_control(head)


def has_control(part: bytes) -> bool:
    """Whether there are control bytes that no text in UTF-8, CP932, EUC-JP or ISO-2022-JP has."""
    return part.translate(None, _CONTROL) != part


_CONTROL = bytes([*range(9), 11, *range(14, 27), *range(28, 32), 127])
