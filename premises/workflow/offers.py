"""A freed time is offered to who asked first. Called under the locks of the spaces that were freed."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from liaisons.letters import said
from premises import mails, writer
from premises.availability import open_spans, verdict
from premises.life_cycles import WAITING
from premises.models import Room, WaitingPlace
from premises.spans import Span
from premises.tree import Tree

OFFER_LASTS = timedelta(hours=24)
#: An offer ends this long before the slot, so that the next in line still has time.
BEFORE_SLOT = timedelta(hours=2)
RELATED = ("room__site", "organisation", "unit", "asked_by")


def offer_freed(tree: Tree, room: Room, span: Span, *, now: datetime) -> list[WaitingPlace]:
    """Offer a freed time, in the order of asking, to those whose whole wish is now free; the caller holds the locks.

    An offer lasts 24 hours, or until two hours before the slot. Places whose slot comes sooner get the rest of the
    time. While it lasts nobody else can book the time. Wishes that reach into spaces not freed are looked at too, with
    the holds as they stand: taking the offer asks again under its own locks. An event of an external calendar that
    came on top of what was there takes the time before the queue.
    """
    writer.fill_closures(tree, room, span)
    rows = WaitingPlace.objects.filter(
        room__in=tree.kin(room.pk), state="waiting", starts_at__lt=span.end, ends_at__gt=span.start, starts_at__gt=now
    ).order_by("asked_at", "pk")
    found = []
    for place in rows.select_for_update(of=("self",)).select_related(*RELATED):
        if _can_be_had(tree, place, now):
            _offer(place, now)
            found.append(place)
    return found


def _can_be_had(tree: Tree, place: WaitingPlace, now: datetime) -> bool:
    wish = Span(place.starts_at, place.ends_at)
    if writer.clashes(tree, place.room, [wish], now=now, place=place.pk)[0]:
        return False
    opened = open_spans([place.room], wish.day, wish.last_day)[place.room_id]
    return verdict(place.room, wish, opened, [], now=now).is_free


def _offer(place: WaitingPlace, now: datetime) -> None:
    latest = place.starts_at - BEFORE_SLOT
    until = min(now + OFFER_LASTS, latest if latest > now else place.starts_at)
    place.state, place.offered_until = WAITING.check(place.state, "offer"), until
    place.save(update_fields=["state", "offered_until"])
    lines = [
        _("Aika, johon olette jonossa, on vapautunut. Se on teille varattuna hetken."),
        *mails.facts(place),
        said(_("Vastaa viimeistään %(until)s. Sen jälkeen aika tarjotaan seuraavalle."), until=until),
    ]
    for user in mails.people_of(place, now):
        mails.letter(
            "queue_offered",
            user,
            said(_("Aika vapautui: %(room)s %(when)s"), room=place.room, when=mails.when(place)),
            lines,
            path=mails.place_path(place),
            button=_("Varaa aika"),
            key=f"{place.pk}:{until.isoformat()}",
            now=now,
        )
