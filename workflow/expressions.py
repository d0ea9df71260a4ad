"""The two expression languages of models: FEEL, and `${…}` as Camunda 7 writes it.  Pure.

A text that holds `${…}` or `#{…}` is a template of the second kind; everything else is FEEL.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from workflow.feel.errors import FeelError
from workflow.feel.expressions import compile_expression
from workflow.feel.temporal import Months
from workflow.feel.temporal import text_of as time_text
from workflow.juel.context import Context
from workflow.juel.errors import JuelError
from workflow.juel.templates import compile_template


@dataclass(frozen=True, slots=True)
class Facts:
    """What an expression may know of the instance it is evaluated for."""

    business_key: str = ""
    instance_id: str = ""
    starter: str = ""
    user: str = ""
    groups: tuple[str, ...] = ()
    beans: Mapping[str, Any] = field(default_factory=dict)
    task: Mapping[str, Any] | None = None  # the work that is being done, as `task` of Camunda 7


class ExpressionError(Exception):
    """An expression that cannot be read or evaluated; sentences in both languages."""

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(en)
        self.ja, self.en = ja, en


def is_template(text: str) -> bool:
    """Whether a text holds an expression of Camunda 7."""
    return "${" in text or "#{" in text


def evaluate(
    text: str,
    variables: Mapping[str, Any],
    *,
    names: Iterable[str] = (),
    now: dt.datetime | None = None,
    facts: Facts | None = None,
    element: str = "",
) -> Any:
    """The value of an expression, as JSON knows it.  Raises ExpressionError."""
    try:
        if is_template(text):
            return stored(compile_template(text).evaluate(variables, _context(facts or Facts(), now, element)))
        return stored(compile_expression(text.strip().removeprefix("="), names).evaluate(variables, now=now))
    except (FeelError, JuelError) as odd:
        raise ExpressionError(odd.ja, odd.en) from odd


@dataclass(frozen=True, slots=True)
class Acted:
    """What an expression came to that may change things: its value, and what it set."""

    value: Any
    variables: Mapping[str, Any]
    local: Mapping[str, Any]
    task: tuple[tuple[str, Any], ...]


def act(
    text: str,
    variables: Mapping[str, Any],
    *,
    now: dt.datetime | None = None,
    facts: Facts | None = None,
    element: str = "",
    event: str = "",
) -> Acted:
    """Evaluate an expression of Camunda 7 that may set variables, and change the work there is.  Raises ExpressionError."""
    known = facts or Facts()
    shared: dict[str, Any] = {}
    local: dict[str, Any] = {}
    task: list[tuple[str, Any]] = []
    context = replace(
        _context(known, now, element),
        event_name=event,
        set_variable=shared.__setitem__,
        set_local=local.__setitem__,
        set_task=(lambda name, value: task.append((name, stored(value)))) if known.task is not None else None,
    )
    try:
        value = stored(compile_template(text).evaluate(variables, context))
    except JuelError as odd:
        raise ExpressionError(odd.ja, odd.en) from odd
    return Acted(value, stored(shared), stored(local), tuple(task))


def _context(facts: Facts, now: dt.datetime | None, element: str) -> Context:
    """What a template may know of the instance."""
    return Context(
        task=facts.task,
        business_key=facts.business_key,
        instance_id=facts.instance_id,
        activity_id=element,
        user=facts.user,
        groups=facts.groups,
        now=now,
        beans=facts.beans,
    )


def names_of(text: str, names: Iterable[str] = ()) -> frozenset[str]:
    """The variables that an expression reads.  Raises ExpressionError when it cannot be read."""
    try:
        if is_template(text):
            read = compile_template(text)
            return read.names - {call.name.partition(".")[0] for call in read.beans}
        return frozenset(compile_expression(text.strip().removeprefix("="), names).names)
    except (FeelError, JuelError) as odd:
        raise ExpressionError(odd.ja, odd.en) from odd


def text_of(text: str, variables: Mapping[str, Any], **more: Any) -> Any:
    """The value of a text of a model that is taken as it stands unless it holds `${…}` or begins with `=`."""
    if is_template(text) or text.startswith("="):
        return evaluate(text, variables, **more)
    return text


def stored(value: Any) -> Any:
    """A value of an expression as JSON knows it: numbers exact (as text where no float is), times as ISO 8601."""
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, list | tuple):
        return [stored(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): stored(item) for key, item in value.items()}
    if isinstance(value, dt.date | dt.time | dt.timedelta | Months):
        return time_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise ExpressionError("保存できない値になりました。", f"The value cannot be stored: {type(value).__name__}.")


def _number(value: Decimal) -> Any:
    if not value.is_finite():
        return None
    if value == value.to_integral_value() and value.adjusted() < 34:
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else str(value)
