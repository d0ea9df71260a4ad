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
from workflow.commands.handing import hand_on_item
from workflow.engine.migrating import Plan
from workflow.ledger_actions import InstanceMigrated
from workflow.models import ProcessDefinition, ProcessInstance
from workflow.runtime.definitions import is_generic, process_of
from workflow.runtime.migration import assigned_otherwise, carry_out, rehearse, versions_beside
from workflow.values import InstanceView


@command
def migrate_instance(
    *, instance_id: int, version: int, mapping: Mapping[str, str], reason: str, seen_revision: int, actor: Actor
) -> InstanceView:
    """Let an instance go on by another version; `mapping` says which element became which, where the id is another.

    Open work stays with whom it reached, unless the other version assigns it otherwise: then people are found anew.
    Raises NotFound, NotAllowed unless an administrator, and for a process that another part of the product drives, Conflict
    when it is over or the page stale, Invalid without a reason, for a version that there is not, or (`not_migratable`, with
    the problems) when something open finds no place.
    """
    rules.check_operator(actor)
    instance = access.operated_instance(instance_id=instance_id, actor=actor, lock=True)
    rules.check_running(instance.finished)
    rules.check_revision(revision=instance.revision, seen=seen_revision)
    target = _target(instance, version)
    rules.check_generic(is_generic(process_of(instance.definition)) and is_generic(process_of(target)))
    plan = rehearse(instance, target, mapping, actor)
    _check_plan(plan)
    kept = [place for place in [*plan.places, *plan.heard] if place.target]
    why = rules.check_reason(reason)
    before = instance.definition.version
    others = assigned_otherwise(instance, target, plan)

    carry_out(instance, target, plan, actor)
    record(
        InstanceMigrated,
        subject=instance,
        actor=actor,
        title=instance.title,
        business_key=instance.business_key,
        before=before,
        after=target.version,
        elements={place.element: place.target for place in kept if place.element != place.target},
        closed=plan.closed,
        opened=plan.opened,
        reason=why,
    )
    for item in others:
        hand_on_item(item_id=item, find_again=True, reason=why, actor=actor)
    return InstanceView.of(instance)


def _target(instance: ProcessInstance, version: int) -> ProcessDefinition:
    found = versions_beside(instance).filter(version=version).first()
    if found is None:
        sentence = _("その版はありません。")
        raise Invalid(sentence, code="no_version", fields={"version": [sentence]})
    return found


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
