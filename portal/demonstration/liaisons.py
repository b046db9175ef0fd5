"""Liaison posts and people: held, vacant, unanswered, away with a substitute, ending; and a unit that was renamed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from accounts.demonstration import make_account
from accounts.models import User
from common.times import local_date
from county.models import LifeSituation, Municipality, Theme
from liaisons.models import Appointment, Post, PostLevel, Unit
from liaisons.workflow import (
    accept_appointment,
    decline_appointment,
    grant_power,
    name_substitute,
    propose_appointment,
    record_absence,
    rename_unit,
)
from portal.demonstration.people import DOMAIN, People

_MUNICIPAL = (
    "Heidi Heinonen",
    "Ilkka Ilvonen",
    "Jaana Jokinen",
    "Kaisa Karppinen",
    "Lauri Leinonen",
    "Maija Mononen",
    "Niko Nevalainen",
    "Oona Oinonen",
    "Pentti Puhakka",
    "Riitta Romppanen",
)
_LINKS = (
    ("Joensuu", "Saara Sorsa"),
    ("Joensuu", "Timo Tolvanen"),
    ("Lieksa", "Ulla Ukkonen"),
    ("Kitee", "Ville Vatanen"),
    ("Nurmes", ""),
)
_CONTACTS = (
    ("muistihoitaja", "Muistisairaus", "", "muistineuvonta\nmuistisairaan läheisen tuki", "Anu Asikainen"),
    ("diabeteshoitaja", "Pitkäaikainen sairaus", "", "diabetes\nvertaistuki sairastuneille", "Birgit Boman"),
    ("elintapaohjaaja", "", "Elintavat", "liikuntaneuvonta\nravitsemus", "Cecilia Ceder"),
    ("ehkäisevän päihdetyön yhdyshenkilö", "", "Ehkäisevä päihdetyö", "päihteet\npelaaminen", "Daniel Dahl"),
    ("omaishoidon yhdyshenkilö", "Omaishoito", "", "omaishoidon tuki\nomaisten ryhmät", "Eija Eskelinen"),
    ("kokemustoiminnan yhdyshenkilö", "", "Osallisuus", "kokemusasiantuntijat\nasiakasraadit", ""),
)
_TASKS = (
    "Ota yhteyttä, kun haluat sopia yhteisestä toiminnasta, pyytää ammattilaisen vierailulle ryhmään tai kysyä, "
    "kuka palvelussa hoitaa asiaa."
)


@dataclass
class _Making:
    """What the steps share."""

    now: datetime
    people: People

    @property
    def today(self) -> date:
        """Return the day of loading."""
        return local_date(self.now)

    def person(self, full_name: str) -> User:
        """Return an invented person who does not sign in."""
        name = full_name.lower().replace("ä", "a").replace("ö", "o").replace(" ", ".")
        email = f"{name}@{DOMAIN}"
        user = User.objects.filter(email=email).first()
        return user or User.objects.create_user(email, full_name=full_name, is_demonstration=True)

    def propose(self, post: Post, user: User, *, since: int = 400, until: int | None = None) -> Appointment:
        """Name the user ``since`` days ago, to the day ``until`` days from now."""
        return propose_appointment(
            post,
            email=user.email,
            full_name=user.full_name,
            valid_from=self.today - timedelta(days=since),
            valid_until=None if until is None else self.today + timedelta(days=until),
            working_time=5 + 5 * (post.pk % 4),
            supervisor="Leena Lähiesihenkilö",
            source="Toimialajohtajan päätös",
            by=self.people.coordinator,
            now=self.now - timedelta(days=since),
        )

    def hold(self, post: Post, user: User, *, since: int = 400, until: int | None = None) -> Appointment:
        """Name the user, who accepts two days later."""
        row = self.propose(post, user, since=since, until=until)
        answered = self.now - timedelta(days=since - 2)
        return accept_appointment(
            row, phone=f"013 330 {1000 + row.pk % 9000}", shows_phone=row.pk % 3 > 0, by=user, now=answered
        )

    def post(self, level: PostLevel, name: str, **fields: Any) -> Post:
        """Make a post that the area file does not give."""
        since = self.today - timedelta(days=900)
        defaults = {"tasks_fi": _TASKS, "valid_from": since, "order": 100}
        return Post.objects.create(level=level.value, name_fi=name, **{**defaults, **fields})


def make_liaisons(now: datetime, people: People) -> None:
    """Make the posts and name people to them; where the area gives no units or municipalities, none for them."""
    making = _Making(now, people)
    _county(making)
    _service_areas(making)
    _municipal(making)
    _links(making)
    _contacts(making)
    _renamed(making)


def _county(making: _Making) -> None:
    """The established posts of the area file: the strategic one with delegated power, the county's liaison."""
    Post.objects.filter(tasks_fi="").update(tasks_fi=_TASKS)
    strategic = Post.objects.filter(level=PostLevel.STRATEGIC).first()
    if strategic:
        making.hold(strategic, making.person("Katri Kumppani"), since=700)
        for power in ("letter_of_intent", "statement"):
            grant_power(
                strategic,
                power=power,
                decided_by="Kehittämisjohtaja",
                decided_on=making.today - timedelta(days=690),
                section=14,
                valid_from=making.today - timedelta(days=680),
                by=making.people.coordinator,
                now=making.now,
            )
    liaison = Post.objects.filter(level=PostLevel.COUNTY_LIAISON).first()
    if liaison:
        row = making.hold(liaison, making.people.coordinator, since=700)
        _stand_in(making, row, making.person("Katri Kumppani"))


