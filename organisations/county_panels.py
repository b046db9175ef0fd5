"""What organisations themselves show on the county's page of one: people, checks, observations, mail."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from common.policies import allowed, may
from common.times import local_date
from organisations.models import ClaimCode, MailingRecipient, Membership, Organisation
from organisations.policies.relations import may_read_sent


@dataclass(frozen=True)
class CountyFile:
    """The county's page of one organisation, as it is handed to the ``panels`` seam.

    A room that has something to show there registers a provider that answers to this class and leaves other
    things alone, as for an organisation's own page.
    """

    organisation: Organisation


@dataclass(frozen=True)
class CountyPanel:
    """One panel of the county's page for ``template``; ``parts`` is what the template needs."""

    template: str
    organisation: Organisation
    parts: dict[str, Any] = field(default_factory=dict)


def county_panels(user: Any, thing: Any, now: datetime) -> Iterator[CountyPanel]:
    """Provider of the ``panels`` seam: people, contacts, verification with observations, mail. Nine queries."""
    if not isinstance(thing, CountyFile):
        return
    organisation = thing.organisation
    today = local_date(now)
    memberships = list(Membership.objects.in_force(now).filter(organisation=organisation).select_related("user"))
    observations = allowed("organisations.observation.view", user, now=now).filter(organisation=organisation)
    yield CountyPanel(
        "organisations/county/checks_panel.html",
        organisation,
        {
            "verification": organisation.verifications.select_related("verified_by").first(),
            "observations": [
                row
                for row in observations.select_related("made_by")
                if row.state == "proposed"
                or (row.state == "confirmed" and not (row.valid_until and row.valid_until < today))
            ],
            "may_work": may("organisations.county_work", user, organisation, now=now),
            "today": today,
        },
    )
    yield CountyPanel(
        "organisations/county/people_panel.html",
        organisation,
        {
            "memberships": memberships,
            "has_admin": any(row.role == "admin" for row in memberships),
            "ended": organisation.memberships.filter(valid_until__lt=today).count(),
            "claims": organisation.claims.filter(state="waiting").select_related("user"),
            "hand_over": organisation.hand_overs.filter(state="waiting").first(),
            "code": ClaimCode.objects.filter(organisation=organisation).select_related("campaign").last(),
            "may_read_sent": may_read_sent(user, now),
        },
    )
    yield CountyPanel(
        "organisations/county/contacts_panel.html",
        organisation,
        {"contacts": organisation.contacts.filter(left_on__isnull=True)},
    )
    received = MailingRecipient.objects.filter(organisation=organisation, mailing__state__in=["sending", "sent"])
    yield CountyPanel(
        "organisations/county/mail_panel.html",
        organisation,
        {
            "received": received.select_related("mailing").order_by("-mailing__started_at", "pk")[:5],
            "may_read_sent": may_read_sent(user, now),
        },
    )
