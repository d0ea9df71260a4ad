"""What a change of data looks like: `@command`, and the `Actor` on whose account it is made.

Every command takes keyword arguments only, among them `actor`; the outermost one opens the transaction, inner ones join
it.  A command that ends well without having written to the ledger is a defect, and raises.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from config.errors import Refusal

P = ParamSpec("P")
R = TypeVar("R")


class ActorKind(StrEnum):
    """What kind of being acts."""

    STAFF = "staff"
    ROBOT = "robot"
    SYSTEM = "system"


class Right(StrEnum):
    """By what right a person acts (domain.md appendix A 任用, section 2)."""

    MAIN = "main"  # 本務
    CONCURRENT = "concurrent"  # 兼務
    JOINT = "joint"  # 併任
    ACTING = "acting"  # 事務取扱
    PROVISIONAL = "provisional"  # 心得
    SUBSTITUTE = "substitute"  # 職務代理
    DELEGATE = "delegate"  # 代理
    DEPUTY = "deputy"  # 代決
    NONE = "none"  # machines, and people without a post today


class Role(StrEnum):
    """Rights that hang on the person and not on a post."""

    RECORDS_OFFICER = "records_officer"  # 文書主任
    AUDITOR = "auditor"  # 監査者, read only
    ADMINISTRATOR = "administrator"  # システム管理者, masters only, never a record


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which post and unit, as ids and as the texts of that day.  Never optional, never taken from a global."""

    kind: ActorKind
    code: str  # 職員番号, robot code or system name
    name: str
    user_id: int | None = None
    post_id: int | None = None
    post: str = ""
    unit_id: int | None = None
    unit: str = ""
    right: Right = Right.NONE
    behalf_of_id: int | None = None
    behalf_of: str = ""
    channel: str = "system"  # web, job, api, cli, system
    request_id: str = ""
    address: str = ""
    roles: frozenset[Role] = field(default_factory=frozenset)
    group_ids: frozenset[int] = field(default_factory=frozenset)  # unit groups valid now: the actor's principals

    def has(self, role: Role) -> bool:
        """Whether the actor holds the role today."""
        return role in self.roles

    def on_behalf_of(self, *, user_id: int, name: str, right: Right) -> Actor:
        """The same person acting for another (代理, 代決)."""
        return replace(self, behalf_of_id=user_id, behalf_of=name, right=right)


def system_actor(code: str, *, channel: str = "job", request_id: str = "") -> Actor:
    """A part of the system acting by itself, for instance `text-extraction`.  It has no rights to see records."""
    return Actor(kind=ActorKind.SYSTEM, code=code, name=code, channel=channel, request_id=request_id)


@dataclass(slots=True)
class _Unit:
    """One outermost command under way in this context."""

    name: str
    records: int = 0
    outbox: list[Any] = field(default_factory=list)


_current: ContextVar[_Unit | None] = ContextVar("current_command", default=None)


class CommandDefect(RuntimeError):
    """A command broke the rules of the house: a mistake in the program, never in what a person typed."""


Listener = Callable[[str, Refusal, dict[str, Any]], None]
_listeners: list[Listener] = []


def on_refusal(listener: Listener) -> Listener:
    """Call `listener` with command, refusal and arguments whenever an outermost command declined to act."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


Ending = Callable[[], None]
_endings: list[Ending] = []


def before_commit(ending: Ending) -> Ending:
    """Call `ending` in the transaction of every outermost command that went well, as its last act."""
    if ending not in _endings:
        _endings.append(ending)
    return ending


REGISTRY: dict[str, Callable[..., Any]] = {}


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Make `function` a command: keyword-only, with `actor`, in one transaction, and recorded.

    Raises TypeError at import for a wrong signature, CommandDefect at run time when nothing was recorded, when called
    inside a transaction that no command opened, or when an inner command's failure was swallowed (Django would then roll
    back silently and return as if all were well).
    """
    _check_signature(function)
    name = f"{function.__module__}.{function.__qualname__}"

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        if args:
            raise TypeError(f"{name} takes keyword arguments only")
        if not isinstance(kwargs.get("actor"), Actor):
            raise TypeError(f"{name} needs actor=Actor(…)")
        if _current.get() is not None:
            with transaction.atomic(savepoint=False):
                return function(*args, **kwargs)
        try:
            return _outermost(name, function, *args, **kwargs)
        except Refusal as refused:
            # The transaction is rolled back by now: whoever listens writes in one of his own.
            for tell in _listeners:
                tell(name, refused, kwargs)
            raise

    wrapper.is_command = True  # type: ignore[attr-defined]  # read by tests/architecture, functions carry no such field
    REGISTRY[name] = wrapper
    return wrapper


def _outermost(name: str, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    unit = _Unit(name)
    token = _current.set(unit)
    try:
        with transaction.atomic(durable=True):
            result = function(*args, **kwargs)
            if transaction.get_rollback():
                raise CommandDefect(f"{name} swallowed the failure of an inner command")
            if not unit.records:
                raise CommandDefect(f"{name} recorded nothing in the ledger")
            for ending in _endings:
                ending()
            return result
    finally:
        _current.reset(token)


def _check_signature(function: Callable[..., Any]) -> None:
    parameters = inspect.signature(function).parameters
    loose = [p.name for p in parameters.values() if p.kind is not inspect.Parameter.KEYWORD_ONLY]
    if loose:
        raise TypeError(
            f"{function.__qualname__}: every argument of a command is keyword-only, not so: {', '.join(loose)}"
        )
    if "actor" not in parameters or parameters["actor"].default is not inspect.Parameter.empty:
        raise TypeError(f"{function.__qualname__}: a command takes `actor`, without a default")


def note_record() -> None:
    """Called by the ledger for every row it writes.  Raises CommandDefect outside a command."""
    unit = _current.get()
    if unit is None:
        raise CommandDefect("the ledger is written inside commands only")
    unit.records += 1


def to_outbox(row: Any) -> bool:
    """Keep a row of work for after the commit; config/jobs writes all of them at the end of the command.  False outside a
    command: whoever asks writes it himself."""
    unit = _current.get()
    if unit is not None:
        unit.outbox.append(row)
    return unit is not None


def take_outbox() -> list[Any]:
    """The rows of the command under way that wait for being written; they wait no longer."""
    unit = _current.get()
    rows: list[Any] = []
    if unit is not None:
        rows, unit.outbox = unit.outbox, rows
    return rows


def in_command() -> bool:
    """Whether a command is under way in this context."""
    return _current.get() is not None