def _service_areas(making: _Making) -> None:
    """One held with two substitutes, one ending, one on leave with a substitute, one vacant, the others held."""
    areas = list(Unit.objects.filter(kind="service_area"))
    account = make_account(f"yhteyshenkilo@{DOMAIN}", "Ylva Yhdyshenkilö")
    for place, unit in enumerate(areas):
        existing = Post.objects.filter(level=PostLevel.SERVICE_AREA, unit=unit).first()
        post = existing or making.post(
            PostLevel.SERVICE_AREA, "toimialueen järjestöyhdyshenkilö", unit=unit, is_established=True
        )
        if place == 0:
            row = making.hold(post, account)
            _stand_in(making, row, making.person("Sirpa Sijainen"))
            _stand_in(making, row, making.person("Veikko Varahenkilö"), order=2)
        elif place == 1:
            making.hold(post, making.person("Outi Ohinen"), since=690, until=40)
        elif place == 2:
            row = making.hold(post, making.person("Pirkko Poissa"))
            _stand_in(making, row, account)
            _away(making, row, days=12)
        elif place > 3:
            making.hold(post, making.person(f"Raimo Raja {place}"), since=300)


def _stand_in(making: _Making, row: Appointment, user: User, *, order: int = 1) -> None:
    name_substitute(
        row,
        email=user.email,
        full_name=user.full_name,
        order=order,
        valid_from=row.valid_from,
        by=row.user,
        now=making.now - timedelta(days=200),
    )


def _away(making: _Making, row: Appointment, *, days: int) -> None:
    record_absence(
        row.user,
        valid_from=making.today - timedelta(days=3),
        valid_until=making.today + timedelta(days=days),
        by=row.user,
        now=making.now - timedelta(days=5),
    )


def _municipal(making: _Making) -> None:
    """A post in every municipality: one has not answered, one said no, one is away without a substitute."""
    account = make_account(f"kunta@{DOMAIN}", "Kati Kuntanen")
    for place, town in enumerate(Municipality.objects.filter(is_own=True)[:13]):
        post = Post.objects.filter(level=PostLevel.MUNICIPAL, municipality=town).first()
        post = post or making.post(PostLevel.MUNICIPAL, "järjestökoordinaattori", municipality=town)
        if place == 0:
            making.hold(post, account)
        elif place <= len(_MUNICIPAL):
            row = making.hold(post, making.person(_MUNICIPAL[place - 1]), since=200 + 10 * place)
            if place == 4:
                _away(making, row, days=5)
        elif place == len(_MUNICIPAL) + 1:
            making.propose(post, make_account(f"nimetty@{DOMAIN}", "Nina Nimetty", second_factor=False), since=9)
        else:
            user = making.person("Kalle Kieltäytyjä")
            row = making.propose(post, user, since=20)
            decline_appointment(row, reason="Työaikaa ei ole varattu.", by=user, now=making.now - timedelta(days=15))


def _links(making: _Making) -> None:
    """Linkkihenkilöt of the health stations, several in one place."""
    unit = Unit.objects.filter(name_fi__icontains="terveysasem").first() or Unit.objects.filter(kind="unit").first()
    if unit is None:
        return
    for town_name, person in _LINKS:
        town = Municipality.objects.filter(is_own=True, name_fi=town_name).first()
        post = Post.objects.filter(level=PostLevel.LINKKIHENKILO, municipality=town, unit=unit).first()
        post = post or making.post(
            PostLevel.LINKKIHENKILO, "linkkihenkilö", unit=unit, municipality=town, allows_many=True, answer_days=3
        )
        if person:
            making.hold(post, making.person(person), since=150)


def _contacts(making: _Making) -> None:
    """Contacts of an illness or a theme; one has been named twelve days ago and is silent."""
    for place, (name, situation, theme, services, person) in enumerate(_CONTACTS):
        post = making.post(PostLevel.DIAGNOSIS_OR_THEME, name, services=services)
        post.life_situations.set(LifeSituation.objects.filter(name_fi=situation))
        post.themes.set(Theme.objects.filter(name_fi=theme))
        if place == 3:
            making.propose(post, making.person(person), since=12)
        elif person:
            making.hold(post, making.person(person), since=250, until=30 if place == 1 else None)
    rescue = Post.objects.filter(level=PostLevel.RESCUE).first()
    rescue = rescue or making.post(
        PostLevel.RESCUE, "pelastustoimen järjestöyhdyshenkilö", services="sopimuspalokunnat"
    )
    making.hold(rescue, making.person("Paavo Palomestari"), since=330)


def _renamed(making: _Making) -> None:
    """A unit that got a new name two years ago: old cases show the old one."""
    unit = Unit.objects.filter(name_fi="Kehittämisyksikkö").first()
    if unit:
        rename_unit(
            unit,
            names={"name_fi": "Kumppanuudet ja kehittäminen", "name_sv": "", "name_en": ""},
            from_day=date(making.today.year - 1, 1, 1),
            reason="Aluehallitus, organisaatiouudistus",
            by=making.people.coordinator,
            now=making.now,
        )
