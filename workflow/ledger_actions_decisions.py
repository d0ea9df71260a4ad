"""What the ledger says of decisions."""

from django.utils.translation import gettext_lazy as _

from documents.ledger.actions import LedgerAction


class DecisionDeployed(LedgerAction):
    """A new version of a decision was deployed."""

    code = "workflow.decision.deployed"
    detail = ("key", "version", "version_tag", "name", "sha256", "deployment")
    label = _("判断表「{name}」({key})の第{version}版を登録しました")


class DecisionsUnchanged(LedgerAction):
    """Somebody deployed a file of decisions that was deployed already."""

    code = "workflow.decision.unchanged"
    detail = ("key", "version", "sha256")
    label = _("判断表 {key} を登録しようとしましたが、第{version}版と同じ内容でした")
