"""Forms of the organisation's upkeep."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config import clock
from workflow.organization.imports.columns import NOTES
from workflow.organization.imports.reading import LARGEST
from workflow.organization.models import AppointmentKind, FileKind, Rank, Scope, Standing, UnitKind
from workflow.organization.rules import LONGEST_REASON

CODE = r"^[0-9A-Za-z._-]+$"


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day_field(label: Any, **more: Any) -> forms.DateField:
    """A day."""
    return forms.DateField(label=label, widget=DayInput(), **more)


def reason_field() -> forms.CharField:
    """Why something is done; it stands in the ledger."""
    return forms.CharField(label=_("理由"), max_length=LONGEST_REASON, help_text=_("台帳に残ります。"))


def code_field(label: Any, **more: Any) -> forms.RegexField:
    """A code."""
    return forms.RegexField(
        CODE, label=label, max_length=20, error_messages={"invalid": _("半角の英数字で書いてください。")}, **more
    )


class ImportForm(forms.Form):
    """Files, the day from which they hold, and why."""

    effective_on = day_field(_("発効日"), help_text=_("この日の0時から有効になります。"))
    reason = reason_field()
    scope = forms.ChoiceField(label=_("ファイルの範囲"), choices=Scope.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].initial = Scope.CHANGES
        for kind in FileKind:
            self.fields[str(kind)] = forms.FileField(
                label=kind.label, required=False, help_text=NOTES[kind], allow_empty_file=True
            )
            self.fields[str(kind)].widget.attrs["accept"] = ".csv,text/csv"

    def file_fields(self) -> list[Any]:
        """The fields of files, for the page."""
        return [self[str(kind)] for kind in FileKind]

    def clean(self) -> dict[str, Any]:
        """At least one file, none too large to be read."""
        cleaned: dict[str, Any] = super().clean() or {}
        sent = [kind for kind in FileKind if cleaned.get(str(kind)) is not None]
        if not sent and not any(str(kind) in self.errors for kind in FileKind):
            raise forms.ValidationError(_("取り込むファイルを1つ以上選んでください。"))
        for kind in sent:
            if cleaned[str(kind)].size > LARGEST:
                self.add_error(str(kind), _("ファイルが大きすぎます。"))
        return cleaned


class ApplyForm(forms.Form):
    """Agreement to the plan that is shown."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """A reason alone."""

    reason = reason_field()


class LeaveForm(forms.Form):
    """Retiring or suspending somebody."""

    standing = forms.ChoiceField(
        label=_("どちらにしますか"),
        choices=[(Standing.LEFT, Standing.LEFT.label), (Standing.LEAVE, Standing.LEAVE.label)],
        widget=forms.RadioSelect,
    )
    on = day_field(_("いつから"), help_text=_("今日にすると、すぐにログインできなくなります。"))
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today()


class BackForm(forms.Form):
    """Bringing somebody back."""

    on = day_field(_("いつから"))
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today()


class AppointForm(forms.Form):
    """Putting somebody into a post."""

    post = forms.ChoiceField(label=_("職"))
    kind = forms.ChoiceField(label=_("任用"), choices=AppointmentKind.choices, initial=AppointmentKind.ACTING)
    on = day_field(_("いつから"))

    def __init__(self, *args: Any, posts: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = [("", _("選んでください")), *posts]
        self.fields["on"].initial = clock.today()


class EndForm(forms.Form):
    """Ending an appointment."""

    on = day_field(_("最後の日"), help_text=_("この日まで任用され、翌日の0時に終わります。"))

    def first_day_after(self) -> dt.date:
        """The first day on which it holds no longer."""
        last: dt.date = self.cleaned_data["on"]
        return last + dt.timedelta(days=1)


class RenameForm(forms.Form):
    """Another name or place of a unit."""

    name = forms.CharField(label=_("名称"), max_length=100)
    short_name = forms.CharField(label=_("略称(起案番号に使う)"), max_length=20, required=False)
    symbol = forms.CharField(label=_("文書記号"), max_length=20, required=False)
    kind = forms.ChoiceField(label=_("種別"), choices=[("", _("(なし)")), *UnitKind.choices], required=False)
    parent = code_field(_("上位所属コード"), required=False)
    effective_on = day_field(_("発効日"), help_text=_("この日の0時から有効になります。"))
    reason = reason_field()


class NewUnitForm(forms.Form):
    """One new unit of a reorganisation; empty where it is not needed."""

    code = code_field(_("所属コード"), required=False)
    name = forms.CharField(label=_("名称"), max_length=100, required=False)
    short_name = forms.CharField(label=_("略称"), max_length=20, required=False)
    symbol = forms.CharField(label=_("文書記号"), max_length=20, required=False)

    def clean(self) -> dict[str, Any]:
        """A code needs a name, and the other way round."""
        cleaned: dict[str, Any] = super().clean() or {}
        for one, other in (("code", "name"), ("name", "code")):
            if cleaned.get(one) and not cleaned.get(other) and other not in self.errors:
                self.add_error(other, _("入力してください。"))
        return cleaned


class ReformForm(forms.Form):
    """When and why units become others."""

    effective_on = day_field(_("発効日"), help_text=_("この日の0時から有効になります。"))
    reason = reason_field()


class NewPostForm(forms.Form):
    """A new post of a unit."""

    name = forms.CharField(label=_("職名"), max_length=50)
    rank = forms.TypedChoiceField(label=_("職位"), choices=Rank.choices, coerce=int)
    on = day_field(_("いつから"))
