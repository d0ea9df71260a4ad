"""What the page frame needs on every page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """The city's name and who is acting."""
    return {
        "city": settings.CITY,
        "actor": getattr(request, "actor", None),
        "search_text": request.GET.get("q", "") if request.resolver_match else "",
    }
