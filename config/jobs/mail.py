"""Mail goes out after commit, once per key."""

from __future__ import annotations

from django.core.mail import EmailMessage
from django.db import transaction

from config import clock
from config.jobs.handlers import JobView, handler
from config.jobs.models import Job, OutgoingMail
from config.jobs.queue import put


def queue_mail(*, key: str, to: str, subject: str, body: str) -> None:
    """Write a mail in the caller's transaction; a job sends it afterwards.  The same key twice sends once.

    One row, whatever was there before: this is called in the middle of every approval.
    """
    now = clock.now()
    mail = {"mail": key, "to": to, "subject": subject[:200], "body": body}
    put(Job(kind="jobs.mail", key=f"mail:{key}", payload=mail, due=now, created_at=now))


@handler("jobs.mail")
def send_mail(job: JobView) -> None:
    """Send one mail.  The Message-ID comes from the key, so that a mail sent twice is known as one by its reader."""
    said = {name: job.payload[name] for name in ("to", "subject", "body")}
    mail, _new = OutgoingMail.objects.get_or_create(
        key=job.payload["mail"], defaults={**said, "created_at": clock.now()}
    )
    if mail.sent_at is not None:
        return
    EmailMessage(
        subject=mail.subject, body=mail.body, to=[mail.to], headers={"Message-ID": f"<{job.key}@kessai.invalid>"}
    ).send()
    with transaction.atomic():
        OutgoingMail.objects.filter(pk=mail.pk, sent_at=None).update(sent_at=clock.now())
