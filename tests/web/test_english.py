"""Each language speaks for itself: no Japanese is left on the pages in English beside what the city wrote, nor the reverse.

What the city wrote is whatever stands in a row of the database: names, titles, reasons, models.  Words that a page shows
in the other language on purpose are marked with `lang`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import Client

from documents.ledger import queries as ledger
from documents.ledger.models import LedgerEntry
from tests.journeys import furnish
from tests.web.test_who_sees_what import PEOPLE, TABLE
from workflow.organization.models import Staff

JAPANESE = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff々〆]+")
# Not a part of a number, a code, an address or a fingerprint.
WORD = re.compile(r"(?<![\w…/.@:=-])[A-Za-z]{3,}(?![\w…/.@=-])", re.ASCII)
# Dates are written as the city writes them, in both languages.
DATE = re.compile(r"(?:令和|平成|昭和)(?:元|\d+)年(?:度|\d+月\d+日)?")
# What an act carries, inside the sentence that tells of it.
DETAIL = re.compile(r"\{[^}]*\}")
# What was searched for, inside the words around it.
MARKED = re.compile(r"</?mark[^>]*>")
SPOKEN = ("title", "alt", "placeholder", "aria-label", "aria-description")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# What people type, press or read as it is stored: not words of a language.
AS_IT_IS = {"script", "style", "template", "code", "pre", "kbd", "samp", "textarea"}
# In English: names of the columns of the files that are handed in, which are Japanese in the file.
COLUMNS = {"名称", "略称", "文書記号", "種別", "上位所属コード"}
# In Japanese: names of formats, keys and standards that are written like this there.
LATIN = {
    *(
        "BPMN",
        "DMN",
        "FEEL",
        "CSV",
        "PDF",
        "XML",
        "UTF",
        "CP",
        "AI",
        "OCR",
        "LAN",
        "MB",
        "MiB",
        "KB",
        "ZIP",
        "XLSX",
        "DOCX",
    ),
    *(
        "Enter",
        "Esc",
        "Ctrl",
        "Shift",
        "Tab",
        "Alt",
        "Home",
        "End",
        "PageUp",
        "PageDown",
        "SHA",
        "JSON",
        "Word",
        "Excel",
    ),
    *(
        "Microsoft",
        "Edge",
        "Google",
        "Chrome",
        "Firefox",
        "Internet",
        "Explorer",
        "JavaScript",
        "Cookie",
        "PIN",
        "BOM",
        "JIS",
    ),
    *("FIRST", "true", "false"),  # as decision models say it
    *("TOTP", "QR", "USB", "ID", "OK", "CIDR", "CORS", "URL", "HTTP", "RPA", "SVG", "PNG", "GB", "IP"),
}


NOT_READ = {"account_logout": "the others come after it", "documents:text": "the content of a file, and nothing else"}


class Texts(HTMLParser):
    """What is read on a page, with the language that it is marked with and whether it is shown as it is."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.open: list[tuple[str, str, bool]] = []
        self.feed(MARKED.sub("", page))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        _tag, language, as_it_is = self.open[-1] if self.open else ("", "", False)
        language = said.get("lang", language)
        names = [*SPOKEN, *(["value"] if said.get("type") in ("submit", "button", "reset") else [])]
        self.found += [(language, said[name]) for name in names if said.get(name)]
        if tag not in VOID:
            self.open.append((tag, language, as_it_is or tag in AS_IT_IS))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        _tag, language, as_it_is = self.open[-1] if self.open else ("", "", False)
        if data.strip() and not as_it_is:
            self.found.append((language, " ".join(data.split())))


def strings_in(value: Any) -> Iterator[str]:
    """Every text inside a value of a column, also inside JSON and models."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from strings_in(key)
            yield from strings_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_in(inner)
    elif isinstance(value, bytes | memoryview):
        yield from strings_in(_decoded(bytes(value)))
    elif isinstance(value, str):
        yield " ".join(value.split())
        yield from value.split()
        if value[:1] in "{[":
            yield from strings_in(json.loads(value)) if _is_json(value) else ()
        if "<" in value:
            yield from (" ".join(unescape(part).split()) for part in re.split(r"[<>\"]", value))
        if "," in value:
            yield from (part.strip() for part in value.replace("\n", ",").split(","))


def _decoded(content: bytes) -> str:
    """Files that were handed in: UTF-8 or what an office still has."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp932", errors="replace")


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except ValueError:
        return False
    return True


