"""The accounts with which one looks at the demonstration, one a role, and the county's bodies."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.demonstration import make_account
from accounts.models import StaffRole, StaffRoleKind, User
from common.times import local_date
from county.models import get_county
from liaisons.models import Body, BodyAppointment, Seat

DOMAIN = "yhdyspinta.example"


@dataclass(frozen=True)
class People:
    """Who does what in the demonstration."""

    coordinator: User
    registrar: User
    clerk: User
    auditor: User
    administrator: User
    presenter: User
    secretary: User
    chair: User
    members: tuple[User, ...]
    assessors: tuple[User, ...]
    treasurer: User
    editor: User


def make_people(now: datetime, body: Body) -> People:
    """Make the accounts and their roles, in force since four years ago."""
    since = local_date(now) - timedelta(days=4 * 365)
    people = People(
        coordinator=_staff("koordinaattori", "Minna Malli", StaffRoleKind.COORDINATOR, since),
        registrar=_staff("kirjaamo", "Kirsi Kirjaaja", StaffRoleKind.REGISTRAR, since),
        clerk=_staff("maksut", "Martti Maksaja", StaffRoleKind.PAYMENTS_CLERK, since),
        auditor=_staff("tarkastaja", "Tuula Tarkka", StaffRoleKind.AUDITOR, since),
        administrator=_staff("paakayttaja", "Pauli Pääkäyttäjä", StaffRoleKind.ADMINISTRATOR, since),
        presenter=_account("esittelija", "Elina Esittelijä"),
        secretary=_account("sihteeri", "Sami Sihteeri"),
        chair=_account("puheenjohtaja", "Päivi Puheenjohtaja"),
        members=(_account("jasen", "Eero Esimerkki"), _account("jasen2", "Jaana Jäsen")),
        assessors=(_account("arvioija", "Anneli Arvioija"), _account("arvioija2", "Antti Arvio")),
        treasurer=_account("jarjesto", "Aino Esimerkki", second_factor=False),
        editor=_account("jarjesto2", "Eino Malli", second_factor=False),
    )
    for person in (people.chair, *people.members):
        Seat.objects.create(user=person, body=body, role="member", valid_from=since)
    BodyAppointment.objects.create(user=people.presenter, body=body, role="presenter", valid_from=since)
    BodyAppointment.objects.create(user=people.secretary, body=body, role="secretary", valid_from=since)
    return people


def _account(name: str, full_name: str, *, second_factor: bool = True) -> User:
    return make_account(f"{name}@{DOMAIN}", full_name, second_factor=second_factor)


def _staff(name: str, full_name: str, kind: StaffRoleKind, since: date) -> User:
    user = _account(name, full_name)
    StaffRole.objects.create(user=user, role=kind.value, valid_from=since, reason="Esittely")
    return user


def fill_settings() -> None:
    """Give the county the settings that letters need, where they are still missing; the values are invented."""
    county = get_county()
    if county is None:
        return
    invented = {
        "help_phone": "013 123 4567",
        "email": f"jarjestot@{DOMAIN}",
        "letterhead": f"{county.name_fi}\nKirjaamo\nEsimerkkikatu 1\n80100 Joensuu",
        "case_number_prefix": "ESIM",
        "case_number_class": "02.05.01",
        "revision_body": "Hyvinvoinnin ja terveyden edistämisen lautakunta",
        "revision_address": "Kirjaamo\nEsimerkkikatu 1\n80100 Joensuu",
        "revision_email": f"kirjaamo@{DOMAIN}",
        "revision_hours": "arkisin klo 9.00–15.00",
        "privacy_contact": f"Tietosuojavastaava\ntietosuoja@{DOMAIN}",
    }
    changed = [name for name in invented if not getattr(county, name)]
    for name in changed:
        setattr(county, name, invented[name])
    county.save(update_fields=changed)
