"""One-click unsubscribing (RFC 8058): a signed link that needs no sign-in and only ever says less."""

from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.models import User
from notifications.models import AddressOptOut, How, Preference

DIGEST = "notifications.digest"
_SALT = "notifications.unsubscribe"
_ADDRESS_SALT = "notifications.unsubscribe.address"


@dataclass(frozen=True)
class Choice:
    """Whose message of which kind the link is about: a person's, or that of an address without an account."""

    user_id: int | None
    kind: str
    address_hash: str = ""


def path_for(user: User, kind: str) -> str:
    """Return the path of the link in the active language; it does not expire, a footer may be years old."""
    token = signing.dumps([user.pk, kind], salt=_SALT, compress=True)
    return reverse("notifications:unsubscribe", args=[token])


def hash_address(address: str) -> str:
    """Return the keyed hash under which an address is remembered; capitals and spaces around make no difference."""
    return salted_hmac(_ADDRESS_SALT, address.strip().lower(), algorithm="sha256").hexdigest()


def path_for_address(address: str, kind: str) -> str:
    """Return the path of the link for an address without an account; the address itself does not stand in it."""
    token = signing.dumps([hash_address(address), kind], salt=_ADDRESS_SALT, compress=True)
    return reverse("notifications:unsubscribe", args=[token])


def has_opted_out(address: str, kind: str) -> bool:
    """Tell whether the address wants no messages of this kind."""
    return AddressOptOut.objects.filter(address_hash=hash_address(address), kind=kind).exists()


def read(token: str) -> Choice | None:
    """Return what the link is about, or None when it was not made by us."""
    for salt in (_SALT, _ADDRESS_SALT):
        try:
            who, kind = signing.loads(token, salt=salt)
        except (signing.BadSignature, ValueError):
            continue
        return Choice(who, kind) if salt == _SALT else Choice(None, kind, who)
    return None


def apply(choice: Choice, now: datetime) -> None:
    """Send no more e-mail of this kind; for the daily digest, of all kinds that go into it.

    The messages still stand on the person's own page. Twice is the same as once.
    """
    if choice.address_hash:
        AddressOptOut.objects.get_or_create(address_hash=choice.address_hash, kind=choice.kind, defaults={"at": now})
    elif choice.kind == DIGEST:
        Preference.objects.filter(user=choice.user_id, how=How.DAILY).update(how=How.NEVER)
    elif choice.user_id is not None and User.objects.filter(pk=choice.user_id).exists():
        Preference.objects.update_or_create(user_id=choice.user_id, kind=choice.kind, defaults={"how": How.NEVER})
