"""Why a browser's log-in is over: found where it was ended from elsewhere, and kept for the log-in form to say."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

from config import clock
from config.web import session
from workflow.organization.models import Staff
from workflow.organization.signin.models import EndedSession, StaffSession


def key_hash(session_key: str) -> str:
    """How an ended session is found again by whoever has its key."""
    return hashlib.sha256(f"ended\0{session_key}".encode()).hexdigest()


def why_ended(session_key: str) -> str:
    """Why the log-in with that key is over; nothing where it was none, or its person logged out."""
    ended = EndedSession.objects.filter(key_hash=key_hash(session_key)).first()
    if ended is not None:
        return ended.why
    row = StaffSession.objects.filter(session_key=session_key, staff__isnull=False).first()
    if row is None or row.started_at is None or row.expire_date > clock.now():
        return ""
    return session.why_overdue(row.started_at.timestamp(), row.expire_date.timestamp())


class OngoingSessionMiddleware(SessionMiddleware):
    """A request that was under way while its log-in was ended elsewhere keeps its answer; the next one is told.

    Also where that request was the log-in itself: the browser gets the key of the log-in that is over already, by which
    the next request finds out why.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Write the session, if it is still there to be written."""
        try:
            answer: HttpResponse = super().process_response(request, response)
        except SessionInterrupted:
            key = request.session.session_key
            if key and key != request.COOKIES.get(settings.SESSION_COOKIE_NAME):
                response.set_cookie(
                    settings.SESSION_COOKIE_NAME,
                    key,
                    path=settings.SESSION_COOKIE_PATH,
                    domain=settings.SESSION_COOKIE_DOMAIN,
                    secure=settings.SESSION_COOKIE_SECURE or None,
                    httponly=settings.SESSION_COOKIE_HTTPONLY or None,
                    samesite=settings.SESSION_COOKIE_SAMESITE,
                )
            return response
        return answer


class EndedMiddleware:
    """Stands behind what knows the session and the person, before whatever asks for an actor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note the end of a log-in that this request still believes in."""
        known = request.session.get(SESSION_KEY)
        if known is not None and not request.user.is_authenticated:
            # The password in the session is no longer the person's, or the person may not come in any more.
            active = Staff.objects.filter(pk=known, is_active=True).exists()
            request.session.flush()
            session.note_end(request, "password" if active else "left")
        elif known is None and session.ENDED not in request.session:
            given = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
            if given and request.session.session_key != given and (why := why_ended(given)):
                session.note_end(request, why)
        return self.get_response(request)
