"""Posts: their end and the power delegated to them. What a post is, is plain data behind a form."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from liaisons.models import Body, Post, PostPower
from liaisons.responsible import standing_after
from liaisons.workflow.saving import save_checked


@transaction.atomic
def end_post(post: Post, *, ends_on: date, by: Any, now: datetime) -> Post:
    """End the post on a day. Refused while somebody is named for later: has_holder; post_refused."""
    row: Post = get_allowed("liaisons.post.manage", by, now=now, lock=True, pk=post.pk)
    if row.valid_until == ends_on:
        return row
    if standing_after(row, ends_on).exists():
        raise Refused("has_holder", _("Tehtävään on nimetty henkilö tämän päivän jälkeen. Päätä ensin nimeäminen."))
    row.valid_until = ends_on
    save_checked(row, "post_refused")
    return row


@transaction.atomic
def grant_power(
    post: Post,
    *,
    power: str,
    decided_on: date,
    valid_from: date,
    valid_until: date | None = None,
    body: Body | None = None,
    decided_by: str = "",
    section: int | None = None,
    by: Any,
    now: datetime,
) -> PostPower:
    """Record power that a decision delegated to the post. Refused: power_refused (its term overlaps, no giver)."""
    row: Post = get_allowed("liaisons.post.manage", by, now=now, lock=True, pk=post.pk)
    there: PostPower | None = PostPower.objects.filter(post=row, power=power, valid_from=valid_from).first()
    if there is not None:
        return there
    granted = PostPower(
        post=row,
        power=power,
        body=body,
        decided_by=decided_by,
        decided_on=decided_on,
        section=section,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    save_checked(granted, "power_refused")
    return granted


@transaction.atomic
def end_power(granted: PostPower, *, ends_on: date, by: Any, now: datetime) -> PostPower:
    """End delegated power on a day. Refused: power_refused."""
    row: PostPower = get_allowed("liaisons.power.manage", by, now=now, lock=True, pk=granted.pk)
    row.valid_until = ends_on
    save_checked(row, "power_refused")
    return row
