"""JANE at work: members and deputies, a meeting with published minutes and one to come, calls for candidates."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.demonstration import make_account
from accounts.models import User
from common.times import local_date
from liaisons.asked import asked_organisations
from liaisons.models import Attendance, Body, BodyKind, Candidate, Meeting, NominationCall, Seat
from liaisons.record_places import CLOSING, OPENING, handling_key
from liaisons.workflow import (
    Choice,
    add_agenda_item,
    announce_nomination,
    check_record,
    choose_candidates,
    give_duty,
    give_seat,
    hold_meeting,
    mark_presence,
    plan_meeting,
    propose_candidate,
    publish_nomination,
    publish_record,
    reply_to_notice,
    save_record,
    seat_candidates,
    send_notice,
    send_to_check,
    start_nomination,
    start_record,
)
from organisations.models import Organisation
from portal.demonstration.calendar import at
from portal.demonstration.people import DOMAIN, People

_NAMES = (
    "Jorma Janeläinen",
    "Kirsti Kansalainen",
    "Lasse Lähimmäinen",
    "Mirja Mukana",
    "Onni Osallinen",
    "Pirjo Paikallinen",
)
_DEPUTIES = ("Reino Rinnalla", "Saimi Sijaan")
_PAST = (
    ("Kokouksen avaus ja päätösvaltaisuus", "", ""),
    (
        "Järjestöavustusten hakukierros",
        "Hakukierroksesta on saatu palautetta: ohjeet olivat selkeät, mutta liitteitä pyydettiin liikaa.",
        "JANE kiittää palautteesta ja esittää, että liitteitä vähennetään seuraavalla kierroksella.",
    ),
    (
        "Kumppanuusryhmien järjestöedustajat",
        "Ryhmistä puuttuu edustajia. Ehdokkaat pyydetään alueen järjestöiltä.",
        "Avataan ehdokashaku.",
    ),
)
_COMING = (
    ("Ehdokkaiden valinta kumppanuusryhmään", "Ehdotusten aika päättyy ennen kokousta.", "Valitaan edustajat."),
    ("Ensi vuoden toimintasuunnitelma", "Luonnos on esityslistan liitteenä.", "Hyväksytään toimintasuunnitelma."),
)


@dataclass
class _Making:
    """What the steps share."""

    now: datetime
    people: People
    jane: Body
    secretary: User
    organisations: list[Organisation]
    members: dict[int, User]

    def keeper(self, body: Body) -> User:
        """Return who gives the body's seats: its own secretary, or the coordinator where the body is the county's."""
        return self.secretary if body.is_self_run else self.people.coordinator

    def ago(self, days: int) -> datetime:
        """Return the same time so many days ago."""
        return self.now - timedelta(days=days)


def make_bodies(organisations: list[Organisation], members: dict[int, User], people: People, now: datetime) -> None:
    """Fill JANE and a partnership group; nothing where the area has no council of NGOs."""
    jane = Body.objects.filter(kind=BodyKind.NGO_COUNCIL, draft=False).first()
    if jane is None:
        return
    secretary = make_account(f"jane@{DOMAIN}", "Jonna Järjestösihteeri")
    making = _Making(now, people, jane, secretary, organisations, members)
    _serve(making, jane)
    seats = _sit(making)
    _past_meeting(making, seats)
    _coming_meeting(making, seats)
    groups = list(Body.objects.filter(kind=BodyKind.PARTNERSHIP_GROUP, draft=False)[:2])
    if groups:
        _serve(making, groups[0])
        _finished_call(making, groups[0])
        _open_call(making, groups[-1])


def _serve(making: _Making, body: Body) -> None:
    give_duty(
        body,
        email=making.secretary.email,
        full_name=making.secretary.full_name,
        role="secretary",
        valid_from=local_date(making.ago(700)),
        by=making.people.coordinator,
        now=making.ago(700),
    )


def _sit(making: _Making) -> list[Seat]:
    """Seat members of whom the first presides, and deputies whom anybody may call in; the terms end in four months."""
    make_account(f"janejasen@{DOMAIN}", _NAMES[1])
    seats = []
    for place, name in enumerate((*_NAMES, *_DEPUTIES)):
        role = "member" if place < len(_NAMES) else "deputy"
        email = f"janejasen@{DOMAIN}" if place == 1 else f"{name.lower().replace(' ', '.').replace('ä', 'a')}@{DOMAIN}"
        seat = give_seat(
            making.jane,
            email=email,
            full_name=name,
            role=role,
            valid_from=local_date(making.ago(600)),
            valid_until=local_date(making.now + timedelta(days=120)),
            position="chair" if place == 0 else "",
            party="ngo",
            organisation=making.organisations[place + 2],
            by=making.keeper(making.jane),
            now=making.ago(600),
        )
        seats.append(seat)
    return seats


def _meeting(making: _Making, starts_at: datetime, matters: Any, planned: datetime, notice: datetime) -> Meeting:
    meeting = plan_meeting(
        making.jane,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        place="Järjestötalo, kokoushuone Karelia",
        notice_due_on=local_date(notice),
        notice_text="Tervetuloa kokoukseen. Kahvitarjoilu alkaa puoli tuntia ennen.",
        by=making.secretary,
        now=planned,
    )
    for title, text, proposal in matters:
        add_agenda_item(meeting, title=title, text=text, proposal=proposal, by=making.secretary, now=planned)
    return send_notice(meeting, by=making.secretary, now=notice)


def _row(meeting: Meeting, seat: Seat) -> Attendance:
    return Attendance.objects.select_related("user").get(meeting=meeting, user=seat.user_id)


def _past_meeting(making: _Making, seats: list[Seat]) -> None:
    """Held six weeks ago, one member excused with a deputy, minutes checked and published."""
    starts = at(local_date(making.ago(42)), 16)
    meeting = _meeting(making, starts, _PAST, making.ago(70), making.ago(52))
    away = _row(meeting, seats[5])
    reply_to_notice(away, coming=False, note="Olen matkoilla.", by=away.user, now=making.ago(50))
    over = starts + timedelta(hours=2)
    chair = seats[0].user
    hold_meeting(meeting, opened_at=starts, closed_at=over, presided_by=chair, by=making.secretary, now=over)
    marks = {row.pk: {"presence": "present"} for row in meeting.attendances.exclude(pk=away.pk)}
    mark_presence(meeting, marks, by=making.secretary, now=over)
    written = over + timedelta(days=3)
    record = start_record(meeting, kind="minutes", by=making.secretary, now=written)
    texts = dict(record.revisions.get().content)
    texts[OPENING] = "Puheenjohtaja avasi kokouksen ja totesi sen päätösvaltaiseksi."
    texts[CLOSING] = "Puheenjohtaja päätti kokouksen klo 18.00."
    for item in meeting.items.exclude(text=""):
        texts[handling_key(item)] = "Keskusteltiin asiasta ja kuultiin järjestöjen kokemuksia."
    save_record(record, base=1, texts=texts, by=making.secretary, now=written)
    inspectors = [seats[1].user, seats[2].user]
    send_to_check(record, inspectors=inspectors, by=making.secretary, now=written)
    for day, user in enumerate((chair, *inspectors), start=1):
        check_record(record, approves=True, by=user, now=written + timedelta(days=day))
    publish_record(record, by=making.secretary, now=written + timedelta(days=5))


def _coming_meeting(making: _Making, seats: list[Seat]) -> None:
    """In two weeks: most come, one cannot and a deputy was called in, two have not answered."""
    starts = at(local_date(making.now + timedelta(days=15)), 16)
    meeting = _meeting(making, starts, _COMING, making.ago(20), making.ago(4))
    for place, coming in ((0, True), (2, True), (3, False), (4, True)):
        row = _row(meeting, seats[place])
        reply_to_notice(row, coming=coming, by=row.user, now=making.ago(2))


def _call(making: _Making, body: Body, deadline: datetime, opened: datetime, title: str) -> NominationCall:
    call = start_nomination(
        making.jane,
        body=body,
        chooser_appoints=True,
        title=title,
        criteria="Kokemusta järjestötyöstä alueella ja halua tuoda järjestöjen näkemys yhteiseen työhön.",
        members=2,
        valid_from=local_date(making.now) if deadline > making.now else local_date(making.ago(100)),
        valid_until=local_date(making.now + timedelta(days=700)),
        asked="ngos",
        deadline=deadline,
        by=making.secretary,
        now=opened,
    )
    return publish_nomination(call, by=making.secretary, now=opened)


def _propose(making: _Making, call: NominationCall, names: tuple[str, ...], when: datetime) -> list[Candidate]:
    """Let organisations that are asked and have people propose one candidate each."""
    asked = set(asked_organisations(call, when).values_list("pk", flat=True))
    able = [row for row in making.organisations if row.pk in asked and row.pk in making.members]
    return [
        propose_candidate(
            call,
            organisation=row,
            full_name=name,
            email=f"{name.lower().replace(' ', '.').replace('ä', 'a').replace('ö', 'o')}@{DOMAIN}",
            wish="member",
            grounds="Toiminut pitkään yhdistyksessä ja tuntee alueen järjestöt.",
            by=making.members[row.pk],
            now=when,
        )
        for row, name in zip(able, names, strict=False)
    ]


def _consent(rows: list[Candidate], when: datetime) -> None:
    """The links are known to the candidates alone, so the answers are written as the links' page writes them."""
    Candidate.objects.filter(pk__in=[row.pk for row in rows]).update(state="consented", answered_at=when)


