"""The characters of a file, from its bytes.  Pure.

What is scanned for a DOCTYPE, what places are counted in and what is parsed is one and the same text: two readers that
take an encoding differently would be a way around the checks.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_SIGNATURES = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BARE = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
DECLARATION = re.compile(r"<\?xml\s[^>]*?\?>")
# What a file may declare.  Shift_JIS means Microsoft's extension of it, which everything that writes it uses.
ENCODINGS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii", "ascii": "ascii",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ms_kanji": "cp932",
    "cp932": "cp932", "ms932": "cp932", "windows-31j": "cp932", "windows-932": "cp932",
    "euc-jp": "euc_jp", "iso-2022-jp": "iso2022_jp",
    "iso-8859-1": "iso8859-1", "iso-8859-15": "iso8859-15", "windows-1252": "cp1252",
}  # fmt: skip
_WIDE = {"utf-16", "utf-16le", "utf-16be"}  # cannot be declared in single bytes
_JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Unreadable(Exception):
    """The bytes are no text of the encoding they claim.  `code` is stable; sentences in both languages."""

    code: str
    ja: str
    en: str


def text_of(xml: bytes) -> str:
    """The characters of a file.  Raises Unreadable."""
    signed = next((name for mark, name in (*_SIGNATURES, *_BARE) if xml.startswith(mark)), None)
    if signed is not None:
        return _decoded(xml, signed, signed.removesuffix("-sig").upper())
    found = _DECLARED.match(xml[:200])
    declared = found[1].decode("ascii") if found else "UTF-8"
    if declared.lower() in _WIDE:
        raise _mismatch(declared)
    encoding = ENCODINGS.get(declared.lower())
    if encoding is None:
        raise Unreadable(
            "encoding",
            f"文字コード「{declared}」は読めません。UTF-8で保存してください。",
            f"The encoding “{declared}” is not read. Save the file as UTF-8.",
        )
    if encoding != "utf-8" and _is_japanese_utf8(xml):
        raise _mismatch(declared)
    return _decoded(xml, encoding, declared)


def _decoded(xml: bytes, encoding: str, called: str) -> str:
    try:
        return codecs.decode(xml, encoding)
    except ValueError:
        raise _mismatch(called) from None


def _mismatch(declared: str) -> Unreadable:
    return Unreadable(
        "encoding_mismatch",
        f"文字コードが「{declared}」とありますが、中身はそうなっていません。UTF-8で保存し直してください。",
        f"The file says its encoding is “{declared}”, but it is not. Save it as UTF-8.",
    )


def _is_japanese_utf8(xml: bytes) -> bool:
    """Text of another encoding is, by accident, almost never UTF-8 that has kana or kanji in it."""
    try:
        return _JAPANESE.search(xml.decode("utf-8")) is not None
    except ValueError:
        return False


def without_declaration(text: str) -> str:
    """The text with blanks for its XML declaration, whose encoding is of no more use; every place stays where it was."""
    found = DECLARATION.match(text)
    return text if found is None else re.sub(r"[^\r\n]", " ", found[0]) + text[found.end() :]


def in_utf8(xml: bytes) -> bytes:
    """The same file in UTF-8, for readers that know nothing else; bytes that are UTF-8 already stay as they are."""
    text = text_of(xml)
    return (
        xml if xml.removeprefix(codecs.BOM_UTF8) == text.encode("utf-8") else without_declaration(text).encode("utf-8")
    )
