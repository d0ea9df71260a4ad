"""`manage.py sign_in unlock|reset|end CODE`: what an administrator does when he cannot reach the pages himself."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.commands import system_actor
from config.errors import Refusal
from workflow.organization import commands

ACTS = {"unlock": commands.unlock_login, "reset": commands.reset_factors, "end": commands.end_all_sessions}


class Command(BaseCommand):
    """The same commands as the page, with the machine's console as their actor."""

    help = "unlock: let a person log in again; reset: take lost second factors away; end: end all his log-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        """What, and whose."""
        parser.add_argument("act", choices=sorted(ACTS))
        parser.add_argument("code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        try:
            ACTS[options["act"]](code=options["code"], actor=system_actor("command-line", channel="cli"))
        except Refusal as refused:
            raise CommandError(str(refused.message)) from None
        self.stdout.write(f"{options['act']} {options['code']}: done")
