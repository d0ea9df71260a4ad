"""How a file is shown."""

from __future__ import annotations

from django import template

from documents.models import AttachmentVersion

register = template.Library()
# What a browser shows itself; everything else is only ever saved, or shown as text.
SHOWN = ("application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp")


@register.simple_tag
def viewer_kind(version: AttachmentVersion) -> str:
    """pdf, image, or text: what the viewer makes of a file."""
    if version.media_type == "application/pdf":
        return "pdf"
    return "image" if version.media_type in SHOWN else "text"
