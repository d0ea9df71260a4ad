"""How allauth sees our staff: nobody signs up, the user name is the 職員番号."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Closed sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from the personnel office, never from a form."""
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """The 職員番号 is given, never made up."""
