"""The byte format of a ledger row, format 1.  Pure: a verifier needs this file, Python and nothing else of ours.

* `body`: a JSON object in UTF-8, keys sorted, no blanks, no escapes beyond those JSON requires.  It holds `personal`, the
  hexadecimal SHA-256 of salt ‖ personal part, so that the leaf covers the personal part without containing it.
* `personal part`: JSON in the same form, kept in a column of its own; erasing it leaves every proof intact.
* `leaf`: SHA-256(0x00 ‖ body), the leaf hash of RFC 9162 section 2.1.1.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

FORMAT = 1
SALT_BYTES = 16


def canonical(value: Any) -> bytes:
    """The one byte form of a JSON value.  Raises TypeError for what JSON cannot hold, ValueError for NaN."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def personal_hash(salt: bytes, personal: bytes) -> bytes:
    """SHA-256 over salt and personal part (empty when there is none), 32 bytes."""
    return hashlib.sha256(salt + personal).digest()


def leaf_hash(body: bytes) -> bytes:
    """The RFC 9162 leaf hash of a body, 32 bytes."""
    return hashlib.sha256(b"\x00" + body).digest()
