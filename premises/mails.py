"""Letters about bookings: to the holder's people, the site's manager and deputy. Written in the verb's transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.times import NBSP, format_clock, format_date
from liaisons.letters import said
from liaisons.models import Appointment, Unit
from notifications.models import Message
from notifications.outbox import queue
from organisations.models import Membership
from premises.models import Booking, Closure, Site, WaitingPlace

OPEN_BOOKING = _("Avaa varaus")
TEMPLATE = "emails/premises/letter"
WHEN = _("Aika: %(when)s.")
WHERE = _("Tila: %(room)s, %(site)s.")
ADDRESS = _("Osoite: %(address)s.")
WHO = _("Varaaja: %(holder)s.")
WHAT_FOR = _("Käyttötarkoitus: %(purpose)s.")


def _when(starts_at: datetime, ends_at: datetime) -> str:
    first, last, clock = format_date(starts_at), format_date(ends_at), gettext("klo")
    start, end = format_clock(starts_at), format_clock(ends_at)
    if first == last:
        return f"{first} {clock}{NBSP}{start}–{end}"
    return f"{first} {clock}{NBSP}{start} – {last} {clock}{NBSP}{end}"


_lazily = lazy(_when, str)


def when(row: Booking | WaitingPlace | Closure) -> Any:
    """Return ``8.12.2026 klo 17.00–19.00`` of the row as it is now, in the language of whoever reads it."""
    return _lazily(row.starts_at, row.ends_at)


def holder_of(row: Booking | WaitingPlace) -> Any:
    """Return the organisation or the unit; the row comes with both."""
    return row.organisation or row.unit


def facts(row: Booking | WaitingPlace) -> list[Any]:
    """Return when and where, as lines; the row comes with its room and site."""
    room, site = row.room, row.room.site
    address = ", ".join(part for part in (site.street_address, f"{site.postcode} {site.post_office}".strip()) if part)
    return [
        said(WHEN, when=when(row)),
        said(WHERE, room=room, site=site),
        said(ADDRESS, address=address) if address else "",
    ]


def booker_facts(booking: Booking) -> list[Any]:
    """Return who and what for, as the manager needs them."""
    return [
        said(WHO, holder=holder_of(booking)),
        said(WHAT_FOR, purpose=booking.purpose),
        *facts(booking),
        said(_("Henkilöitä: %(number)s."), number=booking.expected_number),
        said(_("Toiveet: %(wishes)s"), wishes=booking.wishes) if booking.wishes else "",
    ]


def people_of(row: Booking | WaitingPlace, now: datetime) -> list[User]:
    """Return whom to write to: who booked while they act for the holder, else the holder's own people; one query.

    When an official booked on the telephone, the organisation's administrators get the letter.
    """
    return people_of_each([row], now)[row.pk]


def people_of_each(rows: Sequence[Booking | WaitingPlace], now: datetime) -> dict[int, list[User]]:
    """Return the same for many rows by key, in two queries at most."""
    organisations = {row.organisation_id for row in rows if row.organisation_id is not None}
    units = {row.unit_id for row in rows if row.unit_id is not None}
    people: dict[tuple[str, int], dict[int, tuple[User, bool]]] = {}
    if organisations:
        members = Membership.objects.in_force(now).filter(organisation__in=organisations, user__is_active=True)
        for member in members.select_related("user").order_by("user"):
            people.setdefault(("organisation", member.organisation_id), {})[member.user_id] = (
                member.user,
                member.role == "admin",
            )
    if units:
        held = Appointment.objects.in_force(now).filter(post__unit__in=units, user__is_active=True)
        for held_post in held.select_related("user", "post").order_by("user"):
            people.setdefault(("unit", held_post.post.unit_id), {})[held_post.user_id] = (held_post.user, True)
    return {row.pk: _chosen(row, people) for row in rows}


def _chosen(row: Booking | WaitingPlace, people: dict[tuple[str, int], dict[int, tuple[User, bool]]]) -> list[User]:
    key = ("organisation", row.organisation_id) if row.organisation_id is not None else ("unit", row.unit_id)
    known = people.get(key, {})  # type: ignore[arg-type]
    maker = row.made_by_id if isinstance(row, Booking) else row.asked_by_id
    if maker in known:
        return [known[maker][0]]
    return [user for user, answers in known.values() if answers]


def managers_of(site: Site, now: datetime) -> list[User]:
    """Return the manager and the deputy of the site; an NGO's site without either is answered by its administrators.

    One query.
    """
    keys = [key for key in (site.manager_id, site.deputy_id) if key is not None]
    people = User.objects.filter(is_active=True).order_by("pk")
    if keys:
        return list(people.filter(pk__in=keys))
    if site.organisation_id is None:
        return []
    admins = Membership.objects.in_force(now).filter(organisation=site.organisation_id, role="admin")
    return list(people.filter(pk__in=admins.values("user")))


def letter(
    kind: str, to: User, subject: Any, lines: Iterable[Any], *, path: str, button: Any, key: str, now: datetime
) -> Message | None:
    """Queue one letter of ``premises.<kind>``, once for each ``key`` and person."""
    return queue(
        kind=f"premises.{kind}",
        to=to,
        subject=subject,
        template=TEMPLATE,
        context={"lines": [line for line in lines if line], "path": path, "action": button},
        dedup_key=f"premises.{kind}:{key}:{to.pk}",
        now=now,
    )


def tell_holder(
    booking: Booking, kind: str, subject: Any, lines: Iterable[Any], *, now: datetime, key: str = "", but: Any = None
) -> None:
    """Write to the holder's people about a booking, never about one that is over; ``but`` acted and knows already."""
    if booking.ends_at <= now:
        return
    said_lines = list(lines)
    for user in people_of(booking, now):
        if but is None or user.pk != but.pk:
            letter(
                kind,
                user,
                said(subject, room=booking.room, when=when(booking)),
                said_lines,
                path=booking.get_absolute_url(),
                button=OPEN_BOOKING,
                key=f"{booking.pk}:{booking.sequence}:{key}",
                now=now,
            )


def tell_managers(
    booking: Booking, kind: str, subject: Any, lines: Iterable[Any], *, now: datetime, key: str = "", but: Any = None
) -> None:
    """Write to the manager and the deputy of the booking's site."""
    if booking.ends_at <= now:
        return
    said_lines = list(lines)
    for user in managers_of(booking.room.site, now):
        if but is None or user.pk != but.pk:
            letter(
                kind,
                user,
                said(subject, room=booking.room, when=when(booking)),
                said_lines,
                path=booking.get_absolute_url(),
                button=OPEN_BOOKING,
                key=f"{booking.pk}:{booking.sequence}:{key}",
                now=now,
            )


def place_path(place: WaitingPlace) -> str:
    """Return the path of the page on which a place in the queue is answered."""
    if place.organisation_id is None:
        return reverse("premises:unit_bookings", args=[place.unit_id])
    return reverse("premises:own_bookings", args=[place.organisation_id])


def unit_or_none(holder: Any) -> Unit | None:
    """Return the holder when it is a unit of the county."""
    return holder if isinstance(holder, Unit) else None
