"""One-click unsubscribing (RFC 8058): a signed link that needs no sign-in and only ever says less."""

from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

from accounts.models import User
from notifications.models import How, Preference

DIGEST = "notifications.digest"
_SALT = "notifications.unsubscribe"


@dataclass(frozen=True)
class Choice:
    """Whose message of which kind the link is about."""

    user_id: int
    kind: str


def path_for(user: User, kind: str) -> str:
    """Return the path of the link in the active language; it does not expire, a footer may be years old."""
    token = signing.dumps([user.pk, kind], salt=_SALT, compress=True)
    return reverse("notifications:unsubscribe", args=[token])


def read(token: str) -> Choice | None:
    """Return what the link is about, or None when it was not made by us."""
    try:
        user_id, kind = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    return Choice(user_id, kind)


def apply(choice: Choice) -> None:
    """Send no more e-mail of this kind; for the daily digest, of all kinds that go into it.

    The messages still stand on the person's own page. Twice is the same as once.
    """
    if choice.kind == DIGEST:
        Preference.objects.filter(user=choice.user_id, how=How.DAILY).update(how=How.NEVER)
    elif User.objects.filter(pk=choice.user_id).exists():
        Preference.objects.update_or_create(user_id=choice.user_id, kind=choice.kind, defaults={"how": How.NEVER})
