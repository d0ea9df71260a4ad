"""The definition store: processes in their versions, their models, and handing in a new one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.commands import Actor, Role
from config.errors import Invalid, NotFound
from config.web.pages import Access, page
from config.web.views import CommandView, put_errors
from workflow import access, commands, known_forms, queries, rules, sheets
from workflow.bpmn.model import Finding
from workflow.field_forms import BeginForm
from workflow.forms import DeployForm
from workflow.models import ProcessDefinition
from workflow.runtime.definitions import is_generic, process_of
from workflow.runtime.starters import is_offered
from workflow.views.instances import xml_answer


class DefinitionsView(CommandView):
    """Every process with its newest version.  Everybody reads them; an administrator hands in models."""

    access = Access.STAFF
    form_class = DeployForm
    template_name = "workflow/definitions.html"

    def form_valid(self, form: DeployForm) -> HttpResponse:
        """Check or deploy; what is wrong with the model is shown with its place."""
        if self.request.POST.get("verb") == "check":
            return self._check(form)
        try:
            found = commands.deploy_definition(
                xml=form.cleaned_data["file"], actor=self.actor, with_breaches=form.cleaned_data["with_breaches"]
            )
        except Invalid as refused:
            return self._refused(form, refused)
        for stored in (found, *found.others):
            told = (
                _("「%(name)s」の第%(version)s版を登録しました。")
                if stored.is_new
                else _("「%(name)s」は第%(version)s版と同じ内容です。新しい版は作りませんでした。")
            )
            messages.success(self.request, told % {"name": stored.name, "version": stored.version})
        for line in in_words(found.warnings):
            messages.warning(self.request, line["sentence"])
        return HttpResponseRedirect(reverse("workflow:definition", args=[found.key, found.version]))

    def _check(self, form: DeployForm) -> HttpResponse:
        """Say what the check finds; nothing is stored."""
        rules.check_may_deploy(self.actor)
        try:
            processes, findings = queries.read_model(
                form.cleaned_data["file"], with_breaches=form.cleaned_data["with_breaches"]
            )
        except Invalid as refused:
            return self._refused(form, refused)
        names = "、".join(process.name or process.id for process in processes)
        checked = {"checked": names, "findings": in_words(findings)}
        return self.render_to_response(self.get_context_data(form=self.form_class()) | checked)

    def _refused(self, form: DeployForm, refused: Invalid) -> HttpResponse:
        put_errors(form, refused)
        shown = self.get_context_data(form=form) | {
            "findings": in_words(refused.details.get("findings", ())),
            "breaches": refused.code == "breaks_rules",
        }
        return self.render_to_response(shown, status=refused.status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list."""
        rows = list(sheets.definitions())
        return super().get_context_data(**kwargs) | {"rows": rows, "may_deploy": self.actor.has(Role.ADMINISTRATOR)}


def in_words(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """Findings in the reader's language."""
    japanese = (get_language() or "ja").startswith("ja")
    return [
        {
            "level": finding.level,
            "sentence": finding.ja if japanese else finding.en,
            "element": finding.element_id,
            "line": finding.line,
            "column": finding.column,
        }
        for finding in findings
    ]


@page(Access.STAFF)
def definition(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """One version, drawn, with the list of all versions."""
    rows = list(sheets.versions(key))
    shown = next((row for row in rows if row.version == version), None)
    if shown is None:
        raise NotFound(access.NO_DEFINITION)
    process = process_of(shown)
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    context = {
        "shown": shown,
        "rows": rows,
        "outline": sheets.outline(process, {}),
        "tag": process.node.foreign("versionTag"),
        "may_start": shown == rows[0]
        and is_generic(process)
        and actor.post_id is not None
        and is_offered(process, actor),
    }
    return render(request, "workflow/definition.html", context)


@page(Access.STAFF)
def model(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """The model as it was drawn; as a download, byte for byte."""
    found = access.definition_for(key=key, version=version)
    name = f"definition-{found.pk}-v{found.version}.bpmn" if "download" in request.GET else ""
    return xml_answer(bytes(found.xml), download_as=name)


class StartView(CommandView):
    """Beginning a process whose work is done on the plain pages."""

    access = Access.DRAFTER
    form_class = BeginForm
    template_name = "web/form.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form asks for the fields of the start event."""
        process = process_of(self._newest())
        rules.check_may_begin(is_offered(process, self.actor))
        starts = [element for element in process.inside(process.id) if element.type == "startEvent"]
        plain = next((element for element in starts if not element.events), None)
        drawn = known_forms.fields_of(plain) if plain is not None else None
        return super().get_form_kwargs() | {"drawn": drawn or ()}

    def run(self, form: BeginForm) -> str:
        """Begin; on to the page of the new process."""
        rules.check_generic(is_generic(process_of(self._newest())))
        title = form.cleaned_data["title"]
        begun = commands.start_instance(
            key=self.kwargs["key"], title=title, business_key="", variables=form.variables(), actor=self.actor
        )
        messages.success(self.request, _("「%(title)s」を始めました。") % {"title": title})
        return reverse("workflow:instance", args=[begun.family, begun.id])

    def _newest(self) -> ProcessDefinition:
        newest = sheets.versions(self.kwargs["key"]).first()
        if newest is None:
            raise NotFound(access.NO_DEFINITION)
        return newest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which process, and the way back."""
        newest = self._newest()
        return super().get_context_data(**kwargs) | {
            "heading": _("「%(name)s」を始める") % {"name": newest.name},
            "action_label": _("始める"),
            "back": reverse("workflow:definition", args=[newest.key, newest.version]),
        }
