"""A call for candidates: drafted, published, chosen with reasons, seated by the body that appoints, or cancelled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRoleKind, User
from common.errors import Refused
from common.policies import get_allowed
from liaisons.asked import people_asked
from liaisons.letters import letter, said
from liaisons.models import (
    CANDIDATE,
    NOMINATION,
    Body,
    BodyAppointment,
    Candidate,
    Meeting,
    NominationCall,
    Party,
    Seat,
)
from liaisons.workflow.saving import save_checked
from liaisons.workflow.seats import place
from organisations import timeline
from organisations.models import Visibility
from organisations.workflow.guards import staff


@dataclass(frozen=True)
class Choice:
    """A chosen candidate: as ``member`` or ``deputy``, and whose personal deputy."""

    candidate: int
    role: str
    pair: int | None = None


@transaction.atomic
def start_nomination(chooser: Body, *, by: Any, now: datetime, **fields: Any) -> NominationCall:
    """Draft a call of the body that chooses. ``fields`` are those of the form; the same draft twice is two drafts."""
    chooser = get_allowed("liaisons.nomination.start", by, now=now, lock=True, pk=chooser.pk)
    call = NominationCall(chooser=chooser, created_by=by, created_at=now, **fields)
    save_checked(call, "nomination_refused")
    return call


@transaction.atomic
def edit_nomination(call: NominationCall, *, by: Any, now: datetime, **fields: Any) -> NominationCall:
    """Change a draft; what has been published only gets a later deadline. Refused("published") for the rest."""
    call = get_allowed("liaisons.nomination.manage", by, now=now, lock=True, pk=call.pk)
    if call.state != "draft":
        raise Refused("published", _("Haku on julkaistu. Voit jatkaa sen aikaa tai perua sen."))
    for name, value in fields.items():
        setattr(call, name, value)
    save_checked(call, "nomination_refused")
    return call


@transaction.atomic
def publish_nomination(call: NominationCall, *, by: Any, now: datetime) -> NominationCall:
    """Open the call. A worker then writes to everybody who is asked (``announce_nomination``)."""
    from liaisons.tasks import announce_nominations

    call = get_allowed("liaisons.nomination.manage", by, now=now, lock=True, pk=call.pk)
    if call.state == "open":
        return call
    call.state = NOMINATION.check(call.state, "publish_nomination")
    if call.deadline <= now:
        raise Refused("deadline_past", _("Ehdotusten määräaika on jo mennyt. Valitse myöhempi aika."))
    call.published_at = now
    call.save(update_fields=["state", "published_at"])
    transaction.on_commit(announce_nominations.delay)
    return call


def announce_nomination(call_id: int, *, now: datetime) -> int:
    """Write to the NGOs that an open call asks, once; return how many letters were written.

    An NGO whose people are not in the portal gets the letter to its own address. Called by a worker after the
    call has been published, and again by the clock, so that a crash between loses nobody.
    """
    with transaction.atomic():
        call = NominationCall.objects.select_for_update(of=("self",)).filter(pk=call_id).first()
        if call is None or call.state != "open" or call.announced_at:
            return 0
        count = 0
        for organisation, people in people_asked(call, now).items():
            to: Iterable[Any] = people or [address for address in [organisation.contact_email] if address]
            for one in to:
                count += _announce(call, organisation, one, now) is not None
        call.announced_at = now
        call.save(update_fields=["announced_at"])
    return count


def _announce(call: NominationCall, organisation: Any, to: Any, now: datetime) -> Any:
    own = reverse("liaisons:own_nomination", args=[organisation.pk, call.pk])
    return letter(
        "nomination_open",
        to,
        said(_("Ehdota edustajaa: %(title)s"), title=call.title),
        [
            said(
                _("%(chooser)s etsii edustajia toimielimeen %(body)s."), chooser=call.chooser.name, body=call.body.name
            ),
            said(_("%(ngo)s voi ehdottaa henkilöä %(until)s asti."), ngo=organisation.name, until=call.deadline),
        ],
        path=own if isinstance(to, User) else call.get_absolute_url(),
        button=_("Lue haku ja ehdota"),
        key=f"{call.pk}:{organisation.pk}:{to.pk if isinstance(to, User) else to}",
        now=now,
    )


@transaction.atomic
def extend_nomination(call: NominationCall, *, deadline: datetime, by: Any, now: datetime) -> NominationCall:
    """Give more time. Refused("not_later") for a time that is not later, or past."""
    call = get_allowed("liaisons.nomination.manage", by, now=now, lock=True, pk=call.pk)
    NOMINATION.check(call.state, "extend_nomination")
    if deadline == call.deadline:
        return call
    if deadline < call.deadline or deadline <= now:
        raise Refused("not_later", _("Uuden määräajan on oltava entistä myöhempi."))
    call.deadline = deadline
    call.save(update_fields=["deadline"])
    return call


@transaction.atomic
def choose_candidates(
    call: NominationCall,
    choices: Iterable[Choice],
    *,
    chosen_on: date,
    reasons: str,
    section: int | None = None,
    meeting: Meeting | None = None,
    by: Any,
    now: datetime,
) -> NominationCall:
    """Record whom the chooser chose, with the reasons, and tell everybody.

    Order of effects: call, every candidate (chosen, not chosen, lapsed without consent), timeline, letters. Refused:
    time_not_over, reasons_missing, wrong_number, no_consent, wrong_pairs.
    """
    call = get_allowed("liaisons.nomination.manage", by, now=now, lock=True, pk=call.pk)
    if call.state == "chosen":
        return call
    target = NOMINATION.check(call.state, "choose_candidates")
    if now < call.deadline:
        raise Refused("time_not_over", _("Ehdotusten aika ei ole vielä päättynyt. Kirjaa valinta sen jälkeen."))
    if not reasons.strip():
        raise Refused("reasons_missing", _("Kirjaa valinnan perustelut."))
    candidates = Candidate.objects.select_for_update(of=("self",)).select_related("organisation", "proposed_by")
    rows = {row.pk: row for row in candidates.filter(call=call)}
    chosen = {choice.candidate: choice for choice in choices}
    _refuse_wrong(call, rows, chosen)
    call.state, call.chosen_on, call.chosen_section = target, chosen_on, section
    call.chosen_reasons, call.chosen_meeting = reasons.strip(), meeting
    save_checked(call, "nomination_refused")
    # Members first: a deputy's row names the member's.
    for pk in sorted(rows, key=lambda pk: (pk not in chosen, pk in chosen and chosen[pk].role == "deputy", pk)):
        _settle(call, rows[pk], chosen.get(pk), by, now)
    if not call.chooser_appoints:
        _pass_on(call, now)
    return call


def _refuse_wrong(call: NominationCall, rows: dict[int, Candidate], chosen: dict[int, Choice]) -> None:
    members = {pk for pk, choice in chosen.items() if choice.role == "member"}
    deputies = {pk: choice.pair for pk, choice in chosen.items() if choice.role == "deputy"}
    if any(pk not in rows or rows[pk].state != "consented" for pk in chosen):
        raise Refused("no_consent", _("Valita voi vain ehdokkaan, joka on itse suostunut."))
    if not chosen or len(members) > call.members or len(deputies) > call.deputies:
        raise Refused(
            "wrong_number",
            _("Valitse enintään %(members)s jäsentä ja %(deputies)s varajäsentä, vähintään yksi.")
            % {"members": call.members, "deputies": call.deputies},
        )
    pairs = list(deputies.values())
    if call.in_pairs and (not set(pairs) <= members or len(set(pairs)) != len(pairs)):
        raise Refused("wrong_pairs", _("Valitse jokaiselle varajäsenelle oma varsinainen jäsen."))


def _settle(call: NominationCall, row: Candidate, choice: Choice | None, by: Any, now: datetime) -> None:
    if row.state not in ("proposed", "consented"):
        return
    target = "chosen" if choice else ("not_chosen" if row.state == "consented" else "lapsed")
    row.state = CANDIDATE.check(row.state, "choose_candidates", target=target)
    if choice:
        row.chosen_as, row.pair_id = choice.role, choice.pair if call.in_pairs else None
    row.save(update_fields=["state", "chosen_as", "pair"])
    words = {
        "chosen": _("%(name)s valittiin: %(title)s"),
        "not_chosen": _("%(name)s ei tullut valituksi: %(title)s"),
        "lapsed": _("%(name)s ei antanut suostumustaan: %(title)s"),
    }[target]
    timeline.write(
        row.organisation,
        words,
        {"name": row.full_name, "title": call.title},
        visibility=Visibility.ORGANISATION,
        link=reverse("liaisons:own_candidate", args=[row.organisation_id, row.pk]),
        now=now,
        by=by,
    )
    for to in _told(row):
        _tell_result(call, row, words, to, now)


def _told(row: Candidate) -> list[Any]:
    """Return the candidate's address and the one who proposed; one person once. Who lapsed was never a candidate."""
    told: list[Any] = [row.proposed_by]
    if row.state != "lapsed" and row.email.lower() != row.proposed_by.email.lower():
        told.append(row.email)
    return told


