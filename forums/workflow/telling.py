"""Telling everyone who has signed up that an event moved or was cancelled; in the transaction of the verb."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from forums.models import LIVE_SIGN_UPS, Event, SignUp
from forums.sign_up_letters import mass_letters, when_line, where_line
from liaisons.letters import said
from notifications.outbox import post


def tell_changed(event: Event, *, what: list[Any], by: Any, now: datetime) -> int:
    """Write to each who has a place or waits, with the new calendar file (REQUEST); return how many were written to.

    ``what`` are sentences of what changed. The dedup key carries the event's ``sequence``. One letter to who signed up
    several; all are written at once. The calendar file stands behind the letter's link: always the newest.
    """
    lines = [
        _("Tapahtuma, johon olet ilmoittautunut, on muuttunut."),
        *what,
        when_line(event),
        where_line(event, "on_site") if event.is_on_site else "",
        _("Päivitä kalenterisi alla olevasta linkistä. Jos et pääse, peru ilmoittautumisesi."),
    ]
    subject = said(_("Muutos tapahtumaan: %(event)s"), event=event)
    letters = mass_letters(_told(event), "event_changed", subject, lines, now=now, required=True)
    return len(post(letters, dedup_key=f"forums.event_changed:{event.pk}:{event.sequence}"))


def tell_cancelled(event: Event, *, by: Any, now: datetime) -> int:
    """Write to each who has a place or waits, with the calendar's CANCEL; return how many were written to."""
    lines = [
        _("Tapahtuma, johon olet ilmoittautunut, on peruttu."),
        said(_("Syy: %(reason)s"), reason=event.reason) if event.reason else "",
        when_line(event),
        _("Poista tapahtuma kalenteristasi alla olevasta linkistä. Sinun ei tarvitse tehdä muuta."),
    ]
    subject = said(_("Tapahtuma on peruttu: %(event)s"), event=event)
    letters = mass_letters(_told(event), "event_cancelled", subject, lines, now=now, required=True)
    return len(post(letters, dedup_key=f"forums.event_cancelled:{event.pk}:{event.sequence}"))


def _told(event: Event) -> Iterable[SignUp]:
    """Return those who come, wait or have still to confirm; each with whoever gets the letter."""
    rows = event.sign_ups.filter(state__in=LIVE_SIGN_UPS).select_related("contact__user", "user")
    found: Iterable[SignUp] = rows.order_by("pk")
    return found
