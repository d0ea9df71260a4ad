"""組織改正: another name for a unit, or units that become others.  Both are registered on the page of the batch."""

from __future__ import annotations

from typing import Any

from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from config import clock
from config.errors import Invalid, NotFound
from config.web.pages import Access, page
from config.web.views import CommandView
from workflow.organization import commands
from workflow.organization.chart import Chart
from workflow.organization.commands import NewUnit
from workflow.organization.forms import NewUnitForm, ReformForm, RenameForm
from workflow.organization.sheets import chart as sheets

NewUnits = formset_factory(NewUnitForm, extra=4, max_num=4, absolute_max=4)


@page(Access.ADMINISTRATOR)
def choose(request: HttpRequest) -> HttpResponse:
    """Which units are to change."""
    context = {"rows": sheets.tree(sheets.chart_of(clock.today())), "tab": "reform", "may_keep": True}
    return render(request, "organization/reform_choose.html", context)


class RenameView(CommandView):
    """名称変更・移管 of one unit."""

    access = Access.ADMINISTRATOR
    form_class = RenameForm
    template_name = "web/form.html"

    def _unit(self) -> Any:
        chart = sheets.chart_of(clock.today())
        unit = next((unit for unit in chart.units.values() if unit.code == self.kwargs["code"]), None)
        if unit is None:
            raise NotFound(_("所属がありません。"))
        return unit, chart

    def get_initial(self) -> dict[str, Any]:
        """As it is today."""
        unit, chart = self._unit()
        parent = chart.units.get(unit.parent_id)
        return {
            "name": unit.name,
            "short_name": unit.short_name,
            "symbol": unit.symbol,
            "kind": unit.kind,
            "parent": parent.code if parent is not None else "",
        }

    def run(self, form: RenameForm) -> str:
        """Prepare it; on to what it comes to."""
        values = {name: form.cleaned_data[name] for name in ("name", "short_name", "symbol", "kind", "parent")}
        batch = commands.draft_rename(
            code=self.kwargs["code"],
            values=values,
            effective_on=form.cleaned_data["effective_on"],
            reason=form.cleaned_data["reason"],
            actor=self.actor,
        )
        return reverse("organization:batch", args=[batch.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Words of the page."""
        unit, _chart = self._unit()
        return super().get_context_data(**kwargs) | {
            "heading": _("%(unit)sの名称・所属先を変える") % {"unit": unit.name},
            "action_label": _("確認へ進む"),
            "back": reverse("organization:reform"),
        }


class ReformView(CommandView):
    """統合・分割・改編: the units chosen end, new ones begin, posts and people go where the page says."""

    access = Access.ADMINISTRATOR
    form_class = ReformForm
    template_name = "organization/reform.html"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Without a chosen unit there is nothing to say."""
        if not self._codes():
            return HttpResponseRedirect(reverse("organization:reform"))
        return super().dispatch(request, *args, **kwargs)

    def _codes(self) -> list[str]:
        return self.request.POST.getlist("old") or self.request.GET.getlist("old")

    def run(self, form: ReformForm) -> str:
        """Prepare it; on to what it comes to."""
        units = self._new_units()
        if not units.is_valid():
            raise Invalid(_("新しい所属の入力を確かめてください。"))
        written = [data for data in (one.cleaned_data for one in units) if data.get("code")]
        new = [NewUnit(d["code"], d["name"], d["short_name"], d["symbol"]) for d in written]
        batch = commands.draft_reform(
            old_codes=self._codes(),
            new_units=new,
            heirs=self._heirs([unit.code for unit in new]),
            effective_on=form.cleaned_data["effective_on"],
            reason=form.cleaned_data["reason"],
            actor=self.actor,
        )
        return reverse("organization:batch", args=[batch.pk])

    def _new_units(self) -> Any:
        return NewUnits(self.request.POST or None, prefix="new")

    def _heirs(self, codes: list[str]) -> dict[tuple[str, str], str]:
        """Posts and units below, by the number of the new unit that takes them over."""
        heirs = {}
        for name, place in self.request.POST.items():
            if name.startswith("heir-"):
                unit, _bar, post = name.removeprefix("heir-").partition("|")
                chosen = int(place) if place.isdecimal() else 0
                if chosen > len(codes):
                    raise Invalid(_("引き継ぐ所属を、書いた新しい所属から選んでください。"), code="unknown_heir")
                heirs[(unit, post)] = codes[chosen - 1] if chosen else ""
        return heirs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The units, their posts and what is below them."""
        chart = sheets.chart_of(clock.today())
        old = [unit for unit in chart.units.values() if unit.code in self._codes()]
        units = kwargs.pop("units", None) or self._new_units()
        return super().get_context_data(**kwargs) | {
            "old": old,
            "lines": self._lines(chart, {unit.id for unit in old}),
            "units": units,
            "places": range(1, NewUnits.max_num + 1),
            "tab": "reform",
            "may_keep": True,
        }

    def _lines(self, chart: Chart, old: set[int]) -> list[dict[str, Any]]:
        """What has to go somewhere: units below, then posts with who sits in them."""
        lines = []
        for unit in sorted(chart.units.values(), key=lambda unit: unit.code):
            if unit.parent_id in old and unit.id not in old:
                lines.append(self._line(unit.code, "", unit.name, _("下の所属")))
        for post in chart.posts.values():
            if post.unit_id in old:
                people = ", ".join(holder.name for holder in post.holders) or _("欠員")
                lines.append(
                    self._line(chart.units[post.unit_id].code, post.name, sheets.post_title(chart, post), people)
                )
        return lines

    def _line(self, code: str, post: str, label: str, people: str) -> dict[str, Any]:
        name = f"heir-{code}|{post}"
        return {
            "name": name,
            "label": label,
            "people": people,
            "chosen": self.request.POST.get(name, "1"),
            "is_unit": not post,
        }
