"""What people type about cases.  Completeness is checked by the commands: a draft may be saved half done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.models import Level, Resume
from config.commands import Actor
from documents.access import fileable_binders
from documents.enums import Disclosure


class DraftForm(forms.Form):
    """The text of a draft."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("件名"), max_length=200, required=False)
    inquiry = forms.CharField(
        label=_("伺い文"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    grounds = forms.CharField(
        label=_("理由・経過"), max_length=8000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    level = forms.TypedChoiceField(label=_("決裁区分"), choices=Level.choices, coerce=int)
    wanted_on = forms.DateField(
        label=_("決裁希望日"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    binder = forms.ChoiceField(label=_("簿冊"), required=False)
    disclosure = forms.ChoiceField(label=_("公開区分"), choices=Disclosure.choices, required=False)
    is_urgent = forms.BooleanField(label=_("至急"), required=False)
    urgent_reason = forms.CharField(label=_("至急の理由"), max_length=200, required=False)
    comment = forms.CharField(label=_("直した内容"), max_length=2000, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        binders = [(str(binder.pk), binder_label(binder)) for binder in fileable_binders(actor)]
        self.fields["binder"].choices = [("", _("選んでください")), *binders]  # type: ignore[attr-defined]  # a ChoiceField
        for name, field in self.fields.items():
            if not isinstance(field.widget, forms.CheckboxInput | forms.HiddenInput):
                field.widget.attrs.setdefault("class", "in")
            if self.is_bound and name in self.errors:
                field.widget.attrs |= {"class": "in bad", "aria-invalid": "true"}

    def clean_disclosure(self) -> str:
        """Nothing chosen is 未判定."""
        return self.cleaned_data["disclosure"] or Disclosure.UNDECIDED

    def clean_binder(self) -> int | None:
        """The binder's id."""
        return int(self.cleaned_data["binder"]) if self.cleaned_data["binder"] else None

    def text(self) -> dict[str, Any]:
        """The fields as save_draft takes them."""
        names = (
            "title", "inquiry", "grounds", "level", "disclosure", "is_urgent", "urgent_reason", "wanted_on",
        )  # fmt: skip
        return {name: self.cleaned_data[name] for name in names} | {"binder_id": self.cleaned_data["binder"]}


class ActForm(forms.Form):
    """One act on a case: which, on what the page showed, and what is said."""

    verb = forms.ChoiceField(
        label=_("処理の種類"),
        choices=[(verb, verb) for verb in ("approve", "oppose", "oppose_up", "decide", "take_back", "complete")],
        widget=forms.HiddenInput,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)
    step = forms.IntegerField(widget=forms.HiddenInput, required=False)
    comment = forms.CharField(label=_("意見・理由"), max_length=4000, required=False)


class ReturnForm(forms.Form):
    """差戻し: to whom, from whom it goes on, and why."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    step = forms.IntegerField(widget=forms.HiddenInput)
    to = forms.IntegerField(label=_("どこへ戻しますか"), required=False)  # nothing: 起案者
    resume = forms.ChoiceField(label=_("直したあと、どこから再開しますか"), choices=Resume.choices)
    reason = forms.CharField(label=_("理由"), max_length=4000, required=False)


class OrderForm(forms.Form):
    """The attachments' ids in their new order, comma-separated."""

    order = forms.RegexField(r"^\d+(,\d+)*$")

    def ids(self) -> list[int]:
        """The ids in order."""
        return [int(part) for part in self.cleaned_data["order"].split(",")]


def binder_label(binder: Any) -> str:
    """R07 自治会防犯灯補助金交付申請書綴 (5年)."""
    years = _("常用") if binder.retention_years is None else _("%d年") % binder.retention_years
    return f"{binder} ({years})"
