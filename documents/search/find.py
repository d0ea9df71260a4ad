"""Reads the index: which records hold a phrase, and where."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from documents.models import PageText, Record
from documents.search.index import PAGES, TITLES, quoted
from documents.search.tokens import Phrase, Query


def _match(phrase: Phrase) -> str:
    """The phrase in the index's own query language; tokens are always quoted, so nothing typed can be syntax."""
    if connection.vendor == "sqlite":
        body = " ".join(token.replace('"', '""') for token in phrase.tokens)
        return f'"{body}"' + (" *" if phrase.prefix else "")
    parts = [quoted(token) for token in phrase.tokens]
    if phrase.prefix:
        parts[-1] += ":*"
    return " <-> ".join(parts)


def _hits(table: str, phrase: Phrase) -> RawSQL:
    if connection.vendor == "sqlite":
        return RawSQL(f"SELECT rowid FROM {table} WHERE {table} MATCH %s", [_match(phrase)])
    return RawSQL(f"SELECT id FROM {table} WHERE body @@ %s::tsquery", [_match(phrase)])


def pages_with(phrase: Phrase) -> QuerySet[PageText]:
    """The pages (in parts) that hold the phrase."""
    return PageText.objects.filter(pk__in=_hits(PAGES, phrase), version__attachment__removed_at=None)


def _holds(phrase: Phrase) -> Q:
    return (
        Q(number_folded=phrase.text)
        | Q(pk__in=_hits(TITLES, phrase))
        | Q(pk__in=pages_with(phrase).values("record_id"))
    )


def matching(records: QuerySet[Record], query: Query) -> QuerySet[Record]:
    """Those of the records that hold every wanted phrase, in number, title or attachments, and no unwanted one."""
    for phrase in query.wanted:
        records = records.filter(_holds(phrase))
    for phrase in query.unwanted:
        records = records.exclude(_holds(phrase))
    return records
