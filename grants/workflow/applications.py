"""Sending an application, and what the applicant may do with a sent one: change it, withdraw it."""

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from common.errors import Refused
from common.locks import limit_waiting
from common.money import format_euros
from common.times import format_instant
from county.models import Municipality, get_county
from documents.case_numbers import GRANTS, next_case_number
from grants import form_definition as forms_data
from grants import life_cycles
from grants.case_search import index_answers
from grants.completeness import Problem, problems
from grants.confirmation import require_confirmation
from grants.models import Application, ApplicationAttachment, GrantCall, Proposal, Submission
from grants.models.applications import Audience
from grants.policies import SENDERS
from grants.report_rule import require_reports
from grants.sending_reads import locked_application, may_send, read_papers
from grants.workflow import events
from grants.workflow.aid_ledger import keep_declared
from grants.workflow.drafts import require_open
from grants.workflow.partner_news import restore_partners, tell_partners
from grants.workflow.snapshot import content_hash, restore_promises, snapshot
from grants.workflow.state_aid import restore_aid
from notifications import outbox
from notifications.models import Message
from organisations import timeline
from organisations.models import Membership, Organisation, Visibility


class Incomplete(Refused):
    """Something is missing; ``problems`` is the list."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__(
            "incomplete", _("Hakemuksesta puuttuu vielä jotakin. Korjaa luetellut kohdat ja lähetä sitten.")
        )
        self.problems = found


def senders(organisation: Organisation, now: datetime) -> QuerySet[User]:
    """Return the people who may send for the organisation now: its signatories and admins."""
    memberships = Membership.objects.in_force(now).filter(organisation=organisation, role__in=SENDERS)
    return User.objects.filter(pk__in=memberships.values("user"), is_active=True).order_by("full_name", "pk")


def lock_application(application: Application) -> Application:
    limit_waiting()
    return locked_application(application.pk)


def _require_sender(application: Application, by: Any, now: datetime) -> None:
    if may_send(by, application, now):
        return
    names = ", ".join(str(person) for person in senders(application.organisation, now))
    raise Refused(
        "not_a_sender",
        _("Pyydä nimenkirjoittajaa tai pääkäyttäjää lähettämään hakemus: %(names)s.") % {"names": names}
        if names
        else _("Järjestöllä ei ole nimenkirjoittajaa eikä pääkäyttäjää, joka voisi lähettää hakemuksen."),
    )


def submit_application(application: Application, *, by: Any, now: datetime) -> Submission:
    """Send a draft and return the frozen submission; a second call returns the same one.

    ``now`` is the server's instant at which the request arrived (13/2003 10–11 §: arrived when it is at the
    authority's disposal). Order: lock the row; sent already → that submission; policy; transition; call open;
    completeness; snapshot and mails but for what the number says; case number (late: its series stays locked until
    commit); submission, event, timeline, mails.
    The receipt PDF is made after the commit (``grants.workflow.receipts``): it takes longer than everything
    else together, and a machine that cannot make it must not lose the application.

    Refuses ``not_a_sender``, ``wrong_state``, ``call_closed`` (or its kin), ``report_missing``, ``not_confirmed`` and
    ``incomplete``.
    """
    with transaction.atomic():
        locked = lock_application(application)
        _require_sender(locked, by, now)
        if locked.state == "submitted":
            return locked.submissions.order_by("-number")[0]
        target = life_cycles.APPLICATION.check(locked.state, "submit_application")
        require_open(locked.call, now)
        require_reports(locked, now)
        confirmation = require_confirmation(locked, by, now)
        read_papers(locked)
        found = problems(locked, locked.form_version.definition)
        if found:
            raise Incomplete(found)
        index_answers(locked)
        again = locked.received_at is not None
        # What was entered from paper and is now sent in the portal stands as sent in the portal.
        locked.arrival_channel, locked.arrived_at, locked.entered_by = "", None, None
        content = snapshot(locked, by=by, now=now, confirmation=confirmation)
        letters = _acknowledgements(locked, by, now, again=again)
        # From here to the commit all who send wait for the series' row: what could be made without it is made.
        if locked.case_number is None:
            locked.case_number = next_case_number(GRANTS, now)
        locked.state, locked.received_at, locked.submitted_by = target, now, by
        locked.save(
            update_fields=[
                *("state", "case_number", "received_at", "submitted_by"),
                *("arrival_channel", "arrived_at", "entered_by"),
            ]
        )
        content["case_number"] = locked.case_number
        submission = _keep(locked, content, by=by, received_at=now, again=again)
        _tell_submitted(locked, submission, letters, by, now)
        tell_partners(locked, "sent", key=f"{submission.pk}", now=now)
        return submission


def freeze(
    application: Application,
    *,
    by: Any,
    received_at: datetime,
    source: dict[str, Any] | None = None,
    confirmation: str = "",
) -> Submission:
    """Make the next submission of the locked application, and its receipt after the commit.

    Part of the verb that enters what came on paper (``source``, see ``snapshot``).
    """
    content = snapshot(application, by=by, now=received_at, source=source, confirmation=confirmation)
    return _keep(application, content, by=by, received_at=received_at, again=True)


def _keep(
    application: Application, content: dict[str, Any], *, by: Any, received_at: datetime, again: bool
) -> Submission:
    """Write the content as the next submission (the first unless ``again``); its receipt comes after the commit."""
    submission = Submission.objects.create(
        application=application,
        number=application.submissions.count() + 1 if again else 1,
        content=content,
        sha256=content_hash(content),
        received_at=received_at,
        submitted_by=by,
    )
    keep_declared(application, now=received_at)
    transaction.on_commit(partial(_ask_for_receipt, submission.pk), robust=True)
    return submission


def _ask_for_receipt(submission_id: int) -> None:
    from grants.tasks import make_receipt

    make_receipt.delay(submission_id)


def link_of(application: Application) -> str:
    """Return the applicant's address of the application, without a language in front."""
    with translation.override("fi"):
        return reverse("grants:application", args=[application.organisation_id, application.pk])


