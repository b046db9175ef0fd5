"""What other rooms ask of the annual wheel, negotiations, proposed dates, open data and figures."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.seams import Reminder, Todo
from common.times import format_date, local_date
from forums.models import CalendarKey, DateAsked, DatePoll, Event, NegotiationMeasure
from forums.negotiations import uninvited
from forums.policies.events import may_plan_events
from forums.wheel import QUARTERS, quarter_of, wheel
from liaisons.letters import said

#: Invitations to a negotiation leave at the latest this long before it.
INVITED_BEFORE = timedelta(days=30)
#: Who has not answered is reminded this long before the end.
REMINDED = timedelta(days=2)
POLL_KEPT = timedelta(days=730)
SHOWN = 5


def wheel_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: what the year lacks, negotiations without invitations or record, times."""
    if not user.is_authenticated or not may_plan_events(user, now):
        return
    yield from _lacking(now)
    yield from _negotiations(now)
    for poll in DatePoll.objects.waiting(now).order_by("answer_until")[:SHOWN]:
        yield Todo(
            title=_("Valitse aika: %(title)s") % {"title": poll.title},
            url=poll.get_absolute_url(),
            button=_("Katso vastaukset"),
            due=poll.answer_until,
        )
    measures = NegotiationMeasure.objects.filter(done_at__isnull=True, due_on__lt=local_date(now))
    for measure in measures.select_related("negotiation")[:SHOWN]:
        yield Todo(
            title=_("Kysy, onko neuvottelun toimenpide tehty: %(text)s") % {"text": measure.text},
            url=measure.negotiation.get_absolute_url(),
            button=_("Avaa neuvottelu"),
            detail=measure.owner,
        )


def _lacking(now: datetime) -> Iterator[Todo]:
    """Late in the year each missing demanded event waits by itself, earlier the year as a whole, quietly."""
    year = local_date(now).year
    made = wheel(year, now)
    late = quarter_of(local_date(now)) == QUARTERS[-1]
    rows = [row for row in made.rows if row.missing]
    for row in rows[:SHOWN] if late else []:
        name = f"{row.series.name}, {row.target.name}" if row.target.pk else row.series.name
        yield Todo(
            title=_("Suunnittele tämän vuoden puuttuva tapahtuma: %(name)s") % {"name": name},
            url=row.plan_url,
            button=_("Suunnittele tapahtuma"),
            detail=row.series.statute,
        )
    if rows and not late:
        yield Todo(
            title=_("Vuosikellosta %(year)s puuttuu suunnitelmia: %(count)s") % {"year": year, "count": made.missing},
            url=reverse("forums:wheel"),
            button=_("Avaa vuosikello"),
            quiet=True,
        )


def _negotiations(now: datetime) -> Iterator[Todo]:
    rows = Event.objects.filter(
        ~Q(series__statute=""), series__isnull=False, state__in=("planned", "published", "held")
    )
    rows = rows.filter(starts_at__lt=now + INVITED_BEFORE).exclude(negotiation__state="complete")
    for event in rows.select_related("negotiation", "regional_group").order_by("starts_at")[:SHOWN]:
        record = getattr(event, "negotiation", None)
        values = {"event": event.name, "day": format_date(event.starts_at)}
        url = reverse("forums:negotiation", args=[event.pk])
        if event.starts_at <= now:
            yield Todo(title=_("Kirjaa neuvottelu: %(event)s %(day)s") % values, url=url, button=_("Kirjaa"))
            continue
        if record is not None:
            record.event = event
        if record is None or uninvited(record):
            yield Todo(
                title=_("Kutsu neuvottelun osapuolet: %(event)s %(day)s") % values,
                url=url,
                button=_("Kutsu osapuolet"),
                due=event.starts_at,
            )


def wheel_reminders(now: datetime) -> Iterator[Reminder]:
    """Provider of the ``reminders`` seam: who has not answered to proposed dates, once; one query."""
    rows = DateAsked.objects.filter(
        answered_at__isnull=True,
        poll__state="open",
        poll__answer_until__gt=now,
        poll__answer_until__lte=now + REMINDED,
    )
    for row in rows.select_related("poll", "user").order_by("pk"):
        yield Reminder(
            kind="forums.dates_reminder",
            to=row.user or row.email,
            subject=said(gettext_lazy("Muistutus: mikä aika sopii, %(title)s"), title=row.poll.title),
            template="emails/forums/wheel_letter",
            context={
                "lines": [said(gettext_lazy("Vastaa viimeistään %(until)s."), until=row.poll.answer_until)],
                "path": reverse("forums:date_answer", args=[row.token]),
                "action": gettext_lazy("Merkitse sopivat ajat"),
            },
            dedup_key=f"forums.dates_reminder:{row.pk}",
        )


@transaction.atomic
def wheel_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: proposed dates with names and answers go two years after the deadline."""
    rows = DatePoll.objects.filter(answer_until__lt=now - POLL_KEPT)
    count = rows.count()
    rows.delete()
    return {"forums.DatePoll": count}


def own_wheel_data(user: User) -> dict[str, Any]:
    """Return what the person was asked and answered, and whether they have a calendar of their own."""
    fields = ("poll__title", "answered_at", "comment")
    return {
        "dates_asked": list(DateAsked.objects.filter(user=user).values(*fields)),
        "calendar_key_made": list(CalendarKey.objects.filter(user=user).values("made_at")),
    }


def register_wheels() -> None:
    """Fill the seams; called once when the app is ready."""
    from accounts.personal_data import personal_data
    from common import seams
    from forums import linked_api
    from forums.negotiation_panels import register_panel
    from forums.statistics import figures
    from notifications.kinds import register_kind
    from organisations.merging import register_merge_rule, same_stays

    register_panel()
    register_merge_rule("forums.NegotiationParty", same_stays("negotiation_id"))
    linked_api.describe()
    seams.todos.register("forums.wheel", wheel_todos)
    seams.reminders.register("forums.dates", wheel_reminders)
    seams.retention.register("forums.dates", wheel_retention)
    seams.statistics.register("forums", figures)
    personal_data.register("forums.wheel", own_wheel_data)
    register_kind("forums.negotiation_invited", gettext_lazy("Kutsu lakisääteiseen neuvotteluun"), required=True)
    register_kind("forums.dates_asked", gettext_lazy("Kysymys, mikä aika sopii"), required=True)
    register_kind("forums.dates_reminder", gettext_lazy("Muistutus ehdotetuista ajoista"))
    register_kind("forums.date_chosen", gettext_lazy("Ehdotetuista ajoista valittiin yksi"), required=True)
    register_kind("forums.dates_dropped", gettext_lazy("Ehdotetuista ajoista ei valittu yhtään"))
