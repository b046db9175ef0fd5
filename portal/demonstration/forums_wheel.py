"""The annual wheel at work: a negotiation gone through, one that is being invited to, dates asked of a group."""

from datetime import date, datetime, timedelta

from accounts.models import User
from common.times import local_date
from county.models import RegionalGroup
from forums.models import Event, EventSeries, Negotiation
from forums.workflow import negotiations as verbs
from forums.workflow.dates import Person, answer_dates, propose_dates
from portal.demonstration.calendar import at
from portal.demonstration.people import DOMAIN, People

_MINUTES = (
    "Käsiteltiin järjestöjen toimintaedellytyksiä, tiloja ja tiedonkulkua kuntien ja hyvinvointialueen välillä.\n\n"
    "Kunnat toivat esiin järjestöjen maksuttomat tilat. Järjestöt toivoivat yhtä kalenteria ja nimettyä "
    "yhteyshenkilöä joka kuntaan. Seurakunnat ja yrittäjät lupasivat tilojaan yhteiseen käyttöön."
)
_GOALS = ("Jokaisella kunnalla on yhteyshenkilö järjestöille", "Yhteinen tapahtumakalenteri otetaan käyttöön")
_OTHERS = (
    ("authority", "Maakuntaliitto", f"maakuntaliitto@{DOMAIN}"),
    ("parish", "Seurakuntayhtymä", f"seurakunta@{DOMAIN}"),
    ("business", "Alueen yrittäjät", f"yrittajat@{DOMAIN}"),
    ("ngo", "JANE-neuvottelukunta", f"jane@{DOMAIN}"),
)
_PRESENT = {"county": "Kaisa Koordinaattori", "ngo": "Aino Ahonen, Eero Eskelinen", "municipality": "Yhteyshenkilö"}


def make_wheel(people: People, now: datetime) -> None:
    """Make what the wheel shows; nothing where the area demands no negotiation of its groups."""
    series = EventSeries.objects.exclude(statute="").filter(per="regional_group").first()
    groups = list(RegionalGroup.objects.order_by("pk")[:2])
    if series is None or not groups:
        return
    by = people.coordinator
    today = local_date(now)
    held = Event.objects.filter(series=series, starts_at__lt=now).first()
    if held is None:
        held = _event(series, groups[0], max(today - timedelta(days=60), date(today.year, 1, 20)), by, now)
    _gone_through(held, by)
    others = [group for group in groups if group.pk != held.regional_group_id]
    if others:
        coming = _event(series, others[0], today + timedelta(days=24), by, now)
        _half_invited(coming, by, now)
        _ask_dates(others[0], by, now)


def _event(series: EventSeries, group: RegionalGroup, day: date, by: User, now: datetime) -> Event:
    start = at(day, 13)
    made = min(start, now) - timedelta(days=50)
    return Event.objects.create(
        series=series,
        regional_group=group,
        name_fi=f"{group.name_fi}: lakisääteinen neuvottelu",
        visibility="members",
        form="hybrid",
        place="Kaupungintalo, kokoushuone",
        starts_at=start,
        ends_at=start + timedelta(hours=3),
        takes_sign_ups=False,
        state="published",
        published_at=made,
        created_at=made,
        created_by=by,
    )


def _parties(record: Negotiation, by: User, now: datetime) -> None:
    for kind, name, email in _OTHERS:
        verbs.add_party(record, kind=kind, name=name, email=email, by=by, now=now)


def _gone_through(event: Event, by: User) -> None:
    before, after = event.starts_at - timedelta(days=40), event.ends_at + timedelta(days=3)
    record = verbs.begin_record(event, by=by, now=before)
    _parties(record, by, before)
    for party in record.parties.filter(email=""):
        verbs.record_invited(party, how="talk", at=before, by=by, now=before)
    verbs.send_invitations(record, text="Tervetuloa neuvottelemaan vuoden tavoitteista.", by=by, now=before)
    came: dict[int, tuple[bool | None, str]] = {
        party.pk: (party.kind in _PRESENT, _PRESENT.get(party.kind, "")) for party in record.parties.all()
    }
    verbs.record_presence(record, came=came, by=by, now=after)
    verbs.write_minutes(record, minutes=_MINUTES, minutes_url="", by=by, now=after)
    for goal in _GOALS:
        verbs.add_goal(record, text=goal, by=by, now=after)
    for text, owner, days in (
        ("Kunnat ilmoittavat yhteyshenkilönsä koordinaattorille", "Kunnat", 45),
        ("Tapahtumakalenteri esitellään seurojentalolla", "Hyvinvointialue", 120),
    ):
        verbs.add_measure(
            record, text=text, owner=owner, due_on=local_date(event.starts_at) + timedelta(days=days), by=by, now=after
        )
    first = record.measures.first()
    if first is not None:
        verbs.finish_measure(first, note="Kaikki kunnat ovat ilmoittaneet.", by=by, now=after)
    verbs.complete_record(record, by=by, now=after)


def _half_invited(event: Event, by: User, now: datetime) -> None:
    when = now - timedelta(days=6)
    record = verbs.begin_record(event, by=by, now=when)
    _parties(record, by, when)
    for party in record.parties.filter(kind__in=("authority", "ngo")):
        verbs.record_invited(party, how="email", at=when, by=by, now=when)


def _ask_dates(group: RegionalGroup, by: User, now: datetime) -> None:
    first = local_date(now) + timedelta(days=40)
    options = [(at(first + timedelta(days=days), 13), at(first + timedelta(days=days), 15)) for days in (0, 2, 7)]
    names = ("Aino Ahonen", "Eero Eskelinen", "Liisa Lehto", "Pekka Puro")
    poll = propose_dates(
        title=f"{group.name_fi}: kevään tapaaminen",
        text="Valitaan yhdessä aika kevään ensimmäiselle tapaamiselle.",
        options=options,
        people=[Person(name, f"{name.split()[0].lower()}@{DOMAIN}") for name in names],
        answer_until=now + timedelta(days=20),
        regional_group=group,
        by=by,
        now=now - timedelta(days=5),
    )
    keys = list(poll.options.values_list("pk", flat=True))
    marks = (("yes", "if_needed", "no"), ("yes", "yes", "no"), ("no", "yes", "if_needed"))
    for asked, suits in zip(poll.asked.order_by("name"), marks, strict=False):
        comment = "Pääsen etänä." if suits[0] == "no" else ""
        answers = dict(zip(keys, suits, strict=True))
        answer_dates(asked.token, answers=answers, comment=comment, now=now - timedelta(days=2))
