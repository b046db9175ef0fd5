"""What an organisation does with its activities; the database keeps search texts and change times in step."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.times import local_date
from organisations import timeline
from organisations.models import Activity, Organisation, Room, Visibility
from organisations.workflow.guards import lock, require

MANY_TO_MANY = ("target_groups", "life_situations", "municipalities")


def save_activity(
    organisation: Organisation, values: dict[str, Any], *, activity: Activity | None = None, by: Any, now: datetime
) -> Activity:
    """Add an activity, or change one; saved is confirmed. ``values`` are the form's cleaned fields.

    The same name, kind and place sent twice within a minute is one activity (a double press). Refused: not_allowed.
    """
    columns = {name: value for name, value in values.items() if name not in MANY_TO_MANY}
    with transaction.atomic():
        organisation = lock(organisation)
        require("organisations.activities.keep", by, organisation, now)
        if activity is None:
            same = {name: columns[name] for name in ("name", "kind", "place", "when")}
            again = organisation.activities.filter(**same, created_at__gt=_a_minute_before(organisation)).first()
            if again is not None:
                return again
            saved = Activity(organisation=organisation)
        else:
            saved = lock(activity)
            require("organisations.activity.manage", by, saved, now)
        for name, value in columns.items():
            setattr(saved, name, value)
        saved.confirmed_on = local_date(now)
        saved.save()
        for name in MANY_TO_MANY:
            getattr(saved, name).set(values.get(name, ()))
        if activity is None:
            _tell(saved, _("Uusi toiminta: %(name)s"), by=by, now=now, visibility=Visibility.PUBLIC)
    return saved


def _a_minute_before(organisation: Organisation) -> datetime:
    """Return a minute before the database's own clock, by which ``created_at`` is written."""
    from datetime import timedelta

    from django.db.models.functions import Now

    row: datetime = Organisation.objects.filter(pk=organisation.pk).values_list(Now(), flat=True)[0]
    return row - timedelta(minutes=1)


def _tell(activity: Activity, text: Any, *, by: Any, now: datetime, visibility: str = Visibility.ORGANISATION) -> None:
    timeline.write(
        activity.organisation,
        text,
        {"name": activity.name},
        visibility=visibility,
        now=now,
        by=by,
        link=activity.get_absolute_url(),
    )


def confirm_activities(activities: Iterable[Activity], *, by: Any, now: datetime) -> int:
    """Say that the activities are still as told; returns how many were confirmed today. Refused: not_allowed."""
    confirmed = 0
    with transaction.atomic():
        for row in sorted(activities, key=lambda activity: activity.pk):
            activity = lock(row)
            require("organisations.activity.manage", by, activity, now)
            if activity.confirmed_on != local_date(now):
                activity.confirmed_on = local_date(now)
                activity.save(update_fields=["confirmed_on"])
                confirmed += 1
    return confirmed


def set_room(activity: Activity, *, room: str, by: Any, now: datetime) -> Activity:
    """Say whether one can join now. Refused: not_allowed, unknown_room."""
    if room not in Room.values:
        raise Refused("unknown_room", _("Valitse, onko toiminnassa tilaa."))
    with transaction.atomic():
        activity = lock(activity)
        require("organisations.activity.manage", by, activity, now)
        activity.room = Room(room)
        activity.save(update_fields=["room"])
    return activity


def show_activity(activity: Activity, *, shown: bool, by: Any, now: datetime) -> Activity:
    """Show the activity to everybody, or hide it; again changes nothing. Refused: not_allowed, past."""
    with transaction.atomic():
        activity = lock(activity)
        require("organisations.activity.manage", by, activity, now)
        if activity.is_published == shown:
            return activity
        if shown and activity.is_past(local_date(now)):
            raise Refused("past", _("Toiminta on päättynyt. Muuta ensin päättymispäivää."))
        activity.is_published = shown
        activity.save(update_fields=["is_published"])
        text = _("Toiminta tuotiin näkyviin: %(name)s") if shown else _("Toiminta piilotettiin: %(name)s")
        _tell(activity, text, by=by, now=now)
    return activity


def end_activity(activity: Activity, *, by: Any, now: datetime) -> Activity:
    """End the activity today: tomorrow nobody is guided to it. An ended one stays. Refused: not_allowed."""
    today = local_date(now)
    with transaction.atomic():
        activity = lock(activity)
        require("organisations.activity.manage", by, activity, now)
        if activity.ends_on is not None and activity.ends_on <= today:
            return activity
        activity.ends_on = today
        if activity.starts_on and activity.starts_on > today:
            activity.starts_on = today
        activity.save(update_fields=["ends_on", "starts_on"])
        _tell(activity, _("Toiminta päättyi: %(name)s"), by=by, now=now)
    return activity


def copy_activity(activity: Activity, *, by: Any, now: datetime) -> Activity:
    """Make a hidden copy to be changed, for example for the next season. Refused: not_allowed."""
    with transaction.atomic():
        source = lock(activity)
        require("organisations.activity.manage", by, source, now)
        copied = Activity.objects.get(pk=source.pk)
        copied.pk, copied.is_published = None, False
        copied._state.adding = True
        copied.starts_on = copied.ends_on = None
        copied.confirmed_on = local_date(now)
        copied.save()
        for name in MANY_TO_MANY:
            getattr(copied, name).set(getattr(source, name).all())
    return copied
