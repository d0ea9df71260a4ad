"""From a record to its case."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from approvals import access
from config.commands import Actor
from documents.links import Link, on_secrecy, register
from workflow.commands import retitle_instance


@register
def case_of_record(record_id: int, actor: Actor) -> list[Link]:
    """The case page, for whoever may open it."""
    case = access.visible_cases(actor).filter(record_id=record_id).only("pk").first()
    return [Link(_("案件を開く"), reverse("approvals:case", args=[case.pk]))] if case is not None else []


@on_secrecy
def call_the_process_otherwise(record_id: int, title: str, actor: Actor) -> None:
    """The process of a confidential record bears no title that tells of it."""
    found = access.instance_of_record(record_id)
    if found is not None:
        retitle_instance(instance_id=found, title=title, actor=actor)
