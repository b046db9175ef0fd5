"""Demonstration accounts: known password, codes on the mail catcher's page. Only where the demonstration runs."""

import base64
import hashlib

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt, encrypt
from django.conf import settings
from django.db import transaction

from accounts.models import User

DEMO_PASSWORD = "kaksi-rantaa-yksi-silta"  # noqa: S105 - printed at every start of the demonstration
PERIOD = 30


def totp_secret(email: str) -> str:
    """Return the fixed TOTP secret of a demonstration account (base32)."""
    return base64.b32encode(hashlib.sha256(f"yhdyspinta:{email.lower()}".encode()).digest()[:20]).decode()


@transaction.atomic
def make_account(email: str, full_name: str, language: str = "fi", *, second_factor: bool = True) -> User:
    """Make or renew a demonstration account: verified e-mail, ``DEMO_PASSWORD`` and a fixed TOTP secret.

    Twice gives the same account. Raises RuntimeError outside the demonstration.
    """
    if not settings.DEMONSTRATION:
        raise RuntimeError("Demonstration accounts are made only where settings.DEMONSTRATION is on.")
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(
            email, DEMO_PASSWORD, full_name=full_name, language=language, is_demonstration=True
        )
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    if second_factor and not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        secret = encrypt(totp_secret(user.email))
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})
    return user


def current_code(authenticator: Authenticator, at: float) -> str:
    """Return the six digits that a demonstration account's app would show at Unix time ``at``."""
    if not settings.DEMONSTRATION or not authenticator.user.is_demonstration:
        raise PermissionError("Codes are shown only of demonstration accounts, in the demonstration.")
    secret = decrypt(TOTP(authenticator).instance.data["secret"])
    digits: str = format_hotp_value(hotp_value(secret, int(at) // PERIOD))
    return digits
