"""人事異動 of 1 April: a file with two errors, the corrected one, and what is so at 0:00."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.axe import violations
from tests.journeys.conftest import PASSWORD, ROOT, SIZE, Person, free_port

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]
MARCH = dt.datetime(2026, 3, 18, 1, 0, tzinfo=dt.UTC)  # Wednesday, 10:00 in the city hall
MIDNIGHT = dt.datetime(2026, 3, 31, 15, 0, tzinfo=dt.UTC)
TABLET = {"width": 768, "height": 1024}

HEADERS = {
    "units": "所属コード,名称,略称,文書記号,種別,上位所属コード,廃止",
    "posts": "所属コード,職名,職位,廃止",
    "staff": "職員番号,氏名,ふりがな,旧姓,職種,任用区分,メールアドレス,在職の状態",
    "appointments": "職員番号,所属コード,職名,任用,終了",
    "successions": "旧所属コード,新所属コード",
}
LINES = {
    "units": [
        "1011,情報政策課,情政,水情,課,10,", "1012,業務改革課,業革,水業,課,10,", "101210,改革係,,,係,1012,",
        "1010,デジタル推進課,デジ,水デ,課,10,廃止", "101010,推進係,,,係,1010,廃止",
    ],
    "posts": ["1011,課長,課長,", "1012,課長,課長,", "101210,主事,係員,"],
    "staff": [
        "210101,古賀原 隆,こがはら たかし,,一般行政,常勤,,退職", "260401,榊原 湊,さかきばら みなと,,一般行政,常勤,,在職",
    ],
    "appointments": [
        "200301,1011,課長,本務,", "200201,1012,課長,本務,", "260401,101210,主事,本務,", "200401,4020,主査,本務,",
        "200101,20,部長,本務,", "220101,10,部長,本務,",
    ],
    "successions": ["1010,1011", "1010,1012"],
}  # fmt: skip
WAITING = """
import django; django.setup()
from documents.models import Binder
from tests.approvals import cast as maker
from workflow.organization.models import Staff
names = ("佐久間", "白井", "三田村", "羽鳥")
people = maker.Cast(staff={name: Staff.objects.get(name__startswith=name) for name in names})
people.binder_id = Binder.objects.filter(unit_name__contains="デジタル").order_by("pk").first().pk
case = maker.submitted(people, title="窓口支援システム 変更契約の締結")
for name in ("白井", "三田村"):
    maker.act(people, case, name, "approve", comment="")
