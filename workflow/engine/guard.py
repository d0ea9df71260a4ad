"""Whether an intent fits the state: asked before anything happens.  Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from workflow.engine import intents as want
from workflow.engine.state import Mode, State, Status

MAX_VARIABLES = 1_000_000  # bytes of JSON in one scope
_UNSTORABLE = re.compile(r"[\ud800-\udfff]|(?<!\\)(?:\\\\)*\\u0000")  # in JSON: half a surrogate pair, NUL


class Refused(Exception):
    """The intent does not fit the state.  `code` is stable; sentences in both languages."""

    def __init__(self, code: str, ja: str, en: str) -> None:
        super().__init__(en)
        self.code, self.ja, self.en = code, ja, en


# Which intents a status admits.
ADMITTED: Mapping[type[want.Intent], frozenset[Status]] = {
    want.Start: frozenset({Status.NEW}),
    want.Complete: frozenset({Status.RUNNING}),
    want.Return: frozenset({Status.RUNNING}),
    want.Cancel: frozenset({Status.RUNNING, Status.SUSPENDED}),
    want.Retry: frozenset({Status.RUNNING}),
    want.Move: frozenset({Status.RUNNING}),
    want.Trigger: frozenset({Status.RUNNING}),
    want.ThrowError: frozenset({Status.RUNNING}),
    want.ThrowEscalation: frozenset({Status.RUNNING}),
    want.AddBranch: frozenset({Status.RUNNING}),
    want.RemoveBranch: frozenset({Status.RUNNING}),
    want.SetVariables: frozenset({Status.RUNNING, Status.SUSPENDED}),
    want.Suspend: frozenset({Status.RUNNING}),
    want.Resume: frozenset({Status.SUSPENDED}),
}

# What the token an intent names must be doing.
TOKEN_MODES: Mapping[type[want.Intent], frozenset[Mode]] = {
    want.Complete: frozenset({Mode.WAITING}),
    want.Retry: frozenset({Mode.INCIDENT}),
    want.Move: frozenset({Mode.WAITING, Mode.INCIDENT, Mode.HOSTING, Mode.JOINING}),
    want.ThrowError: frozenset({Mode.WAITING}),
    want.ThrowEscalation: frozenset({Mode.WAITING}),
    want.AddBranch: frozenset({Mode.HOSTING}),
    want.RemoveBranch: frozenset({Mode.WAITING, Mode.HOSTING, Mode.INCIDENT}),
}

STATUS_REFUSALS: Mapping[Status, tuple[str, str, str]] = {
    Status.NEW: ("not_started", "この案件はまだ始まっていません。", "The instance has not been started."),
    Status.RUNNING: ("already_started", "この案件は既に始まっています。", "The instance has already been started."),
    Status.SUSPENDED: ("suspended", "この案件は休止中です。", "The instance is suspended."),
    Status.ENDED: ("already_ended", "この案件は既に終わっています。", "The instance has already ended."),
    Status.CANCELLED: ("already_cancelled", "この案件は取りやめになりました。", "The instance was cancelled."),
}

MODE_REFUSALS: Mapping[type[want.Intent], tuple[str, str, str]] = {
    want.Complete: (
        "not_waiting",
        "この作業は開いていません。",
        "Expected token {0} to wait for work, but it does not.",
    ),
    want.Retry: ("no_incident", "ここに障害はありません。", "Expected token {0} to be in an incident, but it is not."),
    want.Move: ("not_movable", "このトークンは動かせません。", "Expected token {0} to wait or be in an incident."),
    want.ThrowError: ("not_waiting", "この作業は開いていません。", "Expected token {0} to wait for work."),
    want.ThrowEscalation: ("not_waiting", "この作業は開いていません。", "Expected token {0} to wait for work."),
    want.AddBranch: ("not_repeated", "ここは繰返しの作業ではありません。", "Token {0} does not repeat work."),
    want.RemoveBranch: ("not_repeated", "ここは繰返しの作業ではありません。", "Token {0} is no run of repeated work."),
}


def admit(state: State, intent: want.Intent) -> None:
    """Raises Refused when the state does not admit the intent."""
    kind = type(intent)
    if state.status not in ADMITTED[kind]:
        raise Refused(*STATUS_REFUSALS[state.status])
    if kind in TOKEN_MODES:
        number = intent.token  # type: ignore[attr-defined]  # every intent of that table has one
        token = state.tokens.get(number)
        if token is None or token.mode not in TOKEN_MODES[kind]:
            code, ja, en = MODE_REFUSALS[kind]
            raise Refused(code, ja, en.format(number))
    if isinstance(intent, want.Complete | want.ThrowError) and state.waits[intent.token].kind == "event":
        code, ja, en = MODE_REFUSALS[want.Complete]  # an event is not completed: it happens
        raise Refused(code, ja, en.format(intent.token))
    if isinstance(intent, want.Trigger) and intent.subscription not in state.subscriptions:
        raise Refused(
            "not_listening", "この出来事はもう待っていません。", "The instance does not listen for it any longer."
        )


def checked_variables(given: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    """A private copy of the variables, as JSON knows them.  Raises Refused for other values, or too many of them."""
    if not given:
        return {}
    if not all(isinstance(name, str) and name for name in given):
        raise Refused(
            "bad_variables", "変数の名前は文字列にしてください。", "Variables are named by non-empty strings."
        )
    try:
        copy: dict[str, Any] = json.loads(json.dumps(dict(given), allow_nan=False))
        size = len(json.dumps({**present, **copy}, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    except (TypeError, ValueError, RecursionError) as odd:
        raise Refused(
            "bad_variables", "変数に保存できない値があります。", f"A variable cannot be stored as JSON: {odd}."
        ) from odd
    if _UNSTORABLE.search(json.dumps(copy, ensure_ascii=False)):
        raise Refused(
            "bad_variables",
            "変数に保存できない文字があります。",
            "A variable holds a character that no database stores (NUL or half of a pair).",
        )
    if size > MAX_VARIABLES:
        raise Refused(
            "too_many_variables",
            f"案件の変数が大きすぎます({size:,}バイト、上限{MAX_VARIABLES:,})。",
            f"The variables of a scope take {size:,} bytes; the limit is {MAX_VARIABLES:,}.",
        )
    return copy
