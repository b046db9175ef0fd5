"""Claims for revision (oikaisuvaatimus, 611/2021 ch. 16): filed, registered, proposed, decided, appealed against."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from common.errors import Refused
from common.legal_dates import ServedBy, appeal_ends_on, deemed_served_on
from common.locks import limit_waiting
from common.policies import get_allowed
from common.times import format_date, local_date
from county.models import get_county
from documents.case_numbers import GRANTS, next_case_number
from documents.pdf import render_pdf, store_pdf
from documents.uploads import CheckedUpload
from grants.award_terms import Terms, side_by_side, terms_of
from grants.life_cycles import DECISION
from grants.life_cycles_claims import CLAIM
from grants.models import (
    ChangeRequest,
    Claimant,
    ClaimDissent,
    ClaimFile,
    ClaimOutcome,
    ClaimTarget,
    Decision,
    GrantCall,
    RecoveryCase,
    RevisionClaim,
)
from grants.workflow import events
from grants.workflow.applications import contact_address
from grants.workflow.claim_targets import carry_out, check_result, deadline, lock_target, served_on, target_of
from grants.workflow.serving import happened, later, tell_party
from grants.workflow.voting import Sitting, Vote, check_sitting, sitting_of
from liaisons.workflow import record_section
from notifications import outbox

NO_VOTE = Vote()
CHANGES = (ClaimOutcome.ACCEPTED.value, ClaimOutcome.PARTLY.value)


def file_claim(
    decision: Decision,
    *,
    demand: str,
    change: ChangeRequest | None = None,
    recovery: RecoveryCase | None = None,
    uploads: Iterable[CheckedUpload] = (),
    by: Any,
    now: datetime,
) -> RevisionClaim:
    """The applicant claims revision in the portal; late is recorded, never refused. Return the claim.

    Of the grant's decision, or of that on one of its changes or recoveries. The same words about the same decision
    again are the same claim. Order of effects: decision's row lock, the later matter's, case number, claim, files,
    event, acknowledgement. Refused: ``demand_missing``, ``not_served``.
    """
    with transaction.atomic():
        limit_waiting()
        locked: Decision = get_allowed("grants.claim.file", by, now=now, lock=True, pk=decision.pk)
        lock_target(locked, change or recovery)
        claim = RevisionClaim(
            decision=locked,
            target=target_of(change, recovery),
            change=change,
            recovery=recovery,
            claimant=Claimant.PARTY,
            name=locked.application.organisation.name[:200],
            email=contact_address(locked.application) or by.email,
            demand=demand.strip(),
            arrived_at=now,
        )
        return _open(claim, uploads, by, now)


def register_claim(
    decision: Decision,
    *,
    claimant: str,
    name: str,
    demand: str,
    arrived_at: datetime,
    email: str = "",
    address: str = "",
    change: ChangeRequest | None = None,
    recovery: RecoveryCase | None = None,
    uploads: Iterable[CheckedUpload] = (),
    by: Any,
    now: datetime,
) -> RevisionClaim:
    """The registry enters a claim that came on paper or by mail, of the party or of a member of the county.

    ``arrived_at`` decides whether it was in time. Refused: ``demand_missing``, ``bad_arrival``, ``not_served``.
    """
    with transaction.atomic():
        limit_waiting()
        locked: Decision = get_allowed("grants.claim.register", by, now=now, lock=True, pk=decision.pk)
        if locked.state == "recorded":
            raise Refused("not_served", _("Päätöstä ei ole vielä annettu tiedoksi. Anna se ensin tiedoksi."))
        lock_target(locked, change or recovery)
        claim = RevisionClaim(
            decision=locked,
            target=target_of(change, recovery),
            change=change,
            recovery=recovery,
            claimant=claimant,
            name=name.strip(),
            email=email.strip(),
            address=address.strip(),
            demand=demand.strip(),
            arrived_at=arrived_at,
        )
        if not served_on(claim) <= local_date(arrived_at) or arrived_at > now:
            raise Refused("bad_arrival", _("Oikaisuvaatimus on saapunut päätöksen jälkeen, mutta ei tulevaisuudessa."))
        return _open(claim, uploads, by, now)


def _open(claim: RevisionClaim, uploads: Iterable[CheckedUpload], by: Any, now: datetime) -> RevisionClaim:
    decision = claim.decision
    if not claim.demand or not claim.name:
        raise Refused("demand_missing", _("Kirjoita, mitä vaadit ja millä perusteilla."))
    same = {name: getattr(claim, name) for name in ("claimant", "name", "demand", "target", "change", "recovery")}
    again = decision.claims.filter(**{name: value for name, value in same.items() if value is not None}).first()
    if again is not None:
        return again
    last = deadline(claim)
    claim.is_late = last is not None and local_date(claim.arrived_at) > last
    claim.case_number = next_case_number(GRANTS, now)
    claim.filed_by, claim.filed_at = by, now
    claim.save()
    _keep_files(claim, uploads, by, now)
    if not claim.is_late:
        _hold(claim)
    late = " Se saapui määräajan jälkeen." if claim.is_late else ""
    who = "" if claim.claimant == Claimant.PARTY else " hyvinvointialueen jäseneltä"
    what = "" if claim.target == ClaimTarget.GRANT else f" päätöksestä {claim.target_number}"
    text = f"Oikaisuvaatimus {claim.case_number}{what} saapui{who} {format_date(local_date(claim.arrived_at))}.{late}"
    path = happened(decision.application, "receive_claim", text, by=by, now=now)
    _acknowledge(claim, path, now)
    return claim


def _keep_files(claim: RevisionClaim, uploads: Iterable[CheckedUpload], by: Any, now: datetime) -> None:
    """Keep the files that came with the claim, each content once."""
    for upload in {one.sha256: one for one in uploads}.values():
        file = ClaimFile(claim=claim)
        file.take(upload, by=by, now=now)
        file.save()


def _hold(claim: RevisionClaim) -> None:
    """Take the grant's decision back from final: what had arrived in time about it keeps it open."""
    decision = claim.decision
    if claim.target == ClaimTarget.GRANT and decision.state == "final":
        decision.state = DECISION.check(decision.state, "receive_claim")
        decision.save(update_fields=["state"])


