"""Rules for passwords that Django does not bring: kinds of signs, and none of the last ones again."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from workflow.organization.signin.models import FormerPassword


class KindsValidator:
    """At least so many kinds among small letters, capitals, digits and everything else."""

    def __init__(self, kinds: int) -> None:
        self.kinds = kinds

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        if len({_kind(sign) for sign in password}) < self.kinds:
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        """The rule as a sentence."""
        return _("小文字・大文字・数字・記号などのうち %(kinds)d 種類以上を使ってください。") % {"kinds": self.kinds}


def _kind(sign: str) -> str:
    category = unicodedata.category(sign)
    return category if category in ("Ll", "Lu", "Nd") else "other"


class HistoryValidator:
    """None of the last so many passwords, the present one among them."""

    def __init__(self, remembered: int) -> None:
        self.remembered = remembered

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        if not self.remembered or user is None or user.pk is None:
            return
        former = FormerPassword.objects.filter(staff=user).values_list("encoded", flat=True)
        known = [user.password, *former[: self.remembered - 1]]
        if any(check_password(password, encoded) for encoded in known):
            raise ValidationError(self.get_help_text(), code="password_history")

    def get_help_text(self) -> str:
        """The rule as a sentence."""
        return _("最近の %(remembered)d 個のパスワードは使えません。") % {"remembered": self.remembered}
