"""Runs the reader of text as a child process with limits on memory, processor and wall clock, and cuts pages small."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.search.tokens import tokens

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
ROOT = Path(__file__).resolve().parent.parent.parent
CID = re.compile(r"\(cid:\d+\)")


class Unreadable(Exception):
    """The text cannot be had.  `code` is stable: timed_out, too_much_memory, killed, or the parser's own error."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


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
    command = [sys.executable, "-m", "documents.convert.child", FAMILIES[media_type], str(path), str(cpu_seconds)]
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    watch = _Watch(child, wall_seconds)
    parts: list[Part] = []
    total, ended = 0, False
    try:
        for message in _messages(child, watch):
            if "error" in message:
                raise Unreadable(str(message["error"]))
            total = int(message.get("pages", total))
            ended = bool(message.get("end", ended))
            if "page" in message:
                parts += split(int(message["page"]), tidy(str(message["text"])))
                progress(int(message["page"]), total)
    finally:
        watch.end()
    if watch.fired:
        raise Unreadable("timed_out")
    if not ended:
        raise Unreadable("timed_out" if child.returncode == -signal.SIGXCPU else "killed")
    return total, parts


class _Watch:
    """Kills the child's whole process group when it has been silent for too long."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float) -> None:
        self.child, self.seconds, self.fired = child, seconds, False
        self.timer: threading.Timer | None = None
        self.beat()

    def beat(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
        self.timer = threading.Timer(self.seconds, self._fire)
        self.timer.daemon = True
        self.timer.start()

    def _fire(self) -> None:
        self.fired = True
        self._kill()

    def _kill(self) -> None:
        if self.child.poll() is None:
            os.killpg(self.child.pid, signal.SIGKILL)

    def end(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
        self._kill()
        if self.child.stdout is not None:
            self.child.stdout.close()
        self.child.wait()


def _messages(child: subprocess.Popen[bytes], watch: _Watch) -> Iterator[dict[str, Any]]:
    assert child.stdout is not None  # noqa: S101 - Popen was given a pipe
    for line in child.stdout:
        watch.beat()
        yield json.loads(line)
    child.wait()


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
