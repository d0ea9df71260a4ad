"""From data to a PDF: the sheet is fixed text of this program, what it tells is handed over as JSON and never as code."""

from __future__ import annotations

import datetime as dt
import functools
import json
import threading
from pathlib import Path
from typing import Any, Final

import typst

from approvals.papers import gate, glyphs
from config.clock import TOKYO

SHEETS = Path(__file__).parent / "sheets"
STANDARD: Final = "a-2b"  # also makes typst refuse a character that no font has
_turn = threading.Lock()


def pdf(sheet: str, data: dict[str, Any], *, at: dt.datetime) -> bytes:
    """The paper as PDF/A; the same data at the same moment are the same bytes.  Raises NotArchival."""
    printing = glyphs.Printing()
    told = printing.data(data)
    told["remarks"] = printing.remarks()
    local = at.astimezone(TOKYO)
    told["made"] = {name: getattr(local, name) for name in ("year", "month", "day", "hour", "minute", "second")}
    with _turn:  # one compiler a sheet: it keeps fonts and layout of what it made before
        made = _compiler(sheet).compile(
            sys_inputs={"data": json.dumps(told, ensure_ascii=False)}, pdf_standards=[STANDARD]
        )
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return gate.pass_through(made, at=at)


@functools.cache
def _compiler(sheet: str) -> typst.Compiler:
    return typst.Compiler(
        str(SHEETS / f"{sheet}.typ"),
        root=str(SHEETS),
        font_paths=[str(folder) for folder in glyphs.folders()],
        ignore_system_fonts=True,
    )
