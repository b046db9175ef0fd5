"""What goes on in the register: a second extract with news, disputes that wait, duplicates, one merge."""

import csv
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from accounts.models import User
from common.times import format_date, local_date
from organisations.models import Membership, Organisation
from organisations.register.duplicates import find_duplicates
from organisations.workflow import (
    ask_organisation,
    enter_organisation,
    import_register,
    keep_own_value,
    merge_organisations,
    report_register_error,
)
from organisations.workflow.merge_plan import plan_merge
from portal.demonstration.field import COLUMNS, FIRST_NUMBER
from portal.demonstration.people import People

ADDED = ("katuosoite", "postinumero", "postitoimipaikka")
NEW = ("Vuonislahden Kyläkahvila ry", "Pielisen Retkeilijät ry")
_STATES = {"registered": "rekisterissä", "dissolved": "purettu"}


def make_register_work(
    organisations: list[Organisation], members: dict[int, User], people: People, now: datetime
) -> None:
    """Make the register's queues; ``organisations`` are the registered ones, the treasurer's own first."""
    week_ago, yesterday = now - timedelta(days=7), now - timedelta(days=1)
    own, moved, asked = organisations[0], organisations[4], organisations[5]
    for organisation in (moved, asked):
        _report(organisation, "street_address", "Uusitie 5", members[organisation.pk], now - timedelta(days=20))
    kept = moved.register_reviews.get()
    until = local_date(now) + timedelta(days=300)
    keep_own_value(kept, until=until, reason="Muutosilmoitus nähty.", by=people.registrar, now=now - timedelta(days=19))
    _second_extract(organisations, moved, people, week_ago)
    ask_organisation(
        asked.register_reviews.get(),
        question="Onko muutosilmoitus jo tehty Patentti- ja rekisterihallitukseen?",
        by=people.coordinator,
        now=now - timedelta(days=3),
    )
    _report(own, "phone", "013 555 0100", people.treasurer, yesterday)
    _duplicates(organisations, members, people, now)


def _report(organisation: Organisation, field: str, value: str, by: User, at: datetime) -> None:
    report_register_error(
        organisation,
        field=field,
        value=value,
        note="Olemme tehneet muutosilmoituksen. Rekisterissä on vielä vanha tieto.",
        attachment=None,
        by=by,
        now=at,
    )


def _second_extract(organisations: list[Organisation], moved: Organisation, people: People, at: datetime) -> None:
    """The next month's extract: addresses have come, two are new, one has a new name and one is gone."""
    numbered = Organisation.objects.filter(association_number__gte=FIRST_NUMBER).select_related("domicile")
    renamed, gone = organisations[7], organisations[8]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "esittelyn-ote-2.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow((*COLUMNS, *ADDED))
            rows = [row for row in numbered.order_by("association_number") if row.pk != gone.pk]
            for row in rows:
                name = row.name.replace(" ry", " yhdistys ry") if row.pk == renamed.pk else row.name
                street = "Satamakatu 12" if row.pk == moved.pk else row.street_address
                writer.writerow(_cells(row, name, street))
            for index, name in enumerate(NEW):
                writer.writerow(_cells(_new(name, rows[-1].association_number, index, rows[0]), name, "Kylätie 1"))
        import_register(path, now=at, by=people.coordinator)


def _new(name: str, last: int | None, index: int, like: Organisation) -> Organisation:
    return Organisation(
        name=name,
        association_number=(last or FIRST_NUMBER) + 1 + index,
        domicile=like.domicile,
        registered_on=like.registered_on,
        status="registered",
    )


def _cells(row: Organisation, name: str, street: str) -> tuple[object, ...]:
    home = row.domicile
    return (
        row.association_number,
        row.business_id or "",
        name,
        home.name_fi if home else "",
        home.code if home else "",
        "ry",
        format_date(row.registered_on) if row.registered_on else "",
        _STATES[row.status],
        "Esimerkki Aino, puheenjohtaja | Malli Eino, sihteeri",
        street,
        "81700" if street else "",
        "Lieksa" if street else "",
    )


def _duplicates(organisations: list[Organisation], members: dict[int, User], people: People, now: datetime) -> None:
    """Three groups that an officer entered before seeing that they stand in the register; a fourth was merged."""
    entered = [
        enter_organisation(
            {"name": twin.name.replace(" ry", ending), "domicile": twin.domicile, "phone": "013 555 0123"},
            source="Puhelu järjestöltä",
            by=people.coordinator,
            now=now - timedelta(days=40),
        )
        for twin, ending in zip(organisations[10:14], (" r.y.", "", " yhdistys", " ry."), strict=True)
    ]
    find_duplicates(now=now)
    twin, copy = organisations[13], entered[3]
    Membership.objects.create(
        user=members[twin.pk], organisation=copy, role="viewer", valid_from=local_date(now) - timedelta(days=40)
    )
    at = now - timedelta(days=2)
    digest = plan_merge(twin, copy, by=people.coordinator, now=at).digest
    reason = "Järjestö vahvisti puhelimessa, että kyse on samasta yhdistyksestä."
    merge_organisations(twin, copy, reason=reason, seen=digest, by=people.coordinator, now=at)
