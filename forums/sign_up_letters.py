"""Letters of sign-ups: to whoever signed up, for companions too, in their language, with their own page's link."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from county.models import get_county
from forums.event_facts import when_words, where_words
from forums.models import Event, SignUp
from liaisons.letters import said
from notifications.models import Message
from notifications.outbox import Recipient, place, post, write_each

TEMPLATE = "emails/forums/sign_up"
OWN_PAGE = _("Avaa oma ilmoittautumisesi")
OUTCOME = "outcome"
HAS_PLACE = _("Sinulla on paikka.")
IN_LINE = _("Tapahtuma on täynnä, ja olet jonossa. Saat viestin, jos paikka vapautuu.")
_when, _where = lazy(when_words, str), lazy(where_words, str)
SOME_IN_LINE = _("Kaikille ei riittänyt paikkaa. Omalta sivultasi näet, kenellä on paikka ja kuka on jonossa.")


def recipient_of(row: SignUp) -> Recipient | None:
    """Return to whom the letters about this row go: the person, or the contact of a companion; None for nobody."""
    contact = row.contact or row
    return contact.user or contact.email or None


def when_line(event: Event) -> Any:
    """Return when the event is, as a sentence."""
    return said(_("Aika: %(when)s."), when=_when(event.starts_at, event.ends_at))


def where_line(event: Event, way: str) -> Any:
    """Return where, for that way of taking part; the meeting link itself is never told here."""
    if way == "remote":
        return _("Osallistut etänä. Kokouslinkki on omalla sivullasi, ja saat sen myös tuntia ennen alkua.")
    return said(_("Paikka: %(place)s."), place=_where(event))


def context_of(row: SignUp, lines: Iterable[Any], **more: Any) -> dict[str, Any]:
    """Return what the template is told; ``row`` is the contact's own."""
    return {
        "recipient_name": row.name,
        "lines": [line for line in lines if line],
        "path": row.get_absolute_url(),
        "action": OWN_PAGE,
        "calendar_path": "",
        "cancel_path": "",
        **more,
    }


def links_of(row: SignUp) -> dict[str, str]:
    """Return the links to the calendar file and to the page on which one lets go, for a letter."""
    return {
        "calendar_path": reverse("forums:sign_up_calendar", args=[row.token]),
        "cancel_path": reverse("forums:sign_up_cancel", args=[row.token]),
    }


Letters = dict[str, Message]


def write(kind: str, row: SignUp, subject: Any, lines: Iterable[Any], *, now: datetime, **more: Any) -> Letters:
    """Render one letter to who signed up, unwritten; nothing for who left no address."""
    to = recipient_of(row)
    if to is None:
        return {}
    head = row.contact or row
    required = bool(more.pop("required", False))
    return write_each(
        kind=f"forums.{kind}",
        to={str(head.pk or head.token[:16]): to},
        subject=subject,
        template=TEMPLATE,
        context=context_of(head, lines, **more),
        language=head.language if isinstance(to, str) else None,
        required=required,
        now=now,
    )


def confirm_letter(row: SignUp, event: Event, now: datetime) -> Letters:
    """Return the letter that asks a person without an account to confirm; its text is erased once it is sent."""
    lines = [
        _("Vahvista ilmoittautumisesi tästä linkistä. Ilman vahvistusta se raukeaa."),
        when_line(event),
        _("Jos et ole ilmoittautunut, sinun ei tarvitse tehdä mitään."),
    ]
    subject = said(_("Vahvista ilmoittautumisesi: %(event)s"), event=event)
    letters = write(
        "sign_up_confirm", row, subject, lines, now=now, required=True, action=_("Vahvista ilmoittautuminen")
    )
    for letter in letters.values():
        letter.secret = True
    return letters


def again_letter(row: SignUp, event: Event, now: datetime) -> None:
    """Write to who signs up again: the link to what is there already, at most once in ten minutes."""
    lines = [
        _("Tällä osoitteella on jo ilmoittauduttu tapahtumaan. Omalta sivultasi näet ilmoittautumisesi."),
        _("Vahvista ilmoittautumisesi siellä.") if row.state == "unconfirmed" else "",
        when_line(event),
    ]
    letters = write(
        "sign_up_confirm",
        row,
        said(_("Ilmoittautumisesi: %(event)s"), event=event),
        lines,
        now=now,
        required=True,
    )
    for letter in letters.values():
        letter.secret = True
    post(letters, dedup_key=f"forums.sign_up_again:{event.pk}:{int(now.timestamp()) // 600}")


