"""Which keys work where.  The list on `?` shows those of the page first; the page /help/keys/ shows all of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Row:
    """Keys that do one thing."""

    keys: tuple[str, ...]
    does: str | Promise


@dataclass(frozen=True, slots=True)
class Group:
    """The keys of some pages, by the names of their addresses; without names they hold everywhere."""

    code: str
    label: str | Promise
    rows: tuple[Row, ...]
    pages: tuple[str, ...] = ()

    def holds_on(self, page: str) -> bool:
        """Whether its keys work on the page of that name."""
        return not self.pages or page in self.pages


GROUPS = (
    Group(
        "everywhere",
        _("どの画面でも"),
        (
            Row(("/",), _("検索の欄へ移る")),
            Row(("?",), _("この一覧を開く")),
            Row(("Tab", "Shift+Tab"), _("次、前の項目へ移る(最初の Tab で「本文へ移動」が出ます)")),
            Row(("Enter", "Space"), _("選んでいるボタンやリンクを押す")),
            Row(("Esc",), _("開いているメニュー、用語の説明、対話を閉じる")),
        ),
    ),
    Group(
        "inbox",
        _("決裁箱"),
        (
            Row(("J", "K"), _("次の行、前の行へ移る")),
            Row(("Enter",), _("選んでいる行を開く")),
        ),
        ("workflow:inbox",),
    ),
    Group(
        "case",
        _("案件"),
        (
            Row(("A",), _("進めるボタン(承認、決裁、完結)へ移る。押すのは Enter です")),
            Row(("R",), _("差戻しのボタンへ移る。押すのは Enter です")),
            Row(("J", "K"), _("決裁箱の次の案件、前の案件を開く")),
            Row(("←", "→"), _("添付ファイルの見出しを移る")),
        ),
        ("approvals:case",),
    ),
    Group(
        "viewer",
        _("添付を見る画面"),
        (
            Row(("PageUp", "PageDown", "[", "]"), _("前の頁、次の頁を見る")),
            Row(("Home", "End"), _("最初の頁、最後の頁を見る")),
            Row(("+", "-"), _("大きく、小さくする")),
            Row(("9", "0"), _("幅に合わせる、頁全体を見る")),
            Row(("R", "Shift+R"), _("右、左に90度回す")),
            Row(("Ctrl+F", "/"), _("このファイルの中をさがす(Enter で次、Shift+Enter で前の一致)")),
            Row(("T",), _("頁の一覧を開く、閉じる")),
            Row(("Ctrl+P",), _("印刷する頁を選ぶ")),
            Row(("W",), _("文字のファイル: 行の折り返しを切り替える")),
        ),
        ("documents:view", "approvals:case"),
    ),
)


def groups_for(page: str) -> tuple[list[Group], list[Group]]:
    """Those whose keys work on the page, and the others."""
    here = [group for group in GROUPS if group.pages and group.holds_on(page)]
    everywhere = [group for group in GROUPS if not group.pages]
    return here + everywhere, [group for group in GROUPS if not group.holds_on(page)]
