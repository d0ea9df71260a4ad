"""Where the built-in functions are kept, with their parameters.  Pure."""

from __future__ import annotations

import contextvars
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from workflow.feel.values import Function, Parameter

FUNCTIONS: dict[str, Function] = {}

# What an evaluation takes for now; None where nobody said.
NOW: contextvars.ContextVar[dt.datetime | None] = contextvars.ContextVar("feel_now", default=None)


def builtin(name: str, *parameters: str, takes: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a function: its FEEL name and its parameters as `name: type`, with `?` at the end when one may be left out.

    A name registered again has several sets of parameters; a call takes the first that fits.
    """
    declared = tuple(_parameter(text) for text in parameters)

    def keep(run: Callable[..., Any]) -> Callable[..., Any]:
        made = Function(name, declared, run, takes)
        known = FUNCTIONS.get(name)
        FUNCTIONS[name] = made if known is None else replace(known, others=(*known.others, made))
        return run

    return keep


def _parameter(text: str) -> Parameter:
    name, _, kind = text.partition(":")
    return Parameter(name.strip(), kind.strip().rstrip("?"), kind.endswith("?"))
