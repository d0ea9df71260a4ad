"""Pictures: their dots are counted before any is unpacked, and nothing may follow their end."""

from __future__ import annotations

import re
import warnings
from typing import IO

from PIL import Image

from documents.inspection.kinds import Finding, Kind, Problem

MAX_PIXELS = 300_000_000  # documents.md 7.3: plans
MAX_FRAMES = 5_000
_FOREIGN = re.compile(rb"<\s*script|<\s*html|<\?php|<\s*svg\b", re.IGNORECASE)
_PACKED = (b"PK\x05\x06", b"PK\x03\x04", b"Rar!\x1a", b"7z\xbc\xaf\x27\x1c", b"%PDF-", b"\x7fELF", b"MZ\x90\x00")
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/tiff": "TIFF"}


def check(kind: Kind, stream: IO[bytes], size: int) -> Problem | None:
    """The first thing wrong with a picture."""
    # Our own bounds hold: Pillow's would refuse a plan, and only warn of others.
    Image.MAX_IMAGE_PIXELS = None
    content = stream.read()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = _bounds(kind, stream) or _END[kind.media_type](content, stream)
    except MemoryError:
        return Problem(Finding.BOMB)
    except Exception:  # damaged pictures raise errors of every kind
        return Problem(Finding.BROKEN)
    found = found or (Finding.POLYGLOT if _FOREIGN.search(content) else None)
    return Problem(found) if found is not None else None


def _bounds(kind: Kind, stream: IO[bytes]) -> Finding | None:
    stream.seek(0)
    with Image.open(stream, formats=[_FORMATS[kind.media_type], "MPO"]) as image:
        width, height = image.size
        if not width or not height:
            return Finding.BROKEN
        return Finding.BOMB if width * height > MAX_PIXELS else None


def _png(content: bytes, stream: IO[bytes]) -> Finding | None:
    stream.seek(0)
    with Image.open(stream) as image:
        image.verify()
    at = 8
    while at + 12 <= len(content):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        at += 12 + length
        if name == b"IEND":
            return Finding.POLYGLOT if at != len(content) else None
    return Finding.BROKEN


def _jpeg(content: bytes, stream: IO[bytes]) -> Finding | None:
    """Cameras add a second picture or notes of their own behind the end; archives and programs there are not theirs."""
    stream.seek(0)
    with Image.open(stream) as image:
        image.draft("L", (max(image.width // 8, 1), max(image.height // 8, 1)))
        image.load()
    end = content.rfind(b"\xff\xd9")
    if end < 0:
        return Finding.BROKEN
    first_end = content.find(b"\xff\xd9", 2)
    return (
        Finding.POLYGLOT
        if any(content.find(mark, first_end) >= 0 and _is_tail(content, mark) for mark in _PACKED)
        else None
    )


def _is_tail(content: bytes, mark: bytes) -> bool:
    """Whether the mark stands behind the last end of a picture, or an archive's directory closes the file."""
    return content.find(mark, content.rfind(b"\xff\xd9")) >= 0 or content.rfind(b"PK\x05\x06", -65_557) >= 0


def _gif(content: bytes, stream: IO[bytes]) -> Finding | None:
    """Walk the blocks: each picture counts, and the file ends with its trailer."""
    at = 13 + (3 * 2 ** ((content[10] & 7) + 1) if content[10] & 0x80 else 0)
    frames = dots = 0
    while at < len(content):
        sort = content[at]
        if sort == 0x3B:
            return Finding.POLYGLOT if at + 1 != len(content) else None if frames else Finding.BROKEN
        if sort == 0x2C:
            frames += 1
            width, height = (int.from_bytes(content[at + n : at + n + 2], "little") for n in (5, 7))
            dots += width * height
            packed = content[at + 9]
            at += 10 + (3 * 2 ** ((packed & 7) + 1) if packed & 0x80 else 0) + 1
        elif sort == 0x21:
            at += 2
        else:
            return Finding.BROKEN
        if frames > MAX_FRAMES or dots > 10 * MAX_PIXELS:
            return Finding.BOMB
        while at < len(content) and content[at]:
            at += content[at] + 1
        at += 1
    return Finding.BROKEN


def _tiff(content: bytes, stream: IO[bytes]) -> Finding | None:
    """Every page's strips or tiles lie within the file; nothing is unpacked, for a scan has hundreds of pages."""
    stream.seek(0)
    with Image.open(stream) as image:
        for number in range(MAX_FRAMES + 1):
            try:
                image.seek(number)
            except EOFError:
                break
            if number == MAX_FRAMES or image.width * image.height > MAX_PIXELS:
                return Finding.BOMB
            tags = image.tag_v2  # type: ignore[attr-defined]  # pictures of the TIFF plugin have it
            starts, lengths = tags.get(273) or tags.get(324) or (), tags.get(279) or tags.get(325) or ()
            if not starts or any(a + b > len(content) for a, b in zip(starts, lengths, strict=False)):
                return Finding.BROKEN
    return Finding.POLYGLOT if content.rfind(b"PK\x05\x06", -65_557) >= 0 else None


_END = {"image/png": _png, "image/jpeg": _jpeg, "image/gif": _gif, "image/tiff": _tiff}
