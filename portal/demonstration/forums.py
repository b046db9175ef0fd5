"""Events of the co-operation: a year of them in all states, with hosts, agendas, interpreters, rooms and a run.

The other parts of forums put their sign-ups, memos and feedback on these events.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from accounts.models import User
from common.errors import Refused
from common.legal_dates import next_working_day
from common.times import local_date
from county.models import Municipality, RegionalGroup, Theme
from forums.models import Event, EventSeries
from forums.run_rules import RunRule
from forums.workflow.event_copies import copy_event, publish_run, repeat_event
from forums.workflow.event_parts import set_agenda, set_hosts, set_services
from forums.workflow.event_rooms import RoomWish
from forums.workflow.events import cancel_event, edit_event, hold_event, plan_event, publish_event
from liaisons.models import Network, Unit
from organisations.models import Organisation
from portal.demonstration.calendar import at
from portal.demonstration.people import People
from premises.models import Room
from premises.rules import terms_of

_FORUM = (
    "Järjestöfoorumi kokoaa alueen järjestöt, kunnat ja hyvinvointialueen saman pöydän ääreen. "
    "Kuulemme, mitä yhteistyöstä on syntynyt, ja sovimme, mitä seuraavaksi tehdään.\n\n"
    "Voit tulla paikalle tai osallistua verkossa. Kahvit tarjotaan kello 12.30 alkaen."
)
_COFFEE = (
    "Etäkahveilla jutellaan vapaasti. Kerromme, mitä hyvinvointialueella on meneillään, ja kuulemme, mitä teille "
    "kuuluu. Ei esityksiä eikä pöytäkirjaa: ota kahvikuppi ja tule linjoille."
)
_WORKSHOP = (
    "Ilmiötyöpajassa katsomme yhtä ilmiötä yhdessä: mistä se johtuu, kuka jo tekee työtä sen parissa ja mihin "
    "toimenpiteisiin tartumme. Työpajasta jää lista toimenpiteistä ja niiden mittareista."
)
_LINK = "https://kokous.example/foorumit"
_NOTE = "Avaa linkki selaimessa. Mikrofoni on kiinni, kunnes pyydät puheenvuoron."


@dataclass(frozen=True)
class DemoEvents:
    """The events by what they show, for the other parts of the demonstration."""

    coffees: list[Event]
    held_forum: Event
    coming_forum: Event
    workshop: Event
    negotiation: Event | None
    cancelled: Event


@dataclass
class _Making:
    """What the steps share."""

    now: datetime
    people: People
    organisations: list[Organisation]
    series: dict[str, EventSeries]

    @property
    def by(self) -> User:
        """The coordinator, who plans everything."""
        return self.people.coordinator

    def day(self, days: int) -> date:
        """Return a working day so many days from now."""
        return next_working_day(local_date(self.now) + timedelta(days=days))

    def of(self, *keys: str) -> EventSeries | None:
        """Return the area's series of the first key that it has."""
        return next((self.series[key] for key in keys if key in self.series), None)

    def plan(self, days: int, hours: tuple[int, int], made: int, wish: RoomWish | None = None, **facts: Any) -> Event:
        """Plan an event ``made`` days before its day."""
        day = self.day(days)
        start, end = at(day, hours[0]), at(day, hours[1])
        then = min(self.now, start - timedelta(days=made))
        return plan_event(starts_at=start, ends_at=end, wish=wish, **facts, by=self.by, now=then)

    def publish(self, event: Event, made: int) -> Event:
        """Publish an event so many days before it."""
        return publish_event(event, by=self.by, now=min(self.now, event.starts_at - timedelta(days=made)))

    def hold(self, event: Event) -> Event:
        """Mark an event held an hour after its end."""
        return hold_event(event, by=self.by, now=event.ends_at + timedelta(hours=1))


def make_events(organisations: list[Organisation], people: People, now: datetime) -> DemoEvents:
    """Make a year of events; needs the rooms and the networks."""
    making = _Making(now, people, organisations, {row.key: row for row in EventSeries.objects.all()})
    held = _held_forum(making)
    coffees = [*_held_coffees(making), *_coming_coffees(making)]
    workshop = _workshop(making)
    negotiation = _group_meetings(making)
    cancelled = _cancelled(making)
    coming = _coming_forum(making)
    _planned(making)
    return DemoEvents(coffees, held, coming, workshop, negotiation, cancelled)


