"""What waits for an applicant during the handling: supplements and hearings to answer, and their reminders."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from common.policies import allowed
from common.seams import Reminder, Todo
from common.times import add_days, format_date, local_date
from grants.models import SupplementRequest
from grants.models.supplements import REMIND_DAYS
from grants.policies import EDITORS
from grants.workflow.case_events import path_of
from organisations.models import Membership


def own_supplement_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Yield one thing to do for each request that the person may answer; one query."""
    rows = (
        allowed("grants.supplement.edit", user, now=now)
        .filter(pk__in=SupplementRequest.objects.waiting().values("pk"))
        .select_related("application__call", "application__organisation")
        .order_by("due_on", "pk")
    )
    for row in rows:
        case = row.application
        title = _("Vastaa kuulemiseen: %(call)s") if row.is_hearing else _("Täydennä hakemusta: %(call)s")
        yield Todo(
            title=title % {"call": case.call.title},
            url=reverse("grants:application_supplement", args=[case.organisation_id, case.pk, row.pk]),
            button=_("Vastaa") if row.is_hearing else _("Täydennä"),
            due=row.last_instant,
            detail=case.organisation.name + ".",
            target=("organisation", case.organisation_id),
        )


def supplement_reminders(now: datetime) -> Iterator[Reminder]:
    """Yield reminders of requests that have not been answered three days before their last day, to who may answer.

    The last day is the due day, or that of the call's last instant. A request whose time is shorter than that is not
    reminded of. Two queries.
    """
    today = local_date(now)
    rows = [
        row
        for row in SupplementRequest.objects.waiting()
        .select_related("application__call", "application__organisation")
        .order_by("pk")
        if local_date(row.asked_at) < add_days(local_date(row.last_instant), -REMIND_DAYS) <= today
        and row.takes_answers(now)
    ]
    members: dict[int, list[Any]] = {}
    held = Membership.objects.in_force(now).filter(
        organisation__in=[row.application.organisation_id for row in rows], role__in=EDITORS, user__is_active=True
    )
    for membership in held.select_related("user").order_by("user"):
        members.setdefault(membership.organisation_id, []).append(membership.user)
    for row in rows:
        for user in members.get(row.application.organisation_id, []):
            yield _reminder(row, user)


def _reminder(row: SupplementRequest, user: Any) -> Reminder:
    case = row.application
    with translation.override(user.language):
        subject = _("Vastaus odottaa lähettämistä, viimeistään %(day)s") % {
            "day": format_date(local_date(row.last_instant))
        }
    return Reminder(
        kind="grants.supplement_reminder",
        to=user,
        subject=subject,
        template="emails/grants/supplement_reminder",
        context={
            "application": case,
            "call": case.call,
            "organisation": case.organisation,
            "supplement": row,
            "path": path_of("application_supplement", case.organisation_id, case.pk, row.pk),
        },
        dedup_key=f"grants.supplement_reminder:{row.pk}:{row.last_instant:%Y%m%d}:{user.pk}",
        required=True,
    )