def _acknowledge(claim: RevisionClaim, path: str, now: datetime) -> None:
    """Acknowledge without delay (13/2003 12 §): the party, and a member who gave an address."""
    context = {"claim": claim, "application": claim.decision.application, "path": path}
    subject = later(gettext_noop("Oikaisuvaatimus on saapunut: %(number)s"), number=claim.case_number)
    key = f"grants.claim:{claim.pk}"
    tell_party(
        claim.decision.application,
        kind="grants.claim",
        subject=subject,
        template="emails/grants/claim_received",
        context=context,
        key=key,
        now=now,
    )
    if claim.claimant == Claimant.MEMBER and claim.email:
        _write_to_member(claim, subject, "emails/grants/claim_received", context, key, now)


def _write_to_member(
    claim: RevisionClaim, subject: Any, template: str, context: dict[str, Any], key: str, now: datetime
) -> None:
    outbox.queue(
        kind="grants.claim",
        to=claim.email,
        subject=subject,
        template=template,
        context={**context, "to_member": True, "path": ""},
        dedup_key=f"{key}:member",
        required=True,
        now=now,
    )


def propose_claim(
    claim: RevisionClaim, *, outcome: str, sum: Decimal | None, reasons: str, by: Any, now: datetime
) -> RevisionClaim:
    """The coordinator proposes what the body should decide; written again before the decision it replaces itself.

    ``sum`` in euros only where the claim is accepted at least partly. Refused: ``reasons_missing``, ``over_asked``.
    """
    with transaction.atomic():
        limit_waiting()
        locked: RevisionClaim = get_allowed("grants.claim.propose", by, now=now, lock=True, pk=claim.pk)
        state = CLAIM.check(locked.state, "propose_claim")
        _check_said(locked, sum, None, reasons, now)
        locked.state, locked.proposed = state, outcome
        locked.proposed_sum = sum if outcome in CHANGES else None
        locked.proposal_reasons, locked.proposed_by, locked.proposed_at = reasons.strip(), by, now
        locked.save()
        text = f"Oikaisuvaatimuksesta {locked.case_number} tehtiin esitys."
        events.record(locked.decision.application, "propose_claim", text, by=by, now=now)
    return locked


def _check_said(claim: RevisionClaim, total: Decimal | None, terms: Terms | None, reasons: str, now: datetime) -> None:
    if not reasons.strip():
        raise Refused("reasons_missing", _("Kirjoita perustelut."))
    check_result(claim, total, terms, now)


