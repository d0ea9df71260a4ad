"""Every page of the product, by the name of its address: who opens it, where, and what to do there before looking.

`tests/journeys/test_frame_pages.py` fails for a page that stands neither here nor among what is no page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page

from config.web.pages import Access, access_of

CLERK, CHIEF, MANAGER, AUDITOR, ADMINISTRATOR = "200401", "200301", "200201", "290301", "900001"
NOBODY = ""
UNPROVEN = "290301 without a code"  # the auditor after the password, before the second factor
Doing = Callable[[Page], None]


def press(name: str) -> Doing:
    """Press the button with that data, name or value, without the browser's own checks."""

    def do(page: Page) -> None:
        page.evaluate("for (const form of document.forms) form.noValidate = true")
        page.locator(name).first.click()
        page.wait_for_load_state("networkidle")

    return do


def fill(place: str, text: str) -> Doing:
    """Type something."""
    return lambda page: page.locator(place).first.fill(text)


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at a page.  `address` may name places of the furnished city in braces."""

    page: str
    person: str
    address: str
    status: int = 200
    doing: tuple[Doing, ...] = ()
    note: str = ""  # what makes it another look at the same page

    @property
    def name(self) -> str:
        """For the list of tests."""
        return f"{self.page}-{self.note}" if self.note else self.page


SEND_REST = "main form[method=post] button.danger"
SEND = "main form[method=post] button.main"
VISITS = [
    # Entrance
    Visit("account_login", NOBODY, "/accounts/login/"),
    Visit("account_login", NOBODY, "/accounts/login/", 200, (press(SEND),), note="wrong"),
    Visit("account_logout", CLERK, "/accounts/logout/"),
    Visit("account_change_password", CLERK, "/accounts/password/"),
    Visit("account_change_password", CLERK, "/accounts/password/", 200, (press(SEND),), note="wrong"),
    Visit("account_inactive", NOBODY, "/accounts/inactive/"),
    Visit("account_reauthenticate", CLERK, "/accounts/confirm/"),
    Visit("account_reauthenticate", CLERK, "/accounts/confirm/", 200, (press(SEND),), note="wrong"),
    Visit("session_back", CLERK, "/session/back/"),
    # Help and notices
    Visit("help", NOBODY, "/help/"),
    Visit("help", CLERK, "/help/", note="inside"),
    Visit("help_glossary", CLERK, "/help/glossary/"),
    Visit("help_glossary", CLERK, "/help/glossary/?word=nothing", note="empty"),
    Visit("help_keys", CLERK, "/help/keys/"),
    Visit("notices", CHIEF, "/notices/"),
    Visit("notices", CLERK, "/notices/", note="own"),
    # Work
    Visit("workflow:inbox", CHIEF, "/"),
    Visit("workflow:inbox", ADMINISTRATOR, "/", note="empty"),
    Visit("workflow:inbox", CLERK, "/?tab=due", note="tab"),
    Visit("workflow:item", CLERK, "/work/bpmn/{shared_item}/"),
    Visit("workflow:item", MANAGER, "/work/flow/{loan_task}/", note="loan"),
    Visit("workflow:hold", CLERK, "/work/bpmn/{shared_item}/hold/"),
    Visit("workflow:begun", CLERK, "/processes/"),
    Visit("workflow:loan", CLERK, "/processes/loan/"),
    Visit("workflow:loan", CLERK, "/processes/loan/", 422, (fill("#id_item", ""), press(SEND)), note="wrong"),
    Visit("workflow:operations", ADMINISTRATOR, "/processes/operation/"),
    Visit("workflow:operations", ADMINISTRATOR, "/processes/operation/?number=zz", note="empty"),
    Visit("workflow:operation", ADMINISTRATOR, "/processes/operation/{shared}/"),
    Visit(
        "workflow:operation",
        ADMINISTRATOR,
        "/processes/operation/{stuck}/",
        422,
        (press("details.cancel summary"), press(SEND_REST)),
        note="wrong",
    ),
    Visit("workflow:migrate", ADMINISTRATOR, "/processes/operation/{shared}/migrate/"),
    Visit("workflow:migrate", ADMINISTRATOR, "/processes/operation/{shared}/migrate/?version=2", note="tried"),
    Visit(
        "workflow:migrate",
        ADMINISTRATOR,
        "/processes/operation/{shared}/migrate/?version=2&to_share=look",
        note="ready",
    ),
    Visit("workflow:migrate", ADMINISTRATOR, "/processes/operation/{stuck}/migrate/", note="alone"),
    Visit("workflow:incidents", ADMINISTRATOR, "/processes/stuck/"),
    Visit("workflow:instance", CLERK, "/processes/bpmn/{shared}/"),
    Visit("workflow:instance", CLERK, "/processes/flow/{loan}/", note="loan"),
    Visit("workflow:instance", ADMINISTRATOR, "/processes/bpmn/{stuck}/", note="stuck"),
    Visit("workflow:definitions", ADMINISTRATOR, "/definitions/"),
    Visit("workflow:definitions", ADMINISTRATOR, "/definitions/", 422, (press(SEND),), note="wrong"),
    Visit("workflow:definitions", CLERK, "/definitions/", note="reading"),
    Visit("workflow:definition", CLERK, "/definitions/standard/1/"),
    Visit("workflow:decisions", ADMINISTRATOR, "/definitions/decisions/"),
    Visit("workflow:decisions", ADMINISTRATOR, "/definitions/decisions/", 422, (press(SEND),), note="wrong"),
    Visit("workflow:decisions", CLERK, "/definitions/decisions/", note="reading"),
    Visit("workflow:decision", CLERK, "/definitions/decisions/approval_rank/1/"),
    Visit("workflow:decision_trial", CLERK, "/definitions/decisions/approval_rank/1/try/"),
    Visit(
        "workflow:decision_trial",
        CLERK,
        "/definitions/decisions/approval_rank/1/try/",
        200,
        (fill("#id_value_0", "3000000"), fill("#id_value_1", "委託"), press(SEND)),
        note="tried",
    ),
    Visit("workflow:start", CLERK, "/definitions/request/start/"),
    # Cases
    Visit("approvals:list", CLERK, "/cases/"),
    Visit("approvals:draft", CLERK, "/cases/{draft}/draft/"),
    Visit(
        "approvals:draft",
        CLERK,
        "/cases/{draft}/draft/",
        422,
        (fill("#id_title", ""), press("[value=submit]")),
        note="wrong",
    ),
    Visit("approvals:route", CLERK, "/cases/{draft}/draft/route/"),
    Visit("approvals:route", CLERK, "/cases/{draft}/draft/route/", 422, (press("#route-add"),), note="wrong"),
    Visit("approvals:draft", CLERK, "/cases/{returned}/draft/", note="returned"),
    Visit("approvals:case", CHIEF, "/cases/{under_way}/"),
    Visit("approvals:case", CHIEF, "/cases/{under_way}/", 200, (press("[data-return-opens]"),), note="return"),
    Visit("approvals:return", CHIEF, "/cases/{under_way}/return/"),
    Visit("approvals:return", CHIEF, "/cases/{under_way}/return/", 200, (press("button.back"),), note="wrong"),
    Visit("approvals:case", CLERK, "/cases/{decided}/", note="decided"),
    Visit("approvals:case", CLERK, "/cases/{filed}/", note="filed"),
    # Records
    Visit("documents:search", CLERK, "/documents/search/?q=契約"),
    Visit("documents:search", CLERK, "/documents/search/?q=", note="wrong"),
    Visit("documents:search", CLERK, "/documents/search/?q=見つからない語", note="nothing"),
    Visit("documents:record", CLERK, "/documents/{filed_record}/?verify"),
    Visit("documents:record", AUDITOR, "/documents/{under_way_record}/?all", note="auditor"),
    Visit("documents:original", CLERK, "/documents/{filed_record}/original/"),
    Visit("documents:view", CLERK, "/documents/files/{version}/"),
    Visit("documents:binders", CLERK, "/documents/binders/"),
    Visit("documents:binder", CLERK, "/documents/binders/{binder}/"),
    Visit("documents:record_readers", CHIEF, "/documents/{filed_record}/readers/"),
    Visit("documents:binder_readers", CHIEF, "/documents/binders/{binder}/readers/"),
    Visit("documents:class_readers", CHIEF, "/documents/classes/01-01-01/readers/"),
    Visit("organization:sight_find", AUDITOR, "/organization/sight/"),
    Visit("organization:sight_find", AUDITOR, "/organization/sight/?code=nobody", 422, note="wrong"),
    Visit("organization:sight", AUDITOR, "/organization/sight/200401/"),
    # Ledger
    Visit("ledger:ledger", AUDITOR, "/ledger/"),
    Visit("ledger:ledger", AUDITOR, "/ledger/?since=xx&record=nothing", 422, note="wrong"),
    Visit("ledger:entry", AUDITOR, "/ledger/{entry}/"),
    # Decision rules
    Visit("regulation:list", CLERK, "/regulation/"),
    Visit("regulation:list", ADMINISTRATOR, "/regulation/", note="keeper"),
    Visit("regulation:version", CLERK, "/regulation/{regulation}/"),
    Visit("regulation:version", ADMINISTRATOR, "/regulation/{regulation_draft}/", note="draft"),
    Visit("regulation:trial", CLERK, "/regulation/{regulation}/try/?matter=F06"),
    Visit(
        "regulation:trial",
        CLERK,
        "/regulation/{regulation}/try/?matter=F03&ask=1&amount=495000&others=495000",
        note="answer",
    ),
    Visit("regulation:trial", CLERK, "/regulation/{regulation}/try/?matter=F06&ask=1&amount=x", 422, note="wrong"),
    Visit("regulation:new", ADMINISTRATOR, "/regulation/new/"),
    Visit("regulation:copy", ADMINISTRATOR, "/regulation/{regulation_draft}/copy/"),
    Visit("regulation:matter_new", ADMINISTRATOR, "/regulation/{regulation_draft}/matters/new/"),
    Visit("regulation:matter", ADMINISTRATOR, "/regulation/{regulation_draft}/matters/F06/"),
    Visit(
        "regulation:matter",
        ADMINISTRATOR,
        "/regulation/{regulation_draft}/matters/F06/",
        422,
        (fill("#id_rows-1-low", "9,000,000"), press("form button.main[value=save]")),
        note="wrong",
    ),
    Visit("regulation:bench", ADMINISTRATOR, "/regulation/{regulation_draft}/bench/"),
    Visit("regulation:publish", ADMINISTRATOR, "/regulation/{regulation_draft}/publish/"),
    Visit("regulation:withdraw", ADMINISTRATOR, "/regulation/{regulation_draft}/withdraw/"),
    # Organisation
    Visit("organization:choose_post", CLERK, "/organization/post/"),
    Visit("organization:chart", CLERK, "/organization/"),
    Visit("organization:chart", ADMINISTRATOR, "/organization/", note="keeper"),
    Visit("organization:exceptions", ADMINISTRATOR, "/organization/exceptions/"),
    Visit("organization:rescue", ADMINISTRATOR, "/organization/exceptions/{work}/"),
    Visit("organization:rescue", ADMINISTRATOR, "/organization/exceptions/{work}/", 422, (press(SEND),), note="wrong"),
    Visit("organization:correspondence", CLERK, "/organization/correspondence/"),
    Visit("organization:reform", ADMINISTRATOR, "/organization/reform/"),
    Visit("organization:reform_units", ADMINISTRATOR, "/organization/reform/units/?old=1010"),
    Visit(
        "organization:reform_units",
        ADMINISTRATOR,
        "/organization/reform/units/?old=1010",
        422,
        (press(SEND),),
        note="wrong",
    ),
    Visit("organization:rename", ADMINISTRATOR, "/organization/reform/1010/rename/"),
    Visit("organization:rename", ADMINISTRATOR, "/organization/reform/1010/rename/", 422, (press(SEND),), note="wrong"),
    Visit("organization:people", ADMINISTRATOR, "/organization/staff/"),
    Visit("organization:person", ADMINISTRATOR, "/organization/staff/200301/"),
    Visit("organization:leave", ADMINISTRATOR, "/organization/staff/200301/leave/"),
    Visit("organization:leave", ADMINISTRATOR, "/organization/staff/200301/leave/", 422, (press(SEND),), note="wrong"),
    Visit("organization:back", ADMINISTRATOR, "/organization/staff/249999/back/"),
    Visit("organization:appoint", ADMINISTRATOR, "/organization/staff/200401/appoint/"),
    Visit(
        "organization:appoint", ADMINISTRATOR, "/organization/staff/200401/appoint/", 422, (press(SEND),), note="wrong"
    ),
    Visit("organization:end_appointment", ADMINISTRATOR, "/organization/staff/200401/appointments/{appointment}/end/"),
    Visit("organization:batches", ADMINISTRATOR, "/organization/imports/"),
    Visit("organization:import", ADMINISTRATOR, "/organization/imports/new/"),
    Visit("organization:import", ADMINISTRATOR, "/organization/imports/new/", 422, (press(SEND),), note="wrong"),
    Visit("organization:batch", ADMINISTRATOR, "/organization/imports/{batch}/"),
    Visit("organization:batch", ADMINISTRATOR, "/organization/imports/{batch_wrong}/", note="wrong"),
    Visit("organization:batch", ADMINISTRATOR, "/organization/imports/{batch_registered}/", note="registered"),
    Visit("organization:roll_back", ADMINISTRATOR, "/organization/imports/{batch_registered}/roll-back/"),
    # Second factors and log-ins
    Visit("mfa_authenticate", UNPROVEN, "/accounts/factor/"),
    Visit("mfa_authenticate", UNPROVEN, "/accounts/factor/", 200, (press(SEND),), note="wrong"),
    Visit("mfa_reauthenticate", AUDITOR, "/accounts/confirm/code/"),
    Visit("mfa_reauthenticate", AUDITOR, "/accounts/confirm/code/", 200, (press(SEND),), note="wrong"),
    Visit("mfa_index", CLERK, "/accounts/factors/"),
    Visit("mfa_index", AUDITOR, "/accounts/factors/", note="enrolled"),
    Visit("mfa_enrol", CLERK, "/accounts/factors/enrol/"),
    Visit("mfa_activate_totp", CLERK, "/accounts/factors/app/"),
    Visit("mfa_activate_totp", CLERK, "/accounts/factors/app/", 200, (press(SEND),), note="wrong"),
    Visit("mfa_deactivate_totp", AUDITOR, "/accounts/factors/app/remove/"),
    Visit("mfa_add_webauthn", CLERK, "/accounts/factors/key/"),
    Visit("mfa_view_recovery_codes", AUDITOR, "/accounts/factors/codes/"),
    Visit("mfa_generate_recovery_codes", AUDITOR, "/accounts/factors/codes/new/"),
    Visit("sign_in_sessions", CLERK, "/accounts/sessions/"),
    Visit("sign_in_manage", ADMINISTRATOR, "/accounts/manage/?code=200401"),
    # Failures
    Visit("failure-404", CLERK, "/nothing/", 404),
    Visit("failure-404", NOBODY, "/nothing/", 404, note="outside"),
    Visit("failure-405", CLERK, "/session/extend/", 405),
]
# What answers with something else than a page: how it is asked, and what it answers.
NOT_PAGES: dict[str, str] = {
    "session": "for scripts",
    "session_extend": "for scripts",
    "language": "leads back",
    "counts": "for scripts",
    "approvals:open": "leads to the case",
    "approvals:new": "leads to the draft",
    "approvals:paper": "a PDF",
    "approvals:certificate": "a PDF",
    "approvals:save": "parts of the draft page",
    "approvals:attach": "parts of the draft page",
    "approvals:reorder": "parts of the draft page",
    "approvals:detach": "parts of the draft page",
    "documents:content": "bytes of a file",
    "documents:rendition": "bytes of a PDF",
    "documents:printed": "for scripts",
    "documents:shown": "part of the viewer",
    "documents:again": "answers a button of the viewer",
    "documents:uploads": "for scripts",
    "documents:piece": "for scripts",
    "documents:finish": "for scripts",
    "organization:template": "a CSV file",
    "organization:batch_file": "a CSV file",
    "confirmed_form": "goes on by itself with a form that waited",
    "mfa_reauthenticate_webauthn": "needs a key: seen by the journey of the log-in",
    "mfa_remove_webauthn": "needs a key: seen by the journey of the log-in",
    "sign_in_end_session": "answers a button of the list of log-ins",
    "sign_in_sso": "leads to the identity provider",
    "openid_connect_callback": "comes back from the identity provider",
    "documents:text": "part of the viewer",
    "documents:download": "bytes of a file",
    "ledger:export": "a CSV file",
    "workflow:diagram": "the model for the drawing",
    "workflow:decision_model": "a file to keep",
    "workflow:model": "the model for the drawing",
    "workflow:return": "answers the form of the instance page",
    "workflow:mend": "answers the form of the instance page",
}


def names(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, Any]]:
    """Every address of the product by its name, but for those that are closed to everybody."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern) and access_of(entry.callback) is not Access.CLOSED:
            yield f"{space}{entry.name}", entry.callback
