"""The page on which a drafter sets the route of his draft: who is asked beside his own line, and the routes he keeps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import access, commands, rules
from approvals.route_forms import RouteForm
from approvals.sheets import route as sheet
from config import clock
from config.web.pages import Access
from config.web.views import CommandView
from workflow.organization import queries as organization


class RouteView(CommandView):
    """Shows the route with every reason; adds and removes 合議 and 審査; keeps and applies routes."""

    access = Access.DRAFTER
    form_class = RouteForm
    template_name = "approvals/route.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The route of a case on its way stands on the page of the case."""
        case = access.draft_for(case_id=self.kwargs["pk"], actor=self.actor)
        if not rules.is_editable(case):
            return HttpResponseRedirect(reverse("approvals:case", args=[case.pk]))
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form offers the posts of today."""
        return super().get_form_kwargs() | {"posts": sheet.posts(organization.chart(on=clock.today()))}

    def get_initial(self) -> dict[str, Any]:
        """All at once, everybody is heard."""
        return {"group": 1, "days": 3}

    def run(self, form: RouteForm) -> str:
        """Do what the button said."""
        case_id, act, target = self.kwargs["pk"], form.cleaned_data["act"], form.cleaned_data["target"] or 0
        if act == "add":
            commands.add_consultation(case_id=case_id, actor=self.actor, **form.wanted())
        elif act == "remove":
            commands.remove_consultation(case_id=case_id, consultation_id=target, actor=self.actor)
        elif act == "save":
            commands.save_route(case_id=case_id, name=form.cleaned_data["name"], actor=self.actor)
        elif act == "apply":
            gone = commands.apply_route(case_id=case_id, route_id=target, actor=self.actor)
            if gone:
                missing = _("今日の組織図にない職は加えていません: %s") % "、".join(gone)
                messages.warning(self.request, missing)
        else:
            commands.forget_route(route_id=target, actor=self.actor)
        return reverse("approvals:route", args=[case_id])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The route as it is now; what was typed stands in the form."""
        case = access.draft_for(case_id=self.kwargs["pk"], actor=self.actor)
        found = {"current_entry": "approvals:list", "editable": rules.is_editable(case)}
        return super().get_context_data(**kwargs) | sheet.page(case) | found
