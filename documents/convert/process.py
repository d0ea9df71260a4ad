"""A child process that is spoken to by lines of JSON, and killed with all its own children when it is silent too long."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


class Unreadable(Exception):
    """The work cannot be done.  `code` is stable: timed_out, too_much_memory, killed, or what the child said."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def talk(module: str, arguments: list[str], *, wall_seconds: float) -> Iterator[dict[str, Any]]:
    """Run a module of ours and yield what it says, until {"end": true}.  Raises Unreadable.

    Close the iterator (contextlib.closing) when it is left early: that ends the child.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    watch = _Watch(child, wall_seconds)
    ended = False
    try:
        for message in _messages(child, watch):
            if "error" in message:
                raise Unreadable(str(message["error"]))
            ended = bool(message.get("end", ended))
            yield message
    finally:
        watch.end()
    if watch.fired:
        raise Unreadable("timed_out")
    if not ended:
        raise Unreadable("timed_out" if child.returncode == -signal.SIGXCPU else "killed")


class _Watch:
    """Kills the child's whole process group when it has been silent for too long, and in any case at the end."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float) -> None:
        self.child, self.seconds, self.fired = child, seconds, False
        self.timer: threading.Timer | None = None
        self.beat()

    def beat(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
        self.timer = threading.Timer(self.seconds, self._fire)
        self.timer.daemon = True
        self.timer.start()

    def _fire(self) -> None:
        self.fired = True
        self._kill()

    def _kill(self) -> None:
        # The child may be gone and what it started not; its number is not given away before it is waited for.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)

    def end(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
        self._kill()
        if self.child.stdout is not None:
            self.child.stdout.close()
        self.child.wait()


def _messages(child: subprocess.Popen[bytes], watch: _Watch) -> Iterator[dict[str, Any]]:
    assert child.stdout is not None  # noqa: S101 - Popen was given a pipe
    for line in child.stdout:
        watch.beat()
        try:
            yield json.loads(line)
        except ValueError:
            break  # killed in the middle of a line
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
