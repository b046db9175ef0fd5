"""Mail to a selection of organisations: written, tested on oneself, sent once in batches by the worker.

Each batch is one transaction, as in the campaign: a killed worker leaves whole batches, nothing goes twice. What
law requires is not sent this way: people may refuse these messages.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refused
from notifications import unsubscribe
from notifications.outbox import queue
from organisations.addresses import email_of
from organisations.batches import CHUNK, Left
from organisations.models import (
    MAILING_LIFE,
    Audience,
    Mailing,
    MailingRecipient,
    Membership,
    MembershipRole,
)
from organisations.policies.relations import may_send
from organisations.selections import Selection, clean_query
from organisations.workflow.guards import lock, require

MANAGE = "organisations.mailing.manage"
KIND = "organisations.mailing"
A_BATCH = 100
REASON = _("Saat tämän viestin, koska tämä on järjestönne yhteysosoite hyvinvointialueen järjestörekisterissä.")
Outcome = MailingRecipient.Outcome


def create_mailing(*, query: str, by: Any, now: datetime) -> Mailing:
    """Begin a draft to a selection. Refused("not_allowed") for others than the coordinator."""
    if not may_send(by, now):
        raise Refused("not_allowed", _("Viestin järjestöille voi lähettää järjestökoordinaattori."))
    return Mailing.objects.create(query=clean_query(query), created_at=now, created_by=by)


def send_test(mailing: Mailing, *, by: Any, now: datetime) -> None:
    """Send the draft to oneself, in one's own language. Refused: not_allowed, wrong_state, no_text."""
    with transaction.atomic():
        mailing = lock(mailing)
        require(MANAGE, by, mailing, now)
        MAILING_LIFE.check(mailing.state, "send")
        _require_text(mailing)
        language = mailing.language_for(by.language)
        queue(
            kind=KIND,
            to=by,
            subject=f"TESTI: {mailing.subject_in(language)}",
            template="emails/organisations/mailing",
            context={"sections": _sections(mailing, language)},
            dedup_key=f"organisations.mailing_test:{mailing.pk}:{by.pk}:{now.isoformat()}",
            language=language,
            required=True,
            now=now,
        )


def send_mailing(mailing: Mailing, *, by: Any, now: datetime) -> Mailing:
    """Start sending; the worker does it. Sending what is being sent or has been sent changes nothing.

    Refused: not_allowed, wrong_state (a discarded draft), no_text, nobody.
    """
    with transaction.atomic():
        mailing = lock(mailing)
        require(MANAGE, by, mailing, now)
        if mailing.state in ("sending", "sent"):
            return mailing
        target = MAILING_LIFE.check(mailing.state, "send")
        _require_text(mailing)
        if not next(recipients(mailing, now), None):
            raise Refused("nobody", _("Rajaukseen ei kuulu ketään, jolla on osoite. Muuta rajausta tai saajia."))
        mailing.state, mailing.started_at = target, now
        mailing.save(update_fields=["state", "started_at"])
        _wake(mailing)
    return mailing


def discard_mailing(mailing: Mailing, *, by: Any, now: datetime) -> Mailing:
    """Put a draft away. Again changes nothing. Refused: not_allowed, wrong_state."""
    with transaction.atomic():
        mailing = lock(mailing)
        require(MANAGE, by, mailing, now)
        if mailing.state == "discarded":
            return mailing
        mailing.state = MAILING_LIFE.check(mailing.state, "discard")
        mailing.save(update_fields=["state"])
    return mailing


def _require_text(mailing: Mailing) -> None:
    if not mailing.is_complete:
        raise Refused("no_text", _("Kirjoita ensin otsikko ja teksti suomeksi."))


def _wake(mailing: Mailing) -> None:
    from organisations.tasks import send_mailing

    transaction.on_commit(lambda: send_mailing.delay(mailing.pk))


def resume_mailing(mailing: Mailing, *, by: Any, now: datetime) -> Mailing:
    """Ask the worker to go on with what it has left; harmless when it is at work."""
    with transaction.atomic():
        mailing = lock(mailing)
        require(MANAGE, by, mailing, now)
        if mailing.state == "sending":
            _wake(mailing)
    return mailing


