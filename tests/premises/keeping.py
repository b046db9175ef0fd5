"""Sites and rooms of the county and of an organisation, with who manages them, for the tests of keeping them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from county.models import Municipality
from documents.uploads import CheckedUpload, check_upload
from organisations.models import Organisation
from premises.models import Booking, Feature, Room, RoomFeature, Site
from tests.accounts.factories import UserFactory
from tests.organisations.factories import OrganisationFactory

#: Monday 16 November 2026, noon in Finland.
NOW = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
#: The smallest PNG there is: one pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def town(code: str = "167", name: str = "Joensuu") -> Municipality:
    """Return the municipality, made when it is not there."""
    found, _made = Municipality.objects.get_or_create(
        code=code, defaults={"name_fi": name, "area_key": code, "is_own": True}
    )
    return found


def a_site(**facts: Any) -> Site:
    """Return a site in Joensuu that somebody manages."""
    number = Site.objects.count() + 1
    given = {"name_fi": f"Terveysasema {number}", "kind": "health_station", "street_address": f"Siltakatu {number}"}
    if "manager" not in facts:
        facts["manager"] = UserFactory()
    return Site.objects.create(**{**given, "municipality": facts.pop("municipality", None) or town(), **facts})


def a_room(site: Site | None = None, **facts: Any) -> Room:
    """Return a room for 12."""
    there = site or a_site()
    return Room.objects.create(
        site=there, **{"name_fi": f"Ryhmähuone {there.rooms.count() + 1}", "capacity": 12, **facts}
    )


def a_feature(key: str = "esteeton", name: str = "Esteetön", **facts: Any) -> Feature:
    """Return a feature of the catalogue."""
    found, _made = Feature.objects.get_or_create(key=key, defaults={"name_fi": name, "group": "access", **facts})
    return found


def having(room: Room, *features: Feature, detail: str = "") -> Room:
    """Give the room the features and return it."""
    RoomFeature.objects.bulk_create(RoomFeature(room=room, feature=one, detail=detail) for one in features)
    return room


def asked_booking(room: Room, organisation: Organisation | None = None) -> Booking:
    """Return a booking tomorrow that waits for the manager; it holds nothing yet."""
    start = NOW + timedelta(days=1)
    return Booking.objects.create(
        room=room,
        organisation=organisation or OrganisationFactory(),
        state="requested",
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        purpose="Vertaisryhmä",
        made_at=NOW,
    )


def picture(name: str = "huone.png", content: bytes = PNG) -> CheckedUpload:
    """Return a checked picture."""
    return check_upload(SimpleUploadedFile(name, content))
