"""前・次: from one waiting case to the next, in the order of the inbox."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from approvals.models import Case
from tests.approvals.cast import Cast, act, submitted
from workflow.models import ItemCandidate

pytestmark = pytest.mark.usefixtures("at_office")
TURN = re.compile(r'<nav class="neighbours".*?</nav>', re.DOTALL)


@pytest.fixture
def three(cast: Cast) -> list[Case]:
    """Waiting for 白井: without a day, due, and urgent; so the inbox shows them from the last to the first."""
    cases = [
        submitted(cast, title="ふつうの件"),
        submitted(cast, title="期限のある件", wanted_on=dt.date(2025, 11, 28)),
        submitted(cast, title="急ぐ件", is_urgent=True, urgent_reason="契約日が明日のため"),
    ]
    return cases[::-1]


def browser(cast: Cast, name: str) -> Client:
    found = Client(HTTP_ACCEPT="text/html")
    found.force_login(cast.staff[name])
    return found


def turn(client: Client, address: str) -> tuple[str, list[str]]:
    """What the head says, and the addresses of its links, followed to their pages."""
    page = client.get(address, follow=True).content.decode()
    found = TURN.search(page)
    if found is None:
        return "", []
    links = re.findall(r'href="([^"]+)"[^>]*rel="(prev|next)"', found.group(0).replace("&amp;", "&"))
    said = re.sub(r"<[^>]+>", " ", found.group(0)).split("  ")
    text = next((part.strip() for part in said if "未処理" in part), "")
    return text, [f"{rel} {client.get(to, follow=True).redirect_chain[-1][0]}" for to, rel in links]


def test_the_head_leads_through_the_inbox(cast: Cast, three: list[Case]) -> None:
    client = browser(cast, "白井")
    urgent, due, plain = (f"/cases/{case.pk}/" for case in three)
    assert turn(client, urgent) == ("未処理 1/3", [f"next {due}"])
    assert turn(client, due) == ("未処理 2/3", [f"prev {urgent}", f"next {plain}"])
    assert turn(client, plain) == ("未処理 3/3", [f"prev {due}"])


def test_it_keeps_the_order_and_the_tab_of_the_list_it_came_from(cast: Cast, three: list[Case]) -> None:
    client = browser(cast, "白井")
    urgent, due, plain = (f"/cases/{case.pk}/?order=old" for case in three)
    assert turn(client, plain) == ("未処理 1/3", [f"next {due}"])
    assert turn(client, due) == ("未処理 2/3", [f"prev {plain}", f"next {urgent}"])
    page = client.get("/?order=old&tab=決裁・回議").content.decode()
    asked = "?tab=%E6%B1%BA%E8%A3%81%E3%83%BB%E5%9B%9E%E8%AD%B0&amp;order=old"
    assert page.count(f'class="t" href="/cases/of/{three[0].instance_id}/{asked}"') == 1
    assert f'href="/cases/of/{three[0].instance_id}/"' in client.get("/").content.decode()
    shown = client.get(f"/cases/{three[1].pk}/?order=old&tab=決裁・回議").content.decode()
    assert f'href="/{asked}" aria-label="決裁箱へ戻る"' in shown
    assert f'action="/cases/{three[1].pk}/{asked}"' in shown


def test_what_is_done_leads_to_what_still_waits(cast: Cast, three: list[Case]) -> None:
    client = browser(cast, "白井")
    urgent, due, _plain = three
    form = {"verb": "approve", "step": urgent.steps.get(state="open").pk, "revision": urgent.revision, "comment": ""}
    answer = client.post(f"/cases/{urgent.pk}/?order=due", form)
    assert answer.headers["Location"] == f"/cases/{urgent.pk}/?order=due"
    assert turn(client, answer.headers["Location"]) == ("未処理 2", [f"next /cases/{due.pk}/?order=due"])
    for case in three[1:]:
        act(cast, case, "白井", "approve")
    assert turn(client, f"/cases/{urgent.pk}/") == ("", [])


def test_only_what_waits_for_the_person_counts(cast: Cast, three: list[Case]) -> None:
    for name in ("佐久間", "三田村"):
        assert turn(browser(cast, name), f"/cases/{three[0].pk}/") == ("", [])
    act(cast, three[0], "白井", "approve")
    assert turn(browser(cast, "三田村"), f"/cases/{three[0].pk}/") == ("未処理 1/1", [])
    assert ItemCandidate.objects.filter(is_open=True).count() == 3
    odd = turn(browser(cast, "白井"), f"/cases/{three[1].pk}/?tab=ない&order=ない")
    assert odd[0] == "未処理 1/2"


@pytest.mark.parametrize("waiting", [1, 3])
def test_it_costs_the_same_for_one_and_three(cast: Cast, waiting: int, django_assert_num_queries: Any) -> None:
    from workflow.queries import turn as asked

    cases = [submitted(cast, files=0) for _ in range(waiting)]
    actor = cast.actor("白井")
    with django_assert_num_queries(2 if waiting > 1 else 1):
        found = asked(instance_id=cases[0].instance_id or 0, actor=actor)
    assert (found.number, found.count) == (1, waiting)
