"""水瀬市事務決裁規程 of 令和7年度: thirty matters.  The city and its amounts do not exist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from approvals.regulation.table import CONSULT, REVIEW, Matter, Office, Row

MANAGER, DIRECTOR, VICE, MAYOR = 40, 50, 60, 70
Band = tuple[int | None, int]
MAN = 10_000  # 万


def asked(*names: str, when: str = "", kind: str = CONSULT) -> tuple[Office, ...]:
    """Offices, under one circumstance or always."""
    return tuple(Office(name, kind, when) for name in names)


def bands(source: str, steps: Iterable[Band], offices: tuple[Office, ...] = (), **more: object) -> list[Row]:
    """Rows one above another: each step is its upper bound (excluded) and who decides below it."""
    made, low = [], None
    deputies = more.pop("deputies", (MANAGER, DIRECTOR))
    council = more.pop("council_from", None)
    for high, level in steps:
        row = Row("", 0, level, low=low, high=high, offices=offices, source=source, deputy=level in deputies)  # type: ignore[operator]  # a tuple of ranks
        voted = isinstance(council, int) and low is not None and low >= council
        made.append(replace(row, council=voted, **more))  # type: ignore[arg-type]  # fields of the row
        low = high
    return made


def single(source: str, level: int, condition: str = "", offices: tuple[Office, ...] = (), **more: object) -> Row:
    """A row without amounts."""
    return replace(Row("", 0, level, condition, offices=offices, source=source), **more)  # type: ignore[arg-type]  # as above


SUPPLIES: list[Band] = [(50 * MAN, MANAGER), (300 * MAN, DIRECTOR), (1000 * MAN, VICE), (None, MAYOR)]
SERVICES: list[Band] = [(50 * MAN, MANAGER), (500 * MAN, DIRECTOR), (2000 * MAN, VICE), (None, MAYOR)]
ORDERS: list[Band] = [(50 * MAN, MANAGER), (500 * MAN, DIRECTOR), (3000 * MAN, VICE), (None, MAYOR)]
WORKS: list[Band] = [
    (130 * MAN, MANAGER), (1000 * MAN, DIRECTOR), (5000 * MAN, VICE), (15000 * MAN, MAYOR), (None, MAYOR),
]  # fmt: skip
GOODS: list[Band] = [*SUPPLIES[:3], (2000 * MAN, MAYOR), (None, MAYOR)]
CONTRACTS = asked("契約検査課")
NEW = asked("財政課", when="新規事業")
LAW = asked("総務課法制", kind=REVIEW)


def _orders() -> list[Row]:
    steps = [*ORDERS[:1], (100 * MAN, DIRECTOR), *ORDERS[1:]]
    offices = (*NEW, *asked("デジタル推進課", when="システム関係"))
    return [
        replace(row, offices=(*(CONTRACTS if (row.low or 0) >= 100 * MAN else ()), *offices))
        for row in bands("別表2-6", steps)
    ]


def _works() -> list[Row]:
    design = asked("設計", kind=REVIEW)
    return [
        replace(row, offices=(*CONTRACTS, *(design if (row.low or 0) >= 130 * MAN else ())))
        for row in bands("別表2-7", WORKS, council_from=15000 * MAN)
    ]


def _changes() -> list[Row]:
    """準用: the amounts of what was ordered, on the whole amount after the change."""
    kinds: list[tuple[str, list[Band], int | None]] = [
        ("需用費", SUPPLIES, None),
        ("役務費・使用料賃借料", SERVICES, None),
        ("委託料", ORDERS, None),
        ("工事請負費", WORKS, 15000 * MAN),
        ("備品購入・財産取得", GOODS, 2000 * MAN),
    ]
    larger = ("30%を超える増額",)
    return [
        row
        for kind, steps, council in kinds
        for row in bands("別表2-10", steps, CONTRACTS, condition=kind, raised_by=larger, council_from=council)
    ]


def _private_contracts() -> list[Row]:
    """随意契約: 限度額 of 令和7年4月; an amount up to the limit is the 課長's."""
    limits = (("工事", 200 * MAN), ("買入れ", 150 * MAN), ("委託等", 100 * MAN))
    everybody = (MANAGER, DIRECTOR, VICE, MAYOR)
    return [
        row
        for kind, limit in limits
        for row in bands(
            "別表4-1",
            [(limit + 1, MANAGER), (500 * MAN, DIRECTOR), (3000 * MAN, VICE), (None, MAYOR)],
            CONTRACTS,
            condition=kind,
            deputies=everybody,
        )
    ]


