"""`manage.py catalogues`: compile the English catalogues, or bring them up to date with the source."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.web import catalogues


class Command(BaseCommand):
    """Compiles what is stale; with --update the catalogues take up new strings and drop those no longer used."""

    help = "Compile the English catalogues, or update them from the source."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do besides compiling."""
        parser.add_argument("--update", action="store_true", help="write the catalogues anew from the source")

    def handle(self, *args: Any, **options: Any) -> None:
        """Update when asked to, then compile."""
        if options["update"]:
            self._update()
        for path in catalogues.compile_stale():
            self.stdout.write(f"compiled {path}")

    def _update(self) -> None:
        lacking = 0
        for home, strings in catalogues.extract().items():
            words = catalogues.read(home)
            catalogues.write(home, strings, words)
            empty = [source for source in strings if not all(words.get(source, ("",)))]
            lacking += len(empty)
            for source in empty:
                self.stdout.write(f"{home}: {source.singular}")
        if lacking:
            raise CommandError(f"{lacking} strings have no English: they are listed above, and empty in the catalogues")
