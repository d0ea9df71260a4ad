"""Staff: the list of a day, one person with his history, and what an administrator does about him."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from config import clock
from config.errors import NotFound
from config.web.pages import Access, page
from config.web.views import CommandView
from workflow.organization import commands, open_work, queries
from workflow.organization.commands import Rescue, Way
from workflow.organization.forms import AppointForm, BackForm, EndForm, LeaveForm
from workflow.organization.models import Standing
from workflow.organization.sheets import chart as charts
from workflow.organization.sheets import staff as sheets
from workflow.organization.views.days import asked_day


@page(Access.ADMINISTRATOR)
def people(request: HttpRequest) -> HttpResponse:
    """職員 of a day, by number, name, ふりがな or 旧姓."""
    day = asked_day(request)
    text = request.GET.get("text", "")[:100]
    rows, following = sheets.people(day, text, request.GET.get("after", "")[:20])
    context = {
        "rows": rows,
        "next_after": following,
        "text": text,
        "day": day,
        "today": clock.today(),
        "may_keep": True,
        "tab": "staff",
    }
    return render(request, "organization/people.html", context)


@page(Access.ADMINISTRATOR)
def person(request: HttpRequest, code: str) -> HttpResponse:
    """One person: names, 任用, posts then, now and registered."""
    staff = sheets.person_for(code)
    today = clock.today()
    profiles = sheets.profiles(staff)
    now = next((row for row in profiles if row.valid_from <= today), profiles[-1] if profiles else None)
    context = {
        "staff": staff,
        "now": now,
        "profiles": profiles,
        "stays": sheets.stays(staff, today),
        "is_on_leave": now is not None and now.standing == Standing.LEAVE,
        "has_left": now is not None and now.standing == Standing.LEFT,
        "work": open_work.of_person(staff.pk),
        "today": today,
        "may_keep": True,
        "tab": "staff",
    }
    return render(request, "organization/person.html", context)


class PersonView(CommandView):
    """A page that does something about one person."""

    access = Access.ADMINISTRATOR

    def back(self) -> str:
        """His page."""
        return reverse("organization:person", args=[self.kwargs["code"]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The person."""
        staff = sheets.person_for(self.kwargs["code"])
        shown = {"staff": staff, "back": self.back(), "tab": "staff", "may_keep": True}
        return super().get_context_data(**kwargs) | shown


class LeaveView(PersonView):
    """退職・休職 at once or from a day on, with what becomes of the open work."""

    confirms = True
    form_class = LeaveForm
    template_name = "organization/leave.html"

    def run(self, form: LeaveForm) -> str:
        """Do it, all of it or nothing."""
        day: dt.date = form.cleaned_data["on"]
        if form.cleaned_data["standing"] == Standing.LEFT:
            act, told = commands.retire_staff, _("%(name)sを退職にしました。")
        else:
            act, told = commands.suspend_staff, _("%(name)sを休職にしました。")
        staff = act(
            code=self.kwargs["code"],
            on=day,
            reason=form.cleaned_data["reason"],
            rescues=self._rescues() if day <= clock.today() else (),
            actor=self.actor,
        )
        messages.success(self.request, told % {"name": staff.name})
        return self.back()

    def _rescues(self) -> list[Rescue]:
        posted = self.request.POST
        keys = [name.removeprefix("way-") for name in posted if name.startswith("way-")]
        return [
            Rescue(key, Way(posted[f"way-{key}"]), posted.get(f"to-{key}", ""))
            for key in keys
            if posted[f"way-{key}"] in set(Way)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What waits for him, with what was chosen."""
        context = super().get_context_data(**kwargs)
        chosen = {rescue.key: rescue for rescue in self._rescues()}
        context["work"] = [
            {
                "work": work,
                "way": str(chosen[work.key].way) if work.key in chosen else ("queue" if work.is_bound else "next"),
                "to": chosen[work.key].staff_code if work.key in chosen else "",
            }
            for work in open_work.of_person(context["staff"].pk)
        ]
        return context


class BackView(PersonView):
    """復職."""

    form_class = BackForm
    template_name = "web/form.html"

    def run(self, form: BackForm) -> str:
        """Bring him back."""
        staff = commands.reinstate_staff(
            code=self.kwargs["code"], on=form.cleaned_data["on"], reason=form.cleaned_data["reason"], actor=self.actor
        )
        messages.success(self.request, _("%(name)sを復職にしました。") % {"name": staff.name})
        return self.back()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Words of the page."""
        context = super().get_context_data(**kwargs)
        heading = _("%(name)sを復職にする") % {"name": context["staff"].name}
        return context | {"heading": heading, "action_label": _("復職にする")}


class AppointView(PersonView):
    """兼務, 事務取扱 and the like for one person, without a file."""

    form_class = AppointForm
    template_name = "web/form.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The posts of today and of the day asked."""
        chart = queries.chart()
        posts = [
            (post.id, charts.post_title(chart, post)) for post in chart.posts.values() if post.unit_id in chart.units
        ]
        return super().get_form_kwargs() | {"posts": sorted(posts, key=lambda post: post[1])}

    def run(self, form: AppointForm) -> str:
        """Appoint him."""
        row = commands.appoint(
            staff_code=self.kwargs["code"],
            post_id=int(form.cleaned_data["post"]),
            kind=form.cleaned_data["kind"],
            valid_from=form.cleaned_data["on"],
            actor=self.actor,
        )
        told = _("%(post)s に任用しました(%(kind)s)。") % {"post": row.post, "kind": row.get_kind_display()}
        messages.success(self.request, told)
        return self.back()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Words of the page."""
        context = super().get_context_data(**kwargs)
        heading = _("%(name)sを任用する") % {"name": context["staff"].name}
        return context | {"heading": heading, "action_label": _("任用する")}


class EndView(PersonView):
    """The end of one appointment."""

    form_class = EndForm
    template_name = "web/form.html"

    def run(self, form: EndForm) -> str:
        """End it."""
        row = self._row()
        commands.end_appointment(appointment_id=row.pk, valid_to=form.first_day_after(), actor=self.actor)
        messages.success(self.request, _("%(post)s の任用を終えました。") % {"post": row.post})
        return self.back()

    def _row(self) -> Any:
        staff = sheets.person_for(self.kwargs["code"])
        row = staff.appointments.filter(pk=self.kwargs["number"]).select_related("post__unit").first()
        if row is None:
            raise NotFound(_("任用がありません。"))
        return row

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Words of the page."""
        context = super().get_context_data(**kwargs)
        heading = _("%(name)sの %(post)s を終える") % {"name": context["staff"].name, "post": self._row().post}
        return context | {"heading": heading, "action_label": _("終える")}
