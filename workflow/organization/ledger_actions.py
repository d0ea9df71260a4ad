"""What the ledger says of changes in the organisation."""

from django.utils.translation import gettext_lazy as _

from documents.ledger.actions import LedgerAction
from workflow.organization.enums import AppointmentKind


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
