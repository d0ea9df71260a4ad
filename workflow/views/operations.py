"""Looking after running processes: which there are, where each stands, letting one rest and go on."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from config.commands import Actor
from config.web.pages import Access, page
from config.web.views import CommandView
from workflow import commands
from workflow.forms import RestForm
from workflow.sheets import operations as sheet


@page(Access.ADMINISTRATOR)
def operations(request: HttpRequest) -> HttpResponse:
    """The newest that run, or those whose number begins as asked."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    number = request.GET.get("number", "").strip()[:100]
    rows = sheet.running(actor=actor, number=number)
    return render(request, "workflow/operations.html", {"rows": rows, "number": number, "most": sheet.LISTED})


class OperationView(CommandView):
    """One of them."""

    access = Access.ADMINISTRATOR
    form_class = RestForm
    template_name = "workflow/operation.html"

    def run(self, form: RestForm) -> str:
        """Let it rest, or go on."""
        said = form.cleaned_data
        commands.suspend_instance(
            instance_id=self.kwargs["pk"],
            rests=said["verb"] == "rest",
            reason=said["reason"],
            seen_revision=said["revision"],
            actor=self.actor,
        )
        return reverse("workflow:operation", args=[self.kwargs["pk"]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """As it is now, also after a refusal."""
        asked, after = self.request.GET, self.request.GET.get("after", "")
        shown = sheet.operation(
            instance_id=self.kwargs["pk"],
            actor=self.actor,
            element=asked.get("element", ""),
            after=int(after) if after.isdecimal() and len(after) < 10 else 0,
        )
        return super().get_context_data(**kwargs) | {"shown": shown}
