"""Rooms from a sheet: read and looked at first, then taken once. The same sheet again changes nothing."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import get_allowed
from county.models import Municipality
from documents.uploads import clean_name
from organisations.numbers import fold
from premises import sheet_reading as reading
from premises.models import Feature, Room, RoomImport, Site
from premises.policies.keeping import may_keep_register
from premises.workflow.rooms import add_room, edit_room, set_features
from premises.workflow.sites import add_site, edit_site

_SITE_FACTS = {"address": "street_address", "postcode": "postcode", "post_office": "post_office"}
_ROOM_FACTS = ("kind", "capacity", "description", "restrictions")


@dataclass
class Plan:
    """What taking one row would do: what it says, what would be made or changed, or why it cannot be taken."""

    row: reading.Row
    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    error: str = ""
    site_facts: dict[str, Any] = field(default_factory=dict)
    room_facts: dict[str, Any] = field(default_factory=dict)
    features: list[Feature] = field(default_factory=list)
    municipality: Municipality | None = None

    @property
    def does_something(self) -> bool:
        """Tell whether taking the row writes anything."""
        return not self.error and bool(self.made or self.changed)


def read_sheet(upload: Any, *, by: Any, now: datetime) -> RoomImport:
    """Read an uploaded sheet and keep what it says for looking at; nothing of it is taken yet.

    Refused: what ``sheet_reading.read`` refuses. Raises ``Http404`` for others than the coordinator.
    """
    if not may_keep_register(by, now):
        raise Http404
    found = reading.read(upload.read(reading.MAX_BYTES + 1))
    return RoomImport.objects.create(
        file_name=clean_name(upload.name or "tilat")[:150],
        rows=[asdict(row) for row in found.rows],
        refused=found.refused,
        unknown_columns=found.unknown_columns,
        created_at=now,
        by=by,
    )


class _Known:
    """What the portal knows already, read at once: municipalities, features, the county's sites and their rooms."""

    def __init__(self) -> None:
        own = Municipality.objects.filter(is_own=True)
        self.municipalities = {fold(name): place for place in own for name in (place.name_fi, place.name_sv) if name}
        self.features = {fold(name): one for one in Feature.objects.all() for name in (one.name_fi, one.key)}
        self.sites = {
            (site.municipality_id, fold(site.name_fi)): site for site in Site.objects.filter(organisation=None)
        }
        rooms = Room.objects.filter(site__organisation=None).select_related("parent").prefetch_related("features")
        self.rooms: dict[tuple[int, str], list[Room]] = {}
        for room in rooms:
            self.rooms.setdefault((room.site_id, fold(room.name_fi)), []).append(room)


def plan(run: RoomImport) -> list[Plan]:
    """Return what taking each row would do now; six queries, whatever the rows."""
    known, seen_sites, seen_rooms = _Known(), set[tuple[int, str]](), set[tuple[int, str, str]]()
    plans = []
    for told in run.rows:
        one = Plan(reading.Row(**told))
        plans.append(one)
        try:
            _plan_row(one, known, seen_sites, seen_rooms)
        except reading.BadRow as bad:
            one.error = str(bad)
    return plans


def _plan_row(
    one: Plan, known: _Known, seen_sites: set[tuple[int, str]], seen_rooms: set[tuple[int, str, str]]
) -> None:
    row = one.row
    place = known.municipalities.get(fold(row.municipality))
    if place is None:
        raise reading.BadRow(
            _("Kuntaa ”%(name)s” ei ole tällä alueella. Tarkista kirjoitusasu.") % {"name": row.municipality[:40]}
        )
    one.municipality = place
    one.features = list(_features(row, known))
    key = (place.pk, fold(row.site))
    site = known.sites.get(key)
    told = {name: getattr(row, part) for part, name in _SITE_FACTS.items() if getattr(row, part)}
    if site is None:
        one.site_facts = told
        if key not in seen_sites:
            one.made.append(_("toimipaikka %(name)s") % {"name": row.site})
    else:
        one.site_facts = {name: value for name, value in told.items() if getattr(site, name) != value}
        one.changed += [_("toimipaikan %(fact)s") % {"fact": _label(Site, name)} for name in one.site_facts]
    if row.room:
        _plan_room(one, site, known, seen_rooms, key)
    seen_sites.add(key)


