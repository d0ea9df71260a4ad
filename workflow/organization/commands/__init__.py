"""Changes of the organisation.  Rows are dated: a change is an end and a new beginning."""

from workflow.organization.commands.away import (
    cancel_absence,
    cancel_delegation,
    register_absence,
    register_delegation,
)
from workflow.organization.commands.logins import (
    change_own_password,
    record_locked_login,
    record_login,
    record_logout,
    record_refused_login,
)
from workflow.organization.commands.people import hire_staff, retire_staff, set_password, set_roles
from workflow.organization.commands.structure import appoint, create_post, create_unit, end_appointment, end_unit

__all__ = [
    "appoint",
    "cancel_absence",
    "cancel_delegation",
    "change_own_password",
    "create_post",
    "create_unit",
    "end_appointment",
    "end_unit",
    "hire_staff",
    "record_locked_login",
    "record_login",
    "record_logout",
    "record_refused_login",
    "register_absence",
    "register_delegation",
    "retire_staff",
    "set_password",
    "set_roles",
]
