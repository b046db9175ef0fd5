"""Meetings and bodies: what waits for their people and offices, and what stands on the annual wheel."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.policies import allowed
from common.seams import CalendarEntry, Todo
from common.times import day_start, format_date, local_date
from liaisons.asked import calls_asking
from liaisons.composition import ending_seats
from liaisons.models import (
    Attendance,
    CheckState,
    ItemConflict,
    ItemDeputy,
    Meeting,
    MeetingRecord,
    NominationCall,
    RecordCheck,
    Reply,
)
from liaisons.policies import appointments_in_force, meeting_plan, seats_in_force

AHEAD = timedelta(days=30)
YEAR = timedelta(days=365)
NOTICE_AHEAD = timedelta(days=7)


def _own(user: Any, now: datetime) -> Q:
    own = Q(body__in=seats_in_force(user, now).values("body"))
    return own | Q(body__in=appointments_in_force(user, now).values("body"))


def own_meetings(user: Any, now: datetime) -> QuerySet[Meeting]:
    """Return the meetings of the person's own bodies from a year ago on, cancelled ones left out."""
    found = Meeting.objects.filter(_own(user, now), starts_at__gte=now - YEAR).exclude(state="cancelled")
    return found.select_related("body").prefetch_related("body__names").order_by("starts_at")