def _plan_room(
    one: Plan, site: Site | None, known: _Known, seen: set[tuple[int, str, str]], key: tuple[int, str]
) -> None:
    """Add what becomes of the row's room. A part needs its whole: in the portal, or on an earlier row."""
    row = one.row
    here = (*key, fold(row.room))
    if here in seen:
        raise reading.BadRow(_("Sama tila on jo aiemmalla rivillä."))
    found = known.rooms.get((site.pk, fold(row.room)), []) if site else []
    wholes = known.rooms.get((site.pk, fold(row.part_of)), []) if site and row.part_of else []
    if row.part_of and not wholes and (*key, fold(row.part_of)) not in seen:
        raise reading.BadRow(
            _("Tilaa ”%(name)s”, jonka osa tämä on, ei ole. Lisää se aiemmalle riville.") % {"name": row.part_of[:40]}
        )
    if len(found) > 1 or len(wholes) > 1:
        raise reading.BadRow(_("Toimipaikassa on kaksi samannimistä tilaa. Muuta niitä portaalissa."))
    told = {name: getattr(row, name) for name in _ROOM_FACTS if getattr(row, name)}
    if not found:
        one.room_facts = told
        one.made.append(_("tila %(name)s") % {"name": row.room})
    else:
        _plan_change(one, found[0], told)
    seen.add(here)


def _plan_change(one: Plan, room: Room, told: dict[str, Any]) -> None:
    whole = room.parent.name_fi if room.parent else ""
    if one.row.part_of and fold(whole) != fold(one.row.part_of):
        raise reading.BadRow(_("Tila on portaalissa toisen tilan osa. Tuonti ei siirrä tiloja."))
    one.room_facts = {name: value for name, value in told.items() if getattr(room, name) != value}
    one.changed += [_label(Room, name) for name in one.room_facts]
    standing = {feature.feature_id for feature in room.features.all()}
    one.features = [feature for feature in one.features if feature.pk not in standing]
    one.changed += [feature.name for feature in one.features]


def _features(row: reading.Row, known: _Known) -> Iterator[Feature]:
    for name in row.features:
        found = known.features.get(fold(name))
        if found is None:
            raise reading.BadRow(
                _("Ominaisuutta ”%(name)s” ei ole luettelossa. Katso nimet tuontisivulta.") % {"name": name[:40]}
            )
        yield found


def _label(model: Any, name: str) -> str:
    return str(model._meta.get_field(name).verbose_name)


def take_sheet(run: RoomImport, *, by: Any, now: datetime) -> RoomImport:
    """Make and change what the rows say; rows with an error are left. Once: a run that was taken stays as it is.

    Features are added, never taken away. Raises ``Refused`` with the line when a row no longer fits, and then
    nothing has been done.
    """
    with transaction.atomic():
        limit_waiting()
        locked: RoomImport = get_allowed("premises.sheet.import", by, now=now, lock=True, pk=run.pk)
        if locked.taken_at is not None:
            return locked
        count = 0
        for one in plan(locked):
            if one.does_something:
                _take_row(one, by, now)
                count += 1
        locked.taken_at, locked.changed, locked.rows = now, count, []
        locked.save(update_fields=["taken_at", "changed", "rows"])
    return locked


def _take_row(one: Plan, by: Any, now: datetime) -> None:
    row = one.row
    if one.municipality is None:  # a row with an error is never taken
        return
    try:
        sites = Site.objects.filter(organisation=None, municipality=one.municipality, name_fi__iexact=row.site)
        site = sites.first() or add_site(name_fi=row.site, municipality=one.municipality, by=by, now=now)
        if one.site_facts:
            edit_site(site, by=by, now=now, **one.site_facts)
        if not row.room:
            return
        wholes = Room.objects.filter(site=site, name_fi__iexact=row.part_of) if row.part_of else Room.objects.none()
        found = Room.objects.filter(site=site, name_fi__iexact=row.room).first()
        room = found or add_room(site, name_fi=row.room, parent=wholes.first(), by=by, now=now, **one.room_facts)
        if found is not None and one.room_facts:
            edit_room(room, by=by, now=now, **one.room_facts)
        if one.features:
            details = dict(room.features.values_list("feature", "detail"))
            details |= {feature.pk: "" for feature in one.features}
            set_features(room, details=details, by=by, now=now)
    except Refused as refused:
        raise Refused(
            refused.code, _("Rivi %(line)s: %(reason)s") % {"line": row.line, "reason": str(refused)}
        ) from None
