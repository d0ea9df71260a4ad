"""Numbers without gaps: the counter is advanced under its row's lock, in the transaction that uses the number."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor, command
from config.errors import Conflict, Invalid, NotFound
from documents import ledger_actions as acts
from documents import numbering
from documents.ledger.writer import record
from documents.models import IssuedNumber, NumberSeries


@command
def take_number(*, kind: str, scope: str, year: int, pattern: str, actor: Actor) -> str:
    """The next number of a series, as printed.  A transaction that is rolled back gives it back.

    Raises Invalid for a pattern that cannot be printed.
    """
    series = _locked_series(kind=kind, scope=scope, year=year)
    value = series.last + 1
    try:
        text = numbering.text(pattern, numbering.SeriesName(kind, scope, year), value)
    except ValueError as odd:
        raise Invalid(str(odd), code="odd_pattern") from odd

    series.last = value
    series.save(update_fields=["last"])
    issued = IssuedNumber.objects.create(series=series, value=value, text=text, issued_at=clock.now())

    record(acts.NumberTaken, subject=issued, actor=actor, kind=kind, scope=scope, year=year, value=value, text=text)
    return text


def _locked_series(*, kind: str, scope: str, year: int) -> NumberSeries:
    which = {"kind": kind, "scope": scope, "year": year}
    locked = NumberSeries.objects.select_for_update()
    found = locked.filter(**which).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            NumberSeries.objects.create(**which)
    except IntegrityError:
        # Another transaction opened the series at this moment; its row is the one to lock.
        return locked.get(**which)
    return locked.get(**which)


@command
def cancel_number(*, text: str, reason: str, actor: Actor) -> IssuedNumber:
    """Make a number a 欠番; it is never given out again.  Raises NotFound, Invalid without a reason, Conflict."""
    try:
        issued = IssuedNumber.objects.select_for_update().get(text=text)
    except IssuedNumber.DoesNotExist:
        raise NotFound(_("番号がありません。")) from None
    if not reason.strip():
        raise Invalid(_("入力を確認してください。"), fields={"reason": [_("欠番にする理由を入れてください。")]})
    if issued.cancelled_at is not None:
        raise Conflict(_("この番号はすでに欠番です。"))

    issued.cancelled_at, issued.cancel_reason = clock.now(), reason.strip()
    issued.save(update_fields=["cancelled_at", "cancel_reason"])

    record(acts.NumberCancelled, subject=issued, actor=actor, text=text, reason=issued.cancel_reason)
    return issued
