"""What a statutory negotiation still lacks: the page, the verb and what waits ask the same questions."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from common.seams import Tone
from county.models import Municipality
from forums.models import Event, Negotiation, NegotiationGoal, NegotiationParty, PartyKind


@dataclass(frozen=True)
class KindLight:
    """How it stands with the invitations of one kind of party."""

    kind: str
    name: Any
    tone: Tone
    word: str


@dataclass(frozen=True)
class Lack:
    """One thing that is missing; ``code`` is the refusal's, ``part`` the section of the page where it is mended."""

    code: str
    text: str
    part: str


def demanded_municipalities(event: Event) -> list[Municipality]:
    """Return the municipalities of the group, or all own ones where the negotiation is of the whole county."""
    if event.regional_group_id:
        return list(Municipality.objects.filter(regional_groups=event.regional_group_id).order_by("name_fi"))
    return list(Municipality.objects.filter(is_own=True).order_by("name_fi"))


def uninvited(negotiation: Negotiation) -> list[str]:
    """Return who must still be invited, by name: kinds without an invitation, and each municipality by itself."""
    parties = list(negotiation.parties.all())
    invited = {party.kind for party in parties if party.invited_at}
    names = [str(kind.label) for kind in PartyKind if kind != PartyKind.MUNICIPALITY and kind not in invited]
    places = {party.municipality_id for party in parties if party.invited_at}
    wanted = demanded_municipalities(negotiation.event)
    return [*names, *(place.name for place in wanted if place.pk not in places)]


def lights(negotiation: Negotiation) -> list[KindLight]:
    """Return the light of each kind of party."""
    parties = list(negotiation.parties.all())
    invited = Counter(party.kind for party in parties if party.invited_at)
    wanted = demanded_municipalities(negotiation.event)
    places = {party.municipality_id for party in parties if party.invited_at}
    found = []
    for kind in PartyKind:
        need, have = 1, invited[kind]
        if kind == PartyKind.MUNICIPALITY:
            need, have = max(len(wanted), 1), sum(place.pk in places for place in wanted)
        if have >= need:
            found.append(KindLight(kind, kind.label, "ok", _("kutsuttu")))
        elif have:
            values = {"have": have, "need": need}
            found.append(KindLight(kind, kind.label, "wait", _("kutsuttu %(have)s/%(need)s") % values))
        else:
            found.append(KindLight(kind, kind.label, "bad", _("kutsumatta")))
    return found


def previous(negotiation: Negotiation) -> Negotiation | None:
    """Return the last recorded negotiation of the same series and group before this one."""
    event = negotiation.event
    rows = Negotiation.objects.filter(
        state="complete",
        event__series=event.series_id,
        event__regional_group=event.regional_group_id,
        event__starts_at__lt=event.starts_at,
    )
    return rows.select_related("event").order_by("-event__starts_at").first()


def unfollowed(negotiation: Negotiation) -> list[NegotiationGoal]:
    """Return the goals of the negotiation before this one whose outcome nobody has written down."""
    before = previous(negotiation)
    return list(before.goals.filter(outcome="")) if before else []


def lacks(negotiation: Negotiation, now: datetime) -> list[Lack]:
    """Return what is missing before the record is complete, in the order of the work."""
    event = negotiation.event
    parties: list[NegotiationParty] = list(negotiation.parties.all())
    found = []
    if names := uninvited(negotiation):
        text = _("Kutsumatta: %(names)s.") % {"names": ", ".join(names)}
        found.append(Lack("not_invited", text, "osapuolet"))
    if event.starts_at > now:
        found.append(Lack("not_held_yet", _("Neuvottelua ei ole vielä pidetty."), "muistio"))
    if not any(party.present for party in parties):
        found.append(Lack("no_presence", _("Läsnäolo on kirjaamatta osapuolittain."), "osapuolet"))
    if not (negotiation.minutes or negotiation.minutes_url):
        found.append(Lack("no_minutes", _("Muistio puuttuu."), "muistio"))
    if not negotiation.goals.exists():
        found.append(Lack("no_goals", _("Yhteiset tavoitteet puuttuvat. Kirjaa vähintään yksi."), "tavoitteet"))
    if unfollowed(negotiation):
        text = _("Edellisen neuvottelun tavoitteiden toteutuminen on kirjaamatta.")
        found.append(Lack("not_followed", text, "seuranta"))
    return found
