"""Template tags that explain a word where it stands."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.web.glossary import Term, term_named

register = template.Library()


def _noted(context: template.Context, term: Term) -> bool:
    """Whether this is the first time that the page explains the word; the page's end carries what was explained."""
    request = context.get("request")
    if request is None:
        return True
    explained: dict[str, Term] = request.__dict__.setdefault("_explained", {})
    first = term.code not in explained
    explained[term.code] = term
    return first


def _link(term: Term, css: str, shown: object, hidden: str = "") -> SafeString:
    address = f"{reverse('help_glossary')}#{term.code}"
    mark = format_html('<span class="vh">{}</span>', hidden) if hidden else ""
    return format_html(
        '<a class="{}" href="{}" data-term="{}" aria-haspopup="dialog">{}{}</a>', css, address, term.code, shown, mark
    )


@register.simple_tag(takes_context=True)
def term(context: template.Context, name: object, shown: object = "") -> SafeString:
    """A word with dots below it: pressing it explains it.  A word that nobody explained stands as it is."""
    found = term_named(name)
    if found is None:
        return format_html("{}", shown or name)
    _noted(context, found)
    return _link(found, "term", shown or name)


@register.simple_tag(takes_context=True)
def term_mark(context: template.Context, name: object) -> SafeString | str:
    """A small 「?」 behind a label that means a word of the glossary, once a page; nothing behind other labels."""
    found = term_named(name)
    if found is None or not _noted(context, found):
        return ""
    word = found.english if get_language() != "ja" else found.word if name == found.code else name
    hidden = _("%(word)sとは") % {"word": word}
    return _link(found, "term-mark", format_html('<span aria-hidden="true">{}</span>', "?"), hidden)


@register.simple_tag(takes_context=True)
def explanations(context: template.Context) -> SafeString | str:
    """At the end of a page: what its words mean, each in a pop-up that is closed until asked for."""
    request: Any = context.get("request")
    explained: dict[str, Term] = getattr(request, "_explained", {})
    if not explained:
        return ""
    return SafeString(render_to_string("web/explanations.html", {"terms": list(explained.values())}))
