"""Office files that reach out to the network and to the files of the server, and pictures that are bombs."""

from __future__ import annotations

import http.server
import io
import shutil
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from documents.convert import process, render
from tests.documents import makers

needs_office = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed here")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OUTSIDE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
LINKED = (
    f'<w:p><w:r><w:drawing><wp:inline xmlns:wp="{DRAWING}/wordprocessingDrawing"><wp:extent cx="2000000" cy="2000000"/>'
    f'<wp:docPr id="1" name="x"/><a:graphic xmlns:a="{DRAWING}/main"><a:graphicData uri="{DRAWING}/picture">'
    f'<pic:pic xmlns:pic="{DRAWING}/picture"><pic:nvPicPr><pic:cNvPr id="1" name="x"/><pic:cNvPicPr/></pic:nvPicPr>'
    f'<pic:blipFill><a:blip r:link="rIdOut" xmlns:r="{OUTSIDE}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="2000000" cy="2000000"/></a:xfrm>'
    '<a:prstGeom prst="rect"/></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
)


class Listener:
    """A web server that notes who asks."""

    def __init__(self) -> None:
        asked = self.asked = []  # type: ignore[var-annotated]  # addresses

        class Note(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(makers.picture())

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Note)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.server.shutdown()
    made.server.server_close()


def changed(archive: bytes, **parts: tuple[bytes, bytes]) -> bytes:
    """The archive with `old` replaced by `new` in the parts whose name ends so; `__` in a name stands for `.`."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as sound, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sound.namelist():
            content = sound.read(name)
            for ending, (old, new) in parts.items():
                if name.endswith(ending.replace("__", ".")):
                    assert old in content, name
                    content = content.replace(old, new, 1)
            file.writestr(name, content)
    return out.getvalue()


def word_with_a_linked_picture(target: str) -> bytes:
    """A Word file whose picture lies elsewhere."""
    relation = (
        f'<Relationship Id="rIdOut" Type="{OUTSIDE}/image" Target="{target}" TargetMode="External"/></Relationships>'
    )
    return changed(
        makers.word("本文はここ"),
        document__xml=(b"<w:body>", b"<w:body>" + LINKED.encode()),
        document__xml__rels=(b"</Relationships>", relation.encode()),
    )


def made(folder: Path, media_type: str, content: bytes) -> pypdfium2.PdfDocument:
    """The PDF of the file."""
    (folder / render.source_name(media_type)).write_bytes(content)
    return pypdfium2.PdfDocument(render.make_pdf(folder, media_type=media_type, progress=lambda *_: None).path)


def pictures(document: pypdfium2.PdfDocument) -> int:
    """How many pictures are on its first page."""
    return sum(1 for part in document[0].get_objects() if part.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE)


def words(document: pypdfium2.PdfDocument) -> str:
    """The text of its first page."""
    return str(document[0].get_textpage().get_text_bounded())


@needs_office
def test_a_file_that_links_to_the_network_reaches_nobody(tmp_path: Path, listener: Listener) -> None:
    document = made(tmp_path, WORD, word_with_a_linked_picture(f"{listener.address}secret.png"))
    assert listener.asked == [] and "本文はここ" in words(document) and pictures(document) == 0


@needs_office
def test_a_file_that_links_to_the_server_s_files_shows_none_of_them(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(makers.picture(size=(300, 300)))
    (tmp_path / "work").mkdir()
    document = made(tmp_path / "work", WORD, word_with_a_linked_picture(secret.as_uri()))
    assert "本文はここ" in words(document) and pictures(document) == 0


@needs_office
def test_a_sheet_that_asks_the_network_or_a_file_gets_no_answer(tmp_path: Path, listener: Listener) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("TOPSECRET\n")
    (tmp_path / "work").mkdir()
    rows = [["見える"], [f'=_xlfn.WEBSERVICE("{listener.address}x")'], [f"='{secret.as_uri()}'#$Sheet1.A1"]]
    document = made(tmp_path / "work", SHEET, makers.sheets(表=rows))
    assert listener.asked == [] and "見える" in words(document) and "TOPSECRET" not in words(document)


@needs_office
@pytest.mark.parametrize("content", [b"PK\x03\x04 nothing", makers.word("x")[:700], makers.pdf("別のもの")])
def test_what_is_no_word_file_is_refused_and_not_guessed(tmp_path: Path, content: bytes) -> None:
    (tmp_path / render.source_name(WORD)).write_bytes(content)
    with pytest.raises(process.Unreadable) as failed:
        render.make_pdf(tmp_path, media_type=WORD, progress=lambda *_: None)
    assert failed.value.code in ("not_made", "timed_out")


@needs_office
def test_a_script_in_the_place_of_a_word_file_does_not_run(tmp_path: Path) -> None:
    (tmp_path / render.source_name(WORD)).write_bytes(f"#!/bin/sh\ntouch {tmp_path}/ran\n".encode())
    with pytest.raises(process.Unreadable):
        render.make_pdf(tmp_path, media_type=WORD, progress=lambda *_: None)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("content", [b"", b"II*\x00 nothing", makers.picture("TIFF")[:60]])
def test_a_broken_fax_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / render.source_name("image/tiff")).write_bytes(content)
    with pytest.raises(process.Unreadable):
        render.make_pdf(tmp_path, media_type="image/tiff", progress=lambda *_: None)


def test_a_fax_that_is_a_bomb_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("1", (40_000, 10_000)).save(out, "TIFF", compression="group4")
    (tmp_path / render.source_name("image/tiff")).write_bytes(out.getvalue())
    with pytest.raises(process.Unreadable) as failed:
        render.make_pdf(tmp_path, media_type="image/tiff", progress=lambda *_: None)
    assert failed.value.code == "DecompressionBombError"


def test_the_name_of_the_sender_is_never_used() -> None:
    assert {render.source_name(media_type) for media_type in render.WAYS} == {
        f"source.{way.ending}" for way in render.WAYS.values()
    }
