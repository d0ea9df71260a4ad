"""The draft page: text with autosave, route preview, and its three verbs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from approvals import access, commands, rules
from approvals.forms import DraftForm
from approvals.models import Case, Level, Verb
from approvals.sheets import draft as sheet
from config.commands import Actor
from config.errors import Conflict, Refusal
from config.web.pages import Access, page
from config.web.views import CommandView
from documents.access import visible_binders
from documents.enums import Disclosure
from documents.queries import current_files, open_uploads

PIECE_BYTES = 1024 * 1024  # what is lost at most when the line breaks


@page(Access.DRAFTER)
def new(request: HttpRequest) -> HttpResponse:
    """POST begins a draft and goes to it; a link that is only followed changes nothing and shows the list."""
    if request.method != "POST":
        return redirect("approvals:list")
    case = commands.create_draft(actor=request.actor)  # type: ignore[attr-defined]  # set by ActorMiddleware
    return redirect("approvals:draft", case.pk)


class DraftView(CommandView):
    """The page of one draft."""

    access = Access.DRAFTER
    form_class = DraftForm
    template_name = "approvals/draft.html"
    kept_revision: int | None = None  # of the text in the form, once it was saved

    @property
    def case(self) -> Case:
        """The draft as it is now."""
        return access.draft_for(case_id=self.kwargs["pk"], actor=self.actor)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A case that may no longer be edited is shown as a case."""
        if not rules.is_editable(self.case):
            return HttpResponseRedirect(reverse("approvals:case", args=[self.case.pk]))
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form offers the binders of this person."""
        return super().get_form_kwargs() | {"actor": self.actor}

    def get_initial(self) -> dict[str, Any]:
        """The text as it is kept."""
        kept = commands.text_of(self.case)
        return kept | {"binder": kept["binder_id"], "revision": self.case.revision}

    def run(self, form: DraftForm) -> str:
        """Save first, so that a refused submission loses nothing; then do what the button said."""
        case, verb = self.case, self.request.POST.get("verb", "keep")
        if verb == "discard":
            commands.discard_draft(case_id=case.pk, actor=self.actor)
            return reverse("approvals:list")
        case = save(case, form, self.actor)
        self.kept_revision = case.revision
        if verb != "submit":
            return reverse("approvals:list")
        which: dict[str, Any] = {"case_id": case.pk, "seen_revision": case.revision, "actor": self.actor}
        if case.version:
            commands.resubmit(**which, comment=form.cleaned_data["comment"])
        else:
            commands.submit_draft(**which)
        return reverse("approvals:case", args=[case.pk])

    def form_invalid(self, form: DraftForm) -> HttpResponse:
        """What is to be thrown away need not be right."""
        if self.request.POST.get("verb") == "discard" and not self.kept_revision:
            return HttpResponseRedirect(self.run(form))
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form with the route, the files and what is missing."""
        case = self.case
        conflict = kwargs.get("conflict")
        context = super().get_context_data(**kwargs)
        # What was not saved stays bound to the state it was typed on, so that sending it again cannot overwrite.
        revision = self.kept_revision or context["form"]["revision"].value()
        return (
            context
            | draft_context(case)
            | files_context(case)
            | {"open_uploads": open_uploads(case.record_id, self.actor), "upload_piece": PIECE_BYTES}
            | {"kept": kept_words(conflict, self.actor) if conflict else [], "returned": _returned(case)}
            | {"shown_revision": revision, "editable": rules.is_editable(case)}
        )


def save(case: Case, form: DraftForm, actor: Actor) -> Case:
    """Keep what the form says."""
    return commands.save_draft(case_id=case.pk, seen_revision=form.cleaned_data["revision"], actor=actor, **form.text())


@page(Access.DRAFTER)
@require_POST
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """What the page sends while somebody types; answers with the parts that change."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    case = access.draft_for(case_id=pk, actor=actor)
    form = DraftForm(request.POST, actor=actor)
    if not form.is_valid():
        sentences = [sentence for texts in form.errors.values() for sentence in texts]
        return render(request, "approvals/_unsaved.html", {"sentences": sentences}, status=422)
    try:
        case = save(case, form, actor)
    except Conflict as conflict:
        context = {"case": case, "conflict": conflict, "kept": kept_words(conflict, actor), "oob": True}
        return render(request, "approvals/_unsaved.html", context, status=conflict.status)
    except Refusal as refusal:
        return render(request, "approvals/_unsaved.html", {"sentences": [refusal.message]}, status=refusal.status)
    return render(request, "approvals/_draft_state.html", draft_context(case))


def draft_context(case: Case) -> dict[str, Any]:
    """What stands beside the text."""
    return {"case": case, "next_version": case.version + 1} | sheet.preview(case)


def files_context(case: Case) -> dict[str, Any]:
    """The attachments."""
    files = current_files(case.record_id)
    return {
        "files": files,
        "files_size": sum(file.blob.size for file in files),
        "most_file": settings.MAX_FILE_BYTES,
        "most_case": settings.MAX_CASE_BYTES,
    }


def kept_words(conflict: Refusal, actor: Actor) -> list[tuple[str, Any]]:
    """The text that another page saved, field by field, in words."""
    labels = {name: field.label for name, field in DraftForm.base_fields.items()}
    kept = dict(conflict.details.get("kept", {}))
    words: list[tuple[str, Any]] = []
    for name, value in kept.items():
        label = labels[name.removesuffix("_id")]
        words.append((str(label), _word(name, value, actor)))
    return words


def _word(name: str, value: Any, actor: Actor) -> str:
    if name == "level":
        return str(Level(value).label)
    if name == "disclosure":
        return str(Disclosure(value).label)
    if name == "binder_id":
        return str(visible_binders(actor).filter(pk=value).first() or _("なし"))
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    return str(value) if value not in (None, "") else _("(空)")


def _returned(case: Case) -> Any:
    """The last 差戻し, while it is being mended."""
    if case.state != "returned":
        return None
    return case.acts.filter(verb=Verb.RETURN, version=case.version).last()