def done_letter(row: SignUp, event: Event, now: datetime, *, subject: Any = None) -> Letters:
    """Return the letter that tells of a confirmed sign-up; what came of it is put in its place when it is written."""
    lines = [place(OUTCOME), when_line(event), where_line(event, row.way), _("Jos et pääse, peru ilmoittautumisesi.")]
    title = said(subject or _("Ilmoittautuminen on kirjattu: %(event)s"), event=event)
    return write("sign_up_done", row, title, lines, now=now, **links_of(row.contact or row))


def post_done(letters: Letters, rows: list[SignUp], key: str) -> None:
    """Write that letter: all have a place, all wait, or some do."""
    if not letters or not rows:
        return
    states = {row.state for row in rows}
    text = HAS_PLACE if states == {"signed"} else IN_LINE if states == {"waiting"} else SOME_IN_LINE
    for letter in letters.values():
        with translation.override(letter.language):
            words = str(text)
        post({str(rows[0].pk): letter}, dedup_key=f"forums.sign_up_done:{key}", places={OUTCOME: words})


def tell_moved_up(event: Event, rows: list[SignUp], now: datetime) -> None:
    """Tell each who got a place from the line; a contact is told of a companion by name."""
    for row in rows:
        whose = (
            said(_("Tapahtumasta vapautui paikka, ja se on nyt henkilön %(name)s."), name=row.name)
            if row.contact_id
            else _("Tapahtumasta vapautui paikka, ja se on nyt sinun.")
        )
        lines = [
            whose,
            _("Jos et pääse, peru ilmoittautumisesi heti, niin paikka annetaan seuraavalle."),
            when_line(event),
            where_line(event, row.way),
        ]
        subject = said(_("Paikka vapautui: %(event)s"), event=event)
        letters = write("sign_up_moved", row, subject, lines, now=now, **links_of(row.contact or row))
        post(letters, dedup_key=f"forums.sign_up_moved:{row.pk}:{now.isoformat()}")


def tell_lapsed(event: Event, rows: list[SignUp], now: datetime) -> None:
    """Tell each contact that the time to confirm is over."""
    for row in rows:
        if row.contact_id:
            continue
        lines = [
            _("Ilmoittautumistasi ei vahvistettu ajoissa, ja se raukesi. Voit ilmoittautua uudelleen."),
            when_line(event),
        ]
        letters = write(
            "sign_up_lapsed",
            row,
            said(_("Ilmoittautuminen raukesi: %(event)s"), event=event),
            lines,
            now=now,
            path=event.get_absolute_url(),
            action=_("Avaa tapahtuma"),
        )
        post(letters, dedup_key=f"forums.sign_up_lapsed:{row.pk}")


def tell_cancelled_by_organiser(row: SignUp, now: datetime) -> None:
    """Tell a person whose sign-up the organiser let go."""
    lines = [
        said(_("Järjestäjä perui ilmoittautumisen: %(name)s."), name=row.name),
        _("Jos et tiedä syytä, kysy järjestäjältä."),
        when_line(row.event),
    ]
    subject = said(_("Ilmoittautuminen on peruttu: %(event)s"), event=row.event)
    letters = write("sign_up_removed", row, subject, lines, now=now)
    post(letters, dedup_key=f"forums.sign_up_removed:{row.pk}")


def mass_letters(
    rows: Iterable[SignUp],
    kind: str,
    subject: Any,
    lines: list[Any],
    *,
    now: datetime,
    with_links: bool = True,
    required: bool = False,
) -> Letters:
    """Render one letter to each who signed up, once to a contact of several; unwritten."""
    county = get_county()
    letters: Letters = {}
    for row in rows:
        head = row.contact or row
        if str(head.pk) not in letters:
            more = links_of(head) if with_links else {}
            letters |= write(kind, head, subject, lines, now=now, county=county, required=required, **more)
    return letters
