"""The words of every page of failure: what happened, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Failure:
    """One kind of failure.  `code` is for machines and the log; `tell` says whom to ask and is empty where nobody helps."""

    code: str
    icon: str
    heading: Text
    happened: Text
    steps: tuple[Text, ...] = field(default=())
    offers_search: bool = False
    tell: bool = False


FAILURES = {
    HTTPStatus.BAD_REQUEST: Failure(
        "unreadable",
        "warn",
        _("送られた内容を読めませんでした"),
        _("画面が途中で切れたか、この画面からは送れない形の内容が届きました。何も変わっていません。"),
        (_("前の画面を開き直して、もう一度入力してください。"),),
        tell=True,
    ),
    HTTPStatus.FORBIDDEN: Failure(
        "not_allowed",
        "lock",
        _("この操作は許されていません"),
        _("この操作をする職や権限がいまはありません。何も変わっていません。"),
        (
            _("画面を開いてから時間がたっているときは、前の画面を開き直してください。"),
            _("兼務の人は、右上の名前から「職を選ぶ」を開き、処理する職を確かめてください。"),
        ),
        tell=True,
    ),
    HTTPStatus.NOT_FOUND: Failure(
        "not_found",
        "search",
        _("見つかりません"),
        _("この場所には何もないか、あなたには見えないものです。どちらであるかは、文書を守るため示しません。"),
        (
            _("番号や宛先を書き写したときは、もう一度確かめてください。"),
            _("文書は、件名や番号の一部でさがせます。"),
            _("見えるはずの文書が見えないときは、文書を所管する課の文書主任に聞いてください。"),
        ),
        offers_search=True,
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: Failure(
        "wrong_method",
        "info",
        _("この画面は直接開けません"),
        _("ボタンを押したときにだけ使われる場所です。何も変わっていません。"),
        (_("前の画面に戻り、ボタンから操作してください。"),),
    ),
    HTTPStatus.CONFLICT: Failure(
        "conflict",
        "swap",
        _("ほかの人の処理と重なりました"),
        _("画面を開いてから、だれかが先に処理したか内容を変えました。あなたの操作は取り消され、何も変わっていません。"),
        (_("最新の内容を開いて、もう一度確かめてください。"),),
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Failure(
        "too_large",
        "clip",
        _("送られた内容が大きすぎます"),
        _("一度に受け付けられる大きさを超えています。何も保存していません。"),
        (
            _("ファイルは「ファイルを選ぶ」から1つずつ添付してください。"),
            _("長い文章は、ファイルにして添付してください。"),
        ),
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: Failure(
        "invalid",
        "warn",
        _("入力を確認してください"),
        _("入力した内容のままでは受け付けられません。何も変わっていません。"),
        (_("前の画面に戻り、示された項目を直してください。"),),
    ),
    HTTPStatus.TOO_MANY_REQUESTS: Failure(
        "too_many",
        "clock",
        _("回数が多すぎます"),
        _("短い間に何度も送られたため、しばらく受け付けません。"),
        (
            _("5分ほどたってから、もう一度試してください。"),
            _("自分で何度も送った覚えがないときは、システム管理者に知らせてください。"),
        ),
        tell=True,
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Failure(
        "failure",
        "warn",
        _("障害が起きました"),
        _("この操作の途中で、システムに障害が起きました。入力した内容は保存されていないことがあります。"),
        (
            _("ブラウザーの「戻る」で前の画面に戻ると、入力した内容が残っていることがあります。"),
            _("時間をおいて、もう一度試してください。続くときは、下の番号をシステム管理者に知らせてください。"),
        ),
        tell=True,
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: Failure(
        "busy",
        "clock",
        _("いま混み合っているか、点検中です"),
        _("データの保管庫から返事がありません。入力した内容は保存されていません。"),
        (
            _("30秒ほど待ってから、ブラウザーの「再読み込み」を押してください。"),
            _("続くときは、下の番号をシステム管理者に知らせてください。"),
        ),
        tell=True,
    ),
}
CSRF = Failure(
    "csrf",
    "turn",
    _("画面が古くなりました"),
    _("画面を開いてから、ログインし直したか時間がたっています。送った内容は保存されていません。"),
    (
        _("ブラウザーの「戻る」で入力に戻り、内容を写しておいてください。"),
        _("画面を開き直して、もう一度送ってください。"),
    ),
)
NO_COOKIE = Failure(
    "no_cookie",
    "warn",
    _("画面が古くなりました"),
    _("ブラウザーが Cookie を受け取っていません。送った内容は保存されていません。"),
    (_("ブラウザーの設定で、この場所の Cookie を許すと使えます。"),),
    tell=True,
)
SPECIAL = {failure.code: failure for failure in (CSRF, NO_COOKIE)}


def failure_of(status: int, code: str = "") -> Failure:
    """The words for a status; those of a code where it has its own."""
    known = SPECIAL.get(code) or FAILURES.get(HTTPStatus(status))
    if known is not None:
        return known
    worst = HTTPStatus.BAD_REQUEST if status < HTTPStatus.INTERNAL_SERVER_ERROR else HTTPStatus.INTERNAL_SERVER_ERROR
    return FAILURES[worst]
