"""Allocation of seasons where other rooms ask: what waits for whom, personal data, retention."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from common.seams import Todo
from common.times import local_date
from premises.models import SeasonApplication, SeasonRound
from premises.policies.bookings import own_organisations
from premises.policies.seasons import may_run_seasons

CONTACT_KEPT = timedelta(days=30)
KEPT_YEARS = 2
_SHOWN = 5


def season_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: applications not sent yet, and rounds that wait for the coordinator; 2 queries.

    Nothing while the switch is off.
    """
    if not user.is_authenticated:
        return
    open_rounds = SeasonRound.objects.switched_on().taking(now).values("pk")
    own = own_organisations(user, now, editors=True)
    drafts = SeasonApplication.objects.filter(organisation__in=own, state="draft", round__in=open_rounds)
    for row in drafts.select_related("round").order_by("round__closes_at", "pk")[:_SHOWN]:
        yield Todo(
            title=_("Lähetä vuorohakemus: %(name)s") % {"name": row.round.name},
            url=reverse("premises:season_apply", args=[row.organisation_id, row.round_id]),
            button=_("Jatka hakemusta"),
            due=row.round.closes_at,
            target=("organisation", row.organisation_id),
        )
    if may_run_seasons(user, now):
        waiting = SeasonRound.objects.switched_on().filter(state__in=("closed", "proposed")).order_by("first_day", "pk")
        for season in waiting[:_SHOWN]:
            closed = season.state == "closed"
            yield Todo(
                title=(_("Laske vuorojaon ehdotus: %(name)s") if closed else _("Vahvista vuorojako: %(name)s"))
                % {"name": season.name},
                url=reverse("premises:season_desk", args=[season.pk]),
                button=_("Avaa vuorojako"),
            )


def own_season_data(user: User) -> dict[str, Any]:
    """Return the applications that the person made or sent (GDPR articles 15 and 20)."""
    rows = SeasonApplication.objects.filter(made_by=user) | SeasonApplication.objects.filter(sent_by=user)
    named = ("round__name", "organisation__name", "purpose", "contact_name", "contact_phone", "made_at", "sent_at")
    return {"season_applications": list(rows.order_by("pk").values(*named, "state", "source", "source_note"))}


@transaction.atomic
def season_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: returns how many rows of each model were erased.

    The contact goes 30 days after the season; applications and rounds two years after the end of the season's year,
    like the bookings that came of them.
    """
    today = local_date(now)
    past = SeasonApplication.objects.filter(round__last_day__lt=today - CONTACT_KEPT)
    contacts = past.exclude(contact_name="", contact_phone="").update(contact_name="", contact_phone="")
    limit = date(today.year - KEPT_YEARS, 1, 1)
    old = SeasonApplication.objects.filter(round__last_day__lt=limit)
    count = old.count()
    old.delete()
    rounds = SeasonRound.objects.filter(last_day__lt=limit, applications=None)
    gone = rounds.count()
    rounds.delete()
    return {
        "premises.SeasonApplication contacts": contacts,
        "premises.SeasonApplication": count,
        "premises.SeasonRound": gone,
    }