def written_by_the_city() -> set[str]:
    """All texts of all rows."""
    found = {settings.CITY}
    for model in apps.get_models():
        kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
        columns = [field.attname for field in model._meta.concrete_fields if isinstance(field, kinds)]
        if columns and model is not LedgerEntry:
            for row in model._default_manager.values_list(*columns):
                for value in row:
                    found.update(strings_in(value))
    for body in LedgerEntry.objects.values_list("body", flat=True):
        found.update(strings_in(json.loads(body)))
    return found


def acts_of_tests() -> set[str]:
    """How the list of acts calls those that other tests declared, where they run in the same process."""
    return {DETAIL.sub("…", str(label)) for code, label in ledger.actions() if code.startswith("tests.")}


def without(text: str, known: Collection[str]) -> str:
    """The text without what the city wrote in it."""
    covered = [False] * len(text)
    for part in known:
        at = text.find(part)
        # A single sign says nothing of where it comes from, unless it stands alone.
        while at >= 0 and (len(part) > 1 or part == text):
            covered[at : at + len(part)] = [True] * len(part)
            at = text.find(part, at + 1)
    return DATE.sub(" ", "".join(" " if hidden else sign for sign, hidden in zip(text, covered, strict=True)))


def pages(language: str) -> Iterator[tuple[str, str, str]]:
    """Name, person and text of every page of the product that opens, in one language."""
    places = furnish.cases() | furnish.processes() | furnish.organization()
    for who, code in PEOPLE.items():
        client = Client(HTTP_ACCEPT="text/html")
        if code:
            client.force_login(Staff.objects.get(code=code))
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        for name, address, _cells in TABLE:
            answer = client.get(address.format(**places)) if name not in NOT_READ else None
            if answer is not None and "html" in answer.headers.get("Content-Type", ""):
                yield name, who, answer.content.decode() if not answer.streaming else ""


def leftovers(language: str, pattern: re.Pattern[str], exempt: set[str]) -> dict[str, str]:
    """Fragments in the other language, each with the first page on which it stands."""
    found: dict[str, str] = {}
    opened = list(pages(language))
    assert len(opened) > 300
    known = [text for text in written_by_the_city() | acts_of_tests() if pattern.search(text)]
    seen: set[tuple[str, str]] = set()
    for name, who, page in opened:
        for marked, text in Texts(page).found:
            if marked not in ("", language) or (text, marked) in seen:
                continue
            seen.add((text, marked))
            rest = without(text, known)
            if set(pattern.findall(rest)) - exempt:
                found.setdefault(text, f"{name} ({who}): {rest.strip()}")
    return found


def test_no_japanese_is_left_in_english(city: None) -> None:
    assert leftovers("en", JAPANESE, COLUMNS) == {}


def test_no_english_is_left_in_japanese(city: None) -> None:
    assert leftovers("ja", WORD, LATIN) == {}


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<p>Hello <b>決裁</b></p>", [("", "Hello"), ("", "決裁")]),
        ('<p lang="ja">決裁<br>箱</p><i>x</i>', [("ja", "決裁"), ("ja", "箱"), ("", "x")]),
        ('<input placeholder="件名"><code>決裁</code>', [("", "件名")]),
        ('<input type="submit" value="送る"><input value="書いた文">', [("", "送る")]),
    ],
)
def test_what_is_read_on_a_page_is_found(page: str, found: list[tuple[str, str]]) -> None:
    assert Texts(page).found == found


def test_what_the_city_wrote_is_told_from_what_the_page_says() -> None:
    known = ["AI-OCR運用支援業務", "佐久間 陽向"]
    assert not JAPANESE.search(without("Drafted by 佐久間 陽向 on 令和7年11月11日", known))
    assert not JAPANESE.search(without("課長補佐", ["企画 課長", "課長", "課長補佐"]))
    assert without("課", ["課"]) == " " and without("課から", ["課"]) == "課から"
    assert JAPANESE.search(without("佐久間 陽向さん drafted it", known))
    assert list(strings_in('{"a": ["件名", {"b": "<x n=\\"名\\">文</x>"}]}'))[1:] != []