def _finished_call(making: _Making, body: Body) -> None:
    """Chosen and seated two months ago."""
    call = _call(making, body, making.ago(120), making.ago(150), f"Järjestöjen edustajat: {body.name_fi}")
    NominationCall.objects.filter(pk=call.pk).update(announced_at=making.ago(150))
    rows = _propose(making, call, ("Tapio Tuttu", "Urpo Uurastaja", "Vieno Valittu"), making.ago(140))
    _consent(rows, making.ago(135))
    if not rows:
        return
    chosen = [Choice(row.pk, "member") for row in rows[:2]]
    choose_candidates(
        call,
        chosen,
        chosen_on=local_date(making.ago(110)),
        section=12,
        reasons="Valitut tuntevat alueen eri osat ja edustavat erilaisia järjestöjä.",
        by=making.secretary,
        now=making.ago(110),
    )
    seat_candidates(
        call,
        appointed_by=making.jane.name_fi,
        appointed_on=local_date(making.ago(105)),
        section=12,
        by=making.secretary,
        now=making.ago(105),
    )


def _open_call(making: _Making, body: Body) -> None:
    """Open for ten more days; one candidate has consented, one has not answered."""
    call = _call(
        making, body, at(local_date(making.now + timedelta(days=10)), 16), making.ago(8), f"Edustajat: {body.name_fi}"
    )
    announce_nomination(call.pk, now=making.ago(8))
    rows = _propose(making, call, ("Yrjö Yhteinen", "Åsa Åkerlund"), making.ago(3))
    _consent(rows[:1], making.ago(1))
