"""Runs the reader of text as a child process with limits on memory, processor and wall clock, and cuts pages small."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from documents.convert.process import Unreadable, talk
from documents.search.tokens import tokens

__all__ = ["Part", "Unreadable", "read_pages", "split", "tidy"]

FAMILIES = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "text/plain": "text",
    "text/csv": "text",
}
PART_CHARACTERS = 4_000
OVERLAP = 50
SMALLEST = 200
MOST_REPEATED, MOST_PLACES = 255, 16_000
CPU_SECONDS = 300
WALL_SECONDS = 90  # without a new page; a slow but living reader goes on
CID = re.compile(r"\(cid:\d+\)")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a page, at most PART_CHARACTERS long; `part` counts from 0."""

    page: int
    part: int
    text: str


def read_pages(
    path: Path,
    *,
    media_type: str,
    progress: Callable[[int, int], None],
    cpu_seconds: int = CPU_SECONDS,
    wall_seconds: float = WALL_SECONDS,
) -> tuple[int, list[Part]]:
    """The number of pages and their text in parts.  Raises Unreadable; an exception of `progress` ends the child."""
    parts: list[Part] = []
    total = 0
    arguments = [FAMILIES[media_type], str(path), str(cpu_seconds)]
    with contextlib.closing(talk("documents.convert.child", arguments, wall_seconds=wall_seconds)) as messages:
        for message in messages:
            total = int(message.get("pages", total))
            if "page" in message:
                parts += split(int(message["page"]), tidy(str(message["text"])))
                progress(int(message["page"]), total)
    return total, parts


def tidy(text: str) -> str:
    """Text without what no reader can use: (cid:12) marks of fonts without a table, and NUL, which databases refuse.

    A page that is mostly such marks counts as empty.
    """
    marks = CID.findall(text)
    cleaned = CID.sub("", text).replace("\x00", "")
    if marks and len(marks) * 2 > len(cleaned.split()) + len(marks):
        return ""
    return cleaned


def split(page: int, text: str) -> list[Part]:
    """A page in parts of at most PART_CHARACTERS, each beginning with the last OVERLAP characters of the one before.

    A part is smaller where PostgreSQL would forget places: it keeps 255 of one token, and none beyond the 16,383rd.
    """
    parts: list[Part] = []
    at = 0
    while True:
        size = PART_CHARACTERS
        while size > SMALLEST and not _fits(text[at : at + size]):
            size //= 2
        parts.append(Part(page, len(parts), text[at : at + size]))
        if at + size >= len(text):
            return parts
        at += size - OVERLAP


def _fits(text: str) -> bool:
    found = tokens(text)
    return len(found) < MOST_PLACES and max(Counter(found).values(), default=0) <= MOST_REPEATED
