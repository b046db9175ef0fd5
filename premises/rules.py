"""What the rules of rooms say about a wished booking, in words that tell what to do."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.times import format_clock, format_date
from organisations.models import Organisation
from premises.availability import Verdict
from premises.models import Room, UseTerms, WhoMay
from premises.policies.bookings import Holder
from premises.spans import Span

WORDS: dict[str, str | Promise] = {
    "past": _("Aika on jo mennyt. Valitse tuleva aika."),
    "too_far": _("Tilaa ei voi varata vielä näin pitkälle. Valitse aikaisempi päivä."),
    "too_short": _("Varaus on lyhyempi kuin tilassa voi varata. Pidennä aikaa."),
    "too_long": _("Varaus on pidempi kuin tilassa voi varata. Lyhennä aikaa."),
    "outside_hours": _("Tila ei ole silloin auki. Valitse aika aukioloajoilta."),
    "closed": _("Tila on silloin suljettu. Valitse toinen päivä tai tila."),
    "taken": _("Joku ehti ensin: tila on jo varattu tähän aikaan. Valitse toinen aika tai tila."),
    "holiday": _("Pyhäpäivä jää väliin."),
    "clock": _("Kelloja siirretään sinä yönä, ja aika jää väliin. Valitse toinen aika."),
    "other_terms": _("Tilassa on omat käyttöehdot. Varaa tämä päivä erikseen."),
    "lapsed": _("Varausta ei ehditty vahvistaa ennen sen alkua."),
    "by_choice": _("Jätetty väliin sarjaa varattaessa."),
    "not_bookable": _("Tilaa ei voi nyt varata. Valitse toinen tila."),
}


def kept(code: str) -> str:
    """Return the words of a code as they are kept in a row: in Finnish, whatever the language of who acts."""
    if not code:
        return ""
    with translation.override("fi"):
        return str(WORDS[code])


def near_words(near: Span | None) -> str:
    """Return "Lähin vapaa aika: 8.12.2026 klo 17.30–19.00", or nothing."""
    if near is None:
        return ""
    said = _("Lähin vapaa aika: %(day)s klo %(start)s–%(end)s.")
    values = {"day": format_date(near.start), "start": format_clock(near.start), "end": format_clock(near.end)}
    return str(said) % values


def sentence(row: Verdict) -> str:
    """Return why a time cannot be had and the nearest free time, as a person reads it; empty when it is free."""
    if row.is_free:
        return ""
    return " ".join(part for part in (str(WORDS[row.why]), near_words(row.near)) if part)


def refuse(row: Verdict, room: Room) -> None:
    """Raise Refused with the verdict's code unless the time is free; limits are told in figures."""
    if row.is_free:
        return
    words = _limit_words(row, room) or sentence(row)
    raise Refused(row.why, words)


def _limit_words(row: Verdict, room: Room) -> str:
    if row.why == "too_short":
        return str(_("Tilan lyhin varaus on %(minutes)s minuuttia. Pidennä aikaa.")) % {"minutes": room.least_minutes}
    if row.why == "too_long":
        return str(_("Tilan pisin varaus on %(minutes)s minuuttia. Lyhennä aikaa.")) % {"minutes": room.most_minutes}
    if row.why == "too_far":
        words = _("Tilan voi varata enintään %(days)s päivän päähän. Valitse aikaisempi päivä.")
        return str(words) % {"days": room.book_days_ahead}
    return ""


def check_holder(room: Room, holder: Holder) -> None:
    """Refuse ("not_for_you") a room that is for others: for NGOs, or for the county's own units."""
    is_ngo = isinstance(holder, Organisation)
    if room.who_may == WhoMay.COUNTY and is_ngo:
        words = _("Tila on vain hyvinvointialueen yksiköille. Valitse toinen tila.")
        raise Refused("not_for_you", words)
    if room.who_may == WhoMay.NGOS and not is_ngo:
        raise Refused("not_for_you", _("Tila on vain järjestöille. Valitse toinen tila."))


def terms_of(rooms: Sequence[Room]) -> dict[int, UseTerms | None]:
    """Return by room the terms in force: the newest of its site, else the newest common ones; one query."""
    sites = {room.site_id for room in rooms}
    newest: dict[int | None, UseTerms] = {}
    for row in UseTerms.objects.filter(Q(site__in=sites) | Q(site__isnull=True)).order_by("number"):
        newest[row.site_id] = row
    return {room.pk: newest.get(room.site_id) or newest.get(None) for room in rooms}


def check_terms(room: Room, accepted: UseTerms | None) -> UseTerms | None:
    """Return the terms under which the room is booked. Refused: terms_not_accepted, terms_changed."""
    wanted = terms_of([room])[room.pk]
    if wanted is None:
        return None
    if accepted is None:
        raise Refused("terms_not_accepted", _("Hyväksy tilan käyttöehdot, niin voit varata."))
    if accepted.pk != wanted.pk:
        raise Refused("terms_changed", _("Käyttöehdot ovat muuttuneet. Lue uudet ehdot ja hyväksy ne."))
    return wanted


def crowd_warning(room: Room, number: int) -> str:
    """Return a warning when more people are expected than fit; it never stops a booking."""
    if number <= room.capacity:
        return ""
    words = _("Tilaan mahtuu %(capacity)s henkilöä, ja teitä on tulossa %(number)s. Tarkista, mahdutteko.")
    return str(words) % {"capacity": room.capacity, "number": number}


def can_still_cancel(starts_at: datetime, room: Room, now: datetime) -> bool:
    """Tell whether the room's own deadline for cancelling has not passed (after it one releases instead)."""
    return (starts_at - now).total_seconds() >= room.cancel_hours * 3600
