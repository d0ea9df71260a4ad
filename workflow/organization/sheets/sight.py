"""Words for what a person reads."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from config.commands import Role
from workflow.organization.queries import unit_names


def group_names(group_ids: Collection[int]) -> list[str]:
    """The units whose binders somebody reads."""
    return [name for key, name in unit_names().items() if key in group_ids]


def role_names(roles: Collection[Role]) -> list[str]:
    """The rights that hang on the person."""
    words = {
        Role.RECORDS_OFFICER: _("文書主任"),
        Role.AUDITOR: _("監査者"),
        Role.ADMINISTRATOR: _("システム管理者"),
    }
    return [words[role] for role in Role if role in roles]
