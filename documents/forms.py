"""What people type about readers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents import links
from documents.models.record import Secrecy


def _reason() -> forms.CharField:
    return forms.CharField(label=_("理由"), max_length=200, help_text=_("台帳に残ります。"))


def _groups() -> list[tuple[str, str]]:
    return [("", "—"), *((str(key), name) for key, name in links.unit_names().items())]


class ReasonForm(forms.Form):
    """Only why."""

    reason = _reason()


class PersonForm(forms.Form):
    """Somebody by his 職員番号, and why."""

    person = forms.CharField(label=_("職員番号"), max_length=20)
    reason = _reason()


class GroupForm(forms.Form):
    """A unit, and why."""

    group = forms.ChoiceField(label=_("所属"))
    reason = _reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = _groups()  # type: ignore[attr-defined]  # a ChoiceField


class ReaderForm(forms.Form):
    """A unit or somebody by his 職員番号, and why."""

    group = forms.ChoiceField(label=_("所属"), required=False)
    person = forms.CharField(
        label=_("または職員番号"), max_length=20, required=False, help_text=_("一人だけに見せるとき")
    )
    reason = _reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = _groups()  # type: ignore[attr-defined]  # a ChoiceField


class SecrecyForm(forms.Form):
    """How confidential, and why."""

    secrecy = forms.ChoiceField(
        label=_("秘密の扱い"), required=False, choices=[("", _("秘密ではない(簿冊の閲覧者が読める)")), *Secrecy.choices]
    )
    reason = _reason()
