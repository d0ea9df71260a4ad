"""Writes the index, in the transaction that writes the text: no lag, no drift.

SQLite has a contentless FTS5 table over text that is already cut into tokens; PostgreSQL has a tsvector column that we
build ourselves, because to_tsvector takes a Japanese sentence for one word.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from documents.models import PageText, Record
from documents.search.tokens import tokens

PAGES = "documents_page_index"
TITLES = "documents_title_index"


def index_pages(pages: Iterable[PageText]) -> None:
    """Index stored pages."""
    rows = [(page.pk, tokens(page.text)) for page in pages]
    _write(PAGES, rows)


def index_record(row: Record) -> None:
    """Index a record's title anew."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TITLES} WHERE {_key()} = %s", [row.pk])
    _write(TITLES, [(row.pk, tokens(row.title))])


def _key() -> str:
    return "rowid" if connection.vendor == "sqlite" else "id"


def _write(table: str, rows: list[tuple[int, list[str]]]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                f"INSERT INTO {table} (rowid, body) VALUES (%s, %s)",
                [(pk, " ".join(found)) for pk, found in rows],
            )
        else:
            cursor.executemany(
                f"INSERT INTO {table} (id, body) VALUES (%s, %s::tsvector)",
                [(pk, vector(found)) for pk, found in rows],
            )


def quoted(token: str) -> str:
    """A lexeme as tsvector and tsquery literals want it."""
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def vector(found: list[str]) -> str:
    """A tsvector literal; parts are cut so that they stay below PostgreSQL's 16,383 positions and 255 of one lexeme."""
    places: dict[str, list[int]] = {}
    for place, token in enumerate(found, start=1):
        places.setdefault(token, []).append(place)
    return " ".join(f"{quoted(token)}:{','.join(map(str, at[:255]))}" for token, at in places.items())
