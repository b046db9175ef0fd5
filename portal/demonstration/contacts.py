"""Contacts kept with invented organisations: plain notes, open next steps (one of them late) and a closed matter."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from common.times import local_date
from liaisons.policies.kept_contacts import colleagues
from liaisons.workflow.kept_contacts import close_contact, keep_contact
from organisations.models import Organisation
from portal.demonstration.people import DOMAIN, People


@dataclass(frozen=True)
class _Contact:
    """One invented contact; ``due`` is days from now, ``handed`` gives the step to a liaison person."""

    kind: str
    days: int
    met: str
    about: str
    step: str = ""
    due: int = 0
    handed: bool = False
    result: str = ""


_CONTACTS = (
    _Contact("meeting", 40, "puheenjohtaja", "Toimintavuoden suunnitelmat ja yhteiset ryhmät"),
    _Contact(
        "call",
        21,
        "toiminnanjohtaja",
        "Ryhmätilaa tarvitaan torstai-iltoihin",
        "Kysy sote-keskuksen kokoustilaa",
        -4,
        handed=True,
    ),
    _Contact(
        "visit",
        12,
        "vapaaehtoisten vetäjä",
        "Tutustuminen kohtaamispaikkaan, kävijöitä noin 30 viikossa",
        "Lähetä omahoitajien yhteystiedot",
        6,
    ),
    _Contact(
        "email",
        30,
        "sihteeri",
        "Kotihoidon henkilöstö ei tunne ystävätoimintaa",
        "Sovi esittely tiimipalaveriin",
        -10,
        result="Esittely sovittu tiimipalaveriin, 12 työntekijää ilmoittautui.",
    ),
    _Contact("call", 3, "", "Kysymys kuljetuksista syrjäkylille", "Selvitä asiointikyytien reitit", 10, handed=True),
)


def make_contacts(organisations: list[Organisation], people: People, now: datetime) -> None:
    """Write the contacts down in the coordinator's name; handed ones go to a liaison person where there is one."""
    by = people.coordinator
    colleague = User.objects.filter(email=f"yhteyshenkilo@{DOMAIN}").first()
    today = local_date(now)
    for number, row in enumerate(_CONTACTS):
        then = now - timedelta(days=row.days)
        made = keep_contact(
            organisations[number % 3],
            kind=row.kind,
            on=local_date(then),
            about=row.about,
            met=row.met,
            next_step=row.step,
            due_on=today + timedelta(days=row.due) if row.step else None,
            doer=colleague if row.handed and _was_there(colleague, then) else None,
            by=by,
            now=then,
        )
        if row.result:
            close_contact(made, result=row.result, by=by, now=then + timedelta(days=15))


def _was_there(person: User | None, then: datetime) -> bool:
    return person is not None and colleagues(then).filter(pk=person.pk).exists()
