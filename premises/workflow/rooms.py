"""The verbs of rooms: make, describe, tell their features, order, pictures, take out of use."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from documents.uploads import CheckedUpload
from liaisons.workflow.saving import save_checked
from premises.branches import in_order
from premises.models import Booking, Feature, Room, RoomFeature, RoomFile, RoomFileKind, Site, WhoMay
from premises.tree import tree_of
from premises.workflow.parts import hang
from premises.workflow.sites import lock_site, refuse_live, same_or_refused

MAX_PICTURE_BYTES = 5 * 1024 * 1024
MOST_FILES = 12
PHOTO_TYPES = ("image/jpeg", "image/png")
PLAN_TYPES = (*PHOTO_TYPES, "application/pdf")


@transaction.atomic
def add_room(site: Site, *, name_fi: str, parent: Room | None = None, by: Any, now: datetime, **facts: Any) -> Room:
    """Add a room, or a part of a room, to a site. The same again is the room that stands.

    What is booked in the whole is held in the new part too. An organisation's rooms are offered to the county.
    Refused: other_site, name_taken, room_refused (with the reason).
    """
    row = lock_site(site, by, now)
    standing: Room | None = Room.objects.filter(site=row, parent=parent, name_fi__iexact=name_fi.strip()).first()
    if standing is not None:
        return same_or_refused(standing, facts, _("Toimipaikassa on jo tämänniminen tila."))
    if row.organisation_id:
        facts.setdefault("who_may", WhoMay.COUNTY.value)
    last = Room.objects.filter(site=row, parent=parent).order_by("-order").first()
    room = Room(site=row, name_fi=name_fi, **{"order": last.order + 1 if last else 0, **facts})
    save_checked(room, "room_refused")
    hang(room, parent)  # what is booked in the whole is held in the new part too
    return room


@transaction.atomic
def edit_room(room: Room, *, by: Any, now: datetime, **facts: Any) -> Room:
    """Change what is told of a room and its rules; bookings that stand are not touched. Refused: room_refused."""
    row = lock_room(room, by, now)
    for name, value in facts.items():
        setattr(row, name, value)
    save_checked(row, "room_refused")
    return row


@transaction.atomic
def set_features(room: Room, *, details: Mapping[int, str], by: Any, now: datetime) -> None:
    """Tell which features the room has: by the feature's key, what is told of it (often nothing)."""
    row = lock_room(room, by, now)
    known = {feature.pk: feature for feature in Feature.objects.filter(pk__in=details)}
    RoomFeature.objects.filter(room=row).exclude(feature__in=known).delete()
    for key, feature in known.items():
        detail = details[key].strip()[:200] if feature.asks_detail else ""
        RoomFeature.objects.update_or_create(room=row, feature=feature, defaults={"detail": detail})


@transaction.atomic
def move_room(room: Room, *, up: bool, by: Any, now: datetime) -> None:
    """Change places with the room above or below it in the list; the first stays first and the last last."""
    row = lock_room(room, by, now)
    beside = [branch.room for branch in in_order(Room.objects.filter(site=row.site_id, parent=row.parent_id))]
    place = next(number for number, one in enumerate(beside) if one.pk == row.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(beside):
        beside[place], beside[other] = beside[other], beside[place]
    for number, one in enumerate(beside):
        if one.order != number:
            one.order = number
            one.save(update_fields=["order"])


@transaction.atomic
def add_file(room: Room, *, kind: str, upload: CheckedUpload, alt: str, by: Any, now: datetime) -> RoomFile:
    """Add a photo or a floor plan with the words that tell it. The same bytes again are the file that stands.

    Refused: not_a_picture, too_big, too_many, file_refused (no words).
    """
    row = lock_room(room, by, now)
    same: RoomFile | None = row.files.filter(sha256=upload.sha256, kind=kind).first()
    if same is not None:
        return same
    if upload.content_type not in (PLAN_TYPES if kind == RoomFileKind.PLAN else PHOTO_TYPES):
        raise Refused("not_a_picture", _("Valitse JPG- tai PNG-kuva. Pohjakuva voi olla myös PDF."))
    if upload.size > MAX_PICTURE_BYTES:
        raise Refused("too_big", _("Kuva on yli 5 Mt. Pienennä kuvaa ja yritä uudelleen."))
    if row.files.count() >= MOST_FILES:
        raise Refused("too_many", _("Tilalla on jo %(most)s kuvaa. Poista ensin jokin.") % {"most": MOST_FILES})
    found = RoomFile(room=row, kind=kind, alt=alt.strip(), order=row.files.count())
    found.take(upload, by=by, now=now)
    try:
        found.full_clean()
    except ValidationError as error:
        raise Refused("file_refused", " ".join(error.messages)) from None
    found.save()
    return found


@transaction.atomic
def remove_file(found: RoomFile, *, by: Any, now: datetime) -> None:
    """Take a picture away, row and file; again does nothing."""
    row = lock_room(found.room, by, now)
    standing = row.files.filter(pk=found.pk).first()
    if standing is None:
        return
    stored = standing.file
    standing.delete()
    transaction.on_commit(partial(stored.delete, save=False))


@transaction.atomic
def take_room_out(room: Room, *, by: Any, now: datetime) -> Room:
    """Take a room and its parts out of use. Refused: live_bookings, of it or of what shares space with it."""
    row = lock_room(room, by, now)
    found = [row.pk, *tree_of(row).under(row.pk)]
    rows = list(Room.objects.filter(pk__in=found).order_by("pk").select_for_update())  # waits for who is booking them
    refuse_live(coming_bookings(row, now).count())
    for one in (part for part in rows if part.is_in_use):
        one.is_in_use = False
        one.save(update_fields=["is_in_use"])
    row.refresh_from_db()
    return row


@transaction.atomic
def bring_room_back(room: Room, *, by: Any, now: datetime) -> Room:
    """Take a room into use again; its parts are brought back one by one."""
    row = lock_room(room, by, now)
    row.is_in_use = True
    row.save(update_fields=["is_in_use"])
    return row


def coming_bookings(room: Room, now: datetime) -> Any:
    """Return the live bookings to come of the room and of what shares space with it, the next first."""
    found = Booking.objects.filter(room__in=tree_of(room).kin(room.pk)).live().coming(now)
    return found.select_related("room", "organisation", "unit")


def lock_room(room: Room, by: Any, now: datetime) -> Room:
    """Return the room locked for who manages it, its site before it; call it inside a transaction."""
    lock_site(room.site, by, now)
    row: Room = get_allowed("premises.room.manage", by, now=now, lock=True, pk=room.pk)
    return row
