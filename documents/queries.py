"""Lists of records: search, binders, the page of one record."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.utils import OperationalError
from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor
from config.errors import Invalid
from documents import access, blobs, reach, taking
from documents.convert.text import OVERLAP
from documents.models import Attachment, AttachmentVersion, Binder, Blob, PageText, PartialUpload, Record
from documents.models.upload import UploadState
from documents.search import find
from documents.search.tokens import Phrase, fold, parse

PAGE = 50
COUNT_LIMIT = 1_000
AROUND = 40
MARKS = 20
SLOW = "5s"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a record a word was found: the attachment, the page, and the text around it in three pieces."""

    version_id: int
    name: str
    page: int
    before: str
    hit: str
    after: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found: the first place of the words in its attachments, if any, and its title with the words marked."""

    record: Record
    place: Place | None
    title: list[tuple[bool, str]]
    by_number: bool


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of results, newest first.  `count` is None beyond COUNT_LIMIT; `next_after` continues the list."""

    hits: list[Hit]
    count: int | None
    next_after: int | None


def search(*, actor: Actor, text: str, after: int | None = None, limit: int = PAGE) -> Hits:
    """Records whose number, title or attachments hold every word of `text`, as far as the actor may see them.

    Always the same number of queries.  Raises Invalid when the database needs too long: the person should narrow down.
    """
    query = parse(text)
    if not query.wanted:
        return Hits([], 0, None)
    found = find.matching(access.visible_records(actor), query)
    try:
        with transaction.atomic():
            _limit_time()
            counted = found.order_by()[: COUNT_LIMIT + 1].count()
            rows = found if after is None else found.filter(pk__lt=after)
            page = list(rows.select_related("binder").order_by("-pk")[: limit + 1])
            places = _places([row.pk for row in page[:limit]], query.wanted)
    except OperationalError as slow:
        if connection.vendor == "postgresql" and "statement timeout" in str(slow):
            raise Invalid(
                _("時間がかかりすぎています。語を足して絞り込んでください。"), code="search_too_wide"
            ) from slow
        raise
    hits = [_hit(row, query.wanted, places.get(row.pk)) for row in page[:limit]]
    return Hits(hits, counted if counted <= COUNT_LIMIT else None, page[limit - 1].pk if len(page) > limit else None)


def _limit_time() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [SLOW])


def _places(record_ids: list[int], phrases: tuple[Phrase, ...]) -> dict[int, Place]:
    """For each record the first page, in reading order, that holds the first of the phrases found in its attachments.

    One query a phrase for the places, which are light, and one for the text of the pages that are shown.
    """
    first: dict[int, tuple[int, Phrase]] = {}
    for phrase in phrases:
        pages = (
            find.pages_with(phrase)
            .filter(record_id__in=record_ids)
            .order_by("version__attachment__position", "page_no", "part")
            .values_list("record_id", "pk")
        )
        for record_id, page_id in pages:
            first.setdefault(record_id, (page_id, phrase))
    texts = PageText.objects.select_related("version").in_bulk([page_id for page_id, _ in first.values()])
    return {record_id: _place(texts[page_id], phrase) for record_id, (page_id, phrase) in first.items()}


def _place(page: PageText, phrase: Phrase) -> Place:
    before, hit, after = excerpt(page.text, phrase.text)
    return Place(page.version_id, page.version.name, page.page_no, before, hit, after)


def _hit(row: Record, phrases: tuple[Phrase, ...], place: Place | None) -> Hit:
    return Hit(row, place, marked(row.title, phrases), row.number_folded in {phrase.text for phrase in phrases})


def marked(text: str, phrases: tuple[Phrase, ...]) -> list[tuple[bool, str]]:
    """A text in pieces, each with whether a phrase stands there; original spelling, the first MARKS places of each."""
    folded = fold(text)
    spans: list[tuple[int, int]] = []
    for phrase in phrases:
        at, count = folded.find(phrase.text), 0
        while at >= 0 and phrase.text and count < MARKS:
            spans.append(_span(text, at, len(phrase.text)))
            at, count = folded.find(phrase.text, at + len(phrase.text)), count + 1
    pieces: list[tuple[bool, str]] = []
    done = 0
    for start, end in sorted(spans):
        if end <= done:
            continue
        pieces += [(False, text[done : max(start, done)]), (True, text[max(start, done) : end])]
        done = end
    return [piece for piece in [*pieces, (False, text[done:])] if piece[1]]


def excerpt(text: str, wanted: str) -> tuple[str, str, str]:
    """The text before, at and after the place where the folded words stand in the folded text; original spelling.

    Folding may change lengths, so the place is found by folding ever longer beginnings.
    """
    place = fold(text).find(wanted)
    if place < 0:
        return text[: AROUND * 2], "", ""
    start, end = _span(text, place, len(wanted))
    flat = (text[max(start - AROUND, 0) : start], text[start:end], text[end : end + AROUND * 2])
    return (" ".join(flat[0].split()), " ".join(flat[1].split()), " ".join(flat[2].split()))


