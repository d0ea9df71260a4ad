"""Where each element of a file begins.  Pure.

libxml2 reports the line on which a start tag ends and no column at all; people look for where it begins.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

# In a well-formed document without DOCTYPE, every other “<” opens or closes an element.
_MARK = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|</|<(?P<start>)", re.DOTALL)
_LINE_END = re.compile(r"\r\n|\n|\r")


def starts(text: str) -> Iterator[tuple[int, int]]:
    """Line and column of each start tag, in document order."""
    lines = [0, *(found.end() for found in _LINE_END.finditer(text))]
    for found in _MARK.finditer(text):
        if found["start"] is not None:
            line = bisect_right(lines, found.start())
            yield line, found.start() - lines[line - 1] + 1


def doctype(text: str) -> tuple[int, int] | None:
    """Line and column of a DOCTYPE declaration, which stands before the first element if anywhere."""
    at = text.find("<")
    while at >= 0:
        if text.startswith("<!--", at):
            end = text.find("-->", at + 4)
        elif text.startswith("<?", at):
            end = text.find("?>", at + 2)
        elif text[at : at + 9].upper() == "<!DOCTYPE":
            lines = [0, *(found.end() for found in _LINE_END.finditer(text, 0, at))]
            return len(lines), at - lines[-1] + 1
        else:
            return None
        at = text.find("<", end) if end >= 0 else -1
    return None
