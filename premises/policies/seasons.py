"""Who sees a round in which a season is allocated, who applies, and who runs it. Nobody while the switch is off."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common.policies import policy
from county.models import County
from premises.models import SeasonApplication, SeasonRound
from premises.policies.bookings import own_organisations


@policy("premises.season.view")
def seasons_seen(user: Any, now: datetime) -> QuerySet[Any]:
    """Everybody sees the rounds that have been published; who reads the desk sees drafts too."""
    rows = SeasonRound.objects.switched_on()
    return rows if _reads(user, now) else rows.exclude(state="draft")


@policy("premises.season.read")
def seasons_read(user: Any, now: datetime) -> QuerySet[Any]:
    """The coordinator and the auditor read the rounds' desk."""
    rows = SeasonRound.objects.switched_on()
    return rows if _reads(user, now) else rows.none()


@policy("premises.season.manage")
def seasons_managed(user: Any, now: datetime) -> QuerySet[Any]:
    """The coordinator makes rounds, computes and decides them."""
    rows = SeasonRound.objects.switched_on()
    return rows if may_run_seasons(user, now) else rows.none()


@policy("premises.season_application.view")
def applications_seen(user: Any, now: datetime) -> QuerySet[Any]:
    """Everybody of the organisation reads its applications; the coordinator and the auditor read all."""
    rows = SeasonApplication.objects.filter(round__in=SeasonRound.objects.switched_on().values("pk"))
    if _reads(user, now):
        return rows
    if not user.is_authenticated:
        return rows.none()
    return rows.filter(organisation__in=own_organisations(user, now, editors=False))


@policy("premises.season_application.change")
def applications_changed(user: Any, now: datetime) -> QuerySet[Any]:
    """The organisation's editors change its applications, and the coordinator those on paper."""
    rows = SeasonApplication.objects.filter(round__in=SeasonRound.objects.switched_on().values("pk"))
    if may_run_seasons(user, now):
        return rows
    if not user.is_authenticated:
        return rows.none()
    return rows.filter(organisation__in=own_organisations(user, now, editors=True))


def seasons_on() -> bool:
    """Tell whether the county allocates seasons; one query."""
    return County.objects.filter(allocates_seasons=True).exists()


def may_run_seasons(user: Any, now: datetime) -> bool:
    """Tell whether the person makes rounds: the coordinator."""
    return has_any_staff_role(user, now, StaffRoleKind.COORDINATOR)


def _reads(user: Any, now: datetime) -> bool:
    return has_any_staff_role(user, now, StaffRoleKind.COORDINATOR, StaffRoleKind.AUDITOR)
