"""What the ledger says of changes in the organisation."""

from django.utils.translation import gettext_lazy as _

from documents.ledger.actions import LedgerAction, name_part
from workflow.organization.enums import AppointmentKind

name_part("organization-day", _("組織の発効"))


class StaffHired(LedgerAction):
    """A person was entered."""

    code = "organization.staff.hired"
    detail = ("staff_code", "name", "roles")
    label = _("職員 {staff_code} {name} を登録しました")


class StaffRolesSet(LedgerAction):
    """A person's roles were changed."""

    code = "organization.staff.roles"
    detail = ("staff_code", "before", "after")
    label = _("職員 {staff_code} の役割を {before} から {after} に変えました")


class StaffRetired(LedgerAction):
    """A person left."""

    code = "organization.staff.retired"
    detail = ("staff_code", "on")
    label = _("職員 {staff_code} を {on} で退職にしました")


class StaffLeft(LedgerAction):
    """An administrator let a person leave, for a reason."""

    code = "organization.staff.left"
    detail = ("staff_code", "on", "reason")
    personal = ("reason",)
    label = _("職員 {staff_code} を {on} で退職にしました")


class StaffSuspended(LedgerAction):
    """A person stopped working for a time."""

    code = "organization.staff.suspended"
    detail = ("staff_code", "on", "reason")
    personal = ("reason",)
    label = _("職員 {staff_code} を {on} から休職にしました")


class StaffBack(LedgerAction):
    """A person works again."""

    code = "organization.staff.back"
    detail = ("staff_code", "on", "reason")
    label = _("職員 {staff_code} を {on} から復職にしました")


class WorkRescued(LedgerAction):
    """Work that nobody could do was given to somebody."""

    code = "organization.work.rescued"
    detail = ("work", "number", "way")
    choices = {"way": {"next": _("職の今の担当者へ"), "named": _("指定した職員へ")}}
    label = _("受け取る人のいない作業 {number} を渡しました({way})")


class StaffChanged(LedgerAction):
    """What is known of a person changed."""

    code = "organization.staff.changed"
    detail = ("staff_code", "valid_from", "columns")
    label = _("職員 {staff_code} の登録を {valid_from} から変えました({columns})")


class UnitCreated(LedgerAction):
    """A unit was entered."""

    code = "organization.unit.created"
    detail = ("unit_code", "name", "valid_from")
    label = _("所属 {unit_code} {name} を {valid_from} から設けました")


class UnitEnded(LedgerAction):
    """A unit got its last day."""

    code = "organization.unit.ended"
    detail = ("unit_code", "valid_to")
    label = _("所属 {unit_code} を {valid_to} の前日までとしました")


class UnitChanged(LedgerAction):
    """A unit has another name or stands elsewhere from a day on."""

    code = "organization.unit.changed"
    detail = ("unit_code", "before", "after", "valid_from")
    label = _("所属 {unit_code} {before} を {valid_from} から {after} に変えました")


class UnitSucceeded(LedgerAction):
    """A unit goes on with the work of another."""

    code = "organization.unit.succeeded"
    detail = ("old_code", "new_code", "effective_on")
    label = _("所属 {old_code} の仕事を {effective_on} から {new_code} が引き継ぐことにしました")


class PostEnded(LedgerAction):
    """A post got its last day."""

    code = "organization.post.ended"
    detail = ("unit_code", "name", "valid_to")
    label = _("職 {name}({unit_code})を {valid_to} の前日までとしました")


class PostSucceeded(LedgerAction):
    """What waits for a post goes to another one."""

    code = "organization.post.succeeded"
    detail = ("old", "new", "effective_on")
    label = _("職 {old} の仕事を {effective_on} から {new} が引き継ぐことにしました")


class ImportChecked(LedgerAction):
    """Files were handed in and compared; nothing was changed."""

    code = "organization.batch.checked"
    detail = ("batch", "files", "sha256", "effective_on", "reason")
    label = _("組織の取込 第{batch}号を確認に出しました(発効日 {effective_on}、{files})")


class ReformDrafted(LedgerAction):
    """A page of reorganisation made the files of a batch; nothing was changed."""

    code = "organization.batch.drafted"
    detail = ("batch", "old", "new")
    label = _("組織改正の画面で取込 第{batch}号を作りました({old} から {new})")


class BatchApplied(LedgerAction):
    """A set of changes was registered."""

    code = "organization.batch.applied"
    detail = ("batch", "effective_on", "new", "changed", "ended", "reason")
    label = _("組織の取込 第{batch}号を登録しました(発効日 {effective_on}、新規{new}・変更{changed}・終了{ended})")


class BatchRolledBack(LedgerAction):
    """A registered set of changes was taken back before its day."""

    code = "organization.batch.rolled_back"
    detail = ("batch", "effective_on", "reason")
    label = _("組織の取込 第{batch}号(発効日 {effective_on})を取り消しました。理由: {reason}")


class DayBegun(LedgerAction):
    """Registered changes hold from today on, and the rest of the product was told."""

    code = "organization.day.begun"
    detail = ("day", "batches")
    label = _("{day} の組織が有効になりました(取込 {batches})")


class PostCreated(LedgerAction):
    """A post was entered."""

    code = "organization.post.created"
    detail = ("unit_code", "name", "rank", "valid_from")
    label = _("職 {name}({unit_code})を {valid_from} から設けました")


class StaffAppointed(LedgerAction):
    """A person was put into a post."""

    code = "organization.appointment.made"
    detail = ("staff_code", "post_id", "post", "kind", "valid_from")
    choices = {"kind": dict(AppointmentKind.choices)}
    label = _("職員 {staff_code} を {post} に {valid_from} から任用しました({kind})")


class AppointmentEnded(LedgerAction):
    """An appointment got its last day."""

    code = "organization.appointment.ended"
    detail = ("staff_code", "post_id", "post", "valid_to")
    label = _("職員 {staff_code} の {post} を {valid_to} の前日までとしました")


class AbsenceRegistered(LedgerAction):
    """Somebody will be away."""

    code = "organization.absence.registered"
    detail = ("staff_code", "starts_at", "ends_at", "reason")
    personal = ("reason",)
    label = _("職員 {staff_code} の不在({starts_at}〜{ends_at})を登録しました")


class AbsenceCancelled(LedgerAction):
    """Somebody will not be away after all."""

    code = "organization.absence.cancelled"
    detail = ("staff_code", "starts_at", "ends_at")
    label = _("職員 {staff_code} の不在({starts_at}〜{ends_at})を取り消しました")


class DelegationRegistered(LedgerAction):
    """Somebody acts for another."""

    code = "organization.delegation.registered"
    detail = ("staff_code", "delegate_code", "starts_at", "ends_at")
    label = _("職員 {staff_code} の代理を {delegate_code} にしました({starts_at}〜{ends_at})")


class DelegationCancelled(LedgerAction):
    """Somebody no longer acts for another."""

    code = "organization.delegation.cancelled"
    detail = ("staff_code", "delegate_code")
    label = _("職員 {staff_code} の代理 {delegate_code} を取り消しました")
