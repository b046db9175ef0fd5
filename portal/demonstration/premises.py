"""Sites and rooms: the area's houses with hours, features, managers and terms, and two rooms of organisations."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from common.times import local_date
from county.models import Municipality
from liaisons.introductions import liaison_people
from organisations.models import Organisation
from portal.demonstration.people import DOMAIN, People
from premises.models import Feature, Room, Site
from premises.workflow.opening import Hours, add_access, add_exception, save_hours
from premises.workflow.rooms import add_room, set_features
from premises.workflow.sites import add_site, edit_site, name_managers, publish_terms

SITES = 8
_TERMS = (
    "Tila jätetään siihen kuntoon, jossa se oli: pöydät ja tuolit paikoilleen, astiat pestyinä, roskat astiaan.\n\n"
    "Varaaja vastaa siitä, että ryhmä noudattaa talon turvallisuusohjeita eikä päästä muita sisään.\n\n"
    "Jos ette tarvitse aikaa, perukaa se. Joku muu saa silloin tilan.\n\n"
    "Tila on maksuton, kun toiminta on yleishyödyllistä eikä siitä peritä voittoa."
)
_HOSPITAL_TERMS = (
    f"{_TERMS}\n\nSairaalassa ei käytetä hajusteita. Käytävät ja poistumistiet pidetään vapaina. "
    "Potilaista ei oteta kuvia."
)
_SAFETY = (
    "Poistumistiet on merkitty vihreällä. Kokoontumispaikka on pysäköintialueen reunassa.\n"
    "Hätätilanteessa soita 112 ja kerro talon osoite. Sydäniskuri on pääaulassa."
)
_FIND = "Pääovesta sisään ja opasteiden mukaan. Pysäköinti talon edessä, esteetön paikka oven vieressä."


@dataclass(frozen=True)
class _Plan:
    """One room of the demonstration: its facts, its features with details, and its parts."""

    name: str
    kind: str
    capacity: int
    features: dict[str, str]
    facts: dict[str, Any] = field(default_factory=dict)
    parts: tuple["_Plan", ...] = ()


_ACCESS = {
    "esteeton": "kynnyksetön, tilaa pyörätuolille",
    "oven-leveys": "90 cm",
    "esteeton-wc": "samassa kerroksessa",
    "portaaton-reitti": "pääovelta",
    "pysakointi": "20 paikkaa, maksuton 4 tuntia",
}
_EVENING = {"illat": "", "oma-sisaankaynti": "päädyn ovi"}
_COFFEE = {"kahvinkeitto": "", "verkko": ""}
_BY_MANAGER = {"approval": "manager", "hourly_value": Decimal(40), "tidy_minutes": 30, "cancel_hours": 72}
_VALUE = {"hourly_value": Decimal(25), "tidy_minutes": 15}
_HALL = _Plan(
    "Liikuntasali",
    "hall",
    60,
    {**_ACCESS, "induktiosilmukka": "koko salissa", **_EVENING, "viikonloput": ""},
    {**_BY_MANAGER, "description": "Sali, jonka voi jakaa kahtia siirtoseinällä."},
    (
        _Plan("Liikuntasalin itäpää", "part", 30, {**_ACCESS, **_EVENING}, _BY_MANAGER),
        _Plan("Liikuntasalin länsipää", "part", 30, {**_ACCESS, **_EVENING}, _BY_MANAGER),
    ),
)
_GROUP = _Plan(
    "Ryhmähuone",
    "room",
    14,
    {**_ACCESS, **_COFFEE, **_EVENING, "vertaisryhma": ""},
    {
        **_VALUE,
        "description": "Rauhallinen huone, jossa vertaisryhmä voi kokoontua. Ikkunat pihalle, äänieristetty ovi.",
        "layouts": "14 pöydän ympärillä tai 12 tuolia piirissä.",
        "restrictions": "Ei hajusteita. Eläimistä ja kynttilöistä sovitaan tilavastaavan kanssa.",
    },
)
_MEETING = _Plan(
    "Kokoustila",
    "room",
    10,
    {**_ACCESS, "verkko": "", "hybridilaitteet": "näyttö, kamera ja kaiutinmikrofoni", "illat": ""},
    {**_VALUE, "layouts": "10 pöydän ympärillä."},
)
_DESK = _Plan(
    "Järjestöpiste",
    "desk",
    2,
    {**_ACCESS, "jarjestopiste": "pääaulassa", "esiteteline": "", "asiointitietokone": ""},
    {"hourly_value": Decimal(10), "description": "Pöytä ja kaksi tuolia aulassa. Järjestö kertoo toiminnastaan."},
)
_HOUSES: tuple[tuple[_Plan, ...], ...] = (
    (
        _Plan("OLKA-piste", "desk", 3, {**_ACCESS, "olka-piste": "alueen sosiaaliturvayhdistys", "esiteteline": ""}),
        _Plan(
            "Auditorio",
            "hall",
            80,
            {**_ACCESS, "hissi": "pääaulassa", "induktiosilmukka": "", "hybridilaitteet": "kamera ja kaksi mikrofonia"},
            {**_BY_MANAGER, "layouts": "80 tuolia nousevassa katsomossa."},
        ),
        _GROUP,
        _Plan(
            "Esittelypaikka aulassa",
            "stand",
            4,
            {**_ACCESS, "pop-up": "3 × 3 metriä pääoven vieressä", "esiteteline": ""},
            {"approval": "manager", "description": "Teemapäiviin ja -viikkoihin. Pöytä ja kaksi julistetelinettä."},
        ),
    ),
    (_HALL, _MEETING),
    (_GROUP, _MEETING, _DESK),
)
_OWN = _Plan(
    "Kerhohuone",
    "room",
    20,
    {"kahvinkeitto": "", "verkko": "", "vertaisryhma": "", "oma-sisaankaynti": "kadun puolella", "illat": ""},
    {"description": "Kodikas huone keskustassa. Ammattilainen voi pitää täällä ryhmän tai vastaanoton."},
)


@dataclass
class _Making:
    """What the steps share."""

    by: User
    then: datetime
    features: dict[str, Feature]

    def room(self, site: Site, plan: _Plan, parent: Room | None = None) -> None:
        """Make a room with its features and parts."""
        made = add_room(
            site,
            name_fi=plan.name,
            parent=parent,
            kind=plan.kind,
            capacity=plan.capacity,
            by=self.by,
            now=self.then,
            **plan.facts,
        )
        details = {self.features[key].pk: text for key, text in plan.features.items() if key in self.features}
        set_features(made, details=details, by=self.by, now=self.then)
        for part in plan.parts:
            self.room(site, part, made)


def make_premises(organisations: list[Organisation], members: dict[int, User], people: People, now: datetime) -> None:
    """Make the county's houses and rooms, and two places of organisations; needs the liaison persons."""
    then = now - timedelta(days=200)
    making = _Making(people.coordinator, then, {one.key: one for one in Feature.objects.all()})
    publish_terms(None, text_fi=_TERMS, by=people.coordinator, now=then)
    liaisons = list(liaison_people(local_date(now)).exclude(pk=people.coordinator.pk).order_by("email"))
    account = User.objects.filter(email=f"yhteyshenkilo@{DOMAIN}").first()
    manager = account or people.coordinator
    deputy = next((one for one in liaisons if one.pk != manager.pk), None)
    for place, site in enumerate(_county_sites(people.coordinator, then)):
        _house(making, site, place, now)
        first, second = (manager, deputy) if place < SITES - 2 else (deputy or manager, manager if deputy else None)
        name_managers(site, manager=first, deputy=second, by=people.coordinator, now=then)
    for organisation in organisations[:2]:
        _own_place(organisation, members[organisation.pk], making.features, then)


