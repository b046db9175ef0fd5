"""What other rooms ask of sign-ups: places, line, reminders, attendance."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.policies import allowed, may
from common.seams import Reminder, Todo
from common.times import format_date, local_date
from forums.event_panels import DESK_PANELS, PUBLIC_PANELS, EventPanel
from forums.models import Event, SignUp, SignUpNeed
from forums.policies.events import events_managed
from forums.sign_up_desk import desk_facts
from forums.sign_up_letters import TEMPLATE, context_of, links_of, recipient_of, when_line, where_line
from forums.sign_up_places import event_has_line, free_places, turn_of
from liaisons.letters import said
from notifications.outbox import Recipient

#: Names are kept a year after the event; the figures stay.
KEPT = timedelta(days=365)
ANONYMOUS = "–"
WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
SOON = timedelta(days=14)
SHOWN = 5


def public_panel(request: HttpRequest, event: Event, now: datetime) -> EventPanel | None:
    """Show how to sign up, what is free, and how the line moves; to who has signed up, the own place."""
    if not event.takes_sign_ups or event.state not in ("published", "held"):
        return None
    mine = None
    if request.user.is_authenticated:
        own: Any = allowed("forums.sign_up.own", request.user, now=now).filter(event=event, contact__isnull=True)
        mine = own.live().first()
    is_open = event.sign_up_open(now)
    if mine is None and not is_open and event.ends_at < now:
        return None
    context = {
        "event": event,
        "mine": mine,
        "turn": turn_of(mine) if mine else None,
        "is_open": is_open,
        "free": free_places(event) if is_open else {},
        "has_line": is_open and event_has_line(event),
    }
    return EventPanel("forums/sign_up/public_panel.html", context, order=10)


def desk_panel(request: HttpRequest, event: Event, now: datetime) -> EventPanel | None:
    """Show the organiser how many come, and lead to the list, the telephone, needs, attendance and the message."""
    if not event.takes_sign_ups and not event.sign_ups.exists():
        return None
    context = {
        "event": event,
        "facts": desk_facts(event),
        "can_manage": may("forums.event.manage", request.user, event, now=now),
        "is_coming": event.state == "published" and now <= event.ends_at,
    }
    return EventPanel("forums/sign_up/desk_panel.html", context, order=10)


def sign_up_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: events one goes to, and events held of which nobody has marked who came."""
    if not user.is_authenticated:
        return
    mine = allowed("forums.sign_up.own", user, now=now).filter(
        contact__isnull=True, state="signed", event__state="published", event__ends_at__gte=now
    )
    for row in (
        mine.filter(event__starts_at__lte=now + SOON).select_related("event").order_by("event__starts_at")[:SHOWN]
    ):
        yield Todo(
            title=_("Osallistu tapahtumaan: %(event)s %(day)s")
            % {"event": row.event.name, "day": format_date(row.event.starts_at)},
            url=row.get_absolute_url(),
            button=_("Katso aika, paikka ja linkki"),
            due=row.event.starts_at,
            quiet=True,
        )
    hosted = events_managed(user, now).filter(hosts__user=user, ends_at__lt=now, ends_at__gte=now - SOON)
    for event in _unmarked(hosted)[:SHOWN]:
        yield Todo(
            title=_("Kirjaa, ketkä olivat paikalla: %(event)s %(day)s")
            % {"event": event.name, "day": format_date(event.starts_at)},
            url=reverse("forums:attendance", args=[event.pk]),
            button=_("Kirjaa läsnäolot"),
        )


def _unmarked(events: Any) -> Any:
    """Return the events to which people signed up and of which nothing is known of who came."""
    there = SignUp.objects.filter(attended__isnull=False).values("event")
    signed = SignUp.objects.signed().values("event")
    return events.filter(state__in=("published", "held"), pk__in=signed).exclude(pk__in=there).order_by("ends_at")


def sign_up_reminders(now: datetime) -> Iterator[Reminder]:
    """Provider of the ``reminders`` seam: a week and a day before, and the link an hour before; three queries.

    Who signed up within the week or the day is not reminded of what they have just done. A moved event reminds anew.
    """
    yield from _remind(now, "week", WEEK, WEEK - DAY)
    yield from _remind(now, "day", DAY, 3 * HOUR)
    yield from _link(now)


def _coming(now: datetime, first: timedelta, last: timedelta) -> Any:
    rows = SignUp.objects.signed().filter(
        contact__isnull=True,
        event__state="published",
        event__starts_at__gt=now + last,
        event__starts_at__lte=now + first,
    )
    return rows.select_related("event__room__site", "user", "contact").order_by("pk")


def _remind(now: datetime, when: str, first: timedelta, last: timedelta) -> Iterator[Reminder]:
    subject = {
        "week": gettext_lazy("Viikon päästä: %(event)s"),
        "day": gettext_lazy("Huomenna: %(event)s"),
    }[when]
    for row in _coming(now, first, last):
        to = recipient_of(row)
        if to is None or row.confirmed_at is None or row.confirmed_at > row.event.starts_at - first:
            continue
        lines = [
            when_line(row.event),
            where_line(row.event, row.way),
            gettext_lazy("Jos et pääse, peru ilmoittautumisesi, niin paikka annetaan jonosta seuraavalle."),
        ]
        yield _reminder(row, to, f"sign_up_{when}", said(subject, event=row.event), lines)


