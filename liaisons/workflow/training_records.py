"""The verbs of what was taken: marking who came, what was taken elsewhere, taking a wrong record back, certificates."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refused
from common.policies import allowed, get_allowed
from common.times import local_date
from county.models import get_county
from documents.models import RenderedDocument
from documents.pdf import render_pdf, store_pdf
from liaisons.introductions import introduction_day
from liaisons.letters import letter, said
from liaisons.models import (
    STANDING,
    STANDING_SIGN_UPS,
    TRAINING,
    Appointment,
    TrainingCourse,
    TrainingRecord,
    TrainingSession,
    TrainingSignUp,
)
from liaisons.responsible import not_over
from liaisons.workflow.saving import person_of, save_checked
from liaisons.workflow.training_base import lock_training

CERTIFICATE = "liaisons.certificate"


@transaction.atomic
def mark_attendance(session: TrainingSession, *, attended: Iterable[int], by: Any, now: datetime) -> TrainingSession:
    """Mark which of the sign-ups (their ids) came; the others did not. The session is held from then on.

    Who came gets a record and a certificate, and the introduction stands in their appointments. A mark taken away
    takes the record back. The same again changes nothing. Refused: not_yet, wrong_state.
    """
    row = lock_training(session, by, now)
    if now < row.starts_at:
        raise Refused("not_yet", _("Koulutus ei ole vielä alkanut. Merkitse osallistujat sen jälkeen."))
    if row.state != "held":
        row.state, row.ended_at = TRAINING.check(row.state, "hold"), now
        save_checked(row, "training_refused")
    came = set(attended)
    for sign_up in row.sign_ups.filter(state__in=STANDING_SIGN_UPS).select_related("user").order_by("pk"):
        sign_up.session = row
        is_there = sign_up.pk in came
        if sign_up.attended is is_there:
            continue
        sign_up.attended = is_there
        save_checked(sign_up, "sign_up_refused")
        if is_there:
            _record(sign_up, by=by, now=now)
        else:
            _take_back(row.records.valid().filter(user=sign_up.user_id), by=by, now=now)
    return row


def _record(sign_up: TrainingSignUp, *, by: Any, now: datetime) -> None:
    session, course = sign_up.session, sign_up.session.course
    day = local_date(session.starts_at)
    if TrainingRecord.objects.valid().filter(user=sign_up.user_id, course=course, completed_on=day).exists():
        return  # the same course twice on one day, or recorded by hand before
    save_checked(
        TrainingRecord(
            user=sign_up.user,
            course=course,
            session=session,
            completed_on=day,
            hours=course.hours,
            organiser=organiser_of(session),
            recorded_at=now,
            recorded_by=by,
        ),
        "record_refused",
    )
    note_introduction(sign_up.user_id, by=by, now=now)
    letter(
        "training_certificate",
        sign_up.user,
        said(_("Todistuksesi on valmis: %(course)s"), course=course),
        [_("Kiitos, että osallistuit. Suorituksesi on kirjattu, ja voit ladata todistuksen omilta sivuiltasi.")],
        path=reverse("liaisons:own_trainings"),
        button=_("Omat koulutukset"),
        key=f"{session.pk}:{sign_up.user_id}",
        now=now,
    )


def organiser_of(session: TrainingSession) -> str:
    """Return who organised the session: the county and, where it led it, the organisation."""
    county = get_county()
    names = [county.name_fi if county else "", session.led_by.name if session.led_by else ""]
    return (", ".join(name for name in names if name) or session.leaders)[:300]


@transaction.atomic
def record_earlier(
    *,
    email: str,
    full_name: str,
    course: TrainingCourse,
    completed_on: date,
    organiser: str,
    source: str,
    hours: Decimal | None = None,
    by: Any,
    now: datetime,
) -> TrainingRecord:
    """Record what somebody took elsewhere, with the day and how it is known. The same day again returns the first.

    Refused: in_the_future, record_refused (no source).
    """
    get_allowed("liaisons.course.manage", by, now=now, pk=course.pk)
    if completed_on > local_date(now):
        raise Refused("in_the_future", _("Suorituspäivä on tulevaisuudessa. Korjaa päivä."))
    user = person_of(email, full_name)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two presses at once come one after the other
    there = TrainingRecord.objects.valid().filter(user=user, course=course, completed_on=completed_on).first()
    if there is not None:
        return there
    made = TrainingRecord(
        user=user,
        course=course,
        completed_on=completed_on,
        hours=hours,
        organiser=organiser,
        source=source,
        recorded_at=now,
        recorded_by=by,
    )
    save_checked(made, "record_refused")
    note_introduction(user.pk, by=by, now=now)
    return made


@transaction.atomic
def withdraw_record(record: TrainingRecord, *, by: Any, now: datetime) -> TrainingRecord:
    """Take a wrong record back: it stays, with who took it back, and its certificate opens no more.

    In the session the person is marked as not having come. Again changes nothing. Raises Http404 for others.
    """
    known: TrainingRecord = get_allowed("liaisons.training_record.manage", by, now=now, pk=record.pk)
    if known.session_id is not None:
        TrainingSession.objects.select_for_update().get(pk=known.session_id)
    row: TrainingRecord = get_allowed("liaisons.training_record.manage", by, now=now, lock=True, pk=record.pk)
    if row.withdrawn_at is None:
        _take_back(TrainingRecord.objects.filter(pk=row.pk), by=by, now=now)
        for sign_up in TrainingSignUp.objects.filter(session=row.session_id, user=row.user_id, attended=True):
            sign_up.attended = False
            save_checked(sign_up, "sign_up_refused")
        row.refresh_from_db()
    return row


def _take_back(records: Any, *, by: Any, now: datetime) -> None:
    for record in records.select_related("course"):
        record.withdrawn_at, record.withdrawn_by = now, by
        record.save(update_fields=["withdrawn_at", "withdrawn_by"])
        if record.course.is_introduction:
            note_introduction(record.user_id, by=by, now=now, instead_of=record.completed_on)


def note_introduction(user_id: int, *, by: Any, now: datetime, instead_of: date | None = None) -> None:
    """Let the person's appointments say the day of their latest introduction; a later day set by hand stays.

    ``instead_of`` is the day of a record that was taken back: appointments that say it get the latest that is left.
    Only who manages appointments changes them, as on their own page.
    """
    day = introduction_day(user_id)
    may = allowed("liaisons.appointment.manage", by, now=now).values("pk")
    mine = Appointment.objects.filter(not_over(local_date(now)), pk__in=may, user=user_id, state__in=STANDING)
    for row in mine.select_for_update(of=("self",)).order_by("pk"):
        is_wrong = instead_of is not None and row.introduced_on == instead_of
        is_older = day is not None and (row.introduced_on is None or row.introduced_on < day)
        if is_wrong or is_older:
            row.introduced_on = day
            row.save(update_fields=["introduced_on"])


@transaction.atomic
def ensure_certificate(record: TrainingRecord, *, by: Any, now: datetime) -> RenderedDocument:
    """Return the certificate, made when it is first opened, in the person's language; two at once make one.

    Raises Http404 for others than the person and the coordinator, and ``PdfUnavailable`` where PDFs cannot be made.
    """
    get_allowed("liaisons.training_record.certificate", by, now=now, lock=True, pk=record.pk)
    row = TrainingRecord.objects.select_related("user", "course", "session").get(pk=record.pk)
    if row.certificate_id is not None:
        return RenderedDocument.objects.get(pk=row.certificate_id)
    language = row.user.language
    with translation.override(language):
        title = gettext("Todistus: %(course)s") % {"course": row.course.name}
    context = {"record": row, "course": row.course, "person": row.user, "document_date": local_date(now)}
    data = render_pdf("pdf/liaisons/certificate.html", context, title=title, language=language)
    document = store_pdf(data, kind=CERTIFICATE, title=title, language=language, by=by, now=now)
    row.certificate = document
    row.save(update_fields=["certificate"])
    return document
