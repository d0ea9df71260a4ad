"""`manage.py otp CODE`: what the authenticator app of a demo person shows now."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.demo import codes


class Command(BaseCommand):
    """Prints the present code; refuses outside the demo data, where nobody's secret is anybody else's business."""

    help = "Print the present second-factor code of a demo person (KESSAI_DEMO=1 only)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose."""
        parser.add_argument("code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        code = options["code"]
        if not settings.DEMO:
            raise CommandError("Codes are printed for the demo data only (KESSAI_DEMO=1).")
        if code not in codes.ENROLLED or not codes.has_demo_secret(code):
            known = ", ".join(codes.ENROLLED)
            raise CommandError(f"{code} has no second factor of the demo data. Those who have: {known}")
        self.stdout.write(codes.code_now(codes.secret_of(code)))
