"""Reads of calls that several pages share, named by what they return."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from grants.models import GrantCall

ARRIVED = Q(applications__state__in=["submitted", "in_handling", "decided"])

#: The officers' filter ``?tila=``: what people call the states of a call in time.
STATE_FILTERS = (
    ("luonnos", _("Luonnos")),
    ("tulossa", _("Tulossa")),
    ("avoin", _("Avoinna")),
    ("paattynyt", _("Päättynyt, odottaa käsittelyä")),
    ("kasittelyssa", _("Käsittelyssä")),
    ("paatetty", _("Päätetty")),
    ("peruttu", _("Peruttu")),
)


def calls_with_counts(calls: QuerySet[GrantCall]) -> QuerySet[GrantCall]:
    """Annotate ``arrived`` and ``drafts`` (applications) and ``asked`` (euros of those that have arrived)."""
    return calls.annotate(
        arrived=Count("applications", filter=ARRIVED),
        drafts=Count("applications", filter=Q(applications__state="draft")),
        asked=Sum("applications__asked_sum", filter=ARRIVED),
    )


def calls_in_state(calls: QuerySet[GrantCall], key: str, now: datetime) -> QuerySet[GrantCall]:
    """Return the calls that ``?tila=key`` names; all of them for an unknown key."""
    conditions = {
        "luonnos": Q(state="draft"),
        "tulossa": Q(state="published", opens_at__gt=now),
        "avoin": Q(state="published", opens_at__lte=now, closes_at__gt=now),
        "paattynyt": Q(state="published", closes_at__lte=now),
        "kasittelyssa": Q(state__in=["handling", "presented"]),
        "paatetty": Q(state="decided"),
        "peruttu": Q(state="cancelled"),
    }
    return calls.filter(conditions.get(key, Q()))


def calls_not_past(calls: QuerySet[GrantCall], now: datetime) -> tuple[list[GrantCall], list[GrantCall]]:
    """Return the calls open now, the one that closes first at the top, and those that open later. One query."""
    live = list(calls.filter(state="published", closes_at__gt=now).select_related("kind").order_by("closes_at", "pk"))
    is_open = [call for call in live if call.opens_at <= now]
    coming = sorted((call for call in live if call.opens_at > now), key=lambda call: call.opens_at)
    return is_open, coming


def past_calls(calls: QuerySet[GrantCall], now: datetime) -> QuerySet[GrantCall]:
    """Return published calls to which nobody can apply any more: closed, handled, decided or cancelled."""
    return calls.exclude(state="published", closes_at__gt=now).order_by("-closes_at", "pk")


def years_of(calls: QuerySet[GrantCall]) -> list[int]:
    """Return the grant years of the calls, the newest first."""
    return list(calls.order_by("-year").values_list("year", flat=True).distinct())