def happened(application: Application, verb: str, text: str, *, by: Any, now: datetime) -> None:
    """Write the same sentence to the case's history and the organisation's timeline."""
    events.record(application, verb, text, by=by, now=now, audience=Audience.APPLICANT)
    timeline.write(
        application.organisation,
        f"{application.call.title_fi}: {text}",
        visibility=Visibility.ORGANISATION,
        now=now,
        by=by,
        link=link_of(application),
    )


def later(text: str, **values: Any) -> Any:
    """Return the text in the language of whoever reads it."""
    return lazy(lambda: _(text) % values, str)()


def _acknowledgements(application: Application, by: Any, now: datetime, *, again: bool) -> dict[str, Message]:
    """Return the acknowledgements, rendered; the case number and the checksum are put in when they are known."""
    context = {
        "application": application,
        "call": application.call,
        "organisation": application.organisation,
        "case_number": outbox.place("number"),
        "received_at": now,
        "checksum": outbox.place("checksum"),
        "sender": by,
        "again": again,
        "county": get_county(),
    }
    return outbox.write_each(
        kind="grants.receipt",
        to=_receivers(application, by, now),
        subject=later(gettext_noop("Hakemuksenne on saapunut: %(number)s"), number=outbox.place("number")),
        template="emails/grants/receipt",
        context=context,
        required=True,
        now=now,
    )


def _tell_submitted(
    application: Application, submission: Submission, letters: dict[str, Message], by: Any, now: datetime
) -> None:
    again = submission.number > 1
    text = (
        f"Hakemus lähetettiin uudelleen, asianumero {application.case_number}."
        if again
        else f"Hakemus lähetettiin, asianumero {application.case_number}, haettu {format_euros(application.asked_sum)}."
    )
    happened(application, "submit_application", text, by=by, now=now)
    known = {"number": str(application.case_number), "checksum": submission.sha256}
    outbox.post(letters, dedup_key=f"grants.receipt:{submission.pk}", places=known)


def contact_address(application: Application) -> str:
    """Return the e-mail address that the application gives as the one that is read."""
    key = forms_data.key_of(application.form_version.definition, "contact_email")
    return str(application.answers.get(key or "") or application.organisation.contact_email or "")


def _receivers(application: Application, by: Any, now: datetime) -> dict[str, Any]:
    """Return who gets the acknowledgement: the sender and the organisation's own address.

    Of what came on paper ``by`` is the officer, so that all who may send for the organisation get it instead.
    """
    if application.arrival_channel:
        return paper_receivers(application, now)
    receivers: dict[str, Any] = {"sender": by}
    address = contact_address(application)
    if address and address.lower() != by.email.lower():
        receivers["organisation"] = address
    return receivers


def paper_receivers(application: Application, now: datetime) -> dict[str, Any]:
    """Return who hears of what came on paper: each who may send for the organisation, and its own address."""
    people = list(senders(application.organisation, now))
    receivers: dict[str, Any] = {str(person.pk): person for person in people}
    address = contact_address(application)
    if address and address.lower() not in {person.email.lower() for person in people}:
        receivers["organisation"] = address
    return receivers


