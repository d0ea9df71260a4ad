"""PDF: read twice, as bytes and as objects, for what one reading hides shows in the other."""

from __future__ import annotations

import contextlib
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

from documents.inspection.kinds import PDF_HEAD, Finding, Kind, Problem

MIB = 1024 * 1024
MAX_PAGES = 5_000
MAX_OBJECTS = 500_000
MAX_SIDE = 14_400.0  # points; larger ones no reader shows ([ISO 32000] annex C)
MAX_PIXELS = 600_000_000  # an A0 plan at 600 dpi, of one bit each
MAX_PACKED = 4 * MIB
MAX_OBJECT_STREAM = 64 * MIB
MAX_STREAM = 200 * MIB
MAX_RATIO = 100
MAX_DEPTH = 40
_STREAM = re.compile(rb">>\s*stream\r?\n.*?endstream", re.DOTALL)
_OBJECT_STREAM = re.compile(rb"/ObjStm\b[^\0]{0,400}?\bstream\r?\n", re.DOTALL)
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|RichMedia|SubmitForm|ImportData)[\s/<(\[]")
_ACTIVE_KEYS = {"JavaScript", "JS", "RichMedia", "RichMediaContent", "XFA"}
_ACTIVE_ACTIONS = {"JavaScript", "Launch", "SubmitForm", "ImportData", "Rendition", "GoToE"}
_TAIL = re.compile(
    rb"PK\x05\x06|PK\x03\x04|Rar!\x1a|7z\xbc\xaf|<\s*(html|script)|\x7fELF|This program cannot", re.IGNORECASE
)
# An XML beside the pages is how invoices are sent (PDF/A-3); any other file hides.
_LAWFUL_ENCLOSURES = (".xml",)


def check(kind: Kind, stream: IO[bytes], size: int) -> Problem | None:
    """The first thing wrong with a PDF."""
    found = _as_bytes(stream) or _as_objects(stream) or _as_pages(stream)
    return Problem(found) if found is not None else None


def _as_bytes(stream: IO[bytes]) -> Finding | None:
    head = stream.read(PDF_HEAD + 8)
    if head.find(b"%PDF-") > 0 and head.lstrip()[:5] != b"%PDF-":
        return Finding.POLYGLOT
    stream.seek(0)
    content = stream.read()
    end = content.rfind(b"%%EOF")
    if end < 0:
        return Finding.BROKEN
    if len(content) - end > 5 and _TAIL.search(content, end):
        return Finding.POLYGLOT
    stream.seek(0)
    if zipfile.is_zipfile(stream):
        return Finding.POLYGLOT
    # Random bytes of pictures spell every short name sooner or later: only objects are searched, never other streams.
    objects = _plain_names(_STREAM.sub(b" ", content))
    if re.search(rb"/Encrypt[\s/<0-9]", objects):
        return Finding.ENCRYPTED
    for part in itertools.chain([objects], _packed_objects(content)):
        if part is None:
            return Finding.BOMB
        if _ACTIVE.search(part):
            return Finding.ACTIVE
    return None


def _packed_objects(content: bytes) -> Iterator[bytes | None]:
    """What the object streams unpack to, the first MAX_PACKED bytes of each; None for one without measure."""
    for found in itertools.islice(_OBJECT_STREAM.finditer(content), 10_000):
        packed = memoryview(content)[found.end() :]
        if _unpacked_size(packed[: 16 * MIB], MAX_OBJECT_STREAM) > MAX_OBJECT_STREAM:
            yield None
        with contextlib.suppress(zlib.error):
            yield _plain_names(zlib.decompressobj().decompress(packed[:MIB], MAX_PACKED))


def _unpacked_size(packed: memoryview | bytes, limit: int) -> int:
    """How long deflated bytes become, counted no further than a little beyond the limit."""
    reader, size = zlib.decompressobj(), 0
    with contextlib.suppress(zlib.error):
        data: Any = packed
        while data and not reader.eof and size <= limit:
            size += len(reader.decompress(data, MIB))
            data = reader.unconsumed_tail
    return size


def _plain_names(objects: bytes) -> bytes:
    """Names may be spelt with #4A for J ([ISO 32000] 7.3.5)."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), objects)


def _as_objects(stream: IO[bytes]) -> Finding | None:
    """Every object as a reader finds it through the tables, whatever comments and strings make of the bytes."""
    from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect  # noqa: PLC0415 - a slow import, for PDF only
    from pdfminer.pdfparser import PDFParser  # noqa: PLC0415 - as above

    stream.seek(0)
    try:
        document = PDFDocument(PDFParser(stream))
    except PDFPasswordIncorrect:
        return Finding.ENCRYPTED
    except MemoryError:
        return Finding.BOMB
    except Exception:  # damaged files raise errors of every kind; whether it opens at all, the next check tells
        return None
    if document.encryption is not None:
        return Finding.ENCRYPTED
    seen: set[int] = set()
    for table in document.xrefs:
        for number in table.get_objids():
            if number in seen:
                continue
            seen.add(number)
            if len(seen) > MAX_OBJECTS:
                return Finding.BOMB
            found = _object(document, number)
            if found is not None:
                return found
    return _judge({key: value for table in document.xrefs for key, value in table.get_trailer().items()}, 0)


def _object(document: Any, number: int) -> Finding | None:
    try:
        value = document.getobj(number)
    except MemoryError:
        return Finding.BOMB
    except Exception:  # a reader skips an object it cannot read
        return None
    attributes = getattr(value, "attrs", None)
    if attributes is None:
        return _judge(value, 0)
    return _judge(attributes, 0) or _stream(attributes, getattr(value, "rawdata", b"") or b"")


def _judge(value: Any, depth: int) -> Finding | None:
    """What a dictionary or an array, and those in it, would do when opened."""
    if depth > MAX_DEPTH:
        return Finding.BOMB
    if isinstance(value, dict):
        if _ACTIVE_KEYS & set(value) or _word(value.get("S")) in _ACTIVE_ACTIONS:
            return Finding.ACTIVE
        parts: Any = value.values()
    elif isinstance(value, list | tuple):
        parts = value
    else:
        return None
    return next(
        filter(None, (_judge(part, depth + 1) for part in parts if isinstance(part, dict | list | tuple))), None
    )


def _word(value: Any) -> str:
    name = getattr(value, "name", value)
    return name.decode("latin-1") if isinstance(name, bytes) else str(name)


def _stream(attributes: dict[str, Any], packed: bytes) -> Finding | None:
    width, height = attributes.get("Width"), attributes.get("Height")
    if isinstance(width, int) and isinstance(height, int) and width * height > MAX_PIXELS:
        return Finding.BOMB
    filters = attributes.get("Filter")
    names = [_word(name) for name in (filters if isinstance(filters, list) else [filters])]
    deflated = sum(name in ("FlateDecode", "Fl") for name in names)
    if deflated > 1:
        return Finding.BOMB  # packed twice: no program does so, and two kilobytes become gigabytes
    if deflated and names[0] in ("FlateDecode", "Fl"):
        size = _unpacked_size(packed, MAX_STREAM)
        if size > MAX_STREAM and size > MAX_RATIO * max(len(packed), 1):
            return Finding.BOMB
    return None


def _as_pages(stream: IO[bytes]) -> Finding | None:
    """What the reader that renders pages makes of it: whether it opens, how many and how large the pages are."""
    import pypdfium2  # noqa: PLC0415 - a slow import, for PDF only

    stream.seek(0)
    try:
        document = pypdfium2.PdfDocument(stream.read())
    except pypdfium2.PdfiumError as failed:
        return Finding.ENCRYPTED if "password" in str(failed).lower() else Finding.BROKEN
    try:
        pages = len(document)
        if pages > MAX_PAGES:
            return Finding.BOMB
        if not pages:
            return Finding.BROKEN
        names = [document.get_attachment(n).get_name().lower() for n in range(document.count_attachments())]
        if not all(name.endswith(_LAWFUL_ENCLOSURES) for name in names):
            return Finding.ACTIVE
        for number in range(pages):
            if max(document.get_page_size(number)) > MAX_SIDE:
                return Finding.BOMB
    finally:
        document.close()
    return None
