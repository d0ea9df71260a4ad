"""Pages of the organisation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from config.errors import NotFound
from config.web.pages import Access, page
from workflow.organization.middleware import POST_KEY
from workflow.organization.queries import appointments_of


@page(Access.STAFF)
def choose_post(request: HttpRequest) -> HttpResponse:
    """兼務: in which post one acts in this session.  The inbox shows the items of all posts all the same."""
    held = appointments_of(staff_id=request.actor.user_id)  # type: ignore[attr-defined]  # set by ActorMiddleware
    if request.method == "POST":
        chosen = next((row for row in held if str(row.post_id) == request.POST.get("post")), None)
        if chosen is None:
            raise NotFound(_("その職には任用されていません。"))
        request.session[POST_KEY] = chosen.post_id
        messages.success(request, _("%(post)sとして処理します。") % {"post": chosen.post})
        return redirect("workflow:inbox")
    return render(request, "organization/choose_post.html", {"held": held})
