"""Rooms and their bookings. See the modules: sites, hours, bookings, files."""

from premises.models.bookings import (
    Booking,
    BookingFeedback,
    BookingSeries,
    BookingSource,
    DamageReport,
    Hold,
    OpenTo,
    SearchMiss,
    UseTerms,
    WaitingPlace,
)
from premises.models.files import RoomFile, RoomFileKind
from premises.models.hours import (
    AccessInstruction,
    Closure,
    ClosureSource,
    OpeningException,
    OpeningHours,
    WayIn,
    Weekday,
)
from premises.models.imports import RoomImport
from premises.models.sites import (
    Approval,
    Feature,
    FeatureGroup,
    Room,
    RoomFeature,
    RoomKind,
    Site,
    SiteKind,
    WhoMay,
)

__all__ = [
    "AccessInstruction",
    "Approval",
    "Booking",
    "BookingFeedback",
    "BookingSeries",
    "BookingSource",
    "Closure",
    "ClosureSource",
    "DamageReport",
    "Feature",
    "FeatureGroup",
    "Hold",
    "OpenTo",
    "OpeningException",
    "OpeningHours",
    "Room",
    "RoomFeature",
    "RoomFile",
    "RoomFileKind",
    "RoomImport",
    "RoomKind",
    "SearchMiss",
    "Site",
    "SiteKind",
    "UseTerms",
    "WaitingPlace",
    "WayIn",
    "Weekday",
    "WhoMay",
]
