"""Changes of the organisation.  Rows are dated: a change is an end and a new beginning."""

from workflow.organization.commands.away import (
    cancel_absence,
    cancel_delegation,
    register_absence,
    register_delegation,
)
from workflow.organization.commands.batches import (
    SentFile,
    apply_import,
    begin_day,
    check_import,
    roll_back_batch,
)
from workflow.organization.commands.days import BEGIN_DAY
from workflow.organization.commands.factors import (
    add_app,
    add_key,
    make_recovery_codes,
    record_recovery_code,
    remove_factor,
    reset_factors,
)
from workflow.organization.commands.leaving import (
    Rescue,
    Way,
    reinstate_staff,
    rescue_work,
    retire_staff,
    suspend_staff,
)
from workflow.organization.commands.lockout import record_refused_code, record_refused_login, unlock_login
from workflow.organization.commands.logins import (
    end_all_sessions,
    end_session,
    record_login,
    record_logout,
    record_refused_sso,
)
from workflow.organization.commands.passwords import change_own_password, set_password
from workflow.organization.commands.people import hire_staff, set_roles
from workflow.organization.commands.reform import NewUnit, draft_reform, draft_rename
from workflow.organization.commands.structure import appoint, create_post, create_unit, end_appointment, end_unit

__all__ = [
    "BEGIN_DAY",
    "NewUnit",
    "Rescue",
    "SentFile",
    "Way",
    "add_app",
    "add_key",
    "apply_import",
    "appoint",
    "begin_day",
    "cancel_absence",
    "cancel_delegation",
    "change_own_password",
    "check_import",
    "create_post",
    "create_unit",
    "draft_reform",
    "draft_rename",
    "end_all_sessions",
    "end_appointment",
    "end_session",
    "end_unit",
    "hire_staff",
    "make_recovery_codes",
    "record_login",
    "record_logout",
    "record_recovery_code",
    "record_refused_code",
    "record_refused_login",
    "record_refused_sso",
    "register_absence",
    "register_delegation",
    "reinstate_staff",
    "remove_factor",
    "rescue_work",
    "reset_factors",
    "retire_staff",
    "roll_back_batch",
    "set_password",
    "set_roles",
    "suspend_staff",
    "unlock_login",
]