def _county_sites(by: User, then: datetime) -> list[Site]:
    """Return the area file's sites, the largest houses first, and as many more as make eight."""
    order = {"hospital": 0, "rehabilitation": 1}
    found = sorted(
        Site.objects.filter(organisation=None).select_related("municipality"),
        key=lambda site: (order.get(site.kind, 2), site.pk),
    )
    with_one = {site.municipality_id for site in found}
    towns = Municipality.objects.filter(is_own=True).exclude(pk__in=with_one).order_by("-inhabitants", "name_fi")
    for town in towns[: max(0, SITES - len(found))]:
        name = f"{town.name_fi}, sote-keskus"
        found.append(add_site(name_fi=name, municipality=town, kind="social_centre", by=by, now=then))
    return found[:SITES]


def _house(making: _Making, site: Site, place: int, now: datetime) -> None:
    """Tell the address, the hours, the ways in and the rooms of one house."""
    by, then = making.by, making.then
    edit_site(
        site,
        street_address=f"Esimerkkitie {place * 4 + 2}",
        postcode="00100",
        post_office=site.municipality.name_fi,
        phone=f"013 330 {2000 + place}",
        how_to_find=_FIND,
        safety_rules=_SAFETY,
        by=by,
        now=then,
    )
    save_hours(site, hours=list(_week(with_saturday=place < 2)), by=by, now=then)
    for plan in _HOUSES[min(place, len(_HOUSES) - 1)]:
        making.room(site, plan)
    day = local_date(then)
    add_access(site, way_in="open", text="Pääovi on auki arkisin klo 8–16.", valid_from=day, by=by, now=then)
    add_access(
        site,
        way_in="code",
        text=f"Klo 16 jälkeen päädyn ovesta. Ovikoodi on {4100 + place * 37}. Ovi lukittuu itsestään.",
        valid_from=day,
        by=by,
        now=then,
    )
    if place == 0:
        publish_terms(site, text_fi=_HOSPITAL_TERMS, by=by, now=then)
    training = local_date(now) + timedelta(days=20)
    add_exception(site, first_day=training, last_day=None, reason="Henkilökunnan koulutus", by=by, now=then)
    eve = date(local_date(now).year, 12, 24)
    add_exception(site, first_day=eve, last_day=eve + timedelta(days=2), reason="Joulu", by=by, now=then)


def _week(*, with_saturday: bool) -> list[Hours]:
    days = [Hours(day, time(8), time(16)) for day in range(5)]
    evenings = [Hours(day, time(16), time(20), True) for day in range(4)]
    return [*days, *evenings, *([Hours(5, time(10), time(15), True)] if with_saturday else [])]


def _own_place(organisation: Organisation, by: User, features: dict[str, Feature], then: datetime) -> None:
    """Let an organisation offer a room to the county's professionals."""
    towns = Municipality.objects.filter(is_own=True).order_by("-inhabitants", "name_fi")
    home = organisation.domicile
    town = home if home is not None and home.is_own else towns.first()
    if town is None:  # an area without municipalities has no place to tell
        return
    site = add_site(
        name_fi=f"Kerhotalo, {organisation.name}",
        municipality=town,
        organisation=organisation,
        street_address="Esimerkkikatu 3",
        postcode="00100",
        post_office=town.name_fi,
        how_to_find="Sisään kadun puolelta. Soita ovikelloa, niin avaamme.",
        by=by,
        now=then,
    )
    save_hours(site, hours=[Hours(day, time(9), time(20)) for day in range(5)], by=by, now=then)
    _Making(by, then, features).room(site, _OWN)
    name_managers(site, manager=by, deputy=None, by=by, now=then)
    day = local_date(then)
    add_access(site, way_in="staff", text="Avaamme oven, kun soitat kelloa.", valid_from=day, by=by, now=then)