def decide_claim(
    claim: RevisionClaim,
    *,
    outcome: str,
    reasons: str,
    new_sum: Decimal | None,
    decided_on: date,
    section_number: int,
    court: str,
    new_terms: Terms | None = None,
    vote: Vote = NO_VOTE,
    served_by: ServedBy = ServedBy.ELECTRONIC,
    by: Any,
    now: datetime,
) -> RevisionClaim:
    """Record what the body decided of the claim, serve it, and change the decision where it was accepted.

    A claim on a meeting's agenda is decided in that meeting once it has been held: quorum, who presided and the vote
    are checked as in every grant case and stand in the claim and its letter. An accepted claim with a new sum makes a
    new version of the grant's decision within the call's appropriation, asks less back, or (``new_terms``) changes the
    terms of use. The decision waits for the period of appeal (30 days). Order of effects: call's row lock, decision,
    later matter, claim, § on the agenda item, ledger, version, letter, events and messages. Recorded again with the
    same § it returns what stands. Refused: ``meeting_not_held``, ``bad_day``, what ``check_sitting`` refuses,
    ``reasons_missing``, ``court_missing``, ``over_asked``, ``sum_of_change``, ``bad_terms``, ``over_appropriation``,
    ``already_paid``.
    """
    with transaction.atomic():
        call, locked = _all_locked(claim, by, now)
        if locked.state == "decided" and locked.section_number == section_number and locked.outcome == outcome:
            return locked
        locked.state = CLAIM.check(locked.state, "decide_claim")
        is_changed = outcome in CHANGES
        _check_said(locked, new_sum, new_terms if is_changed else None, reasons, now)
        if not court.strip():
            raise Refused("court_missing", _("Kirjoita hallinto-oikeus, johon ratkaisusta valitetaan, ja sen osoite."))
        if not local_date(locked.arrived_at) <= decided_on <= local_date(now):
            raise Refused("bad_day", _("Ratkaisupäivä on vaatimuksen saapumisen jälkeen, mutta ei tulevaisuudessa."))
        sitting = _sat(locked, vote, section_number, decided_on, by, now)
        locked.outcome, locked.reasons, locked.court = outcome, reasons.strip(), court.strip()
        locked.new_sum = new_sum if is_changed else None
        locked.decided_on, locked.section_number = decided_on, section_number
        locked.recorded_by, locked.recorded_at, locked.sent_on = by, now, local_date(now)
        locked.appeal_ends_on = appeal_ends_on(deemed_served_on(local_date(now), served_by))
        before = terms_of(locked.decision) if locked.change is not None else None
        followed = carry_out(locked, call, new_terms if is_changed else None, by, now)
        _wait_until(locked, locked.appeal_ends_on, days=1)
        locked.decision.save()
        if sitting is not None:
            ClaimDissent.objects.bulk_create(
                ClaimDissent(claim=locked, attendance_id=key, name=sitting.dissenters[key])
                for key in sorted(vote.dissenters)
            )
        locked.letter = _letter(locked, before, served_by, by, now)
        locked.save()
        _tell_decided(locked, followed, by, now)
    return locked


def _all_locked(claim: RevisionClaim, by: Any, now: datetime) -> tuple[GrantCall, RevisionClaim]:
    """Lock the call, the grant's decision, the later matter and the claim, in this order."""
    limit_waiting()
    get_allowed("grants.claim.decide", by, now=now, pk=claim.pk)
    call = GrantCall.objects.select_for_update(of=("self",)).get(applications__decision__claims=claim.pk)
    decision = Decision.objects.select_for_update(of=("self",)).get(claims=claim.pk)
    change = ChangeRequest.objects.select_for_update(of=("self",)).filter(claims=claim.pk).first()
    recovery = RecoveryCase.objects.select_for_update(of=("self",)).filter(claims=claim.pk).first()
    locked: RevisionClaim = get_allowed("grants.claim.decide", by, now=now, lock=True, pk=claim.pk)
    locked.decision, locked.change, locked.recovery = decision, change, recovery
    return call, locked


def _sat(
    claim: RevisionClaim, vote: Vote, section_number: int, decided_on: date, by: Any, now: datetime
) -> Sitting | None:
    """Check the meeting in which the claim was decided, and write its § and vote; None where it was on no agenda."""
    item = claim.agenda_item
    if item is None:
        return None
    if item.meeting.state == "planned":
        raise Refused("meeting_not_held", _("Merkitse ensin kokous pidetyksi. Sitten voit kirjata päätökset."))
    if decided_on < local_date(item.meeting.starts_at):
        raise Refused("bad_day", _("Päätöspäivä on kokouspäivä tai sen jälkeen, mutta ei tulevaisuudessa."))
    sitting = sitting_of(item, claim.case_number)
    name = f"{claim.decision.application.organisation.name} ({claim.case_number})"
    for field, value in check_sitting(sitting, vote, name).items():
        setattr(claim, field, value)
    record_section(item, section_number=section_number, by=by, now=now)
    return sitting


def _wait_until(claim: RevisionClaim, day: date, *, days: int = 0) -> None:
    """Move the day on which the grant's issued decision becomes final no sooner than ``days`` after ``day``."""
    decision = claim.decision
    if claim.target == ClaimTarget.GRANT and decision.state == "issued" and decision.final_on:
        decision.final_on = max(decision.final_on, date.fromordinal(day.toordinal() + days))


