"""分類表 and 簿冊."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from config.commands import Actor, ActorKind, Role, command
from config.errors import Invalid, NotAllowed, NotFound
from documents import ledger_actions as acts
from documents.ledger.writer import record
from documents.models import Binder, Classification
from documents.models.filing import Basis, Disclosure, Disposition


def _check_keeps_filing(actor: Actor) -> None:
    if actor.kind is not ActorKind.SYSTEM and not actor.has(Role.RECORDS_OFFICER):
        raise NotAllowed(_("分類と簿冊は文書主任だけが設けられます。"), code="records_officer_only")


@command
def create_classification(
    *,
    code: str,
    name: str,
    parent_code: str = "",
    retention_years: int | None = None,
    basis: str = Basis.FISCAL_YEAR,
    disposition: str = Disposition.DESTROY,
    disclosure: str = Disclosure.UNDECIDED,
    actor: Actor,
) -> Classification:
    """Enter a class of one of three levels.  Raises NotAllowed, NotFound, Invalid for a used code or a fourth level."""
    _check_keeps_filing(actor)
    parent = Classification.objects.filter(code=parent_code).first() if parent_code else None
    if parent_code and parent is None:
        raise NotFound(_("上の分類がありません。"))
    level = parent.level + 1 if parent else 1
    if level > 3:
        raise Invalid(_("分類は三段までです。"), code="too_deep")
    if Classification.objects.filter(code=code).exists():
        raise Invalid(_("入力を確認してください。"), fields={"code": [_("この分類記号は使われています。")]})

    row = Classification.objects.create(
        code=code,
        name=name,
        parent=parent,
        level=level,
        retention_years=retention_years,
        basis=basis,
        disposition=disposition,
        disclosure=disclosure,
    )

    record(acts.ClassificationCreated, subject=row, actor=actor, classification_code=code, name=name)
    return row


@command
def create_binder(
    *,
    fiscal_year: int,
    classification_code: str,
    name: str,
    group_id: int,
    unit_name: str,
    retention_years: int | None,
    basis: str = Basis.FISCAL_YEAR,
    disposition: str = Disposition.DESTROY,
    volume: int = 1,
    actor: Actor,
) -> Binder:
    """Open a binder in the third level of the classification.  Raises NotAllowed, NotFound, Invalid."""
    _check_keeps_filing(actor)
    if actor.kind is not ActorKind.SYSTEM and group_id not in actor.group_ids:
        raise NotAllowed(_("自分の課の簿冊だけを設けられます。"), code="other_unit")
    classification = Classification.objects.filter(code=classification_code).first()
    group = Group.objects.filter(pk=group_id).first()
    if classification is None or group is None:
        raise NotFound(_("分類か所属がありません。"))
    if classification.level != 3:
        raise Invalid(_("入力を確認してください。"), fields={"classification_code": [_("第3分類を選んでください。")]})
    same = Binder.objects.filter(
        fiscal_year=fiscal_year, classification=classification, group=group, name=name, volume=volume
    )
    if same.exists():
        raise Invalid(
            _("入力を確認してください。"), fields={"name": [_("同じ簿冊があります。分冊番号を変えてください。")]}
        )

    binder = Binder.objects.create(
        fiscal_year=fiscal_year,
        classification=classification,
        name=name,
        volume=volume,
        group=group,
        unit_name=unit_name,
        retention_years=retention_years,
        basis=basis,
        disposition=disposition,
    )

    record(
        acts.BinderCreated,
        subject=binder,
        actor=actor,
        name=name,
        fiscal_year=fiscal_year,
        classification_code=classification_code,
        retention_years=retention_years,
        unit=unit_name,
    )
    return binder
