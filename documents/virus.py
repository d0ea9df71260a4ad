"""The virus check, through clamd.  Three outcomes: clean, infected, and not scanned with its reason.

"Not scanned" is never taken for clean: it is kept with the version and shown, and refused where the setting says so.
"""

from __future__ import annotations

import contextlib
import re
import socket
import struct
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

import clamd
from django.conf import settings

from config.commands import CommandDefect, in_command
from documents.models.record import ScanOutcome, ScanReason

PIECE = 64 * 1024
# With AlertExceedsMax clamd reports a file beyond its limits as if it were a find.
_BEYOND_LIMITS = re.compile(r"^Heuristics\.Limits\.Exceeded")
_SIGNATURE = re.compile(r"[^A-Za-z0-9._:/+-]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check said; `engine` is clamd's version with that of its signatures, `signature` what it found."""

    outcome: ScanOutcome
    reason: ScanReason | None = None
    engine: str = ""
    signature: str = ""


NOT_ASKED = Verdict(ScanOutcome.NOT_SCANNED, ScanReason.UNSET)


def scan(stream: IO[bytes]) -> Verdict:
    """Ask clamd about a file.  Never raises for what clamd or the network does; CommandDefect inside a command."""
    if in_command():
        raise CommandDefect("clamd is asked before the transaction begins")
    if not settings.CLAMD_URL:
        return NOT_ASKED
    link = _link(settings.CLAMD_URL, settings.CLAMD_SECONDS)
    try:
        engine = link.version()
        stream.seek(0)
        status, said = link.send(stream)
    except clamd.BufferTooLongError:
        return Verdict(ScanOutcome.NOT_SCANNED, ScanReason.TOO_LARGE, engine)
    except (clamd.ClamdError, OSError, UnicodeDecodeError) as failed:
        return Verdict(ScanOutcome.NOT_SCANNED, _reason(failed))
    if status == "OK":
        return Verdict(ScanOutcome.CLEAN, engine=engine)
    if status != "FOUND":
        return Verdict(ScanOutcome.NOT_SCANNED, ScanReason.FAILED, engine)
    if _BEYOND_LIMITS.match(said or ""):
        return Verdict(ScanOutcome.NOT_SCANNED, ScanReason.TOO_LARGE, engine)
    return Verdict(ScanOutcome.INFECTED, engine=engine, signature=_SIGNATURE.sub("?", said or "")[:100])


def _reason(failed: BaseException) -> ScanReason:
    """The library packs what the network said into errors of its own."""
    chain: BaseException | None = failed
    while chain is not None:
        if isinstance(chain, TimeoutError):
            return ScanReason.TIMEOUT
        chain = chain.__context__
    return ScanReason.FAILED if isinstance(failed, clamd.ResponseError) else ScanReason.UNREACHABLE


class _Link(clamd.ClamdNetworkSocket):  # type: ignore[misc]  # the library is untyped
    """The library's reading of answers, with every byte sent and no wait without an end."""

    def __init__(self, address: str | tuple[str, int], seconds: float) -> None:
        self.address, self.timeout = address, seconds

    def _init_socket(self) -> None:
        family = socket.AF_UNIX if isinstance(self.address, str) else socket.AF_UNSPEC
        if family == socket.AF_UNIX:
            self.clamd_socket = socket.socket(family, socket.SOCK_STREAM)
            self.clamd_socket.settimeout(self.timeout)
            try:
                self.clamd_socket.connect(self.address)
            except OSError:
                self.clamd_socket.close()
                raise
        else:
            self.clamd_socket = socket.create_connection(self.address, self.timeout)  # type: ignore[arg-type]  # a pair here

    def version(self) -> str:
        """clamd's version and that of its signatures, as it tells them."""
        return str(self._basic_command("VERSION"))[:100]

    def send(self, stream: IO[bytes]) -> tuple[str, str | None]:
        """Stream the bytes; the status and what was found.  Raises clamd.ClamdError, OSError."""
        self._init_socket()
        try:
            self.clamd_socket.sendall(b"nINSTREAM\n")
            # A file beyond clamd's limit is answered, and the line cut, in the middle: the answer is what counts.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                while piece := stream.read(PIECE):
                    self.clamd_socket.sendall(struct.pack("!L", len(piece)) + piece)
                self.clamd_socket.sendall(struct.pack("!L", 0))
            answer = self._recv_response()
            if answer.startswith("INSTREAM size limit exceeded"):
                raise clamd.BufferTooLongError(answer)
            if not answer:
                raise clamd.ConnectionError("clamd closed the line without an answer")
            _path, said, status = self._parse_response(answer)
            return status, said
        finally:
            self._close_socket()


def _link(url: str, seconds: float) -> _Link:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return _Link(parts.path, seconds)
    return _Link((parts.hostname or "127.0.0.1", parts.port or 3310), seconds)