"""


class City:
    """The served city and its clock."""

    def __init__(self, address: str, ahead: Path) -> None:
        self.address, self.ahead = address, ahead

    def move_to(self, moment: dt.datetime) -> None:
        """Let it be that moment, and go on from there."""
        fresh = self.ahead.with_suffix(".new")
        fresh.write_text(str((moment - dt.datetime.now(dt.UTC)).total_seconds()))
        fresh.replace(self.ahead)


@pytest.fixture(scope="module")
def march(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The demo city on 18 March 2026, served as `make run` serves it, with a case that waits at 企画戦略部長 羽鳥."""
    port, var = free_port(), tmp_path_factory.mktemp("march")
    city = City(f"http://127.0.0.1:{port}", var / "ahead")
    city.move_to(MARCH)
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_URL")}
    environment |= {
        "KESSAI_VAR": str(var), "KESSAI_DEMO": "1", "PYTHONUNBUFFERED": "1", "MOVED_CLOCK": str(city.ahead),
        "PYTHONPATH": f"{ROOT / 'tests/journeys/moved_clock'}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }  # fmt: skip
    log = (var / "serve.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port)],
        cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        for _ in range(1200):
            if city.address in (var / "serve.log").read_text() or process.poll() is not None:
                break
            time.sleep(0.1)
        assert process.poll() is None, (var / "serve.log").read_text()
        subprocess.run([sys.executable, "-c", WAITING], cwd=ROOT, env=environment, check=True, timeout=60)
        yield city
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        log.close()
        print((var / "serve.log").read_text()[-4000:])


@pytest.fixture
def come(browser: Browser, march: City, tmp_path: Path) -> Iterator[Callable[[str], Person]]:
    """Lets somebody sit down at a browser of his own."""
    shots = Path(os.environ.get("SHOTS", tmp_path))
    shots.mkdir(parents=True, exist_ok=True)
    people: list[Person] = []

    def make(code: str) -> Person:
        people.append(Person(browser, march.address, shots))
        people[-1].log_in(code)
        return people[-1]

    yield make
    for somebody in people:
        somebody.context.close()


def hand_in(page: Page, address: str, lines: dict[str, list[str]], encoding: str) -> None:
    """Fill the form of an import in and send it."""
    page.goto(address + "/organization/imports/new/")
    page.locator("#id_effective_on").fill("2026-04-01")
    page.locator("#id_reason").fill("令和8年4月1日付け人事異動・組織改正")
    for kind, rows in lines.items():
        content = "\r\n".join([HEADERS[kind], *rows, ""]).encode(encoding)
        file = {"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": content}
        page.locator(f"#id_{kind}").set_input_files(files=[file])  # type: ignore[list-item]  # Playwright's own shape
    page.get_by_role("button", name="確認へ進む").click()
    page.wait_for_url("**/organization/imports/*/")


def look(person: Person, name: str) -> None:
    """Nothing to complain of for axe, nothing wider than either screen; a picture."""
    page = person.page
    assert violations(page) == []
    for size in (TABLET, SIZE):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # two numbers
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, (name, size)
    person.shot(name)


def inbox_of(person: Person) -> str:
    """What waits for somebody, afresh."""
    person.page.goto(person.address + "/")
    return person.page.locator("main").inner_text()


def two_errors(admin: Person) -> None:
    """職員番号重複 and 未知の組織コード are told by line; nothing is applied if one line is bad."""
    page = admin.page
    wrong = LINES | {
        "staff": [*LINES["staff"], "260401,榊原 湊,,,,常勤,,在職"],
        "appointments": ["260401,9999,主事,本務,", *LINES["appointments"][:2], *LINES["appointments"][3:]],
    }
    hand_in(page, admin.address, wrong, "cp932")
    expect(page.get_by_text("誤りのある行が2件あります。何も登録していません。")).to_be_visible()
    bad = page.locator("section", has=page.get_by_role("heading", name="誤り")).locator("tbody tr")
    assert [" ".join(line.split()) for line in bad.all_inner_texts()] == [
        "職員 4 職員番号 260401 は 3行目にもあります(重複)。",
        "任用 2 所属コード 所属コード 9999 の所属が、発効日にありません。",
    ]
    assert page.get_by_role("button", name="まとめて登録する").count() == 0
    look(admin, "organization-two-errors")
    assert "業務改革課" not in chart_of(admin, "2026-04-01")


def corrected(admin: Person) -> str:
    """The corrected files are looked at and registered; the address of the batch."""
    page = admin.page
    hand_in(page, admin.address, LINES, "cp932")
    expect(page.get_by_text("まだ何も登録していません。")).to_be_visible()
    look(admin, "organization-dry-run")
    page.get_by_role("button", name="まとめて登録する").click()
    expect(page.get_by_text("それまでは取り消せます。")).to_be_visible()
    batch = page.url
    eve, april = chart_of(admin, "2026-03-31"), chart_of(admin, "2026-04-01")
    assert "デジタル推進課" in eve and "業務改革課" not in eve
    assert "業務改革課" in april and "デジタル推進課" not in april
    look(admin, "organization-chart-of-april")
    page.goto(f"{admin.address}/organization/exceptions/?on=2026-04-01")
    assert "財政経営部" in page.locator("main").inner_text(), "八神 leaves a post that nobody takes"
    look(admin, "organization-exceptions")
    return batch


def chart_of(person: Person, day: str) -> str:
    """組織図 of that day."""
    person.page.goto(f"{person.address}/organization/?on={day}")
    return person.page.locator("main").inner_text()


def wait_for(person: Person, title: str) -> None:
    """Until it stands in the inbox: the worker has a moment."""
    for _ in range(40):
        if title in inbox_of(person):
            return
        person.page.wait_for_timeout(500)
    raise AssertionError(f"{title} did not arrive")


def test_the_first_of_april(march: City, come: Callable[[str], Person], browser: Browser) -> None:
    admin = come("900001")
    two_errors(admin)
    batch = corrected(admin)

    march.move_to(MIDNIGHT - dt.timedelta(minutes=5))
    before, after = come("200101"), come("220101")
    assert "変更契約" in inbox_of(before) and "変更契約" not in inbox_of(after)

    march.move_to(MIDNIGHT + dt.timedelta(seconds=1))
    wait_for(after, "変更契約")
    assert "変更契約" not in inbox_of(before)
    assert "企画戦略部" in after.page.locator("header.top").inner_text()
    wait_for(after, "変更契約")
    after.page.get_by_role("link", name="変更契約").first.click()
    after.page.wait_for_url("**/cases/*/")
    expect(after.page.get_by_role("button", name="決裁").first).to_be_visible()
    after.shot("organization-case-of-the-new-holder")

    retired = browser.new_context(viewport=SIZE, locale="ja-JP").new_page()
    retired.goto(march.address + "/")
    retired.get_by_label("職員番号").fill("210101")
    retired.get_by_label("パスワード").fill(PASSWORD)
    retired.get_by_role("button", name="ログイン").click()
    expect(retired.get_by_text("古賀原")).to_have_count(0)
    expect(retired.locator("summary.me")).to_have_count(0)
    retired.context.close()

    admin = come("900001")
    admin.page.goto(batch)
    expect(admin.page.get_by_text("発効済です。")).to_be_visible()
    assert admin.page.get_by_role("link", name="取り消す").count() == 0
    assert "業務改革課" in chart_of(admin, "2026-04-01")
    assert "デジタル推進課" in chart_of(admin, "2026-03-31")
