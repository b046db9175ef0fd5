"""The letter of a decision, its kept versions, and telling the party."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from common.errors import Refused
from common.legal_dates import ServedBy
from common.money import format_euros
from common.times import local_date
from county.models import get_county
from documents.pdf import render_pdf, store_pdf
from grants.answers import who_answers
from grants.models import Application, Decision, DecisionVersion, GrantCall, ReportKind, UseReport, VersionKind
from grants.models.applications import Audience
from grants.state_aid import CEILING, is_de_minimis
from grants.use_report_costs import asks_full_report
from grants.workflow import events
from grants.workflow.aid_ledger import follow_grant
from grants.workflow.applications import contact_address, link_of, senders
from notifications import outbox
from organisations import timeline
from organisations.models import Organisation, Visibility

LEDGER = "grants_call_decided_within_appropriation"


def move_ledger(call: GrantCall, change: Any) -> None:
    """Change the call's granted total by euros under its row lock; the database refuses what the money is not for."""
    try:
        with transaction.atomic():
            GrantCall.objects.filter(pk=call.pk).update(decided_total=F("decided_total") + change)
    except IntegrityError as error:
        if LEDGER not in str(error):
            raise
        raise Refused(
            "over_appropriation",
            _("Päätökset ylittävät määrärahan %(sum)s. Tarkista summat.") % {"sum": format_euros(call.appropriation)},
        ) from error


def later(text: str, **values: Any) -> Any:
    """Return the text in the language of whoever reads it."""
    return lazy(lambda: _(text) % values, str)()


def recipient(organisation: Organisation) -> str:
    """Return the organisation's name and address in lines, as on an envelope."""
    place = f"{organisation.postcode} {organisation.post_town}".strip()
    return "\n".join(line for line in (organisation.name, organisation.street_address, place) if line)


def contact_of(call: GrantCall) -> str:
    """Return who tells more of the call's decisions, or the county's own contact; empty when nobody is known."""
    named = [call.contact_name, call.contact_phone, call.contact_email]
    county = get_county()
    is_reachable = county is not None and bool(county.help_phone or county.email)
    general = [county.name, county.help_phone, county.email] if county is not None and is_reachable else []
    return ", ".join(part for part in (named if any(named) else general) if part)


def what_was_decided(decision: Decision) -> str:
    """Return the outcome as a whole Finnish sentence, for histories."""
    if decision.is_grant:
        with translation.override("fi"):
            return f"Avustusta myönnettiin {format_euros(decision.sum)}."
    return "Hakemus jätettiin tutkimatta." if decision.is_not_examined else "Hakemus hylättiin."


def keep_version(decision: Decision, kind: VersionKind, *, why: str = "", by: Any, now: datetime) -> None:
    """Make the letter of the decision as it stands and keep both as a version; the caller saves the decision."""
    decision.letter = _letter(decision, kind, why, by, now)
    DecisionVersion.objects.create(
        decision=decision,
        number=decision.version,
        kind=kind,
        why=why,
        **{
            name: getattr(decision, name)
            for name in (
                "outcome",
                "sum",
                "reasons",
                "legal_basis",
                "purpose",
                "terms",
                "contact",
                "decided_on",
                "section_number",
                "official_number",
                "official_year",
                "letter",
            )
        },
        sent_on=local_date(now),
        made_by=by,
        made_at=now,
    )


def _letter(decision: Decision, kind: VersionKind, why: str, by: Any, now: datetime) -> Any:
    application = decision.application
    title = gettext_lazy("Päätös avustushakemukseen")
    partners = list(application.partners.all()) if application.call.takes_joint else []
    data = render_pdf(
        "pdf/grants/decision.html",
        {
            "decision": decision,
            "application": application,
            "call": application.call,
            "organisation": application.organisation,
            "county": get_county(),
            "case_number": application.case_number,
            "document_date": local_date(now),
            "recipient": recipient(application.organisation),
            "served_by_letter": decision.served_by == ServedBy.LETTER.value,
            "version_kind": "" if kind == VersionKind.ORIGINAL else kind.label,
            "why": why,
            "guides_to_court": kind == VersionKind.CLAIM,
            "partners": partners,
            "who_answers": lazy(lambda: who_answers(application.organisation.name), str)(),
            "is_de_minimis": decision.is_grant and is_de_minimis(application),
            "aid_ceiling": CEILING,
            "pays_when_issued": application.call.pay_when == "issued",
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


def follow_with_use_report(decision: Decision) -> None:
    """Ask the use reports of a grant, and keep the ledger of de minimis aid in step with it.

    Untouched reports are taken back where nothing is granted any more. Where the call's terms name a day for it, an
    interim report (väliselvitys) is asked besides the final one.
    """
    follow_grant(decision)
    if not decision.is_grant:
        UseReport.objects.filter(decision=decision, state="open").delete()
        return
    call = decision.application.call
    UseReport.objects.get_or_create(
        decision=decision,
        kind=ReportKind.FINAL,
        defaults={"due_on": call.use_report_due_on, "is_full": asks_full_report(decision)},
    )
    if call.interim_report_due_on:
        UseReport.objects.get_or_create(
            decision=decision, kind=ReportKind.INTERIM, defaults={"due_on": call.interim_report_due_on}
        )


def tell_issued(decision: Decision, text: str, *, verb: str, by: Any, now: datetime) -> None:
    """Write the event and the timeline and send the message that there is a decision to read."""
    application = decision.application
    path = happened(application, verb, text, by=by, now=now)
    tell_party(
        application,
        kind="grants.decision",
        subject=later(gettext_noop("Päätös hakemukseenne on annettu: %(number)s"), number=application.case_number),
        template="emails/grants/decision",
        context={"decision": decision, "application": application, "path": path},
        key=f"grants.decision:{decision.pk}:{decision.version}",
        now=now,
    )


def happened(application: Application, verb: str, text: str, *, by: Any, now: datetime) -> str:
    """Write the sentence to the case's history and the organisation's timeline; return the case's address."""
    with translation.override("fi"):
        path = link_of(application)
    events.record(application, verb, text, by=by, now=now, audience=Audience.APPLICANT)
    timeline.write(application.organisation, text, visibility=Visibility.ORGANISATION, now=now, by=by, link=path)
    return path


def tell_party(
    application: Application,
    *,
    kind: str,
    subject: Any,
    template: str,
    context: dict[str, Any],
    key: str,
    now: datetime,
    required: bool = True,
) -> None:
    """Write to who may send for the organisation and to the address that the application gives, once for each key."""
    receivers: dict[str, Any] = {str(person.pk): person for person in senders(application.organisation, now)}
    address = contact_address(application)
    if address and address.lower() not in {person.email.lower() for person in receivers.values()}:
        receivers["organisation"] = address
    for who, to in receivers.items():
        outbox.queue(
            kind=kind,
            to=to,
            subject=subject,
            template=template,
            context=context,
            dedup_key=f"{key}:{who}",
            required=required,
            now=now,
        )
