"""Letting a running process go on by another version: first tried out, then done."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from config.web.pages import Access
from config.web.views import CommandView
from workflow import commands
from workflow.forms import MigrateForm
from workflow.sheets import migration as sheet


class MigrationView(CommandView):
    """One running process; GET tries out, POST does it."""

    access = Access.ADMINISTRATOR
    form_class = MigrateForm
    template_name = "workflow/migration.html"

    def run(self, form: MigrateForm) -> str:
        """Do it."""
        said = form.cleaned_data
        commands.migrate_instance(
            instance_id=self.kwargs["pk"],
            version=said["version"],
            mapping={name.removeprefix("to_"): to for name, to in self._said().items() if name.startswith("to_")},
            reason=said["reason"],
            seen_revision=said["revision"],
            actor=self.actor,
        )
        return reverse("workflow:operation", args=[self.kwargs["pk"]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The plan as it is now, also after a refusal, with what was chosen."""
        said = self._said()
        shown = sheet.rehearsal(
            instance_id=self.kwargs["pk"], actor=self.actor, version=said.get("version", ""), said=said
        )
        return super().get_context_data(**kwargs) | {"shown": shown}

    def _said(self) -> dict[str, str]:
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        return {name: str(value)[:200] for name, value in sent.items()}
