"""Forms made of the fields that a model draws or names: shown with what is known, checked as the model says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from config import clock
from workflow import hooks
from workflow.bpmn.camunda.people import FormField
from workflow.expressions import ExpressionError, Facts, text_of
from workflow.forms import ItemForm, StartForm

LONGEST_TEXT = 4_000
LONG = 2**63 - 1
PREFIX = "v_"  # of the names of drawn fields on the page, so that none hides one of ours
_PATTERN = {"dd": "%d", "d": "%d", "MM": "%m", "M": "%m", "yyyy": "%Y", "yy": "%y"}


class _Drawn:
    """What both forms have in common; mixed into a form of Django."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]
    drawn: tuple[FormField, ...]

    def draw(self, drawn: tuple[FormField, ...], values: Mapping[str, Any]) -> None:
        """Add the fields."""
        self.drawn = drawn
        for said in drawn:
            self.fields[PREFIX + said.id] = _field(said, _known(said, values))

    def given(self) -> dict[str, Any]:
        """What was filled in, by the names of variables; what is only shown is not given."""
        return {
            said.id: _stored(said, self.cleaned_data.get(PREFIX + said.id)) for said in self.drawn if not said.readonly
        }


class WorkForm(_Drawn, ItemForm):  # type: ignore[misc]  # the annotation of `fields` is narrower than Django's own
    """Doing work of a drawn model."""

    def __init__(
        self, *args: Any, drawn: tuple[FormField, ...] = (), values: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.draw(drawn, values or {})
        for place, name in self.wanted.items():
            known = (values or {}).get(name)
            if isinstance(known, str | int | float) and not isinstance(
                known, bool
            ):  # yes and no are said anew each time
                self.fields[place].initial = known
        self.order_fields([PREFIX + said.id for said in drawn])

    def variables(self) -> dict[str, Any]:
        """What the process is told."""
        return super().variables() | self.given()


class BeginForm(_Drawn, StartForm):  # type: ignore[misc]  # as above
    """Beginning a drawn process, with the form of its start event."""

    def __init__(self, *args: Any, drawn: tuple[FormField, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draw(drawn, {})

    def variables(self) -> dict[str, Any]:
        """What the process begins with."""
        return self.given()


def _known(said: FormField, values: Mapping[str, Any]) -> Any:
    """What the field shows at first: the variable, else its default, which may be an expression."""
    if said.id in values:
        return _shown(said, values[said.id])
    try:
        facts = Facts(beans=hooks.beans())
        return _shown(said, text_of(said.default, values, now=clock.now().astimezone(clock.TOKYO), facts=facts))
    except ExpressionError:
        return None  # the person fills it in


def _shown(said: FormField, value: Any) -> Any:
    if value is None or value == "":
        return None
    if said.type == "boolean":
        return value is True or str(value).lower() == "true"
    return _day(said, str(value)) if said.type == "date" else value


def _day(said: FormField, text: str) -> dt.date | None:
    """A date as ISO 8601 writes it, or as the field's own pattern does."""
    pattern = re.sub("d+|M+|y+", lambda found: _PATTERN.get(found[0], found[0]), said.date_pattern)
    for form in ("%Y-%m-%d", pattern):
        try:
            return dt.datetime.strptime(text[:10], form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _limit(said: FormField, name: str) -> int | None:
    text = said.validation.get(name, "").strip()
    return int(text) if re.fullmatch(r"-?\d{1,18}", text) else None


def _field(said: FormField, initial: Any) -> forms.Field:
    """The field of Django."""
    common: dict[str, Any] = {
        "label": said.label,
        "initial": initial,
        "required": said.required and not said.readonly,
        "disabled": said.readonly,
        "help_text": said.properties.get("help", "") or said.properties.get("unit", ""),
    }
    if said.type == "boolean":
        return forms.BooleanField(**common | {"required": False})
    if said.type == "date":
        return forms.DateField(widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"), **common)
    if said.type == "enum":
        blank = [] if common["required"] and initial else [("", _("選んでください"))]
        return forms.ChoiceField(choices=[*blank, *said.choices.items()], **common)
    if said.type in ("long", "int", "integer", "short"):
        low, high = _limit(said, "min"), _limit(said, "max")
        return forms.IntegerField(
            min_value=-LONG if low is None else low, max_value=LONG if high is None else high, **common
        )
    if said.type in ("double", "float", "number"):
        return forms.DecimalField(
            min_value=_limit(said, "min"), max_value=_limit(said, "max"), max_digits=15, decimal_places=None, **common
        )
    area = forms.Textarea(attrs={"rows": 3}) if said.type == "text" else None
    most = min(LONGEST_TEXT, max(1, _limit(said, "maxlength") or LONGEST_TEXT))
    return forms.CharField(min_length=_limit(said, "minlength"), max_length=most, widget=area, **common)


def _stored(said: FormField, value: Any) -> Any:
    """A value as JSON knows it; nothing filled in is null."""
    if value is None or value == "":
        return None
    if isinstance(value, dt.date):
        return value.isoformat()
    if said.type in ("double", "float", "number"):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
