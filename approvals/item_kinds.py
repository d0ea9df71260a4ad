"""How 決裁 and returned drafts stand in the inbox."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from approvals.models import Case, RouteStep, StepState
from documents.queries import file_counts
from workflow.item_kinds import Badge, ItemKind, OpenItem, RowExtras


class _CaseRows:
    """What both kinds show: number, drafter and how many files, in three queries for any number of lines."""

    def rows_for(self, items: Sequence[OpenItem]) -> dict[int, RowExtras]:
        """The cases of all these items."""
        cases = {
            case.number: case
            for case in Case.objects.filter(number__in=[item.business_key for item in items]).select_related("record")
        }
        files = file_counts([case.record_id for case in cases.values()])
        steps = self._steps(items)
        return {
            item.id: self._row(cases[item.business_key], files, steps.get(item.id))
            for item in items
            if item.business_key in cases
        }

    def _steps(self, items: Sequence[OpenItem]) -> dict[int, RouteStep]:
        open_steps = RouteStep.objects.filter(item_id__in=[item.id for item in items], state=StepState.OPEN)
        return {step.item_id: step for step in open_steps if step.item_id is not None}

    def _row(self, case: Case, files: dict[int, int], step: RouteStep | None) -> RowExtras:
        count = files.get(case.record_id, 0)
        attached = _("添付%(count)d件") % {"count": count}
        badges = [Badge("urgent", "bolt", _("至急"))] if case.is_urgent else []
        return RowExtras(
            subtitle=f"{case.number} {case.unit_name} {case.drafter_name} {attached}",
            why=step.get_kind_display() if step is not None else "",
            why_detail=step.reason if step is not None else "",
            badges=badges + self._badges(case),
        )

    def _badges(self, case: Case) -> list[Badge]:
        return []

    def url_of_instance(self, instance_id: int) -> str:
        """The case page."""
        return reverse("approvals:open", args=[instance_id])


class Decision(_CaseRows, ItemKind):
    """A step of a route: 回議 or 決裁."""

    code = "decision"
    label = _("決裁")
    tab = _("決裁・回議")

    def _badges(self, case: Case) -> list[Badge]:
        if case.version < 2:
            return []
        return [Badge("back", "back", _("第%(version)d版") % {"version": case.version})]

    def url(self, item: OpenItem) -> str:
        """The case page."""
        return reverse("approvals:open", args=[item.instance_id])


class ReturnedDraft(_CaseRows, ItemKind):
    """The drafter's own task, open again after 差戻し or 引戻し."""

    code = "draft"
    label = _("起案")
    tab = _("差戻し")

    def _badges(self, case: Case) -> list[Badge]:
        return [Badge("back", "back", case.get_state_display())]

    def url(self, item: OpenItem) -> str:
        """The case page of what came back."""
        return reverse("approvals:open", args=[item.instance_id])
