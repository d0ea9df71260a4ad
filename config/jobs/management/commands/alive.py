"""`manage.py alive web|worker|beat`: whether the process of that kind on this machine answers; for health checks."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import clock
from config.celery import app

WAIT = 5.0  # seconds for an answer
BEAT_AGE = 400.0  # seconds; the beat writes its schedule down every three minutes


class Command(BaseCommand):
    """Ends with status 0 when it answers, else with 1 and a sentence."""

    help = "Ask the web server, the worker or the beat on this machine whether it is alive."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Which process, and where it is found."""
        parser.add_argument("process", choices=["web", "worker", "beat"])
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--schedule", default="/tmp/beat", help="the file named to the beat")  # noqa: S108 - in its own container

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask."""
        if options["process"] == "web":
            self._web(options["port"])
        elif options["process"] == "worker":
            self._worker()
        else:
            self._beat(Path(options["schedule"]))

    def _web(self, port: int) -> None:
        host = next((name for name in settings.ALLOWED_HOSTS if "*" not in name), "localhost")
        request = urllib.request.Request(f"http://127.0.0.1:{port}/accounts/login/", headers={"Host": host})
        try:
            with urllib.request.urlopen(request, timeout=WAIT) as answer:
                status = answer.status
        except urllib.error.HTTPError as error:
            status = error.code
        except OSError as error:
            raise CommandError(f"the web server does not answer: {error}") from error
        if status != 200:
            raise CommandError(f"the log-in page answers with status {status}")

    def _worker(self) -> None:
        name = f"celery@{socket.gethostname()}"
        if not app.control.ping(destination=[name], timeout=WAIT):
            raise CommandError(f"the worker {name} does not answer")

    def _beat(self, schedule: Path) -> None:
        written = [path.stat().st_mtime for path in schedule.parent.glob(f"{schedule.name}*")]
        if not written or clock.now().timestamp() - max(written) > BEAT_AGE:
            raise CommandError(f"the beat has not written {schedule} for long")
