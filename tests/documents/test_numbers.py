"""Numbers without gaps, also when eight people take them at once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections

from config.commands import command, system_actor
from config.errors import Conflict, Invalid, NotFound
from documents import commands, numbering
from documents.ledger.models import LedgerEntry
from documents.models import IssuedNumber, NumberSeries

SYSTEM = system_actor("test-numbers", channel="cli")
EACH, THREADS = 5, 8


def take(scope: str = "デジ", year: int = 2025, kind: str = "draft") -> str:
    return commands.take_number(kind=kind, scope=scope, year=year, pattern=numbering.DRAFT, actor=SYSTEM)


class Undone(Exception):
    """What makes a transaction roll back."""


@command
def take_and_fail(*, actor) -> None:
    take()
    raise Undone


def test_one_after_another(db) -> None:
    assert [take(), take()] == ["起-R07-デジ-00001", "起-R07-デジ-00002"]
    assert NumberSeries.objects.get().last == 2
    assert LedgerEntry.objects.filter(action="documents.number.taken").count() == 2


def test_each_unit_and_year_counts_by_itself(db) -> None:
    assert [take(), take("地協"), take(year=2026)] == ["起-R07-デジ-00001", "起-R07-地協-00001", "起-R08-デジ-00001"]


def test_a_rolled_back_number_is_given_out_again(db) -> None:
    take()
    with pytest.raises(Undone):
        take_and_fail(actor=SYSTEM)
    assert take() == "起-R07-デジ-00002"
    assert list(IssuedNumber.objects.order_by("value").values_list("value", flat=True)) == [1, 2]


def test_an_odd_pattern_takes_nothing(db) -> None:
    with pytest.raises(Invalid):
        commands.take_number(kind="draft", scope="デジ", year=2025, pattern="{unit}", actor=SYSTEM)
    assert not IssuedNumber.objects.exists() and not NumberSeries.objects.exists()


def test_a_cancelled_number_stays_a_gap_with_its_reason(db) -> None:
    text = take()
    with pytest.raises(Invalid):
        commands.cancel_number(text=text, reason="  ", actor=SYSTEM)
    commands.cancel_number(text=text, reason="取下げのため", actor=SYSTEM)
    issued = IssuedNumber.objects.get(text=text)
    assert issued.cancelled_at is not None and issued.cancel_reason == "取下げのため"
    assert take() == "起-R07-デジ-00002"
    with pytest.raises(Conflict):
        commands.cancel_number(text=text, reason="もう一度", actor=SYSTEM)
    with pytest.raises(NotFound):
        commands.cancel_number(text="起-R07-デジ-00099", reason="ない", actor=SYSTEM)


@pytest.mark.parametrize("opened", [True, False], ids=["series there", "series opened by all at once"])
def test_eight_at_once_leave_no_gap_and_no_double(fresh_database: str, opened: bool) -> None:
    if opened:
        take()
    together, taken, failed = threading.Barrier(THREADS), [], []

    def work(number: int) -> None:
        try:
            together.wait(timeout=60)
            for turn in range(EACH):
                if (number + turn) % 3 == 0:
                    with pytest.raises(Undone):
                        take_and_fail(actor=SYSTEM)
                taken.append(take())
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connections["default"].close()
    assert failed == []
    last = THREADS * EACH + (1 if opened else 0)
    assert sorted(IssuedNumber.objects.values_list("value", flat=True)) == list(range(1, last + 1))
    assert len(set(taken)) == THREADS * EACH and NumberSeries.objects.get().last == last
    assert LedgerEntry.objects.filter(action="documents.number.taken").count() == last
