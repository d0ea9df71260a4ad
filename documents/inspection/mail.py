"""A mail as a file: its enclosures are looked at like files of an archive."""

from __future__ import annotations

import email
import email.policy
import io
from collections.abc import Iterator
from typing import IO

from documents.inspection.kinds import Finding, Problem

MAX_PARTS = 1_000
_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
_SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")


def members(stream: IO[bytes], size: int) -> Iterator[tuple[str, IO[bytes], int] | Problem]:
    """Each enclosure with its bytes, or the first thing wrong with the mail."""
    try:
        message = email.message_from_binary_file(stream, policy=email.policy.default)
        parts = list(message.walk())
    except Exception:  # the parser of mails lets errors of every kind through
        yield Problem(Finding.BROKEN)
        return
    if len(parts) > MAX_PARTS:
        yield Problem(Finding.BOMB)
        return
    for part in parts:
        kind = part.get_content_type()
        if kind in _SEALED:
            yield Problem(Finding.ENCRYPTED)
            return
        if part.is_multipart() or kind in _SIGNATURES:
            continue
        name = part.get_filename()
        if name is None and kind in ("text/plain", "text/html"):
            continue
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            yield Problem(Finding.BROKEN, name or "")
            return
        yield name or f"?.{kind.rpartition('/')[2]}", io.BytesIO(content), len(content)
