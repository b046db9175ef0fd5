"""What the body decided, as the checked minutes say; the letters; the day a decision becomes final."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refused
from common.legal_dates import ServedBy, final_from, legal_dates, members_end_on
from common.locks import limit_waiting
from common.money import format_euros
from common.policies import get_allowed
from common.times import format_date, local_date
from grants.life_cycles import APPLICATION, CALL, DECISION
from grants.models import Application, Decision, GrantCall, Outcome, Proposal, VersionKind
from grants.municipal import refuse_double_funding
from grants.negotiated import decided_terms
from grants.workflow import events
from grants.workflow.aid_ledger import follow_grant, hold_ledgers, require_room
from grants.workflow.serving import (
    contact_of,
    follow_with_use_report,
    happened,
    keep_version,
    move_ledger,
    tell_issued,
    what_was_decided,
)
from grants.workflow.voting import Vote, check_sitting, keep_dissents, name_of, sittings, vote_of_all
from liaisons.models import AgendaItem
from liaisons.workflow import record_section

LEGAL_BASIS = (
    "Laki hyvinvointialueesta 611/2021; hallintolaki 434/2003; hyvinvointialueen hallintosääntö ja avustusohje."
)
TERMS = (
    "Avustus on käytettävä hakemuksen mukaiseen toimintaan. Avustuksen käytöstä annetaan käyttöselvitys "
    "määräpäivään mennessä. Käyttämättä jäänyt tai väärin käytetty avustus voidaan periä takaisin."
)


#: Not a way of service but the choice to serve each decision as it has been marked.
AS_MARKED = "marked"


def way_of(decision: Decision, chosen: str) -> ServedBy:
    """Return how the decision is served when so has been chosen for all of them."""
    return ServedBy(decision.served_by if chosen == AS_MARKED else chosen)


class Left(StrEnum):
    """What the body did to a case that it did not decide."""

    TABLED = "tabled"
    RETURNED = "returned"


LEFT_EVENTS = {
    Left.TABLED: "Toimielin jätti asian pöydälle. Se tuodaan seuraavaan kokoukseen.",
    Left.RETURNED: "Toimielin palautti asian valmisteluun.",
}


@dataclass(frozen=True)
class Change:
    """Where the minutes differ from the proposal: the decided sum in euros and its reasons, or "not examined"."""

    sum: Decimal
    reasons: str
    not_examined: bool = False


@dataclass(frozen=True)
class Minutes(Vote):
    """What the minutes say of the whole matter: the vote and dissents, and when they were published online."""

    published_on: date | None = None


NOTHING_MORE = Minutes()


def record_decisions(
    call: GrantCall,
    *,
    section_number: int,
    decided_on: date,
    by: Any,
    now: datetime,
    changes: Mapping[int, Change] | None = None,
    left: Mapping[int, Left] | None = None,
    minutes: Minutes = NOTHING_MORE,
    votes: Mapping[int, Vote] | None = None,
) -> list[Decision]:
    """Record what the minutes of the held meeting say of every case of the call; return the decisions.

    ``changes`` maps an application's key to what differs from its proposal, ``left`` those that the body tabled or
    returned to preparation: they stay in handling and so does the call, until the presenter brings them to another
    meeting. ``votes`` are the vote and dissents of single cases, in others ``minutes`` holds. Recorded again with the
    same § it returns what stands. Order of effects: call's row lock, § on the agenda item, quorum and presiding of
    each case, a decision a case, ``decided_total``, events. Refused: ``meeting_not_held``, ``bad_day``,
    ``bad_publication``, ``budget_open`` (a conditional appropriation), what ``check_sitting`` refuses, ``over_asked``,
    ``over_appropriation``, ``reasons_missing``.
    """
    with transaction.atomic():
        limit_waiting()
        locked: GrantCall = get_allowed("grants.call.decide", by, now=now, lock=True, pk=call.pk)
        made = Decision.objects.filter(application__call=locked, section_number=section_number, decided_on=decided_on)
        if locked.state in ("decided", "handling") and made.exists():
            return list(made.order_by("application_id"))
        stays = left or {}
        rows = Application.objects.select_for_update(of=("self",)).filter(call=locked, state="in_handling")
        related = ("proposal", "organisation", "negotiation__agreed_version")
        cases = list(rows.select_related(*related).order_by("pk"))
        waiting = [case for case in cases if case.pk in stays]
        state = CALL.check(locked.state, "record_decisions", target="handling" if waiting else "decided")
        check_budget(locked)
        item = _held_item(locked, decided_on, now)
        _check_published(minutes.published_on, decided_on, now)
        record_section(item, section_number=section_number, by=by, now=now)
        hold_ledgers(cases)
        told = _said_by_body(locked, section_number, decided_on, minutes.published_on)
        decided = [case for case in cases if case.pk not in stays]
        sat = sittings(item, decided)
        decisions = []
        for case in decided:
            vote = (votes or {}).get(case.pk) or vote_of_all(minutes, sat[case.pk])
            kept = check_sitting(sat[case.pk], vote, name_of(case))
            change = (changes or {}).get(case.pk)
            decisions.append(decide_case(case, locked, change, {**told, **kept}, by=by, now=now))
            keep_dissents(decisions[-1], sat[case.pk], vote)
        for case in waiting:
            events.record(case, "record_decisions", LEFT_EVENTS[stays[case.pk]], by=by, now=now)
        move_ledger(locked, sum((decision.sum for decision in decisions), Decimal(0)))
        locked.state = state
        if waiting:
            locked.agenda_item, locked.presented_by, locked.presented_at = None, None, None
        locked.save(update_fields=["state", "agenda_item", "presented_by", "presented_at"])
    return decisions


def check_budget(call: GrantCall) -> None:
    """Refuse to decide while the appropriation still depends on the budget."""
    if call.awaits_budget:
        raise Refused(
            "budget_open",
            _("Määräraha on ehdollinen. Kirjaa ensin haun tietoihin, mitä talousarviosta päätettiin."),
        )


def _held_item(call: GrantCall, decided_on: date, now: datetime) -> AgendaItem:
    """Return the call's matter in a meeting that has been held, no later than the day."""
    item = call.agenda_item
    if item is None or item.meeting.state == "planned":
        raise Refused("meeting_not_held", _("Merkitse ensin kokous pidetyksi. Sitten voit kirjata päätökset."))
    if not local_date(item.meeting.starts_at) <= decided_on <= local_date(now):
        raise Refused("bad_day", _("Päätöspäivä on kokouspäivä tai sen jälkeen, mutta ei tulevaisuudessa."))
    return item