def _tell_result(call: NominationCall, row: Candidate, words: Any, to: Any, now: datetime) -> None:
    letter(
        "nomination_chosen",
        to,
        said(words, name=row.full_name, title=call.title),
        [
            said(_("%(chooser)s teki valinnan %(day)s."), chooser=call.chooser.name, day=call.chosen_on),
            said(_("Perustelut: %(reasons)s"), reasons=call.chosen_reasons),
            ""
            if call.chooser_appoints
            else _("Valitut nimetään lopullisesti toimielimessä, jolle valinta lähetettiin."),
        ],
        path=call.get_absolute_url(),
        button=_("Katso valinta"),
        key=f"{row.pk}:{to.pk if isinstance(to, User) else to}",
        now=now,
        language=row.proposed_by.language if isinstance(to, str) else None,
    )


def _pass_on(call: NominationCall, now: datetime) -> None:
    """Tell those who take the nomination to the body that appoints."""
    secretaries = BodyAppointment.objects.in_force(now).filter(body=call.body_id, role="secretary")
    people = {duty.user for duty in secretaries.select_related("user")}
    if not call.body.is_self_run:
        people |= set(staff(now, StaffRoleKind.COORDINATOR, StaffRoleKind.REGISTRAR))
    for person in people:
        letter(
            "nomination_passed",
            person,
            said(_("Nimeäminen odottaa: %(title)s"), title=call.title),
            [said(_("%(chooser)s on valinnut ehdokkaat. Kirjaa, kun heidät on nimetty."), chooser=call.chooser.name)],
            path=reverse("liaisons:nomination", args=[call.pk]),
            button=_("Kirjaa nimeäminen"),
            key=f"{call.pk}:{person.pk}",
            now=now,
        )


