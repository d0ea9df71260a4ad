"""Where each element of a file begins.  Pure.

libxml2 reports the line on which a start tag ends and no column at all; people look for where it begins.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

# In a well-formed document without DOCTYPE, every other “<” opens or closes an element.
_MARK = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|</|<(?P<start>)", re.DOTALL)
_SIGNATURES = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BARE = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


def text_of(xml: bytes) -> str | None:
    """The characters of a file, or None when its encoding is unknown or wrong."""
    encoding = next((name for mark, name in (*_SIGNATURES, *_BARE) if xml.startswith(mark)), None)
    if encoding is None:
        declared = _DECLARED.match(xml[:200])
        encoding = declared[1].decode("ascii") if declared else "utf-8"
    try:
        return xml.decode(encoding)
    except (LookupError, ValueError):
        return None


def starts(text: str) -> Iterator[tuple[int, int]]:
    """Line and column of each start tag, in document order."""
    lines = [0, *(found.end() for found in re.finditer(r"\r\n|\n|\r", text))]
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
            return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        else:
            return None
        at = text.find("<", end) if end >= 0 else -1
    return None
