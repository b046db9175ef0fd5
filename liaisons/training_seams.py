"""Trainings where other rooms ask: what waits, reminders, the annual wheel, personal data, retention."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pgtrigger
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from common.policies import allowed
from common.seams import CalendarEntry, Reminder, Todo
from common.times import day_start, format_date, local_date
from documents.models import RenderedDocument
from liaisons.introductions import needs_introduction, years_before
from liaisons.letters import said
from liaisons.models import (
    STANDING_SIGN_UPS,
    TrainingCourse,
    TrainingRecord,
    TrainingSession,
    TrainingSignUp,
)
from liaisons.policies import may_manage_trainings
from liaisons.workflow.training_base import OPEN_PAGE, place_lines

#: Introductions are held twice a year (S002): one is always planned within this time.
HALF_YEAR = timedelta(days=183)
REMINDED = timedelta(days=2)
AHEAD = timedelta(days=30)
#: A certificate of employment can be asked for ten years (55/2001 6:7 §); what stands in it must be found as long.
RECORD_KEPT_YEARS = 10
SIGN_UP_KEPT = timedelta(days=2 * 365)
SHOWN = 5


def training_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: own invitations and sessions, a missing introduction, the coordinator's work."""
    if not user.is_authenticated:
        return
    mine = list(
        TrainingSignUp.objects.filter(user=user, session__state="open", session__ends_at__gte=now)
        .exclude(state="cancelled")
        .select_related("session__course")
        .order_by("session__starts_at", "pk")
    )
    yield from _own(mine, now)
    has_introduction = any(
        row.session.course.is_introduction and (row.state != "invited" or row.session.takes_sign_ups(now))
        for row in mine
    )
    if not has_introduction and needs_introduction(user, now):
        yield from _sign_up(user, now)
    if may_manage_trainings(user, now):
        yield from _coordinator(now)


def _own(mine: list[TrainingSignUp], now: datetime) -> Iterator[Todo]:
    for row in mine:
        session = row.session
        values = {"course": session.course.name, "day": format_date(session.starts_at)}
        if row.state == "invited" and session.takes_sign_ups(now):
            yield Todo(
                title=_("Ilmoittaudu koulutukseen, johon sinut on kutsuttu: %(course)s %(day)s") % values,
                url=session.get_absolute_url(),
                button=_("Ilmoittaudu"),
                due=session.sign_up_until,
            )
        elif row.state == "signed" and session.starts_at < now + AHEAD:
            yield Todo(
                title=_("Osallistu koulutukseen: %(course)s %(day)s") % values,
                url=session.get_absolute_url(),
                button=_("Katso aika ja paikka"),
                due=session.starts_at,
                quiet=True,
            )


def _sign_up(user: Any, now: datetime) -> Iterator[Todo]:
    """The introduction that a liaison person lacks: the next session that can still be joined."""
    joinable = allowed("liaisons.training.join", user, now=now).filter(course__is_introduction=True)
    found = joinable.filter(sign_up_until__gte=now).select_related("course").order_by("starts_at").first()
    if found is not None:
        yield Todo(
            title=_("Ilmoittaudu yhteyshenkilöiden perehdytykseen %(day)s") % {"day": format_date(found.starts_at)},
            url=found.get_absolute_url(),
            button=_("Ilmoittaudu"),
            due=found.sign_up_until,
            detail=_("Tehtävääsi kuuluu perehdytys, jota sinulle ei ole vielä kirjattu."),
        )


def _coordinator(now: datetime) -> Iterator[Todo]:
    if not TrainingCourse.objects.filter(is_introduction=True).exists():
        yield Todo(
            title=_("Lisää yhteyshenkilöiden perehdytys kurssiluetteloon"),
            url=reverse("liaisons:course_new"),
            button=_("Lisää kurssi"),
            quiet=True,
        )
    elif not TrainingSession.objects.introductions().coming(now).filter(starts_at__lt=now + HALF_YEAR).exists():
        yield Todo(
            title=_("Suunnittele perehdytys: yhtään ei ole tulossa puolen vuoden sisällä"),
            url=reverse("liaisons:training_new"),
            button=_("Suunnittele"),
            detail=_("Perehdytys pidetään puolivuosittain."),
        )
    ended = TrainingSession.objects.filter(state="open", ends_at__lt=now).select_related("course")
    for session in ended.order_by("ends_at")[:SHOWN]:
        yield Todo(
            title=_("Merkitse, ketkä osallistuivat: %(course)s %(day)s")
            % {"course": session.course.name, "day": format_date(session.starts_at)},
            url=reverse("liaisons:training_attendance", args=[session.pk]),
            button=_("Merkitse osallistujat"),
        )
    late = TrainingSession.objects.filter(state="planned", starts_at__lt=now + AHEAD, starts_at__gte=now).count()
    if late:
        words = ngettext(
            "Avaa ilmoittautuminen: %(count)s koulutus on kuukauden sisällä",
            "Avaa ilmoittautuminen: %(count)s koulutusta on kuukauden sisällä",
            late,
        )
        yield Todo(title=words % {"count": late}, url=reverse("liaisons:trainings"), button=_("Katso"))


