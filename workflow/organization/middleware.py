"""Who is acting in this request."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from workflow.organization.actors import actor_for

POST_KEY = "acting_post"


class ActorMiddleware:
    """Sets `request.actor`: the logged-in person in the post chosen for this session, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put the actor on the request."""
        request.actor = None  # type: ignore[attr-defined]  # Django's request takes our attribute at run time
        if request.user.is_authenticated:
            request.actor = actor_for(  # type: ignore[attr-defined]  # as above
                staff=request.user,
                post_id=request.session.get(POST_KEY),
                channel="web",
                request_id=uuid.uuid4().hex,
                address=request.META.get("REMOTE_ADDR", ""),
            )
        return self.get_response(request)
