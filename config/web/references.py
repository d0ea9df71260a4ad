"""The number of one request: shown on the page of a failure, written with it into the log."""

from __future__ import annotations

import logging
import secrets

from django.http import HttpRequest

from config import clock

# Without what is taken for something else when it is read out on the telephone.
LETTERS = "23456789ABCDEFGHJKMNPQRTUVWXY"
LENGTH = 6


def reference_of(request: HttpRequest) -> str:
    """1123-7F3K9Q: month and day in Japan, and six letters; made when it is first asked for."""
    known: str | None = getattr(request, "_reference", None)
    if known is None:
        letters = "".join(secrets.choice(LETTERS) for _place in range(LENGTH))
        known = f"{clock.now().astimezone(clock.TOKYO):%m%d}-{letters}"
        request._reference = known  # type: ignore[attr-defined]  # carried by the request, as Django does with its user
    return known


class ReferenceFilter(logging.Filter):
    """Puts the number in front of what Django itself logs about a request, so that a traceback is found by it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every line passes; those of a request carry its number."""
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            record.msg = f"{reference_of(request)} {record.msg}"
            record.request = None
        return True
