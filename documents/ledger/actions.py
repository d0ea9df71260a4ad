"""Typed actions of the ledger: each names its code, the details it must carry, and which of them are personal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.functional import Promise

_by_code: dict[str, type[LedgerAction]] = {}
_parts: dict[str, str | Promise] = {}


class LedgerAction:
    """Subclass to declare an action; subclassing registers it.

    `code` is stored and never changes.  `detail` names the details every entry must carry (JSON values), `personal` those
    of them that tell of a private person and are kept apart, so that they can be erased.  `label` is the sentence shown,
    with the details in braces; `choices` gives the words for coded values of a detail.  `reading` acts change nothing: the
    page of a record leaves them out at first.  Raises TypeError for a code taken twice or a personal detail that is not
    declared.
    """

    code: ClassVar[str] = ""
    detail: ClassVar[tuple[str, ...]] = ()
    personal: ClassVar[tuple[str, ...]] = ()
    label: ClassVar[str | Promise] = ""
    reading: ClassVar[bool] = False
    choices: ClassVar[Mapping[str, Mapping[Any, str | Promise]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not cls.code or not cls.label:
            raise TypeError(f"{cls.__name__} needs a code and a label")
        if set(cls.personal) - set(cls.detail):
            raise TypeError(f"{cls.__name__}: personal details must be declared in `detail` too")
        if cls.code in _by_code:
            raise TypeError(f"two ledger actions with the code {cls.code}")
        _by_code[cls.code] = cls


def action_of(code: str) -> type[LedgerAction] | None:
    """The action with that code, or None when this program no longer knows it."""
    return _by_code.get(code)


def codes() -> list[str]:
    """Every registered code, sorted."""
    return sorted(_by_code)


def name_part(code: str, name: str | Promise) -> None:
    """Say how a part of the system that acts by itself is called on pages; its code is what is stored."""
    _parts[code] = name


def part_name(code: str) -> str:
    """The name of a part of the system; its code where it has none."""
    return str(_parts.get(code, code))
