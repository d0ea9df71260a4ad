"""使い方: words, keys and browsers; open to everybody, also before the log-in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.web import glossary, shortcuts
from config.web.glossary import Chapter
from config.web.pages import Access, page

# What the pages are written for; tests/web/test_help.py holds the style sheets and scripts to it.
BROWSERS = (("Microsoft Edge", 120), ("Google Chrome", 120), ("Firefox", 128))


@page(Access.PUBLIC)
def index(request: HttpRequest) -> HttpResponse:
    """What there is, and which browsers can be used."""
    return render(request, "web/help/index.html", {"browsers": BROWSERS})


@page(Access.PUBLIC)
def words(request: HttpRequest) -> HttpResponse:
    """用語: all of them, or those that hold what was asked for."""
    wanted = request.GET.get("word", "").strip()[:50]
    chapters = [(chapter, _held(chapter, wanted)) for chapter in glossary.CHAPTERS]
    found = sum(len(terms) for _chapter, terms in chapters)
    context = {"chapters": [row for row in chapters if row[1]], "wanted": wanted, "found": found}
    return render(request, "web/help/glossary.html", context)


def _held(chapter: Chapter, wanted: str) -> list[glossary.Term]:
    text = wanted.casefold()
    return [
        term
        for term in chapter.terms
        if any(text in str(part).casefold() for part in (term.word, term.reading, term.english, term.meaning))
    ]


@page(Access.PUBLIC)
def keys(request: HttpRequest) -> HttpResponse:
    """Every key of every page, and the switch that turns the single ones off."""
    return render(request, "web/help/keys.html", {"groups": shortcuts.GROUPS})
