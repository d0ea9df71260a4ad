"""The definition store: models as drawn, in versions that never change."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from django.db import connection

from config import clock
from config.commands import Actor, command
from documents.ledger.writer import record
from workflow import rules
from workflow.bpmn.model import Finding, Process
from workflow.ledger_actions import DefinitionDeployed, DefinitionTakenWithBreaches, DefinitionUnchanged
from workflow.models import ProcessDefinition
from workflow.queries import read_model
from workflow.runtime.starts import listen
from workflow.values import DefinitionView

NAME_LENGTH = 200


@command
def deploy_definition(*, xml: bytes, actor: Actor, with_breaches: bool = False) -> DefinitionView:
    """Store a model byte for byte as the next version of its process; running instances stay on theirs.

    Of a file with several processes, each that is to run gets its own next version, all or none; the answer is the first
    one's.  The bytes of the newest version again give that version and no new one (recorded all the same).
    `with_breaches` takes a foreign model as it is although it breaks rules of BPMN, and records which.  Raises Invalid
    with `findings` when the model has errors or, without that, breaks rules; NotAllowed unless an administrator or the
    system deploys.
    """
    rules.check_may_deploy(actor)
    processes, warnings = read_model(xml, with_breaches=with_breaches)
    # In the order of their keys, so that two deployments of the same processes wait for each other and never in a circle.
    stored = {process.id: _store(process, xml, warnings, actor) for process in sorted(processes, key=lambda p: p.id)}
    first, *others = (stored[process.id] for process in processes)
    return replace(first, others=tuple(others))


def _store(process: Process, xml: bytes, warnings: tuple[Finding, ...], actor: Actor) -> DefinitionView:
    breaches = [f"{f.code} {f.element_id} {f.line}:{f.column}" for f in warnings if f.level == "rule"]
    newest = _newest_locked(process.id)
    digest = hashlib.sha256(xml).hexdigest()
    if newest is not None and newest.sha256 == digest:
        record(DefinitionUnchanged, subject=newest, actor=actor, key=newest.key, version=newest.version, sha256=digest)
        return DefinitionView.of(newest, is_new=False, warnings=warnings)

    definition = ProcessDefinition(
        key=process.id,
        version=newest.version + 1 if newest is not None else 1,
        name=(process.name or process.id)[:NAME_LENGTH],
        xml=xml,
        sha256=digest,
        deployed_by_id=actor.user_id,
        deployed_at=clock.now(),
    )
    definition.save(force_insert=True)
    listen(definition, process)
    record(
        DefinitionDeployed,
        subject=definition,
        actor=actor,
        key=definition.key,
        version=definition.version,
        name=definition.name,
        sha256=digest,
    )
    if breaches:
        record(
            DefinitionTakenWithBreaches,
            subject=definition,
            actor=actor,
            key=definition.key,
            version=definition.version,
            count=len(breaches),
            breaches=breaches,
        )
    return DefinitionView.of(definition, is_new=True, warnings=warnings)


def _newest_locked(key: str) -> ProcessDefinition | None:
    """The newest version; two deployments of one key wait for each other."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"workflow.definition.{key}"])
    return ProcessDefinition.objects.filter(key=key).order_by("-version").first()
