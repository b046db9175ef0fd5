"""Who answers for a post on a day, and which post answers for a matter.

The rule (S000: named people did not know of their task; messages went unanswered): the holder who has accepted,
else, when the holder is away, the first substitute who is not away, at last the coordinator's queue. On any date
exactly one of these is responsible. Everything here reads a fixed number of queries, however many posts are asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
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


def with_absence(rows: QuerySet[Any], on: date) -> QuerySet[Any]:
    """Add ``is_away`` and ``away_until`` to rows that have a user; an open absence has no end."""
    absent = Absence.objects.filter(covering(on), user=OuterRef("user")).order_by("pk")
    found: QuerySet[Any] = rows.annotate(is_away=Exists(absent), away_until=Subquery(absent.values("valid_until")[:1]))
    return found


def holders_on(posts: Iterable[Post], on: date) -> dict[int, list[Any]]:
    """Return post id -> the appointments in force on the day, longest first, users loaded; one query.

    Every asked post has its key; a person whose account is closed holds nothing. Each row has ``is_away`` and
    ``away_until``.
    """
    return _by_post(posts, Appointment.objects.on(on).filter(user__is_active=True), on)


def named_on(posts: Iterable[Post], on: date) -> dict[int, list[Any]]:
    """Return the same with those who have not answered yet (``state`` is proposed); one query."""
    held = Appointment.objects.on(on).filter(user__is_active=True).values("pk")
    return _by_post(posts, Appointment.objects.filter(Q(pk__in=held) | Q(state="proposed")), on)


def _by_post(posts: Iterable[Post], rows: QuerySet[Any], on: date) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {post.pk: [] for post in posts}
    asked = with_absence(rows.filter(post__in=found).select_related("user"), on)
    for row in asked.order_by("valid_from", "pk"):
        found[row.post_id].append(row)
    return found


def substitutes_on(appointments: Iterable[Appointment], on: date) -> dict[int, Substitute]:
    """Return appointment id -> the first substitute in force who is not away on the day; one query."""
    found: dict[int, Substitute] = {}
    asked = [row.pk for row in appointments]
    rows = Substitute.objects.filter(covering(on), appointment__in=asked, user__is_active=True)
    present = with_absence(rows.select_related("user"), on).filter(is_away=False)
    for row in present.order_by("order", "pk"):
        found.setdefault(row.appointment_id, row)
    return found


def responsible_on(posts: Iterable[Post], on: date) -> dict[int, Responsible]:
    """Return post id -> who answers for it on the day; two queries for any number of posts."""
    asked = list(posts)
    return responsible_among(asked, holders_on(asked, on), on)


def responsible_among(posts: Iterable[Post], holders: dict[int, list[Any]], on: date) -> dict[int, Responsible]:
    """Return the same where ``holders_on`` has been asked already; one query."""
    asked = list(posts)
    away = [row for post in asked for row in holders[post.pk] if row.is_away]
    substitutes = substitutes_on(away, on)
    return {post.pk: _responsible(post, holders[post.pk], substitutes, on) for post in asked}


def responsible_for(post: Post, on: date) -> Responsible:
    """Return who answers for the post on the day; two queries. See ``responsible_on`` for many."""
    return responsible_on([post], on)[post.pk]


def _responsible(post: Post, holders: list[Any], substitutes: dict[int, Substitute], on: date) -> Responsible:
    if not post.is_in_force(on):
        return Responsible("coordinator_queue", None, _("Tehtävä ei ole käytössä. Asian hoitaa koordinaattori."))
    for row in holders:
        if not row.is_away:
            return Responsible("holder", row.user, _("Hoitaa tehtävää."), row)
    for row in holders:
        if row.pk in substitutes:
            return Responsible("substitute", substitutes[row.pk].user, _away_until(row.away_until), row)
    if holders:
        reason = _("Yhteyshenkilö on poissa eikä hänellä ole sijaista. Asian hoitaa koordinaattori.")
    else:
        reason = _("Tehtävässä ei ole nyt henkilöä. Asian hoitaa koordinaattori.")
    return Responsible("coordinator_queue", None, reason)


def _away_until(until: date | None) -> str:
    if until is None:
        return _("Sijainen: varsinainen yhteyshenkilö on poissa toistaiseksi.")
    return _("Sijainen: varsinainen yhteyshenkilö on poissa %(until)s asti.") % {"until": format_date(until)}


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
