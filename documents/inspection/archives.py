"""ZIP as people send it: one level deep, every file in it of an admitted kind.

Names are in CP932 unless they say UTF-8, as Windows writes them; that changes what they are called and nothing else.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import IO

from documents.inspection import packages
from documents.inspection.kinds import Finding, Problem

# Left by macOS and Windows beside what people packed.
_LITTER = ("__macosx/",)
_LITTER_NAMES = (".ds_store", "thumbs.db", "desktop.ini")


def members(stream: IO[bytes], size: int) -> Iterator[tuple[str, IO[bytes], int] | Problem]:
    """Each file with its bytes, or the first thing wrong with the archive."""
    try:
        archive = _opened(stream)
    except Exception:  # damaged archives raise errors of every kind
        yield Problem(Finding.BROKEN)
        return
    with archive:
        try:
            found = packages.bounds(archive, stream, size)
        except Exception:  # as above
            found = Problem(Finding.BROKEN)
        files = [entry for entry in archive.infolist() if not entry.is_dir()]
        if found is not None or not files:
            yield found or Problem(Finding.BROKEN)
            return
        for entry in files:
            low = entry.filename.lower()
            if low.startswith(_LITTER) or low.rpartition("/")[2] in _LITTER_NAMES:
                continue
            try:
                content = archive.read(entry)
            except MemoryError:
                yield Problem(Finding.BOMB, entry.filename)
                return
            except Exception:  # as above
                yield Problem(Finding.BROKEN, entry.filename)
                return
            yield entry.filename, io.BytesIO(content), len(content)


def _opened(stream: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream, metadata_encoding="cp932")
    except UnicodeDecodeError:
        stream.seek(0)
        return zipfile.ZipFile(stream)
