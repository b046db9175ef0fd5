"""The verbs of a need: published for ideas, changed while it is open, ended with what came of it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from common.times import local_date
from liaisons.models import NEED_LIFE, Need, Post
from liaisons.policies import may_record_requests


@transaction.atomic
def save_need(
    need: Need | None,
    *,
    title: str,
    text: str,
    post: Post,
    theme: Any = None,
    open_until: date,
    by: Any,
    now: datetime,
) -> Need:
    """Publish a need, or change one that is open; the same words for the same post again are the same need.

    Refused: not_allowed, ended, open_until_past.
    """
    if not may_record_requests(by, now):
        raise Refused("not_allowed", _("Vain palvelualueen yhteyshenkilöt ja koordinaattori julkaisevat tarpeita."))
    if open_until < local_date(now):
        raise Refused("open_until_past", _("Valitse päivä, joka ei ole vielä mennyt."))
    if need is None:
        known = {"title": title, "text": text, "post": post, "state": "published"}
        there = Need.objects.filter(**known).first()
        return there or Need.objects.create(
            **known, theme=theme, open_until=open_until, published_on=local_date(now), published_by=by
        )
    row: Need = get_allowed("liaisons.need.manage", by, now=now, lock=True, pk=need.pk)
    if row.state != "published":
        raise Refused("ended", _("Tarve on päättynyt, eikä sitä enää muuteta. Julkaise uusi."))
    row.title, row.text, row.post, row.theme, row.open_until = title, text, post, theme, open_until
    row.save(update_fields=["title", "text", "post", "theme", "open_until"])
    return row


@transaction.atomic
def end_need(need: Need, *, outcome: str, by: Any, now: datetime) -> Need:
    """End it and tell everybody what came of it; ended already changes nothing.

    Refused: not_allowed, no_outcome, ideas_wait (an idea has no answer yet).
    """
    row: Need = get_allowed("liaisons.need.manage", by, now=now, lock=True, pk=need.pk)
    if row.state == "ended":
        return row
    if not outcome.strip():
        raise Refused("no_outcome", _("Kerro, mitä tarpeesta tuli. Ideoita lähettäneet lukevat sen."))
    if row.ideas.open().exists():
        raise Refused(
            "ideas_wait", _("Vastaa ensin jokaiseen ideaan. Tarve päättyy vasta, kun kaikki ovat saaneet vastauksen.")
        )
    row.state, row.outcome, row.ended_at = NEED_LIFE.check(row.state, "end"), outcome.strip(), now
    row.save(update_fields=["state", "outcome", "ended_at"])
    return row
