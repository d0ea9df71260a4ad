"""The page of a draft's route, what the preview says of each step, kept routes, and what is mandatory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from approvals import commands, requirements
from approvals.models import Case, Consultation, RouteStep, SavedRoute
from approvals.stops import Kind, Wanted
from config.errors import Conflict, Invalid, NotFound
from documents.ledger.models import LedgerEntry
from tests.approvals.cast import Cast, draft, submitted
from tests.approvals.offices import add, ask, do, fresh, states
from tests.approvals.test_pages import client, text
from tests.approvals.test_returning import told
from workflow.organization.chart import Chart
from workflow.organization.models import Appointment


@pytest.fixture
def city(cast: Cast) -> Cast:
    return add(cast)


@pytest.fixture
def regulation(city: Cast) -> Iterator[list[Wanted]]:
    """What the 決裁規程 wants of every draft, to be changed by the test."""
    wanted = [Wanted(Kind.CONSULT, city.posts["真鍋"], "別表2-6 委託料100万円以上")]

    def source(case: Case, chart: Chart) -> list[Wanted]:
        return list(wanted)

    requirements.register(source)
    yield wanted
    requirements._sources.remove(source)


def form_of(city: Cast, name: str, **more: str) -> dict[str, str]:
    return {"act": "add", "post": str(city.posts[name]), "kind": "consult", "reason": "所管のため"} | more


def test_the_page_adds_shows_and_removes(city: Cast) -> None:
    case = draft(city)
    browser, address = client(city, "佐久間"), f"/cases/{case.pk}/draft/route/"
    assert address in text(browser.get(f"/cases/{case.pk}/draft/"))
    added = browser.post(address, form_of(city, "久遠", consent="opinion", days="5"))
    assert added.headers["Location"] == address
    browser.post(address, form_of(city, "真鍋", consent="agree"))
    row = Consultation.objects.get(post=city.posts["久遠"])
    assert (row.kind, row.consent, row.days, row.reason, row.added_by) == (
        "consult", "opinion", 5, "所管のため", city.staff["佐久間"],
    )  # fmt: skip
    page = text(browser.get(address))
    for words in ("合議(意見型)", "合議(同意型)", "並行", "久遠 聡", "5営業日", "所管のため", "起案者の係長"):
        assert words in page
    assert "合議(意見型)" in text(browser.get(f"/cases/{case.pk}/draft/"))
    browser.post(address, {"act": "remove", "target": str(row.pk)})
    assert list(Consultation.objects.values_list("post", flat=True)) == [city.posts["真鍋"]]
    kinds = LedgerEntry.objects.filter(action__startswith="case.consultation").order_by("id")
    assert [entry.action for entry in kinds] == ["case.consultation_added"] * 2 + ["case.consultation_removed"]
    assert (told(kinds[0])["post"], told(kinds[0])["reason"]) == ("財政課長", "所管のため")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"post": ""}, "post"),
        ({"completion": "count", "needed": "0"}, "needed"),
        ({"days": "61"}, "days"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(city: Cast, more: dict[str, str], field: str) -> None:
    case = draft(city)
    answer = client(city, "佐久間").post(f"/cases/{case.pk}/draft/route/", form_of(city, "久遠") | more)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Consultation.objects.exists()


def test_nobody_is_added_twice(city: Cast) -> None:
    case = draft(city)
    ask(city, case, "久遠")
    with pytest.raises(Invalid) as refused:
        ask(city, case, "久遠")
    assert refused.value.code == "added_already"
    ask(city, case, "久遠", kind="examine")
    assert Consultation.objects.count() == 2


@pytest.mark.parametrize("name", ["白井", "羽鳥", "森脇", "仁科", "管理者"])
def test_others_do_not_touch_the_route(city: Cast, name: str) -> None:
    case = draft(city)
    row = ask(city, case, "久遠")
    saved = commands.save_route(case_id=case.pk, name="財政", actor=city.actor("佐久間"))
    actor = city.actor(name)
    acts: list[Any] = [
        lambda: commands.add_consultation(
            case_id=case.pk, kind="consult", post_id=city.posts["真鍋"], reason="x", actor=actor
        ),
        lambda: commands.remove_consultation(case_id=case.pk, consultation_id=row.pk, actor=actor),
        lambda: commands.save_route(case_id=case.pk, name="x", actor=actor),
        lambda: commands.apply_route(case_id=case.pk, route_id=saved.pk, actor=actor),
        lambda: commands.forget_route(route_id=saved.pk, actor=actor),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()
    assert client(city, name).get(f"/cases/{case.pk}/draft/route/").status_code == 404
    assert (Consultation.objects.count(), SavedRoute.objects.count()) == (1, 1)


def test_the_route_of_a_case_on_its_way_is_fixed(city: Cast) -> None:
    case = submitted(city)
    with pytest.raises(Conflict):
        ask(city, case, "久遠")
    assert client(city, "佐久間").get(f"/cases/{case.pk}/draft/route/").status_code == 302


def test_a_kept_route_is_used_for_another_draft_in_the_posts_of_today(city: Cast) -> None:
    first, browser = draft(city), client(city, "佐久間")
    ask(city, first, "久遠", consent="opinion", days=4)
    ask(city, first, "真鍋", completion="majority", group=2)
    browser.post(f"/cases/{first.pk}/draft/route/", {"act": "save", "name": "契約もの"})
    saved = SavedRoute.objects.get(owner=city.staff["佐久間"], name="契約もの")
    saved.entries[0]["post"] = 999_999
    saved.save(update_fields=["entries"])
    second = draft(city)
    address = f"/cases/{second.pk}/draft/route/"
    assert "契約もの" in text(browser.get(address))
    page = text(browser.post(address, {"act": "apply", "target": str(saved.pk)}, follow=True))
    assert "今日の組織図にない職は加えていません: 999999" in page
    rows = second.consultations.values_list("post", "group", "completion")
    assert list(rows) == [(city.posts["真鍋"], 2, "majority")]
    browser.post(address, {"act": "apply", "target": str(saved.pk)})
    assert second.consultations.count() == 1, "what is there stays as it is"
    browser.post(address, {"act": "forget", "target": str(saved.pk)})
    assert not SavedRoute.objects.exists()
    told_of = LedgerEntry.objects.filter(action__startswith="route.").order_by("id")
    assert [entry.action for entry in told_of] == ["route.saved", "route.forgotten"]
    used = LedgerEntry.objects.filter(action="case.route_applied").order_by("id")
    assert [(told(entry)["posts"], told(entry)["gone"]) for entry in used] == [
        (["契約検査課長"], ["999999"]), ([], ["999999"]),
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "code"), [(" ", "no_name"), ("財政", "nothing_to_save")])
def test_a_route_is_kept_with_a_name_and_something_in_it(city: Cast, name: str, code: str) -> None:
    case = draft(city)
    with pytest.raises(Invalid) as refused:
        commands.save_route(case_id=case.pk, name=name, actor=city.actor("佐久間"))
    assert refused.value.code == code


def test_what_is_mandatory_stands_in_the_route_and_cannot_be_left_out(city: Cast, regulation: list[Wanted]) -> None:
    case = draft(city)
    page = text(client(city, "佐久間").get(f"/cases/{case.pk}/draft/route/"))
    assert "必須" in page
    assert "別表2-6 委託料100万円以上" in page
    with pytest.raises(Invalid) as refused:
        ask(city, case, "真鍋")
    assert refused.value.code == "mandatory"
    ask(city, case, "久遠", completion="first")
    ask(city, case, "遠山", completion="first")
    commands.submit_draft(case_id=case.pk, seen_revision=fresh(case).revision, actor=city.actor("佐久間"))
    do(city, case, "白井")
    do(city, case, "三田村")
    do(city, case, "久遠")
    assert (states(case)["真鍋"], states(case)["遠山"]) == ("open", "open"), "no rule makes it unneeded"
    do(city, case, "真鍋")
    assert (states(case)["遠山"], states(case)["羽鳥"]) == ("unneeded", "open")


def test_what_was_mandatory_once_stays_mandatory(city: Cast, regulation: list[Wanted]) -> None:
    case = draft(city)
    commands.submit_draft(case_id=case.pk, seen_revision=fresh(case).revision, actor=city.actor("佐久間"))
    do(city, case, "白井", "return", reason="見直し")
    regulation[:] = [Wanted(Kind.EXAMINE, city.posts["遠山"], "別表3-1 会計審査")]
    commands.resubmit(case_id=case.pk, seen_revision=fresh(case).revision, actor=city.actor("佐久間"))
    steps = RouteStep.objects.filter(case=case, version=2, is_mandatory=True)
    assert [(step.kind, step.person_name.split(" ")[0], step.reason) for step in steps] == [
        ("consult", "真鍋", "別表2-6 委託料100万円以上"), ("examine", "遠山", "別表3-1 会計審査"),
    ]  # fmt: skip


def test_nobody_to_ask_is_told_before_submission(city: Cast) -> None:
    case = draft(city)
    ask(city, case, "遠山")
    for code in ("240101", "100001", "100002"):
        Appointment.objects.filter(staff__code=code).delete()
    assert "会計課長を受け取る人がいません" in text(client(city, "佐久間").get(f"/cases/{case.pk}/draft/route/"))
    with pytest.raises(Invalid) as refused:
        commands.submit_draft(case_id=case.pk, seen_revision=fresh(case).revision, actor=city.actor("佐久間"))
    assert refused.value.code == "route_consult_vacant"
    assert fresh(case).number == ""


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_and_three(city: Cast, count: int, django_assert_num_queries: Any) -> None:
    from approvals.sheets import route as sheet

    case = draft(city)
    for name in ["真鍋", "久遠", "遠山"][:count]:
        ask(city, case, name)
    with django_assert_num_queries(7):
        page = sheet.page(fresh(case))
    assert len(page["added"]) == count
