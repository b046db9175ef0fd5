"""The life of a yearly report: ordered, collected by the worker, its texts written, frozen, read."""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Refused
from common.locks import advisory_lock
from common.policies import get_allowed
from common.times import local_date
from documents.pdf import PdfUnavailable, render_pdf, store_pdf
from liaisons.models import BodyAppointment, Seat
from notifications import outbox
from reports import tasks, told
from reports.audiences import BY_KEY, COMMITTEE
from reports.figures import collect
from reports.models import ANNUAL_REPORT, AnnualReport, ReportReading, SectionComment
from reports.policies.annual import READS, may_make_reports

logger = logging.getLogger(__name__)
FIRST_YEAR = 2023  # the counties began on 1.1.2023
# The official report is written in the county's administrative language.
LANGUAGE = "fi"


def order_report(year: int, *, audience: str = COMMITTEE, by: Any, now: datetime) -> AnnualReport:
    """Begin the report of ``year`` for an audience and return it; a draft that stands already is returned as it is.

    Order of effects: row in ``collecting``, then the worker is told after commit. Refused: bad_year for a
    year before the counties or in the future, no_such_audience. The next version of a frozen report begins with its
    texts.
    """
    last = local_date(now).year
    if not FIRST_YEAR <= year <= last:
        raise Refused("bad_year", _("Valitse vuosi väliltä %(first)s–%(last)s.") % {"first": FIRST_YEAR, "last": last})
    if audience not in BY_KEY:
        raise Refused("no_such_audience", _("Valitse, kenelle raportti tehdään."))
    if not may_make_reports(by, now):
        raise Http404
    with transaction.atomic():
        advisory_lock("reports.annual", year)
        standing = AnnualReport.objects.filter(year=year, audience=audience).order_by("-version").first()
        if standing is not None and standing.state != "frozen":
            return standing
        report = AnnualReport.objects.create(
            year=year,
            audience=audience,
            version=standing.version + 1 if standing else 1,
            findings=standing.findings if standing else "",
            proposals=standing.proposals if standing else "",
            created_by=by,
            created_at=now,
        )
        if standing is not None:
            _keep_comments(standing, report)
        transaction.on_commit(lambda: tasks.collect_figures.delay(report.pk))
    return report


def _keep_comments(standing: AnnualReport, report: AnnualReport) -> None:
    """Begin the new version with the comments of the published one; they say who wrote them and when."""
    SectionComment.objects.bulk_create(
        SectionComment(
            report=report,
            section=row.section,
            text=row.text,
            written_by_id=row.written_by_id,
            written_at=row.written_at,
        )
        for row in SectionComment.objects.filter(report=standing).exclude(text="")
    )


def save_texts(report: AnnualReport, texts: dict[str, str], *, by: Any, now: datetime) -> AnnualReport:
    """Write the draft's findings, proposals and what changed. Refused: not_draft."""
    with transaction.atomic():
        locked: AnnualReport = get_allowed("reports.annual.manage", by, now=now, lock=True, pk=report.pk)
        if locked.state != "draft":
            raise Refused("not_draft", _("Tekstejä kirjoitetaan luonnokseen. Tämä raportti ei ole nyt luonnos."))
        for name, text in texts.items():
            setattr(locked, name, text)
        locked.save(update_fields=list(texts))
    return locked


def collect_again(report: AnnualReport, *, by: Any, now: datetime) -> AnnualReport:
    """Collect the draft's figures anew; its texts stay. A collecting that has stopped is begun again too."""
    with transaction.atomic():
        locked: AnnualReport = get_allowed("reports.annual.manage", by, now=now, lock=True, pk=report.pk)
        locked.state = ANNUAL_REPORT.check(locked.state, "collect_again")
        locked.progress = 0
        locked.save(update_fields=["state", "progress"])
        transaction.on_commit(lambda: tasks.collect_figures.delay(locked.pk))
    return locked


def finish_collecting(report_id: int, *, now: datetime) -> None:
    """The worker's part: collect and store the figures; a report that is not collecting is left alone."""
    report = AnnualReport.objects.filter(pk=report_id, state="collecting").first()
    if report is None:
        return
    snapshot = collect(report.year, now, lambda done: _show_progress(report_id, "collecting", done))
    with transaction.atomic():
        locked = AnnualReport.objects.select_for_update().get(pk=report_id)
        if locked.state != "collecting":
            return
        locked.state = ANNUAL_REPORT.check(locked.state, "finish_collecting")
        locked.figures, locked.collected_at, locked.progress = snapshot, now, 100
        locked.save(update_fields=["state", "figures", "collected_at", "progress"])


