"""English for the Japanese source strings: what there is to translate, and the catalogues that hold it.

Every app keeps `locale/en/LC_MESSAGES/django.po`.  Extraction reads Python by its syntax tree and templates through
Django's own reader; Babel reads and writes the catalogues, so that no gettext package of the system is needed.
Compiled catalogues are not kept: `compile_stale` makes them where they are missing or older than their source.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

DOMAIN = Path("locale") / "en" / "LC_MESSAGES"
# Where a catalogue lies, below it what it speaks for; the longest fitting folder wins.
HOMES = {
    "config/web": "config",
    "documents": "documents",
    "workflow": "workflow",
    "workflow/organization": "workflow/organization",
    "approvals": "approvals",
    "approvals/regulation": "approvals/regulation",
    "rpa_hooks": "rpa_hooks",
}
# Without a date: an update that changes no string changes no file.
HEADER = b"""# English of this app.
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
# Function name → places of context, singular and plural among its arguments.
CALLS = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
LITERAL = r"u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")"
CALL = re.compile(rf"\b(_|n?p?gettext)\(({LITERAL}(?:\s*,\s*{LITERAL})*)")
JAPANESE = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿]")


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """One string to translate."""

    singular: str
    plural: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a string is used."""

    path: str
    line: int


def in_python(text: str) -> Iterator[tuple[Source, int]]:
    """The strings of a Python module.  Raises ValueError for one that is put together at run time."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in CALLS or not node.args:
            continue
        context, singular, plural = (_text(node, place) for place in CALLS[name])
        if singular:
            yield Source(singular, plural, context), node.lineno


def _text(call: ast.Call, place: int | None) -> str:
    if place is None:
        return ""
    argument = call.args[place]
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    if isinstance(argument, ast.JoinedStr | ast.BinOp):
        raise ValueError(f"line {call.lineno}: a translated string is a literal, its parts are placeholders")
    return ""


def in_template(text: str) -> Iterator[tuple[Source, int]]:
    """The strings of a Django template."""
    for number, line in enumerate(templatize(text).split("\n"), 1):
        for name, literals in CALL.findall(line):
            values = [ast.literal_eval(literal) for literal in re.findall(LITERAL, literals)]
            context, singular, plural = ("" if place is None else values[place] for place in CALLS[name])
            yield Source(singular, plural, context), number


def home_of(path: str) -> str:
    """The folder whose catalogue speaks for the file."""
    fitting = [home for home, below in HOMES.items() if path.startswith(f"{below}/")]
    return max(fitting, key=lambda home: len(HOMES[home]))


def files() -> Iterator[Path]:
    """Every Python module and template of the product."""
    root = Path(settings.ROOT)
    for below in sorted({"config", "documents", "workflow", "approvals", "rpa_hooks"}):
        for path in sorted((root / below).rglob("*")):
            shown = "templates" in path.parts and path.suffix in (".html", ".txt", ".xml", ".typ")
            if path.suffix == ".py" or shown:
                yield path


def extract() -> dict[str, dict[Source, list[Place]]]:
    """What each catalogue has to hold, with the places of use."""
    found: dict[str, dict[Source, list[Place]]] = {home: {} for home in HOMES}
    for path in files():
        name = path.relative_to(settings.ROOT).as_posix()
        text = path.read_text(encoding="utf-8")
        try:
            strings = list(in_python(text) if path.suffix == ".py" else in_template(text))
        except ValueError as problem:
            raise ValueError(f"{name}: {problem}") from None
        for source, line in strings:
            if JAPANESE.search(source.singular):
                found[home_of(name)].setdefault(source, []).append(Place(name, line))
    return {home: strings for home, strings in found.items() if strings}


def catalogue_path(home: str) -> Path:
    """The catalogue of that folder."""
    return Path(settings.ROOT) / home / DOMAIN / "django.po"


def read(home: str) -> dict[Source, tuple[str, ...]]:
    """A catalogue: source to its translation (singular, and plural where there is one)."""
    path = catalogue_path(home)
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale="en")
    held = {}
    for message in catalogue:
        if message.id:
            ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
            words = message.string if isinstance(message.string, tuple | list) else (message.string,)
            held[Source(ids[0], ids[1] if len(ids) > 1 else "", message.context or "")] = tuple(
                word or "" for word in words
            )
    return held


def write(home: str, strings: dict[Source, list[Place]], words: dict[Source, tuple[str, ...]]) -> None:
    """Write a catalogue anew, in the order of the source; what is not translated stays empty."""
    catalogue = Catalog(locale="en", domain="django", fuzzy=False)
    for source, places in sorted(strings.items(), key=lambda item: (item[1][0].path, item[1][0].line, item[0])):
        where = [(path, 1) for path in dict.fromkeys(place.path for place in places)]
        ids: str | tuple[str, str] = (source.singular, source.plural) if source.plural else source.singular
        blank = ("", "") if source.plural else ("",)
        given = words.get(source, blank)
        string = given if source.plural else given[0]
        catalogue.add(ids, string, locations=where, context=source.context or None)
    path = catalogue_path(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(HEADER)
        write_po(file, catalogue, width=120, omit_header=True, include_lineno=False)


def compile_stale(homes: Iterable[str] = HOMES) -> list[Path]:
    """Make the compiled catalogues that are missing or older than their source; return those made."""
    made = []
    for home in homes:
        source = catalogue_path(home)
        target = source.with_suffix(".mo")
        if source.is_file() and not (target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns):
            _compile(source, target)
            made.append(target)
    return made


def _compile(source: Path, target: Path) -> None:
    with source.open("rb") as file:
        catalogue = read_po(file, locale="en")
    # Several processes may start at once: each writes its own file and moves it into place whole.
    draft = target.with_suffix(f".{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(target)
