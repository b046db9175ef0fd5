"""Applications that come on paper: an officer of the county enters them with the instant at which they arrived.

Hallintolaki 434/2003 17-18 §: a document has arrived on the day on which it is given to the authority. An
application on paper is as good as one sent in the portal, and one that arrives late is entered all the same:
the body decides what follows.
"""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import Refused
from common.locks import limit_waiting
from common.money import format_euros
from common.policies import get_allowed, may
from common.times import format_instant
from documents.case_numbers import GRANTS, next_case_number
from documents.uploads import CheckedUpload
from grants import life_cycles
from grants.case_search import index_answers
from grants.completeness import problems
from grants.models import Application, ArrivalChannel, GrantCall, PaperOriginal, Submission
from grants.models.applications import Audience
from grants.policies.base import represented
from grants.workflow import events
from grants.workflow.applications import freeze, happened, in_finnish, later, lock_application, paper_receivers, senders
from grants.workflow.drafts import (
    create_draft,
    existing_application,
    lock_draft,
    lock_invitation,
    require_takes_paper,
    touch,
)
from grants.workflow.opinions import ask_municipalities
from grants.workflow.partner_news import tell_partners
from notifications import outbox
from organisations.models import Organisation

#: How a channel reads inside a Finnish sentence of the case's history.
_CAME = {
    ArrivalChannel.POST: "postitse",
    ArrivalChannel.EMAIL: "sähköpostilla",
    ArrivalChannel.COUNTER: "asiointipisteeseen",
}


def start_paper_application(
    *,
    organisation: Organisation,
    call: GrantCall,
    channel: str,
    arrived_at: datetime,
    upload: CheckedUpload | None = None,
    by: Any,
    now: datetime,
) -> Application:
    """Return the draft in which an officer enters what came on paper; again gives the same one, unchanged.

    ``arrived_at`` is the registry office's instant, ``upload`` the scan. Http404 when the call takes no paper.
    Refuses ``own_organisation``, ``not_invited``, ``in_future``, ``before_opening``, ``call_unfinished``, and
    where the organisation has an application already ``has_draft`` or ``has_application``. The organisation's own
    draft stays: it holds what people have written, and only they know whether the paper is the same.
    """
    with transaction.atomic():
        limit_waiting()
        locked: GrantCall = get_allowed("grants.call.take_paper", by, now=now, lock=True, pk=call.pk)
        if represented(by, now).filter(organisation=organisation).exists():
            raise Refused(
                "own_organisation",
                _("Toimit itse tässä järjestössä. Pyydä toista virkailijaa kirjaamaan sen hakemus."),
            )
        if locked.by_invitation and not lock_invitation(organisation, locked):
            raise Refused("not_invited", _("Tähän hakuun hakevat vain siihen kutsutut järjestöt."))
        _check_arrival(locked, arrived_at, now)
        existing = existing_application(organisation, locked)
        if existing is None:
            existing = create_draft(
                organisation,
                locked,
                by=by,
                now=now,
                arrival_channel=ArrivalChannel(channel),
                arrived_at=arrived_at,
                entered_by=by,
            )
            if existing.is_unsent_paper and upload is not None:
                _keep_original(existing, upload, by, now)
        _refuse_existing(existing, locked, now)
        return existing


def _check_arrival(call: GrantCall, arrived_at: datetime, now: datetime) -> None:
    if arrived_at > now:
        raise Refused("in_future", _("Saapumisaika on tulevaisuudessa. Tarkista päivä ja kellonaika."))
    if arrived_at < call.opens_at:
        raise Refused(
            "before_opening",
            _("Haku alkoi %(opens)s, eikä sitä ennen saapunutta hakemusta voi kirjata. Tarkista päivä ja kellonaika.")
            % {"opens": format_instant(call.opens_at)},
        )


