"""`manage.py worker` with the kinds of these tests:  python -m tests.faults.local_worker"""

from __future__ import annotations

import django
from django.core.management import call_command

if __name__ == "__main__":
    django.setup()
    from tests.faults import kinds  # noqa: F401 - importing them registers their handlers

    call_command("worker", pause=0.05)
