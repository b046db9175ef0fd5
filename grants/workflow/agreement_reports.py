"""Reports of agreements: opened before their due day, written and sent by the organisation, read, asked back, accepted.

Each verb writes the report, the agreement's history, the organisation's timeline and the messages together. The
report's row is locked; nothing else is.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import StaffRoleKind, User
from common.errors import Refused
from common.locks import limit_waiting
from common.policies import allowed, get_allowed, may
from common.times import add_days, format_date, local_date
from documents.uploads import CheckedUpload
from grants.agreement_reporting import LABELS, content_of, missing, periods
from grants.life_cycles_agreement_reports import AGREEMENT_REPORT
from grants.models import (
    Agreement,
    AgreementReport,
    AgreementReportFile,
    AgreementReportNote,
    AgreementReportVersion,
    Side,
)
from grants.policies import EDITORS
from grants.workflow.agreement_news import record
from grants.workflow.serving import later
from liaisons.models import Appointment
from notifications import outbox
from organisations import timeline
from organisations.models import Visibility
from organisations.workflow.guards import members, staff

#: Days before its due day when a report is opened, and after it when one that was never opened is let be.
OPENS_BEFORE = 30
FORGOTTEN_AFTER = 30
MAX_FILES = 10


def open_agreement_reports(*, now: datetime) -> int:
    """Open the reports that come due within ``OPENS_BEFORE`` days; return how many. Twice opens each once.

    Not those that were due before the agreement came into force, nor those that an amended agreement had already.
    """
    today, count = local_date(now), 0
    since = add_days(today, -FORGOTTEN_AFTER)
    lasting = Agreement.objects.lasting(since).order_by().values("pk")
    over = Q(state="ended", ends_on__gte=since)
    rows = Agreement.objects.filter(Q(pk__in=lasting) | over, reporting_months__isnull=False, reference="")
    for key in list(rows.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            limit_waiting()
            locked = Agreement.objects.select_for_update(of=("self",)).get(pk=key)
            count += open_reports_of(locked, now)
    return count


def open_reports_of(agreement: Agreement, now: datetime) -> int:
    """Open the reports of one agreement whose row the caller has locked; return how many."""
    today = local_date(now)
    since = add_days(today, -FORGOTTEN_AFTER)
    if agreement.in_force_at is not None:
        since = max(since, local_date(agreement.in_force_at))
    due = [span for span in periods(agreement, add_days(today, OPENS_BEFORE)) if span.due_on > since]
    made = 0
    for span in due:
        for party in agreement.parties.all():
            before = AgreementReport.objects.filter(
                party__organisation=party.organisation_id, party__agreement=agreement.previous_id, due_on=span.due_on
            )
            if agreement.previous_id and before.exists():
                continue
            _report, is_new = AgreementReport.objects.get_or_create(
                party=party,
                due_on=span.due_on,
                defaults={"period_from": span.starts, "period_to": span.ends, "opened_at": now},
            )
            made += is_new
    return made


def locked_report(permission: str, report: AgreementReport, by: Any, now: datetime) -> AgreementReport:
    """Lock and return the report with its agreement if the permission reaches it; else 404."""
    limit_waiting()
    found: AgreementReport = get_allowed(permission, by, now=now, lock=True, pk=report.pk)
    return found


def save_agreement_report(
    report: AgreementReport, values: dict[str, Any], *, revision: int, by: Any, now: datetime
) -> AgreementReport:
    """Keep what the organisation has written so far. Refused: ``wrong_state``, ``changed_meanwhile``."""
    with transaction.atomic():
        locked = locked_report("grants.agreement_report.send", report, by, now)
        AGREEMENT_REPORT.check(locked.state, "save_agreement_report", target=locked.state)
        if all(getattr(locked, name) == values[name] for name in LABELS):
            return locked
        if locked.revision != revision:
            raise Refused(
                "changed_meanwhile",
                _("Joku muu järjestöstänne on tallentanut raportin. Tarkista teksti ja tallenna uudelleen."),
            )
        _write(locked, values)
    return locked


def _write(report: AgreementReport, values: dict[str, Any]) -> None:
    for name in LABELS:
        setattr(report, name, values[name])
    report.revision += 1
    report.save(update_fields=[*LABELS, "revision"])


def submit_agreement_report(report: AgreementReport, *, answer: str = "", by: Any, now: datetime) -> AgreementReport:
    """Send what has been saved; pressing twice sends once. Refused: ``wrong_state``, ``incomplete``, ``no_answer``."""
    with transaction.atomic():
        locked = locked_report("grants.agreement_report.send", report, by, now)
        if locked.state == "submitted":
            return locked
        was_returned = locked.state == "returned"
        state = AGREEMENT_REPORT.check(locked.state, "submit_agreement_report")
        if gaps := missing(locked):
            raise Refused("incomplete", " ".join(text for _name, text in gaps))
        answer = answer.strip()
        if was_returned and not answer:
            raise Refused("no_answer", _("Vastaa kysymykseen: kerro, mitä täydensitte."))
        if answer:
            _note(locked, "submit_agreement_report", Side.ORGANISATION, answer, by, now)
        locked.state, locked.submitted_by, locked.submitted_at = state, by, now
        locked.save(update_fields=["state", "submitted_by", "submitted_at"])
        number = _keep(locked, by, now)
        text = f"{locked.party.organisation.name} lähetti raportin ajalta {_span(locked)}."
        _told(locked, "submit_agreement_report", text, Side.ORGANISATION, by, now)
        _tell_county(locked, gettext_noop("Sopimusraportti on saapunut: %(title)s"), f"sent:{number}", now)
    return locked


def _keep(report: AgreementReport, by: Any, now: datetime) -> int:
    number = report.versions.count() + 1
    files = [file.name for file in report.files.all()]
    AgreementReportVersion.objects.create(
        report=report, number=number, content={**content_of(report), "files": files}, sent_by=by, sent_at=now
    )
    return number


def enter_agreement_report(
    report: AgreementReport,
    values: dict[str, Any],
    *,
    arrived_on: date,
    scan: CheckedUpload | None = None,
    by: Any,
    now: datetime,
) -> AgreementReport:
    """Enter a report that came on paper on ``arrived_on``; it is read like any other, and the organisation is told.

    Refused: ``wrong_state``, ``bad_day`` (in the future), ``incomplete`` (nothing is said).
    """
    with transaction.atomic():
        locked = locked_report("grants.agreement_report.handle", report, by, now)
        state = AGREEMENT_REPORT.check(locked.state, "enter_agreement_report")
        if arrived_on > local_date(now):
            raise Refused("bad_day", _("Saapumispäivä ei voi olla tulevaisuudessa."))
        if not values["done"]:
            raise Refused("incomplete", _("Kirjoita, mitä on tehty."))
        _write(locked, values)
        locked.state, locked.arrived_on, locked.submitted_by, locked.submitted_at = state, arrived_on, by, now
        locked.save(update_fields=["state", "arrived_on", "submitted_by", "submitted_at"])
        if scan is not None:
            file = AgreementReportFile(report=locked)
            file.take(scan, by=by, now=now)
            file.save()
        number = _keep(locked, by, now)
        text = f"Raportti ajalta {_span(locked)} saapui paperilla {format_date(arrived_on)} ja kirjattiin."
        _told(locked, "enter_agreement_report", text, Side.COUNTY, by, now)
        _tell_own(locked, gettext_noop("Sopimusraporttinne on kirjattu: %(title)s"), "entered", f"{number}", now)
    return locked


def return_agreement_report(report: AgreementReport, *, question: str, by: Any, now: datetime) -> AgreementReport:
    """Ask the organisation for what is missing; the report opens for it. Refused: ``wrong_state``, ``no_question``."""
    with transaction.atomic():
        locked = locked_report("grants.agreement_report.handle", report, by, now)
        question = question.strip()
        if not question:
            raise Refused("no_question", _("Kirjoita, mitä raportissa pitää täydentää."))
        last = locked.notes.order_by("pk").last()
        if locked.state == "returned" and last is not None and last.text == question:
            return locked
        locked.state = AGREEMENT_REPORT.check(locked.state, "return_agreement_report")
        locked.save(update_fields=["state"])
        note = _note(locked, "return_agreement_report", Side.COUNTY, question, by, now)
        text = f"Raporttiin ajalta {_span(locked)} pyydettiin täydennystä."
        _told(locked, "return_agreement_report", text, Side.COUNTY, by, now)
        subject = gettext_noop("Täydentäkää sopimusraporttia: %(title)s")
        _tell_own(locked, subject, "returned", f"{note.pk}", now)
    return locked


def accept_agreement_report(report: AgreementReport, *, words: str = "", by: Any, now: datetime) -> AgreementReport:
    """Accept the report, with words where there are some. Twice accepts once. Refused: ``wrong_state``."""
    with transaction.atomic():
        locked = locked_report("grants.agreement_report.handle", report, by, now)
        if locked.state == "accepted":
            return locked
        locked.state = AGREEMENT_REPORT.check(locked.state, "accept_agreement_report")
        locked.accepted_by, locked.accepted_at = by, now
        locked.save(update_fields=["state", "accepted_by", "accepted_at"])
        if words.strip():
            _note(locked, "accept_agreement_report", Side.COUNTY, words.strip(), by, now)
        text = f"Raportti ajalta {_span(locked)} hyväksyttiin."
        _told(locked, "accept_agreement_report", text, Side.COUNTY, by, now)
        _tell_own(locked, gettext_noop("Sopimusraporttinne on hyväksytty: %(title)s"), "accepted", "1", now)
    return locked


def add_report_file(report: AgreementReport, upload: CheckedUpload, *, by: Any, now: datetime) -> AgreementReportFile:
    """Add a file to a report that waits for the organisation. Refused: ``wrong_state``, ``too_many``."""
    with transaction.atomic():
        locked = locked_report("grants.agreement_report.send", report, by, now)
        AGREEMENT_REPORT.check(locked.state, "save_agreement_report", target=locked.state)
        if locked.files.count() >= MAX_FILES:
            raise Refused("too_many", _("Raportissa voi olla enintään kymmenen tiedostoa."))
        file = AgreementReportFile(report=locked)
        file.take(upload, by=by, now=now)
        file.save()
    return file


def remove_report_file(file: AgreementReportFile, *, by: Any, now: datetime) -> None:
    """Remove a file of a report that waits for the organisation. Refused: ``wrong_state``."""
    with transaction.atomic():
        locked = locked_report("grants.agreement_report.send", file.report, by, now)
        AGREEMENT_REPORT.check(locked.state, "save_agreement_report", target=locked.state)
        locked.files.filter(pk=file.pk).delete()


def remind_agreement_reports(reports: Iterable[int], *, by: Any, now: datetime) -> int:
    """Remind the organisations of these reports (keys) now; return of how many it was done, each once a day."""
    chosen = allowed("grants.agreement_report.handle", by, now=now).filter(pk__in=list(reports))
    return sum(_remind(report, by, now) for report in chosen.order_by("pk"))


def _remind(report: AgreementReport, by: Any, now: datetime) -> bool:
    with transaction.atomic():
        locked = locked_report("grants.agreement_report.handle", report, by, now)
        today = local_date(now)
        if not locked.waits or (locked.reminded_at and local_date(locked.reminded_at) == today):
            return False
        locked.reminded_at = now
        locked.save(update_fields=["reminded_at"])
        for person in members(locked.party.organisation, now, *EDITORS):
            outbox.queue(
                kind="grants.agreement_report_reminder",
                to=person,
                subject=subject_of(locked, locked.is_late(today), person),
                template="emails/grants/agreement_report",
                context=context_of(locked, "late" if locked.is_late(today) else "due", locked.own_url),
                dedup_key=f"grants.agreement_report_reminder:{locked.pk}:hand:{today}:{person.pk}",
                now=now,
            )
        record(locked.party.agreement, "remind", f"Raportista ajalta {_span(locked)} muistutettiin.", by=by, now=now)
    return True


def subject_of(report: AgreementReport, is_late: bool, to: User) -> str:
    """Return the subject of a reminder in the reader's language."""
    with translation.override(to.language):
        late = _("Sopimusraportti on myöhässä, määräpäivä oli %(when)s")
        waits = _("Sopimusraportti on lähettämättä, määräpäivä %(when)s")
        return (late if is_late else waits) % {"when": format_date(report.due_on)}