def _host(user: User | None = None, organisation: Organisation | None = None, label: str = "") -> dict[str, Any]:
    return {"user": user, "organisation": organisation, "label": label}


def _slots(*rows: tuple[int, int, str, str]) -> list[dict[str, Any]]:
    return [{"starts_at": time(hour, minute), "title": title, "speaker": who} for hour, minute, title, who in rows]


def _forum_facts(making: _Making) -> dict[str, Any]:
    return {
        "series": making.of("jarjestofoorumi"),
        "description_fi": _FORUM,
        "form": "hybrid",
        "meeting_url": f"{_LINK}/jarjestofoorumi",
        "meeting_note": _NOTE,
        "places_on_site": 40,
        "places_remote": 200,
        "asks_diet": True,
    }


def _forum_parts(making: _Making, event: Event) -> None:
    by, then = making.by, event.created_at
    set_hosts(
        event, hosts=[_host(by), _host(organisation=making.organisations[0]), _host(label="JANE")], by=by, now=then
    )
    set_agenda(
        event,
        slots=_slots(
            (13, 0, "Avaus ja mitä viime foorumista seurasi", "Minna Malli"),
            (13, 20, "Avustusten tulokset: mihin raha meni", "Matti Mallikas, hyvinvointialue"),
            (14, 0, "Järjestöjen puheenvuorot", "Lieksan Omaistuki ry ja Alueen nuoret ry"),
            (14, 40, "Pöytäkeskustelut: mitä teemme yhdessä ensi vuonna", ""),
            (15, 40, "Yhteenveto ja seuraavat askeleet", "Minna Malli"),
        ),
        by=by,
        now=then,
    )
    services = [
        {"kind": "writing", "language": "", "provider": "Tulkkikeskus", "confirmed": True},
        {"kind": "captions", "language": "suomi", "provider": "", "confirmed": False},
    ]
    set_services(event, services=services, by=by, now=then)


def _held_forum(making: _Making) -> Event:
    place = "Maakuntasali, Pielisjoenkatu 2, Joensuu"
    event = making.plan(-62, (13, 16), 80, name_fi="Syksyn järjestöfoorumi", place=place, **_forum_facts(making))
    _forum_parts(making, event)
    making.publish(event, 60)
    return making.hold(event)


def _coming_forum(making: _Making) -> Event:
    """A hybrid forum in a booked hall where one is free, else at an address."""
    facts = {"name_fi": "Kevään järjestöfoorumi", "name_sv": "Vårens organisationsforum", **_forum_facts(making)}
    room = Room.objects.bookable().filter(capacity__gte=40, site__organisation=None).select_related("site").first()
    unit = Unit.objects.on(local_date(making.now)).first()
    event = None
    if room is not None and unit is not None:
        wish = RoomWish(unit, terms_of([room])[room.pk])
        for days in (45, 46, 48):
            try:
                event = making.plan(days, (13, 16), 60, wish=wish, room=room, **facts)
                break
            except Refused:
                continue
    event = event or making.plan(45, (13, 16), 60, place="Kuntatalo, valtuustosali", **facts)
    _forum_parts(making, event)
    until = event.starts_at - timedelta(days=5)
    edit_event(event, sign_up_until=until, by=making.by, now=making.now - timedelta(days=1))
    return making.publish(event, 40)


def _coffee_facts(making: _Making) -> dict[str, Any]:
    return {
        "name_fi": "Järjestöjen etäkahvit",
        "name_sv": "Föreningarnas distanskaffe",
        "name_en": "Online coffee with organisations",
        "series": making.of("etakahvit", "verkostotapaaminen"),
        "description_fi": _COFFEE,
        "form": "remote",
        "meeting_url": f"{_LINK}/etakahvit",
        "meeting_note": _NOTE,
    }


def _held_coffees(making: _Making) -> list[Event]:
    found = []
    for days in (-86, -58, -30):
        event = making.plan(days, (9, 10), 40, **_coffee_facts(making))
        set_hosts(event, hosts=[_host(making.by)], by=making.by, now=event.created_at)
        making.publish(event, 30)
        found.append(making.hold(event))
    waits = making.plan(-2, (9, 10), 30, **_coffee_facts(making))
    making.publish(waits, 20)
    return [*found, waits]


