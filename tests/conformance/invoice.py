"""Runs the invoice example from log-in to archive, through the pages, on a data base of its own.

python -m tests.conformance.invoice FOLDER prints one line of JSON for each run: its name, and what went wrong (or nothing).
The example brings neither its Java class nor its HTML pages: the class is mapped to a hook, as an administrator does it
(KESSAI_HOOK_NAMES), its groups to units (KESSAI_GROUP_NAMES), and its pages to forms registered under their keys.  Its two
listeners in JavaScript are breaches of rules: the models are taken with them, which is recorded; they do not run.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ARCHIVE = "invoice.archive"
PASSWORD = "seikyuusho-1185-x"
UNITS = {"accounting": ("9010", "会計課"), "management": ("9020", "総務課"), "sales": ("9030", "営業課")}
STAFF = [
    ("demo", "出茂 一", "sales"),
    ("john", "城 純", "sales"),
    ("mary", "真理 円", "accounting"),
    ("peter", "平田 丈", "management"),
]


class Wrong(Exception):
    """The run is not as it should be."""


def main(folder: Path) -> None:
    """Set everything up, then run."""
    with tempfile.TemporaryDirectory(prefix="kessai-invoice-") as var:
        classes = sorted(_classes(folder))
        os.environ |= {
            "KESSAI_VAR": var,
            "KESSAI_DEBUG": "1",
            "DATABASE_URL": f"sqlite:///{var}/invoice.sqlite3",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "KESSAI_HOOK_NAMES": ",".join(f"{name}={ARCHIVE}" for name in classes),
            "KESSAI_GROUP_NAMES": ",".join(f"{group}={unit}" for group, (_code, unit) in UNITS.items()),
        }
        for name in ("REDIS_URL", "OBJECT_STORE_URL", "EMAIL_URL"):
            os.environ.pop(name, None)
        import django

        django.setup()
        from django.core.management import call_command
        from django.test.utils import setup_test_environment

        setup_test_environment()
        call_command("migrate", verbosity=0)
        for name, problem in Example(folder).runs():
            print(json.dumps({"name": name, "problem": problem}, ensure_ascii=False), flush=True)


def _classes(folder: Path) -> Iterator[str]:
    """The Java classes that the models name."""
    from workflow.bpmn.parser import parse

    for path in folder.rglob("*.bpmn"):
        read = parse(path.read_bytes()).definitions
        yield from (node.foreign("class") for node in (read.root.walk() if read else ()) if node.foreign("class"))


class Example:
    """The example, deployed, and the people who work with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archived: list[dict[str, Any]] = []

    def runs(self) -> Iterator[tuple[str, str]]:
        """Each run and what is wrong with it."""
        parts: list[Callable[[], None]] = [
            self.deploys,
            self.is_approved_at_once,
            self.is_approved_after_a_review,
            self.is_not_processed_when_nothing_is_clarified,
            self.refuses_what_the_forms_forbid,
        ]
        for part in parts:
            problem = ""
            try:
                part()
            except Exception as odd:
                problem = f"{type(odd).__name__}: {odd}"[:600]
            yield part.__name__.replace("_", " "), problem
            if problem and part == self.deploys:
                return

    # --- set-up

    def deploys(self) -> None:
        """The decision, then both models, as an administrator hands them in; the breaches are recorded."""
        from config.commands import Role, system_actor
        from documents.ledger.models import LedgerEntry
        from workflow import commands, hooks
        from workflow.organization import commands as organization
        from workflow.organization.actors import actor_for

        system = system_actor("invoice", channel="cli")
        self._people(organization, system)
        chief = organization.hire_staff(
            code="900001", name="システム管理者", roles=[str(Role.ADMINISTRATOR)], actor=system
        )
        admin = actor_for(staff=chief, channel="web")

        @hooks.hook(ARCHIVE)
        def archive(call: hooks.HookCall) -> dict[str, Any]:
            self.archived.append(dict(call.variables))
            return {"archiveNumber": f"A-{call.variables['invoiceNumber']}"}

        _forms()
        for path in sorted(self.folder.rglob("*.dmn")):
            commands.deploy_decisions(xml=path.read_bytes(), actor=admin)
        breaching = 0
        for path in sorted(self.folder.rglob("*.bpmn")):
            found = commands.deploy_definition(xml=path.read_bytes(), with_breaches=True, actor=admin)
            breaching += any(finding.level == "rule" for finding in found.warnings)
        taken = LedgerEntry.objects.filter(action="workflow.definition.taken_with_breaches").count()
        _same("models taken with breaches, as recorded", taken, breaching)

    def _people(self, organization: Any, system: Any) -> None:
        import datetime as dt

        since = dt.date(2020, 4, 1)
        for code, name in [("9000", "市"), *UNITS.values()]:
            parent = "" if code == "9000" else "9000"
            organization.create_unit(
                code=code, name=name, parent_code=parent, symbol=f"記{code}", short_name=name[:2], valid_from=since,
                actor=system,
            )  # fmt: skip
        for code, name, group in STAFF:
            organization.hire_staff(code=code, name=name, roles=[], actor=system)
            post = organization.create_post(
                unit_code=UNITS[group][0], name="主事", rank=10, valid_from=since, actor=system
            )
            organization.appoint(staff_code=code, post_id=post.pk, valid_from=since, actor=system)
            organization.set_password(code=code, password=PASSWORD, temporary=False, actor=system)

    # --- runs

    def is_approved_at_once(self) -> None:
        """Travel expenses go to accounting and sales; one of them approves, accounting pays, the hook archives."""
        number = self._begin("demo", amount="30", category="Travel Expenses", number="R-1")
        _same("approver groups", self._variables(number)["approverGroups"], ["accounting", "sales"])
        _same("who may approve", self._who(number, "approveInvoice"), {"mary", "john", "demo"})
        _same("peter sees it", self._page("peter", number, "approveInvoice").status_code, 404)
        item = self._item(number, "approveInvoice")
        _same("due in a week", (item.due_on - item.created.date()).days in (7, 8), True)
        self._do("mary", number, "approveInvoice", v_approved="on")
        _same("who pays", self._who(number, "prepareBankTransfer"), {"mary"})
        self._do("mary", number, "prepareBankTransfer")
        self._ends(number, "invoiceProcessed", "R-1", archived=True)

    def is_approved_after_a_review(self) -> None:
        """A large sum goes to management, who refuses; it is reviewed by whom the clerk names, and then approved."""
        number = self._begin("mary", amount="900", category="Misc", number="R-2")
        _same("approver groups", self._variables(number)["approverGroups"], ["management"])
        self._do("peter", number, "approveInvoice")
        called = self._called(number)
        _same("handed in", {k: v for k, v in self._variables(called).items() if k in ("amount", "invoiceNumber")},
              {"amount": 900, "invoiceNumber": "R-2"})  # fmt: skip
        _same("who names the reviewer", self._who(called, "assignReviewer"), {"demo"})
        self._do("demo", called, "assignReviewer", v_reviewer="john")
        _same("who reviews", self._who(called, "reviewInvoice"), {"john"})
        self._do("john", called, "reviewInvoice", v_clarified="on")
        _same("clarified", self._variables(number).get("clarified"), True)
        self._do("peter", number, "approveInvoice", v_approved="on")
        self._do("mary", number, "prepareBankTransfer")
        self._ends(number, "invoiceProcessed", "R-2", archived=True)

    def is_not_processed_when_nothing_is_clarified(self) -> None:
        """A review that clarifies nothing ends it: nothing is paid or archived."""
        number = self._begin("mary", amount="5000", category="Misc", number="R-3")
        self._do("peter", number, "approveInvoice")
        called = self._called(number)
        self._do("demo", called, "assignReviewer", v_reviewer="mary")
        self._do("mary", called, "reviewInvoice")
        self._ends(number, "invoiceNotProcessed", "R-3", archived=False)

    def refuses_what_the_forms_forbid(self) -> None:
        """No invoice without its sum, no review without a reviewer."""
        client = self._log_in("demo")
        answer = client.post("/definitions/invoice/start/", {"title": "請求書", "v_creditor": "x", "v_amount": ""})
        _same("without a sum", (answer.status_code, "v_amount" in answer.context["form"].errors), (422, True))
        not_his = client.get("/definitions/ReviewInvoice/start/")
        _same("the review begins only by its call", not_his.status_code, 403)

    # --- what people do

    def _log_in(self, who: str) -> Any:
        from django.test import Client

        client = Client(HTTP_ACCEPT="text/html")
        answer = client.post("/accounts/login/", {"login": who, "password": PASSWORD})
        _same(f"{who} logs in", answer.status_code, 302)
        return client

    def _begin(self, who: str, *, amount: str, category: str, number: str) -> int:
        from workflow.models import ProcessInstance

        client = self._log_in(who)
        page = client.get("/definitions/invoice/start/")
        _same("the form of the start", page.status_code, 200)
        typed = {"title": f"請求書 {number}", "v_creditor": "Great Pizza", "v_amount": amount, "v_invoiceCategory": category,
                 "v_invoiceNumber": number}  # fmt: skip
        answer = client.post("/definitions/invoice/start/", typed)
        _same("begun", answer.status_code, 302)
        self._work()
        return int(ProcessInstance.objects.filter(definition__key="invoice").latest("id").pk)

    def _page(self, who: str, instance: int, element: str) -> Any:
        return self._log_in(who).get(f"/work/bpmn/{self._item(instance, element).pk}/")

    def _do(self, who: str, instance: int, element: str, **typed: str) -> None:
        """Find it in the inbox, open it, fill it in, send it."""
        client, item = self._log_in(who), self._item(instance, element)
        address = f"/work/bpmn/{item.pk}/"
        _same(f"{element} in the inbox of {who}", address in client.get("/").content.decode(), True)
        page = client.get(address)
        revision = page.context["form"]["revision"].value()
        answer = client.post(address, {"revision": revision, **typed})
        shown = answer.context["form"].errors if answer.context else ""
        _same(f"{who} does {element} ({shown})", answer.status_code, 302)
        self._work()

    # --- what is there

    def _work(self) -> None:
        from config.jobs import worker
        from config.jobs.models import Job, JobState

        while worker.run_once(worker="invoice"):
            pass
        failed = Job.objects.filter(state=JobState.FAILED).first()
        if failed is not None:
            raise Wrong(f"the job {failed.kind} failed")

    def _item(self, instance: int, element: str) -> Any:
        from workflow.models import Incident, WorkItem

        found = WorkItem.objects.filter(process_id=instance, element_id=element, finished=None).first()
        if found is None:
            stuck = Incident.objects.filter(instance_id=instance).values_list("element_id", "message")
            raise Wrong(f"{element} is not open; incidents: {list(stuck)}")
        return found

    def _who(self, instance: int, element: str) -> set[str]:
        rows = self._item(instance, element).candidates.filter(is_open=True)
        return set(rows.values_list("staff__code", flat=True))

    def _variables(self, instance: int) -> dict[str, Any]:
        from workflow.models import ProcessInstance

        return dict(ProcessInstance.objects.get(pk=instance).variables["root"])

    def _called(self, instance: int) -> int:
        from workflow.models import ProcessInstance

        return int(ProcessInstance.objects.get(caller_id=instance, finished=None).pk)

    def _ends(self, instance: int, where: str, number: str, *, archived: bool) -> None:
        from workflow.models import ElementHistory, ProcessInstance

        found = ProcessInstance.objects.get(pk=instance)
        last = ElementHistory.objects.filter(instance=found).latest("sequence").element_id
        _same("the end", (found.finished is not None, last), (True, where))
        _same("archived", number in [values.get("invoiceNumber") for values in self.archived], archived)
        told = self._variables(instance).get("archiveNumber")
        _same("what the archive answered", told, f"A-{number}" if archived else None)


def _forms() -> None:
    """The pages that the example names, as forms under the same keys."""
    from workflow.known_forms import field, register

    categories = {name: name for name in ("Travel Expenses", "Misc", "Software License Costs")}
    register(
        "embedded:app:forms/start-form.html",
        field("creditor", "請求元", required=True),
        field("amount", "金額", "double", required=True, min=0),
        field("invoiceCategory", "区分", "enum", required=True, choices=categories),
        field("invoiceNumber", "請求書番号", required=True),
    )
    seen = [field("creditor", "請求元", readonly=True), field("amount", "金額", "double", readonly=True)]
    register("embedded:app:forms/approve-invoice.html", *seen, field("approved", "承認する", "boolean"))
    register("embedded:app:forms/assign-reviewer.html", *seen, field("reviewer", "確かめる人", required=True))
    register("embedded:app:forms/review-invoice.html", *seen, field("clarified", "解決した", "boolean"))
    register("embedded:app:forms/prepare-bank-transfer.html", *seen)


def _same(what: str, found: Any, wanted: Any) -> None:
    """Raises Wrong unless both are the same."""
    if found != wanted:
        raise Wrong(f"{what}: {found!r}, expected {wanted!r}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
