"""The form of the page on which a drafter sets the route of his draft."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.commands.routes import MOST_DAYS
from approvals.models import ConsentKind, GroupRule, StepKind

ACTS = ("add", "remove", "save", "apply", "forget")


class RouteForm(forms.Form):
    """One act on the route: what, and what it needs."""

    act = forms.ChoiceField(choices=[(act, act) for act in ACTS], widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("処理区分"),
        choices=[(kind.value, kind.label) for kind in (StepKind.CONSULT, StepKind.EXAMINE)],
        required=False,
    )
    post = forms.TypedChoiceField(label=_("だれに"), coerce=int, empty_value=None, required=False)
    consent = forms.ChoiceField(label=_("合議の型"), choices=ConsentKind.choices, required=False)
    group = forms.IntegerField(label=_("順"), min_value=1, max_value=9, required=False)
    completion = forms.ChoiceField(label=_("完了の条件"), choices=GroupRule.choices, required=False)
    needed = forms.IntegerField(label=_("人数"), min_value=0, max_value=30, required=False)
    days = forms.IntegerField(label=_("期限(営業日)"), min_value=0, max_value=MOST_DAYS, required=False)
    reason = forms.CharField(label=_("加える理由"), max_length=100, required=False)
    name = forms.CharField(label=_("経路の名前"), max_length=60, required=False)
    target = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, posts: Any, **kwargs: Any) -> None:
        """`posts` are those that may be asked, by 部."""
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = [("", _("選んでください")), *posts]  # type: ignore[attr-defined]  # a ChoiceField
        for field in self.visible_fields():
            field.field.widget.attrs["class"] = "in"

    def wanted(self) -> dict[str, Any]:
        """What is to be added, as the command takes it."""
        said = self.cleaned_data
        return {
            "kind": said["kind"] or StepKind.CONSULT,
            "post_id": said["post"],
            "consent": said["consent"] or ConsentKind.AGREE,
            "group": said["group"] or 1,
            "completion": said["completion"] or GroupRule.ALL,
            "needed": said["needed"] or 0,
            "days": said["days"] or 0,
            "reason": said["reason"],
        }
