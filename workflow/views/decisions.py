"""The store of decisions: the tables in their versions, trying one, and handing in a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.commands import Role
from config.errors import Invalid, NotFound
from config.web.pages import Access, page
from config.web.views import CommandView, put_errors
from workflow import access, commands, rules
from workflow.decision_check import read_decisions
from workflow.decision_forms import DecisionsForm, TrialForm
from workflow.engine.nodes.base import Trouble
from workflow.expressions import ExpressionError
from workflow.models import DecisionDefinition
from workflow.sheets import decisions as sheets
from workflow.views.definitions import in_words
from workflow.views.instances import xml_answer


class DecisionsView(CommandView):
    """Every decision with its newest version.  Everybody reads them; an administrator hands in files."""

    access = Access.STAFF
    form_class = DecisionsForm
    template_name = "workflow/decisions.html"

    def form_valid(self, form: DecisionsForm) -> HttpResponse:
        """Check or deploy; what is wrong with the file is shown with its place."""
        xml = form.cleaned_data["file"]
        try:
            if self.request.POST.get("verb") == "check":
                rules.check_may_deploy_decisions(self.actor)
                names = _("、").join(part.name or part.id for part in read_decisions(xml))
                return self.render_to_response(self.get_context_data(form=self.form_class()) | {"checked": names})
            found = commands.deploy_decisions(xml=xml, actor=self.actor)
        except Invalid as refused:
            return self._refused(form, refused)
        for view in found:
            sentence = (
                _("判断表「%(name)s」の第%(version)s版を登録しました。")
                if view.is_new
                else _("判断表「%(name)s」は第%(version)s版と同じ内容です。新しい版は作りませんでした。")
            )
            messages.success(self.request, sentence % {"name": view.name, "version": view.version})
        return HttpResponseRedirect(reverse("workflow:decision", args=[found[0].key, found[0].version]))

    def _refused(self, form: DecisionsForm, refused: Invalid) -> HttpResponse:
        put_errors(form, refused)
        shown = self.get_context_data(form=form) | {"findings": in_words(refused.details.get("findings", ()))}
        return self.render_to_response(shown, status=refused.status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list."""
        rows = list(sheets.decisions())
        return super().get_context_data(**kwargs) | {"rows": rows, "may_deploy": self.actor.has(Role.ADMINISTRATOR)}


@page(Access.STAFF)
def decision(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """One version as a table, with the list of all versions."""
    rows = list(sheets.decision_versions(key))
    shown = next((row for row in rows if row.version == version), None)
    if shown is None:
        raise NotFound(access.NO_DECISION)
    context = {"shown": shown, "rows": rows, "lines": sheets.drawn(shown), "beside": list(sheets.beside(shown))}
    return render(request, "workflow/decision.html", context)


@page(Access.STAFF)
def decision_model(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """The file as it was handed in, byte for byte."""
    found = access.decision_for(key=key, version=version)
    return xml_answer(bytes(found.xml), download_as=f"decision-{found.pk}-v{found.version}.dmn")


class TrialView(CommandView):
    """Trying a decision with values; nothing is stored."""

    access = Access.STAFF
    form_class = TrialForm
    template_name = "workflow/decision_trial.html"

    def row(self) -> DecisionDefinition:
        """The version that is tried."""
        if not hasattr(self, "_row"):
            self._row = access.decision_for(**self.kwargs)
        return self._row

    def get_form_kwargs(self) -> dict[str, Any]:
        """What the decision needs."""
        return super().get_form_kwargs() | {"wanted": [(each.name, each.type) for each in sheets.wanted(self.row())]}

    def form_valid(self, form: TrialForm) -> HttpResponse:
        """The result, and the rules that made it; or why there is none."""
        shown = self.get_context_data(form=form)
        try:
            return self.render_to_response(shown | {"tried": sheets.tried(self.row(), form.values())})
        except (Trouble, ExpressionError) as odd:
            japanese = (get_language() or "ja").startswith("ja")
            return self.render_to_response(shown | {"trouble": odd.ja if japanese else odd.en})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which decision."""
        return super().get_context_data(**kwargs) | {"shown": self.row()}
