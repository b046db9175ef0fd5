"""Reminders of grants: drafts that wait to be sent, and attachments promised for later."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from common.seams import Reminder
from common.times import add_days, format_date, format_instant, local_date
from grants.applicant import progress
from grants.models import Application, AttachmentPromise
from grants.models.promises import REMIND_DAYS
from grants.policies import EDITORS
from grants.state_aid import prefetch_aid
from organisations.models import Membership

#: How long before the closing instant drafters are reminded; each once.
STEPS = (timedelta(days=1), timedelta(days=2), timedelta(days=7))


def draft_reminders(now: datetime) -> Iterator[Reminder]:
    """Yield reminders of drafts that have not been sent: 7, 2 and 1 days before the call closes.

    To everybody who may fill in or send for the organisation. A draft that was begun inside a step is not
    reminded of that step, and when the beat was away only the latest step is sent.
    """
    drafts = list(
        Application.objects.unfinished(now)
        .filter(call__closes_at__lte=now + max(STEPS))
        .select_related("call", "organisation", "form_version")
        .prefetch_related("attachments", "promises", "call__attachment_slots")
        .order_by("pk")
    )
    prefetch_aid(drafts)
    people = people_of_organisations([draft.organisation_id for draft in drafts], now)
    for draft in drafts:
        step = next(one for one in STEPS if draft.call.closes_at - now <= one)
        if draft.created_at > draft.call.closes_at - step:
            continue
        for user in people.get(draft.organisation_id, []):
            yield _reminder(draft, user, step)


def people_of_organisations(organisation_ids: list[int], now: datetime) -> dict[int, list[Any]]:
    """Return who may fill in or send for each of the organisations now; one query."""
    people: dict[int, list[Any]] = {}
    memberships = (
        Membership.objects.in_force(now)
        .filter(organisation__in=organisation_ids, role__in=EDITORS, user__is_active=True)
        .select_related("user")
        .order_by("organisation", "user")
    )
    for membership in memberships:
        people.setdefault(membership.organisation_id, []).append(membership.user)
    return people


def _reminder(draft: Application, user: Any, step: timedelta) -> Reminder:
    done, total = progress(draft)
    with translation.override(user.language):
        subject = _("Hakemus on lähettämättä: haku päättyy %(closes)s") % {
            "closes": format_instant(draft.call.closes_at)
        }
    return Reminder(
        kind="grants.draft_reminder",
        to=user,
        subject=subject,
        template="emails/grants/draft_reminder",
        context={
            "application": draft,
            "call": draft.call,
            "organisation": draft.organisation,
            "done": done,
            "total": total,
            "reopened": draft.received_at is not None,
        },
        dedup_key=f"grants.draft_reminder:{draft.pk}:{step.days}:{user.pk}",
    )


def promise_reminders(now: datetime) -> Iterator[Reminder]:
    """Yield reminders of attachments promised for later: three days before the day, once.

    To everybody who may deliver. What was promised inside the three days is not reminded of.
    """
    today = local_date(now)
    promises = list(
        AttachmentPromise.objects.filter(
            arrived_at__isnull=True,
            due_on__gte=today,
            due_on__lte=add_days(today, REMIND_DAYS),
            application__state__in=("submitted", "in_handling"),
        )
        .select_related("attachment_slot", "application__call", "application__organisation")
        .order_by("pk")
    )
    people = people_of_organisations([promise.application.organisation_id for promise in promises], now)
    for promise in promises:
        if local_date(promise.promised_at) > promise.remind_on:
            continue
        for user in people.get(promise.application.organisation_id, []):
            yield _promise_reminder(promise, user)


def _promise_reminder(promise: AttachmentPromise, user: Any) -> Reminder:
    with translation.override(user.language):
        subject = _("Toimita liite ”%(name)s” viimeistään %(day)s") % {
            "name": promise.attachment_slot.name,
            "day": format_date(promise.due_on),
        }
    return Reminder(
        kind="grants.promise_reminder",
        to=user,
        subject=subject,
        template="emails/grants/promise_reminder",
        context={
            "promise": promise,
            "slot": promise.attachment_slot,
            "application": promise.application,
            "call": promise.application.call,
            "organisation": promise.application.organisation,
        },
        dedup_key=f"grants.promise_reminder:{promise.pk}:{promise.due_on}:{user.pk}",
    )
