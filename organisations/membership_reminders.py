"""Reminders before a term ends: to the person, and to the organisation's admins, a month and a week before."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.seams import Reminder
from common.times import local_date
from organisations.models import Membership, MembershipRole

DAYS_BEFORE = (7, 30)


def term_reminders(now: datetime) -> Iterator[Reminder]:
    """Provider of the ``reminders`` seam; two queries.

    Nobody is reminded of a term after which another role of the same person begins at once, as in a hand-over.
    """
    today = local_date(now)
    ending = (
        Membership.objects.in_force(now)
        .filter(valid_until__lte=today + timedelta(days=max(DAYS_BEFORE)), user__is_active=True)
        .select_related("user", "organisation")
    )
    terms = _terms([row.organisation_id for row in ending], now)
    for row in ending:
        others = [term for term in terms[row.organisation_id] if term.pk != row.pk]
        after = row.valid_until + timedelta(days=1)
        if any(term.user_id == row.user_id and term.is_in_force(after) for term in others):
            continue
        stage = next(days for days in DAYS_BEFORE if (row.valid_until - today).days <= days)
        admins = [term for term in others if term.role == MembershipRole.ADMIN]
        leaves_none = row.role == MembershipRole.ADMIN and not any(term.is_in_force(after) for term in admins)
        people = {row.user_id: row.user, **{term.user_id: term.user for term in admins if term.is_in_force(today)}}
        for person in people.values():
            yield Reminder(
                kind="organisations.term_ending",
                to=person,
                subject=str(format_lazy(_("Rooli järjestössä päättyy: {name}"), name=row.organisation.name)),
                template="emails/organisations/term_ending",
                context={
                    "membership": row,
                    "organisation": row.organisation,
                    "is_own": person.pk == row.user_id,
                    "leaves_none": leaves_none,
                },
                dedup_key=f"organisations.term_ending:{row.pk}:{row.valid_until}:{stage}:{person.pk}",
            )


def _terms(organisations: list[int], now: datetime) -> dict[int, list[Membership]]:
    """Return the terms of the organisations that last or are to come, by organisation."""
    rows = Membership.objects.filter(
        organisation__in=organisations, ended_at__isnull=True, user__is_active=True
    ).exclude(valid_until__lt=local_date(now))
    found: dict[int, list[Membership]] = defaultdict(list)
    for row in rows.select_related("user"):
        found[row.organisation_id].append(row)
    return found
