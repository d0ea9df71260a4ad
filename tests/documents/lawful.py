"""Odd but lawful files, made by the programs and libraries that make them in city halls, or bent as those bend them."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
from openpyxl.chart import BarChart, Reference
from PIL import Image
from reportlab.lib.pagesizes import A0, A4, landscape
from reportlab.pdfgen.canvas import Canvas

from tests.documents import makers
from tests.documents.compound import compound
from tests.documents.hostile import R, fib, mail, odf, office, pdf_of, stream_object, zipped

Draw = Callable[[Canvas], None]
HAS_OFFICE = shutil.which("soffice") is not None


def drawn(draw: Draw, size: tuple[float, float] = A4) -> bytes:
    """A PDF as a program draws it."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def large_plan() -> bytes:
    """An A0 sheet of many lines."""

    def lines(canvas: Canvas) -> None:
        for n in range(2_000):
            canvas.line(n, 0, A0[0] - n, A0[1])

    return drawn(lines, landscape(A0))


def wide_sheet() -> bytes:
    return drawn(lambda canvas: canvas.drawString(50, 50, "landscape"), landscape(A4))


def form() -> bytes:
    """A form to be filled in, without scripts."""
    text = b"<</FT/Tx/T(name)/V(text)/Type/Annot/Subtype/Widget/Rect[50 700 250 720]/P 3 0 R>>"
    tick = b"<</FT/Btn/T(agree)/Type/Annot/Subtype/Widget/Rect[50 600 60 610]/P 3 0 R/AS/Off>>"
    page = b"/MediaBox[0 0 595 842]/Annots[4 0 R 5 0 R]"
    return pdf_of(text, tick, page=page, catalogue=b"/AcroForm<</Fields[4 0 R 5 0 R]>>")


def signed() -> bytes:
    """A PDF with a signature field, its hole for the signature, and a later revision behind the first end."""
    kind = b"/Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/ByteRange[0 99 199 99]"
    signature = b"<<" + kind + b"/Contents<" + b"3082" * 2_000 + b">>>"
    field = b"<</FT/Sig/T(Signature1)/V 4 0 R/Type/Annot/Subtype/Widget/Rect[0 0 0 0]/P 3 0 R>>"
    first = pdf_of(signature, field, catalogue=b"/AcroForm<</Fields[5 0 R]/SigFlags 3>>")
    later = b"\n6 0 obj\n<</Type/Metadata>>\nendobj\n"
    at = len(first) + 1
    table = b"xref\n6 1\n%010d 00000 n \n" % at
    start, previous = at + len(later) - 1, int(first.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    return (
        first + later + table + b"trailer<</Size 7/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (previous, start)
    )


def scan_of_200_pages() -> bytes:
    """A scan as multifunction printers send it: pictures only, 1 bit a dot."""
    pages = [Image.new("1", (827, 1169), 1) for _ in range(200)]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=100)
    return out.getvalue()


def archival() -> bytes:
    """The marks of PDF/A-3 with an invoice in XML beside the page."""
    names = b"/Names<</EmbeddedFiles<</Names[(invoice.xml)4 0 R]>>>>/AF[4 0 R]/Metadata 6 0 R"
    spec = b"<</Type/Filespec/F(invoice.xml)/UF(invoice.xml)/AFRelationship/Data/EF<</F 5 0 R>>>>"
    words = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><pdfaid:part>3</pdfaid:part></x:xmpmeta>'
    parts = stream_object(b"/Type/EmbeddedFile", b"<invoice/>"), stream_object(b"/Type/Metadata/Subtype/XML", words)
    return pdf_of(spec, *parts, catalogue=names)


def named_in_cp932() -> bytes:
    """An archive as Windows packs it: names in CP932, without a mark that says so."""
    plain = zipped(("2025/xxxxxxxx.txt", "本文".encode("cp932")), ("2025/yyyy.pdf", makers.pdf("資料")))
    return plain.replace(b"xxxxxxxx", "予算要求".encode("cp932")).replace(b"yyyy", "資料".encode("cp932"))


