"""Packages of offices: Office Open XML and OpenDocument.  Admitted without macros, programs, and what fetches from afar."""

from __future__ import annotations

import io
import re
import zipfile
from typing import IO
from xml.parsers import expat

from documents.inspection import ole, packages
from documents.inspection.kinds import KINDS, OLE_MAGIC, Finding, Kind, Problem, agrees, ending_of

MAX_PART = 32 * 1024 * 1024
PROGRAMS = (
    ".exe", ".dll", ".com", ".scr", ".cpl", ".js", ".jse", ".vbs", ".vbe", ".wsf", ".hta", ".bat", ".cmd", ".ps1", ".lnk",
    ".msi", ".jar", ".reg", ".sh", ".py", ".html", ".htm", ".svg", ".zip", ".7z", ".rar", ".iso",
)  # fmt: skip
_MACRO_TYPES = re.compile(rb"macroEnabled|vbaProject|macrosheet|intlMacrosheet", re.IGNORECASE)
_RELATION = re.compile(rb"<[^<>]*?Relationship\b[^<>]*>", re.IGNORECASE)
_KIND = re.compile(rb"\bType\s*=\s*[\"']([^\"']*)[\"']")
# A link is followed by a person, and the address of another book is asked about; all else is fetched by itself.
_LAWFUL_EXTERNAL = (b"/hyperlink", b"/externallinkpath", b"/externallink")
_FIELD = re.compile(
    rb"<w:(?:instrText|delInstrText)\b[^>]*>([^<]*)<|<w:fldSimple\b[^>]*?w:instr\s*=\s*[\"']([^\"']*)", re.DOTALL
)
_DDE_FIELD = re.compile(rb"\bDDE(AUTO)?\b", re.IGNORECASE)
_DDE_FORMULA = re.compile(rb"<f\b[^>]*>\s*[=+-]?\s*\w[\w.]*\|[^<]*!", re.DOTALL)


def check_ooxml(kind: Kind, stream: IO[bytes], size: int) -> Problem | None:
    """The first thing wrong with a Word, Excel or PowerPoint file."""
    if stream.read(8) == OLE_MAGIC:
        stream.seek(0)
        return ole.check_protected(stream)
    return _opened(stream, size, kind, _ooxml_parts)


def check_odf(kind: Kind, stream: IO[bytes], size: int) -> Problem | None:
    """The first thing wrong with an OpenDocument file."""
    return _opened(stream, size, kind, _odf_parts)


def _opened(stream: IO[bytes], size: int, kind: Kind, parts: object) -> Problem | None:
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            found = packages.bounds(archive, stream, size) or parts(archive, kind)  # type: ignore[operator]  # one of two functions above
            if found is None:
                packages.damaged(archive)
            return found
    except MemoryError:
        return Problem(Finding.BOMB)
    except Exception:  # damaged archives raise errors of every kind, from struct's to zlib's
        return Problem(Finding.BROKEN)


def _ooxml_parts(archive: zipfile.ZipFile, kind: Kind) -> Problem | None:
    names = archive.namelist()
    lowered = {name.lower() for name in names}
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in name for name in lowered):
        return Problem(Finding.MACRO)
    if "[Content_Types].xml" not in names or kind.main not in names:
        return Problem(Finding.BROKEN)
    types = _whole(archive, "[Content_Types].xml")
    if types is None:
        return Problem(Finding.BOMB)
    if _MACRO_TYPES.search(types.replace(b"\x00", b"")):
        return Problem(Finding.MACRO)
    return next(filter(None, (_part(archive, name) for name in names)), None)


def _part(archive: zipfile.ZipFile, name: str) -> Problem | None:
    low = name.lower()
    if low.endswith(PROGRAMS) or "/activex/" in low or low.startswith("activex/"):
        return Problem(Finding.ACTIVE, name)
    if low.endswith((".xml", ".rels", ".vml")):
        return _xml(archive, name, low)
    if "/embeddings/" in low:
        return _embedded(archive, name)
    return None


