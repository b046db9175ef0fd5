"""Rooms and their bookings. See the modules: sites, hours, bookings, seasons, files."""

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
from premises.models.calendars import CalendarClash, CalendarProblem, ExternalCalendar
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
from premises.models.seasons import SeasonApplication, SeasonRoomWish, SeasonRound, SeasonTimeWish, SeasonTurn
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
    "CalendarClash",
    "CalendarProblem",
    "Closure",
    "ClosureSource",
    "DamageReport",
    "ExternalCalendar",
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
    "SeasonApplication",
    "SeasonRoomWish",
    "SeasonRound",
    "SeasonTimeWish",
    "SeasonTurn",
    "Site",
    "SiteKind",
    "UseTerms",
    "WaitingPlace",
    "WayIn",
    "Weekday",
    "WhoMay",
]
