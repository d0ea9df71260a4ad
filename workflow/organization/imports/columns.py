"""The columns of the CSV files, under the words that stand in their first line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflow.organization.models import AppointmentKind, Employment, FileKind, Rank, Standing, UnitKind

ENDED = "ended"  # the value of the column that says that a thing ends


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the header that stands in files (never translated), and what may stand below it."""

    header: str
    field: str
    length: int = 100
    is_key: bool = False  # a code or a name by which things are found
    may_be_empty: bool = True
    words: Mapping[str, str] = field(default_factory=dict)  # what may stand there → its code


def _words(choices: type[AppointmentKind] | type[Employment] | type[Standing] | type[UnitKind]) -> dict[str, str]:
    return {JAPANESE[choices][code]: code for code in JAPANESE[choices]}


# Files speak Japanese whatever language the page has.
JAPANESE: dict[type, dict[str, str]] = {
    AppointmentKind: {
        "main": "本務", "concurrent": "兼務", "joint": "併任",
        "acting": "事務取扱", "provisional": "心得", "substitute": "職務代理",
    },
    Employment: {
        "permanent": "常勤", "reemployed": "再任用", "fixed_term": "任期付",
        "fiscal_year": "会計年度任用", "seconded": "派遣", "special": "特別職",
    },
    Standing: {"working": "在職", "leave": "休職", "left": "退職"},
    UnitKind: {
        "body": "執行機関", "department": "部", "section": "課", "office": "課内室", "team": "係", "branch": "出先機関",
    },
    Rank: {
        "10": "係員", "20": "係長", "30": "課長補佐", "40": "課長", "50": "部長", "60": "副市長", "70": "市長",
    },
}  # fmt: skip

_STAFF_CODE = Column("職員番号", "staff", 20, is_key=True, may_be_empty=False)
_UNIT_CODE = Column("所属コード", "unit", 20, is_key=True, may_be_empty=False)
_POST_NAME = Column("職名", "post", 50, is_key=True, may_be_empty=False)

COLUMNS: dict[FileKind, tuple[Column, ...]] = {
    FileKind.UNITS: (
        _UNIT_CODE,
        Column("名称", "name", may_be_empty=False),
        Column("略称", "short_name", 20),
        Column("文書記号", "symbol", 20),
        Column("種別", "kind", words=_words(UnitKind)),
        Column("上位所属コード", "parent", 20, is_key=True),
        Column("廃止", ENDED, words={"廃止": ENDED}),
    ),
    FileKind.POSTS: (
        _UNIT_CODE,
        _POST_NAME,
        Column("職位", "rank", may_be_empty=False, words={word: code for code, word in JAPANESE[Rank].items()}),
        Column("廃止", ENDED, words={"廃止": ENDED}),
    ),
    FileKind.STAFF: (
        _STAFF_CODE,
        Column("氏名", "name", may_be_empty=False),
        Column("ふりがな", "kana"),
        Column("旧姓", "former_name"),
        Column("職種", "occupation", 40),
        Column("任用区分", "employment", words=_words(Employment)),
        Column("メールアドレス", "email", 254),
        Column("在職の状態", "standing", may_be_empty=False, words=_words(Standing)),
    ),
    FileKind.APPOINTMENTS: (
        _STAFF_CODE,
        _UNIT_CODE,
        _POST_NAME,
        Column("任用", "kind", may_be_empty=False, words=_words(AppointmentKind)),
        Column("終了", ENDED, words={"終了": ENDED}),
    ),
    FileKind.SUCCESSIONS: (
        Column("旧所属コード", "old", 20, is_key=True, may_be_empty=False),
        Column("新所属コード", "new", 20, is_key=True, may_be_empty=False),
    ),
}

# How many of the first columns name the thing.
KEY_WIDTH = {
    FileKind.UNITS: 1,
    FileKind.POSTS: 2,
    FileKind.STAFF: 1,
    FileKind.APPOINTMENTS: 3,
    FileKind.SUCCESSIONS: 2,
}

EXAMPLES: dict[FileKind, tuple[tuple[str, ...], ...]] = {
    FileKind.UNITS: (("1010", "デジタル推進課", "デジ", "水デ", "課", "10", ""),),
    FileKind.POSTS: (("1010", "課長", "課長", ""),),
    FileKind.STAFF: (("200401", "佐久間 陽向", "さくま ひなた", "", "一般行政", "常勤", "", "在職"),),
    FileKind.APPOINTMENTS: (("200401", "101010", "主事", "本務", ""),),
    FileKind.SUCCESSIONS: (("1010", "1020"),),
}

FILE_NAMES: dict[FileKind, str] = {
    FileKind.UNITS: "shozoku.csv",
    FileKind.POSTS: "shoku.csv",
    FileKind.STAFF: "shokuin.csv",
    FileKind.APPOINTMENTS: "ninyo.csv",
    FileKind.SUCCESSIONS: "shinkyu.csv",
}

# The header of the 新旧対応表 as a file.
CORRESPONDENCE = ("発効日", "区分", "旧所属コード", "旧名称", "新所属コード", "新名称")

NOTES: dict[FileKind, str | Promise] = {
    FileKind.UNITS: _("部・課・係。なくす所属は「廃止」の欄に 廃止 と書きます。"),
    FileKind.POSTS: _("所属ごとの職。なくす職は「廃止」の欄に 廃止 と書きます。"),
    FileKind.STAFF: _("在職の状態は 在職・休職・退職 のどれかです。退職にすると任用も終わります。"),
    FileKind.APPOINTMENTS: _(
        "新しい本務を書くと、前の本務は自動で終わります。ほかの任用は「終了」の欄に 終了 と書きます。"
    ),
    FileKind.SUCCESSIONS: _("どの所属がどの所属の仕事を引き継ぐか。簿冊と閲覧が引き継がれます。"),
}


def shown(column: Column, value: str) -> str:
    """A value as it stands in files."""
    return next((word for word, code in column.words.items() if code == value), value)