@transaction.atomic
def seat_candidates(
    call: NominationCall,
    *,
    appointed_by: str,
    appointed_on: date,
    section: int | None = None,
    case: str = "",
    by: Any,
    now: datetime,
) -> NominationCall:
    """Record the appointment: the chosen get their seats, each with its nomination and its appointment.

    Order of effects: call, seats (members before their deputies) with the letter of a new duty, candidates,
    timeline, letters to those who proposed. Refused where a person already sits in the body at that time.
    """
    call = get_allowed("liaisons.nomination.appoint", by, now=now, lock=True, pk=call.pk)
    if call.state == "finished":
        return call
    call.state = NOMINATION.check(call.state, "seat_candidates")
    if call.chosen_on and appointed_on < call.chosen_on:
        raise Refused("appointed_before_chosen", _("Nimeäminen on ennen valintaa. Korjaa päivä."))
    call.appointed_by, call.appointed_on = appointed_by.strip(), appointed_on
    call.appointed_section, call.appointed_case, call.ended_at = section, case.strip(), now
    save_checked(call, "nomination_refused")
    Body.objects.select_for_update().get(pk=call.body_id)
    seats: dict[int, Seat] = {}
    chosen = Candidate.objects.select_for_update(of=("self",)).filter(call=call, state="chosen")
    for row in chosen.select_related("organisation", "proposed_by").order_by("-chosen_as", "pk"):
        seats[row.pk] = _seat(call, row, seats, by, now)
    return call


def _seat(call: NominationCall, row: Candidate, seats: dict[int, Seat], by: Any, now: datetime) -> Seat:
    seat = place(
        call.body,
        email=row.email,
        full_name=row.full_name,
        role=row.chosen_as,
        term=call.term,
        deputy_for=seats.get(row.pair_id) if row.pair_id else None,
        now=now,
        party=Party.NGO,
        organisation=row.organisation,
        nominated_by=call.chooser.name_fi,
        nominated_on=call.chosen_on,
        nominated_section=call.chosen_section,
        appointed_by=call.appointed_by,
        appointed_on=call.appointed_on,
        appointed_section=call.appointed_section,
        appointed_case=call.appointed_case,
    )
    row.state, row.seat = CANDIDATE.check(row.state, "seat_candidates"), seat
    row.save(update_fields=["state", "seat"])
    words = _("%(name)s nimettiin toimielimeen %(body)s (%(role)s).")
    values = {"name": row.full_name, "body": call.body.name_fi, "role": seat.get_role_display()}
    link = reverse("liaisons:public_body", args=[call.body_id])
    timeline.write(row.organisation, words, values, visibility=Visibility.PUBLIC, link=link, now=now, by=by)
    letter(
        "nomination_seated",
        row.proposed_by,
        said(words, **values),
        [said(_("%(who)s nimesi %(day)s."), who=call.appointed_by, day=call.appointed_on)],
        path=link,
        button=_("Katso toimielin"),
        key=str(row.pk),
        now=now,
    )
    return seat


@transaction.atomic
def cancel_nomination(call: NominationCall, *, reason: str, by: Any, now: datetime) -> NominationCall:
    """Cancel a call whose seats have not been filled; candidates and proposers are told why. Twice does it once."""
    call = get_allowed("liaisons.nomination.manage", by, now=now, lock=True, pk=call.pk)
    if call.state == "cancelled":
        return call
    call.state = NOMINATION.check(call.state, "cancel_nomination")
    if not reason.strip():
        raise Refused("reason_missing", _("Kerro, miksi haku perutaan."))
    call.cancel_reason, call.ended_at = reason.strip(), now
    call.save(update_fields=["state", "cancel_reason", "ended_at"])
    live = Candidate.objects.select_for_update(of=("self",)).filter(
        call=call, state__in=["proposed", "consented", "chosen"]
    )
    for row in live.select_related("proposed_by"):
        row.state = CANDIDATE.check(row.state, "cancel_nomination")
        row.save(update_fields=["state"])
        for to in (row.proposed_by, row.email):
            letter(
                "nomination_cancelled",
                to,
                said(_("Ehdokashaku on peruttu: %(title)s"), title=call.title),
                [said(_("Syy: %(reason)s"), reason=call.cancel_reason)],
                path=reverse("liaisons:public_bodies"),
                button=_("Katso toimielimet"),
                key=f"{row.pk}:{to.pk if isinstance(to, User) else to}",
                now=now,
            )
    return call
