"""A small server that speaks clamd's protocol as the real one does, for what the real one cannot be made to do at will."""

from __future__ import annotations

import contextlib
import socketserver
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from tests.documents.hostile import EICAR

VERSION = "ClamAV 1.4.6/27800/Tue Nov 11 08:00:00 2025"


@dataclass
class Manners:
    """How the server behaves."""

    limit: int = 25 * 1024 * 1024
    answer: str = ""  # instead of a finding
    silent: bool = False
    hangs_up: bool = False


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    manners: Manners
    over: threading.Event


class _Talk(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        command = self.rfile.readline().strip()
        if command == b"nVERSION":
            self.say(VERSION)
        elif command == b"nINSTREAM":
            self.stream()
        else:
            self.say("UNKNOWN COMMAND ERROR")

    def stream(self) -> None:
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
            if len(content) > self.server.manners.limit:
                self.say("INSTREAM size limit exceeded. ERROR")
                return
        if self.server.manners.hangs_up:
            return
        if self.server.manners.silent:
            self.server.over.wait(30)
            return
        found = "Eicar-Test-Signature FOUND" if EICAR in content else "OK"
        self.say(f"stream: {self.server.manners.answer or found}")

    def say(self, line: str) -> None:
        with contextlib.suppress(OSError):
            self.wfile.write(line.encode() + b"\n")


@contextlib.contextmanager
def running(manners: Manners | None = None) -> Iterator[str]:
    """The address of a running server."""
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.manners, server.over = manners or Manners(), threading.Event()
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"tcp://127.0.0.1:{server.server_address[1]}"
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