def _coming_coffees(making: _Making) -> list[Event]:
    """A run of dates: the next half-year, one sign-up for all."""
    then = making.now - timedelta(days=3)
    first = making.plan(12, (9, 10), 15, **_coffee_facts(making))
    set_hosts(first, hosts=[_host(making.by)], by=making.by, now=then)
    day = local_date(first.starts_at)
    rule = RunRule(day, day + timedelta(days=140), 4)
    made = repeat_event(first, rule=rule, days=list(rule.days()), one_sign_up=True, wish=None, by=making.by, now=then)
    publish_run(made.run, by=making.by, now=then)
    return list(made.run.forum_events.order_by("starts_at"))


def _workshop(making: _Making) -> Event:
    theme = Theme.objects.filter(name_fi__icontains="mielen").first() or Theme.objects.first()
    event = making.plan(
        26,
        (12, 15),
        40,
        name_fi="Ilmiötyöpaja: nuorten yksinäisyys",
        series=making.of("ilmiotyopaja"),
        description_fi=_WORKSHOP,
        theme=theme,
        form="on_site",
        place="Nuorisokeskus, Kauppakatu 8, Lieksa",
        municipality=Municipality.objects.filter(is_own=True).order_by("-inhabitants").first(),
        visibility="ngos",
        places_on_site=24,
        asks_diet=True,
    )
    hosts = [_host(making.by), _host(organisation=making.organisations[1])]
    set_hosts(event, hosts=hosts, by=making.by, now=event.created_at)
    services = [{"kind": "sign", "language": "", "provider": "", "confirmed": False}]
    set_services(event, services=services, by=making.by, now=event.created_at)
    return making.publish(event, 30)


def _group_meetings(making: _Making) -> Event | None:
    """A regional group's statutory negotiation that was held, and a network's meeting that comes."""
    network = Network.objects.filter(ended_on=None).first()
    if network is not None:
        meeting = making.plan(
            33,
            (14, 16),
            40,
            name_fi="Verkoston kevätkausi käyntiin",
            network=network,
            visibility="members",
            meeting_url=f"{_LINK}/verkosto",
        )
        making.publish(meeting, 30)
    group = RegionalGroup.objects.order_by("pk").first()
    if group is None:
        return None
    event = making.plan(
        -44,
        (9, 12),
        60,
        name_fi="Kumppanuusryhmän vuosineuvottelu",
        series=making.of("kumppanuusryhman-neuvottelu", "hyte-neuvottelu"),
        regional_group=group,
        visibility="members",
        form="hybrid",
        place="Kuntatalo, kokoushuone 1",
        meeting_url=f"{_LINK}/neuvottelu",
    )
    making.publish(event, 50)
    return making.hold(event)


def _cancelled(making: _Making) -> Event:
    event = making.plan(
        8,
        (17, 19),
        40,
        name_fi="Järjestöjen ja kuntien iltatapaaminen",
        description_fi="Kuntien yhteyshenkilöt kertovat, mitä kunnissa suunnitellaan ensi vuodelle.",
        form="on_site",
        place="Kirjasto, Koskikatu 25, Joensuu",
    )
    making.publish(event, 30)
    then = making.now - timedelta(days=2)
    return cancel_event(event, reason="Puhuja on sairastunut. Uusi aika kerrotaan pian.", by=making.by, now=then)


def _planned(making: _Making) -> None:
    """Two that nobody else sees yet: the next forum as a copy of the last, and a workshop that waits for a place."""
    source = Event.objects.filter(name_fi="Syksyn järjestöfoorumi").first()
    if source is not None:
        day = making.day(150)
        parts = ["texts", "agenda", "hosts", "sign_ups"]
        copy_event(source, starts_at=at(day, 13), ends_at=at(day, 16), parts=parts, by=making.by, now=making.now)
    making.plan(
        18, (12, 15), 20, name_fi="Ilmiötyöpaja: liikkumisen tuki", series=making.of("ilmiotyopaja"), form="on_site"
    )
