"""The store of decisions: files as handed in, every decision in versions that never change."""

from __future__ import annotations

import hashlib
import uuid

from django.db import connection

from config import clock
from config.commands import Actor, command
from documents.ledger.writer import record
from workflow import rules
from workflow.decision_check import read_decisions
from workflow.dmn.check import called
from workflow.dmn.model import Element
from workflow.ledger_actions_decisions import DecisionDeployed, DecisionsUnchanged
from workflow.models import DecisionDefinition
from workflow.values import DecisionView

NAME_LENGTH = DecisionDefinition._meta.get_field("name").max_length
TAG_LENGTH = DecisionDefinition._meta.get_field("version_tag").max_length


@command
def deploy_decisions(*, xml: bytes, actor: Actor) -> tuple[DecisionView, ...]:
    """Store every decision of a file as its next version, or none of them; what runs may go on with older versions.

    A file whose decisions are all newest already gives these and no new ones (recorded all the same).  Raises Invalid
    with `findings` when the file has errors, NotAllowed unless an administrator or the system deploys.
    """
    rules.check_may_deploy_decisions(actor)
    elements = sorted(read_decisions(xml), key=lambda element: element.id)
    newest = {element.id: _newest_locked(element.id) for element in elements}
    digest = hashlib.sha256(xml).hexdigest()
    known = [row for row in newest.values() if row is not None and row.sha256 == digest]
    if len(known) == len(elements):
        for row in known:
            record(DecisionsUnchanged, subject=row, actor=actor, key=row.key, version=row.version, sha256=digest)
        return tuple(DecisionView.of(row, is_new=False) for row in known)

    deployment, views = uuid.uuid4(), []
    for element in elements:
        before = newest[element.id]
        row = _made(element, before.version + 1 if before is not None else 1, actor)
        row.xml, row.sha256, row.deployment = xml, digest, deployment
        row.save(force_insert=True)
        record(
            DecisionDeployed,
            subject=row,
            actor=actor,
            key=row.key,
            version=row.version,
            version_tag=row.version_tag,
            name=row.name,
            sha256=digest,
            deployment=str(deployment),
        )
        views.append(DecisionView.of(row, is_new=True))
    return tuple(views)


def _made(element: Element, version: int, actor: Actor) -> DecisionDefinition:
    return DecisionDefinition(
        key=element.id,
        version=version,
        version_tag=element.version_tag[:TAG_LENGTH],
        name=called(element)[:NAME_LENGTH],
        deployed_by_id=actor.user_id,
        deployed_at=clock.now(),
    )


def _newest_locked(key: str) -> DecisionDefinition | None:
    """The newest version; two deployments of one key wait for each other (keys are locked in their order)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"workflow.decision.{key}"])
    return DecisionDefinition.objects.defer("xml").filter(key=key).order_by("-version").first()
