"""The page of a plain piece of work, and the form that begins a loan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.pages import Access
from config.web.views import CommandView
from workflow import access, commands, known_forms, rules, sheets
from workflow.enums import Family
from workflow.field_forms import WorkForm
from workflow.forms import HoldForm, LoanForm
from workflow.item_kinds import Hold, kind_of
from workflow.runtime.definitions import process_of
from workflow.runtime.step import seen_at


class ItemView(CommandView):
    """A user task of a drawn process, or a task of a hand-written flow."""

    access = Access.STAFF
    form_class = WorkForm
    template_name = "workflow/item.html"

    @property
    def is_flow(self) -> bool:
        """Whether a hand-written flow drives it."""
        return bool(self.kwargs["family"] == Family.FLOW)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Work with pages of its own is done there."""
        if not self.is_flow:
            item = access.item_for(item_id=self.kwargs["pk"], actor=self.actor)
            if kind_of(item.kind).own_pages:
                return HttpResponseRedirect(kind_of(item.kind).url_of_instance(item.process_id))
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form asks for the fields of the model, and for what the next branch reads beside them."""
        asked: dict[str, Any] = {"wanted": []}
        if not self.is_flow:
            item = access.item_for(item_id=self.kwargs["pk"], actor=self.actor)
            process = process_of(item.process.definition)
            if item.finished is not None:  # nothing is asked any longer; a later version may not even have the element
                return super().get_form_kwargs() | asked
            element, values = process.elements[item.element_id], seen_at(item)
            asked["wanted"] = sheets.wanted_values(process, element)
            drawn = known_forms.fields_of(element)
            there = {name for name, value in values.items() if isinstance(value, list | dict)}
            if drawn is not None:
                there = {field.id for field in drawn} | values.keys()
            asked["wanted"] = [name for name in asked["wanted"] if name not in there]
            asked |= {"drawn": drawn or (), "values": values}
        return super().get_form_kwargs() | asked

    def get_initial(self) -> dict[str, Any]:
        """What the page has seen."""
        return {"revision": self._sheet_of()[0].revision}

    def run(self, form: WorkForm) -> str:
        """Do it; work with pages of its own is done only there."""
        if not self.is_flow:
            item = access.item_for(item_id=self.kwargs["pk"], actor=self.actor)
            rules.check_generic(not kind_of(item.kind).own_pages)
        commands.complete_item(
            item_id=self.kwargs["pk"],
            seen_revision=form.cleaned_data["revision"],
            variables=form.variables(),
            family=Family(self.kwargs["family"]),
            actor=self.actor,
        )
        messages.success(self.request, _("作業を済ませました。"))
        return reverse("workflow:inbox")

    def _sheet_of(self) -> tuple[sheets.Sheet, str, bool]:
        """The process, the name of the work, and whether it is open."""
        number = self.kwargs["pk"]
        if self.is_flow:
            task = access.task_for(task_id=number, actor=self.actor)
            sheet = sheets.loan_sheet(instance_id=task.process_id, actor=self.actor)
            return sheet, sheets.name_of_task(task), task.finished is None
        item = access.item_for(item_id=number, actor=self.actor)
        sheet = sheets.instance_sheet(instance_id=item.process_id, actor=self.actor)
        return sheet, item.element_name, item.finished is None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The work as it is now, also after a refusal."""
        sheet, name, is_open = self._sheet_of()
        url = reverse("workflow:item", args=[self.kwargs["family"], self.kwargs["pk"]])
        mine = [waiting for waiting in sheet.waiting if waiting.url == url]
        return super().get_context_data(**kwargs) | {
            "sheet": sheet,
            "pk": self.kwargs["pk"],
            "element": name,
            "is_open": is_open,
            "waiting": mine[0] if mine else None,
            "follow_up": None
            if self.is_flow
            else access.item_for(item_id=self.kwargs["pk"], actor=self.actor).scheduled,
            "may_complete": is_open and bool(mine) and mine[0].hold is not Hold.OTHER,
        }


class HoldView(CommandView):
    """Taking a shared piece of work, or giving it back; opened by itself, the form that gives it back for a colleague."""

    access = Access.STAFF
    form_class = HoldForm
    template_name = "web/form.html"

    def get_initial(self) -> dict[str, Any]:
        """Opened by itself it gives back, and then leads to the inbox."""
        return {"verb": "give_back", "back": "inbox"}

    def run(self, form: HoldForm) -> str:
        """Take it or give it back; then on where the person was."""
        family, number = self.kwargs["family"], self.kwargs["pk"]
        which: dict[str, Any] = {"item_id": number, "family": Family(family), "actor": self.actor}
        if form.cleaned_data["verb"] == "give_back":
            commands.give_back_item(reason=form.cleaned_data["reason"], **which)
            messages.success(self.request, _("受持ちを外しました。"))
        else:
            commands.take_item(**which)
            messages.success(self.request, _("この作業を受け持ちました。"))
        if form.cleaned_data["back"] == "inbox":
            return reverse("workflow:inbox")
        return reverse("workflow:item", args=[family, number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose work it is, and the way back."""
        if self.kwargs["family"] == Family.FLOW:
            task = access.task_for(task_id=self.kwargs["pk"], actor=self.actor)
            name = sheets.name_of_task(task)
        else:
            task = access.item_for(item_id=self.kwargs["pk"], actor=self.actor)
            name = task.element_name
        heading = _("「%(name)s」の受持ちを外す") % {"name": name}
        if task.owner is not None:
            heading = _("「%(name)s」の受持ち(%(holder)s)を外す") % {"name": name, "holder": task.owner.name}
        shown = {"heading": heading, "action_label": _("受持ちを外す"), "back": reverse("workflow:inbox")}
        return super().get_context_data(**kwargs) | shown


class LoanView(CommandView):
    """Asking to borrow something."""

    access = Access.DRAFTER
    form_class = LoanForm
    template_name = "workflow/loan.html"

    def get_initial(self) -> dict[str, Any]:
        """Today, for a week."""
        return LoanForm.suggested()

    def run(self, form: LoanForm) -> str:
        """Begin."""
        loan = commands.start_loan(actor=self.actor, **form.cleaned_data)
        messages.success(self.request, _("貸出を申請しました。"))
        return reverse("workflow:instance", args=[Family.FLOW, loan.id])