def packed_on_a_mac() -> bytes:
    """An archive with what macOS leaves beside the files."""
    return zipped(("__MACOSX/._a.txt", b"\0\5\26\7"), (".DS_Store", b"\0"), ("か\u3099.txt", b"text"))


def long_sheet() -> bytes:
    """A hundred thousand rows, as exports of other systems have them."""
    book, out = openpyxl.Workbook(write_only=True), io.BytesIO()
    page = book.create_sheet("住民税")
    for number in range(100_000):
        page.append([number, "水瀬市役所", "2025-11-11"])
    book.save(out)
    return out.getvalue()


def sheet_with_chart() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    page = book.active
    assert page is not None
    for number in range(9):
        page.append([number, number * number])
    chart = BarChart()
    chart.add_data(Reference(page, min_col=2, min_row=1, max_row=9))
    page.add_chart(chart, "D2")
    page["A12"] = '=HYPERLINK("https://example.jp","案内")'
    page["A13"] = '=IF(A1="a|b!",1,2)'
    book.save(out)
    return out.getvalue()


def word_with_picture_and_link() -> bytes:
    """Pictures, a link to the web, an embedded sheet, and the word DDE in the text."""
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("DDEの廃止について https://example.jp")
    document.add_picture(io.BytesIO(makers.picture()))
    document.part.relate_to("https://example.jp", f"{R}/hyperlink", True)
    document.save(out)
    return office(("word/embeddings/sheet1.xlsx", makers.sheets(表=[[1]])), base=out.getvalue())


def slides() -> bytes:
    """A presentation, as small as one can be."""
    picture = ("ppt/media/image1.png", makers.picture())
    return zipped(("[Content_Types].xml", makers.ROOT.encode()), ("ppt/presentation.xml", b"<p/>"), picture)


def converted(content: bytes, source: str, target: str, folder: Path) -> bytes:
    """What LibreOffice makes of a file."""
    start = folder / f"paper.{source}"
    start.write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", target, "--outdir", str(folder), str(start)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (folder / f"paper.{target.partition(':')[0]}").read_bytes()


def ichitaro() -> bytes:
    """The outline of an Ichitaro document."""
    return compound({"\x04JSRV_SegmentInformation": b"x", "DocumentText": "伺い".encode("utf-16-le"), "DocInfo": b"x"})


def old_word() -> bytes:
    return compound({"WordDocument": fib(), "1Table": b"x", "\x05SummaryInformation": b"x"})


def turned_photo() -> bytes:
    """A photo that says it lies on its side, with a small one in its notes."""
    picture, out = Image.effect_noise((400, 300), 60).convert("RGB"), io.BytesIO()
    notes = Image.Exif()
    notes[0x0112] = 6
    notes[0x010F] = "Camera"
    picture.save(out, "JPEG", exif=notes.tobytes(), quality=90)
    return out.getvalue()


def photo_with_trailer() -> bytes:
    """A photo behind whose end the camera writes a second one and notes of its own."""
    return turned_photo() + turned_photo() + bytes(8) + b"SEFHk\0\0\0SEFT"


def faxes() -> bytes:
    """A TIFF of several pages packed as facsimiles are."""
    pages = [Image.new("1", (1728, 2200), 1) for _ in range(5)]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="group4")
    return out.getvalue()


def moving_picture() -> bytes:
    frames, out = [Image.new("P", (40, 30), n) for n in range(4)], io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100, comment=b"note")
    return out.getvalue()


def inquiry() -> bytes:
    """A mail of another office with its enclosures."""
    return mail("調査票.xlsx", makers.sheets(表=[[1]]))


def text_document() -> bytes:
    return odf("text", ("styles.xml", b"<s/>"), ("Thumbnails/thumbnail.png", makers.picture()))


def archive_with_folders() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("図面/", b"")
        archive.writestr("図面/1階.png", makers.picture())
    return out.getvalue()