def freeze(report: AnnualReport, *, by: Any, now: datetime) -> AnnualReport:
    """Stop the draft's figures and texts; the worker makes the document and publishes.

    Refused("change_note_missing") for a new version that does not say what changed.
    """
    with transaction.atomic():
        locked: AnnualReport = get_allowed("reports.annual.manage", by, now=now, lock=True, pk=report.pk)
        state = ANNUAL_REPORT.check(locked.state, "freeze")
        if locked.version > 1 and not locked.change_note.strip():
            raise Refused("change_note_missing", _("Kerro, mikä muuttui edellisestä versiosta, ja jäädytä sitten."))
        locked.state, locked.progress, locked.trouble = state, 0, ""
        locked.frozen_by, locked.frozen_at = by, now
        locked.save(update_fields=["state", "progress", "trouble", "frozen_by", "frozen_at"])
        transaction.on_commit(lambda: tasks.make_document.delay(locked.pk))
    return locked


def finish_freezing(report_id: int, *, now: datetime) -> None:
    """The worker's part: render the PDF, store it with its hash, publish and tell the readers.

    When no document comes of it, the report is a draft again with the trouble written on it; it never stays
    half-made.
    """
    report = AnnualReport.objects.filter(pk=report_id, state="freezing").select_related("frozen_by").first()
    if report is None:
        return
    try:
        _publish(report, now)
    except PdfUnavailable as error:
        _give_up(report_id, str(error))
    except Exception:
        logger.exception("The document of the annual report %s was not made.", report)
        _give_up(
            report_id,
            _(
                "Asiakirjaa ei voitu tehdä, joten raportti on taas luonnos. Yritä uudelleen. "
                "Jos vika toistuu, ilmoita siitä ylläpidolle."
            ),
        )


def _publish(report: AnnualReport, now: datetime) -> None:
    _show_progress(report.pk, "freezing", 20)
    with translation.override(LANGUAGE):
        content, title = told.content(report), report.title
        subtitle = str(report.reader.intro)
    known = {**content, "subtitle": subtitle, "document_date": local_date(report.frozen_at or now)}
    data = render_pdf("pdf/reports/annual.html", known, title=title, language=LANGUAGE)
    _show_progress(report.pk, "freezing", 80)
    with transaction.atomic():
        locked = AnnualReport.objects.select_for_update().get(pk=report.pk)
        if locked.state != "freezing":
            return
        locked.document = store_pdf(
            data, kind="reports.annual", title=title, language=LANGUAGE, by=report.frozen_by, now=now
        )
        locked.state, locked.progress = ANNUAL_REPORT.check(locked.state, "finish_freezing"), 100
        locked.save(update_fields=["state", "document", "progress"])
        _tell_readers(locked, now)


def mark_read(report: AnnualReport, *, by: Any, now: datetime) -> ReportReading:
    """A member of the reading body marks the report read; again changes nothing."""
    found = get_allowed("reports.annual.mark_read", by, now=now, pk=report.pk)
    reading, _made = ReportReading.objects.get_or_create(report=found, user=by, defaults={"read_at": now})
    return reading


def _show_progress(report_id: int, state: str, done: int) -> None:
    AnnualReport.objects.filter(pk=report_id, state=state).update(progress=done)


def _give_up(report_id: int, trouble: str) -> None:
    with transaction.atomic():
        locked = AnnualReport.objects.select_for_update().get(pk=report_id)
        if locked.state != "freezing":
            return
        locked.state = ANNUAL_REPORT.check(locked.state, "give_up_freezing")
        locked.trouble, locked.frozen_by, locked.frozen_at = trouble[:500], None, None
        locked.save(update_fields=["state", "trouble", "frozen_by", "frozen_at"])


def readers(now: datetime) -> list[User]:
    """Return who sits in or serves a body that reads the yearly report, each once."""
    reads = {"body__reads__contains": [READS]}
    sits = Q(pk__in=Seat.objects.in_force(now).filter(**reads).values("user"))
    serves = Q(pk__in=BodyAppointment.objects.in_force(now).filter(**reads).values("user"))
    return list(User.objects.filter(sits | serves, is_active=True).order_by("pk"))


def _tell_readers(report: AnnualReport, now: datetime) -> None:
    if report.audience != COMMITTEE:  # the others get theirs on the agenda of their own meeting
        return
    for reader in readers(now):
        outbox.queue(
            kind="reports.published",
            to=reader,
            subject=f"Järjestöyhteistyön vuosiraportti {report.year} on luettavissa",
            template="emails/reports/published",
            context={"report": report, "path": reverse("reports:report", args=[report.pk])},
            dedup_key=f"reports.published:{report.pk}:{reader.pk}",
        )
