"""Background work that processes ask for: times, messages, signals, hooks, calls.  Registered by workflow/jobs.py."""

from __future__ import annotations

import datetime as dt
import logging

from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor, system_actor
from config.errors import Conflict, NotFound
from config.jobs.handlers import JobView, Permanent, handler
from config.jobs.queue import enqueue
from workflow import hooks
from workflow.commands.happenings import (
    broadcast_signal,
    call_process,
    correlate_message,
    go_on,
    let_happen,
    return_from_call,
    start_by_time,
)
from workflow.commands.instances import call_off_called
from workflow.commands.machines import complete_work, fail_work, refuse_work
from workflow.engine.nodes.base import Trouble
from workflow.engine.timers import later
from workflow.queries import hook_call
from workflow.runtime import outside
from workflow.runtime.starts import START

DEFAULT_RETRIES = ("PT1M", "PT5M")
log = logging.getLogger(__name__)


def _actor(job: JobView, name: str) -> Actor:
    return system_actor(f"process-{name}", request_id=f"job-{job.id}")


@handler(outside.TIMER, at_once=True)
def timer(job: JobView) -> None:
    """A time has come.  What is not waited for any longer needs nothing."""
    payload = job.payload
    try:
        let_happen(
            instance_id=payload["instance"],
            subscription=payload["subscription"],
            due=payload["due"],
            actor=_actor(job, "timer"),
        )
    except Conflict as conflict:
        _unless_resting(conflict)


def _unless_resting(conflict: Conflict) -> None:
    """An instance that rests is asked again later; everything else that is in the way means: nothing is to be done."""
    if conflict.code == "suspended":
        raise conflict


@handler(outside.GO_ON, at_once=True)
def on(job: JobView) -> None:
    """Behind a save point; what goes wrong is tried again as the model says, and only then an incident."""
    payload = job.payload
    waits, tried = list(payload.get("waits", ())), int(payload.get("tried", 0))
    actor = _actor(job, "save-point")
    try:
        go_on(instance_id=payload["instance"], token=payload["token"], last=tried >= len(waits), actor=actor)
    except Conflict as conflict:
        if conflict.code != "failed_try":
            _unless_resting(conflict)
            return
        enqueue(
            kind=outside.GO_ON,
            key=f"{job.key.partition('#')[0]}#{tried + 1}",
            payload={**payload, "tried": tried + 1},
            due=_after(waits[tried]),
            priority=int(payload.get("priority", 0)),
        )


@handler(outside.MESSAGE, at_once=True)
def message(job: JobView) -> None:
    """A message for whoever waits for it."""
    payload = job.payload
    try:
        correlate_message(
            name=payload["name"],
            key=payload["key"],
            business_key=payload["business_key"],
            variables=payload["variables"],
            early=payload.get("early"),
            actor=_actor(job, "message"),
        )
    except Conflict as conflict:
        if conflict.code == "ambiguous_message":
            raise Permanent(conflict.code, str(conflict)) from conflict
        if conflict.code != "already_delivered":
            raise


@handler(outside.SIGNAL, at_once=True)
def signal(job: JobView) -> None:
    """A signal for all who listen; each gets it in a job of its own, so that one who fails holds up nobody."""
    payload, actor = job.payload, _actor(job, "signal")
    if "subscription" in payload:
        try:
            let_happen(
                instance_id=payload["instance"],
                subscription=payload["subscription"],
                variables=payload["variables"],
                actor=actor,
            )
        except Conflict as conflict:
            _unless_resting(conflict)
        return
    broadcast_signal(
        name=payload["name"], key=job.key, variables=payload["variables"], sender=payload["sender"], actor=actor
    )


@handler(START, at_once=True)
def start(job: JobView) -> None:
    """A process begins because its time has come."""
    try:
        start_by_time(start_id=job.payload["start"], due=job.payload["due"], actor=_actor(job, "timer"))
    except Conflict:
        return


@handler(outside.CALL, at_once=True)
def call(job: JobView) -> None:
    """A call activity begins another process."""
    payload = job.payload
    try:
        call_process(
            instance_id=payload["instance"],
            token=payload["token"],
            asked=payload["asked"],
            actor=_actor(job, "call"),
        )
    except NotFound as missing:
        raise Permanent("no_definition", str(missing)) from missing
    except Conflict as conflict:
        _unless_resting(conflict)


@handler(outside.RETURNED, at_once=True)
def returned(job: JobView) -> None:
    """A called instance has something to tell its caller."""
    payload = job.payload
    try:
        return_from_call(
            called_id=payload["called"],
            outcome=payload["outcome"],
            variables=payload["variables"],
            code=payload.get("code", ""),
            message=payload.get("message", ""),
            actor=_actor(job, "call"),
        )
    except Conflict as conflict:
        _unless_resting(conflict)


@handler(outside.CALLED_OFF, at_once=True)
def called_off(job: JobView) -> None:
    """The caller does not wait any longer: what was called ends."""
    call_off_called(
        caller_id=job.payload["caller"], token=str(job.payload["token"]), reason=_("呼出し元の取りやめ"),
        actor=_actor(job, "call"),
    )  # fmt: skip


@handler(outside.HOOK, lease=dt.timedelta(minutes=10))
def run_hook(job: JobView) -> None:
    """Call a hook, outside of any transaction; its result, error or failure is noted once."""
    actor, work = _actor(job, "hook"), int(job.payload["work"])
    waits: list[str] = []
    try:
        asked = hook_call(work_id=work, attempt=int(job.payload.get("tried", 0)) + 1)
        if asked is None:
            return
        call, waits = asked.call, asked.waits
        function = hooks.hook_of(call.name)
        if function is None:
            missing = _("フック「%(name)s」がありません。") % {"name": call.name}
            fail_work(work_id=work, problem=missing, left=0, actor=actor)
            return
        values = asked.result(function(call))
    except hooks.HookFailed as failed:
        if failed.code:
            refuse_work(work_id=work, code=failed.code, message=failed.message, actor=actor)
        else:
            _again(job, work, waits, failed.message, actor)
    except Exception as odd:
        log.exception("hook of work %s failed", work)
        _again(job, work, waits, f"{type(odd).__name__}: {odd}", actor)
    else:
        complete_work(work_id=work, variables=values, actor=actor)


def _again(job: JobView, work: int, said: list[str], problem: str, actor: Actor) -> None:
    """Try again after the next wait of the model's cycle; after the last one somebody has to look at it."""
    waits = said or list(DEFAULT_RETRIES)
    tried = int(job.payload.get("tried", 0))
    left = max(0, len(waits) - tried)
    fail_work(work_id=work, problem=problem, left=left, actor=actor)
    if left:
        enqueue(
            kind=outside.HOOK,
            key=f"{job.key.partition('#')[0]}#{tried + 1}",
            payload={"work": work, "tried": tried + 1},
            due=_after(waits[tried]),
        )


def _after(wait: str) -> dt.datetime:
    try:
        return later(wait, clock.now())
    except Trouble:
        return clock.now() + dt.timedelta(minutes=5)
