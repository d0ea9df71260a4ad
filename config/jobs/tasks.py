"""Celery carries wake-up calls and runs the workers; the truth stays in the job rows."""

from __future__ import annotations

from celery import shared_task

from config.jobs import queue, worker


@shared_task(name="jobs.drain", acks_late=True, ignore_result=True)
def drain() -> int:
    """Do the due jobs; returns how many were begun."""
    return worker.run_once(worker=worker.new_name())


@shared_task(name="jobs.sweep", ignore_result=True)
def sweep() -> int:
    """Free what dead workers left, and do what a lost wake-up call left lying; returns how many rows that were."""
    return queue.sweep() + worker.run_once(worker=worker.new_name())
