"""Sets of changes: files come in, are looked at, registered, taken back."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from config import clock
from config.errors import NotFound
from config.web.pages import Access, page
from config.web.views import CommandView
from workflow.organization import commands
from workflow.organization.commands import SentFile
from workflow.organization.commands.batches import plan_of
from workflow.organization.forms import ApplyForm, ImportForm, ReasonForm
from workflow.organization.imports import names
from workflow.organization.imports.columns import COLUMNS, EXAMPLES, FILE_NAMES, NOTES
from workflow.organization.imports.picture import Plan
from workflow.organization.models import BatchFile, BatchState, ChangeBatch, ChangeVerb, FileKind

PAGE = 50
CHARSETS = {"utf-8": "utf-8-sig", "cp932": "cp932"}
TONES = {ChangeVerb.NEW: "done", ChangeVerb.CHANGED: "care", ChangeVerb.ENDED: "back"}


@page(Access.ADMINISTRATOR)
def batches(request: HttpRequest) -> HttpResponse:
    """Every batch, newest first."""
    found = ChangeBatch.objects.select_related("checked_by", "applied_by")
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    counts = {str(verb): Count("changes", filter=Q(changes__verb=verb)) for verb in ChangeVerb}
    rows = list(found.annotate(**counts).order_by("-id")[: PAGE + 1])
    context = {
        "rows": rows[:PAGE],
        "next_after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "now": clock.now(),
        "may_keep": True,
        "tab": "imports",
    }
    return render(request, "organization/batches.html", context)


class ImportView(CommandView):
    """Handing files in; nothing is changed before somebody has looked at what they would do."""

    access = Access.ADMINISTRATOR
    form_class = ImportForm
    template_name = "organization/import.html"

    def run(self, form: ImportForm) -> str:
        """Keep them; on to what they come to."""
        sent = [
            SentFile(kind, form.cleaned_data[str(kind)].name, form.cleaned_data[str(kind)].read())
            for kind in FileKind
            if form.cleaned_data.get(str(kind)) is not None
        ]
        batch = commands.check_import(
            files=sent,
            effective_on=form.cleaned_data["effective_on"],
            scope=form.cleaned_data["scope"],
            reason=form.cleaned_data["reason"],
            actor=self.actor,
        )
        return reverse("organization:batch", args=[batch.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The templates to download."""
        templates = [(str(kind), kind.label, FILE_NAMES[kind], NOTES[kind]) for kind in FileKind]
        return super().get_context_data(**kwargs) | {"templates": templates, "tab": "imports", "may_keep": True}


def batch_for(number: int) -> ChangeBatch:
    """The batch.  Raises NotFound."""
    found = ChangeBatch.objects.select_related("checked_by", "applied_by", "rolled_back_by").filter(pk=number).first()
    if found is None:
        raise NotFound(_("取込がありません。"))
    return found


def _registers(request: HttpRequest) -> bool:
    """Looking changes nothing; registering changes who may do what."""
    return request.method == "POST"


