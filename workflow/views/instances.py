"""The page of a process: where it stands, what happened, the diagram; calling it off, and mending what stands still."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from config.commands import Actor
from config.web.pages import Access, page
from config.web.views import CommandView
from workflow import access, commands, sheets
from workflow.bpmn.encoding import in_utf8
from workflow.enums import Family
from workflow.forms import CancelForm, MendForm, ReturnForm
from workflow.sheets import Sheet


@page(Access.STAFF)
def begun(request: HttpRequest) -> HttpResponse:
    """The processes this person has to do with, newest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    shown = sheets.begun(actor=actor, after=request.GET.get("after", ""))
    context = {"page": shown, "may_begin": actor.post_id is not None, "is_first": "after" not in request.GET}
    return render(request, "workflow/begun.html", context)


class InstanceView(CommandView):
    """The page of one process; a drawn one (`bpmn`) or a hand-written one (`flow`)."""

    access = Access.STAFF
    form_class = CancelForm
    template_name = "workflow/instance.html"

    def sheet(self) -> Sheet:
        """What it shows now."""
        if self.kwargs["family"] == Family.FLOW:
            return sheets.loan_sheet(instance_id=self.kwargs["pk"], actor=self.actor)
        return sheets.instance_sheet(instance_id=self.kwargs["pk"], actor=self.actor)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Two forms stand on this page: their fields are told apart by id."""
        return super().get_form_kwargs() | {"auto_id": "cancel_%s"}

    def run(self, form: CancelForm) -> str:
        """Call it off; work that another app drives is called off on its pages."""
        if self.kwargs["family"] == Family.BPMN:
            access.check_plain(instance_id=self.kwargs["pk"], actor=self.actor)
        commands.cancel_instance(
            instance_id=self.kwargs["pk"],
            reason=form.cleaned_data["reason"],
            seen_revision=form.cleaned_data["revision"],
            family=Family(self.kwargs["family"]),
            actor=self.actor,
        )
        return reverse("workflow:instance", args=[self.kwargs["family"], self.kwargs["pk"]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The process as it is now, also after a refusal."""
        sheet = self.sheet()
        forms = {"cancel_form": CancelForm(auto_id="cancel_%s")}
        if sheet.returns:
            forms["return_form"] = ReturnForm(auto_id="return_%s", places=sheet.returns)
        return forms | super().get_context_data(**kwargs) | {"sheet": sheet} | self._bound(kwargs.get("form"))

    def _bound(self, form: Any) -> dict[str, Any]:
        """The form that was sent, with what was typed, in the place of the empty one."""
        names = {CancelForm: "cancel_form", ReturnForm: "return_form"}
        return {names[type(form)]: form} if type(form) in names else {}


class ReturnView(InstanceView):
    """The same page after somebody has tried to send the process back."""

    form_class = ReturnForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page of the process."""
        return HttpResponseRedirect(reverse("workflow:instance", args=[Family.BPMN, self.kwargs["pk"]]))

    def get_form_kwargs(self) -> dict[str, Any]:
        """Where it may go back to."""
        return super().get_form_kwargs() | {"auto_id": "return_%s", "places": self.sheet().returns}

    def run(self, form: ReturnForm) -> str:
        """Send it back; work that another app drives is sent back on its pages."""
        access.check_plain(instance_id=self.kwargs["pk"], actor=self.actor)
        commands.return_to(
            instance_id=self.kwargs["pk"],
            element_id=form.cleaned_data["element"],
            reason=form.cleaned_data["reason"],
            seen_revision=form.cleaned_data["revision"],
            actor=self.actor,
        )
        return reverse("workflow:instance", args=[Family.BPMN, self.kwargs["pk"]])


class MendView(InstanceView):
    """The same page after an operator has tried to mend an incident."""

    access = Access.ADMINISTRATOR
    form_class = MendForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page of the process."""
        return HttpResponseRedirect(reverse("workflow:instance", args=[Family.BPMN, self.kwargs["pk"]]))

    def get_form_kwargs(self) -> dict[str, Any]:
        """Fields of this form carry the number of their incident."""
        return super().get_form_kwargs() | {"auto_id": "mend_%s"}

    def run(self, form: MendForm) -> str:
        """Try again, or move on elsewhere; only for an incident of this very process."""
        said = form.cleaned_data
        access.stuck_instance_for(instance_id=self.kwargs["pk"], actor=self.actor)
        which: dict[str, Any] = {
            "incident_id": said["incident"],
            "seen_revision": said["revision"],
            "actor": self.actor,
        }
        if said["verb"] == "retry":
            commands.retry_incident(variables=said["values"], **which)
        else:
            commands.move_token(element_id=said["element"], reason=said["reason"], **which)
        return reverse("workflow:incidents")


@page(Access.STAFF)
def diagram(request: HttpRequest, pk: int) -> HttpResponse:
    """The model of a process as it was deployed, for whoever sees the process."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    stuck = access.stuck_instances(actor).filter(pk=pk).exists()
    find = access.stuck_instance_for if stuck else access.instance_for
    return xml_answer(bytes(find(instance_id=pk, actor=actor).definition.xml))


def xml_answer(xml: bytes, *, download_as: str = "") -> HttpResponse:
    """A model as an answer, shown to nobody as a page: byte for byte to keep, in UTF-8 to be drawn by the browser."""
    headers = {"Content-Disposition": f'attachment; filename="{download_as}"'} if download_as else {}
    content = xml if download_as else in_utf8(xml)
    return HttpResponse(content, content_type="application/xml", headers=headers)


@page(Access.ADMINISTRATOR)
def incidents(request: HttpRequest) -> HttpResponse:
    """What stands still, oldest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return render(request, "workflow/incidents.html", {"rows": sheets.stuck(actor=actor)})
