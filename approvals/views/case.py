"""The case page: everything about one case, and what this person may do to it now."""

from __future__ import annotations

import contextlib
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from approvals import access, commands
from approvals.forms import ActForm
from approvals.models import Case
from approvals.sheets import case as sheet
from config.errors import Conflict
from config.web.pages import Access, page
from config.web.views import CommandView
from workflow import queries as processes


@page(Access.STAFF)
def of_instance(request: HttpRequest, instance_id: int) -> HttpResponse:
    """From a process to its case."""
    found = access.case_of_instance(instance_id=instance_id, actor=request.actor)  # type: ignore[attr-defined]  # set by ActorMiddleware
    asked = request.GET.urlencode()  # the inbox says which of its lists this was opened from
    return redirect(reverse("approvals:case", args=[found.pk]) + (f"?{asked}" if asked else ""))


STEP_VERBS = {"approve": commands.approve_step, "decide": commands.decide}
OPPOSING = {"oppose": "drafter", "oppose_up": "superior"}


def is_decision_to_confirm(request: HttpRequest) -> bool:
    """Whether this is a 決裁, and the city wants to be sure who decides."""
    return bool(settings.CONFIRM_DECISIONS) and request.POST.get("verb") == "decide"


class CaseView(CommandView):
    """Shows a case; its buttons post here."""

    access = Access.STAFF
    confirms = staticmethod(is_decision_to_confirm)
    form_class = ActForm
    template_name = "approvals/case.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it; a first look by whoever's turn it is is noted."""
        case = self.fresh_case()
        if access.is_first_look(case, self.actor):
            with contextlib.suppress(Conflict):
                commands.note_opened(case_id=case.pk, actor=self.actor)
        return super().get(request, *args, **kwargs)

    def fresh_case(self) -> Case:
        """The case as it is now."""
        return access.case_for(case_id=self.kwargs["pk"], actor=self.actor)

    def run(self, form: ActForm) -> str:
        """Do what the button said."""
        said, verb = form.cleaned_data, form.cleaned_data["verb"]
        case_id: int = self.kwargs["pk"]
        which: dict[str, Any] = {"case_id": case_id, "seen_revision": said["revision"], "actor": self.actor}
        if verb == "complete":
            commands.complete_case(**which)
        elif verb == "take_back":
            commands.take_back(**which, reason=said["comment"])
        elif verb in OPPOSING:
            commands.oppose(**which, step_id=said["step"] or 0, reason=said["comment"], to=OPPOSING[verb])
        else:
            STEP_VERBS[verb](**which, step_id=said["step"] or 0, comment=said["comment"])
        asked = self.request.GET.urlencode()
        return reverse("approvals:case", args=[case_id]) + (f"?{asked}" if asked else "")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The fresh case, also after a refusal: what was typed stands in the form."""
        case, asked = self.fresh_case(), self.request.GET
        place = {name: asked.get(name, "") for name in ("tab", "order")}
        turn = processes.turn(instance_id=case.instance_id, actor=self.actor, **place) if case.instance_id else None
        return super().get_context_data(**kwargs) | sheet.page(case, self.actor) | {"turn": turn, "place": place}
