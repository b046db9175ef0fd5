"""The verbs of statutory negotiations: begin the record, invite, write down presence, minutes, goals and measures."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from common.times import local_date
from county.models import get_county
from documents.models import RenderedDocument
from documents.pdf import render_pdf, store_pdf
from forums.life_cycles import EVENT
from forums.models import (
    Event,
    InvitedHow,
    Negotiation,
    NegotiationGoal,
    NegotiationMeasure,
    NegotiationParty,
    PartyKind,
)
from forums.negotiation_cycle import NEGOTIATION
from forums.negotiations import demanded_municipalities, lacks, previous
from forums.wheel_letters import wheel_letter
from liaisons.letters import said
from liaisons.models import Appointment, PostLevel
from liaisons.workflow.saving import save_checked

MANAGE = "forums.negotiation.manage"


@transaction.atomic
def begin_record(event: Event, *, by: Any, now: datetime) -> Negotiation:
    """Begin the record with the county and each municipality of the group as parties; again returns the first.

    The municipalities' liaison persons come as contacts. Refused: not_statutory, cancelled.
    """
    row: Event = get_allowed("forums.event.manage", by, now=now, lock=True, pk=event.pk)
    row = Event.objects.select_related("series").get(pk=row.pk)
    if row.series is None or not row.series.is_statutory:
        raise Refused("not_statutory", _("Tapahtuman sarja ei ole lakisääteinen neuvottelu."))
    if row.state == "cancelled":
        raise Refused("cancelled", _("Tapahtuma on peruttu. Neuvottelua ei kirjata."))
    known = Negotiation.objects.filter(event=row).first()
    if known is not None:
        return known
    made = Negotiation.objects.create(event=row, created_at=now, created_by=by)
    county = get_county()
    name = county.name_fi if county else str(PartyKind.COUNTY.label)
    parties = [
        NegotiationParty(negotiation=made, kind=PartyKind.COUNTY, name=name, contact=by.full_name, email=by.email)
    ]
    places = demanded_municipalities(row)
    contacts = _municipal_contacts([place.pk for place in places], now)
    for place in places:
        contact, email = contacts.get(place.pk, ("", ""))
        parties.append(
            NegotiationParty(
                negotiation=made,
                kind=PartyKind.MUNICIPALITY,
                municipality=place,
                name=place.name_fi,
                contact=contact,
                email=email,
            )
        )
    for party in parties:
        party.save()
    return made


def _municipal_contacts(places: list[int], now: datetime) -> dict[int, tuple[str, str]]:
    """Return, by municipality, the name and address of its liaison person in office."""
    rows = Appointment.objects.in_force(now).filter(post__level=PostLevel.MUNICIPAL, post__municipality__in=places)
    found: dict[int, tuple[str, str]] = {}
    for row in rows.select_related("user", "post").order_by("pk"):
        found.setdefault(row.post.municipality_id, (row.user.full_name, row.user.email))
    return found


def _open(negotiation: Negotiation, by: Any, now: datetime) -> Negotiation:
    """Return the record locked, while it may still be written."""
    get_allowed(MANAGE, by, now=now, lock=True, pk=negotiation.pk)
    row = Negotiation.objects.select_related("event__series").get(pk=negotiation.pk)
    if row.state != "open":
        raise Refused("complete", _("Neuvottelu on merkitty käydyksi. Avaa kirjaus ensin korjattavaksi."))
    return row


@transaction.atomic
def add_party(negotiation: Negotiation, *, by: Any, now: datetime, **facts: Any) -> NegotiationParty:
    """Add a party: another authority, parish, business or NGO, or a municipality. Refused: complete, party_refused."""
    row = _open(negotiation, by, now)
    party = NegotiationParty(negotiation=row, **facts)
    save_checked(party, "party_refused")
    return party


@transaction.atomic
def remove_party(party: NegotiationParty, *, by: Any, now: datetime) -> None:
    """Take off a party that has not been invited. Refused: complete, invited."""
    found: NegotiationParty = get_allowed("forums.negotiation_party.manage", by, now=now, lock=True, pk=party.pk)
    _open(Negotiation(pk=found.negotiation_id), by, now)
    if found.invited_at:
        raise Refused("invited", _("Osapuoli on jo kutsuttu. Kutsu jää kirjauksiin."))
    found.delete()


@transaction.atomic
def send_invitations(negotiation: Negotiation, *, text: str, by: Any, now: datetime) -> int:
    """Write to every party that has an address and no invitation yet; return how many were written to.

    Again writes to nobody twice. Refused: complete, nobody, too_late.
    """
    row = _open(negotiation, by, now)
    if row.event.starts_at <= now:
        raise Refused("too_late", _("Neuvottelun aika on jo mennyt. Kirjaa kutsut sen mukaan, miten ne annettiin."))
    waiting = list(row.parties.filter(invited_at__isnull=True).exclude(email=""))
    if not waiting:
        raise Refused(
            "nobody", _("Kaikki, joilla on sähköpostiosoite, on jo kutsuttu. Lisää osapuolia tai osoitteita.")
        )
    row.invitation = text.strip()[:3000]
    save_checked(row, "record_refused")
    for party in waiting:
        _invite(row, party, now)
        party.invited_at, party.invited_by, party.invited_how = now, by, InvitedHow.PORTAL
        save_checked(party, "party_refused")
    return len(waiting)


def _invite(negotiation: Negotiation, party: NegotiationParty, now: datetime) -> None:
    event = negotiation.event
    statute = event.series.statute if event.series else ""
    where = said(_("Paikka: %(place)s."), place=event.place) if event.place else ""
    wheel_letter(
        "negotiation_invited",
        party.email,
        said(_("Kutsu neuvotteluun: %(event)s"), event=event.name_fi),
        [
            said(
                _("%(party)s on kutsuttu lakisääteiseen neuvotteluun (%(statute)s): %(event)s, %(time)s."),
                party=party.name,
                statute=statute,
                event=event.name_fi,
                time=event.starts_at,
            ),
            where,
            negotiation.invitation,
            _("Vastaa kutsujalle, ketkä tulevat puolestanne."),
        ],
        path=event.get_absolute_url(),
        button=_("Avaa tapahtuma"),
        key=f"{negotiation.pk}:{party.pk}",
        now=now,
        required=True,
    )


@transaction.atomic
def record_invited(party: NegotiationParty, *, how: str, at: datetime, by: Any, now: datetime) -> NegotiationParty:
    """Write down an invitation that was given otherwise. Refused: complete, in_the_future, party_refused."""
    found: NegotiationParty = get_allowed("forums.negotiation_party.manage", by, now=now, lock=True, pk=party.pk)
    _open(Negotiation(pk=found.negotiation_id), by, now)
    if at > now:
        raise Refused("in_the_future", _("Kutsun aika on vasta tulossa. Kirjaa kutsu, kun se on annettu."))
    found.invited_at, found.invited_how, found.invited_by = at, how, by
    save_checked(found, "party_refused")
    return found


@transaction.atomic
def record_presence(
    negotiation: Negotiation, *, came: dict[int, tuple[bool | None, str]], by: Any, now: datetime
) -> Negotiation:
    """Write down who was there, by party: ``came`` has for a party's key whether it came and the names.

    Refused: complete, not_held_yet, party_refused (names are missing).
    """
    row = _open(negotiation, by, now)
    if row.event.starts_at > now:
        raise Refused("not_held_yet", _("Neuvottelua ei ole vielä pidetty. Läsnäolo kirjataan sen jälkeen."))
    for party in row.parties.filter(pk__in=came):
        party.present, party.people = came[party.pk][0], came[party.pk][1].strip()[:500]
        save_checked(party, "party_refused")
    return row


@transaction.atomic
def write_minutes(negotiation: Negotiation, *, minutes: str, minutes_url: str, by: Any, now: datetime) -> Negotiation:
    """Write the minutes, or the address where they are. Refused: complete, record_refused."""
    row = _open(negotiation, by, now)
    row.minutes, row.minutes_url = minutes.strip(), minutes_url
    save_checked(row, "record_refused")
    return row


@transaction.atomic
def add_goal(negotiation: Negotiation, *, text: str, by: Any, now: datetime) -> NegotiationGoal:
    """Add a goal; the same words again return the first. Refused: complete, goal_refused."""
    row = _open(negotiation, by, now)
    words = text.strip()[:500]
    known = row.goals.filter(text=words).first()
    if known is not None:
        return known
    goal = NegotiationGoal(negotiation=row, text=words)
    save_checked(goal, "goal_refused")
    return goal


@transaction.atomic
def follow_goal(goal: NegotiationGoal, *, outcome: str, note: str, by: Any, now: datetime) -> NegotiationGoal:
    """Write down what came of a goal, a year later; the record itself stays as it is. Refused: goal_refused."""
    found: NegotiationGoal = get_allowed("forums.negotiation_goal.manage", by, now=now, lock=True, pk=goal.pk)
    found.outcome, found.outcome_note = outcome, note.strip()[:500]
    found.followed_at, found.followed_by = now, by
    save_checked(found, "goal_refused")
    return found


@transaction.atomic
def add_measure(
    negotiation: Negotiation, *, text: str, owner: str, due_on: date, by: Any, now: datetime
) -> NegotiationMeasure:
    """Add a measure with its owner and day; the same again returns the first. Refused: complete, measure_refused."""
    row = _open(negotiation, by, now)
    words = text.strip()[:500]
    known = row.measures.filter(text=words, owner=owner.strip()).first()
    if known is not None:
        return known
    if due_on < local_date(row.event.starts_at):
        raise Refused("measure_refused", _("Määräpäivä on ennen neuvottelua. Anna myöhempi päivä."))
    measure = NegotiationMeasure(negotiation=row, text=words, owner=owner.strip()[:200], due_on=due_on)
    save_checked(measure, "measure_refused")
    return measure


@transaction.atomic
def finish_measure(measure: NegotiationMeasure, *, note: str, by: Any, now: datetime) -> NegotiationMeasure:
    """Write down that a measure is done; also after the record is complete. Refused: measure_refused."""
    found: NegotiationMeasure = get_allowed("forums.negotiation_measure.manage", by, now=now, lock=True, pk=measure.pk)
    if found.done_at is None:
        found.done_at = now
    found.done_note = note.strip()[:500]
    save_checked(found, "measure_refused")
    return found


@transaction.atomic
def complete_record(negotiation: Negotiation, *, by: Any, now: datetime) -> Negotiation:
    """Mark the negotiation as gone through; the event is held and the record stored as a PDF. Again changes nothing.

    Refused: wrong_state, not_invited, not_held_yet, no_presence, no_minutes, no_goals, not_followed.
    """
    get_allowed(MANAGE, by, now=now, lock=True, pk=negotiation.pk)
    row = Negotiation.objects.select_related("event__series").get(pk=negotiation.pk)
    if row.state == "complete":
        return row
    row.state = NEGOTIATION.check(row.state, "complete")
    for lack in lacks(row, now):
        raise Refused(lack.code, lack.text)
    event = Event.objects.select_for_update(of=("self",)).get(pk=row.event_id)
    if event.state != "held":
        event.state = EVENT.check(event.state, "hold")
        event.ended_at = now
        event.save(update_fields=["state", "ended_at"])
    row.completed_at, row.completed_by = now, by
    save_checked(row, "record_refused")
    row.document = _stored(row, by, now)
    row.save(update_fields=["document"])
    return row


def _stored(row: Negotiation, by: Any, now: datetime) -> RenderedDocument:
    """Store the complete record for good; each completion makes a document of its own."""
    before = previous(row)
    title = f"Lakisääteisen neuvottelun kirjaus, {row.event.name_fi}"
    context = {
        "record": row,
        "event": row.event,
        "parties": list(row.parties.order_by("pk")),
        "goals": list(row.goals.all()),
        "measures": list(row.measures.all()),
        "before": before,
        "before_goals": list(before.goals.all()) if before else [],
        "document_date": local_date(now),
    }
    data = render_pdf("pdf/forums/negotiation.html", context, title=title, language="fi")
    return store_pdf(data, kind="forums.negotiation", title=title, language="fi", by=by, now=now)


@transaction.atomic
def reopen_record(negotiation: Negotiation, *, by: Any, now: datetime) -> Negotiation:
    """Open a complete record to be corrected; again changes nothing.

    What stood stays in the history, and its PDF on the page until the record is complete again.
    """
    row: Negotiation = get_allowed(MANAGE, by, now=now, lock=True, pk=negotiation.pk)
    if row.state == "open":
        return row
    row.state = NEGOTIATION.check(row.state, "reopen")
    row.completed_at = row.completed_by = None
    row.save(update_fields=["state", "completed_at", "completed_by"])
    return row
