"""How long a case is kept in the portal: when it has ended, whether the records system holds it, when it is erased.

The records plan gives years from the end of the matter (a kind's ``retention_years``, else ten). Only what the
records system has taken is erased here, and only after the organisation has been told (906/2019 21 §).
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from common.seams import Reminder
from common.times import add_days, format_date, local_date
from grants.life_cycles import PAYMENT, USE_REPORT
from grants.life_cycles_changes import CHANGE
from grants.life_cycles_changes import OPEN as OPEN_CHANGES
from grants.life_cycles_claims import CLAIM, PENDING
from grants.life_cycles_recovery import RECOVERY
from grants.models import Application, CaseErasure, CaseEvent, Decision, PackagedCase
from grants.models.records import CONTENTS
from grants.records_package import RETENTION_YEARS
from grants.reminders import people_of_organisations

#: So many days before a case goes the organisation is told, each time once.
NOTICES = (14, 60)
#: Recoveries in these states have been brought to an end.
_RECOVERED = ("paid", "dropped", "written_off")
#: Verbs after the decision whose trace a package holds; what they do after it makes the package old.
LATER_VERBS = {step.verb for cycle in (PAYMENT, USE_REPORT, CHANGE, RECOVERY, CLAIM) for step in cycle.transitions} | {
    "receive_claim"
}


def years_of(call: Any) -> int | None:
    """Return for how many years a case of the call is kept after its end; None: the plan names no years (for ever)."""
    years = call.kind.facts.get("retention_years", RETENTION_YEARS)
    return years if isinstance(years, int) and not isinstance(years, bool) and years > 0 else None


def ended_on(decision: Decision) -> date | None:
    """Return the day on which the matter ended: the last of its decision's, payments', reports' and other days.

    None while it has not ended: no final decision, or something of it is still open. Reads ``payments``,
    ``use_reports``, ``claims``, ``changes`` and ``recoveries`` of the row; prefetch them for many.
    """
    if decision.state != "final" or decision.final_on is None or _is_open(decision):
        return None
    days = [decision.final_on]
    days += [row.paid_on for row in decision.payments.all() if row.paid_on]
    days += [local_date(row.approved_at) for row in decision.use_reports.all() if row.approved_at]
    days += [row.decided_on for row in decision.changes.all() if row.decided_on]
    days += [row.revision_ends_on for row in decision.recoveries.all() if row.revision_ends_on]
    days += [day for row in decision.claims.all() for day in (row.decided_on, row.court_final_on) if day]
    return max(days)


def _is_open(decision: Decision) -> bool:
    return (
        any(row.state != "paid" for row in decision.payments.all())
        or any(row.state != "approved" for row in decision.use_reports.all())
        or any(row.state in PENDING for row in decision.claims.all())
        or any(row.state in OPEN_CHANGES for row in decision.changes.all())
        or any(row.state not in _RECOVERED for row in decision.recoveries.all())
    )


def kept_until(case: Application, decision: Decision) -> date | None:
    """Return the last day on which the case is kept by the plan; None while it cannot be known, or for ever."""
    years, end = years_of(case.call), ended_on(decision)
    if years is None or end is None:
        return None
    try:
        return end.replace(year=end.year + years)
    except ValueError:  # 29 February
        return end.replace(year=end.year + years, day=28)


def handed_over() -> QuerySet[Application]:
    """Return the decided cases that the records system has taken whole and that have not been erased.

    A case in which something came after its last package is handed over again first.
    """
    taken = PackagedCase.objects.filter(
        application=OuterRef("pk"), package__state="received", package__contents=CONTENTS
    ).exclude(external_number="")
    erased = CaseErasure.objects.filter(application=OuterRef("pk"), erased_at__isnull=False)
    rows = Application.objects.filter(Exists(taken), ~Exists(erased), state="decided")
    return rows.select_related("call__kind", "organisation", "decision", "erasure").prefetch_related(
        *(f"decision__{name}" for name in ("payments", "use_reports", "claims", "changes", "recoveries")),
        "packaged__package",
        *what_came(),
    )


def what_came() -> tuple[Any, ...]:
    """Return what ``is_whole_in_records`` reads of many cases, to be prefetched."""
    later = CaseEvent.objects.filter(verb__in=LATER_VERBS)
    return "messages", "attachments", Prefetch("events", later, to_attr="later_events")


def is_whole_in_records(case: Application) -> bool:
    """Tell whether nothing has come into the case since the package that the records system took last.

    A package made before packages held all of a case (``RecordsPackage.contents``) is none here.
    """
    taken = [
        row.package.uploaded_at
        for row in case.packaged.all()
        if row.package.state == "received" and row.package.contents == CONTENTS
    ]
    came = [row.written_at for row in case.messages.all()] + [row.uploaded_at for row in case.attachments.all()]
    came += [row.at for row in case.later_events]  # type: ignore[attr-defined]
    return bool(taken) and all(at <= max(taken) for at in came)


def past_their_time(now: datetime, days: int = 0, **only: Any) -> Iterator[int]:
    """Yield the keys of the cases that may be erased within ``days`` days from now by the plan; ``only`` narrows."""
    last = add_days(local_date(now), days)
    for case in handed_over().filter(decision__final_on__lt=last, **only).order_by("pk"):
        until = kept_until(case, case.decision)
        if until is not None and until < last and is_whole_in_records(case):
            yield case.pk


def shown_keeping(case: Application, decision: Decision | None) -> dict[str, Any]:
    """Return what the applicant's page says of keeping: ``until`` a day, or ``years``; or ``erased_on``."""
    planned = CaseErasure.objects.filter(application=case).first()
    if planned is not None and planned.erased_at is not None:
        return {"erased_on": local_date(planned.erased_at)}
    until = kept_until(case, decision) if decision is not None else None
    if planned is not None:
        until = max(add_days(planned.due_on, -1), until or planned.due_on)
    return {"until": until, "years": years_of(case.call), "is_planned": planned is not None}


def erasure_reminders(now: datetime) -> Iterator[Reminder]:
    """Provider of the ``reminders`` seam: 60 and 14 days before a case goes, to those who act for the organisation."""
    today = local_date(now)
    rows = list(
        CaseErasure.objects.filter(erased_at__isnull=True, due_on__gt=today, due_on__lte=add_days(today, max(NOTICES)))
        .select_related("application__call", "application__organisation")
        .order_by("pk")
    )
    people = people_of_organisations([row.application.organisation_id for row in rows], now)
    for row in rows:
        step = next(one for one in NOTICES if row.due_on <= add_days(today, one))
        for user in people.get(row.application.organisation_id, []):
            yield _reminder(row, user, step)


def _reminder(row: CaseErasure, user: Any, step: int) -> Reminder:
    case = row.application
    with translation.override(user.language):
        subject = _("Hakemus %(number)s hävitetään palvelusta %(day)s") % {
            "number": case.case_number,
            "day": format_date(row.due_on),
        }
    return Reminder(
        kind="grants.erasure_notice",
        to=user,
        subject=subject,
        template="emails/grants/erasure_notice",
        context={"application": case, "call": case.call, "organisation": case.organisation, "due_on": row.due_on},
        dedup_key=f"grants.erasure_notice:{case.pk}:{row.due_on}:{step}:{user.pk}",
    )