def _xml(archive: zipfile.ZipFile, name: str, low: str) -> Problem | None:
    if not low.endswith(".vml"):
        try:
            with archive.open(name) as part:
                if packages.declares_entities(part):
                    return Problem(Finding.ENTITY, name)
        except expat.ExpatError:
            return Problem(Finding.BROKEN, name)
    if low.endswith(".rels"):
        return _relations(archive, name)
    if low.startswith("word/"):
        text = _whole(archive, name)
        if text is None:
            return Problem(Finding.BOMB, name)
        fields = b"".join(a + b" " * bool(b) + b for a, b in _FIELD.findall(_narrow(text)))
        return Problem(Finding.ACTIVE, name) if _DDE_FIELD.search(fields) else None
    if low.startswith("xl/externallinks/"):
        text = _narrow(_whole(archive, name) or b"")
        return Problem(Finding.ACTIVE, name) if re.search(rb"<(\w+:)?(ddeLink|oleLink)\b", text) else None
    if low.startswith("xl/worksheets/"):
        return _formulas(archive, name)
    return None


def _formulas(archive: zipfile.ZipFile, name: str) -> Problem | None:
    """A sheet of a hundred thousand rows is read in pieces that overlap."""
    kept = b""
    with archive.open(name) as part:
        while block := part.read(packages.MIB):
            if _DDE_FORMULA.search(kept + block):
                return Problem(Finding.ACTIVE, name)
            kept = block[-4096:]
    return None


def _relations(archive: zipfile.ZipFile, name: str) -> Problem | None:
    text = _whole(archive, name)
    if text is None:
        return Problem(Finding.BOMB, name)
    for relation in _RELATION.findall(_narrow(text)):
        if not re.search(rb"TargetMode\s*=\s*[\"']External", relation, re.IGNORECASE):
            continue
        kind = _KIND.search(relation)
        if kind is None or not kind[1].lower().endswith(_LAWFUL_EXTERNAL):
            return Problem(Finding.REMOTE, name)
    return None


def _embedded(archive: zipfile.ZipFile, name: str) -> Problem | None:
    """What is embedded must itself be an admitted office file, or an object of one: a sheet behind a chart, a formula."""
    content = archive.read(name)
    stream = io.BytesIO(content)
    if content.startswith(OLE_MAGIC):
        found = ole.check_object(stream)
        return Problem(found.finding, name) if found else None
    kind = KINDS.get(ending_of(name))
    if kind is None or kind.family != "ooxml" or not agrees(kind, content[:8]):
        return Problem(Finding.ACTIVE, name)
    try:
        with zipfile.ZipFile(stream) as inner:
            if any("/embeddings/" in part.lower() for part in inner.namelist()):
                return Problem(Finding.ACTIVE, name)
    except zipfile.BadZipFile:
        return Problem(Finding.BROKEN, name)
    stream.seek(0)
    found = check_ooxml(kind, stream, len(content))
    return Problem(found.finding, name) if found else None


def _odf_parts(archive: zipfile.ZipFile, kind: Kind) -> Problem | None:
    names = archive.namelist()
    if "mimetype" not in names or "content.xml" not in names or "META-INF/manifest.xml" not in names:
        return Problem(Finding.BROKEN)
    if archive.read("mimetype").strip() != kind.media_type.encode():
        return Problem(Finding.WRONG_ENDING)
    manifest = _whole(archive, "META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest:
        return Problem(Finding.ENCRYPTED)
    for name in names:
        low = name.lower()
        if low.startswith(("basic/", "scripts/")) and not name.endswith("/"):
            return Problem(Finding.MACRO)
        if low.endswith(PROGRAMS):
            return Problem(Finding.ACTIVE, name)
        if low.endswith(".xml"):
            found = _odf_xml(archive, name)
            if found is not None:
                return found
    return None


def _odf_xml(archive: zipfile.ZipFile, name: str) -> Problem | None:
    try:
        with archive.open(name) as part:
            if packages.declares_entities(part):
                return Problem(Finding.ENTITY, name)
    except expat.ExpatError:
        return Problem(Finding.BROKEN, name)
    kept = b""
    with archive.open(name) as part:
        while block := part.read(packages.MIB):
            text = _narrow(kept + block)
            if b"vnd.sun.star.script" in text or b"<script:event-listener" in text:
                return Problem(Finding.MACRO)
            if b"dde-connection" in text or b"<office:dde-source" in text or b"<table:dde-link" in text:
                return Problem(Finding.ACTIVE, name)
            kept = block[-256:]
    return None


def _whole(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """A part that people write by hand; None for one beyond any measure."""
    return archive.read(name) if archive.getinfo(name).file_size <= MAX_PART else None


def _narrow(text: bytes) -> bytes:
    """UTF-16 as far as it spells ASCII."""
    return text.replace(b"\x00", b"") if text[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in text[:64] else text
