"""What the ledger says about routes: answers beside the own line, and what happened to steps without anybody's act."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from approvals.models import Happening, Verb
from documents.ledger.actions import LedgerAction


class StepAnswered(LedgerAction):
    """同意, 意見, 閲覧, 審査 or 裁定: the step is done."""

    code = "case.answered"
    detail = ("number", "version", "position", "post", "verb", "comment")
    choices = {"verb": dict(Verb.choices)}
    label = _("{number} を処理しました: {verb}({post})")


class StepOpposed(LedgerAction):
    """不同意: back to the drafter, or up to whoever stands above both."""

    code = "case.opposed"
    detail = ("number", "version", "position", "post", "to", "reason")
    label = _("{number} に同意しませんでした({post}): {reason}")


class StepChanged(LedgerAction):
    """Something happened to a step although nobody acted in it."""

    code = "case.step_changed"
    detail = ("version", "position", "post", "what", "before", "after", "reason")
    choices = {"what": dict(Happening.choices)}
    label = _("{post}: {what} {reason}")


class ConsultationAdded(LedgerAction):
    """The drafter wants somebody beside his own line to be asked."""

    code = "case.consultation_added"
    detail = ("kind", "post", "consent", "reason")
    label = _("経路に {post} を加えました: {reason}")


class ConsultationRemoved(LedgerAction):
    """The drafter wants it no longer."""

    code = "case.consultation_removed"
    detail = ("kind", "post")
    label = _("経路から {post} を外しました")


class RouteSaved(LedgerAction):
    """A person keeps a route under a name."""

    code = "route.saved"
    detail = ("name", "posts")
    label = _("経路「{name}」を保存しました")


class RouteApplied(LedgerAction):
    """A kept route was used for a draft: what came to it, and what there is no more."""

    code = "case.route_applied"
    detail = ("name", "posts", "gone")
    label = _("保存した経路「{name}」を使いました")


class RouteForgotten(LedgerAction):
    """A person keeps a route no longer."""

    code = "route.forgotten"
    detail = ("name",)
    label = _("保存した経路「{name}」を消しました")
