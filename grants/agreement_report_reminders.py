"""Reminders of agreements' reports, on the same days as of use reports; and what waits for each side."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.policies import allowed
from common.seams import Reminder, Todo
from common.times import day_start, format_date, local_date
from grants.models import AgreementReport
from grants.policies import EDITORS
from grants.use_report_reminders import STALE_AFTER, STEPS, reached_step
from grants.workflow.agreement_reports import context_of, subject_of
from organisations.models import Membership


def agreement_report_reminders(now: datetime) -> Iterator[Reminder]:
    """Yield the reminders that are due: 30, 7 and 1 days before, 1, 7 and 30 days after, to those who may send."""
    today = local_date(now)
    rows = (
        AgreementReport.objects.waiting()
        .filter(due_on__lte=today - timedelta(days=min(STEPS)))
        .filter(due_on__gte=today - timedelta(days=max(STEPS) + STALE_AFTER))
        .select_related("party__agreement", "party__organisation")
        .order_by("pk")
    )
    due = [(report, step) for report in rows if (step := reached_step((today - report.due_on).days)) is not None]
    people: dict[int, list[Any]] = {}
    memberships = Membership.objects.in_force(now).filter(
        organisation__in={report.party.organisation_id for report, _step in due},
        role__in=EDITORS,
        user__is_active=True,
    )
    for membership in memberships.select_related("user").order_by("organisation", "user"):
        people.setdefault(membership.organisation_id, []).append(membership.user)
    for report, step in due:
        for person in people.get(report.party.organisation_id, []):
            yield Reminder(
                kind="grants.agreement_report_reminder",
                to=person,
                subject=subject_of(report, step > 0, person),
                template="emails/grants/agreement_report",
                context=context_of(report, "late" if step > 0 else "due", report.own_url),
                dedup_key=f"grants.agreement_report_reminder:{report.pk}:{report.due_on}:{step}:{person.pk}",
            )


def agreement_report_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam; two queries and what the rights ask."""
    if not user.is_authenticated:
        return
    today = local_date(now)
    own = allowed("grants.agreement_report.send", user, now=now).waiting()  # type: ignore[attr-defined]
    for report in own.select_related("party__agreement", "party__organisation").order_by("due_on", "pk"):
        title = (
            _("Täydennä sopimusraporttia: %(title)s")
            if report.state == "returned"
            else _("Lähetä sopimusraportti: %(title)s")
        )
        yield Todo(
            title=title % {"title": report.party.agreement.title},
            url=report.own_url,
            button=_("Avaa raportti"),
            due=day_start(report.due_on),
            detail=_("Aika, josta kerrotaan: %(first)s–%(last)s.")
            % {"first": format_date(report.period_from), "last": format_date(report.period_to)},
            target=("organisation", report.party.organisation_id),
        )
    counts = allowed("grants.agreement_report.handle", user, now=now).aggregate(
        read=Count("pk", filter=Q(state="submitted"), distinct=True),
        late=Count("pk", filter=Q(state__in=["open", "returned"], due_on__lt=today), distinct=True),
    )
    url = reverse("grants:agreement_reports")
    if counts["read"]:
        text = ngettext(
            "%(count)s sopimusraportti on luettavana", "%(count)s sopimusraporttia on luettavana", counts["read"]
        )
        yield Todo(title=text % {"count": counts["read"]}, url=f"{url}?tila=luettavana", button=_("Lue raportit"))
    if counts["late"]:
        text = ngettext(
            "%(count)s sopimusraportti on myöhässä", "%(count)s sopimusraporttia on myöhässä", counts["late"]
        )
        yield Todo(title=text % {"count": counts["late"]}, url=f"{url}?tila=myohassa", button=_("Avaa raportit"))
