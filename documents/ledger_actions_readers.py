"""What the ledger says of who may read what."""

from django.utils.translation import gettext_lazy as _

from documents.ledger.actions import LedgerAction
from documents.models.record import Secrecy

APART = {True: _("引き継がない"), False: _("引き継ぐ")}
SECRECY = {"": _("秘密ではない"), **dict(Secrecy.choices)}


class ClassShared(LedgerAction):
    """A unit may read every binder of a class."""

    code = "documents.class.shared"
    detail = ("classification_code", "group", "reason")
    label = _("分類 {classification_code} の閲覧者に{group}を加えました({reason})")


class ClassUnshared(LedgerAction):
    """A unit may not any more."""

    code = "documents.class.unshared"
    detail = ("classification_code", "group", "reason")
    label = _("分類 {classification_code} の閲覧者から{group}を外しました({reason})")


class BinderShared(LedgerAction):
    """A unit or a person may read a binder."""

    code = "documents.binder.shared"
    detail = ("binder", "reader", "reason")
    label = _("簿冊「{binder}」の閲覧者に{reader}を加えました({reason})")


class BinderUnshared(LedgerAction):
    """A unit or a person may not any more."""

    code = "documents.binder.unshared"
    detail = ("binder", "reader", "reason")
    label = _("簿冊「{binder}」の閲覧者から{reader}を外しました({reason})")


class BinderSetApart(LedgerAction):
    """Whether a binder has the readers of its class."""

    code = "documents.binder.apart"
    detail = ("binder", "apart", "reason")
    choices = {"apart": APART}
    label = _("簿冊「{binder}」は分類の閲覧者を{apart}ことにしました({reason})")


class ReaderNamed(LedgerAction):
    """A person may read a record."""

    code = "documents.record.reader_named"
    detail = ("reader", "reason")
    label = _("この文書の閲覧者に{reader}さんを加えました({reason})")


class ReaderStruck(LedgerAction):
    """A person may not any more."""

    code = "documents.record.reader_struck"
    detail = ("reader", "reason")
    label = _("この文書の閲覧者から{reader}さんを外しました({reason})")


class SecrecySet(LedgerAction):
    """A record was made confidential, or not any more."""

    code = "documents.record.secrecy"
    detail = ("before", "after", "reason")
    choices = {"before": SECRECY, "after": SECRECY}
    label = _("秘密の扱いを「{before}」から「{after}」にしました({reason})")
