"""What the ledger says of logging in."""

from django.utils.translation import gettext_lazy as _

from documents.ledger.actions import LedgerAction, name_part

name_part("log-in", _("ログイン"))
name_part("command-line", _("システム管理者の端末"))
KINDS = {"totp": _("認証アプリ"), "webauthn": _("セキュリティキー")}
WHY = {"own": _("本人が終えました"), "surplus": _("新しいログインがあったため")}


WHY_SSO = {
    "unknown": _("その番号の職員はいません"),
    "no_code": _("職員番号がありません"),
    "left": _("退職"),
    "leave": _("休職"),
    "inactive": _("まだ在職していません"),
    "state": _("この画面からの求めではないか、古い求めです"),
    "nonce": _("答えがこの求めに対するものではありません"),
    "denied": _("認証の画面でやめられました"),
    "answer": _("認証の答えを確かめられません"),
    "unreachable": _("認証のサーバーにつながりません"),
}


class PasswordSet(LedgerAction):
    """A password was set for somebody."""

    code = "organization.staff.password"
    detail = ("staff_code",)
    label = _("職員 {staff_code} のパスワードを設定しました")


class OwnPasswordChanged(LedgerAction):
    """Somebody changed his own password."""

    code = "organization.staff.own_password"
    detail = ("staff_code",)
    label = _("職員 {staff_code} が自分のパスワードを変えました")


class LoggedIn(LedgerAction):
    """Somebody logged in."""

    code = "organization.login.done"
    detail = ("staff_code", "browser")
    label = _("職員 {staff_code} がログインしました")


class LoginRefused(LedgerAction):
    """A wrong password for an existing 職員番号."""

    code = "organization.login.refused"
    detail = ("staff_code", "browser")
    label = _("職員 {staff_code} のログインを断りました(パスワードの誤り)")


class LoginLocked(LedgerAction):
    """Too many wrong passwords: the 職員番号 is locked for a while."""

    code = "organization.login.locked"
    detail = ("staff_code", "browser")
    label = _("職員 {staff_code} のログインをしばらく止めました(誤りが続いたため)")


class LoggedOut(LedgerAction):
    """Somebody logged out."""

    code = "organization.login.ended"
    detail = ("staff_code",)
    label = _("職員 {staff_code} がログアウトしました")


class LoggedInBySso(LedgerAction):
    """Somebody logged in through the OpenID provider."""

    code = "organization.login.sso"
    detail = ("staff_code", "browser")
    label = _("職員 {staff_code} が庁内認証でログインしました")


class SsoRefused(LedgerAction):
    """The OpenID provider named somebody who may not come in."""

    code = "organization.login.sso_refused"
    detail = ("staff_code", "why", "browser")
    choices = {"why": WHY_SSO}
    label = _("職員番号 {staff_code} の庁内認証のログインを断りました({why})")


class SsoFailed(LedgerAction):
    """What came back from the OpenID provider names nobody who could be believed."""

    code = "organization.login.sso_failed"
    detail = ("why", "browser")
    choices = {"why": WHY_SSO}
    label = _("庁内認証のログインを断りました({why})")


class CodeRefused(LedgerAction):
    """A wrong code or key as second factor."""

    code = "organization.login.code_refused"
    detail = ("staff_code", "browser")
    label = _("職員 {staff_code} の二要素認証を断りました(コードかキーの誤り)")


class LoginUnlocked(LedgerAction):
    """An administrator let somebody log in again."""

    code = "organization.login.unlocked"
    detail = ("staff_code",)
    label = _("職員 {staff_code} のログイン停止を解きました")


class SessionEnded(LedgerAction):
    """One log-in was ended from elsewhere."""

    code = "organization.session.ended"
    detail = ("staff_code", "address", "browser", "why")
    choices = {"why": WHY}
    label = _("職員 {staff_code} の別の端末({address})のログインを終えました({why})")


class SessionsEnded(LedgerAction):
    """All log-ins of a person were ended."""

    code = "organization.session.all_ended"
    detail = ("staff_code",)
    label = _("職員 {staff_code} のログインをすべて終えました")


class FactorAdded(LedgerAction):
    """A second factor was enrolled."""

    code = "organization.factor.added"
    detail = ("staff_code", "kind", "name")
    choices = {"kind": KINDS}
    label = _("職員 {staff_code} の二要素認証に{kind} {name} を加えました")


class FactorRemoved(LedgerAction):
    """A second factor was removed by its owner."""

    code = "organization.factor.removed"
    detail = ("staff_code", "kind", "name")
    choices = {"kind": KINDS}
    label = _("職員 {staff_code} の二要素認証から{kind} {name} を外しました")


class FactorsReset(LedgerAction):
    """An administrator took all second factors of a person away."""

    code = "organization.factor.reset"
    detail = ("staff_code",)
    label = _("職員 {staff_code} の二要素認証をすべて外しました")


class RecoveryCodesMade(LedgerAction):
    """New recovery codes; the former ones are void."""

    code = "organization.factor.codes"
    detail = ("staff_code",)
    label = _("職員 {staff_code} の予備のコードを作りました")


class RecoveryCodeUsed(LedgerAction):
    """A recovery code was used."""

    code = "organization.factor.code_used"
    detail = ("staff_code", "left")
    label = _("職員 {staff_code} が予備のコードを使いました(残り {left} 個)")
