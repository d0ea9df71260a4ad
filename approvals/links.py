"""From a record to its case."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from approvals import access
from config.commands import Actor
from documents.links import Link, register


@register
def case_of_record(record_id: int, actor: Actor) -> list[Link]:
    """The case page, for whoever may open it."""
    case = access.visible_cases(actor).filter(record_id=record_id).only("pk").first()
    return [Link(_("案件を開く"), reverse("approvals:case", args=[case.pk]))] if case is not None else []
