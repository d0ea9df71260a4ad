"""CSV files as a personnel office sends them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from config.commands import system_actor
from workflow.organization import commands
from workflow.organization.commands import SentFile
from workflow.organization.commands.batches import plan_of
from workflow.organization.imports.columns import COLUMNS
from workflow.organization.models import ChangeBatch, FileKind

SYSTEM = system_actor("test-organization", channel="cli")
REFORM = dt.date(2026, 4, 1)
MIDNIGHT = dt.datetime(2026, 3, 31, 15, 0, tzinfo=dt.UTC)  # 0:00 of 1 April in Tokyo
SECOND = dt.timedelta(seconds=1)


def csv_of(kind: FileKind, *rows: str, encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    """A file with the right header; each row as it stands in the file."""
    header = ",".join(column.header for column in COLUMNS[kind])
    return end.join([header, *rows, ""]).encode(encoding)


def sent(kind: FileKind, *rows: str, encoding: str = "utf-8") -> SentFile:
    return SentFile(kind, f"{kind}.csv", csv_of(kind, *rows, encoding=encoding))


def checked(*files: SentFile, on: dt.date = REFORM, scope: str = "changes", actor: Any = SYSTEM) -> ChangeBatch:
    return commands.check_import(
        files=list(files), effective_on=on, scope=scope, reason="令和8年4月1日付け異動", actor=actor
    )


def applied(*files: SentFile, on: dt.date = REFORM, scope: str = "changes", actor: Any = SYSTEM) -> ChangeBatch:
    batch = checked(*files, on=on, scope=scope, actor=actor)
    made = plan_of(batch)
    assert made.problems == []
    return commands.apply_import(batch_id=batch.pk, seen=made.mark, actor=actor)


def problems(*files: SentFile, on: dt.date = REFORM, scope: str = "changes") -> list[tuple[int | None, str, str]]:
    """Line, column and sentence of everything that is wrong."""
    return [(p.line, p.column, p.sentence) for p in plan_of(checked(*files, on=on, scope=scope)).problems]


def transfers() -> list[SentFile]:
    """1 April: デジタル推進課 becomes two, 羽鳥 and 八神 change, 古賀原 retires, 榊原 is new."""
    return [
        sent(
            FileKind.UNITS,
            "1011,情報政策課,情政,水情,課,10,",
            "1012,業務改革課,業革,水業,課,10,",
            "101210,改革係,,,係,1012,",
            "1010,デジタル推進課,デジ,水デ,課,10,廃止",
            "101010,推進係,,,係,1010,廃止",
        ),
        sent(FileKind.POSTS, "1011,課長,課長,", "1012,課長,課長,", "101210,主事,係員,"),
        sent(
            FileKind.STAFF,
            "210101,古賀原 隆,こがはら たかし,,一般行政,常勤,,退職",
            "260401,榊原 湊,さかきばら みなと,,一般行政,常勤,,在職",
        ),
        sent(
            FileKind.APPOINTMENTS,
            "200301,1011,課長,本務,",
            "200201,1012,課長,本務,",
            "260401,101210,主事,本務,",
            "200401,4020,主査,本務,",
            "200101,20,部長,本務,",
            "220101,10,部長,本務,",
        ),
        sent(FileKind.SUCCESSIONS, "1010,1011", "1010,1012"),
    ]
