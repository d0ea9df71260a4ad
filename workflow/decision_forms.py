"""What people type about decisions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow.forms import MAX_MODEL, ValueField

LENGTH = 4_000


class DecisionsForm(forms.Form):
    """Handing in a file of decisions."""

    file = forms.FileField(
        label=gettext_lazy("DMNファイル"),
        help_text=gettext_lazy("DMN 1.1から1.5のXML(.dmn)。登録の前に検査し、誤りがあれば場所を示します。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".dmn,.xml"}),
    )

    def clean_file(self) -> bytes:
        """The bytes of the file."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_MODEL:
            raise forms.ValidationError(_("ファイルが大きすぎます。5MBまでにしてください。"))
        return bytes(upload.read())


class JsonField(forms.CharField):
    """A list or a context, as JSON."""

    def clean(self, value: Any) -> Any:
        """The value; None when nothing was typed."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return json.loads(text)
        except ValueError as odd:
            place = getattr(odd, "colno", 0)
            raise forms.ValidationError(_("%(place)d文字目でJSONとして読めません。") % {"place": place}) from odd


class TrialForm(forms.Form):
    """The values a decision is tried with; `wanted` are their names and types."""

    def __init__(self, *args: Any, wanted: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = {f"value_{number}": name for number, (name, _type) in enumerate(wanted)}
        for (field, name), (_name, type_) in zip(self.wanted.items(), wanted, strict=True):
            self.fields[field] = _field(name, type_)

    def values(self) -> dict[str, Any]:
        """What was typed, by the names of the decision; what was left empty is not given."""
        given = {name: self.cleaned_data[field] for field, name in self.wanted.items()}
        return {name: value for name, value in given.items() if value not in (None, "")}


def _field(name: str, type_: str) -> forms.Field:
    if type_ == "boolean":
        choices = [("", "—"), ("true", _("はい")), ("false", _("いいえ"))]
        return forms.TypedChoiceField(
            label=name, choices=choices, required=False, coerce=lambda text: text == "true", empty_value=None
        )
    if type_ == "number":
        return forms.DecimalField(
            label=name, required=False, max_digits=34, widget=forms.TextInput(attrs={"inputmode": "decimal"})
        )
    if type_ == "date":
        return forms.DateField(label=name, required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    if type_ in ("list", "context"):
        return JsonField(label=name, required=False, max_length=LENGTH, help_text=_("JSONで入れます。"))
    if type_ in ("", "Any"):
        return ValueField(
            label=name, required=False, max_length=LENGTH, help_text=_("「はい」「いいえ」、数、または文字を入れます。")
        )
    return forms.CharField(label=name, required=False, max_length=LENGTH)
