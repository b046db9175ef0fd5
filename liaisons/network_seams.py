"""Networks where other rooms ask: what waits, an organisation's people's networks, search, retention, own data."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common import clock
from common.policies import allowed
from common.seams import SearchHit, Todo
from common.times import local_date
from liaisons.models import Network, NetworkLetter, NetworkMeeting, NetworkMember
from liaisons.policies.networks import may_manage_networks, memberships_in_networks
from liaisons.workflow.networks import lapse_member
from organisations.county_panels import CountyFile
from organisations.models import Membership, Organisation

GONE_KEPT = LETTER_KEPT = timedelta(days=2 * 365)
MEMO_KEPT = timedelta(days=5 * 365 + 1)
SHOWN = 10
#: How long before a meeting its members see it among what waits.
AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class NetworksPanel:
    """The networks to which people of one organisation belong in its name, for ``template``."""

    organisation: Organisation
    rows: list[NetworkMember]
    is_own: bool
    template: str = "liaisons/networks_panel.html"


def networks_panel(user: Any, thing: Any, now: datetime) -> Iterator[NetworksPanel]:
    """Provider of the ``panels`` seam, for the own page and the county's page of an organisation; one query."""
    organisation = thing.organisation if isinstance(thing, CountyFile) else thing
    if not isinstance(organisation, Organisation):
        return
    there = Network.objects.on(local_date(now)).values("pk")
    rows = NetworkMember.objects.in_force(now).filter(organisation=organisation, network__in=there)
    found = list(rows.select_related("network", "user").order_by("network__order", "user__full_name", "pk")[:SHOWN])
    if found or organisation is thing:
        yield NetworksPanel(organisation, found, organisation is thing)


def network_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: meetings to come, who asks to join, and networks that nobody convenes."""
    if not user.is_authenticated:
        return
    yield from _coming(user, now)
    asking = allowed("liaisons.network_member.handle", user, now=now).filter(state="asked")
    waiting = asking.order_by().values("network", "network__name_fi").annotate(number=Count("pk"))
    for row in waiting.order_by("network__order", "network")[:SHOWN]:
        yield Todo(
            title=ngettext(
                "Vastaa: yksi haluaa mukaan verkostoon %(network)s",
                "Vastaa: %(count)s haluaa mukaan verkostoon %(network)s",
                row["number"],
            )
            % {"count": row["number"], "network": row["network__name_fi"]},
            url=reverse("liaisons:network_work", args=[row["network"]]),
            button=_("Vastaa"),
        )
    if may_manage_networks(user, now):
        convened = NetworkMember.objects.in_force(now).filter(network=OuterRef("pk"), convener_place__isnull=False)
        without = Network.objects.on(local_date(now)).exclude(Exists(convened)).count()
        if without:
            yield Todo(
                title=ngettext(
                    "Nimeä koollekutsujat: yhdellä verkostolla ei ole yhtään",
                    "Nimeä koollekutsujat: %(count)s verkostolla ei ole yhtään",
                    without,
                )
                % {"count": without},
                url=reverse("liaisons:networks_desk"),
                button=_("Nimeä"),
                quiet=True,
            )


def _coming(user: Any, now: datetime) -> Iterator[Todo]:
    """Yield the meetings of one's networks in the next two weeks; one query."""
    mine = memberships_in_networks(user, now).values("network")
    rows = NetworkMeeting.objects.filter(network__in=mine, cancelled_at=None, starts_at__gt=now)
    for row in rows.filter(starts_at__lte=now + AHEAD).select_related("network").order_by("starts_at", "pk")[:SHOWN]:
        yield Todo(
            title=_("Osallistu verkoston tapaamiseen: %(network)s") % {"network": row.network},
            url=reverse("liaisons:network_own", args=[row.network_id]),
            button=_("Avaa"),
            due=row.starts_at,
            detail=row.place,
        )


def network_hits(user: Any, words: str, limit: int) -> Iterator[SearchHit]:
    """Provider of the ``search`` seam: networks whose name holds every word; one query."""
    rows = allowed("liaisons.network.public", user, now=clock.now())
    for word in words.split():
        rows = rows.filter(name_fi__icontains=word)
    for row in rows[:limit]:
        yield SearchHit(title=row.name, url=row.get_absolute_url(), kind=_("Verkosto"))


def network_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam.

    Ends the membership of those who no longer act for their organisation, and erases who has left two years ago,
    letters after two years and memos five years from the meeting.
    """
    acts = Membership.objects.in_force(now).filter(user=OuterRef("user"), organisation=OuterRef("organisation"))
    live = NetworkMember.objects.filter(organisation__isnull=False, state__in=("asked", "member"))
    for row in live.exclude(Exists(acts)):
        lapse_member(row, now=now)
    gone, _by = NetworkMember.objects.filter(ended_at__lt=now - GONE_KEPT).delete()
    letters, _by = NetworkLetter.objects.filter(written_at__lt=now - LETTER_KEPT).delete()
    old = NetworkMeeting.objects.filter(starts_at__lt=now - MEMO_KEPT).exclude(memo="")
    return {
        "liaisons.NetworkMember": gone,
        "liaisons.NetworkLetter": letters,
        "liaisons.NetworkMeeting.memo": old.update(memo=""),
    }


def network_data(user: User) -> dict[str, Any]:
    """Return the networks to which the person belongs or has belonged, and the letters that they wrote."""
    facts = ("network__name_fi", "organisation__name", "state", "words", "asked_at", "joined_at", "ended_at")
    return {
        "networks": list(NetworkMember.objects.filter(user=user).values(*facts, "convener_place", "wants_mail")),
        "letters": list(
            NetworkLetter.objects.filter(written_by=user).values("network__name_fi", "subject", "text", "sent_at")
        ),
    }
