"""What the body decided, as the checked minutes say; the letters; the day a decision becomes final."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from common.errors import Refused
from common.legal_dates import ServedBy, legal_dates
from common.locks import limit_waiting
from common.money import format_euros
from common.policies import get_allowed
from common.times import format_date, local_date
from county.models import get_county
from documents.pdf import render_pdf, store_pdf
from grants.life_cycles import APPLICATION, CALL, DECISION
from grants.models import Application, Decision, GrantCall, Proposal, UseReport
from grants.models.applications import Audience
from grants.workflow import events
from grants.workflow.applications import contact_address, link_of, senders
from liaisons.workflow import record_section
from notifications import outbox
from organisations import timeline
from organisations.models import Organisation, Visibility

LEDGER = "grants_call_decided_within_appropriation"
LEGAL_BASIS = (
    "Laki hyvinvointialueesta 611/2021; hallintolaki 434/2003; hyvinvointialueen hallintosääntö ja avustusohje."
)
TERMS = (
    "Avustus on käytettävä hakemuksen mukaiseen toimintaan. Avustuksen käytöstä annetaan käyttöselvitys "
    "määräpäivään mennessä. Käyttämättä jäänyt tai väärin käytetty avustus voidaan periä takaisin."
)


@dataclass(frozen=True)
class Change:
    """Where the minutes differ from the proposal: the decided sum in euros and its reasons."""

    sum: Decimal
    reasons: str


def record_decisions(
    call: GrantCall,
    *,
    section_number: int,
    decided_on: date,
    by: Any,
    now: datetime,
    changes: Mapping[int, Change] | None = None,
) -> list[Decision]:
    """Record what the minutes of the held meeting say of every case of the call; return the decisions.

    ``changes`` maps an application's key to what differs from its proposal. Recorded again with the same § it
    returns what stands. Order of effects: call's row lock,
    § on the agenda item, a decision a case, ``decided_total``, events. Refused: ``meeting_not_held``,
    ``bad_day``, ``over_asked``, ``over_appropriation``, ``reasons_missing``.
    """
    with transaction.atomic():
        limit_waiting()
        locked: GrantCall = get_allowed("grants.call.decide", by, now=now, lock=True, pk=call.pk)
        item = locked.agenda_item
        if locked.state == "decided" and item is not None and item.section_number == section_number:
            return list(Decision.objects.filter(application__call=locked).order_by("application_id"))
        state = CALL.check(locked.state, "record_decisions")
        if item is None or item.meeting.state == "planned":
            raise Refused("meeting_not_held", _("Merkitse ensin kokous pidetyksi. Sitten voit kirjata päätökset."))
        if not local_date(item.meeting.starts_at) <= decided_on <= local_date(now):
            raise Refused("bad_day", _("Päätöspäivä on kokouspäivä tai sen jälkeen, mutta ei tulevaisuudessa."))
        record_section(item, section_number=section_number, by=by, now=now)
        cases = Application.objects.select_for_update(of=("self",)).filter(call=locked, state="in_handling")
        decisions = [
            _decide(case, locked, (changes or {}).get(case.pk), section_number, decided_on, by, now)
            for case in cases.select_related("proposal", "organisation").order_by("pk")
        ]
        _move_ledger(locked, sum((decision.sum for decision in decisions), Decimal(0)))
        locked.state = state
        locked.save(update_fields=["state"])
    return decisions


def _decide(
    case: Application,
    call: GrantCall,
    change: Change | None,
    section_number: int,
    decided_on: date,
    by: Any,
    now: datetime,
) -> Decision:
    proposal: Proposal = case.proposal
    total = change.sum if change else proposal.sum
    reasons = (change.reasons if change else proposal.reasons).strip()
    if not reasons:
        raise Refused("reasons_missing", _("Päätös tarvitsee perustelut: %(case)s.") % {"case": case.case_number})
    if not 0 <= total <= (case.asked_sum or Decimal(0)):
        raise Refused(
            "over_asked", _("Myönnetty summa on suurempi kuin haettu: %(case)s.") % {"case": case.case_number}
        )
    case.state = APPLICATION.check(case.state, "decide")
    case.save(update_fields=["state"])
    body = call.kind.decided_by
    decision = Decision.objects.create(
        application=case,
        sum=total,
        reasons=reasons,
        legal_basis=call.legal_basis_fi or LEGAL_BASIS,
        terms=TERMS if total > 0 else "",
        body_name=body.name_fi if body else "",
        agenda_item_id=call.agenda_item_id or 0,
        decided_on=decided_on,
        section_number=section_number,
        recorded_by=by,
        recorded_at=now,
    )
    what = f"myönnettiin {format_euros(total)}" if total > 0 else "hylättiin"
    events.record(case, "decide", f"Päätös {format_date(decided_on)} § {section_number}: {what}.", by=by, now=now)
    return decision


def _move_ledger(call: GrantCall, granted: Decimal) -> None:
    try:
        with transaction.atomic():
            GrantCall.objects.filter(pk=call.pk).update(decided_total=F("decided_total") + granted)
    except IntegrityError as error:
        if LEDGER not in str(error):
            raise
        raise Refused(
            "over_appropriation",
            _("Päätökset ylittävät määrärahan %(sum)s. Tarkista summat.") % {"sum": format_euros(call.appropriation)},
        ) from error


def issue_decision(decision: Decision, *, served_by: ServedBy, by: Any, now: datetime) -> Decision:
    """Serve a recorded decision: letter, legal dates, message, and the use report that a grant brings.

    Served electronically it counts as received on the 3rd day (13/2003 19 §), as a letter on the 7th
    (434/2003 59 §); the revision period is 14 days (611/2021). A second call returns it as it is. Raises
    ``PdfUnavailable`` where letters cannot be made; then nothing has changed.
    """
    with transaction.atomic():
        limit_waiting()
        locked: Decision = get_allowed("grants.decision.issue", by, now=now, lock=True, pk=decision.pk)
        if locked.state != "recorded":
            return locked
        state = DECISION.check(locked.state, "issue_decision")
        dates = legal_dates(local_date(now), served_by)
        locked.state, locked.served_by, locked.issued_by = state, served_by.value, by
        locked.sent_on, locked.deemed_served_on = dates.sent_on, dates.deemed_served_on
        locked.revision_ends_on, locked.final_on = dates.revision_ends_on, dates.final_on
        locked.letter = _letter(locked, by, now)
        locked.save()
        if locked.is_grant:
            UseReport.objects.get_or_create(
                decision=locked, defaults={"due_on": locked.application.call.use_report_due_on}
            )
        _tell_issued(locked, by, now)
    return locked


def _later(text: str, **values: Any) -> Any:
    """Return the text in the language of whoever reads it."""
    return lazy(lambda: _(text) % values, str)()


def recipient(organisation: Organisation) -> str:
    """Return the organisation's name and address in lines, as on an envelope."""
    place = f"{organisation.postcode} {organisation.post_town}".strip()
    return "\n".join(line for line in (organisation.name, organisation.street_address, place) if line)


