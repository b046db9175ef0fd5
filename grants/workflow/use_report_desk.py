"""The desk's own verbs on use reports: remind of one or many, enter one that came on paper."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from common.policies import allowed
from common.times import format_date, local_date
from documents.uploads import CheckedUpload
from grants.life_cycles import USE_REPORT
from grants.models import UseReport, UseReportAttachment
from grants.use_report_content import content_of
from grants.workflow import use_reports
from notifications import outbox
from organisations import timeline
from organisations.models import Visibility

#: What a report on paper must say at least to be entered; the rest is asked back.
NEEDED_ON_PAPER = ("what_was_done", "spent_sum")


def remind_use_reports(reports: Iterable[int], *, by: Any, now: datetime) -> int:
    """Remind the organisations of these reports (keys) now; return of how many it was done.

    A report that has been sent meanwhile, that the person may not reach, or of which was reminded by hand today, is
    passed over: a second press reminds nobody twice.
    """
    chosen = allowed("grants.use_report.remind", by, now=now).filter(pk__in=list(reports))
    return sum(_remind(report, by, now) for report in chosen.order_by("pk"))


def _remind(report: UseReport, by: Any, now: datetime) -> bool:
    with transaction.atomic():
        locked = use_reports.locked_report("grants.use_report.remind", report, by, now)
        today = local_date(now)
        if not locked.waits_for_applicant or (locked.reminded_at and local_date(locked.reminded_at) == today):
            return False
        USE_REPORT.check(locked.state, "remind_use_report", target=locked.state)
        locked.reminded_at = now
        locked.save(update_fields=["reminded_at"])
        event = use_reports.record(locked, "remind_use_report", "Käyttöselvityksestä muistutettiin.", by, now)
        late = locked.due_on < today
        application = locked.decision.application
        for person in use_reports.editors(application.organisation, now):
            with translation.override(person.language):
                subject = (
                    _("Käyttöselvitys on myöhässä, määräpäivä oli %(when)s")
                    if late
                    else _("Käyttöselvitys on lähettämättä, määräpäivä %(when)s")
                ) % {"when": format_date(locked.due_on)}
            outbox.queue(
                kind="grants.use_report_reminder",
                to=person,
                subject=subject,
                template="emails/grants/use_report_reminder",
                context={
                    "report": locked,
                    "application": application,
                    "path": use_reports.link_of(locked),
                    "late": late,
                },
                dedup_key=f"grants.use_report_reminder:{event.pk}:{person.pk}",
                required=late,
                now=now,
            )
    return True


def enter_use_report(
    report: UseReport,
    values: dict[str, Any],
    *,
    arrived_on: date,
    scan: CheckedUpload | None = None,
    by: Any,
    now: datetime,
) -> UseReport:
    """Enter a report that came on paper on ``arrived_on``, as it stands there: it is checked like any other.

    ``values`` are columns of the report and ``municipalities``. Sums that do not add up are entered as they are; the
    officers ask about them. What the organisation had saved in the portal is kept with the sending. The organisation
    is told. Refused: ``bad_day`` (in the future), ``incomplete`` (no story or no sum).
    """
    with transaction.atomic():
        locked = use_reports.locked_report("grants.use_report.enter", report, by, now)
        state = USE_REPORT.check(locked.state, "enter_use_report")
        if arrived_on > local_date(now):
            raise Refused("bad_day", _("Saapumispäivä ei voi olla tulevaisuudessa."))
        draft = content_of(locked) if locked.saved_at else None
        for name, value in values.items():
            if name != "municipalities":
                setattr(locked, name, value)
        if any(getattr(locked, name) in (None, "") for name in NEEDED_ON_PAPER):
            raise Refused("incomplete", _("Kirjaa ainakin, mitä tehtiin ja kuinka paljon avustuksesta käytettiin."))
        locked.state, locked.arrived_on = state, arrived_on
        locked.submitted_by, locked.submitted_at = by, now
        locked.saved_at, locked.revision = now, locked.revision + 1
        locked.save()
        locked.municipalities.set(values.get("municipalities", []))
        if scan is not None:
            file = UseReportAttachment(use_report=locked)
            file.take(scan, by=by, now=now)
            file.save()
        _answer_on_paper(locked, by, now)
        use_reports.keep_sent(locked, by=by, now=now, draft=draft)
        text = f"Käyttöselvitys saapui paperilla {format_date(arrived_on)} ja kirjattiin."
        event = use_reports.record(locked, "enter_use_report", text, by, now)
        application = locked.decision.application
        timeline.write(
            application.organisation,
            gettext_lazy("Käyttöselvitys saapui paperilla: %(call)s."),
            {"call": application.call.title_fi},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
            link=use_reports.link_of(locked),
        )
        use_reports.tell(locked, event, "received", now)
    return locked


def _answer_on_paper(report: UseReport, by: Any, now: datetime) -> None:
    """Close the question that the paper answers; its words are in the report."""
    waiting = report.questions.filter(answered_at__isnull=True)
    waiting.update(answer="Vastattiin paperilla, katso selvitys.", answered_by=by, answered_at=now)