def context_of(report: AgreementReport, step: str, path: str) -> dict[str, Any]:
    """Return what the messages need."""
    return {"report": report, "agreement": report.party.agreement, "step": step, "path": path}


def handlers_of(report: AgreementReport, now: datetime) -> list[User]:
    """Return who reads the report for the county: coordinators and the liaison people of the agreement's unit."""
    people = {person.pk: person for person in staff(now, StaffRoleKind.COORDINATOR)}
    unit = report.party.agreement.unit_id
    if unit is not None:
        held = Appointment.objects.in_force(now).filter(post__unit=unit, user__is_active=True)
        people |= {row.user_id: row.user for row in held.select_related("user")}
    return [one for one in people.values() if may("grants.agreement_report.handle", one, report, now=now)]


def _span(report: AgreementReport) -> str:
    return f"{format_date(report.period_from)}–{format_date(report.period_to)}"


def _note(report: AgreementReport, verb: str, side: Side, text: str, by: Any, now: datetime) -> AgreementReportNote:
    return AgreementReportNote.objects.create(report=report, verb=verb, side=side, text=text, by=by, at=now)


def _told(report: AgreementReport, verb: str, text: str, side: Side, by: Any, now: datetime) -> None:
    """Write the sentence to the agreement's history and the organisation's timeline."""
    record(report.party.agreement, verb, text, side=side, by=by, now=now)
    timeline.write(
        report.party.organisation,
        f"{report.party.agreement.title}: {text}",
        visibility=Visibility.ORGANISATION,
        now=now,
        by=by,
        link=report.own_url,
    )


def _tell_county(report: AgreementReport, subject: str, key: str, now: datetime) -> None:
    for person in handlers_of(report, now):
        _queue(report, subject, "arrived", person, report.get_absolute_url(), key, now)


def _tell_own(report: AgreementReport, subject: str, step: str, key: str, now: datetime) -> None:
    for person in members(report.party.organisation, now, *EDITORS):
        _queue(report, subject, step, person, report.own_url, f"{step}:{key}", now)


def _queue(report: AgreementReport, subject: str, step: str, to: User, path: str, key: str, now: datetime) -> None:
    outbox.queue(
        kind="grants.agreement_report",
        to=to,
        subject=later(subject, title=report.party.agreement.title),
        template="emails/grants/agreement_report",
        context=context_of(report, step, path),
        dedup_key=f"grants.agreement_report:{report.pk}:{key}:{to.pk}",
        now=now,
    )
