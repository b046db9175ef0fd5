"""Reminders to confirm what the organisation tells of itself: after eleven months, and after a year."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.seams import Reminder
from common.times import local_date
from organisations.confirmation import ASK_AFTER, KEEPERS, OLD_AFTER, asked, months_later
from organisations.models import Membership

#: A reminder of a year is not written any more when this many months have passed: people were told twice.
SILENT_AFTER = 15


def confirmation_reminders(now: datetime) -> Iterator[Reminder]:
    """Provider of the ``reminders`` seam: one message an organisation, person and stage; two queries."""
    today = local_date(now)
    keepers = Membership.objects.in_force(now).filter(role__in=KEEPERS, user__is_active=True)
    found: dict[int, Any] = {row.pk: row for row in asked(now, pk__in=keepers.values("organisation"))}
    waiting = {pk: row for pk, row in found.items() if months_later(row.since, SILENT_AFTER) > today}
    told = keepers.filter(organisation__in=waiting).select_related("user").order_by("organisation", "user")
    for membership in told:
        organisation = waiting[membership.organisation_id]
        year_on = months_later(organisation.since, OLD_AFTER)
        stage = OLD_AFTER if year_on <= today else ASK_AFTER
        yield Reminder(
            kind="organisations.own_data_confirm",
            to=membership.user,
            subject=format_lazy(_("Pitävätkö järjestön tiedot paikkansa? {name}"), name=organisation.name),
            template="emails/organisations/own_data_confirm",
            context={"organisation": organisation, "year_on": year_on, "is_old": stage == OLD_AFTER},
            dedup_key=f"organisations.own_data_confirm:{organisation.pk}:{organisation.since}:{stage}:"
            f"{membership.user_id}",
        )
