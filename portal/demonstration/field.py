"""About 400 invented organisations: a register extract that is imported, and who acts for them."""

import csv
import random
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from stdnum import iban
from stdnum.fi import ytunnus

from accounts.models import User
from common.times import format_date, local_date
from county.models import Municipality, Sector, Theme
from organisations.models import BankAccount, BankStatement, Membership, Organisation
from organisations.workflow.imports import import_register
from portal.demonstration.cases import paper
from portal.demonstration.people import DOMAIN, People

COUNT = 400
OWN = "Lieksan Omaistuki ry"
FIRST_NUMBER = 900_001  # above every number the register has given
COLUMNS = (
    "rekisterinumero",
    "y_tunnus",
    "nimi",
    "kotipaikka",
    "kotipaikka_koodi",
    "yhteisomuoto",
    "rekisterointipaiva",
    "tila",
    "nimenkirjoittajat",
)
_KINDS = (
    "Omaistuki",
    "Sydänväki",
    "Reumatuki",
    "Diabetesväki",
    "Muistikerho",
    "Näkövammaisten Kerho",
    "Vertaistupa",
    "Perhepesä",
    "Nuorten Paja",
    "Työttömien Tupa",
    "Kylätupa",
    "Selkäystävät",
    "Senioriväki",
    "Kulttuuriväki",
    "Liikuntaväki",
    "Ystävätupa",
    "Mielenvirkistys",
    "Päihdetuki",
    "Kuuloväki",
    "Hengitysväki",
    "Invalidit",
    "Vapepa-ystävät",
    "Martat",
    "Kyläyhdistys",
    "Sotaveteraanien Perinne",
    "Kehitysvammaisten Tuki",
    "Omaishoitajien Iltatähti",
    "Yhden Vanhemman Perheet",
    "Monikulttuurinen Kohtaamispaikka",
    "Luontoväki",
    "Allergiaväki",
    "Kriisituki",
)
_GENITIVES = {
    "Joensuu": "Joensuun",
    "Lieksa": "Lieksan",
    "Nurmes": "Nurmeksen",
    "Kitee": "Kiteen",
    "Outokumpu": "Outokummun",
    "Liperi": "Liperin",
    "Kontiolahti": "Kontiolahden",
    "Ilomantsi": "Ilomantsin",
    "Juuka": "Juuan",
    "Polvijärvi": "Polvijärven",
    "Tohmajärvi": "Tohmajärven",
    "Rääkkylä": "Rääkkylän",
    "Heinävesi": "Heinäveden",
}
# Where many people live there are many associations: their names begin with a part of the town too.
_PARTS = {
    "Joensuu": ("Joensuun", "Rantakylän", "Noljakan", "Niinivaaran", "Karsikon", "Enon", "Pyhäselän", "Tuupovaaran"),
    "Lieksa": ("Lieksan", "Vuonislahden", "Pankakosken"),
    "Kitee": ("Kiteen", "Kesälahden", "Puhoksen"),
    "Nurmes": ("Nurmeksen", "Valtimon", "Porokylän"),
    "Liperi": ("Liperin", "Ylämyllyn", "Viinijärven"),
    "Kontiolahti": ("Kontiolahden", "Lehmon", "Uuron"),
}
_WEIGHTS = {"Joensuu": 30, "Oulu": 30, "Liperi": 7, "Kontiolahti": 9, "Lieksa": 8, "Kitee": 8, "Nurmes": 7}


