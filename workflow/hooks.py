"""Work that models name and this installation does: functions registered under names, never found by import.

A model of Camunda 7 names a Java class, a bean or a connector.  An app registers its function under such a name:

    @hook("com.example.ArchiveService", "archiveService")
    def archive(call: HookCall) -> Mapping[str, Any]: ...

What a foreign model calls otherwise is mapped by the administrator: KESSAI_HOOK_NAMES="org.x.Foo=archive,barBean=archive".
Functions run in jobs, outside of the transaction of the step, perhaps twice: `key` is the same for each repetition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings


class HookFailed(Exception):
    """The work cannot be done; `code` makes it a business error (a BPMN error) that the model may catch."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.message, self.code = message, code


@dataclass(frozen=True, slots=True)
class HookCall:
    """What a function is told: for which instance and element, the variables it sees, and a key for idempotency."""

    name: str
    key: str
    instance_id: int
    element_id: str
    business_key: str
    variables: Mapping[str, Any]
    fields: Mapping[str, Any] = field(default_factory=dict)  # what the model wrote beside the name
    attempt: int = 1
    properties: Mapping[str, str] = field(default_factory=dict)  # the free properties of the element
    event: str = ""  # of a listener: start, end, take, create, complete …


Hook = Callable[[HookCall], Mapping[str, Any]]
Bean = Callable[..., Any]
_hooks: dict[str, Hook] = {}
_beans: dict[str, Bean] = {}


def hook(*names: str) -> Callable[[Hook], Hook]:
    """Register a function under these names.  Raises ValueError for a name taken twice, and for none."""

    def add(function: Hook) -> Hook:
        taken = [name for name in names if name in _hooks]
        if taken or not names:
            raise ValueError(f"hooks taken twice: {', '.join(taken)}" if taken else "a hook needs a name")
        _hooks.update(dict.fromkeys(names, function))
        return function

    return add


def bean(name: str) -> Callable[[Bean], Bean]:
    """Register a function for expressions, as `name` or `bean.method`: it reckons at once and changes nothing.

    Raises ValueError for a name taken twice.
    """

    def add(function: Bean) -> Bean:
        if name in _beans:
            raise ValueError(f"two beans with the name {name}")
        _beans[name] = function
        return function

    return add


def hook_of(name: str) -> Hook | None:
    """The function of a name, or of the name that the administrator mapped it to; None when there is none."""
    return _hooks.get(name) or _hooks.get(mapped().get(name, ""))


def beans() -> Mapping[str, Bean]:
    """The functions for expressions by name."""
    return dict(_beans)


def known() -> frozenset[str]:
    """Every name that a model may use: of hooks, of beans, and those that are mapped to a hook that exists."""
    return frozenset(_hooks) | frozenset(_beans) | {name for name, to in mapped().items() if to in _hooks}


def mapped() -> dict[str, str]:
    """The table of the administrator: the foreign name, and the name of the hook here."""
    return dict(settings.HOOK_NAMES)
