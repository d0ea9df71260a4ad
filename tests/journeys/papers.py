"""Real files for the journeys: a Word file made by LibreOffice, a text PDF, and a scan."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "HeiseiMin-W3"


def word_file(folder: Path) -> Path:
    """仕様書.docx, written by LibreOffice from HTML; it holds the word 読取精度."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    assert office, "LibreOffice is needed: install the package libreoffice-writer-nogui"
    source = folder / "仕様書.html"
    source.write_text(
        "<html><head><meta charset='utf-8'></head><body><h1>仕様書</h1>"
        "<p>申請書AI-OCR運用支援業務の読取精度は、月ごとに報告する。</p>"
        "<table><tr><td>点検支援</td><td>4.5月</td></tr></table></body></html>"
    )
    subprocess.run(
        [
            *(office, "--headless", f"-env:UserInstallation=file://{folder}/office"),
            *("--convert-to", "docx:MS Word 2007 XML", "--infilter=HTML (StarWriter)"),
            *("--outdir", str(folder), str(source)),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return folder / "仕様書.docx"


def text_pdf(folder: Path, pages: int = 30) -> Path:
    """調査報告書.pdf with a text layer; page 27 alone holds the word 水害避難経路."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    path = folder / "調査報告書.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    for number in range(1, pages + 1):
        canvas.setFont(FONT, 14)
        canvas.drawString(72, 760, f"調査報告書　第{number}章")
        canvas.setFont(FONT, 11)
        for line in range(20):
            canvas.drawString(72, 720 - line * 20, f"{number}の{line}　市内の申請書の件数と処理の時間を調べた。")
        if number == 27:
            canvas.drawString(72, 200, "水害避難経路の図は別冊とする。")
        canvas.showPage()
    canvas.save()
    return path


def scanned_pdf(folder: Path) -> Path:
    """見積書(押印).pdf: a picture only, as a scanner makes it."""
    picture = Image.new("L", (1240, 1754), 255)
    draw = ImageDraw.Draw(picture)
    for line in range(12):
        draw.rectangle((120, 200 + line * 90, 1100, 204 + line * 90), fill=0)
    draw.ellipse((900, 1400, 1080, 1580), outline=0, width=8)
    buffer = io.BytesIO()
    picture.save(buffer, "PDF", resolution=150)
    path = folder / "見積書(押印).pdf"
    path.write_bytes(buffer.getvalue())
    return path
