"""Telling a person that they have been named to hold an event."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forums.after_letters import letter, said
from forums.event_facts import when_words
from forums.models import Event


def hosts_of(event: Event) -> frozenset[int]:
    """Return the keys of the people who hold the event; one query."""
    return frozenset(pk for pk in event.hosts.values_list("user_id", flat=True) if pk is not None)


def tell_named_hosts(event: Event, *, known: Collection[int] = (), by: Any, now: datetime) -> int:
    """Write to the people who hold the event and are not in ``known``; not to who named themselves, once each.

    The dates of a run have the hosts of its first event, who know it already: they are not told date by date.
    """
    rows = event.hosts.filter(user__isnull=False, user__is_active=True).exclude(user__in=[*known, by.pk])
    sent = [
        letter(
            "host_named",
            row.user,
            said(_("Sinut on nimetty järjestäjäksi: %(event)s"), event=event.name_fi),
            [
                said(_("%(person)s nimesi sinut tapahtuman järjestäjäksi."), person=by.full_name),
                said(_("Tapahtuma on %(when)s."), when=when_words(event.starts_at, event.ends_at)),
                _("Voit nyt muuttaa ohjelmaa, katsoa ilmoittautuneet ja kirjoittaa muistion."),
                _("Jos et ole mukana järjestämässä, kerro siitä nimeäjälle."),
            ],
            path=reverse("forums:event_desk", args=[event.pk]),
            button=_("Avaa tapahtuma"),
            key=f"{event.pk}:{row.user_id}",
            now=now,
        )
        for row in rows.select_related("user")
    ]
    return sum(one is not None for one in sent)