def _check_published(published_on: date | None, decided_on: date, now: datetime) -> None:
    if published_on is not None and not decided_on <= published_on <= local_date(now):
        raise Refused(
            "bad_publication",
            _("Päätös on julkaistu verkossa aikaisintaan päätöspäivänä ja viimeistään tänään. Tarkista päivä."),
        )


def _said_by_body(call: GrantCall, section_number: int, decided_on: date, published_on: date | None) -> dict[str, Any]:
    """Return what the minutes say of every decision: who, where, when, the publication."""
    body = call.kind.decided_by
    return {
        "body_name": body.name_fi if body else "",
        "agenda_item_id": call.agenda_item_id,
        "section_number": section_number,
        **in_force_from(decided_on, published_on),
    }


def in_force_from(decided_on: date, published_on: date | None) -> dict[str, Any]:
    """Return the day of a decision and, where it has been published online, from when and until when members claim."""
    return {
        "decided_on": decided_on,
        "minutes_published_on": published_on,
        "members_end_on": members_end_on(published_on) if published_on else None,
    }


def decide_case(
    case: Application, call: GrantCall, change: Change | None, told: Mapping[str, Any], *, by: Any, now: datetime
) -> Decision:
    """Make the decision of a case under the row locks that the caller holds; the caller moves the ledger.

    As proposed, or as ``change`` says. ``told``: by whom and in which way it was decided (fields of the decision).
    An office-holder keeps to the kind's rule of double funding; what a body decided is recorded as it stands in the
    minutes. Refused: ``reasons_missing``, ``over_asked``, ``double_funded``,
    ``over_ceiling`` (de minimis aid).
    """
    proposal: Proposal = case.proposal
    said = change or Change(proposal.sum, proposal.reasons, proposal.outcome == Outcome.NOT_EXAMINED)
    reasons = said.reasons.strip()
    if not reasons:
        raise Refused("reasons_missing", _("Päätös tarvitsee perustelut: %(case)s.") % {"case": case.case_number})
    if not 0 <= said.sum <= (case.asked_sum or Decimal(0)):
        raise Refused(
            "over_asked", _("Myönnetty summa on suurempi kuin haettu: %(case)s.") % {"case": case.case_number}
        )
    case.call = call
    if said.sum > 0 and told.get("official_number"):
        refuse_double_funding(case)
    require_room(case, said.sum, on=told["decided_on"])
    case.state = APPLICATION.check(case.state, "decide")
    case.save(update_fields=["state"])
    decision = Decision.objects.create(
        application=case,
        sum=said.sum,
        outcome=Outcome.NOT_EXAMINED if said.not_examined else Outcome.REJECTED,
        reasons=reasons,
        legal_basis=call.legal_basis_fi or LEGAL_BASIS,
        **(decided_terms(case, call, TERMS) if said.sum > 0 else {}),
        contact=contact_of(call)[:300],
        recorded_by=by,
        recorded_at=now,
        **told,
    )
    follow_grant(decision)
    text = f"Päätös {format_date(decision.decided_on)} {_where(decision)}: {_in_short(decision)}."
    events.record(case, "decide", text, by=by, now=now)
    return decision


