"""The gate that every paper passes before anybody gets it: PDF/A-2b, approved by a checker that knows what it approves."""

from __future__ import annotations

import datetime as dt
import io

import pikepdf
from pikepdf.pdfa import PdfaError, prepare, validate_written
from pikepdf.pdfa import save as write_archival

LEVEL = "2b"


class NotArchival(Exception):
    """The file is no PDF/A; the findings say why."""


def pass_through(made: bytes, *, at: dt.datetime) -> bytes:
    """The file as PDF/A-2b, checked as it was written.  Raises NotArchival.

    /CIDSet is left out: it may stand in PDF/A-2 and need not, and the checker does not read it.
    """
    written = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(made)) as pdf:
            for part in pdf.objects:
                if (
                    isinstance(part, pikepdf.Dictionary)
                    and part.get("/Type") == "/FontDescriptor"
                    and "/CIDSet" in part
                ):
                    del part["/CIDSet"]
            prepare(pdf, LEVEL)
            with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
                told["xmp:MetadataDate"] = at.isoformat()  # and not the moment of this call: equal data, equal bytes
            write_archival(pdf, written, LEVEL, repair=False, deterministic_id=True)
    except (PdfaError, pikepdf.PdfError) as refused:
        raise NotArchival(str(refused)) from refused
    return check(written.getvalue())


def check(served: bytes) -> bytes:
    """The same bytes, when they are PDF/A: identification, output intent, every font embedded.  Raises NotArchival."""
    report = validate_written(io.BytesIO(served), LEVEL)
    if not report.passed:
        raise NotArchival(report.summary())
    return served
