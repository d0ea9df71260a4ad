"""Makes the PDF by which the viewer shows what browsers do not: Office files by LibreOffice, TIFF by Pillow.

LibreOffice is used where it is installed and is no part of the product: nothing but the viewer needs it.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import PIL

from documents.convert.process import talk

CPU_SECONDS = 120
WALL_SECONDS = 150  # without a new page; LibreOffice says nothing until it is done
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Way:
    """How a kind of file becomes a PDF: its ending, LibreOffice's filters, and the module that it needs for them."""

    ending: str
    module: str = ""
    import_filter: str = ""
    export_filter: str = ""


_OPEN = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
WAYS = {
    "image/tiff": Way("tif"),
    f"{_OPEN}.wordprocessingml.document": Way("docx", "sw", "MS Word 2007 XML", "writer_pdf_Export"),
    f"{_OPEN}.spreadsheetml.sheet": Way("xlsx", "sc", "Calc MS Excel 2007 XML", "calc_pdf_Export"),
    f"{_OPEN}.presentationml.presentation": Way("pptx", "sd", "Impress MS PowerPoint 2007 XML", "impress_pdf_Export"),
    "application/msword": Way("doc", "sw", "MS Word 97", "writer_pdf_Export"),
    "application/vnd.ms-excel": Way("xls", "sc", "MS Excel 97", "calc_pdf_Export"),
    "application/vnd.ms-powerpoint": Way("ppt", "sd", "MS PowerPoint 97", "impress_pdf_Export"),
    f"{_ODF}.text": Way("odt", "sw", "writer8", "writer_pdf_Export"),
    f"{_ODF}.spreadsheet": Way("ods", "sc", "calc8", "calc_pdf_Export"),
    f"{_ODF}.presentation": Way("odp", "sd", "impress8", "impress_pdf_Export"),
}


class Unavailable(Exception):
    """What would make the PDF is not installed.  `code` is stable: no_office or no_module."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Made:
    """A PDF in a folder of the caller's, its pages, and what made it."""

    path: Path
    pages: int
    maker: str


def source_name(media_type: str) -> str:
    """The name under which the file is handed in: never the one that its sender gave it."""
    return f"source.{WAYS[media_type].ending}"


def make_pdf(
    folder: Path,
    *,
    media_type: str,
    progress: Callable[[int, int], None],
    cpu_seconds: int = CPU_SECONDS,
    wall_seconds: float = WALL_SECONDS,
) -> Made:
    """The PDF of the file `source_name` in `folder`.  Raises Unavailable, Unreadable; `progress` may end the work."""
    way = WAYS[media_type]
    arguments = ["office" if way.module else "pictures", str(folder), str(folder / source_name(media_type))]
    arguments.append(str(cpu_seconds))
    if way.module:
        office = find_office(way.module)
        arguments += [str(office), way.import_filter, way.export_filter]
    total, maker = 0, f"Pillow {PIL.__version__}"
    with contextlib.closing(talk("documents.convert.render_child", arguments, wall_seconds=wall_seconds)) as messages:
        for message in messages:
            total = int(message.get("pages", total))
            maker = str(message.get("maker", maker))[:100]
            if "page" in message:
                progress(int(message["page"]), total)
    return Made(folder / "made" / "source.pdf", total, maker)


def find_office(module: str) -> Path:
    """The program `soffice` of this machine.  Raises Unavailable, also where the module for that kind is left out."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        raise Unavailable("no_office")
    program = Path(found).resolve()
    modules = {name for name in ("sw", "sc", "sd") if (program.parent / f"lib{name}lo.so").exists()}
    # A wrapper elsewhere says nothing of its modules; then the attempt itself will tell.
    if modules and module not in modules:
        raise Unavailable("no_module")
    return program