def _origin(text: str, folded_place: int) -> int:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high) // 2
        if len(fold(text[:middle])) < folded_place:
            low = middle + 1
        else:
            high = middle
    return low


def _span(text: str, at: int, length: int) -> tuple[int, int]:
    """Where folded letters stand in the text; a blank that folding left out before them is not part of it."""
    start, end = _origin(text, at), _origin(text, at + length)
    while start < end and text[start].isspace():
        start += 1
    return start, end


def current_files(record_id: int) -> list[AttachmentVersion]:
    """The newest version of each attachment that is part of the record, in order, in one query."""
    rows = (
        AttachmentVersion.objects.filter(attachment__record_id=record_id, attachment__removed_at=None)
        .select_related("attachment__record", "blob")
        .order_by("attachment__position", "attachment_id", "-number")
    )
    newest: dict[int, AttachmentVersion] = {}
    for row in rows:
        newest.setdefault(row.attachment_id, row)
    return list(newest.values())


def is_intact(blob: Blob) -> bool:
    """Whether the stored bytes are those that were stored: all are read."""
    try:
        blobs.verify(blob)
    except blobs.IntegrityBroken:
        return False
    return True


def content_of(blob: Blob) -> bytes | None:
    """The verified bytes of something small, as a 原議 is; None when they are not those that were stored."""
    try:
        return b"".join(blobs.open_verified(blob))
    except blobs.IntegrityBroken:
        return None


def may_take_from(record: Record, actor: Actor) -> bool:
    """Whether a reader of the record may also take away what is printed from it."""
    return taking.may_take_from(record, actor)


def size_of_files(record_id: int) -> int:
    """The bytes that the record's current files have together."""
    return sum(file.blob.size for file in current_files(record_id))


def open_uploads(record_id: int, actor: Actor) -> list[PartialUpload]:
    """What the actor has half sent to the record, oldest first."""
    rows = PartialUpload.objects.filter(record_id=record_id, owner_id=actor.user_id, expires_at__gt=clock.now())
    return list(rows.exclude(state=UploadState.DONE))


def pages_of(version_id: int, *, most: int = 500) -> list[tuple[int, str]]:
    """The text of a file by page, as it was read; parts of one page stand together."""
    rows = PageText.objects.filter(version_id=version_id).order_by("page_no", "part")
    pages: dict[int, list[str]] = {}
    for number, text in rows.values_list("page_no", "text")[:most]:
        # Parts of one page overlap, so that the search finds what stands across their border.
        known = pages.setdefault(number, [])
        known.append(text[OVERLAP:] if known else text)
    return [(number, "".join(parts)) for number, parts in pages.items()]


def marked_pages(version_id: int, words: str) -> list[tuple[int, list[tuple[bool, str]]]]:
    """The text of a file by page, in pieces, each with whether one of the words stands there."""
    phrases = parse(words).wanted
    return [(number, marked(text, phrases)) for number, text in pages_of(version_id)]


def file_counts(record_ids: list[int]) -> dict[int, int]:
    """How many files each record has."""
    rows = Attachment.objects.filter(record_id__in=record_ids, removed_at=None).values("record_id")
    return {row["record_id"]: row["n"] for row in rows.annotate(n=Count("pk"))}


def binders(*, actor: Actor, fiscal_year: int | None = None) -> QuerySet[Binder]:
    """The binders the actor may open, with the number of completed records in each."""
    rows = access.visible_binders(actor).select_related("classification")
    if fiscal_year is not None:
        rows = rows.filter(fiscal_year=fiscal_year)
    filed = Record.objects.filter(binder=OuterRef("pk"), completed_on__isnull=False).order_by()
    return rows.annotate(filed=Coalesce(Subquery(filed.values("binder").annotate(n=Count("pk")).values("n")), 0))


def records_in(*, binder_id: int, actor: Actor) -> QuerySet[Record]:
    """The completed records of a binder, as filed; confidential ones as `is_masked`, as far as he may know of them."""
    rows = access.listed_records(actor).filter(binder_id=binder_id, completed_on__isnull=False)
    return rows.order_by("binder_order")


def records_read_by(actor: Actor) -> QuerySet[Record]:
    """Every record a person reads, newest decision first, each with the rules that let him (`reasons`)."""
    return reach.newest_first(reach.records(actor))


def binders_read_by(actor: Actor) -> QuerySet[Binder]:
    """Every binder a person opens, each with the rules that let him (`reasons`)."""
    return reach.binders(actor).select_related("classification").order_by("-fiscal_year", "classification__code", "pk")


def reasons(row: Record | Binder) -> list[str]:
    """The rules that hold for a row of these lists, in words."""
    return [str(word) for word in reach.reasons_of(row)]
