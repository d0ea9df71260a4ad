"""How the records of the entries are called.  The app above, which knows records, registers it; the ledger knows ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from config.commands import Actor


@dataclass(frozen=True, slots=True)
class RecordName:
    """A record's number, empty where it has none yet, and its title."""

    number: str
    title: str


Secret = Callable[[Iterable[int], Actor], set[int]]
Namer = Callable[[Iterable[int], Actor], dict[int, RecordName]]
Finder = Callable[[str, Actor], int | None]
_namers: list[Namer] = []
_finders: list[Finder] = []
_secrets: list[Secret] = []


def register(*, namer: Namer, finder: Finder, secret: Secret) -> None:
    """Say who names records by their ids, who finds the id of a number, and who knows which are not for the actor."""
    if namer not in _namers:
        _namers.append(namer)
        _finders.append(finder)
        _secrets.append(secret)


def names_of(record_ids: Iterable[int], *, actor: Actor) -> dict[int, RecordName]:
    """The names of those records that the actor may see."""
    wanted = sorted(set(record_ids))
    return {key: name for namer in _namers for key, name in namer(wanted, actor).items()}


def id_of(number: str, *, actor: Actor) -> int | None:
    """The id of the record with that number, as far as the actor may see it."""
    return next((found for finder in _finders if (found := finder(number, actor)) is not None), None)


def secret_of(record_ids: Iterable[int], *, actor: Actor) -> set[int]:
    """Those of the records that are confidential, and not for the actor: entries about them tell no texts."""
    wanted = sorted(set(record_ids))
    return {key for secret in _secrets for key in secret(wanted, actor)}
