"""The organisation of a day, and what is amiss in it."""

from __future__ import annotations

import csv
import io

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor, Role
from config.errors import NotFound
from config.web.pages import Access, page
from config.web.views import CommandView
from workflow.organization import commands, open_work
from workflow.organization.commands import Rescue, Way
from workflow.organization.forms import ReasonForm
from workflow.organization.imports.columns import CORRESPONDENCE
from workflow.organization.sheets import chart as sheets
from workflow.organization.views.days import asked_day


def keeps(request: HttpRequest) -> bool:
    """Whether the reader keeps the masters."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor.has(Role.ADMINISTRATOR)


@page(Access.STAFF)
def chart(request: HttpRequest) -> HttpResponse:
    """組織図 of any day, past or future; every member of staff may look at it."""
    day = asked_day(request)
    context = {
        "rows": sheets.tree(sheets.chart_of(day)),
        "day": day,
        "today": clock.today(),
        "may_keep": keeps(request),
        "tab": "chart",
    }
    return render(request, "organization/chart.html", context)


@page(Access.ADMINISTRATOR)
def exceptions(request: HttpRequest) -> HttpResponse:
    """What is amiss on a day: posts without a person, staff without a post; and work that nobody can do now."""
    day = asked_day(request)
    context = {
        "day": day,
        "today": clock.today(),
        "vacancies": sheets.vacancies(sheets.chart_of(day)),
        "idle": sheets.without_post(day),
        "work": open_work.unattended(),
        "may_keep": True,
        "tab": "exceptions",
    }
    return render(request, "organization/exceptions.html", context)


class RescueView(CommandView):
    """Giving work that nobody can do to somebody."""

    access = Access.ADMINISTRATOR
    form_class = ReasonForm
    template_name = "organization/rescue.html"

    def run(self, form: ReasonForm) -> str:
        """Give it; back to the list."""
        way = self.request.POST.get("way", "")
        rescue = Rescue(
            self.kwargs["key"],
            Way(way) if way in set(Way) else Way.QUEUE,
            self.request.POST.get(f"to-{self.kwargs['key']}", ""),
        )
        commands.rescue_work(rescue=rescue, reason=form.cleaned_data["reason"], actor=self.actor)
        messages.success(self.request, _("作業を渡しました。"))
        return reverse("organization:exceptions")

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """The work."""
        work = next(
            (work for work in open_work.unattended() if work.key == self.kwargs["key"] and not work.mended_at), None
        )
        if work is None and "conflict" not in kwargs:
            raise NotFound(_("この作業には、もう受け取る人がいます。"))
        posted = self.request.POST
        more = {"work": work, "way": posted.get("way", ""), "to": posted.get(f"to-{self.kwargs['key']}", "")}
        return super().get_context_data(**kwargs) | more | {"tab": "exceptions", "may_keep": True}


@page(Access.STAFF)
def correspondence(request: HttpRequest) -> HttpResponse:
    """新旧対応表: which unit became which, and when; also as a file."""
    rows = sheets.correspondence()
    if "csv" in request.GET:
        text = io.StringIO()
        out = csv.writer(text)
        out.writerow(CORRESPONDENCE)
        out.writerows([row.on, row.way, row.old_code, row.old, row.new_code, row.new] for row in rows)
        answer = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="correspondence.csv"'
        return answer
    context = {"rows": rows, "today": clock.today(), "may_keep": keeps(request), "tab": "reform"}
    return render(request, "organization/correspondence.html", context)