def training_reminders(now: datetime) -> Iterator[Reminder]:
    """Provider of the ``reminders`` seam: who has a place is reminded once, two days before; one query."""
    rows = TrainingSignUp.objects.filter(
        state="signed", session__state="open", session__starts_at__gt=now, session__starts_at__lte=now + REMINDED
    )
    for row in rows.select_related("user", "session__course").order_by("pk"):
        session = row.session
        yield Reminder(
            kind="liaisons.training_reminder",
            to=row.user,
            subject=said(gettext_lazy("Muistutus koulutuksesta: %(course)s"), course=session.course),
            template="emails/liaisons/letter",
            context={
                "lines": [line for line in place_lines(session) if line],
                "path": session.get_absolute_url(),
                "action": OPEN_PAGE,
            },
            dedup_key=f"liaisons.training_reminder:{session.pk}:{session.sequence}:{row.user_id}",
        )


def trainings_of_year(first: date, last: date) -> Iterator[CalendarEntry]:
    """Provider of the ``calendar`` seam: open and held trainings from ``first`` to ``last``, both included."""
    start, end = day_start(first), day_start(last + timedelta(days=1))
    found = TrainingSession.objects.filter(state__in=("open", "held"), starts_at__gte=start, starts_at__lt=end)
    for session in found.select_related("course"):
        yield CalendarEntry(
            title=session.course.name,
            on=local_date(session.starts_at),
            url=session.get_absolute_url(),
            kind="training",
        )


def own_training_data(user: User) -> dict[str, Any]:
    """Return the person's sign-ups and what they have taken (GDPR articles 15 and 20)."""
    session = ("session__course__name_fi", "session__starts_at")
    taken = ("course__name_fi", "completed_on", "hours", "organiser", "source", "withdrawn_at")
    signed = ("state", "invited_at", "signed_at", "cancelled_at", "attended")
    return {
        "sign_ups": list(TrainingSignUp.objects.filter(user=user).values(*session, *signed)),
        "taken": list(TrainingRecord.objects.filter(user=user).values(*taken)),
    }


@transaction.atomic
def training_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: returns how many rows of each model were erased.

    Sign-ups go two years after the session, records with their certificates ten years after the day of the course,
    and sessions of which nothing is left ten years after them.
    """
    signed, _by = TrainingSignUp.objects.filter(session__ends_at__lt=now - SIGN_UP_KEPT).delete()
    limit = years_before(local_date(now), RECORD_KEPT_YEARS)
    old = TrainingRecord.objects.filter(completed_on__lt=limit)
    papers = list(old.exclude(certificate=None).values_list("certificate", flat=True))
    records, _by = old.delete()
    with pgtrigger.ignore("documents.RenderedDocument:rendered_never_deleted"):
        RenderedDocument.objects.filter(pk__in=papers).delete()
    empty = TrainingSession.objects.filter(ends_at__lt=day_start(limit), records=None, sign_ups=None)
    sessions, _by = empty.delete()
    return {
        "liaisons.TrainingSignUp": signed,
        "liaisons.TrainingRecord": records,
        "liaisons.TrainingSession": sessions,
        "documents.RenderedDocument of trainings": len(papers),
    }


def open_to(user: Any, now: datetime) -> list[TrainingSession]:
    """Return the coming sessions that the person may still join and has not, soonest first; two queries."""
    taken = TrainingSignUp.objects.filter(user=user, state__in=(*STANDING_SIGN_UPS, "invited"))
    found = allowed("liaisons.training.join", user, now=now).filter(sign_up_until__gte=now)
    return list(found.exclude(pk__in=taken.values("session")).select_related("course", "led_by").order_by("starts_at"))
