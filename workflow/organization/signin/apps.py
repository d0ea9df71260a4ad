"""The app's name for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from config.web import navigation
from config.web.pages import Access


class SigninConfig(AppConfig):
    """How people prove who they are."""

    name = "workflow.organization.signin"
    label = "signin"

    def ready(self) -> None:
        """Listen to what allauth and Django tell; entries of the personal menu, and the administrator's page."""
        from workflow.organization.signin import evidence  # noqa: PLC0415 - needs the models

        evidence.listen()
        entry = navigation.Entry
        for order, label, address, access, prefix in (
            (60, _("二要素認証"), "mfa_index", Access.STAFF, "/accounts/factors/"),
            (61, _("ログイン中の端末"), "sign_in_sessions", Access.STAFF, "/accounts/sessions/"),
            (62, _("ログインの管理"), "sign_in_manage", Access.ADMINISTRATOR, "/accounts/manage/"),
        ):
            navigation.register(entry(order, label, address, access, prefix, personal=True))
