"""What the list of the ledger can be narrowed to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.commands import Actor
from documents.ledger import names, queries
from documents.ledger.queries import Wanted

MOST = 2**63 - 1


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class FilterForm(forms.Form):
    """期間, 職員, 文書, 行為."""

    first = _day(gettext_lazy("いつから"))
    last = _day(gettext_lazy("いつまで"))
    who = forms.CharField(label=gettext_lazy("職員番号"), required=False, max_length=40)
    record = forms.CharField(label=gettext_lazy("文書番号"), required=False, max_length=60)
    action = forms.ChoiceField(label=gettext_lazy("行為"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        known = [(code, _short(str(label))) for code, label in queries.actions()]
        self.fields["action"].choices = [("", _("すべて")), *known]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_record(self) -> int | None:
        """The id of the record with that number; figures alone are an id themselves."""
        typed = self.cleaned_data["record"]
        if not typed:
            return None
        if typed.isdecimal():
            return min(int(typed), MOST)
        found = names.id_of(typed, actor=self.actor)
        if found is None:
            raise forms.ValidationError(_("その番号の文書はありません。"))
        return found

    def clean(self) -> dict[str, Any]:
        """The days in their order."""
        said = super().clean() or self.cleaned_data
        if said.get("first") and said.get("last") and said["first"] > said["last"]:
            self.add_error("last", _("「いつまで」は「いつから」より後にしてください。"))
        return said

    def wanted(self) -> Wanted:
        """The same as a value; a field that could not be read does not narrow."""
        said = self.cleaned_data
        return Wanted(
            first=said.get("first"),
            last=said.get("last"),
            who=said.get("who", "").strip(),
            action=said.get("action", ""),
            record_id=said.get("record"),
        )


def _short(label: str) -> str:
    """A label without its details: …を添付しました."""
    out, depth = "", 0
    for letter in label:
        depth += letter == "{"
        out += "…" if letter == "{" else letter if not depth else ""
        depth -= letter == "}"
    return out
