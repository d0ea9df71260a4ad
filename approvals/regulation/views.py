"""Pages of the 決裁規程: versions, rows, bench, simulation, publishing."""

from __future__ import annotations

from typing import Any

from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from approvals.regulation import access, commands, sheets
from approvals.regulation.bench import Case, Expected
from approvals.regulation.enums import State
from approvals.regulation.forms import (
    OF_ROWS,
    BenchForm,
    CopyForm,
    DraftForm,
    MatterForm,
    PublishForm,
    QuestionForm,
    RowForm,
    WithdrawForm,
    split,
    typed,
)
from approvals.regulation.models import Regulation
from approvals.regulation.rules import MAX_ROWS
from approvals.regulation.table import Question, Rulebook
from config.errors import Invalid, NotFound
from config.web.pages import Access, page
from config.web.views import CommandView

Rows = formset_factory(RowForm, extra=0, max_num=MAX_ROWS, absolute_max=MAX_ROWS)


@page(Access.STAFF)
def versions(request: HttpRequest) -> HttpResponse:
    """All versions."""
    actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    context = {"lines": sheets.version_lines(actor), "may_keep": access.may_keep(actor)}
    return render(request, "regulation/list.html", context)


@page(Access.STAFF)
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole table of a version."""
    actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    regulation = access.regulation_for(regulation_id=pk, actor=actor)
    lines = sheets.matter_lines(sheets.table_of(regulation))
    return render(request, "regulation/version.html", _frame(regulation, actor, "version") | {"lines": lines})


@page(Access.STAFF)
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Simulation: a question and its answer.  Nothing is stored."""
    actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    regulation = access.regulation_for(regulation_id=pk, actor=actor)
    book = sheets.table_of(regulation)
    matter = book.matter(request.GET.get("matter", "")) or next(iter(book.matters), None)
    context: dict[str, Any] = _frame(regulation, actor, "trial") | {"book": book, "matter": matter}
    status = 200
    if matter is not None:
        asked = "ask" in request.GET
        form = QuestionForm(request.GET if asked else None, book=book, matter=matter.code)
        context["form"] = form
        if asked and form.is_valid():
            context |= sheets.trial_of(book, matter.code, form.cleaned_data)
        status = Invalid.status if form.errors else status
    return render(request, "regulation/trial.html", context, status=status)


def _frame(regulation: Regulation, actor: Any, tab: str) -> dict[str, Any]:
    """What all pages of a version show."""
    may_keep = access.may_keep(actor)
    return {
        "regulation": regulation,
        "tab": tab,
        "may_keep": may_keep,
        "may_edit": may_keep and regulation.state == State.DRAFT,
        "may_withdraw": may_keep and regulation.state != State.WITHDRAWN,
    }


class OfVersion(CommandView):
    """A page about one version."""

    access = Access.ADMINISTRATOR
    tab = ""

    @cached_property
    def regulation(self) -> Regulation:
        """The version.  Raises NotFound."""
        return access.regulation_for(regulation_id=self.kwargs["pk"], actor=self.actor)

    @cached_property
    def book(self) -> Rulebook:
        """Its table, as it was when the page was asked for."""
        return sheets.table_of(self.regulation)

    def get_initial(self) -> dict[str, Any]:
        """The state that the person saw."""
        return {"revision": self.regulation.revision}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The frame of the version."""
        regulation = self.regulation
        context = super().get_context_data(**kwargs)
        return (
            context
            | _frame(regulation, self.actor, self.tab)
            | {"back": reverse("regulation:version", args=[regulation.pk])}
        )


class DraftView(CommandView):
    """Begin a version with nothing."""

    access = Access.ADMINISTRATOR
    form_class = DraftForm
    template_name = "web/form.html"

    def run(self, form: DraftForm) -> str:
        """On to its rows."""
        made = commands.draft_regulation(
            body=form.cleaned_data["body"], title=form.cleaned_data["title"], actor=self.actor
        )
        return reverse("regulation:version", args=[made.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Words of the page."""
        return super().get_context_data(**kwargs) | {
            "heading": _("決裁規程の版を新しく作る"),
            "action_label": _("作る"),
            "back": reverse("regulation:list"),
        }


