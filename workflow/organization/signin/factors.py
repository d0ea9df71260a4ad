"""The second factors as allauth keeps them: encrypted at rest, named for our city, in Japanese."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

PURPOSE = "kessai second factor"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def _box() -> MultiFernet:
    """Locks with the present key of the settings, opens with former ones too."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(f"{PURPOSE}\0{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Japanese sentences, secrets under lock."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("二要素認証が必要な人の、最後の方法は外せません。"),
        "cannot_generate_recovery_codes": _("先に認証アプリかセキュリティキーを登録してください。"),
        "incorrect_code": _("コードかセキュリティキーを確かめられませんでした。"),
    }

    def encrypt(self, text: str) -> str:
        """A secret as it is stored."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """A stored secret."""
        return _box().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """What the app on the telephone shows."""
        return str(gettext("%(city)s 文書・決裁") % {"city": settings.CITY})

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """Recovery codes alone are no second factor."""
        return bool(super().is_mfa_enabled(user, types=FACTORS if types is None else types))

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """A name for a key that got none."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("セキュリティキー %(number)d") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The place a key belongs to: the host, under the city's name."""
        return super().get_public_key_credential_rp_entity() | {"name": self.get_totp_issuer()}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """Whose key it is."""
        return super().get_public_key_credential_user_entity(user) | {"display_name": user.name, "name": user.code}

    def get_totp_label(self, user: Any) -> str:
        """The account on the telephone."""
        return str(user.code)
