"""Foreign files for tests: sound ones made by the usual libraries, and hostile ones made by hand."""

from __future__ import annotations

import io
import zipfile
import zlib

import docx
import openpyxl
from django.core.files.base import ContentFile
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from documents.inspection.kinds import KINDS, ending_of
from documents.uploads import Checked
from documents.virus import NOT_ASKED

ROOT = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def checked(name: str, content: bytes) -> Checked:
    """A file as it is after the look into it, without the look: for tests of what comes afterwards."""
    kind = KINDS[ending_of(name)]
    return Checked(name, kind.media_type, len(content), ContentFile(content, name=name), kind.has_text, NOT_ASKED)  # type: ignore[arg-type]  # reads like a stream


def pdf(*pages: str, encrypt: str | None = None) -> bytes:
    """A PDF with a page a text, Japanese or not."""
    out = io.BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    canvas = Canvas(out, encrypt=encrypt)
    for text in pages:
        canvas.setFont("HeiseiMin-W3", 12)
        canvas.drawString(50, 700, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def scan(pages: int = 2) -> bytes:
    """A PDF of pictures only, as scanners make it."""
    images = [Image.new("RGB", (300, 400), (200, 200, 200 - n)) for n in range(pages)]
    out = io.BytesIO()
    images[0].save(out, "PDF", save_all=True, append_images=images[1:])
    return out.getvalue()


def word(*paragraphs: str, cell: str = "", header: str = "") -> bytes:
    """A Word file; with a table of one row when `cell` is given."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if cell:
        document.add_table(1, 2).cell(0, 1).text = cell
    if header:
        document.sections[0].header.paragraphs[0].text = header
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def sheets(**tables: list[list[object]]) -> bytes:
    """A workbook, a sheet a name."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(**more: bytes | str) -> bytes:
    """A zip with the parts that a Word file must have, and others; `__` in a name stands for `/`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", more.pop("types", ROOT))
        file.writestr("word/document.xml", more.pop("main", "<w/>"))
        for name, content in more.items():
            file.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def zip_with(name: str, content: bytes = b"x") -> bytes:
    """As `archive`, with one part of any name."""
    out = io.BytesIO(archive())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return out.getvalue()


def raw_pdf(objects: bytes, *, tail: bytes = b"", head: bytes = b"%PDF-1.7\n") -> bytes:
    """A PDF of one empty page, with those objects in it."""
    pages = b"101 0 obj\n<</Type/Pages/Kids[102 0 R]/Count 1>>\nendobj\n"
    one = b"102 0 obj\n<</Type/Page/Parent 101 0 R/MediaBox[0 0 9 9]>>\nendobj\n"
    catalogue = b"1 0 obj\n<</Type/Catalog/Pages 101 0 R>>\nendobj\n" + pages + one
    return head + catalogue + objects + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n" + tail


def packed(inner: bytes) -> bytes:
    """An object stream that holds those objects."""
    body = zlib.compress(inner)
    return b"9 0 obj\n<</Type/ObjStm/N 1/First 5/Filter/FlateDecode>>\nstream\n" + body + b"\nendstream\nendobj\n"


def endless_pdf() -> bytes:
    """A few kilobytes that draw fifty million lines: a page description packed twice."""
    drawing = zlib.compress(zlib.compress(b"0 0 m 1 1 l S\n" * 5_000_000, 9), 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n" % len(drawing) + drawing + b"\nendstream",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += (
        b"xref\n0 5\n0000000000 65535 f \n" + table + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start
    )
    return out


def picture(kind: str = "PNG", size: tuple[int, int] = (20, 10)) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", size).save(out, kind)
    return out.getvalue()