def _refuse_existing(existing: Application, call: GrantCall, now: datetime) -> None:
    """Refuse when the application that stands is not one being entered from paper, and say what to do."""
    if existing.is_unsent_paper:
        return
    if existing.state != "draft" or existing.received_at is not None:
        raise Refused(
            "has_application",
            _("Järjestöllä on jo hakemus tässä haussa: %(number)s. Toista hakemusta ei voi kirjata.")
            % {"number": existing.case_number},
        )
    if call.is_open(now):
        text = _(
            "Järjestöllä on tässä haussa oma keskeneräinen luonnos, jonka %(who)s tallensi viimeksi %(when)s. "
            "Ota yhteyttä järjestöön ja pyydä sitä lähettämään luonnos ennen haun päättymistä, %(closes)s. "
            "Paperihakemusta ei silloin tarvitse kirjata."
        )
    else:
        text = _(
            "Järjestöllä on tässä haussa oma luonnos, jota se ei lähettänyt ennen haun päättymistä, %(closes)s. "
            "Luonnoksen tallensi viimeksi %(who)s %(when)s. Se estää kirjaamisen. Kirjaa paperihakemus toistaiseksi "
            "asianhallintaan ja ilmoita tästä ylläpidolle."
        )
    raise Refused(
        "has_draft",
        text
        % {
            "who": existing.saved_by,
            "when": format_instant(existing.saved_at),
            "closes": format_instant(call.closes_at),
        },
    )


def set_arrival(
    application: Application,
    *,
    channel: str,
    arrived_at: datetime,
    upload: CheckedUpload | None = None,
    by: Any,
    now: datetime,
) -> Application:
    """Correct when and how an unsent paper application came; ``upload`` replaces the scan.

    Refuses what ``lock_draft`` refuses, ``in_future`` and ``before_opening``.
    """
    with transaction.atomic():
        locked = lock_draft(application, by=by, now=now)
        _check_arrival(locked.call, arrived_at, now)
        locked.arrival_channel, locked.arrived_at = ArrivalChannel(channel), arrived_at
        locked.save(update_fields=["arrival_channel", "arrived_at"])
        touch(locked, by, now)
        if upload is not None:
            _keep_original(locked, upload, by, now)
        return locked


def _keep_original(application: Application, upload: CheckedUpload, by: Any, now: datetime) -> None:
    _let_go_of_original(application)
    original = PaperOriginal(application=application)
    original.take(upload, by=by, now=now)
    original.save()


def _let_go_of_original(application: Application) -> None:
    for original in PaperOriginal.objects.filter(application=application):
        storage, name = original.file.storage, str(original.file.name)
        original.delete()
        transaction.on_commit(partial(storage.delete, name), robust=True)


def discard_paper_application(application: Application, *, by: Any, now: datetime) -> None:
    """Remove an unsent paper application with its files, so that the organisation may apply; nothing remains of it.

    For one begun by mistake or for the wrong organisation. Refuses what ``lock_draft`` refuses.
    """
    with transaction.atomic():
        locked = lock_draft(application, by=by, now=now)
        _require_paper(locked)
        _let_go_of_original(locked)
        for attachment in locked.attachments.all():
            transaction.on_commit(partial(attachment.file.storage.delete, str(attachment.file.name)), robust=True)
        locked.delete()


def _require_paper(application: Application) -> None:
    if not application.is_unsent_paper:
        raise Refused("not_on_paper", _("Tämä hakemus ei ole paperilta kirjattava. Lataa sivu uudelleen."))


