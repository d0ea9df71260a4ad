"""Compound files: the old binary formats of Office, Ichitaro, and the envelope of a protected package."""

from __future__ import annotations

from typing import IO

import olefile

from documents.inspection.kinds import Finding, Kind, Problem

_MAINS = {
    "application/msword": ["WordDocument"],
    "application/vnd.ms-excel": ["Workbook", "Book"],
    "application/vnd.ms-powerpoint": ["PowerPoint Document"],
    "application/x-js-taro": ["DocumentText", "\x04JSRV_SegmentInformation"],
}
_ENCRYPTED_SHOW = 0xF3D1C4DF  # headerToken of the CurrentUserAtom, [MS-PPT] 2.3.2
_FILE_PASS, _BOUND_SHEET = 0x002F, 0x0085
_DDE_LINK_TEXT = (b"\x13DDEAUTO", b"\x13DDE ", b"\x13 DDEAUTO", b"\x13 DDE ")
MAX_GLOBALS = 4 * 1024 * 1024


def check(kind: Kind, stream: IO[bytes], size: int) -> Problem | None:
    """The first thing wrong with an old binary document."""
    try:
        with olefile.OleFileIO(stream.read()) as container:
            return _parts(container) or _document(kind, container)
    except MemoryError:
        return Problem(Finding.BOMB)
    except Exception:  # olefile lets errors of every kind through
        return Problem(Finding.BROKEN)


def check_object(stream: IO[bytes]) -> Problem | None:
    """The first thing wrong with an object that lies in a package of Office."""
    try:
        with olefile.OleFileIO(stream.read()) as container:
            return _parts(container)
    except Exception:  # as above
        return Problem(Finding.BROKEN)


def check_protected(stream: IO[bytes]) -> Problem:
    """Why a compound file is not the package that its name says."""
    try:
        with olefile.OleFileIO(stream.read()) as container:
            return Problem(Finding.ENCRYPTED if container.exists("EncryptedPackage") else Finding.POLYGLOT)
    except Exception:  # as above
        return Problem(Finding.BROKEN)


def _parts(container: olefile.OleFileIO) -> Problem | None:
    parts = {"/".join(path).lower() for path in container.listdir()}
    if any(part.startswith(("macros/", "_vba_project_cur/")) or "/vba/" in f"/{part}" for part in parts):
        return Problem(Finding.MACRO)
    if any(part.rpartition("/")[2] in ("\x01ole10native", "package") for part in parts):
        return Problem(Finding.ACTIVE)  # an embedded file of any kind, which a double click starts
    if container.exists("EncryptedPackage"):
        return Problem(Finding.ENCRYPTED)
    return None


def _document(kind: Kind, container: olefile.OleFileIO) -> Problem | None:
    main = next((name for name in _MAINS[kind.media_type] if container.exists(name)), None)
    if main is None:
        return Problem(Finding.BROKEN)
    if main == "WordDocument":
        found = _word(container.openstream(main).read(64 * 1024 * 1024))
    elif main in ("Workbook", "Book"):
        found = _book(container.openstream(main).read(MAX_GLOBALS))
    elif main == "PowerPoint Document":
        found = _show(container)
    else:
        found = None
    return Problem(found) if found is not None else None


def _word(text: bytes) -> Finding | None:
    if len(text) < 32:
        return Finding.BROKEN
    if text[11] & 0x01:
        return Finding.ENCRYPTED  # fEncrypted of the FIB, [MS-DOC] 2.5.2
    if any(mark in text or mark.decode().encode("utf-16-le") in text for mark in _DDE_LINK_TEXT):
        return Finding.ACTIVE
    return None


def _book(start: bytes) -> Finding | None:
    """Walk the records of the workbook's globals: FilePass ([MS-XLS] 2.4.117), sheets that are macros (2.4.28)."""
    at = 0
    while at + 4 <= len(start):
        number, length = int.from_bytes(start[at : at + 2], "little"), int.from_bytes(start[at + 2 : at + 4], "little")
        body = start[at + 4 : at + 4 + length]
        if number == _FILE_PASS:
            return Finding.ENCRYPTED
        if number == _BOUND_SHEET and len(body) > 5 and body[5] in (0x01, 0x06):
            return Finding.MACRO
        if number == 0x000A:  # EOF: the end of the globals
            return None
        at += 4 + length
    return None


def _show(container: olefile.OleFileIO) -> Finding | None:
    if not container.exists("Current User"):
        return Finding.BROKEN
    atom = container.openstream("Current User").read(16)
    return Finding.ENCRYPTED if int.from_bytes(atom[12:16], "little") == _ENCRYPTED_SHOW else None
