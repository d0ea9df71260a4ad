"""The gate of papers: PDF/A with all it needs goes through, anything less does not; and which characters are printed."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pikepdf
import pytest

from approvals.papers import gate, glyphs, typeset

NOW = dt.datetime(2025, 11, 11, 3, 0, tzinfo=dt.UTC)
DATA = {
    "kind": "経過票", "reference": "起-R07-デジ-00001", "city": "水瀬市", "state": "決裁済",
    "made_words": "令和7年11月11日 作成",
    "facts": [{"label": "件名", "value": "𠮷田", "wide": True}], "acts": [], "planned": [],
}  # fmt: skip


def made() -> bytes:
    return typeset.pdf("course", DATA, at=NOW)


def broken(how: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(made())) as pdf:
        how(pdf)
        pdf.save(out)
    return out.getvalue()


def without_metadata(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/Metadata"]


def without_output_intent(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/OutputIntents"]


def without_fonts(pdf: pikepdf.Pdf) -> None:
    for part in pdf.objects:
        if isinstance(part, pikepdf.Dictionary) and part.get("/Type") == "/FontDescriptor":
            del part["/FontFile2"]


def with_a_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root["/OpenAction"] = pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS=pikepdf.String("app.alert(1)"))


def test_a_paper_names_its_level_and_carries_fonts_and_colours() -> None:
    with pikepdf.open(io.BytesIO(made())) as pdf:
        told = pdf.open_metadata()
        assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("2", "B")
        assert told["dc:title"] == "経過票 起-R07-デジ-00001" and str(told["dc:creator"][0]) == "水瀬市"
        assert len(pdf.Root["/OutputIntents"]) == 1 and pdf.Root["/Lang"] == "ja-JP"
        fonts = [
            part for part in pdf.objects
            if isinstance(part, pikepdf.Dictionary) and part.get("/Type") == "/FontDescriptor"
        ]  # fmt: skip
        assert len(fonts) >= 3 and all("/FontFile2" in font for font in fonts)
        names = " ".join(str(font["/FontName"]) for font in fonts)
        assert "BIZUDMincho" in names and "BIZUDGothic" in names and "NotoSerifJP" in names


@pytest.mark.parametrize("how", [without_metadata, without_output_intent, without_fonts, with_a_script])
def test_a_broken_file_does_not_pass(how: Callable[[pikepdf.Pdf], None]) -> None:
    with pytest.raises(gate.NotArchival):
        gate.check(broken(how))


def test_the_gate_adds_no_fonts_and_takes_no_rubbish() -> None:
    with pytest.raises(gate.NotArchival):
        gate.pass_through(broken(without_fonts), at=NOW)
    for rubbish in (b"", b"no PDF", made()[:5000]):
        with pytest.raises(gate.NotArchival):
            gate.pass_through(rubbish, at=NOW)


def test_what_passed_passes_again() -> None:
    assert gate.check(made()) == made()


@pytest.mark.parametrize(
    ("typed", "printed", "remarks"),
    [
        ("髙﨑𠮷", "髙﨑𠮷", 0),
        ("葛\U000e0100城", "葛\U000e0100城", 0),
        ("辻\U000e01ef", "辻", 1),
        ("a\x00b\u202ec\ufeffd", "abcd", 0),
        ("\ue000と\U0001f600", "〓と〓", 1),
        ("一\r\n二\r三", "一\n二\n三", 0),
        ("\U000e0100", "", 0),
    ],
)
def test_characters(typed: str, printed: str, remarks: int) -> None:
    printing = glyphs.Printing()
    assert printing.data({"x": [typed, 1, None]}) == {"x": [printed, 1, None]}
    assert len(printing.remarks()) == remarks
