"""Activities where other pages ask: the own page's panel, what waits, reminders, search, retention."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.policies import allowed
from common.seams import Reminder, SearchHit, Todo
from common.times import day_start, local_date
from organisations import numbers
from organisations.models import Activity, ActivityImport, Handout, Membership, MembershipRole, Organisation
from organisations.models.activities import ASK_AFTER, CONFIRMED_FOR
from organisations.models.activity_imports import KEPT

KEEPERS = (MembershipRole.ADMIN, MembershipRole.EDITOR)
KEPT_AFTER_END = timedelta(days=365)
HANDOUT_KEPT = timedelta(days=2 * 365)
#: Reminded half a year after the last confirmation, and two weeks before the activity goes out of sight.
REMIND_AFTER = (ASK_AFTER, CONFIRMED_FOR - timedelta(days=14))


@dataclass(frozen=True)
class ActivitiesPanel:
    """Counts of one organisation for ``template``."""

    organisation: Organisation
    shown: int
    waiting: int
    template: str = "organisations/activities_panel.html"


def activities_panel(user: Any, organisation: Any, now: datetime) -> Iterator[ActivitiesPanel]:
    """Yield the panel of an organisation's own page; one query. Nothing for other things."""
    if not isinstance(organisation, Organisation):
        return
    today = local_date(now)
    running = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    counts = organisation.activities.filter(running, is_published=True).aggregate(
        shown=Count("pk", filter=Q(confirmed_on__gte=today - CONFIRMED_FOR)),
        waiting=Count("pk", filter=Q(confirmed_on__lt=today - ASK_AFTER)),
    )
    yield ActivitiesPanel(organisation, **counts)


def activity_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: organisations whose activities wait to be confirmed; one query."""
    if not user.is_authenticated:
        return
    today = local_date(now)
    kept = Membership.objects.in_force(now).filter(user=user, role__in=KEEPERS).values("organisation")
    asked = (
        Organisation.objects.filter(pk__in=kept)
        .annotate(number=Count("activities", filter=waiting(today, "activities__")))
        .filter(number__gt=0)
        .order_by("sort_key")
    )
    for organisation in asked:
        yield Todo(
            title=_("Vahvista toiminnan tiedot: %(name)s") % {"name": organisation.name},
            url=reverse("organisations:own_activities", args=[organisation.pk]),
            button=_("Avaa toiminta"),
            detail=_("Toiminta, jota ei ole vahvistettu vuoteen, ei näy muille."),
            target=("organisation", organisation.pk),
            quiet=True,
        )


def waiting(today: date, prefix: str = "") -> Q:
    """Running and published, but not confirmed for half a year; ``prefix`` leads to the activity."""
    running = Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": today})
    return running & Q(**{f"{prefix}is_published": True, f"{prefix}confirmed_on__lt": today - ASK_AFTER})


def activity_reminders(now: datetime) -> Iterator[Reminder]:
    """Provider of the ``reminders`` seam: one message an organisation, person and stage; two queries.

    To admins and editors, half a year after the oldest confirmation and two weeks before an activity is hidden.
    """
    today = local_date(now)
    mine_by_ngo: dict[int, list[Activity]] = defaultdict(list)
    rows = Activity.objects.filter(waiting(today), confirmed_on__gte=today - CONFIRMED_FOR)
    for activity in rows.select_related("organisation").order_by("organisation", "name", "pk"):
        mine_by_ngo[activity.organisation_id].append(activity)
    keepers = Membership.objects.in_force(now).filter(
        organisation__in=mine_by_ngo, role__in=KEEPERS, user__is_active=True
    )
    for membership in keepers.select_related("user").order_by("organisation", "user"):
        mine = mine_by_ngo[membership.organisation_id]
        oldest = min(activity.confirmed_on for activity in mine)
        stage = max(span for span in REMIND_AFTER if oldest < today - span or span == ASK_AFTER)
        yield Reminder(
            kind="organisations.activity_confirm",
            to=membership.user,
            subject=format_lazy(
                gettext_lazy("Pitävätkö toiminnan tiedot paikkansa? {name}"), name=mine[0].organisation.name
            ),
            template="emails/organisations/activity_confirm",
            context={"organisation": mine[0].organisation, "activities": mine, "hidden_on": oldest + CONFIRMED_FOR},
            dedup_key=f"organisations.activity_confirm:{membership.organisation_id}:{oldest}:{stage.days}:"
            f"{membership.user_id}",
        )


def activity_hits(user: Any, query: str, limit: int) -> Iterator[SearchHit]:
    """Provider of the ``search`` seam: activities whose name holds every word; one query."""
    found = allowed("organisations.activity.view", user)
    words = numbers.fold(query).split()
    for word in query.split() if words else ():
        found = found.filter(name__icontains=word)
    for activity in found.select_related("organisation").order_by("name", "pk")[: limit if words else 0]:
        yield SearchHit(
            title=activity.name, url=activity.get_absolute_url(), kind=_("Toiminta"), detail=activity.organisation.name
        )


def activity_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: activities go a year after they ended, hand-outs after two years.

    What was read of a file goes after thirty days.
    """
    _number, read = ActivityImport.objects.filter(created_at__lt=now - KEPT).delete()
    ended = Activity.objects.filter(ends_on__lt=local_date(day_start(local_date(now)) - KEPT_AFTER_END))
    number = ended.count()
    ended.delete()
    old = Handout.objects.filter(created_at__lt=now - HANDOUT_KEPT)
    handouts = old.count()
    old.delete()
    return {
        "organisations.Activity": number,
        "organisations.Handout": handouts,
        "organisations.ActivityImport": read.get("organisations.ActivityImport", 0),
    }