def _where(decision: Decision) -> str:
    if decision.section_number is not None:
        return f"§ {decision.section_number}"
    deputy = ", sijainen" if decision.as_deputy else ""
    return f"nro {decision.official_number}/{decision.official_year} ({decision.body_name}{deputy})"


def _in_short(decision: Decision) -> str:
    if decision.is_grant:
        return f"myönnettiin {format_euros(decision.sum)}"
    return "jätettiin tutkimatta" if decision.is_not_examined else "hylättiin"


def record_publication(call: GrantCall, *, published_on: date, by: Any, now: datetime) -> int:
    """Record when the decisions were published in the public network, from which the members' period runs.

    A body's minutes or an office-holder's decisions. For the call's decisions that have no such day yet and are not
    final; what is served becomes final no sooner than both periods are over. Return how many. Refused:
    ``bad_publication``.
    """
    with transaction.atomic():
        limit_waiting()
        locked: GrantCall = get_allowed("grants.call.publication", by, now=now, lock=True, pk=call.pk)
        rows = Decision.objects.select_for_update(of=("self",)).filter(
            application__call=locked, minutes_published_on__isnull=True
        )
        found = list(rows.exclude(state="final").select_related("application").order_by("pk"))
        for decision in found:
            _check_published(published_on, decision.decided_on, now)
            decision.minutes_published_on = published_on
            decision.members_end_on = members_end_on(published_on)
            if decision.final_on and decision.revision_ends_on:
                both = final_from(decision.revision_ends_on, decision.members_end_on)
                decision.final_on = max(decision.final_on, both)
            decision.save(update_fields=["minutes_published_on", "members_end_on", "final_on"])
            what = "Viranhaltijapäätös" if decision.is_official else "Pöytäkirja"
            text = f"{what} julkaistiin verkossa {format_date(published_on)}."
            events.record(decision.application, "record_publication", text, by=by, now=now)
    return len(found)


