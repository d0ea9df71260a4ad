"""From name and bytes to a verdict: the kind the file truly is, or the first thing wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

from documents.inspection import archives, mail, office, ole, pdf, pictures, texts
from documents.inspection.kinds import KINDS, Finding, Kind, Problem, agrees, ending_of

HEAD = 8192
Check = Callable[[Kind, IO[bytes], int], Problem | None]
_CHECKS: dict[str, Check] = {
    "pdf": pdf.check,
    "ooxml": office.check_ooxml,
    "odf": office.check_odf,
    "ole": ole.check,
    "image": pictures.check,
    "text": texts.check,
}
_CONTAINERS = {"zip": archives.members, "mail": mail.members}


def look(name: str, stream: IO[bytes], size: int, *, legacy: bool = True, inside: bool = False) -> Kind | Problem:
    """The kind of the file, or why it may not come in.

    `legacy` admits the old binary formats; `inside` says that the file lies in another one, which may hold no third.
    """
    kind = KINDS.get(ending_of(name))
    if kind is None or (kind.legacy and not legacy):
        return Problem(Finding.UNKNOWN_TYPE)
    stream.seek(0)
    if not agrees(kind, stream.read(HEAD)):
        return Problem(Finding.WRONG_ENDING)
    stream.seek(0)
    if kind.family in _CONTAINERS:
        if inside:
            return Problem(Finding.UNKNOWN_TYPE)
        return _contents(kind, stream, size, legacy) or kind
    return _CHECKS[kind.family](kind, stream, size) or kind


def _contents(kind: Kind, stream: IO[bytes], size: int, legacy: bool) -> Problem | None:
    for member in _CONTAINERS[kind.family](stream, size):
        if isinstance(member, Problem):
            return member
        name, content, length = member
        found = look(name, content, length, legacy=legacy, inside=True)
        if isinstance(found, Problem):
            return Problem(found.finding, name)
    return None