def _letter(decision: Decision, by: Any, now: datetime) -> Any:
    application = decision.application
    title = gettext_lazy("Päätös avustushakemukseen")
    data = render_pdf(
        "pdf/grants/decision.html",
        {
            "decision": decision,
            "application": application,
            "call": application.call,
            "organisation": application.organisation,
            "county": get_county(),
            "case_number": application.case_number,
            "document_date": decision.sent_on,
            "recipient": recipient(application.organisation),
            "served_by_letter": decision.served_by == ServedBy.LETTER.value,
        },
        title=title,
        language="fi",
    )
    return store_pdf(
        data,
        kind="grants.decision",
        title=title,
        language="fi",
        by=by,
        now=now,
        case_number=application.case_number or "",
    )


def _tell_issued(decision: Decision, by: Any, now: datetime) -> None:
    application = decision.application
    path = link_of(application)
    with translation.override("fi"):
        what = f"Avustusta myönnettiin {format_euros(decision.sum)}." if decision.is_grant else "Hakemus hylättiin."
    text = f"Päätös hakemukseen {application.case_number} annettiin tiedoksi. {what}"
    events.record(application, "issue_decision", text, by=by, now=now, audience=Audience.APPLICANT)
    timeline.write(application.organisation, text, visibility=Visibility.ORGANISATION, now=now, by=by, link=path)
    receivers: dict[str, Any] = {str(person.pk): person for person in senders(application.organisation, now)}
    address = contact_address(application)
    if address and address.lower() not in {person.email.lower() for person in receivers.values()}:
        receivers["organisation"] = address
    for who, to in receivers.items():
        outbox.queue(
            kind="grants.decision",
            to=to,
            subject=_later(gettext_noop("Päätös hakemukseenne on annettu: %(number)s"), number=application.case_number),
            template="emails/grants/decision",
            context={"decision": decision, "application": application, "path": path},
            dedup_key=f"grants.decision:{decision.pk}:{who}",
            required=True,
            now=now,
        )


def make_final(*, now: datetime) -> int:
    """Make every issued decision final whose revision period is over (lainvoimainen); return how many.

    Run by beat; a decision is made final once, whoever else runs at the same time.
    """
    made = 0
    for key in Decision.objects.becoming_final(now).values_list("pk", flat=True):
        with transaction.atomic():
            decision = (
                Decision.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("application__organisation")
                .filter(pk=key, state="issued")
                .first()
            )
            if decision is None:
                continue
            decision.state = DECISION.check(decision.state, "make_final")
            decision.save(update_fields=["state"])
            text = f"Päätös hakemukseen {decision.application.case_number} on lainvoimainen."
            events.record(decision.application, "make_final", text, by=None, now=now, audience=Audience.APPLICANT)
            timeline.write(
                decision.application.organisation,
                text,
                visibility=Visibility.ORGANISATION,
                now=now,
                link=link_of(decision.application),
            )
            made += 1
    return made
