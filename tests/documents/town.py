"""A small town for the tests of pages: one office with its binder, an office beside it, an auditor, an administrator."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import time_machine
from django.core.cache import cache
from django.test import Client
from PIL import Image

from config.commands import Actor, Role, system_actor
from documents import commands
from documents.commands import store_page_texts
from documents.convert.text import Part
from documents.models import AttachmentVersion, Record
from tests.documents import makers
from workflow.organization import commands as organization
from workflow.organization.actors import actor_for
from workflow.organization.models import Staff, Unit

SYSTEM = system_actor("test-town", channel="cli")
SINCE = dt.date(2024, 4, 1)
DAY = dt.date(2025, 11, 11)
NOW = dt.datetime(2025, 11, 11, 1, 0, tzinfo=dt.UTC)  # ten in the morning in the town hall
PEOPLE: list[tuple[str, str, str, list[str]]] = [
    ("110001", "drafter", "1010", []),
    ("110002", "officer", "1010", [str(Role.RECORDS_OFFICER)]),
    ("110003", "colleague", "1010", []),
    ("110004", "outsider", "2010", []),
    ("110005", "auditor", "2010", [str(Role.AUDITOR)]),
    ("110006", "administrator", "", [str(Role.ADMINISTRATOR)]),
]


@dataclass
class Town:
    """People by their part; the binders of the two offices."""

    staff: dict[str, Staff] = field(default_factory=dict)
    binder_id: int = 0
    other_binder_id: int = 0

    def actor(self, part: str) -> Actor:
        """The person as he acts today."""
        return actor_for(staff=Staff.objects.get(pk=self.staff[part].pk), channel="web")

    def browser(self, part: str = "") -> Client:
        """A browser of that person; of nobody without a name."""
        client = Client(HTTP_ACCEPT="text/html")
        if part:
            client.force_login(self.staff[part])
        return client


def standing() -> Iterator[Town]:
    """The town on that morning, with nobody having read anything: for fixtures."""
    cache.clear()
    with time_machine.travel(NOW):
        yield build()


def build() -> Town:
    """Found the town through commands."""
    town = Town()
    for code, name, parent in (("10", "企画部", ""), ("1010", "デジタル推進課", "10"), ("2010", "監査課", "10")):
        organization.create_unit(code=code, name=name, parent_code=parent, valid_from=SINCE, actor=SYSTEM)
    for code, part, unit, roles in PEOPLE:
        town.staff[part] = organization.hire_staff(code=code, name=f"試験 {part}", roles=roles, actor=SYSTEM)
        if unit:
            post = organization.create_post(unit_code=unit, name=f"主事{code}", rank=10, valid_from=SINCE, actor=SYSTEM)
            organization.appoint(staff_code=code, post_id=post.pk, valid_from=SINCE, actor=SYSTEM)
    commands.create_classification(code="03", name="情報", actor=SYSTEM)
    commands.create_classification(code="03-02", name="情報システム", parent_code="03", actor=SYSTEM)
    commands.create_classification(code="03-02-05", name="契約", parent_code="03-02", retention_years=5, actor=SYSTEM)
    town.binder_id = binder("1010", "委託契約綴")
    town.other_binder_id = binder("2010", "監査綴")
    return town


def binder(unit_code: str, name: str, year: int = 2025) -> int:
    """A binder of five years kept by the unit."""
    unit = Unit.objects.get(code=unit_code)
    made = commands.create_binder(
        fiscal_year=year,
        classification_code="03-02-05",
        name=name,
        group_id=unit.group_id,
        unit_name=unit.name,
        retention_years=5,
        actor=SYSTEM,
    )
    return made.pk


def draft(town: Town, title: str, *files: tuple[str, bytes]) -> Record:
    """A draft of the drafter with files."""
    actor = town.actor("drafter")
    row = commands.create_record(actor=actor)
    commands.describe_record(record_id=row.pk, title=title, binder_id=town.binder_id, disclosure="partial", actor=actor)
    for name, content in files:
        commands.attach_file(record_id=row.pk, upload=makers.checked(name, content), actor=actor)
    return Record.objects.get(pk=row.pk)


def circulating(town: Town, title: str, *files: tuple[str, bytes], number: str = "") -> Record:
    """A record on its way, with a number."""
    row, actor = draft(town, title, *files), town.actor("drafter")
    commands.set_record_number(record_id=row.pk, number=number or f"起-R07-デジ-{row.pk:05d}", actor=actor)
    return commands.set_record_state(record_id=row.pk, state="circulating", actor=actor)


def completed(town: Town, title: str, *files: tuple[str, bytes], number: str = "") -> Record:
    """A record that was decided and filed on DAY."""
    row, actor = circulating(town, title, *files, number=number), town.actor("drafter")
    commands.freeze_original(record_id=row.pk, content={"title": title, "level": "課長専決"}, actor=actor)
    return commands.complete_record(record_id=row.pk, on=DAY, actor=actor)


def read(version: AttachmentVersion, *texts: str) -> None:
    """Store the text of a file's pages, as the job does."""
    pages = [Part(number, 0, text) for number, text in enumerate(texts, start=1)]
    store_page_texts(version_id=version.pk, pages=pages, page_count=len(pages), error="", actor=SYSTEM)


def files_of(row: Record) -> list[AttachmentVersion]:
    """The record's files in order."""
    return list(AttachmentVersion.objects.filter(attachment__record=row).order_by("attachment__position", "pk"))


def picture() -> bytes:
    """A small PNG."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (10, 20, 30)).save(out, "PNG")
    return out.getvalue()


def pdf(text: str = "page") -> bytes:
    """A PDF of one page, as small as one can be."""
    return f"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n% {text}\n%%EOF\n".encode()


def body(answer: Any) -> bytes:
    """The bytes of an answer, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content
