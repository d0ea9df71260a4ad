"""Makes a PDF of one file, in a process that can be killed.  No Django, no database, no network.

    python -m documents.convert.render_child pictures FOLDER SOURCE CPU_SECONDS
    python -m documents.convert.render_child office FOLDER SOURCE CPU_SECONDS SOFFICE IMPORT_FILTER EXPORT_FILTER

Writes FOLDER/made/source.pdf and one JSON object a line: {"pages": n} and {"page": i} as far as they are known, then
{"end": true}; or {"error": code}.  The parent sets no trust in it: it bounds time, memory and the size of the result.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import escape

MEMORY = 4 * 1024 * 1024 * 1024
MAX_RESULT = 300 * 1024 * 1024
MAX_PAGES = 5_000
MAX_PIXELS = 300_000_000
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
# LibreOffice's own rules for what it opens: no macros, nothing fetched, nothing linked, Japanese by default.
RULES = [
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("org.openoffice.Setup/L10N", "ooSetupSystemLocale", "ja-JP"),
    ("org.openoffice.Office.Linguistic/General", "DefaultLocale_CJK", "ja-JP"),
]


class Unmade(Exception):
    """There is no PDF; the message is a stable code."""


def main() -> int:
    """Make the PDF that the command line asks for."""
    family, folder, source, seconds, *rest = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_RESULT, MAX_RESULT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    result = Path(folder) / "made" / "source.pdf"
    result.parent.mkdir()
    try:
        if family == "office":
            _office(Path(folder), Path(source), result, *rest)
        else:
            _pictures(Path(source), result)
        _examine(result)
    except Unmade as unmade:
        _say({"error": str(unmade)})
        return 1
    except MemoryError:
        _say({"error": "too_much_memory"})
        return 1
    except Exception as error:
        _say({"error": type(error).__name__})
        return 1
    _say({"end": True})
    return 0


def _say(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _examine(result: Path) -> None:
    """Tell the number of pages, which proves that the result can be opened, and which program says it made it."""
    import pypdfium2  # noqa: PLC0415 - only what is needed is loaded, within the memory limit

    document = pypdfium2.PdfDocument(result)
    pages, producer = len(document), document.get_metadata_dict().get("Producer", "")
    document.close()
    if not 0 < pages <= MAX_PAGES:
        raise Unmade("too_many_pages" if pages else "no_pages")
    _say({"pages": pages} | ({"maker": producer} if producer.startswith("LibreOffice") else {}))


def _cut_off() -> None:
    """Leave the network, where the system lets a process do so; LibreOffice's own rules forbid it in any case."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).unshare(NEW_USER | NEW_NETWORK)


def _rules() -> str:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{escape(value)}</value></prop></item>'
        for path, name, value in RULES
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>"
    )


def _office(folder: Path, source: Path, result: Path, soffice: str, import_filter: str, export_filter: str) -> None:
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_rules())
    _cut_off()
    command = [
        *(soffice, "--headless", "--invisible", "--norestore", "--nologo", "--nolockcheck", "--nodefault"),
        *(f"-env:UserInstallation=file://{profile}", f"--infilter={import_filter}"),
        *("--convert-to", f"pdf:{export_filter}", "--outdir", str(result.parent), str(source)),
    ]
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(profile),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
    }
    # Its words go nowhere: stdout is the line to the parent.
    subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if not result.is_file():
        # It ends with 0 for files it cannot read as well.
        raise Unmade("not_made")


def _pictures(source: Path, result: Path) -> None:
    """A page for each picture of the file, as large as its resolution says."""
    import pypdfium2  # noqa: PLC0415 - as above
    from PIL import Image, ImageOps, ImageSequence  # noqa: PLC0415 - as above

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2  # Pillow refuses what is twice as large
    document = pypdfium2.PdfDocument.new()
    with Image.open(source) as file:
        total = getattr(file, "n_frames", 1)
        if total > MAX_PAGES:
            raise Unmade("too_many_pages")
        _say({"pages": total})
        for number, frame in enumerate(ImageSequence.Iterator(file), start=1):
            dots = frame.info.get("dpi", (0, 0))[0]
            page = io.BytesIO()
            # Pillow knows no PDF of palettes with transparency, of 16 bits, of CIELAB.
            upright = ImageOps.exif_transpose(frame)
            kept = upright if upright.mode in ("1", "L", "RGB", "CMYK") else upright.convert("RGB")
            kept.save(page, "PDF", resolution=float(dots) if 50 <= dots <= 2_400 else 200.0)
            with pypdfium2.PdfDocument(page.getvalue()) as single:
                document.import_pages(single)
            _say({"page": number})
    document.save(result)


if __name__ == "__main__":
    sys.exit(main())
