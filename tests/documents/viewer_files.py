"""Files for the tests of the viewer."""

from __future__ import annotations

import io

from PIL import Image


def pages_of_tiff(count: int = 3, mode: str = "1") -> bytes:
    """A TIFF as scanners and fax machines make it: several pages, at 200 dots an inch."""
    pages = [Image.new(mode, (400, 560), 1 if mode == "1" else 200) for _ in range(count)]
    out = io.BytesIO()
    packing = "group4" if mode == "1" else "tiff_deflate"
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], dpi=(200, 200), compression=packing)
    return out.getvalue()
