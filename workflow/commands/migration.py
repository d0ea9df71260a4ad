"""Letting a running instance go on by another version of its process."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.commands import Actor, command
from config.errors import Invalid
from documents.ledger.writer import record
from workflow import access, rules
from workflow.engine.migrating import Plan
from workflow.ledger_actions import InstanceMigrated
from workflow.models import ProcessDefinition, ProcessInstance
from workflow.runtime.definitions import is_generic, process_of
from workflow.runtime.migration import carry_out, rehearse, versions_beside
from workflow.values import InstanceView


@command
def migrate_instance(
    *, instance_id: int, version: int, mapping: Mapping[str, str], reason: str, seen_revision: int, actor: Actor
) -> InstanceView:
    """Let an instance go on by another version; `mapping` says which element became which, where the id is another.

    What is open stays with whom it reached.  Raises NotFound, NotAllowed unless an administrator, or where another part of
    the product drives the process and elements are called otherwise, Conflict when it is over or the page stale, Invalid
    without a reason, for a version that there is not, or (`not_migratable`, with the problems) when something open finds no
    place.
    """
    rules.check_operator(actor)
    instance = access.operated_instance(instance_id=instance_id, actor=actor, lock=True)
    rules.check_running(instance.finished)
    rules.check_revision(revision=instance.revision, seen=seen_revision)
    target = _target(instance, version)
    plan = rehearse(instance, target, mapping, actor)
    _check_plan(plan)
    moved = {place.element: place.target for place in plan.places if place.element != place.target}
    rules.check_generic(not moved or _both_generic(instance, target))
    why = rules.check_reason(reason)
    before = instance.definition.version

    carry_out(instance, target, plan, actor)
    record(
        InstanceMigrated,
        subject=instance,
        actor=actor,
        title=instance.title,
        business_key=instance.business_key,
        before=before,
        after=target.version,
        elements=moved,
        closed=plan.closed,
        opened=plan.opened,
        reason=why,
    )
    return InstanceView.of(instance)


def _target(instance: ProcessInstance, version: int) -> ProcessDefinition:
    found = versions_beside(instance).filter(version=version).first()
    if found is None:
        sentence = _("その版はありません。")
        raise Invalid(sentence, code="no_version", fields={"version": [sentence]})
    return found


def _both_generic(instance: ProcessInstance, target: ProcessDefinition) -> bool:
    return is_generic(process_of(instance.definition)) and is_generic(process_of(target))


def _check_plan(plan: Plan) -> None:
    if not plan.problems:
        return
    in_japanese = (get_language() or "ja").startswith("ja")
    sentences: list[str | Promise] = [problem.ja if in_japanese else problem.en for problem in plan.problems]
    raise Invalid(
        _("このままでは移行できません。"),
        code="not_migratable",
        fields={"version": sentences},
        problems=tuple(plan.problems),
    )
