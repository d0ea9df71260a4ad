"""Bytes of a CSV file → lines, or sentences about what is wrong, each with its line and column."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from workflow.organization.imports.columns import COLUMNS, KEY_WIDTH, Column
from workflow.organization.models import FileKind

LARGEST = 5 * 1024 * 1024
MOST_LINES = 20_000
UTF8, UTF8_BOM, CP932 = "UTF-8", "UTF-8(BOM付き)", "CP932"
_BOM = b"\xef\xbb\xbf"
# Code points that mean nothing outside the machine that defined them.
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
_CODE = re.compile(r"[0-9A-Za-z._-]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: a line of a file (1 is the header) and the header of a column, where they are known."""

    kind: FileKind
    line: int | None
    column: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number, the words of its key, and its values by field."""

    number: int
    key: tuple[str, ...]
    values: dict[str, str]


@dataclass(slots=True)
class Parsed:
    """A file as it was understood."""

    kind: FileKind
    encoding: str = ""
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, line: int | None, column: str, sentence: str) -> None:
        """Note what is wrong."""
        self.problems.append(Problem(self.kind, line, column, sentence))


def parse(kind: FileKind, content: bytes) -> Parsed:
    """Read a file: UTF-8 with or without BOM, else CP932."""
    parsed = Parsed(kind)
    text = _decoded(content, parsed)
    if text is None:
        return parsed
    try:
        rows = _rows(text)
    except csv.Error:
        parsed.wrong(None, "", _('CSVとして読めません。引用符(")の閉じ忘れがないか確かめてください。'))
        return parsed
    if not rows:
        parsed.wrong(None, "", _("ファイルが空です。"))
        return parsed
    if len(rows) - 1 > MOST_LINES:
        parsed.wrong(None, "", _("行が多すぎます(%(most)s行まで)。") % {"most": f"{MOST_LINES:,}"})
        return parsed
    places = _header(rows[0][1], parsed)
    if places is None:
        return parsed
    for number, cells in rows[1:]:
        _line(number, cells, places, len(rows[0][1]), parsed)
    _doubles(parsed)
    return parsed


def _decoded(content: bytes, parsed: Parsed) -> str | None:
    if len(content) > LARGEST:
        parsed.wrong(None, "", _("ファイルが大きすぎます(%(most)d MBまで)。") % {"most": LARGEST // 1024 // 1024})
        return None
    bom = content.startswith(_BOM)
    try:
        text = content.removeprefix(_BOM).decode("utf-8")
        parsed.encoding = UTF8_BOM if bom else UTF8
    except UnicodeDecodeError as failed:
        try:
            text = content.decode("cp932")
            parsed.encoding = CP932
        except UnicodeDecodeError as again:
            # Whichever way of reading got further is the one that was meant.
            place = max(failed.start + len(_BOM) * bom, again.start)
            number = content.count(b"\n", 0, place) + 1
            parsed.wrong(number, "", _("UTF-8でもCP932(シフトJIS)でも読めない文字があります。"))
            return None
    if "\x00" in text:
        parsed.wrong(None, "", _("CSVではないファイルのようです。"))
        return None
    return text


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Every line that is not blank, with the number of the line where it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, begins = [], 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            rows.append((begins, cells))
        begins = reader.line_num + 1
    return rows


def _header(cells: list[str], parsed: Parsed) -> dict[int, Column] | None:
    known = {column.header: column for column in COLUMNS[parsed.kind]}
    found = [unicodedata.normalize("NFKC", cell).strip() for cell in cells]
    for header in found:
        if header not in known:
            parsed.wrong(1, header, _("知らない見出しです。ひな形の見出しを使ってください。"))
        elif found.count(header) > 1:
            parsed.wrong(1, header, _("同じ見出しが2つあります。"))
            break
    for header in known:
        if header not in found:
            parsed.wrong(1, header, _("この見出しがありません。"))
    return None if parsed.problems else {at: known[header] for at, header in enumerate(found)}


def _line(number: int, cells: list[str], places: dict[int, Column], width: int, parsed: Parsed) -> None:
    if len(cells) != width:
        parsed.wrong(
            number,
            "",
            _("列の数が見出しと違います(見出し%(wanted)d列、この行%(found)d列)。")
            % {"wanted": width, "found": len(cells)},
        )
        return
    before = len(parsed.problems)
    values = {column.field: _value(number, cells[at], column, parsed) for at, column in places.items()}
    if len(parsed.problems) > before:
        return
    keys = COLUMNS[parsed.kind][: KEY_WIDTH[parsed.kind]]
    parsed.lines.append(Line(number, tuple(values[column.field] for column in keys), values))


def _value(number: int, cell: str, column: Column, parsed: Parsed) -> str:
    """A cell's value: a code where words are given, else the text, cleaned of blanks around it."""
    value = cell.strip()
    if (column.is_key and column.field != "post") or column.words:
        value = unicodedata.normalize("NFKC", value).strip()
    problem = _problem_of(value, column)
    if problem:
        parsed.wrong(number, column.header, problem)
    return column.words.get(value, value)


def _problem_of(value: str, column: Column) -> str:
    if not value:
        return "" if column.may_be_empty else _("書かれていません。")
    if column.words and value not in column.words:
        words = "・".join(column.words)
        return _("「%(value)s」は使えません。%(words)s のどれかにしてください。") % {
            "value": value[:40],
            "words": words,
        }
    if len(value) > column.length:
        return _("長すぎます(%(most)d字まで)。") % {"most": column.length}
    if any(unicodedata.category(sign) == "Cc" for sign in value):
        return _("改行や制御文字は使えません。")
    if _PRIVATE.search(value):
        return _("端末ごとの外字があります。異体字(IVS)か、ほかの字で書いてください。")
    if column.is_key and column.field != "post" and not _CODE.fullmatch(value):
        return _("「%(value)s」は使えません。半角の英数字で書いてください。") % {"value": value[:40]}
    if column.field == "email":
        try:
            validate_email(value)
        except ValidationError:
            return _("メールアドレスの形ではありません。")
    return ""


def _doubles(parsed: Parsed) -> None:
    """The same thing twice in one file: every line after the first is wrong."""
    seen: dict[tuple[str, ...], int] = {}
    kept = []
    names = "・".join(column.header for column in COLUMNS[parsed.kind][: KEY_WIDTH[parsed.kind]])
    for line in parsed.lines:
        first = seen.setdefault(line.key, line.number)
        if first == line.number:
            kept.append(line)
            continue
        parsed.wrong(
            line.number,
            names,
            _("%(key)s は %(first)d行目にもあります(重複)。") % {"key": " ".join(line.key), "first": first},
        )
    parsed.lines = kept
