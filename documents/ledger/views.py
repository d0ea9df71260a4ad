"""台帳: for auditors, every act in the system; as a list, one by one, and as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config import clock
from config.commands import Actor
from config.errors import NotFound
from config.web.pages import Access, page
from documents.ledger import commands, queries
from documents.ledger.queries import Line, Wanted

BOM = "\ufeff"  # spreadsheet programs take a file without it for CP932
RISKY = ("=", "+", "-", "@", "\t", "\r")
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FilterForm(forms.Form):
    """What the list is narrowed to."""

    first = forms.DateField(label=gettext_lazy("いつから"), required=False, widget=DAY)
    last = forms.DateField(label=gettext_lazy("いつまで"), required=False, widget=DAY)
    who = forms.CharField(label=gettext_lazy("職員番号"), required=False, max_length=40)
    record = forms.IntegerField(label=gettext_lazy("文書の内部番号"), required=False, min_value=1, max_value=2**63 - 1)
    action = forms.ChoiceField(label=gettext_lazy("行為"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(code, _short(str(label))) for code, label in queries.actions()]
        self.fields["action"].choices = [("", _("すべて")), *known]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        """The days in their order."""
        said = super().clean() or self.cleaned_data
        if said.get("first") and said.get("last") and said["first"] > said["last"]:
            self.add_error("last", _("「いつまで」は「いつから」より後にしてください。"))
        return said

    def wanted(self) -> Wanted:
        """The same as a value; a field that could not be read does not narrow."""
        said = self.cleaned_data
        return Wanted(
            first=said.get("first"),
            last=said.get("last"),
            who=said.get("who", "").strip(),
            action=said.get("action", ""),
            record_id=said.get("record"),
        )


def _short(label: str) -> str:
    """A label without its details: …を添付しました."""
    out, depth = "", 0
    for letter in label:
        depth += letter == "{"
        out += "…" if letter == "{" else letter if not depth else ""
        depth -= letter == "}"
    return out


@page(Access.AUDITOR)
def ledger(request: HttpRequest) -> HttpResponse:
    """The list, newest first, fifty at a time."""
    form = FilterForm(request.GET)
    valid = form.is_valid()
    after = request.GET.get("after", "")
    number = int(after) if after.isdecimal() and len(after) < 19 else None
    lines: list[Line] = []
    next_after: int | None = None
    if valid:
        lines, next_after = queries.page(form.wanted(), tokyo=clock.TOKYO, after=number)
    narrowed = request.GET.copy()
    narrowed.pop("after", None)
    context = {
        "form": form,
        "lines": lines,
        "next_after": next_after,
        "narrowed": narrowed.urlencode(),
        "is_first": number is None,
    }
    return render(request, "ledger/ledger.html", context, status=200 if valid else 422)


@page(Access.AUDITOR)
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry, with all that was stored of it."""
    line = queries.entry(pk)
    if line is None:
        raise NotFound(_("見つかりません。"))
    body = json.dumps(json.loads(bytes(line.entry.body)), ensure_ascii=False, indent=2, sort_keys=True)
    return render(request, "ledger/entry.html", {"line": line, "body": body})


@page(Access.AUDITOR)
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as CSV, all of it, oldest first; that it was taken is an entry itself."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    form = FilterForm(request.GET)
    if request.method != "POST" or not form.is_valid():
        return render(request, "ledger/ledger.html", {"form": form, "lines": []}, status=422)
    up_to = commands.note_export(wanted=form.wanted(), actor=actor)
    lines = _csv(queries.export(form.wanted(), tokyo=clock.TOKYO, up_to=up_to))
    # Under an event loop Django would read a plain iterator to its end before sending; there, it comes in one piece.
    body: Any = ["".join(lines)] if isinstance(request, ASGIRequest) else lines
    name = f"ledger-{clock.today():%Y%m%d}-{up_to}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)


class _Echo:
    """Hands back what the CSV writer writes."""

    def write(self, value: str) -> str:
        return value


def _csv(lines: Iterator[Line]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    head = [
        "通番",
        "日時",
        "行為",
        "内容",
        "職員番号",
        "氏名",
        "その日の職",
        "代わった相手",
        "対象",
        "文書",
        "ハッシュ",
        "検証",
    ]
    yield BOM + str(writer.writerow(head))
    for line in lines:
        entry = line.entry
        row = [
            str(entry.pk),
            timezone.localtime(entry.at).isoformat(timespec="seconds"),
            entry.action,
            line.sentence,
            entry.actor_code,
            line.who,
            line.post,
            line.behalf,
            f"{entry.subject_type} {entry.subject_id}".strip(),
            str(entry.record_id or ""),
            line.full_hash,
            "一致" if line.is_intact else "不一致",
        ]
        yield str(writer.writerow([harmless(cell) for cell in row]))


def harmless(cell: str) -> str:
    """A cell that a spreadsheet program does not take for a formula."""
    return f"'{cell}" if cell.startswith(RISKY) else cell
