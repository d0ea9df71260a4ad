"""The session engine: Django's rows in the database, and on each who is logged in with it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from config import clock
from config.web import session

if TYPE_CHECKING:
    from workflow.organization.signin.models import StaffSession


class SessionStore(DatabaseStore):
    """Writes beside the data whose log-in it is, so that a person's log-ins are found and ended without reading all."""

    @classmethod
    def get_model_class(cls) -> type[StaffSession]:
        """The rows."""
        from workflow.organization.signin.models import StaffSession  # noqa: PLC0415 - each names the other

        return StaffSession

    def create_model_instance(self, data: dict[str, Any]) -> StaffSession:
        """The row of this session with its columns of ours."""
        row: StaffSession = super().create_model_instance(data)  # type: ignore[assignment]  # the model is ours, see above
        if SESSION_KEY in data:
            row.staff_id = int(data[SESSION_KEY])
            row.started_at = _moment(data.get(session.BEGAN))
            row.seen_at = _moment(data.get(session.SEEN))
            row.address = str(data.get(session.ADDRESS, ""))[:45]
            row.browser = str(data.get(session.BROWSER, ""))[:200]
        return row


def _moment(seconds: Any) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC) if isinstance(seconds, int | float) else clock.now()
