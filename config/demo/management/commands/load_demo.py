"""`manage.py load_demo`: the city of 水瀬."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demo import city, codes, data
from workflow.organization.models import Staff


class Command(BaseCommand):
    """Loads the demo city; refuses a database that belongs to a real one."""

    help = "Load the demo city (again changes nothing)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load."""
        known = {code for code, *_ in data.PEOPLE}
        if Staff.objects.exists() and not Staff.objects.filter(code__in=known).exists():
            raise CommandError("This database holds other staff; the demo city is not mixed with a real one.")
        city.load()
        for login in city.demo_logins():
            self.stdout.write(f"  {login.code}  {login.name}  {login.part}")
        self.stdout.write(f"  password of all: {city.PASSWORD}")
        self.stdout.write(f"  second factor of {' and '.join(codes.ENROLLED)}: make otp USER={codes.ENROLLED[0]}")
