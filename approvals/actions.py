"""What the ledger says about cases."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from approvals.models.case import Level, Resume
from documents.ledger.actions import LedgerAction, name_part

name_part("case-routing", _("経路の案内"))


class CaseDrafted(LedgerAction):
    """A draft was begun."""

    code = "case.drafted"
    detail = ()
    label = _("起案を始めました")


class DraftSaved(LedgerAction):
    """The text of a draft was kept; `changed` names the fields."""

    code = "case.draft_saved"
    detail = ("revision", "changed")
    label = _("下書きを保存しました(第{revision}稿)")


class DraftDiscarded(LedgerAction):
    """A draft that was never submitted was thrown away."""

    code = "case.draft_discarded"
    detail = ("title",)
    label = _("下書き「{title}」を捨てました")


class CaseSubmitted(LedgerAction):
    """A version was frozen and sent on its way."""

    code = "case.submitted"
    detail = ("number", "title", "version", "sha256", "level", "route", "resume", "forced")
    choices = {"level": dict(Level.choices), "resume": dict(Resume.choices)}
    label = _("{number}「{title}」を提出しました(第{version}版)")


class StepArrived(LedgerAction):
    """A step of the route reached its people."""

    code = "case.step_arrived"
    detail = ("version", "position", "post", "people")
    label = _("{post} {people} へ回りました")


class StepHandedOn(LedgerAction):
    """Others sit in the post whose turn it is."""

    code = "case.step_handed_on"
    detail = ("version", "position", "post", "before", "after", "reason")
    label = _("{reason}により処理者を再決定しました {before}→{after}({post})")


class StepSkipped(LedgerAction):
    """A step could not be asked when its turn came, and was passed over for a reason."""

    code = "case.step_skipped"
    detail = ("version", "position", "post", "reason")
    label = _("{post} を省略しました: {reason}")


class StepOpened(LedgerAction):
    """Somebody whose turn it is looked at the case for the first time."""

    code = "case.step_opened"
    detail = ("version", "position", "post")
    label = _("{post} として開きました")


class StepApproved(LedgerAction):
    """承認."""

    code = "case.approved"
    detail = ("number", "version", "position", "post", "comment")
    label = _("{number} を承認しました({post})")


class CaseDecided(LedgerAction):
    """決裁: the original is fixed."""

    code = "case.decided"
    detail = ("number", "version", "post", "level", "sha256", "original", "comment")
    choices = {"level": dict(Level.choices)}
    label = _("{number} を決裁しました({post})")


class CaseReturned(LedgerAction):
    """差戻し: to whom, and from whom it goes on."""

    code = "case.returned"
    detail = ("number", "version", "post", "to", "resume", "reason")
    choices = {"resume": dict(Resume.choices)}
    label = _("{number} を差し戻しました: {reason}")


class CaseTakenBack(LedgerAction):
    """引戻し."""

    code = "case.taken_back"
    detail = ("number", "version", "undone", "reason")
    label = _("{number} を引き戻しました")


class CaseCompleted(LedgerAction):
    """完結: filed in its binder."""

    code = "case.completed"
    detail = ("number", "completed_on", "expires_on")
    label = _("{number} を完結し、簿冊に綴りました")