def _letter(claim: RevisionClaim, before: Terms | None, served_by: ServedBy, by: Any, now: datetime) -> Any:
    """Make the letter; ``before``: the terms of use that held, where the claim is about a change of them."""
    new_terms = Terms.from_json(claim.new_terms) if claim.new_terms else None
    title = gettext_lazy("Päätös oikaisuvaatimukseen")
    data = render_pdf(
        "pdf/grants/claim_decision.html",
        {
            "claim": claim,
            "decision": claim.decision,
            "application": claim.decision.application,
            "organisation": claim.decision.application.organisation,
            "county": get_county(),
            "case_number": claim.case_number,
            "document_date": claim.sent_on,
            "recipient": "\n".join(part for part in (claim.name, claim.address) if part),
            "served_by_letter": served_by == ServedBy.LETTER,
            "rows": side_by_side(before, new_terms) if before and new_terms else (),
        },
        title=title,
        language="fi",
    )
    return store_pdf(
        data, kind="grants.claim", title=title, language="fi", by=by, now=now, case_number=claim.case_number
    )


def _tell_decided(claim: RevisionClaim, followed: str, by: Any, now: datetime) -> None:
    application = claim.decision.application
    word = {
        "accepted": "hyväksyttiin",
        "partly": "hyväksyttiin osittain",
        "rejected": "hylättiin",
        "not_examined": "jätettiin tutkimatta",
    }[claim.outcome]
    text = f"Oikaisuvaatimus {claim.case_number} {word}.{followed}"
    path = happened(application, "decide_claim", text, by=by, now=now)
    subject = later(gettext_noop("Oikaisuvaatimus on ratkaistu: %(number)s"), number=claim.case_number)
    context = {"claim": claim, "application": application, "path": path}
    key = f"grants.claim_decided:{claim.pk}"
    tell_party(
        application,
        kind="grants.claim",
        subject=subject,
        template="emails/grants/claim_decided",
        context=context,
        key=key,
        now=now,
    )
    if claim.claimant == Claimant.MEMBER and claim.email:
        _write_to_member(claim, subject, "emails/grants/claim_decided", context, key, now)


def note_appeal(
    claim: RevisionClaim, *, appealed_on: date, court_number: str = "", by: Any, now: datetime
) -> RevisionClaim:
    """Note that the decided claim was appealed against to the administrative court. Refused: ``bad_day``."""
    with transaction.atomic():
        limit_waiting()
        decision, locked = _both(claim, by, now)
        if locked.state == "appealed":
            return locked
        locked.state = CLAIM.check(locked.state, "note_appeal")
        if not (locked.decided_on or appealed_on) <= appealed_on <= local_date(now):
            raise Refused("bad_day", _("Valitus on tehty ratkaisun jälkeen, mutta ei tulevaisuudessa."))
        locked.appealed_on, locked.court_number = appealed_on, court_number.strip()
        locked.save()
        _hold(locked)
        text = f"Oikaisuvaatimuksen {locked.case_number} ratkaisusta valitettiin hallinto-oikeuteen."
        happened(decision.application, "note_appeal", text, by=by, now=now)
    return locked


def note_court(
    claim: RevisionClaim, *, result: str, decided_on: date, final_on: date, by: Any, now: datetime
) -> RevisionClaim:
    """Note what the court decided and when that is final. Refused: ``result_missing``, ``bad_day``."""
    with transaction.atomic():
        limit_waiting()
        decision, locked = _both(claim, by, now)
        if locked.state == "closed":
            return locked
        locked.state = CLAIM.check(locked.state, "note_court")
        if not result.strip():
            raise Refused("result_missing", _("Kirjoita, mitä hallinto-oikeus ratkaisi."))
        if not (locked.appealed_on or decided_on) <= decided_on <= local_date(now) or final_on < decided_on:
            raise Refused("bad_day", _("Ratkaisu on valituksen jälkeen, ja se on lainvoimainen aikaisintaan silloin."))
        locked.court_result, locked.court_decided_on, locked.court_final_on = result.strip(), decided_on, final_on
        locked.save()
        _wait_until(locked, final_on)
        decision.save()
        text = f"Hallinto-oikeus ratkaisi valituksen {format_date(decided_on)}: {locked.court_result}"
        happened(decision.application, "note_court", text[:300], by=by, now=now)
    return locked


def _both(claim: RevisionClaim, by: Any, now: datetime) -> tuple[Decision, RevisionClaim]:
    """Lock the decision, then the claim."""
    get_allowed("grants.claim.decide", by, now=now, pk=claim.pk)
    decision = Decision.objects.select_for_update(of=("self",)).get(claims=claim.pk)
    locked: RevisionClaim = get_allowed("grants.claim.decide", by, now=now, lock=True, pk=claim.pk)
    locked.decision = decision
    return decision, locked
