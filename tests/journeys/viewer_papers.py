"""Files for the journeys through the viewer: a large PDF of many pages, a fax, a text, a list, a picture."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "HeiseiMin-W3"
MIB = 1024 * 1024


def large_pdf(folder: Path, pages: int = 40) -> Path:
    """図面集.pdf, over 20 MiB: a picture that cannot be packed on each page."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    path = folder / "図面集.pdf"
    canvas = Canvas(str(path), pagesize=A4, pageCompression=0)
    for number in range(1, pages + 1):
        canvas.setFont(FONT, 20)
        canvas.drawString(72, 780, f"図面集　第{number}葉")
        noise = Image.frombytes("RGB", (430, 430), os.urandom(430 * 430 * 3))
        canvas.drawImage(ImageReader(noise), 72, 200, 440, 440)
        canvas.showPage()
    canvas.save()
    assert path.stat().st_size > 20 * MIB
    return path


def transparent_pdf(folder: Path) -> Path:
    """透かし.pdf: its picture is packed as JPEG 2000, for which pdf.js needs a decoder of its own."""
    out = io.BytesIO()
    picture = Image.new("RGBA", (600, 800), (255, 255, 255, 255))
    ImageDraw.Draw(picture).rectangle((100, 100, 500, 700), fill=(200, 0, 0, 255))
    picture.save(out, "PDF")
    assert b"JPXDecode" in out.getvalue()
    path = folder / "透かし.pdf"
    path.write_bytes(out.getvalue())
    return path


def fax(folder: Path) -> Path:
    """ファクス.tif of three pages."""
    pages = []
    for number in range(1, 4):
        page = Image.new("1", (864, 1_100), 1)
        draw = ImageDraw.Draw(page)
        for line in range(number * 4):
            draw.rectangle((80, 120 + line * 60, 700, 126 + line * 60), fill=0)
        pages.append(page)
    path = folder / "ファクス.tif"
    pages[0].save(path, "TIFF", save_all=True, append_images=pages[1:], dpi=(100, 100), compression="group4")
    return path


def memo(folder: Path) -> Path:
    """議事メモ.txt in Shift_JIS: 4,100 lines, the word 排水路 on lines 7 and 4,000, and one long line."""
    lines = [f"{number}番目の発言。異議はなかった。" for number in range(1, 4_101)]
    lines[6] = "7番目の発言。排水路の改修を求める。"
    lines[3_999] = "4000番目の発言。ハイスイロ(排水路)は来年度とする。"
    lines[9] = "長い" * 400
    path = folder / "議事メモ.txt"
    path.write_bytes("\r\n".join(lines).encode("cp932"))
    return path


def table(folder: Path) -> Path:
    """物品一覧.csv."""
    path = folder / "物品一覧.csv"
    rows = ["番号,品名,数量,備考"] + [f'{n},"端末, 業務用",{n * 3},{n}番庁舎' for n in range(1, 60)]
    path.write_bytes("\r\n".join(rows).encode("utf-8-sig"))
    return path


def photograph(folder: Path) -> Path:
    """現場写真.png, wider than a screen."""
    picture = Image.new("RGB", (2_400, 1_200), (120, 170, 120))
    ImageDraw.Draw(picture).rectangle((200, 200, 900, 1_000), fill=(200, 80, 40))
    path = folder / "現場写真.png"
    picture.save(path)
    return path
