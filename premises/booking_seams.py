"""Bookings where other rooms ask: what waits for whom, personal data, retention."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pgtrigger
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common.seams import Todo
from common.times import day_start, local_date
from liaisons.models import Unit
from premises import mails
from premises.links import desk_path
from premises.models import (
    Booking,
    CalendarClash,
    Closure,
    ClosureSource,
    DamageReport,
    ExternalCalendar,
    Site,
    WaitingPlace,
)
from premises.policies.bookings import own_organisations, own_units
from premises.policies.rooms import managed

#: The contact on the day is needed on the day, and for a month to settle what was left behind.
CONTACT_KEPT = timedelta(days=30)
#: The use of rooms is told yearly, this year beside the last.
KEPT_YEARS = 2
SOON = timedelta(days=2)
_SHOWN = 5


def booking_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: answers that the manager owes, times offered, what is coming; six queries."""
    if not user.is_authenticated:
        return
    yield from _manager(user, now)
    own = own_organisations(user, now, editors=True)
    units = Unit.objects.filter(own_units(user, now)).values("pk")
    mine = Q(organisation__in=own) | Q(unit__in=units)
    offered = WaitingPlace.objects.filter(mine, state="offered", offered_until__gt=now)
    for place in offered.select_related("room__site").order_by("offered_until")[:_SHOWN]:
        yield Todo(
            title=_("Aika vapautui jonostanne: %(room)s %(when)s") % {"room": place.room, "when": mails.when(place)},
            url=mails.place_path(place),
            button=_("Varaa aika"),
            due=place.offered_until,
            target=("organisation", place.organisation_id) if place.organisation_id else None,
        )
    coming = Booking.objects.filter(mine, made_by=user, state="confirmed", starts_at__gt=now, starts_at__lte=now + SOON)
    for row in coming.select_related("room__site").order_by("starts_at", "pk")[:_SHOWN]:
        yield Todo(
            title=_("Varauksenne: %(room)s %(when)s") % {"room": row.room, "when": mails.when(row)},
            url=row.get_absolute_url(),
            button=_("Katso ohjeet tai peru"),
            due=row.starts_at,
            target=("organisation", row.organisation_id) if row.organisation_id else None,
            quiet=True,
        )


def _manager(user: Any, now: datetime) -> Iterator[Todo]:
    """What the manager and the deputy of a site have to answer, and an NGO's people in its own rooms."""
    sites = list(Site.objects.filter(managed(user, now)).values_list("pk", flat=True))
    if not sites:
        return
    waiting = Booking.objects.filter(room__site__in=sites, state="requested", starts_at__gt=now).order_by("starts_at")
    starts = list(waiting.values_list("starts_at", flat=True))
    if starts:
        words = ngettext("Vastaa: %(count)s varaus odottaa", "Vastaa: %(count)s varausta odottaa", len(starts))
        yield Todo(title=words % {"count": len(starts)}, url=desk_path(), button=_("Vastaa"), due=starts[0])
    broken = DamageReport.objects.filter(room__site__in=sites, state="open").count()
    if broken:
        words = ngettext("Käsittele %(count)s vikailmoitus", "Käsittele %(count)s vikailmoitusta", broken)
        yield Todo(title=words % {"count": broken}, url=desk_path(), button=_("Käsittele"))
    clashes = CalendarClash.objects.filter(
        closure__room__site__in=sites,
        closure__ended_at__isnull=True,
        settled_at__isnull=True,
        booking__state="confirmed",
        booking__ends_at__gt=now,
    ).count()
    if clashes:
        words = ngettext(
            "Ratkaise: %(count)s varaus samaan aikaan kalenterin tapahtuman kanssa",
            "Ratkaise: %(count)s varausta samaan aikaan kalenterin tapahtumien kanssa",
            clashes,
        )
        yield Todo(title=words % {"count": clashes}, url=desk_path(), button=_("Ratkaise"))


def own_booking_data(user: User) -> dict[str, Any]:
    """Return the person's bookings, places in queues and reports (GDPR articles 15 and 20)."""
    when = ("room__name_fi", "starts_at", "ends_at", "purpose", "state")
    return {
        "bookings": list(
            Booking.objects.filter(made_by=user).values(*when, "contact_name", "contact_phone", "made_at")
        ),
        "queue": list(WaitingPlace.objects.filter(asked_by=user).values(*when, "asked_at")),
        "damage_reports": list(
            DamageReport.objects.filter(reported_by=user).values("room__name_fi", "text", "reported_at", "answer")
        ),
        "external_calendars": list(
            ExternalCalendar.objects.filter(set_by=user).values("room__name_fi", "name", "set_at")
        ),
    }


@transaction.atomic
def booking_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: returns how many rows of each model were erased.

    The contact of the day goes 30 days after the time; bookings, places in queues and damage reports two years after
    the end of their year, with their holds and feedback, and so do the closures that external calendars made.
    """
    past = Booking.objects.filter(ends_at__lt=now - CONTACT_KEPT).exclude(contact_name="", contact_phone="")
    contacts = past.update(contact_name="", contact_phone="")
    limit = day_start(date(local_date(now).year - KEPT_YEARS, 1, 1))
    places, _by = WaitingPlace.objects.filter(ends_at__lt=limit).delete()
    reports, _by = DamageReport.objects.filter(handled_at__lt=limit).delete()
    closures, _by = Closure.objects.filter(source=ClosureSource.CALENDAR, ends_at__lt=limit).delete()
    with pgtrigger.ignore("premises.Booking:booking_is_kept"):
        _all, by_model = Booking.objects.filter(ends_at__lt=limit).delete()
    return {
        "premises.Booking contacts": contacts,
        "premises.Booking": by_model.get("premises.Booking", 0),
        "premises.WaitingPlace": places,
        "premises.DamageReport": reports,
        "premises.Closure": closures,
    }
