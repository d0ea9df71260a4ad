"""Pages that exist for tests only: one for each rule, one for each way a command can end."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from config import urls
from config.errors import Conflict, Invalid, NotAllowed, NotFound
from config.web.pages import Access, page
from config.web.views import CommandView

handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404
handler429, handler500 = urls.handler429, urls.handler500


class NoteForm(forms.Form):
    """Two fields to keep."""

    title = forms.CharField(label="件名", max_length=20)
    note = forms.CharField(label="備考", required=False, widget=forms.Textarea)


class NoteView(CommandView):
    """Ends in the way that the title asks for."""

    access = Access.STAFF
    form_class = NoteForm
    template_name = "web/form.html"
    extra_context = {"heading": "試験の画面", "action_label": "進める", "back": "/"}

    def run(self, form: Any) -> str:
        """Refuse as asked."""
        ways = {
            "field": Invalid(
                "直してください。", fields={"title": ["別の件名にしてください。"], "other": ["相手がいません。"]}
            ),
            "whole": Invalid("いまは受け付けていません。"),
            "conflict": Conflict("既に白井さんが処理しました(11/11 10:42)。", code="already_done"),
            "rights": NotAllowed("文書主任だけができます。"),
            "missing": NotFound("その文書はありません。"),
        }
        if form.cleaned_data["title"] in ways:
            raise ways[form.cleaned_data["title"]]
        return "/t/staff/"


def plain(request: HttpRequest) -> HttpResponse:
    """Opened."""
    return HttpResponse("開きました")


def breaks(request: HttpRequest) -> HttpResponse:
    """A defect."""
    raise RuntimeError("a defect")


def refuses(request: HttpRequest) -> HttpResponse:
    """A refusal that no page of its own shows."""
    raise Conflict("先に処理されました。", code="taken")


def busy(request: HttpRequest) -> HttpResponse:
    """The database does not answer."""
    raise OperationalError("no connection to 10.0.0.7")


def denies(request: HttpRequest) -> HttpResponse:
    """Django's own refusal."""
    raise PermissionDenied


def bare(request: HttpRequest, status: int) -> HttpResponse:
    """An answer that only carries a status."""
    return HttpResponse(status=status)


def long_refusal(request: HttpRequest) -> HttpResponse:
    """A page of its own, with a status of refusal."""
    return HttpResponse("<html><body>自分の画面</body></html>", status=403)


def undeclared(request: HttpRequest) -> HttpResponse:
    """Nobody said who may open it."""
    return HttpResponse("開きました")


def ruled(rule: Access) -> Any:
    """The plain page under a rule of its own."""

    def view(request: HttpRequest) -> HttpResponse:
        return plain(request)

    return page(rule)(view)


urlpatterns = [
    *(path(f"t/{rule.value}/", ruled(rule), name=f"t-{rule.value}") for rule in Access),
    path("t/danger/", page(Access.STAFF, confirms=True)(partial(plain)), name="t-danger"),
    path("t/limited/", page(Access.STAFF, limit="upload")(partial(plain)), name="t-limited"),
    path("t/undeclared/", undeclared, name="t-undeclared"),
    path("t/note/", NoteView.as_view(), name="t-note"),
    path("t/breaks/", page(Access.PUBLIC)(breaks), name="t-breaks"),
    path("t/busy/", page(Access.PUBLIC)(busy), name="t-busy"),
    path("t/denies/", page(Access.STAFF)(denies), name="t-denies"),
    path("t/bare/<int:status>/", page(Access.STAFF)(bare), name="t-bare"),
    path("t/own/", page(Access.STAFF)(long_refusal), name="t-own"),
    path("t/post-only/", page(Access.STAFF)(require_POST(plain)), name="t-post-only"),
    path("t/refuses/", page(Access.STAFF)(refuses), name="t-refuses"),
    *urls.urlpatterns,
]
