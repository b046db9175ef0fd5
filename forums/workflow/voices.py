"""Who speaks, for the verbs: a signed-in person at once, anybody else after the link in a letter has been opened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from common.errors import Refused

#: So long a link that confirms an address is good.
LINK_LIFE = timedelta(days=14)
#: So many letters of confirmation one address gets of one kind in a day.
MOST_UNCONFIRMED = 5


@dataclass(frozen=True)
class Speaker:
    """Whoever gives or supports something without an account: name, address, language."""

    name: str = ""
    email: str = ""
    language: str = "fi"


def voice_fields(by: Any, speaker: Speaker | None, now: datetime) -> dict[str, Any]:
    """Return the fields of a ``Voice``. Refused: email_missing (neither an account nor a proper address)."""
    if by is not None and by.is_authenticated:
        return {"user": by, "name": by.full_name, "email": by.email, "language": by.language, "confirmed_at": now}
    email = (speaker.email if speaker else "").strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Refused("email_missing", _("Kirjoita sähköpostiosoite muodossa nimi@esimerkki.fi.")) from None
    name = speaker.name.strip() if speaker else ""
    language = speaker.language if speaker else "fi"
    return {"user": None, "name": name, "email": email, "language": language, "confirmed_at": None}


def limit_letters(waiting: Any) -> None:
    """Refuse ``too_many`` where so many letters wait at this address already: nobody fills another's box."""
    if waiting.count() >= MOST_UNCONFIRMED:
        raise Refused(
            "too_many",
            _("Tähän osoitteeseen on jo lähetetty monta vahvistuslinkkiä. Avaa ensin ne tai yritä huomenna uudelleen."),
        )


def require_fresh(at: datetime, now: datetime) -> None:
    """Refuse ``link_old`` a link after two weeks."""
    if now > at + LINK_LIFE:
        raise Refused("link_old", _("Linkki on vanhentunut. Lähetä asia uudelleen, niin saat uuden linkin."))