def make_field(now: datetime, dice: random.Random, people: People) -> list[Organisation]:
    """Import the invented extract and return the organisations, the treasurer's own first."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "esittelyn-ote.csv"
        _write_extract(path, now, dice)
        import_register(path, now=now - timedelta(days=30), by=people.coordinator)
    numbered = Organisation.objects.filter(association_number__gte=FIRST_NUMBER)
    found = list(numbered.select_related("domicile").order_by("association_number"))
    _describe(found, dice)
    return found


def _business_id(dice: random.Random) -> str:
    """Return an invented number whose check digit is right."""
    while True:
        digits = f"{dice.randrange(9_000_000, 9_999_999)}"
        for check in "023456789":
            if ytunnus.is_valid(digits + check):
                return f"{digits}-{check}"


def _write_extract(path: Path, now: datetime, dice: random.Random) -> None:
    municipalities = list(Municipality.objects.filter(is_own=True).order_by("name_fi"))
    own = next((row for row in municipalities if row.name_fi == "Lieksa"), municipalities[0])
    names: list[tuple[str, Municipality]] = [(OWN, own)]
    weights = [_WEIGHTS.get(row.name_fi, 4) for row in municipalities]
    places = {
        row.pk: _PARTS.get(row.name_fi, (_GENITIVES.get(row.name_fi, f"{row.name_fi}n"),)) for row in municipalities
    }
    wanted = min(COUNT, len(_KINDS) * sum(map(len, places.values())) * 8 // 10)
    taken = {OWN}
    while len(names) < wanted:
        home = dice.choices(municipalities, weights)[0]
        name = f"{dice.choice(places[home.pk])} {dice.choice(_KINDS)} ry"
        if name not in taken:
            taken.add(name)
            names.append((name, home))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(COLUMNS)
        for index, (name, home) in enumerate(names):
            founded = local_date(now) - timedelta(days=dice.randrange(20, 90 * 365))
            writer.writerow(
                (
                    FIRST_NUMBER + index,
                    _business_id(dice) if dice.random() < 0.7 else "",
                    name,
                    home.name_fi,
                    home.code,
                    "ry",
                    format_date(founded),
                    "purettu" if index and dice.random() < 0.02 else "rekisterissä",
                    "Esimerkki Aino, puheenjohtaja | Malli Eino, sihteeri",
                )
            )


def _describe(organisations: list[Organisation], dice: random.Random) -> None:
    """Give most organisations sectors, themes and municipalities in which they work."""
    sectors, themes = list(Sector.objects.all()), list(Theme.objects.all())
    for organisation in organisations:
        if sectors:
            organisation.sectors.set([sectors[0] if dice.random() < 0.6 else dice.choice(sectors)])
        if themes:
            organisation.themes.set(dice.sample(themes, k=min(len(themes), 2)))
        if organisation.domicile:
            organisation.municipalities.set([organisation.domicile])


def make_members(organisations: list[Organisation], now: datetime, people: People) -> dict[int, User]:
    """Give each organisation a person who acts for it (admin) and return them by organisation.

    The first is the treasurer's, with an editor beside; a member of the committee has a role in the second.
    """
    since = local_date(now) - timedelta(days=4 * 365)
    users = User.objects.bulk_create(
        User(
            email=f"hallitus{organisation.association_number}@{DOMAIN}",
            full_name=f"Esittely {organisation.association_number}",
            is_demonstration=True,
            is_active=True,
            password="!",  # noqa: S106 - nobody signs in with these
        )
        for organisation in organisations[1:]
    )
    persons = [people.treasurer, *users]
    rows = [
        Membership(user=user, organisation=organisation, role="admin", valid_from=since)
        for user, organisation in zip(persons, organisations, strict=True)
    ]
    rows.append(Membership(user=people.editor, organisation=organisations[0], role="editor", valid_from=since))
    rows.append(Membership(user=people.members[0], organisation=organisations[1], role="viewer", valid_from=since))
    Membership.objects.bulk_create(rows)
    return {organisation.pk: user for user, organisation in zip(persons, organisations, strict=True)}


def make_accounts(
    organisations: list[Organisation], members: dict[int, User], people: People, now: datetime, dice: random.Random
) -> None:
    """Give the organisations verified bank accounts with invented numbers, all but every twelfth."""
    entered = now - timedelta(days=3 * 365)
    accounts = BankAccount.objects.bulk_create(
        BankAccount(
            organisation=organisation,
            iban=_invented_iban(dice),
            holder=organisation.name,
            state="verified",
            entered_at=entered,
            entered_by=members[organisation.pk],
            verified_at=entered + timedelta(days=2),
            verified_by=people.clerk,
        )
        for index, organisation in enumerate(organisations)
        if index % 12 != 11
    )
    for account in accounts:
        statement = BankStatement(account=account)
        statement.take(paper("Tiliote"), by=account.entered_by, now=entered)
        statement.save()


def _invented_iban(dice: random.Random) -> str:
    digits = "".join(str(dice.randrange(10)) for _place in range(14))
    check: Any = iban.calc_check_digits(f"FI00{digits}")
    return f"FI{check}{digits}"