class BatchView(CommandView):
    """One batch: what its files would change or what is wrong with them; later what it changed."""

    access = Access.ADMINISTRATOR
    confirms = staticmethod(_registers)
    form_class = ApplyForm
    template_name = "organization/batch.html"

    def run(self, form: ApplyForm) -> str:
        """Register it."""
        number: int = self.kwargs["number"]
        batch = commands.apply_import(batch_id=number, seen=form.cleaned_data["seen"], actor=self.actor)
        told = (
            _("取込 第%(number)d号を登録しました。いま有効です。")
            if batch.effective_at <= clock.now()
            else _("取込 第%(number)d号を登録しました。%(day)s 0時に有効になります。")
        )
        messages.success(self.request, told % {"number": number, "day": batch.effective_on})
        return reverse("organization:batch", args=[number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The batch as it is now."""
        batch = batch_for(self.kwargs["number"])
        context = super().get_context_data(**kwargs) | {
            "batch": batch,
            "files": batch.files.defer("content"),
            "is_past": batch.effective_on < clock.today(),
            "in_effect": batch.state == BatchState.APPLIED and batch.effective_at <= clock.now(),
            "may_roll_back": batch.state == BatchState.APPLIED and batch.effective_at > clock.now(),
            "may_keep": True,
            "tab": "imports",
        }
        if batch.state == BatchState.CHECKED:
            return context | _planned(plan_of(batch))
        rows = [(row.kind, row.get_kind_display(), row.verb, row.label, row.details) for row in batch.changes.all()]
        return context | {"groups": _groups(rows), "total": len(rows)}


def _planned(made: Plan) -> dict[str, Any]:
    rows = [
        (str(c.kind), c.kind.label, str(c.verb), names.change_name(made, c), names.details(c)) for c in made.changes
    ]
    return {
        "problems": [(FileKind(p.kind).label, FILE_NAMES[p.kind], p) for p in made.problems],
        "groups": _groups(rows),
        "total": len(rows),
        "same": made.same,
        "mark": made.mark,
    }


def _groups(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Changes by kind of thing, each with its numbers."""
    groups = []
    for kind in FileKind:
        own = [row for row in rows if row[0] == kind]
        if own:
            lines = [_line(*row[2:]) for row in own]
            counts = [(verb.label, sum(row[2] == verb for row in own)) for verb in ChangeVerb]
            groups.append({"label": kind.label, "lines": lines, "counts": counts})
    return groups


def _line(verb: str, label: str, details: list[tuple[str, str, str]]) -> dict[str, Any]:
    """One change; of what ends only that is told which does not go without saying."""
    nothing = _("(なし)")
    told = [row for row in details if verb != ChangeVerb.ENDED or row[2] != nothing]
    is_new = verb == ChangeVerb.NEW
    kind = ChangeVerb(verb)
    return {"verb": kind.label, "tone": TONES[kind], "label": label, "details": told, "is_new": is_new}


class RollBackView(CommandView):
    """Taking a registered batch back before its day."""

    access = Access.ADMINISTRATOR
    confirms = True
    form_class = ReasonForm
    template_name = "web/form.html"

    def run(self, form: ReasonForm) -> str:
        """Take it back."""
        number: int = self.kwargs["number"]
        commands.roll_back_batch(batch_id=number, reason=form.cleaned_data["reason"], actor=self.actor)
        messages.success(self.request, _("取込 第%(number)d号を取り消しました。") % {"number": number})
        return reverse("organization:batch", args=[number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Words of the page."""
        batch = batch_for(self.kwargs["number"])
        heading = _("取込 第%(number)d号(発効日 %(day)s)を取り消す") % {
            "number": batch.pk,
            "day": batch.effective_on,
        }
        back = reverse("organization:batch", args=[batch.pk])
        return super().get_context_data(**kwargs) | {
            "heading": heading,
            "action_label": _("すべて取り消す"),
            "back": back,
        }


@page(Access.ADMINISTRATOR)
def file(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """A file as it was sent, byte for byte."""
    found = BatchFile.objects.filter(batch_id=number, kind=kind).first()
    if found is None:
        raise NotFound(_("ファイルがありません。"))
    answer = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{number}-{FILE_NAMES[FileKind(kind)]}"'
    return answer


@page(Access.ADMINISTRATOR)
def template(request: HttpRequest, kind: str, charset: str) -> HttpResponse:
    """ひな形: the header and one line as an example, for spreadsheets that read UTF-8 or CP932."""
    if kind not in FileKind.values or charset not in CHARSETS:
        raise NotFound(_("ひな形がありません。"))
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow([column.header for column in COLUMNS[FileKind(kind)]])
    out.writerows(EXAMPLES[FileKind(kind)])
    answer = HttpResponse(text.getvalue().encode(CHARSETS[charset]), content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="{FILE_NAMES[FileKind(kind)]}"'
    return answer
