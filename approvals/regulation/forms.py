"""What people type about the 決裁規程."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.regulation.enums import Body, Level
from approvals.regulation.table import CONSULT, REVIEW, YEN, Matter, Office, Row, Rulebook

OF_ROWS = "rows"
DIGITS = 15


class AmountField(forms.CharField):
    """Yen: digits, full width too, with or without commas."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=more.pop("required", False), max_length=30, **more)
        self.widget.attrs |= {"inputmode": "numeric", "class": "num", "autocomplete": "off"}

    def clean(self, value: Any) -> int | None:
        """The number; None when nothing was typed."""
        typed = unicodedata.normalize("NFKC", super().clean(value)).replace(",", "").removesuffix(YEN).strip()
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit() and len(typed) <= DIGITS):
            raise forms.ValidationError(_("金額は数字で入れてください。"))
        return int(typed)


def split(text: str) -> list[str]:
    """Names between commas, 読点 or line breaks, each once."""
    for sign in ("、", ",", "\n", "\r"):
        text = text.replace(sign, "\n")
    return list(dict.fromkeys(part.strip() for part in text.split("\n") if part.strip()))


class MatterForm(forms.Form):
    """事案区分."""

    code = forms.RegexField(
        r"^[0-9A-Za-z]+$",
        label=gettext_lazy("記号"),
        max_length=10,
        error_messages={"invalid": gettext_lazy("半角の英数字で書いてください。")},
    )
    name = forms.CharField(label=gettext_lazy("事案区分"), max_length=100)
    basis = forms.CharField(
        label=gettext_lazy("金額基礎"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("1件・契約総額・変更後総額・支出負担行為合計など。金額によらないときは空欄。"),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def matter(self) -> Matter:
        """As a value."""
        return Matter(self.cleaned_data["code"], self.cleaned_data["name"], self.cleaned_data["basis"])


class RowForm(forms.Form):
    """One row.  Offices stand one a line; `課:事情` is asked under that circumstance only."""

    condition = forms.CharField(label=gettext_lazy("条件"), max_length=60, required=False)
    source = forms.CharField(label=gettext_lazy("根拠"), max_length=60, required=False)
    low = AmountField(label=gettext_lazy("以上(円)"))
    high = AmountField(label=gettext_lazy("未満(円)"))
    level = forms.TypedChoiceField(label=gettext_lazy("決裁者"), choices=Level.choices, coerce=int)
    post = forms.CharField(label=gettext_lazy("職の名前"), max_length=40, required=False)
    consult = forms.CharField(
        label=gettext_lazy("合議"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    review = forms.CharField(
        label=gettext_lazy("審査"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 1})
    )
    raised_by = forms.CharField(label=gettext_lazy("引上げの事情"), max_length=200, required=False)
    deputy = forms.BooleanField(label=gettext_lazy("代決できる"), required=False)
    council = forms.BooleanField(label=gettext_lazy("議決が要る"), required=False)

    def row(self, matter: str, number: int) -> Row:
        """As a value."""
        data = self.cleaned_data
        return Row(
            matter=matter,
            number=number,
            level=data["level"],
            condition=data["condition"],
            low=data["low"],
            high=data["high"],
            post=data["post"],
            offices=(*_offices(data["consult"], CONSULT), *_offices(data["review"], REVIEW)),
            deputy=data["deputy"],
            council=data["council"],
            source=data["source"],
            raised_by=tuple(split(data["raised_by"])),
        )


def _offices(text: str, kind: str) -> list[Office]:
    made = []
    for line in split(text.replace("：", ":")):
        name, _colon, when = line.partition(":")
        made.append(Office(name.strip(), kind, when.strip()))
    return [office for office in made if office.name]


def typed(row: Row) -> dict[str, Any]:
    """A row as it stands in its form."""
    lines = {
        kind: "\n".join(f"{o.name}:{o.when}" if o.when else o.name for o in row.offices if o.kind == kind)
        for kind in (CONSULT, REVIEW)
    }
    return {
        "condition": row.condition,
        "source": row.source,
        "low": "" if row.low is None else f"{row.low:,}",
        "high": "" if row.high is None else f"{row.high:,}",
        "level": row.level,
        "post": row.post,
        "consult": lines[CONSULT],
        "review": lines[REVIEW],
        "raised_by": "、".join(row.raised_by),
        "deputy": row.deputy,
        "council": row.council,
    }


class DraftForm(forms.Form):
    """Beginning a version."""

    body = forms.ChoiceField(label=gettext_lazy("執行機関"), choices=Body.choices)
    title = forms.CharField(label=gettext_lazy("名称"), max_length=100)


class CopyForm(DraftForm):
    """Beginning a version as a copy."""


class PublishForm(forms.Form):
    """施行日."""

    effective_from = forms.DateField(
        label=gettext_lazy("施行日"),
        help_text=gettext_lazy("この日の0時から、この版で決裁者が決まります。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


class WithdrawForm(forms.Form):
    """Why a version is given up."""

    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200, help_text=gettext_lazy("台帳に残ります。"))
    revision = forms.IntegerField(widget=forms.HiddenInput)


class QuestionForm(forms.Form):
    """What the table is asked about one matter."""

    amount = AmountField(label=gettext_lazy("金額(円)"))

    def __init__(self, *args: Any, book: Rulebook, matter: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        conditions = book.conditions_of(matter)
        if not book.has_amounts(matter):
            del self.fields["amount"]
        if conditions:
            self.fields["condition"] = forms.ChoiceField(
                label=gettext_lazy("条件"), choices=[(name, name) for name in conditions]
            )
        self.fields["circumstances"] = forms.MultipleChoiceField(
            label=gettext_lazy("事情"),
            choices=[(name, name) for name in book.circumstances_of(matter)],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
        if book.has_amounts(matter):
            self.fields["others"] = forms.CharField(
                label=gettext_lazy("同じ相手への30日以内の契約の金額"),
                required=False,
                max_length=200,
                help_text=gettext_lazy("空白で区切ります。分割発注の疑いを調べます。"),
            )

    def clean_others(self) -> list[int]:
        """The amounts."""
        return [
            amount for part in self.cleaned_data["others"].split() if (amount := AmountField().clean(part)) is not None
        ]


class BenchForm(forms.Form):
    """A row of the bench."""

    field_order = ("matter", "amount")
    amount = AmountField(label=gettext_lazy("金額(円)"))
    condition = forms.CharField(label=gettext_lazy("条件"), max_length=60, required=False)
    circumstances = forms.CharField(label=gettext_lazy("事情"), max_length=200, required=False)
    level = forms.TypedChoiceField(label=gettext_lazy("決裁者"), choices=Level.choices, coerce=int)
    offices = forms.CharField(label=gettext_lazy("合議・審査"), max_length=400, required=False)
    deputy = forms.BooleanField(label=gettext_lazy("代決できる"), required=False)
    note = forms.CharField(label=gettext_lazy("備考"), max_length=100, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, book: Rulebook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["matter"] = forms.ChoiceField(
            label=gettext_lazy("事案区分"),
            choices=[(matter.code, f"{matter.code} {matter.name}") for matter in book.matters],
        )
        self.order_fields(self.field_order)
