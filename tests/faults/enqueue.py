"""Writes jobs as the web process does, each in a transaction of its own:  python -m tests.faults.enqueue PREFIX COUNT FILE"""

from __future__ import annotations

import sys

import django

if __name__ == "__main__":
    django.setup()
    from django.db import transaction

    from config.jobs import queue

    prefix, count, file = sys.argv[1:]
    for number in range(int(count)):
        with transaction.atomic():
            queue.enqueue(kind="tests.note", key=f"{prefix}-{number}", payload={"file": file})
