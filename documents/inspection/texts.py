"""Plain text and CSV: nothing but signs from the first byte to the last, and no cell that starts a program."""

from __future__ import annotations

import re
from typing import IO

from documents.inspection.kinds import Finding, Kind, Problem, has_control

# =cmd|'/c calc'!A0: a spreadsheet would ask another program for the value.
_DDE_CELL = re.compile(rb"(?:^|[,;\t\r\n\"])\s*[=+\-@]\s*\w[\w.]*\|[^\r\n]{0,400}!")


def check(kind: Kind, stream: IO[bytes], size: int) -> Problem | None:
    """The first thing wrong with a text."""
    content = stream.read()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            content = content.decode("utf-16").encode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return Problem(Finding.BROKEN)
    if has_control(content):
        return Problem(Finding.POLYGLOT)
    if kind.media_type == "text/csv" and _DDE_CELL.search(content):
        return Problem(Finding.ACTIVE)
    return None
