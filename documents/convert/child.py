"""Reads the text of one file, in a process that can be killed.  No Django, no database, no network use.

    python -m documents.convert.child FAMILY PATH

Writes one JSON object a line: {"pages": n}, then {"page": i, "text": "…"} for each page, at last {"end": true}; or
{"error": code}.  The parent sets no trust in it: it bounds time, memory and what it reads.
"""

from __future__ import annotations

import csv
import io
import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

MAX_PAGES = 5_000
MAX_CHARACTERS = 2_000_000
MEMORY = 1024 * 1024 * 1024
ENCODINGS = ("utf-8-sig", "cp932", "euc_jp")


def main() -> int:
    """Read the file named on the command line."""
    family, path, seconds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    readers = {"pdf": _pdf, "docx": _docx, "xlsx": _xlsx, "text": _text}
    try:
        _emit(readers[family](path))
    except MemoryError:
        _say({"error": "too_much_memory"})
        return 1
    except Exception as error:
        _say({"error": type(error).__name__})
        return 1
    return 0


def _say(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _emit(pages: Iterator[tuple[int, str]]) -> None:
    left = MAX_CHARACTERS
    for number, (total, text) in enumerate(pages, start=1):
        if number == 1:
            _say({"pages": min(total, MAX_PAGES)})
        if number > MAX_PAGES or left <= 0:
            _say({"cut": True})
            break
        _say({"page": number, "text": text[:left]})
        left -= len(text)
    _say({"end": True})


def _pdf(path: Path) -> Iterator[tuple[int, str]]:
    import pdfplumber  # noqa: PLC0415 - only the parser that is needed is loaded, within the memory limit

    with pdfplumber.open(path) as document:
        total = len(document.pages)
        for page in document.pages:
            text = page.extract_text() or ""
            # Without this a thousand pages take gigabytes.
            page.close()
            yield total, text


def _docx(path: Path) -> Iterator[tuple[int, str]]:
    import docx  # noqa: PLC0415 - as above
    from docx.table import Table  # noqa: PLC0415 - as above

    document = docx.Document(str(path))
    lines: list[str] = []
    for section in document.sections:
        lines += [paragraph.text for part in (section.header, section.footer) for paragraph in part.paragraphs]
    for block in document.iter_inner_content():
        lines += _rows(block) if isinstance(block, Table) else [block.text]
    yield 1, "\n".join(line for line in lines if line.strip())


def _rows(table: object) -> list[str]:
    lines = []
    for row in table.rows:  # type: ignore[attr-defined]  # a docx Table; the import is local to its parser
        cells: list[str] = []
        for cell in row.cells:
            if not cells or cells[-1] != cell.text:
                cells.append(cell.text)
        lines.append("\t".join(cells))
    return lines


def _xlsx(path: Path) -> Iterator[tuple[int, str]]:
    import openpyxl  # noqa: PLC0415 - as above

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    for sheet in book.worksheets:
        lines = [sheet.title]
        for row in sheet.iter_rows(values_only=True):
            cells = [str(value) for value in row if value is not None]
            if cells:
                lines.append("\t".join(cells))
        yield len(book.worksheets), "\n".join(lines)


def _text(path: Path) -> Iterator[tuple[int, str]]:
    raw = path.read_bytes()
    text = _decode(raw)
    if path.suffix.lower() == ".csv":
        text = _cells(text)
    yield 1, text


def _cells(text: str) -> str:
    """The cells of a CSV parted by tabs; the text as it stands where quotes do not match."""
    csv.field_size_limit(MAX_CHARACTERS)
    try:
        return "\n".join("\t".join(row) for row in csv.reader(io.StringIO(text, newline=None)))
    except csv.Error:
        return text


def _decode(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnicodeDecodeError("cp932", raw[:1], 0, 1, "no known encoding")


if __name__ == "__main__":
    sys.exit(main())
