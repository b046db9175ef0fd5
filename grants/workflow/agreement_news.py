"""Writing down what happened to an agreement and telling both sides, in the verb's own transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import StaffRoleKind
from common.policies import may
from grants.models import Agreement, AgreementNote, AgreementParty, Side
from grants.policies import EDITORS
from grants.policies.agreements import signers_of
from grants.workflow.serving import later
from notifications import outbox
from organisations import timeline
from organisations.models import Visibility
from organisations.workflow.guards import members, staff


def own_path(agreement: Agreement, organisation_id: int) -> str:
    """Return the address of the agreement on the organisation's side."""
    return f"/omat/{organisation_id}/sopimukset/{agreement.pk}/"


def record(agreement: Agreement, verb: str, text: str, *, side: str = "", by: Any, now: datetime) -> AgreementNote:
    """Write a whole Finnish sentence to the agreement's history; ``by`` None means the portal itself."""
    return AgreementNote.objects.create(agreement=agreement, verb=verb, side=side, text=text[:2000], by=by, at=now)


def on_timelines(agreement: Agreement, text: str, *, by: Any, now: datetime) -> None:
    """Write the sentence to the timeline of every organisation that is a party."""
    for party in agreement.parties.select_related("organisation"):
        path = own_path(agreement, party.organisation_id)
        timeline.write(party.organisation, text, visibility=Visibility.ORGANISATION, now=now, by=by, link=path)


def tell_organisations(
    agreement: Agreement,
    step: str,
    subject: str,
    *,
    key: str,
    now: datetime,
    parties: Iterable[AgreementParty] | None = None,
) -> None:
    """Write to those who fill in and send for the parties (all, or these); ``subject`` is a msgid with %(title)s."""
    for party in agreement.parties.select_related("organisation") if parties is None else parties:
        for person in members(party.organisation, now, *EDITORS):
            _queue(agreement, step, subject, person, own_path(agreement, party.organisation_id), key, now)


def tell_county(agreement: Agreement, step: str, subject: str, *, key: str, now: datetime, sign: bool = False) -> None:
    """Write to the coordinators, with ``sign`` also to whoever may sign; never to one who acts for a party."""
    people = {person.pk: person for person in staff(now, StaffRoleKind.COORDINATOR)}
    if sign:
        people |= {row.user_id: row.user for row in signers_of(agreement, now)}
    for person in people.values():
        if may("grants.agreement.view", person, agreement, now=now):
            _queue(agreement, step, subject, person, f"/hallinta/sopimukset/{agreement.pk}/", key, now)


def tell(agreement: Agreement, side: str, step: str, subject: str, *, key: str, now: datetime) -> None:
    """Write to the people of one side."""
    tell_side = tell_county if side == Side.COUNTY else tell_organisations
    tell_side(agreement, step, subject, key=key, now=now)


def _queue(agreement: Agreement, step: str, subject: str, to: Any, path: str, key: str, now: datetime) -> None:
    outbox.queue(
        kind="grants.agreement",
        to=to,
        subject=later(subject, title=agreement.title),
        template="emails/grants/agreement",
        context={"agreement": agreement, "step": step, "path": path},
        dedup_key=f"grants.agreement:{agreement.pk}:{key}:{to.pk}",
        now=now,
    )
