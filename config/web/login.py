"""The log-in form; in the demo city it shows who may be tried."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.utils.module_loading import import_string


class DemoLoginView(LoginView):  # type: ignore[misc]  # allauth ships no types
    """allauth's log-in with the list of demo staff, where the demo city is loaded."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The demo log-ins come from the composition root, named in settings: the frame knows no city."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.DEMO:
            context["demo_logins"] = import_string(settings.DEMO_LOGINS)()
            context["demo_password"] = import_string(settings.DEMO_PASSWORD)
        return context
