"""Who opens which page: every address of the product for every kind of person; no cell is left out.

302 is the way to the log-in (or on to another page), 404 is what is not there, or not for this person, 405 an address that
only takes forms.  Confidential records and other days are tested beside the rules.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.test import Client
from django.urls import resolve, reverse

from config.commands import Role
from documents.ledger.models import LedgerEntry
from tests.architecture import sources
from tests.journeys import furnish
from tests.journeys.pages import names

PEOPLE = {
    "nobody": "",
    "drafter": "200401",
    "chief": "200301",  # 係長 on the route, 文書主任
    "manager": "200201",  # 課長 on the route
    "director": "200101",  # 部長, leads the units below
    "outsider": "230402",
    "auditor": "290301",
    "administrator": "900001",
}
# Address name, address, statuses in the order of PEOPLE.
TABLE = [
    ("account_login", "/accounts/login/", "200 302 302 302 302 302 302 302"),
    ("account_logout", "/accounts/logout/", "302 200 200 200 200 200 200 200"),
    ("account_change_password", "/accounts/password/", "302 200 200 200 200 200 200 200"),
    ("account_inactive", "/accounts/inactive/", "200 200 200 200 200 200 200 200"),
    ("account_reauthenticate", "/accounts/confirm/", "302 200 200 200 200 200 302 302"),
    ("mfa_reauthenticate", "/accounts/confirm/code/", "302 302 302 302 302 302 200 200"),
    ("mfa_reauthenticate_webauthn", "/accounts/confirm/key/", "302 302 302 302 302 302 302 302"),
    ("confirmed_form", "/accounts/confirm/form/", "302 302 302 302 302 302 302 302"),
    ("mfa_authenticate", "/accounts/factor/", "302 302 302 302 302 302 302 302"),
    ("mfa_index", "/accounts/factors/", "302 200 200 200 200 200 200 200"),
    ("mfa_enrol", "/accounts/factors/enrol/", "302 200 200 200 200 200 200 200"),
    ("mfa_activate_totp", "/accounts/factors/app/", "302 200 200 200 200 200 302 302"),
    ("mfa_deactivate_totp", "/accounts/factors/app/remove/", "302 404 404 404 404 404 200 200"),
    ("mfa_add_webauthn", "/accounts/factors/key/", "302 200 200 200 200 200 200 200"),
    ("mfa_remove_webauthn", "/accounts/factors/key/1/remove/", "302 404 404 404 404 404 404 404"),
    ("mfa_view_recovery_codes", "/accounts/factors/codes/", "302 404 404 404 404 404 200 200"),
    ("mfa_generate_recovery_codes", "/accounts/factors/codes/new/", "302 200 200 200 200 200 200 200"),
    ("sign_in_sessions", "/accounts/sessions/", "302 200 200 200 200 200 200 200"),
    ("sign_in_manage", "/accounts/manage/?code=200401", "302 404 404 404 404 404 404 200"),
    ("sign_in_sso", "/accounts/sso/", "404 404 404 404 404 404 404 404"),
    ("session", "/session/", "401 200 200 200 200 200 200 200"),
    ("session_extend", "/session/extend/", "302 405 405 405 405 405 405 405"),
    ("session_back", "/session/back/", "302 200 200 200 200 200 200 200"),
    ("language", "/language/", "302 302 302 302 302 302 302 302"),
    ("notices", "/notices/", "302 200 200 200 200 200 200 200"),
    ("counts", "/notices/counts/", "302 200 200 200 200 200 200 200"),
    ("help", "/help/", "200 200 200 200 200 200 200 200"),
    ("help_glossary", "/help/glossary/", "200 200 200 200 200 200 200 200"),
    ("help_keys", "/help/keys/", "200 200 200 200 200 200 200 200"),
    ("documents:search", "/documents/search/?q=契約", "302 200 200 200 200 200 200 200"),
    ("documents:record", "/documents/{filed_record}/?verify", "302 200 200 200 200 404 200 404"),
    ("documents:original", "/documents/{filed_record}/original/", "302 200 200 200 200 404 200 404"),
    ("documents:view", "/documents/files/{version}/", "302 200 200 200 200 404 200 404"),
    ("documents:shown", "/documents/files/{version}/shown/", "302 200 200 200 200 404 200 404"),
    ("documents:again", "/documents/files/{version}/shown/again/", "302 405 405 405 405 405 405 405"),
    ("documents:rendition", "/documents/files/{version}/pdf/", "302 404 404 404 404 404 404 404"),
    ("documents:printed", "/documents/files/{version}/printed/", "302 405 405 405 405 405 405 405"),
    ("documents:content", "/documents/files/{version}/content/", "302 200 200 200 200 404 200 404"),
    ("documents:text", "/documents/files/{version}/text/", "302 200 200 200 200 404 200 404"),
    ("documents:download", "/documents/files/{version}/download/", "302 200 200 200 200 404 200 404"),
    ("documents:uploads", "/documents/uploads/", "302 405 405 405 405 405 405 404"),
    ("documents:piece", "/documents/uploads/00000000-0000-0000-0000-000000000000/", "302 405 405 405 405 405 405 404"),
    (
        "documents:finish",
        "/documents/uploads/00000000-0000-0000-0000-000000000000/finish/",
        "302 405 405 405 405 405 405 404",
    ),
    ("documents:record_readers", "/documents/{filed_record}/readers/", "302 200 200 200 200 404 200 404"),
    ("documents:binders", "/documents/binders/", "302 200 200 200 200 200 200 200"),
    ("documents:binder", "/documents/binders/{binder}/", "302 200 200 200 200 404 200 404"),
    ("documents:binder_readers", "/documents/binders/{binder}/readers/", "302 200 200 200 200 404 200 404"),
    ("documents:class_readers", "/documents/classes/01-01-01/readers/", "302 200 200 200 200 200 200 200"),
    ("ledger:ledger", "/ledger/", "302 404 404 404 404 404 200 404"),
    ("ledger:export", "/ledger/csv/", "302 404 404 404 404 404 302 404"),
    ("ledger:entry", "/ledger/{entry}/", "302 404 404 404 404 404 200 404"),
    ("approvals:list", "/cases/", "302 200 200 200 200 200 200 200"),
    ("approvals:new", "/cases/new/", "302 302 302 302 302 302 302 404"),
    ("approvals:open", "/cases/of/{under_way_instance}/", "302 302 302 302 302 404 302 404"),
    ("approvals:case", "/cases/{under_way}/", "302 200 200 200 200 404 200 404"),
    ("approvals:paper", "/cases/{under_way}/papers/kagami/", "302 200 200 200 200 404 200 404"),
    ("approvals:certificate", "/cases/{decided}/papers/certificate/", "302 405 405 405 405 405 405 405"),
    ("approvals:return", "/cases/{under_way}/return/", "302 403 200 403 403 404 403 404"),
    ("approvals:draft", "/cases/{draft}/draft/", "302 200 404 404 404 404 404 404"),
    ("approvals:route", "/cases/{draft}/draft/route/", "302 200 404 404 404 404 404 404"),
    ("approvals:save", "/cases/{draft}/draft/save/", "302 405 405 405 405 405 405 404"),
    ("approvals:attach", "/cases/{draft}/draft/files/", "302 302 404 404 404 404 404 404"),
    ("approvals:reorder", "/cases/{draft}/draft/files/order/", "302 405 405 405 405 405 405 404"),
    ("approvals:detach", "/cases/{draft}/draft/files/{draft_attachment}/remove/", "302 405 405 405 405 405 405 404"),
    ("regulation:list", "/regulation/", "302 200 200 200 200 200 200 200"),
    ("regulation:new", "/regulation/new/", "302 404 404 404 404 404 404 200"),
    ("regulation:version", "/regulation/{regulation}/", "302 200 200 200 200 200 200 200"),
    ("regulation:trial", "/regulation/{regulation}/try/?matter=F06", "302 200 200 200 200 200 200 200"),
    ("regulation:copy", "/regulation/{regulation_draft}/copy/", "302 404 404 404 404 404 404 200"),
    ("regulation:matter_new", "/regulation/{regulation_draft}/matters/new/", "302 404 404 404 404 404 404 200"),
    ("regulation:matter", "/regulation/{regulation_draft}/matters/F06/", "302 404 404 404 404 404 404 200"),
    ("regulation:bench", "/regulation/{regulation_draft}/bench/", "302 404 404 404 404 404 404 200"),
    ("regulation:publish", "/regulation/{regulation_draft}/publish/", "302 404 404 404 404 404 404 200"),
    ("regulation:withdraw", "/regulation/{regulation_draft}/withdraw/", "302 404 404 404 404 404 404 200"),
    ("organization:chart", "/organization/", "302 200 200 200 200 200 200 200"),
    ("organization:choose_post", "/organization/post/", "302 200 200 200 200 200 200 200"),
    ("organization:exceptions", "/organization/exceptions/", "302 404 404 404 404 404 404 200"),
    ("organization:rescue", "/organization/exceptions/{work}/", "302 404 404 404 404 404 404 200"),
    ("organization:correspondence", "/organization/correspondence/", "302 200 200 200 200 200 200 200"),
    ("organization:reform", "/organization/reform/", "302 404 404 404 404 404 404 200"),
    ("organization:reform_units", "/organization/reform/units/?old=1010", "302 404 404 404 404 404 404 200"),
    ("organization:rename", "/organization/reform/1010/rename/", "302 404 404 404 404 404 404 200"),
    ("organization:sight_find", "/organization/sight/", "302 404 404 404 404 404 200 404"),
    ("organization:sight", "/organization/sight/200401/", "302 404 404 404 404 404 200 404"),
    ("organization:people", "/organization/staff/", "302 404 404 404 404 404 404 200"),
    ("organization:person", "/organization/staff/200301/", "302 404 404 404 404 404 404 200"),
    ("organization:leave", "/organization/staff/200301/leave/", "302 404 404 404 404 404 404 200"),
    ("organization:back", "/organization/staff/249999/back/", "302 404 404 404 404 404 404 200"),
    ("organization:appoint", "/organization/staff/200401/appoint/", "302 404 404 404 404 404 404 200"),
    (
        "organization:end_appointment",
        "/organization/staff/200401/appointments/{appointment}/end/",
        "302 404 404 404 404 404 404 200",
    ),
    ("organization:batches", "/organization/imports/", "302 404 404 404 404 404 404 200"),
    ("organization:import", "/organization/imports/new/", "302 404 404 404 404 404 404 200"),
    ("organization:template", "/organization/imports/templates/units/utf-8/", "302 404 404 404 404 404 404 200"),
    ("organization:batch", "/organization/imports/{batch}/", "302 404 404 404 404 404 404 200"),
    (
        "organization:roll_back",
        "/organization/imports/{batch_registered}/roll-back/",
        "302 404 404 404 404 404 404 200",
    ),
    ("organization:batch_file", "/organization/imports/{batch}/files/units/", "302 404 404 404 404 404 404 200"),
    ("workflow:inbox", "/", "302 200 200 200 200 200 200 200"),
    ("workflow:item", "/work/bpmn/{shared_item}/", "302 200 404 404 404 404 200 404"),
    ("workflow:hold", "/work/bpmn/{shared_item}/hold/", "302 200 404 404 404 404 200 404"),
    ("workflow:begun", "/processes/", "302 200 200 200 200 200 200 200"),
    ("workflow:loan", "/processes/loan/", "302 200 200 200 200 200 200 404"),
    ("workflow:operations", "/processes/operation/", "302 404 404 404 404 404 404 200"),
    ("workflow:operation", "/processes/operation/{shared}/", "302 404 404 404 404 404 404 200"),
    ("workflow:migrate", "/processes/operation/{shared}/migrate/?version=2", "302 404 404 404 404 404 404 200"),
    ("workflow:incidents", "/processes/stuck/", "302 404 404 404 404 404 404 200"),
    ("workflow:diagram", "/processes/bpmn/{under_way_instance}/model/", "302 200 200 404 404 404 200 404"),
    ("workflow:return", "/processes/bpmn/{shared}/return/", "302 302 302 302 302 302 302 302"),
    ("workflow:mend", "/processes/bpmn/{stuck}/mend/", "302 404 404 404 404 404 404 302"),
    ("workflow:instance", "/processes/bpmn/{shared}/", "302 200 404 404 404 404 200 404"),
    ("workflow:definitions", "/definitions/", "302 200 200 200 200 200 200 200"),
    ("workflow:decisions", "/definitions/decisions/", "302 200 200 200 200 200 200 200"),
    ("workflow:decision", "/definitions/decisions/approval_rank/1/", "302 200 200 200 200 200 200 200"),
    ("workflow:decision_trial", "/definitions/decisions/approval_rank/1/try/", "302 200 200 200 200 200 200 200"),
    ("workflow:decision_model", "/definitions/decisions/approval_rank/1/model/", "302 200 200 200 200 200 200 200"),
    ("workflow:start", "/definitions/request/start/", "302 200 200 200 200 200 200 404"),
    ("workflow:definition", "/definitions/standard/1/", "302 200 200 200 200 200 200 200"),
    ("workflow:model", "/definitions/standard/1/model/", "302 200 200 200 200 200 200 200"),
]
# Addresses that need something no test can name beforehand; they are asked for in tests of their own.
APART = {
    "sign_in_end_session": "tests/web/test_signin_sessions.py",
    "openid_connect_callback": "tests/web/test_signin_sso.py",
}
# Open to whoever is not logged in, and answering by a way on: the code of somebody half logged in, the language.
OPEN_DOORS = {"mfa_authenticate", "language"}


def browser(code: str) -> Client:
    from workflow.organization.models import Staff

    client = Client(HTTP_ACCEPT="text/html")
    if code:
        client.force_login(Staff.objects.get(code=code))
    return client


def test_every_address_stands_in_the_table() -> None:
    listed = [name for name, _, _ in TABLE]
    assert len(listed) == len(set(listed))
    assert {name for name, _ in names()} == set(listed) | APART.keys()
    assert {name for name, _, cells in TABLE if len(cells.split()) != len(PEOPLE)} == set()


def test_every_cell_holds_a_status_and_every_row_leads_where_it_says(city: None) -> None:
    found = furnish.cases() | furnish.processes() | furnish.organization()
    odd = {cell for _, _, cells in TABLE for cell in cells.split()} - {"200", "302", "401", "403", "404", "405"}
    assert odd == set()
    reached = {name: resolve(urlsplit(address.format(**found)).path).view_name for name, address, _ in TABLE}
    assert {name: where for name, where in reached.items() if where != name} == {}


def test_every_kind_of_right_has_a_person_in_the_table(city: None) -> None:
    from workflow.organization.models import Staff

    held = {
        str(role)
        for roles in Staff.objects.filter(code__in=PEOPLE.values()).values_list("roles", flat=True)
        for role in roles
    }
    assert held == {str(role) for role in Role}
    assert [
        code for code in PEOPLE.values() if code and not Staff.objects.filter(code=code, is_active=True).exists()
    ] == []


def test_what_stands_apart_is_asked_for_where_it_says() -> None:
    listed = {name for name, _, _ in TABLE}
    for name, place in APART.items():
        path = reverse(name, args=["0123456789abcdef" if name == "sign_in_end_session" else "sso"])
        head = path.split("0123456789abcdef")[0].split("sso/back")[0]
        assert name not in listed and head in (sources.ROOT / place).read_text(encoding="utf-8")


def test_what_is_not_there_for_somebody_takes_no_form_from_him(city: None) -> None:
    """Beside the table of what is shown: nothing is sent to a page that the person cannot open."""
    found = furnish.cases() | furnish.processes() | furnish.organization()
    taken, last = [], LedgerEntry.objects.order_by("pk").values_list("pk", flat=True).last()
    for person, (who, code) in enumerate(PEOPLE.items()):
        client = browser(code)
        for name, address, cells in TABLE:
            hidden = {"404"} if who != "nobody" else {"302", "404"}
            if cells.split()[person] not in hidden or name in OPEN_DOORS:
                continue
            status = client.post(address.format(**found), {"act": "unlock", "code": "200401"}).status_code
            if status not in (401, 404, 405):
                taken.append((name, who, status))
    assert taken == []
    written = LedgerEntry.objects.filter(pk__gt=last).values_list("action", flat=True)
    assert set(written) <= {"ledger.refused"}  # refusals are written down, and nothing else happened


def test_every_person_gets_what_the_table_says(city: None) -> None:
    found = furnish.cases() | furnish.processes() | furnish.organization()
    wrong = []
    for person, (who, code) in enumerate(PEOPLE.items()):
        client = browser(code)
        for name, address, cells in TABLE:
            if name == "account_logout":
                client = browser(code)
            status = str(client.get(address.format(**found)).status_code)
            if status != cells.split()[person]:
                wrong.append((name, who, status, cells.split()[person]))
    assert not wrong, wrong


def test_whoever_left_is_nobody(city: None) -> None:
    from workflow.organization.models import Staff

    found = furnish.cases() | furnish.processes() | furnish.organization()
    gone = browser("290301")
    Staff.objects.filter(code="290301").update(is_active=False, turns_active=False)
    answers = {name: str(gone.get(address.format(**found)).status_code) for name, address, _ in TABLE}
    assert answers == {name: cells.split()[0] for name, _, cells in TABLE}