class CopyView(OfVersion):
    """Begin a version as a copy of this one."""

    form_class = CopyForm
    template_name = "web/form.html"

    def get_initial(self) -> dict[str, Any]:
        """As it is called."""
        regulation = self.regulation
        return {"body": regulation.body, "title": regulation.title}

    def run(self, form: CopyForm) -> str:
        """On to the copy."""
        made = commands.draft_regulation(
            body=form.cleaned_data["body"],
            title=form.cleaned_data["title"],
            copied_from=self.kwargs["pk"],
            actor=self.actor,
        )
        return reverse("regulation:version", args=[made.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Words of the page."""
        number = self.regulation.number
        return super().get_context_data(**kwargs) | {
            "heading": _("第%(number)d版の写しを作る") % {"number": number},
            "action_label": _("写しを作る"),
        }


class MatterView(OfVersion):
    """The rows of a matter as a grid.  Rows are added, copied and removed on the page; saving writes all of them."""

    form_class = MatterForm
    template_name = "regulation/matter.html"
    tab = "version"

    def get_initial(self) -> dict[str, Any]:
        """As it is stored."""
        initial = super().get_initial()
        matter = self.book.matter(self.kwargs.get("code", ""))
        if matter is None and "code" in self.kwargs:
            raise NotFound(_("事案区分がありません。"))
        return initial | ({"code": matter.code, "name": matter.name, "basis": matter.basis} if matter else {})

    def get_form(self, form_class: Any = None) -> Any:
        """The symbol of a matter that is there stays."""
        form = super().get_form(form_class)
        if "code" in self.kwargs:
            form.fields["code"].disabled = True
        return form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Change the rows on the page, take the matter out, or write."""
        verb, _bar, place = request.POST.get("do", "save").partition("-")
        if verb == "take_out":
            return self.form_valid(self.get_form())
        if verb == "save":
            return super().post(request, *args, **kwargs)
        rows = self._typed_rows()
        at = int(place) if place.isdecimal() and int(place) < len(rows) else len(rows) - 1
        if verb == "add" and len(rows) < MAX_ROWS:
            rows.append({"deputy": "on"})
        elif verb == "copy" and rows and len(rows) < MAX_ROWS:
            rows.insert(at + 1, dict(rows[at]))
        elif verb == "remove" and len(rows) > 1:
            rows.pop(at)
        form = MatterForm(initial={name: request.POST.get(name, "") for name in MatterForm.base_fields})
        if "code" in self.kwargs:
            form.fields["code"].disabled = True
            form.initial["code"] = self.kwargs["code"]
        return self.render_to_response(self.get_context_data(form=form, rows=Rows(initial=rows, prefix=OF_ROWS)))

    def _typed_rows(self) -> list[dict[str, str]]:
        """The rows as they were typed, right or wrong."""
        total = self.request.POST.get(f"{OF_ROWS}-TOTAL_FORMS", "0")
        count = min(int(total), MAX_ROWS) if total.isdecimal() else 0
        return [
            {name: self.request.POST.get(f"{OF_ROWS}-{at}-{name}", "") for name in RowForm.base_fields}
            for at in range(count)
        ]

    def run(self, form: MatterForm) -> str:
        """Write the matter; on to the whole table."""
        regulation_id = self.kwargs["pk"]
        if self.request.POST.get("do") == "take_out":
            seen = self.request.POST.get("revision", "")
            commands.remove_matter(
                regulation_id=regulation_id,
                seen_revision=int(seen) if seen.isdecimal() else 0,
                code=self.kwargs.get("code", ""),
                actor=self.actor,
            )
            return reverse("regulation:version", args=[regulation_id])
        self.rows = Rows(self.request.POST, prefix=OF_ROWS)
        if not self.rows.is_valid():
            raise Invalid(_("行の入力を確かめてください。"))
        matter = form.matter()
        try:
            commands.write_matter(
                regulation_id=regulation_id,
                seen_revision=form.cleaned_data["revision"],
                matter=matter,
                rows=[one.row(matter.code, number) for number, one in enumerate(self.rows, start=1)],
                actor=self.actor,
            )
        except Invalid as refused:
            self._put(refused)
            raise
        return reverse("regulation:version", args=[regulation_id]) + f"#{matter.code}"

    def _put(self, refused: Invalid) -> None:
        """Sentences of the command at their cells; what is left stands above the form."""
        rest: dict[str, list[Any]] = {}
        for place, sentences in refused.fields.items():
            head, _bar, cell = place.removeprefix(f"{OF_ROWS}-").partition("-")
            if place.startswith(OF_ROWS) and head.isdecimal():
                for sentence in sentences:
                    self.rows[int(head)].add_error(cell, str(sentence))
            else:
                rest[place] = sentences
        refused.fields = rest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows: as typed, or as stored."""
        rows = kwargs.pop("rows", None) or getattr(self, "rows", None)
        context = super().get_context_data(**kwargs)
        book = self.book
        code = self.kwargs.get("code", "")
        if rows is None and self.request.method == "POST":
            rows = Rows(self.request.POST, prefix=OF_ROWS)
        if rows is None:
            stored = [typed(row) for row in book.rows_of(code)]
            rows = Rows(initial=stored or [{"deputy": True}], prefix=OF_ROWS)
        matter = book.matter(code)
        faults = sheets.faults_of(matter, book) if matter is not None else []
        return context | {"rows": rows, "matter": matter, "faults": faults}


class BenchView(OfVersion):
    """The bench, run at each look; a draft takes more rows and loses some."""

    form_class = BenchForm
    template_name = "regulation/bench.html"
    tab = "bench"

    def get_form_kwargs(self) -> dict[str, Any]:
        """With the matters to choose from."""
        return super().get_form_kwargs() | {"book": self.book}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add a row, or take one off."""
        return self.form_valid(self.get_form()) if "remove" in request.POST else super().post(request, *args, **kwargs)

    def run(self, form: BenchForm) -> str:
        """Back to the bench."""
        regulation_id = self.kwargs["pk"]
        number = self.request.POST.get("remove")
        if number is not None:
            seen = self.request.POST.get("revision", "")
            commands.remove_bench_row(
                regulation_id=regulation_id,
                seen_revision=int(seen) if seen.isdecimal() else 0,
                number=int(number) if number.isdecimal() else 0,
                actor=self.actor,
            )
            return reverse("regulation:bench", args=[regulation_id])
        data = form.cleaned_data
        question = Question(data["matter"], data["amount"], data["condition"], frozenset(split(data["circumstances"])))
        expected = Expected(data["level"], frozenset(split(data["offices"])), data["deputy"])
        commands.add_bench_rows(
            regulation_id=regulation_id,
            seen_revision=data["revision"],
            cases=[Case(0, question, expected, data["note"])],
            actor=self.actor,
        )
        return reverse("regulation:bench", args=[regulation_id])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Every row and how it went."""
        context = super().get_context_data(**kwargs)
        lines = sheets.bench_lines(self.book, sheets.bench_of(self.regulation))
        passed = sum(line.passed for line in lines)
        return context | {"lines": lines, "passed": passed, "failed": len(lines) - passed}


class PublishView(OfVersion):
    """公布: refused with everything that is not right."""

    form_class = PublishForm
    template_name = "web/form.html"

    def run(self, form: PublishForm) -> str:
        """On to the version."""
        commands.publish_regulation(
            regulation_id=self.kwargs["pk"],
            seen_revision=form.cleaned_data["revision"],
            effective_from=form.cleaned_data["effective_from"],
            actor=self.actor,
        )
        return reverse("regulation:version", args=[self.kwargs["pk"]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Words of the page."""
        number = self.regulation.number
        return super().get_context_data(**kwargs) | {
            "heading": _("第%(number)d版を公布する") % {"number": number},
            "action_label": _("公布する"),
        }


class WithdrawView(OfVersion):
    """Give a version up."""

    form_class = WithdrawForm
    template_name = "web/form.html"

    def run(self, form: WithdrawForm) -> str:
        """On to the list."""
        commands.withdraw_regulation(
            regulation_id=self.kwargs["pk"],
            seen_revision=form.cleaned_data["revision"],
            reason=form.cleaned_data["reason"],
            actor=self.actor,
        )
        return reverse("regulation:list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Words of the page."""
        number = self.regulation.number
        return super().get_context_data(**kwargs) | {
            "heading": _("第%(number)d版を取りやめる") % {"number": number},
            "action_label": _("取りやめる"),
        }
