"""Base classes of pages that change something, and where a refusal becomes the page again."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.views.generic.edit import FormView

from config.commands import Actor
from config.errors import Conflict, Invalid, Refusal, as_form_errors
from config.web.failures import refusal_page
from config.web.pages import Access

__all__ = ["CommandView", "put_errors", "refusal_page"]


class CommandView(FormView):  # type: ignore[type-arg]  # the form class differs from page to page
    """GET shows a form; POST runs a command and maps what it refuses, with everything typed kept.

    Invalid → the same page, 422, sentences at their fields.  Conflict → the same page, 409, with `conflict` and the
    fresh state in the context.  NotAllowed and NotFound → the pages for 403 and 404.
    """

    access: ClassVar[Access] = Access.CLOSED

    @property
    def actor(self) -> Actor:
        """Who is acting."""
        return self.request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware

    def run(self, form: Any) -> str:
        """Run the command; return where to go next.  Raises Refusal."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        """Run the command and go on, or show the page again."""
        try:
            return HttpResponseRedirect(self.run(form))
        except Conflict as conflict:
            return self.render_to_response(self.get_context_data(form=form, conflict=conflict), status=conflict.status)
        except Invalid as refused:
            put_errors(form, refused)
            return self.form_invalid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again, with sentences."""
        return self.render_to_response(self.get_context_data(form=form), status=Invalid.status)


def put_errors(form: forms.Form, refused: Refusal) -> None:
    """A refusal's sentences at their fields; those of fields the form lacks stand above the form."""
    for name, sentences in as_form_errors(refused).items():
        place = name if name in form.fields else None
        form.add_error(place, [str(sentence) for sentence in sentences])
