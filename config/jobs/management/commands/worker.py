"""`manage.py worker`: the local worker process, for places without Redis."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.jobs import worker


class Command(BaseCommand):
    """Works until it is told to stop (SIGTERM or Ctrl-C), finishing the job in hand."""

    help = "Do due jobs until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--queue` may be given several times; without it all queues are served."""
        parser.add_argument("--queue", action="append", default=None)
        parser.add_argument("--pause", type=float, default=1.0, help="seconds to wait when there is nothing to do")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the loop."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        worker.loop(stop=stop, pause=options["pause"], queues=options["queue"])
