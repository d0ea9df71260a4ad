"""Files of a draft: what the page sends while they are dropped, ordered and taken out.  Answers with the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from approvals import access, commands
from approvals.forms import DraftForm, OrderForm
from approvals.views.draft import files_context, save
from config.commands import Actor
from config.errors import Refusal
from config.web.pages import Access, page
from documents import intake


@page(Access.DRAFTER, limit="upload")
@require_http_methods(["GET", "POST"])
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """POST attaches each file that the ordinary form sent, and keeps the text sent with it; GET is the list."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    if request.method == "GET":
        return _answer(request, pk, [], 200)
    if "revision" in request.POST:
        _keep_text(request, pk, actor)
    uploads = request.FILES.getlist("file")
    if not uploads:
        return _answer(request, pk, [_("ファイルを選んでください。")], 422)
    return _try(request, pk, [lambda upload=upload: _attach(pk, upload, actor) for upload in uploads])


def _keep_text(request: HttpRequest, pk: int, actor: Actor) -> None:
    """Without a script the whole form is sent: what was typed must not be lost over a file."""
    case = access.draft_for(case_id=pk, actor=actor)
    form = DraftForm(request.POST, actor=actor)
    if not form.is_valid():
        messages.error(request, _("入力した内容は保存できませんでした。入力を確かめてください。"))
        return
    try:
        save(case, form, actor)
    except Refusal as refusal:
        messages.error(request, str(refusal.message))


def _attach(pk: int, upload: UploadedFile, actor: Actor) -> None:
    """Look into the file first, then attach it: the look takes longer than a transaction may."""
    case = access.draft_for(case_id=pk, actor=actor)
    checked = intake.look(record_id=case.record_id, upload=upload, actor=actor)
    commands.attach_to_draft(case_id=pk, upload=checked, actor=actor)


@page(Access.DRAFTER)
@require_POST
def detach(request: HttpRequest, pk: int, attachment_id: int) -> HttpResponse:
    """Take one file out."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return _try(request, pk, [lambda: commands.remove_from_draft(case_id=pk, attachment_id=attachment_id, actor=actor)])


@page(Access.DRAFTER)
@require_POST
def reorder(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the files into the order that was sent."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    form = OrderForm(request.POST)
    if not form.is_valid():
        return _answer(request, pk, [_("添付の順が読み取れません。")], 422)
    return _try(request, pk, [lambda: commands.reorder_draft_files(case_id=pk, order=form.ids(), actor=actor)])


def _try(request: HttpRequest, pk: int, doings: list[Callable[[], Any]]) -> HttpResponse:
    """Do each; one refusal does not stop the others.  Whoever may not see the draft gets "not found"."""
    access.draft_for(case_id=pk, actor=request.actor)  # type: ignore[attr-defined]  # set by ActorMiddleware
    sentences, status = [], 200
    for doing in doings:
        try:
            doing()
        except Refusal as refusal:
            sentences.append(str(refusal.message))
            status = refusal.status
    return _answer(request, pk, sentences, status)


def _answer(request: HttpRequest, pk: int, sentences: list[str], status: int) -> HttpResponse:
    case = access.draft_for(case_id=pk, actor=request.actor)  # type: ignore[attr-defined]  # set by ActorMiddleware
    if request.headers.get("X-Requested-With") != "XMLHttpRequest":
        for sentence in sentences:
            messages.error(request, sentence)
        return redirect("approvals:draft", pk)
    context = {"case": case, "file_errors": sentences} | files_context(case)
    return render(request, "approvals/_files.html", context, status=status)
