"""The ledger as CSV for spreadsheet programs, made piece by piece."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterator, Sequence

from asgiref.sync import sync_to_async
from django.utils import timezone, translation

from config.commands import Actor
from documents.ledger import names
from documents.ledger.queries import Line, masked

BOM = "\ufeff"  # spreadsheet programs take a file without it for CP932
RISKY = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
HEAD = (
    "通番",
    "日時",
    "行為",
    "内容",
    "職員番号",
    "氏名",
    "その日の職",
    "代わった相手",
    "対象",
    "文書番号",
    "件名",
    "ハッシュ",
    "検証",
)


def pieces(read: Iterator[list[Line]], actor: Actor) -> Iterator[str]:
    """The text, a piece of entries at a time; in Japanese, whatever the language of the page."""
    yield BOM + _text([HEAD])
    for lines in read:
        with translation.override("ja"):
            about = [line.entry.record_id for line in lines if line.entry.record_id]
            called, secret = names.names_of(about, actor=actor), names.secret_of(about, actor=actor)
            text = _text([row(masked(line, secret), called.get(line.entry.record_id or 0)) for line in lines])
        yield text


async def later(text: Iterator[str]) -> AsyncIterator[str]:
    """The same for an event loop: each piece is read in the thread that holds the request's database connection."""

    def piece() -> str:
        return next(text, "")

    while part := await sync_to_async(piece)():
        yield part


def row(line: Line, name: names.RecordName | None) -> list[str]:
    """One entry."""
    entry = line.entry
    cells = [
        str(entry.pk),
        timezone.localtime(entry.at).isoformat(timespec="seconds"),
        entry.action,
        line.sentence,
        entry.actor_code,
        line.who,
        line.post,
        line.behalf,
        f"{entry.subject_type} {entry.subject_id}".strip(),
        name.number if name else "",
        name.title if name else "",
        line.full_hash,
        "一致" if line.is_intact else "不一致",
    ]
    return [harmless(cell) for cell in cells]


def harmless(cell: str) -> str:
    """A cell that a spreadsheet program does not take for a formula, also behind blanks and in wide characters."""
    risky = cell.lstrip().startswith(RISKY) or cell.startswith(("\t", "\r", "\n"))
    return f"'{cell}" if risky else cell


def _text(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
