"""What people type about processes."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config import clock

MAX_MODEL = 5 * 1024 * 1024
YES, NO = {"true", "はい"}, {"false", "いいえ"}


class ValueField(forms.CharField):
    """A value that conditions read: はい/いいえ (true/false) is a truth, digits are a number, anything else a text."""

    def clean(self, value: Any) -> Any:
        """The typed value, once the text has passed its checks; None when nothing was typed."""
        text = super().clean(value)
        if not text:
            return None
        if text.lower() in YES | NO:
            return text.lower() in YES
        try:
            number = Decimal(text.replace(",", ""))
        except InvalidOperation:
            return text
        if not number.is_finite():
            return text
        return int(number) if number == number.to_integral_value() else float(number)


class ItemForm(forms.Form):
    """Doing a plain item: with the values that the next branch reads, and a remark."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("所見"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, wanted: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = {f"value_{number}": name for number, name in enumerate(wanted)}
        for field, name in self.wanted.items():
            self.fields[field] = ValueField(
                label=name,
                max_length=200,
                help_text=_("次の分岐が読む値です。「はい」「いいえ」、数、または文字を入れます。"),
            )

    def variables(self) -> dict[str, Any]:
        """What the process is told."""
        values = {name: self.cleaned_data[field] for field, name in self.wanted.items()}
        note = self.cleaned_data["note"].strip()
        return values | ({"note": note} if note else {})


class HoldForm(forms.Form):
    """Taking a shared piece of work, or giving it back."""

    verb = forms.ChoiceField(
        choices=[("take", "take"), ("give_back", "give_back")], required=False, widget=forms.HiddenInput
    )
    back = forms.CharField(max_length=10, required=False, widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("受持ちを外す理由"), max_length=500, required=False)


class LoanForm(forms.Form):
    """Asking to borrow something."""

    item = forms.CharField(label=gettext_lazy("品名"), max_length=100)
    lent_from = forms.DateField(label=gettext_lazy("貸出日"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    lent_to = forms.DateField(label=gettext_lazy("返却予定日"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    purpose = forms.CharField(label=gettext_lazy("目的"), max_length=200)

    @staticmethod
    def suggested() -> dict[str, dt.date]:
        """Today, for a week."""
        return {"lent_from": clock.today(), "lent_to": clock.today() + dt.timedelta(days=7)}


class StartForm(forms.Form):
    """Beginning a drawn process."""

    title = forms.CharField(label=gettext_lazy("件名"), max_length=400)


class DeployForm(forms.Form):
    """Handing in a model."""

    file = forms.FileField(
        label=gettext_lazy("BPMNファイル"),
        help_text=gettext_lazy("BPMN 2.0のXML(.bpmn)。登録の前に検査し、誤りがあれば場所を示します。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".bpmn,.xml"}),
    )

    with_breaches = forms.BooleanField(
        label=gettext_lazy("BPMNの決まりに反する所があっても、このまま登録する(監査記録に残ります)"), required=False
    )

    def clean_file(self) -> bytes:
        """The bytes of the file."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_MODEL:
            raise forms.ValidationError(_("ファイルが大きすぎます。5MBまでにしてください。"))
        return bytes(upload.read())


class CancelForm(forms.Form):
    """Calling a process off."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("取り消す理由"), max_length=500)


class ReturnForm(forms.Form):
    """Going back to work that was done before."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    element = forms.ChoiceField(label=gettext_lazy("戻す先"))
    reason = forms.CharField(label=gettext_lazy("戻す理由"), max_length=500)

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["element"].choices = places


class RestForm(forms.Form):
    """Letting a process rest, for a reason, or go on."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    verb = forms.ChoiceField(choices=[("rest", "rest"), ("go_on", "go_on")], widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("休止する理由"), max_length=500, required=False)


class MigrateForm(forms.Form):
    """Letting a process go on by another version; the elements are chosen in fields `to_…` of their own."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("移行する理由"), max_length=500)


class MendForm(forms.Form):
    """Setting going again what stands still."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    incident = forms.IntegerField(widget=forms.HiddenInput)
    verb = forms.ChoiceField(choices=[("retry", "retry"), ("move", "move")])
    values = forms.CharField(
        label=gettext_lazy("直す値(JSON)"), required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=10_000
    )
    element = forms.CharField(max_length=100, required=False)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500, required=False)

    def clean_values(self) -> dict[str, Any]:
        """The values by name."""
        text = self.cleaned_data["values"].strip()
        if not text:
            return {}
        try:
            values = json.loads(text)
        except ValueError as odd:
            place = getattr(odd, "colno", 0)
            raise forms.ValidationError(_("%(place)d文字目でJSONとして読めません。") % {"place": place}) from odd
        if not isinstance(values, dict):
            raise forms.ValidationError(_('名前と値の組を {"名前": 値} の形で入れてください。'))
        return values
