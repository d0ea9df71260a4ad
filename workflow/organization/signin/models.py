"""What is kept of people's log-ins: the state of their password, its predecessors, and the log-ins under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from workflow.organization.signin.sessions import SessionStore


class SignInState(models.Model):
    """How often somebody failed in a row, until when he is locked, and whether his password is still the given one."""

    staff = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="sign_in_state"
    )
    failures = models.PositiveSmallIntegerField(_("続けて間違えた回数"), default=0)
    failed_at = models.DateTimeField(_("最後に間違えた日時"), null=True, blank=True)
    locked_until = models.DateTimeField(_("ログインを止める期限"), null=True, blank=True)
    must_change_password = models.BooleanField(_("次のログインでパスワードを変える"), default=False)

    class Meta:
        verbose_name = _("ログインの状態")


class FormerPassword(models.Model):
    """The hash of a password that was replaced, so that it is not taken again."""

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="former_passwords")
    encoded = models.CharField(_("パスワードのハッシュ"), max_length=128)
    replaced_at = models.DateTimeField(_("変えた日時"))

    class Meta:
        verbose_name = _("以前のパスワード")
        ordering = ["-id"]


class StaffSession(AbstractBaseSession):
    """A browser's session; while somebody is logged in, it says who, since when and from where."""

    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="browser_sessions"
    )
    started_at = models.DateTimeField(_("ログインした日時"), null=True, blank=True)
    seen_at = models.DateTimeField(_("最後に使った日時"), null=True, blank=True)
    address = models.CharField(_("接続元"), max_length=45, blank=True)
    browser = models.CharField(_("ブラウザ"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("ログイン中の端末")

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        """Its engine."""
        from workflow.organization.signin.sessions import SessionStore  # noqa: PLC0415 - each names the other

        return SessionStore


class EndedSession(models.Model):
    """Why a log-in was ended from elsewhere, for the browser that still has its key; the key itself is not kept."""

    key_hash = models.CharField(_("ログインの印"), max_length=64, primary_key=True)
    why = models.CharField(_("終えた訳"), max_length=20)
    ended_at = models.DateTimeField(_("終えた日時"), db_index=True)

    class Meta:
        verbose_name = _("終えたログイン")