def recipients(mailing: Mailing, now: datetime) -> Iterator[MailingRecipient]:
    """Yield the recipients that the mailing means now, not stored; an address may come more than once."""
    organisations = Selection(mailing.query, now).organisations
    if mailing.audience != Audience.CONTACT:
        yield from _admins(mailing, organisations, now)
    if mailing.audience != Audience.ADMINS:
        for organisation in organisations.only("email", "contact_email").iterator(chunk_size=CHUNK):
            if address := email_of(organisation):
                yield MailingRecipient(mailing=mailing, organisation=organisation, address=address)


def _admins(mailing: Mailing, organisations: Any, now: datetime) -> Iterator[MailingRecipient]:
    admins = Membership.objects.in_force(now).filter(
        role=MembershipRole.ADMIN, user__is_active=True, organisation__in=organisations.order_by().values("pk")
    )
    for row in admins.select_related("user").order_by("user", "organisation").iterator(chunk_size=CHUNK):
        yield MailingRecipient(
            mailing=mailing, organisation_id=row.organisation_id, user=row.user, address=row.user.email.lower()
        )


def count_recipients(mailing: Mailing, now: datetime) -> tuple[int, int]:
    """Return how many organisations and how many addresses the mailing reaches now."""
    organisations: set[int] = set()
    addresses: set[str] = set()
    for row in recipients(mailing, now):
        organisations.add(row.organisation_id)
        addresses.add(row.address)
    return len(organisations), len(addresses)


# The worker's part


def freeze_recipients(mailing_id: int, *, now: datetime) -> None:
    """Write down whom the selection means now, each address once; once, in one transaction.

    People come before bare addresses, so that a person who is both gets the message as themselves, with choices.
    """
    with transaction.atomic():
        mailing = Mailing.objects.select_for_update().get(pk=mailing_id)
        if mailing.state != "sending" or mailing.frozen_at is not None:
            return
        for chunk in batched(recipients(mailing, now), CHUNK):
            MailingRecipient.objects.bulk_create(list(chunk), ignore_conflicts=True)
        mailing.frozen_at = now
        mailing.save(update_fields=["frozen_at"])


def send_batch(mailing_id: int, *, now: datetime) -> Left:
    """Send one batch and say what is left; a mailing that is not being sent is done."""
    mailing = Mailing.objects.filter(pk=mailing_id, state="sending").first()
    if mailing is None:
        return Left.NOTHING
    with transaction.atomic():
        waiting = mailing.recipients.filter(outcome=Outcome.WAITING).select_related("user", "organisation")
        batch = list(waiting.order_by("pk").select_for_update(of=("self",), skip_locked=True)[:A_BATCH])
        for row in batch:
            _send(mailing, row, now)
        MailingRecipient.objects.bulk_update(batch, ["outcome", "message"])
    if batch:
        return Left.MORE
    return Left.NOTHING if _finish(mailing_id, now) else Left.WITH_ANOTHER


def _finish(mailing_id: int, now: datetime) -> bool:
    with transaction.atomic():
        mailing = Mailing.objects.select_for_update().get(pk=mailing_id)
        if mailing.state != "sending":
            return True
        if mailing.recipients.filter(outcome=Outcome.WAITING).exists():
            return False
        mailing.state, mailing.sent_at = MAILING_LIFE.check(mailing.state, "finish"), now
        mailing.save(update_fields=["state", "sent_at"])
    return True


def _send(mailing: Mailing, row: MailingRecipient, now: datetime) -> None:
    if row.user is None and unsubscribe.has_opted_out(row.address, KIND):
        row.outcome = Outcome.OPTED_OUT
        return
    to: User | str = row.user or row.address
    language = mailing.language_for(row.user.language) if row.user else "fi"
    context: dict[str, Any] = {"sections": _sections(mailing, language if row.user else None)}
    if row.user is None:
        context["reason"] = REASON
    row.message = queue(
        kind=KIND,
        to=to,
        subject=mailing.subject_in(language),
        template="emails/organisations/mailing",
        context=context,
        dedup_key=f"organisations.mailing:{row.pk}",
        language=language,
        now=now,
    )
    row.outcome = Outcome.QUEUED


def _sections(mailing: Mailing, language: str | None) -> list[dict[str, str]]:
    """Return the text in one language, or in all that there are for readers whose language is not known."""
    if language is None:
        return mailing.sections
    return [{"language": language, "subject": mailing.subject_in(language), "text": mailing.text_in(language)}]
