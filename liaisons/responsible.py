"""Who answers for a post on a day, and which post answers for a matter.

The rule (S000: named people did not know of their task; messages went unanswered): the holder who has accepted,
else, when the holder is away, the first substitute who is not away, at last the coordinator's queue. On any date
exactly one of these is responsible. Everything here reads a fixed number of queries, however many posts are asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from common.times import format_date
from liaisons.models import STANDING, Absence, Appointment, Post, PostPower, Substitute

Kind = Literal["holder", "substitute", "coordinator_queue"]


@dataclass(frozen=True)
class Responsible:
    """Who answers: ``user`` is None exactly when the coordinator's queue does; ``reason`` is a sentence."""

    kind: Kind
    user: Any
    reason: str
    appointment: Appointment | None = None


def covering(day: date, prefix: str = "") -> Q:
    """Return the condition that a term covers the day; ``prefix`` is a path such as ``appointment__``."""
    until = f"{prefix}valid_until"
    ends = Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gte": day})
    return ends & Q(**{f"{prefix}valid_from__lte": day})


def not_over(day: date) -> Q:
    """Return the condition that a term covers the day or comes after it."""
    return Q(valid_until__isnull=True) | Q(valid_until__gte=day)


def holders_on(posts: Iterable[Post], on: date) -> dict[int, list[Appointment]]:
    """Return post id -> the appointments in force on the day, longest first, users loaded; one query.

    Every asked post has its key; a person whose account is closed holds nothing.
    """
    found: dict[int, list[Appointment]] = {post.pk: [] for post in posts}
    rows = Appointment.objects.on(on).filter(post__in=found, user__is_active=True).select_related("user")
    for row in rows.order_by("valid_from", "pk"):
        found[row.post_id].append(row)
    return found


def absences_on(user_ids: Iterable[int], on: date) -> dict[int, Absence]:
    """Return user id -> the absence that covers the day; one query."""
    return {row.user_id: row for row in Absence.objects.filter(covering(on), user__in=set(user_ids))}


def substitutes_on(appointments: Iterable[Appointment], on: date) -> dict[int, list[Substitute]]:
    """Return appointment id -> its substitutes in force on the day, first one first, users loaded; one query."""
    found: dict[int, list[Substitute]] = {row.pk: [] for row in appointments}
    rows = Substitute.objects.filter(covering(on), appointment__in=found, user__is_active=True)
    for row in rows.select_related("user").order_by("order", "pk"):
        found[row.appointment_id].append(row)
    return found


def responsible_on(posts: Iterable[Post], on: date) -> dict[int, Responsible]:
    """Return post id -> who answers for it on the day; three queries for any number of posts."""
    asked = list(posts)
    holders = holders_on(asked, on)
    held = [row for rows in holders.values() for row in rows]
    substitutes = substitutes_on(held, on)
    people = {row.user_id for row in held} | {row.user_id for rows in substitutes.values() for row in rows}
    away = absences_on(people, on)
    return {post.pk: _responsible(post, holders[post.pk], substitutes, away, on) for post in asked}


def responsible_for(post: Post, on: date) -> Responsible:
    """Return who answers for the post on the day; three queries. See ``responsible_on`` for many."""
    return responsible_on([post], on)[post.pk]


def _responsible(
    post: Post,
    holders: list[Appointment],
    substitutes: dict[int, list[Substitute]],
    away: dict[int, Absence],
    on: date,
) -> Responsible:
    if not post.is_in_force(on):
        return Responsible("coordinator_queue", None, _("Tehtävä ei ole käytössä. Asian hoitaa koordinaattori."))
    for row in holders:
        if row.user_id not in away:
            return Responsible("holder", row.user, _("Hoitaa tehtävää."), row)
    for row in holders:
        for substitute in substitutes[row.pk]:
            if substitute.user_id not in away:
                return Responsible("substitute", substitute.user, _away_until(away[row.user_id]), row)
    if holders:
        reason = _("Yhteyshenkilö on poissa eikä hänellä ole sijaista. Asian hoitaa koordinaattori.")
    else:
        reason = _("Tehtävässä ei ole nyt henkilöä. Asian hoitaa koordinaattori.")
    return Responsible("coordinator_queue", None, reason)


def _away_until(absence: Absence) -> str:
    if absence.valid_until is None:
        return _("Sijainen: varsinainen yhteyshenkilö on poissa toistaiseksi.")
    return _("Sijainen: varsinainen yhteyshenkilö on poissa %(until)s asti.") % {
        "until": format_date(absence.valid_until)
    }


def standing_after(post: Post, day: date) -> QuerySet[Appointment]:
    """Return the post's appointments, answered or waiting, whose term goes on after the day."""
    later = Q(valid_until__isnull=True) | Q(valid_until__gt=day)
    return Appointment.objects.filter(later, post=post, state__in=STANDING)


def powers_on(posts: Iterable[Post], on: date) -> dict[int, list[PostPower]]:
    """Return post id -> the power delegated to it on the day, with the body that gave it; one query."""
    found: dict[int, list[PostPower]] = {post.pk: [] for post in posts}
    for row in PostPower.objects.filter(covering(on), post__in=found).select_related("body"):
        found[row.post_id].append(row)
    return found