MONEY: list[tuple[Matter, list[Row]]] = [
    (
        Matter("F01", "報酬・給料・職員手当・共済費", "合計"),
        [single("別表2-1", MANAGER, "", asked("財政課", when="新規"), post="人事課長")],
    ),
    (Matter("F02", "旅費", "1件"), [single("別表2-2", MANAGER)]),
    (
        Matter("F03", "需用費", "1件"),
        bands("別表2-3", SUPPLIES, asked("契約検査課", when="随意契約の限度額超")),
    ),
    (
        Matter("F04", "食糧費・交際費", "1件"),
        bands("別表2-4", [(3 * MAN, MANAGER), (10 * MAN, DIRECTOR), (None, VICE)], asked("財政課"), deputies=()),
    ),
    (
        Matter("F05", "役務費・使用料賃借料", "契約総額"),
        bands("別表2-5", SERVICES, asked("契約検査課", when="長期継続契約")),
    ),
    (Matter("F06", "委託料", "契約総額"), _orders()),
    (Matter("F07", "工事請負費", "契約総額"), _works()),
    (
        Matter("F08", "備品購入・財産取得", "1件"),
        bands("別表2-8", GOODS, asked("管財担当"), council_from=2000 * MAN),
    ),
    (
        Matter("F09", "負担金・補助金 交付決定", "支出負担行為合計"),
        bands("別表2-9", SUPPLIES, (*NEW, *asked("財政課", when="要綱外"))),
    ),
    (Matter("F10", "変更契約", "変更後総額"), _changes()),
    (
        Matter("F11", "支出命令", "1件"),
        bands("別表3-1", [(1000 * MAN, MANAGER), (None, DIRECTOR)], asked("会計管理者", kind=REVIEW)),
    ),
    (
        Matter("F12", "予算流用・予備費充用", "1件"),
        bands(
            "別表3-4", [(50 * MAN + 1, DIRECTOR), (200 * MAN + 1, VICE), (None, MAYOR)], asked("財政課"), deputies=()
        ),
    ),
    (
        Matter("F13", "調定・納入通知・不納欠損", "1件"),
        [
            single("別表3-6", MANAGER, "調定・納入通知"),
            *bands("別表3-6", [(10 * MAN, VICE), (None, MAYOR)], asked("財政課"), condition="不納欠損", deputies=()),
        ],
    ),
    (Matter("C01", "随意契約の理由決定", "予定価格"), _private_contracts()),
    (
        Matter("C02", "入札の執行・予定価格・指名", "予定価格"),
        bands(
            "別表4-2",
            [(1000 * MAN, DIRECTOR), (5000 * MAN, VICE), (None, MAYOR)],
            asked("指名委員会", kind=REVIEW),
            deputies=(),
        ),
    ),
]
PEOPLE: list[tuple[Matter, list[Row]]] = [
    (
        Matter("P01", "年次有給休暇・特別休暇"),
        [
            single("別表5-1", MANAGER, "係長以下"),
            single("別表5-1", DIRECTOR, "課長"),
            single("別表5-1", VICE, "部長"),
        ],
    ),
    (
        Matter("P02", "病気休暇・休職・育休"),
        [
            single("別表5-2", MANAGER, "係長以下で7日以内", asked("人事課"), deputy=False),
            single("別表5-2", DIRECTOR, "それ以外", asked("人事課"), deputy=False),
        ],
    ),
    (
        Matter("P03", "時間外・休日勤務命令"),
        [
            single("別表5-3", MANAGER, "月45時間以内"),
            single("別表5-3", DIRECTOR, "月45時間超", asked("人事課")),
            single("別表5-3", VICE, "月80時間超", asked("人事課")),
        ],
    ),
    (
        Matter("P04", "旅行命令"),
        [
            single("別表5-4", MANAGER, "係長以下の県内日帰り"),
            single("別表5-4", DIRECTOR, "係長以下の県外・宿泊"),
            single("別表5-4", DIRECTOR, "課長"),
            single("別表5-4", VICE, "部長"),
            single("別表5-4", MAYOR, "海外", asked("財政課")),
        ],
    ),
    (
        Matter("P05", "会計年度任用職員の任用"),
        [
            single("別表5-5", DIRECTOR, "3月以内", asked("人事課", "財政課"), deputy=False),
            single("別表5-5", VICE, "3月を超えるもの", asked("人事課", "財政課"), deputy=False),
        ],
    ),
]
GENERAL: list[tuple[Matter, list[Row]]] = [
    (Matter("G01", "定例的な照会・回答・通知・進達・証明"), [single("別表1-1", MANAGER)]),
    (
        Matter("G02", "重要な照会回答・意見書・陳情回答"),
        [
            single("別表1-2", DIRECTOR, "重要なもの", asked("関係課")),
            single("別表1-2", VICE, "特に重要なもの", asked("関係課")),
        ],
    ),
    (
        Matter("G03", "要綱・要領の制定改廃"),
        [
            single("別表1-3", DIRECTOR, "様式のみ", LAW, deputy=False),
            single("別表1-3", VICE, "通常", LAW, deputy=False),
            single("別表1-3", MAYOR, "権利義務に関わるもの", LAW, deputy=False),
        ],
    ),
    (
        Matter("G04", "条例・規則・訓令・告示・議案"),
        [
            single("別表1-4", MAYOR, "条例・議案", (*asked("財政課"), *LAW), deputy=False, council=True),
            single("別表1-4", MAYOR, "規則・訓令・告示", (*asked("財政課"), *LAW), deputy=False),
        ],
    ),
    (
        Matter("G05", "行政処分"),
        [
            single("別表1-5", MANAGER, "定例の許可", deputy=False),
            single("別表1-5", DIRECTOR, "不許可", deputy=False),
            single("別表1-5", VICE, "不利益処分", LAW, deputy=False),
            single("別表1-5", MAYOR, "重大な不利益処分", LAW, deputy=False),
        ],
    ),
    (
        Matter("G06", "公文書開示決定"),
        [
            single("別表1-6", level, condition, asked("総務課情報公開", kind=REVIEW))
            for level, condition in ((MANAGER, "全部公開"), (DIRECTOR, "一部公開"), (MAYOR, "全部非公開・審査請求"))
        ],
    ),
    (
        Matter("G07", "簿冊の保存期間延長・廃棄・移管"),
        [
            single("別表1-7", DIRECTOR, "延長・廃棄・移管", asked("総務課"), deputy=False, post="総務部長"),
            single("別表1-7", VICE, "歴史的公文書の廃棄", asked("総務課"), deputy=False),
        ],
    ),
    (
        Matter("G08", "後援・共催名義、庁舎使用許可"),
        [
            single("別表1-8", MANAGER, "定例", asked("関係課")),
            single("別表1-8", DIRECTOR, "新規", asked("関係課")),
        ],
    ),
    (
        Matter("G09", "訴訟・和解・損害賠償"),
        [
            single("別表1-9", MAYOR, "議決を要するもの", LAW, deputy=False, council=True),
            single("別表1-9", MAYOR, "専決処分によるもの", LAW, deputy=False),
        ],
    ),
    (
        Matter("G10", "個人情報の目的外利用・外部提供、システム導入"),
        [
            single("別表1-10", DIRECTOR, "通常", asked("デジタル推進課", "総務課"), deputy=False),
            single("別表1-10", VICE, "機密性3A・3B", asked("デジタル推進課", "総務課"), deputy=False),
        ],
    ),
]
TITLE = "水瀬市事務決裁規程"
MATTERS = [*MONEY, *PEOPLE, *GENERAL]