def edit_decision(decision: Decision, *, served_by: ServedBy, by: Any, now: datetime, **texts: str) -> Decision:
    """Complete a recorded decision before it is served: purpose, terms, legal basis, contact, way of service.

    ``texts``: reasons, legal_basis, purpose, terms, contact. What was decided does not change here. Refused:
    ``wrong_state`` once served (then it is corrected), ``reasons_missing``, ``basis_missing``.
    """
    with transaction.atomic():
        limit_waiting()
        locked: Decision = get_allowed("grants.decision.issue", by, now=now, lock=True, pk=decision.pk)
        DECISION.check(locked.state, "issue_decision")
        for name in ("reasons", "legal_basis", "purpose", "terms", "contact"):
            setattr(locked, name, texts[name].strip())
        check_content(locked)
        locked.served_by = served_by.value
        locked.save()
        events.record(locked.application, "edit_decision", "Päätöksen tekstiä täydennettiin.", by=by, now=now)
    return locked


def check_content(decision: Decision) -> None:
    """Refuse a decision without what hallintolaki 44–45 § asks: reasons, legal basis, contact."""
    if not decision.reasons:
        raise Refused("reasons_missing", _("Päätös tarvitsee perustelut."))
    if not decision.legal_basis:
        raise Refused("basis_missing", _("Päätös tarvitsee oikeusperusteen: lain kohdat, joihin se perustuu."))
    if not decision.contact:
        raise Refused(
            "contact_missing",
            _("Päätös %(case)s tarvitsee lisätietojen antajan ja yhteystiedon. Lisää ne päätökseen.")
            % {"case": decision.application.case_number},
        )


def issue_decision(decision: Decision, *, served_by: ServedBy, by: Any, now: datetime) -> Decision:
    """Serve a recorded decision: letter, legal dates, message, and the use report that a grant brings.

    Served electronically it counts as received on the 3rd day (13/2003 19 §), as a letter on the 7th
    (434/2003 59 §); the revision period is 14 days (611/2021), for members from the published minutes. A second call
    returns it as it is. Refused: ``contact_missing``. Raises ``PdfUnavailable`` where letters cannot be made; then
    nothing has changed.
    """
    with transaction.atomic():
        limit_waiting()
        locked: Decision = get_allowed("grants.decision.issue", by, now=now, lock=True, pk=decision.pk)
        if locked.state != "recorded":
            return locked
        check_content(locked)
        state = DECISION.check(locked.state, "issue_decision")
        locked.state, locked.served_by, locked.issued_by = state, served_by.value, by
        set_dates(locked, local_date(now))
        keep_version(locked, VersionKind.ORIGINAL, by=by, now=now)
        locked.save()
        follow_with_use_report(locked)
        number = locked.application.case_number
        text = f"Päätös hakemukseen {number} annettiin tiedoksi. {what_was_decided(locked)}"
        tell_issued(locked, text, verb="issue_decision", by=by, now=now)
    return locked


def set_dates(decision: Decision, sent_on: date) -> None:
    """Set the legal dates of a decision that is sent on the day; the caller saves it."""
    dates = legal_dates(sent_on, ServedBy(decision.served_by))
    decision.sent_on, decision.deemed_served_on = dates.sent_on, dates.deemed_served_on
    decision.revision_ends_on = dates.revision_ends_on
    decision.final_on = final_from(dates.revision_ends_on, decision.members_end_on)


def make_final(*, now: datetime) -> int:
    """Make every issued decision final whose periods are over (lainvoimainen); return how many.

    A claim or an appeal that is pending holds its own decision back, and no other. Run by beat; a decision is made
    final once, whoever else runs at the same time.
    """
    made = 0
    for key in list(Decision.objects.becoming_final(now).values_list("pk", flat=True)):
        with transaction.atomic():
            decision = (
                Decision.objects.becoming_final(now)
                .select_for_update(of=("self",), skip_locked=True)
                .select_related("application__organisation")
                .filter(pk=key)
                .first()
            )
            if decision is None:
                continue
            decision.state = DECISION.check(decision.state, "make_final")
            decision.save(update_fields=["state"])
            text = f"Päätös hakemukseen {decision.application.case_number} on lainvoimainen."
            happened(decision.application, "make_final", text, by=None, now=now)
            made += 1
    return made
