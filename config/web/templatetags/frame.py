"""Template tags of the page frame."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from django import forms, template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config import calendar
from config.web import navigation as menu
from config.web import shortcuts as keys
from config.web.pages import may_open

register = template.Library()


@register.filter
def words(text: str) -> list[str]:
    """A text as the list of its words."""
    return text.split()


@register.filter
def as_json(value: object) -> str:
    """For an attribute that a script reads; the template escapes it."""
    return json.dumps(value)


@register.filter
def stylesheet(name: str) -> str:
    """The path of one of the frame's style sheets."""
    return f"web/{name}.css"


# Their look is the browser's, or comes with their label.
BARE = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.FileInput, forms.HiddenInput)


@register.filter
def styled(field: forms.BoundField) -> SafeString:
    """A form's field with the frame's classes, so that forms know nothing of style sheets."""
    attrs = _described(field)
    if isinstance(field.field.widget, BARE):
        return field.as_widget(attrs=attrs)
    own = field.field.widget.attrs.get("class", "")
    names = dict.fromkeys([*own.split(), "in", *(["bad"] if field.errors else [])])
    return field.as_widget(attrs=attrs | {"class": " ".join(names)})


def _described(field: forms.BoundField) -> dict[str, str]:
    """What a widget names as its description by itself stays, and hint and error are read out beside it.

    Django leaves them away there.  A group has them on its frame.
    """
    own = str(field.field.widget.attrs.get("aria-describedby", ""))
    if not own or field.use_fieldset or not field.auto_id:
        return {}
    more = [f"{field.auto_id}_helptext"] if field.help_text else []
    more += [f"{field.auto_id}_error"] if field.errors else []
    return {"aria-describedby": " ".join(dict.fromkeys([*own.split(), *more]))}


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """One sentence of the summary above a form; without a target it is about the whole form."""

    target: str
    label: str
    sentence: str


@register.filter
def error_lines(form: forms.BaseForm) -> list[ErrorLine]:
    """What is wrong with a form, in the order of its fields, each with the place that can be typed in."""
    lines = [ErrorLine("", "", str(sentence)) for sentence in form.non_field_errors()]
    for field in form:
        target = "" if field.is_hidden else error_target(field)
        lines += [ErrorLine(target, str(field.label), str(sentence)) for sentence in field.errors]
    return lines


@register.filter
def error_target(field: forms.BoundField) -> str:
    """The id of what takes the focus for a field: of a group, its first choice."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon; it stands beside a word and is silent itself."""
    return format_html('<i class="i i-{}" aria-hidden="true"></i>', name)


@register.filter
def wareki(value: dt.date | dt.datetime | None) -> str:
    """令和7年11月11日, in Japanese time."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    return calendar.wareki(value)


@register.filter
def moment(value: dt.datetime | None) -> str:
    """2025-11-11 10:06:07 in Japanese time."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S") if value else ""


@register.filter
def amount(value: int | None) -> str:
    """1,234,567."""
    return f"{value:,}" if value is not None else ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A menu entry as the template needs it."""

    name: str
    label: str
    url: str
    current: bool
    badge: int | None


def _lies_below(path: str, prefix: str, url: str) -> bool:
    return path == url if prefix == "/" else path.startswith(prefix)


def _shown(context: template.Context, *, personal: bool) -> list[Shown]:
    actor = context.get("actor")
    request = context.get("request")
    path = request.path if request else ""
    # A page reached from elsewhere names the entry it belongs to: a case to decide came out of the inbox.
    chosen = context.get("current_entry")
    found = []
    for entry in menu.entries(personal=personal):
        if actor is None or not may_open(entry.access, actor):
            continue
        url = reverse(entry.url_name)
        current = entry.url_name == chosen if chosen else _lies_below(path, entry.prefix, url)
        badge = entry.badge(actor) if entry.badge is not None else None
        found.append(Shown(entry.url_name, str(entry.label), url, current, badge))
    return found


@register.simple_tag(takes_context=True)
def navigation(context: template.Context) -> list[Shown]:
    """The main menu of this person, made once a page."""
    if "_navigation" not in context.render_context:
        context.render_context["_navigation"] = _shown(context, personal=False)
    return list(context.render_context["_navigation"])


@register.simple_tag(takes_context=True)
def personal_navigation(context: template.Context) -> list[Shown]:
    """The person's own menu."""
    return _shown(context, personal=True)


@register.simple_tag(takes_context=True)
def shortcuts(context: template.Context) -> tuple[list[keys.Group], list[keys.Group]]:
    """The keys of this page, and those of other pages."""
    request = context.get("request")
    match = request.resolver_match if request else None
    return keys.groups_for(match.view_name if match else "")
