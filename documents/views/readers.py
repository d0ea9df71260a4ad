"""閲覧者: who reads a class, a binder or a record, by which rule; and the changes of that."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from config.errors import NotFound
from config.web.pages import Access
from config.web.views import CommandView
from documents import access, commands, forms, readers, rules
from documents.models import Binder, Classification, Record


class ReadersView(CommandView):
    """A page of readers: several small forms, told apart by the `act` of the button."""

    access = Access.STAFF
    forms_by_act: ClassVar[dict[str, type[Any]]] = {}

    @staticmethod
    def confirms(request: HttpRequest) -> bool:
        """Changing who may read wants proof of who it is."""
        return request.method == "POST"

    def get_form_class(self) -> type[Any]:
        """The form of the button that was pressed."""
        return self.forms_by_act.get(self.request.POST.get("act", ""), forms.ReasonForm)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Each form has field names of its own, so that several stand on one page."""
        return super().get_form_kwargs() | {"auto_id": f"id_{self.request.POST.get('act', 'none')}_%s"}

    def blank(self, act: str, form: Any, **initial: Any) -> Any:
        """The form of an act: the one that was sent, when it was this, else an empty one."""
        if self.request.POST.get("act") == act and self.request.method == "POST":
            return form
        return self.forms_by_act[act](auto_id=f"id_{act}_%s", initial=initial)

    def number(self, name: str) -> int:
        """A number that the page itself sent.  Raises NotFound for anything else."""
        text = self.request.POST.get(name, "")
        if not (text.isdecimal() and len(text) < 19):
            raise NotFound(_("見つかりません。"))
        return int(text)


class BinderReadersView(ReadersView):
    """Who reads a binder."""

    template_name = "documents/readers_binder.html"
    forms_by_act: ClassVar[dict[str, type[Any]]] = {
        "add": forms.ReaderForm,
        "remove": forms.ReasonForm,
        "apart": forms.ReasonForm,
        "together": forms.ReasonForm,
    }

    def binder(self) -> Binder:
        """The binder.  Raises NotFound."""
        return access.binder_for(binder_id=self.kwargs["pk"], actor=self.actor)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Its readers by rule, and the forms for whoever may change them."""
        found = self.binder()
        context = super().get_context_data(**kwargs)
        keeps = rules.keeps_binder(found, self.actor)
        return context | {
            "binder": found,
            "readers": readers.readers_of_binder(found),
            "may_change": keeps,
            "add_form": self.blank("add", context["form"]) if keeps else None,
        }

    def run(self, form: Any) -> str:
        """Add, remove, set apart."""
        found, act, said = self.binder(), self.request.POST.get("act", ""), form.cleaned_data
        if act == "add":
            group = int(said["group"]) if said["group"] else None
            commands.share_binder(
                binder_id=found.pk, group_id=group, person=said["person"], reason=said["reason"], actor=self.actor
            )
        elif act == "remove":
            place = "group_id" if self.request.POST.get("kind") == "group" else "user_id"
            commands.unshare_binder(
                binder_id=found.pk, reason=said["reason"], actor=self.actor, **{place: self.number("id")}
            )
        elif act in ("apart", "together"):
            commands.set_apart(binder_id=found.pk, apart=act == "apart", reason=said["reason"], actor=self.actor)
        else:
            raise NotFound(_("見つかりません。"))
        return reverse("documents:binder_readers", args=[found.pk])


class ClassReadersView(ReadersView):
    """Who reads a class and everything below it."""

    template_name = "documents/readers_class.html"
    forms_by_act: ClassVar[dict[str, type[Any]]] = {"add": forms.GroupForm, "remove": forms.ReasonForm}

    def found(self) -> Classification:
        """The class; masters are no secret among staff."""
        row = Classification.objects.filter(code=self.kwargs["code"]).select_related("parent__parent").first()
        if row is None:
            raise Http404
        return row

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Its readers, and the forms for a 文書主任."""
        found = self.found()
        context = super().get_context_data(**kwargs)
        may = rules.keeps_classes(self.actor)
        return context | {
            "found": found,
            "readers": readers.readers_of_class(found),
            "may_change": may,
            "add_form": self.blank("add", context["form"]) if may else None,
        }

    def run(self, form: Any) -> str:
        """Add or remove a unit."""
        code, act, said = self.kwargs["code"], self.request.POST.get("act", ""), form.cleaned_data
        if act == "add":
            commands.share_class(code=code, group_id=int(said["group"]), reason=said["reason"], actor=self.actor)
        elif act == "remove":
            commands.unshare_class(code=code, group_id=self.number("id"), reason=said["reason"], actor=self.actor)
        else:
            raise NotFound(_("見つかりません。"))
        return reverse("documents:class_readers", args=[code])


class RecordReadersView(ReadersView):
    """Who reads a record, and whether it is confidential."""

    template_name = "documents/readers_record.html"
    forms_by_act: ClassVar[dict[str, type[Any]]] = {
        "add": forms.PersonForm,
        "remove": forms.ReasonForm,
        "secrecy": forms.SecrecyForm,
    }

    def record(self) -> Record:
        """The record.  Raises NotFound."""
        return access.record_for(record_id=self.kwargs["pk"], actor=self.actor)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Its readers by rule, and the forms for whoever may change them."""
        found = self.record()
        context = super().get_context_data(**kwargs)
        keeps = rules.keeps_readers(found, self.actor)
        return context | {
            "record": found,
            "readers": readers.readers_of_record(found),
            "may_change": keeps,
            "add_form": self.blank("add", context["form"]) if keeps else None,
            "secrecy_form": self.blank("secrecy", context["form"], secrecy=found.secrecy or "") if keeps else None,
        }

    def run(self, form: Any) -> str:
        """Add, remove, make confidential or not."""
        found, act, said = self.record(), self.request.POST.get("act", ""), form.cleaned_data
        if act == "add":
            commands.name_reader(record_id=found.pk, person=said["person"], reason=said["reason"], actor=self.actor)
        elif act == "remove":
            commands.strike_reader(
                record_id=found.pk, user_id=self.number("id"), reason=said["reason"], actor=self.actor
            )
        elif act == "secrecy":
            commands.set_secrecy(record_id=found.pk, secrecy=said["secrecy"], reason=said["reason"], actor=self.actor)
        else:
            raise NotFound(_("見つかりません。"))
        return reverse("documents:record_readers", args=[found.pk])
