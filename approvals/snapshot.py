"""The frozen content of a version: canonical JSON and its hash."""

from __future__ import annotations

import hashlib
import json
from typing import Any

FORMAT = 1


def canonical(content: dict[str, Any]) -> bytes:
    """The one spelling of a content: UTF-8, sorted keys, no spaces."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def sha256(content: dict[str, Any]) -> str:
    """The hash of the canonical spelling."""
    return hashlib.sha256(canonical(content)).hexdigest()