def reopen_application(application: Application, *, by: Any, now: datetime) -> Application:
    """Open a sent application for changes until the call closes; it must then be sent again.

    Number, arrival and the earlier submission stay. What is not sent again before the call closes is put
    back as it was sent (``restore_unsent``). Opening twice changes nothing more.
    """
    with transaction.atomic():
        locked = lock_application(application)
        _require_sender(locked, by, now)
        if locked.state == "draft":
            return locked
        target = life_cycles.APPLICATION.check(locked.state, "reopen_application")
        require_open(locked.call, now)
        locked.state = target
        locked.save(update_fields=["state"])
        text = (
            f"Hakemus avattiin muutettavaksi. Se täytyy lähettää uudelleen viimeistään "
            f"{in_finnish(locked.call.closes_at)}."
        )
        happened(locked, "reopen_application", text, by=by, now=now)
        return locked


def in_finnish(instant: datetime) -> str:
    with translation.override("fi"):
        return format_instant(instant)


def withdraw_application(application: Application, *, by: Any, now: datetime, reason: str = "") -> Application:
    """Take a sent application back for good; it is no longer handled. Withdrawing twice changes nothing more.

    A sum proposed for it goes back to the call's ledger, so the call's row is locked first.
    """
    with transaction.atomic():
        limit_waiting()
        call = GrantCall.objects.select_for_update(of=("self",)).get(pk=application.call_id)
        locked = lock_application(application)
        _require_sender(locked, by, now)
        if locked.state == "withdrawn":
            return locked
        locked.state = life_cycles.APPLICATION.check(locked.state, "withdraw_application")
        locked.save(update_fields=["state"])
        for proposal in Proposal.objects.filter(application=locked):
            GrantCall.objects.filter(pk=call.pk).update(proposed_total=F("proposed_total") - proposal.sum)
            proposal.delete()
        text = "Hakija peruutti hakemuksen."
        if reason:
            text = f"{text} Syy: {reason}"
        happened(locked, "withdraw_application", text, by=by, now=now)
        tell_partners(locked, "withdrawn", key="", now=now)
        return locked


def restore_unsent(call: GrantCall, *, now: datetime, by: Any = None) -> list[Application]:
    """Put reopened applications that were not sent again back as they were last sent, and return them.

    Part of opening the handling (``grants.workflow.handling.open_handling``), after the closing instant and in
    its transaction: who opened an application for changes and did not send it again has the last sent version
    in the handling, and is told so by mail. Drafts that were never sent stay drafts.
    """
    if now < call.closes_at:
        raise Refused("call_still_open", _("Haku on vielä auki, joten hakemuksia ei voi palauttaa."))
    with transaction.atomic():
        limit_waiting()
        drafts = (
            Application.objects.select_for_update(of=("self",))
            .select_related("call", "form_version", "organisation", "submitted_by")
            .filter(call=call, state="draft", received_at__isnull=False)
            .order_by("pk")
        )
        return [_restore(draft, by, now) for draft in drafts]


def _restore(application: Application, by: Any, now: datetime) -> Application:
    last = application.submissions.order_by("-number")[0]
    application.state = life_cycles.APPLICATION.check(application.state, "restore_unsent")
    application.answers = last.content["answers"]
    application.title, application.asked_sum = last.content["title"], Decimal(last.content["asked_sum"])
    application.revision += 1
    application.save(update_fields=["state", "answers", "title", "asked_sum", "revision"])
    index_answers(application)
    application.municipalities.set(Municipality.objects.filter(code__in=last.content["municipalities"]))
    sent = [attachment["id"] for attachment in last.content["attachments"]]
    of_this = ApplicationAttachment.everything.filter(application=application)
    # What was delivered after sending, as promised, is in no submission and belongs to the application all the same.
    kept = Q(pk__in=sent) | Q(arrived_later=True)
    of_this.filter(kept).update(removed_at=None)
    of_this.exclude(kept).filter(removed_at__isnull=True).update(removed_at=now)
    restore_promises(application, last.content)
    restore_partners(application, last.content, now=now)
    restore_aid(application, last)
    text = f"Muutoksia ei lähetetty ajoissa. Käsittelyyn menee {in_finnish(last.received_at)} lähetetty hakemus."
    happened(application, "restore_unsent", text, by=by, now=now)
    receivers = _receivers(application, application.submitted_by, now)
    for who, to in receivers.items():
        outbox.queue(
            kind="grants.restored",
            to=to,
            subject=later(
                gettext_noop("Käsittelemme aiemmin lähettämänne hakemuksen: %(number)s"),
                number=application.case_number,
            ),
            template="emails/grants/restored",
            context={"application": application, "call": application.call, "submission": last},
            dedup_key=f"grants.restored:{last.pk}:{who}",
            required=True,
            now=now,
        )
    return application