def enter_paper_application(application: Application, *, by: Any, now: datetime) -> Submission:
    """Enter what came on paper and return the frozen submission; a second call returns the same one.

    It has arrived at ``arrived_at``, whenever it is entered; late is a fact that is shown (``is_late``). It may be
    incomplete: title and asked sum are enough, and the gaps stay to be seen. In a call whose handling has begun
    it goes straight to handling, and the municipalities that it concerns are asked.

    Lock order: call, application. Refuses ``paper_closed``, ``not_allowed``, ``wrong_state``, ``not_on_paper``,
    ``in_future`` and ``title_or_sum_missing``.
    """
    with transaction.atomic():
        limit_waiting()
        call = GrantCall.objects.select_for_update(of=("self",)).get(pk=application.call_id)
        locked = lock_application(application)
        if not may("grants.application.paper", by, locked, now=now):
            raise Refused("not_allowed", _("Sinulla ei ole oikeutta kirjata tätä hakemusta."))
        if locked.received_at is not None:
            return locked.submissions.order_by("-number")[0]
        require_takes_paper(call)
        is_handled = call.state == "handling"
        target = life_cycles.APPLICATION.check(
            locked.state, "enter_paper_application", target="in_handling" if is_handled else "submitted"
        )
        arrived_at = _require_facts(locked, call, now)
        locked.case_number = next_case_number(GRANTS, now)
        locked.state, locked.received_at, locked.submitted_by, locked.entered_by = target, arrived_at, by, by
        locked.save(update_fields=["state", "case_number", "received_at", "submitted_by", "entered_by"])
        index_answers(locked)
        submission = freeze(locked, by=by, received_at=arrived_at, source=_source(locked, by, now))
        _tell_entered(locked, submission, by, now)
        tell_partners(locked, "sent", key=f"{submission.pk}", now=now)
        if is_handled:
            text = "Hakemus otettiin käsittelyyn."
            events.record(locked, "take_up", text, by=by, now=now, audience=Audience.APPLICANT)
            ask_municipalities(call, now=now)
        return submission


def _require_facts(application: Application, call: GrantCall, now: datetime) -> datetime:
    """Return the instant of arrival, or refuse when it, the title or the sum will not do."""
    arrived_at = application.arrived_at
    if arrived_at is None:
        raise Refused("not_on_paper", _("Tämä hakemus ei ole paperilta kirjattava. Lataa sivu uudelleen."))
    _check_arrival(call, arrived_at, now)
    if not application.title or application.asked_sum is None:
        raise Refused(
            "title_or_sum_missing",
            _("Kirjoita ainakin toiminnan nimi ja haettu summa. Muuta voi puuttua, jos sitä ei ole paperissakaan."),
        )
    return arrived_at


def _source(application: Application, by: Any, now: datetime) -> dict[str, Any]:
    """Return what the snapshot says of the paper: channel, instants, who entered it, the scan's hash.

    ``language`` is that of the receipt: of the first who may send for the organisation, else Finnish.
    """
    reader = senders(application.organisation, now).first()
    original = PaperOriginal.objects.filter(application=application).first()
    return {
        "channel": application.arrival_channel,
        "arrived_at": application.arrived_at.isoformat() if application.arrived_at else "",
        "entered_at": now.isoformat(),
        "entered_by": by.full_name or by.email,
        "late": application.is_late,
        "language": reader.language if reader else "fi",
        "original": {"name": original.name, "size": original.size, "sha256": original.sha256} if original else None,
    }


def _tell_entered(application: Application, submission: Submission, by: Any, now: datetime) -> None:
    came = _CAME[ArrivalChannel(application.arrival_channel)]
    text = (
        f"Hakemus kirjattiin paperilta, asianumero {application.case_number}, "
        f"haettu {format_euros(application.asked_sum)}. Se saapui {came} {in_finnish(submission.received_at)}"
        f"{', hakuajan päättymisen jälkeen' if application.is_late else ''}."
    )
    happened(application, "enter_paper_application", text, by=by, now=now)
    context = {
        "application": application,
        "call": application.call,
        "organisation": application.organisation,
        "submission": submission,
        "is_late": application.is_late,
        "gaps": len(problems(application, application.form_version.definition)),
    }
    subject = later(
        gettext_noop("Paperihakemuksenne on saapunut ja kirjattu: %(number)s"), number=application.case_number
    )
    for who, to in paper_receivers(application, now).items():
        outbox.queue(
            kind="grants.paper_receipt",
            to=to,
            subject=subject,
            template="emails/grants/paper_receipt",
            context=context,
            dedup_key=f"grants.paper_receipt:{submission.pk}:{who}",
            required=True,
            now=now,
        )
