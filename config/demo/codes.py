"""The second factor of demo people: secrets that anybody may know, because nothing of theirs is worth a lock."""

from __future__ import annotations

import base64
import hashlib

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt

from config import clock

ENROLLED = ("290301", "900001")  # who must have a second factor: 監査者, システム管理者


def secret_of(code: str) -> str:
    """The secret of a demo person's app."""
    return base64.b32encode(hashlib.sha256(f"minase {code}".encode()).digest()[:20]).decode()


def code_now(secret: str, *, steps: int = 0) -> str:
    """What the app shows now, or so many steps of half a minute later."""
    counter = int(clock.now().timestamp()) // app_settings.TOTP_PERIOD + steps
    return str(format_hotp_value(hotp_value(secret, counter)))


def has_demo_secret(code: str) -> bool:
    """Whether that person's app is the one of the demo data."""
    row = Authenticator.objects.filter(user__code=code, type=Authenticator.Type.TOTP).first()
    return row is not None and decrypt(row.data["secret"]) == secret_of(code)
