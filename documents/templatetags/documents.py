"""How a file is shown."""

from __future__ import annotations

from django import template

from documents import taking
from documents.models import AttachmentVersion

register = template.Library()
# What a browser shows itself; everything else is only ever saved, or shown as lines, words, or a PDF made of it.
SHOWN = ("application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")


@register.simple_tag
def viewer_kind(version: AttachmentVersion) -> str:
    """pdf, image, or other: what the viewer makes of a file."""
    if version.media_type == "application/pdf":
        return "pdf"
    return "image" if version.media_type in SHOWN else "other"


@register.simple_tag(takes_context=True)
def may_take(context: template.Context, version: AttachmentVersion) -> bool:
    """Whether the person looking may save and print the file."""
    return taking.may_take(version, context["request"].actor)