def coming_meetings(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: planned meetings of the next 30 days in the person's own bodies; two queries.

    A meeting that waits for the person's answer says so.
    """
    if not user.is_authenticated:
        return
    coming = Meeting.objects.filter(_own(user, now), state="planned", starts_at__gte=now, starts_at__lt=now + AHEAD)
    unanswered = {
        row.meeting_id: row
        for row in Attendance.objects.filter(
            user=user, reply=Reply.NONE, meeting__state="planned", role__in=["member", "deputy", "expert"]
        ).annotate(only_items=Exists(ItemDeputy.objects.filter(attendance=OuterRef("pk"))))
    }
    for meeting in coming.select_related("body").order_by("starts_at"):
        waits = meeting.pk in unanswered
        words = _words(unanswered.get(meeting.pk))
        yield Todo(
            title=words % {"day": format_date(meeting.starts_at), "body": meeting.body.name},
            url=reverse("liaisons:meeting", args=[meeting.pk]),
            button=_("Vastaa") if waits else _("Avaa esityslista"),
            due=meeting.starts_at,
            detail=meeting.place,
            quiet=not waits,
        )


def _words(unanswered: Any) -> str:
    """Return the todo's sentence: what the person's own row of the meeting waits for."""
    if unanswered is None:
        return _("Valmistaudu kokoukseen %(day)s: %(body)s")
    if unanswered.only_items:
        return _("Vastaa, tuletko varajäseneksi yhteen asiaan %(day)s: %(body)s")
    return _("Vastaa, tuletko kokoukseen %(day)s: %(body)s")


def record_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: minutes and memos that wait for the person's check or comments; two queries."""
    if not user.is_authenticated:
        return
    checks = RecordCheck.objects.filter(user=user, state=CheckState.WAITING, record__state="checking")
    for check in checks.select_related("record__meeting__body").order_by("asked_at"):
        meeting = check.record.meeting
        yield Todo(
            title=_("Tarkasta ja hyväksy: %(body)s %(day)s")
            % {"body": meeting.body.name, "day": format_date(meeting.starts_at)},
            url=reverse("liaisons:record", args=[meeting.pk]),
            button=_("Tarkasta"),
            due=check.asked_at + NOTICE_AHEAD,
        )
    open_ = allowed("liaisons.record.comment", user, now=now).filter(comments_until__gte=now)
    for record in open_.select_related("meeting__body").order_by("comments_until"):
        yield Todo(
            title=_("Kommentoi luonnosta: %(body)s %(day)s")
            % {"body": record.meeting.body.name, "day": format_date(record.meeting.starts_at)},
            url=reverse("liaisons:record", args=[record.meeting_id]),
            button=_("Lue ja kommentoi"),
            due=record.comments_until,
            quiet=True,
        )


def office_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: what a secretary (and the coordinator for the county's bodies) must do.

    At most seven queries, one for those who run no body.
    """
    if not user.is_authenticated:
        return
    bodies = list(meeting_plan(user, now).values_list("pk", flat=True))
    if not bodies:
        return
    yield from _notices(bodies, now)
    yield from _without_deputy(bodies, now)
    yield from _unwritten(bodies, now)
    yield from _unpublished(bodies)
    yield from _nominations(bodies, now)
    ending = ending_seats(meeting_plan(user, now), now).count()
    if ending:
        words = ngettext(
            "Hae ehdokkaita: %(count)s toimikausi päättyy puolen vuoden sisällä",
            "Hae ehdokkaita: %(count)s toimikautta päättyy puolen vuoden sisällä",
            ending,
        )
        url = reverse("liaisons:seats_ending")
        yield Todo(title=words % {"count": ending}, url=url, button=_("Katso"), quiet=True)


def _notices(bodies: list[int], now: datetime) -> Iterator[Todo]:
    soon = local_date(now) + NOTICE_AHEAD
    unsent = Meeting.objects.filter(body__in=bodies, state="planned", notice_sent_at=None, starts_at__gt=now)
    for meeting in unsent.filter(notice_due_on__lte=soon).select_related("body").order_by("notice_due_on"):
        yield Todo(
            title=_("Lähetä kokouskutsu: %(body)s %(day)s")
            % {"body": meeting.body.name, "day": format_date(meeting.starts_at)},
            url=reverse("liaisons:meeting", args=[meeting.pk]),
            button=_("Avaa kokous"),
            due=day_start(meeting.notice_due_on) if meeting.notice_due_on else None,
        )


def _without_deputy(bodies: list[int], now: datetime) -> Iterator[Todo]:
    """Coming meetings in which a voter has withdrawn and no deputy comes to the matter."""
    instead = ItemDeputy.objects.filter(
        Q(part="") | Q(part=OuterRef("part")), item=OuterRef("item"), stands_in_for=OuterRef("attendance")
    )
    votes = Q(attendance__role="member") | Q(attendance__stands_in_for__isnull=False)
    gone = ItemConflict.objects.filter(~Exists(instead), votes).exclude(attendance__reply__in=["absent", "released"])
    coming = Meeting.objects.filter(
        body__in=bodies,
        state="planned",
        starts_at__gt=now,
        notice_sent_at__isnull=False,
        pk__in=gone.values("item__meeting"),
    )
    for meeting in coming.select_related("body").order_by("starts_at")[:10]:
        yield Todo(
            title=_("Esteellisen jäsenen sijaan ei ole varajäsentä: %(body)s %(day)s")
            % {"body": meeting.body.name, "day": format_date(meeting.starts_at)},
            url=reverse("liaisons:meeting", args=[meeting.pk]) + "#withdrawals",
            button=_("Avaa kokous"),
            due=meeting.starts_at,
        )


def _unwritten(bodies: list[int], now: datetime) -> Iterator[Todo]:
    """Held meetings whose minutes or memo are not yet written; those of the last year."""
    held = Meeting.objects.filter(body__in=bodies, state="held", starts_at__gt=now - YEAR).exclude(
        body__record_kind="elsewhere"
    )
    for meeting in held.exclude(records__state__in=["checking", "commenting"]).select_related("body")[:10]:
        yield Todo(
            title=_("Kirjoita pöytäkirja tai muistio: %(body)s %(day)s")
            % {"body": meeting.body.name, "day": format_date(meeting.starts_at)},
            url=reverse("liaisons:record", args=[meeting.pk]),
            button=_("Kirjoita"),
        )


def _unpublished(bodies: list[int]) -> Iterator[Todo]:
    waiting = MeetingRecord.objects.filter(meeting__body__in=bodies, state="approved")
    for record in waiting.select_related("meeting__body").defer("snapshot").order_by("approved_at")[:10]:
        yield Todo(
            title=_("Julkaise hyväksytty asiakirja: %(body)s %(day)s")
            % {"body": record.meeting.body.name, "day": format_date(record.meeting.starts_at)},
            url=reverse("liaisons:record", args=[record.meeting_id]),
            button=_("Julkaise"),
        )


def _nominations(bodies: list[int], now: datetime) -> Iterator[Todo]:
    to_choose = Q(state="open", deadline__lte=now, chooser__in=bodies)
    to_seat = Q(state="chosen") & (Q(body__in=bodies) | Q(chooser__in=bodies, chooser_appoints=True))
    for call in NominationCall.objects.filter(to_choose | to_seat).order_by("deadline")[:20]:
        words = _("Kirjaa valinta: %(title)s") if call.state == "open" else _("Kirjaa nimeäminen: %(title)s")
        yield Todo(
            title=words % {"title": call.title},
            url=reverse("liaisons:nomination", args=[call.pk]),
            button=_("Avaa haku"),
        )


def ngo_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: calls that ask the person's NGOs and in which these have no candidate yet."""
    if not user.is_authenticated:
        return
    calls = NominationCall.objects.filter(state="open", deadline__gt=now)
    if not calls.exists():
        return
    for organisation in allowed("organisations.prepare", user, now=now)[:5]:
        asked = calls_asking(calls, organisation, now).exclude(candidates__organisation=organisation)
        for call in asked.select_related("body").order_by("deadline")[:5]:
            yield Todo(
                title=_("Ehdota edustajaa: %(title)s") % {"title": call.title},
                url=reverse("liaisons:own_nomination", args=[organisation.pk, call.pk]),
                button=_("Lue haku"),
                due=call.deadline,
                detail=organisation.name,
                target=("organisation", organisation.pk),
                quiet=True,
            )


def meetings_of_year(first: date, last: date) -> Iterator[CalendarEntry]:
    """Provider of the ``calendar`` seam: meetings and deadlines of calls from ``first`` to ``last``, both included."""
    start, end = day_start(first), day_start(last + timedelta(days=1))
    meetings = Meeting.objects.filter(starts_at__gte=start, starts_at__lt=end).exclude(state="cancelled")
    for meeting in meetings.select_related("body").order_by("starts_at"):
        yield CalendarEntry(
            title=meeting.body.name,
            on=local_date(meeting.starts_at),
            url=reverse("liaisons:meeting", args=[meeting.pk]),
            kind="meeting",
        )
    for call in NominationCall.objects.filter(state="open", deadline__gte=start, deadline__lt=end):
        yield CalendarEntry(
            title=call.title, on=local_date(call.deadline), url=call.get_absolute_url(), kind="nomination"
        )


def notices_of_year(first: date, last: date) -> Iterator[CalendarEntry]:
    """Provider of the ``calendar`` seam: the days by which invitations and agendas of meetings leave, both included."""
    rows = Meeting.objects.filter(notice_due_on__range=(first, last), notice_sent_at__isnull=True)
    for meeting in rows.exclude(state="cancelled").select_related("body").order_by("notice_due_on", "pk"):
        if meeting.notice_due_on is not None:
            yield CalendarEntry(
                title=_("Kutsu ja esityslista viimeistään: %(body)s") % {"body": meeting.body.name},
                on=meeting.notice_due_on,
                url=reverse("liaisons:meeting", args=[meeting.pk]),
                kind="notice",
            )
