"""Text files as people wrote them: which encoding, which lines.  No Django; nothing here interprets the text."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from dataclasses import dataclass

NAMES = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "iso2022_jp_ext": "ISO-2022-JP",
    "cp932": "Shift_JIS (CP932)",
    "euc_jp": "EUC-JP",
}
_HALF_WIDTH_KANA = re.compile("[\uff61-\uff9f]")
_ESCAPES = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")
LINE = 20_000  # letters of one line that are shown
CELL = 2_000
CELLS = 100


def encoding_of(raw: bytes) -> str:
    """The encoding in which the bytes make sense; "" when there is none.

    EUC-JP often reads as CP932 too, and is then full of half-width kana, which nobody writes that much.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if _ESCAPES.search(raw) and _readable(raw, "iso2022_jp_ext") is not None:
        return "iso2022_jp_ext"
    if _readable(raw, "utf-8-sig") is not None:
        return "utf-8-sig"
    readings = {name: text for name in ("cp932", "euc_jp") if (text := _readable(raw, name)) is not None}
    return min(readings, key=lambda name: len(_HALF_WIDTH_KANA.findall(readings[name])), default="")


def _readable(raw: bytes, encoding: str) -> str | None:
    """The text, or None; the last letter may be cut off."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(raw)
    except UnicodeDecodeError:
        return None


def decode(raw: bytes) -> tuple[str, str]:
    """The text and the name of its encoding for people; "" and marks for what cannot be read when there is none."""
    encoding = encoding_of(raw)
    decoder = codecs.getincrementaldecoder(encoding or "cp932")("replace")
    return decoder.decode(raw).removeprefix("\ufeff"), NAMES.get(encoding, "")


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `more` letters of it are left out."""

    number: int
    text: str
    more: int = 0


def lines(text: str, *, start: int, count: int) -> tuple[list[Line], int]:
    """Lines number `start` (from 1) and following, and how many there are in all."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if rows and not rows[-1]:
        rows.pop()
    shown = [
        Line(number, row[:LINE], max(len(row) - LINE, 0))
        for number, row in enumerate(rows[start - 1 : start - 1 + count], start=start)
    ]
    return shown, len(rows)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; `more` cells of it are left out."""

    number: int
    cells: list[str]
    more: int = 0


def rows(text: str, *, start: int, count: int) -> tuple[list[Row], int] | None:
    """Rows of a CSV (or of cells parted by tabs), and how many there are; None where its quotes do not match."""
    csv.field_size_limit(max(len(text), 1))
    head = text.split("\n", 1)[0]
    parted = "\t" if "\t" in head and "," not in head else ","
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=parted, strict=True)
    try:
        before = sum(1 for _ in itertools.islice(reader, start - 1))
        shown = [
            Row(number, [cell[:CELL] for cell in row[:CELLS]], max(len(row) - CELLS, 0))
            for number, row in enumerate(itertools.islice(reader, count), start=start)
        ]
        return shown, before + len(shown) + sum(1 for _ in reader)
    except csv.Error:
        return None