def _link(now: datetime) -> Iterator[Reminder]:
    """The meeting link, an hour before, to those who take part from afar."""
    for row in _coming(now, HOUR, -HOUR / 4):
        to = recipient_of(row)
        if to is None or row.way != "remote" or not row.event.meeting_url:
            continue
        lines = [
            when_line(row.event),
            said(gettext_lazy("Kokouslinkki: %(url)s"), url=row.event.meeting_url),
            row.event.meeting_note,
        ]
        subject = said(gettext_lazy("Kokouslinkki: %(event)s"), event=row.event)
        yield _reminder(row, to, "sign_up_link", subject, lines)


def _reminder(row: SignUp, to: Recipient, kind: str, subject: Any, lines: list[Any]) -> Reminder:
    return Reminder(
        kind=f"forums.{kind}",
        to=to,
        subject=subject,
        template=TEMPLATE,
        context=context_of(row, lines, **links_of(row)),
        dedup_key=f"forums.{kind}:{row.pk}:{row.event.starts_at.timestamp():.0f}",
        language="" if isinstance(to, User) else row.language,
    )


def own_sign_up_data(user: User) -> dict[str, Any]:
    """Return the person's sign-ups, companions and needs (GDPR articles 15 and 20)."""
    mine = allowed("forums.sign_up.own", user).order_by("pk")
    columns = ("event__name_fi", "event__starts_at", "name", "email", "organisation_name", "way", "state", "arrived_at")
    return {
        "sign_ups": list(mine.values(*columns, "confirmed_at", "cancelled_at", "attended")),
        "needs": list(
            SignUpNeed.objects.filter(sign_up__in=mine).values(
                "sign_up__event__name_fi", "access", "diet", "interpretation", "erased_on"
            )
        ),
    }


@transaction.atomic
def sign_up_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: returns how many rows of each model were erased or anonymised.

    Needs go on their own day, unconfirmed and lapsed sign-ups 30 days after the event, and a year after it names and
    addresses: organisation, way and attendance stay, because the year's figures are counted from them.
    """
    needs, _by = SignUpNeed.objects.filter(erased_on__lte=local_date(now)).delete()
    dropped, _by = SignUp.objects.filter(
        state__in=("unconfirmed", "lapsed"), event__ends_at__lt=now - timedelta(days=30)
    ).delete()
    old = SignUp.objects.filter(event__ends_at__lt=now - KEPT, anonymised_at__isnull=True)
    names = old.update(
        name=ANONYMOUS,
        email="",
        user=None,
        contact=None,
        entered_by=None,
        organisation_name="",
        anonymised_at=now,
    )
    return {
        "forums.SignUpNeed": needs,
        "forums.SignUp never confirmed": dropped,
        "forums.SignUp names": names,
    }


KINDS = (
    ("sign_up_done", gettext_lazy("Ilmoittautuminen tapahtumaan on kirjattu")),
    ("sign_up_week", gettext_lazy("Muistutus tapahtumasta viikkoa ennen")),
    ("sign_up_day", gettext_lazy("Muistutus tapahtumasta päivää ennen")),
    ("sign_up_message", gettext_lazy("Järjestäjän viesti tapahtumaan ilmoittautuneille")),
)
REQUIRED_KINDS = (
    ("sign_up_confirm", gettext_lazy("Vahvista ilmoittautuminen tapahtumaan")),
    ("sign_up_moved", gettext_lazy("Sait paikan tapahtumasta, johon jonotit")),
    ("sign_up_lapsed", gettext_lazy("Ilmoittautuminen tapahtumaan raukesi")),
    ("sign_up_removed", gettext_lazy("Järjestäjä perui ilmoittautumisesi")),
    ("sign_up_link", gettext_lazy("Tapahtuman kokouslinkki tuntia ennen")),
    ("event_changed", gettext_lazy("Tapahtuma, johon olet ilmoittautunut, muuttui")),
    ("event_cancelled", gettext_lazy("Tapahtuma, johon olet ilmoittautunut, peruttiin")),
)


def register_sign_ups() -> None:
    """Fill the seams; called once when the app is ready."""
    from accounts.personal_data import personal_data
    from common import seams
    from notifications.kinds import register_kind

    PUBLIC_PANELS["sign_ups"] = public_panel
    DESK_PANELS["sign_ups"] = desk_panel
    seams.todos.register("forums.sign_ups", sign_up_todos)
    seams.reminders.register("forums.sign_ups", sign_up_reminders)
    seams.retention.register("forums.sign_ups", sign_up_retention)
    personal_data.register("forums.sign_ups", own_sign_up_data)
    for key, label in KINDS:
        register_kind(f"forums.{key}", label)
    for key, label in REQUIRED_KINDS:
        register_kind(f"forums.{key}", label, required=True)
