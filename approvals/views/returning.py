"""差戻しの内容を決める: a page of its own, and where the dialog on the case page is sent."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import access, commands, rules
from approvals.forms import ReturnForm
from approvals.models import Resume
from approvals.sheets import returning as sheet
from config.web.pages import Access
from config.web.views import CommandView


class ReturnView(CommandView):
    """Asks to whom a case goes back, and from whom it goes on."""

    access = Access.STAFF
    form_class = ReturnForm
    template_name = "approvals/return.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only whoever's turn it is is asked."""
        case = access.case_for(case_id=self.kwargs["pk"], actor=self.actor)
        rules.check(
            rules.may_return(access.standing_of(case, self.actor)),
            _("この案件を差し戻せるのは、いまの段の職にある人だけです。"),
        )
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """Usually the drafter mends it and everybody looks again."""
        return {"resume": Resume.RESTART}

    def run(self, form: ReturnForm) -> str:
        """Return it."""
        said, case_id = form.cleaned_data, self.kwargs["pk"]
        commands.return_case(
            case_id=case_id,
            step_id=said["step"],
            seen_revision=said["revision"],
            to_step_id=said["to"],
            resume=said["resume"],
            reason=said["reason"],
            actor=self.actor,
        )
        return reverse("approvals:case", args=[case_id])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The choices as they are now; what was typed stands in the form."""
        case = access.case_for(case_id=self.kwargs["pk"], actor=self.actor)
        standing = access.standing_of(case, self.actor)
        found: dict[str, Any] = {"case": case, "step": standing.step, "current_entry": "workflow:inbox"}
        if rules.may_return(standing) and standing.step is not None:
            present = list(case.steps.filter(version=case.version).order_by("position"))
            found["returning"] = sheet.page(case, standing.step, present, self.actor.name)
        return super().get_context_data(**kwargs) | found
