"""`manage.py serve`: everything on one machine — migrations, demo city, static files, web and worker — until stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.demo import city, codes

WEB_OPTIONS = ("--host", "127.0.0.1", "--log-level", "warning", "--lifespan", "off")


class Command(BaseCommand):
    """Prepares the database and files, then runs uvicorn and one worker as children and ends both together."""

    help = "Prepare everything, then serve web and worker on this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--prepare-only", action="store_true", help="migrate and collect files, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, start, wait, stop."""
        port = options["port"]
        if not options["prepare_only"]:
            self._check_free(port)
        settings.VAR.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if settings.DEMO:
            city.load()
        if options["prepare_only"]:
            return
        children = [
            subprocess.Popen(
                [sys.executable, "-m", "uvicorn", "config.asgi:application", *WEB_OPTIONS, "--port", str(port)]
            ),
            subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=settings.ROOT),
        ]
        try:
            self._wait_for(port, children[0])
            self._greet(port)
            self._watch(children)
        finally:
            self._stop(children)

    def _check_free(self, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise CommandError(f"Port {port} is in use. Choose another: make run PORT={port + 1}") from None

    def _wait_for(self, port: int, web: subprocess.Popen[bytes]) -> None:
        for _ in range(300):
            if web.poll() is not None:
                raise CommandError("The web server did not start; its message stands above.")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        raise CommandError("The web server did not answer within 30 seconds.")

    def _greet(self, port: int) -> None:
        self.stdout.write(f"http://127.0.0.1:{port}")
        if settings.DEMO:
            for login in city.demo_logins():
                self.stdout.write(f"  {login.code}  {login.name}  {login.part}")
            self.stdout.write(f"  パスワード(全員) {city.PASSWORD}")
            self.stdout.write(f"  監査者とシステム管理者の二要素認証のコード: make otp USER={codes.ENROLLED[0]}")
        self.stdout.flush()

    def _watch(self, children: list[subprocess.Popen[bytes]]) -> None:
        stopped = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.append(True))
        while not stopped:
            for child in children:
                if child.poll() is not None:
                    raise CommandError(f"A process ended by itself (status {child.returncode}).")
            time.sleep(0.3)

    def _stop(self, children: list[subprocess.Popen[bytes]]) -> None:
        for child in children:
            if child.poll() is None:
                os.kill(child.pid, signal.SIGTERM)
        for child in children:
            try:
                child.wait(timeout=15)
            except subprocess.TimeoutExpired:
                child.kill()
