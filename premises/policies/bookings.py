"""Who may book, see and change bookings, and answer them."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common.policies import policy
from common.times import local_date
from liaisons.models import Unit
from liaisons.policies.posts import liaison_appointments, substitutions
from organisations.models import Membership, Organisation
from premises.models import Booking, BookingFeedback, Closure, DamageReport, Room, WaitingPlace
from premises.policies.rooms import EDITORS, sites_managed

Holder = Organisation | Unit


def own_organisations(user: Any, now: datetime, *, editors: bool) -> QuerySet[Any]:
    """Return the keys of the organisations the person is a member of, or may book for."""
    rows = Membership.objects.in_force(now).filter(user=user)
    return (rows.filter(role__in=EDITORS) if editors else rows).values("organisation")


def own_units(user: Any, now: datetime) -> Q:
    """Return a condition on units: the person is their liaison person or substitute, so books for them."""
    held = liaison_appointments(user, now).filter(post__unit__isnull=False).values("post__unit")
    stands_in = substitutions(user, now).filter(appointment__post__unit__isnull=False)
    return Q(pk__in=held) | Q(pk__in=stands_in.values("appointment__post__unit"))


def of_holder(user: Any, now: datetime, *, editors: bool) -> Q:
    """Return a condition on rows with a holder: organisations the person is a member of, units they book for."""
    return Q(organisation__in=own_organisations(user, now, editors=editors)) | Q(
        unit__in=Unit.objects.filter(own_units(user, now)).values("pk")
    )


def _own(rows: QuerySet[Any], user: Any, now: datetime, *, editors: bool, readers: tuple[str, ...]) -> QuerySet[Any]:
    """Return the rows (bookings or places in a queue) of the person's holders and of the sites they manage."""
    if not user.is_authenticated:
        return rows.none()
    if has_any_staff_role(user, now, *readers):
        return rows
    managed = Q(room__site__in=sites_managed(user, now).values("pk"))
    return rows.filter(of_holder(user, now, editors=editors) | managed)


@policy("premises.booking.view")
def bookings_seen(user: Any, now: datetime) -> QuerySet[Any]:
    """Return the bookings of one's organisations and units and of one's sites; coordinator and auditor see all."""
    readers = (StaffRoleKind.COORDINATOR, StaffRoleKind.AUDITOR)
    return _own(Booking.objects.all(), user, now, editors=False, readers=readers)


@policy("premises.booking.change")
def bookings_changed(user: Any, now: datetime) -> QuerySet[Any]:
    """Return the bookings one may move or cancel: the holder's editors, the manager, the coordinator on the phone."""
    return _own(Booking.objects.all(), user, now, editors=True, readers=(StaffRoleKind.COORDINATOR,))


@policy("premises.booking.manage")
def bookings_managed(user: Any, now: datetime) -> QuerySet[Any]:
    """Return the bookings in the sites that the person manages."""
    return Booking.objects.filter(room__site__in=sites_managed(user, now).values("pk"))


@policy("premises.waiting.view")
def places_seen(user: Any, now: datetime) -> QuerySet[Any]:
    """Return the places in queues of one's organisations, units and sites."""
    readers = (StaffRoleKind.COORDINATOR, StaffRoleKind.AUDITOR)
    return _own(WaitingPlace.objects.all(), user, now, editors=False, readers=readers)


@policy("premises.waiting.change")
def places_changed(user: Any, now: datetime) -> QuerySet[Any]:
    """Return the places in queues that one may take or leave."""
    return _own(WaitingPlace.objects.all(), user, now, editors=True, readers=(StaffRoleKind.COORDINATOR,))


@policy("premises.unit.act")
def units_acted_for(user: Any, now: datetime) -> QuerySet[Any]:
    """Return the units whose bookings and queues one keeps: one's own as liaison person, the coordinator's all."""
    if not user.is_authenticated:
        return Unit.objects.none()
    rows = Unit.objects.on(local_date(now))
    return rows if has_any_staff_role(user, now, StaffRoleKind.COORDINATOR) else rows.filter(own_units(user, now))


@policy("premises.room.book")
def rooms_booked(user: Any, now: datetime) -> QuerySet[Any]:
    """Return the rooms that can be booked now, for whoever may book for somebody."""
    rows = Room.objects.bookable()
    return rows if may_book_something(user, now) else rows.none()


@policy("premises.closure.manage")
def closures_managed(user: Any, now: datetime) -> QuerySet[Any]:
    """Return the closures in the sites that the person manages."""
    return Closure.objects.filter(room__site__in=sites_managed(user, now).values("pk"))


@policy("premises.damage.manage")
def damage_managed(user: Any, now: datetime) -> QuerySet[Any]:
    """Return the damage reports of the sites that the person manages."""
    return DamageReport.objects.filter(room__site__in=sites_managed(user, now).values("pk"))


@policy("premises.feedback.view")
def feedback_seen(user: Any, now: datetime) -> QuerySet[Any]:
    """Return what was said of the rooms of the sites that the person manages."""
    return BookingFeedback.objects.filter(booking__room__site__in=sites_managed(user, now).values("pk"))


def may_read_figures(user: Any, now: datetime) -> bool:
    """Tell whether the person reads the figures of the use of rooms: the coordinator and the auditor."""
    return has_any_staff_role(user, now, StaffRoleKind.COORDINATOR, StaffRoleKind.AUDITOR)


def may_book_something(user: Any, now: datetime) -> bool:
    """Tell whether there is an organisation or a unit for which the person may book."""
    if not user.is_authenticated:
        return False
    if own_organisations(user, now, editors=True).exists():
        return True
    if has_any_staff_role(user, now, StaffRoleKind.COORDINATOR):
        return True
    return Unit.objects.filter(own_units(user, now)).exists() or sites_managed(user, now).exists()


def may_book_for_county(user: Any, now: datetime) -> bool:
    """Tell whether the person books for a unit of the county: its liaison people and the coordinator."""
    if not user.is_authenticated:
        return False
    return (
        has_any_staff_role(user, now, StaffRoleKind.COORDINATOR) or Unit.objects.filter(own_units(user, now)).exists()
    )


def may_book_for(user: Any, holder: Holder, room: Room, now: datetime) -> bool:
    """Tell whether the person may book the room for the holder: own people, the site's manager, the coordinator."""
    if isinstance(holder, Organisation):
        own = own_organisations(user, now, editors=True).filter(organisation=holder).exists()
    else:
        own = Unit.objects.filter(own_units(user, now), pk=holder.pk).exists()
    return (
        own
        or has_any_staff_role(user, now, StaffRoleKind.COORDINATOR)
        or sites_managed(user, now).filter(pk=room.site_id).exists()
    )
