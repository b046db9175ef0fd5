"""The verbs of networks and of belonging to them: made, joined, convened, left."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.text import format_lazy, slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRoleKind, User
from accounts.roles import has_any_staff_role
from common.errors import Refused
from common.locks import advisory_lock
from common.policies import allowed, get_allowed
from common.times import local_date
from county.models import Municipality
from liaisons.models import NETWORK_MEMBER_LIFE, Network, NetworkMember, PostLevel
from liaisons.policies.networks import is_of_an_authority, may_manage_networks
from liaisons.policies.posts import posts_answered
from liaisons.workflow.saving import save_checked
from notifications.outbox import queue
from organisations import timeline
from organisations.models import Organisation, Visibility
from organisations.workflow.guards import constraint_says, staff

_LIVE = ("asked", "member")
NAMED = _("Olet nyt verkoston koollekutsuja: {network}")


@transaction.atomic
def add_network(*, by: Any, now: datetime, **fields: Any) -> Network:
    """Make a network in the portal; the same Finnish name again returns the one that is there. Only the coordinator.

    ``fields``: names and descriptions in three languages, theme, conveners_wanted.
    """
    if not may_manage_networks(by, now):
        raise Http404
    advisory_lock("liaisons.network", 0)
    there: Network | None = Network.objects.filter(name_fi__iexact=fields["name_fi"].strip()).first()
    if there:
        return there
    last = Network.objects.order_by("-order").values_list("order", flat=True).first() or 0
    network = Network(key=_free_key(fields["name_fi"]), order=last + 1, **fields)
    save_checked(network, "network_refused")
    return network


def _free_key(name: str) -> str:
    base = slugify(name)[:90] or "verkosto"
    taken = set(Network.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for key in (base, *(f"{base}-{number}" for number in range(2, 1000))) if key not in taken)


@transaction.atomic
def edit_network(network: Network, *, by: Any, now: datetime, **fields: Any) -> Network:
    """Change names, descriptions, theme or the number of conveners. Only the coordinator (404)."""
    row: Network = get_allowed("liaisons.network.manage", by, now=now, lock=True, pk=network.pk)
    return _changed(row, fields)


@transaction.atomic
def describe_network(network: Network, *, by: Any, now: datetime, **texts: Any) -> Network:
    """Write what the network does, in three languages. Its conveners and the coordinator (404)."""
    row: Network = get_allowed("liaisons.network.convene", by, now=now, lock=True, pk=network.pk)
    return _changed(row, {name: value for name, value in texts.items() if name.startswith("description_")})


def _changed(row: Network, fields: dict[str, Any]) -> Network:
    for name, value in fields.items():
        setattr(row, name, value)
    save_checked(row, "network_refused")
    return row


@transaction.atomic
def end_network(network: Network, *, by: Any, now: datetime) -> Network:
    """End the network today: its page and its rights end, what was written stays for the coordinator. Twice is once."""
    row: Network = get_allowed("liaisons.network.manage", by, now=now, lock=True, pk=network.pk)
    if row.ended_on is None:
        row.ended_on = local_date(now)
        row.save(update_fields=["ended_on"])
    return row


# Belonging


@transaction.atomic
def ask_to_join(
    network: Network, *, organisation: Organisation | None = None, words: str = "", by: Any, now: datetime
) -> NetworkMember:
    """Ask to join for an organisation for which one acts, or for an authority; again returns the same asking.

    The conveners are told; where nobody convenes, the coordinators. Refused: not_allowed, no_party.
    """
    row = get_allowed("liaisons.network.join", by, now=now, lock=True, pk=network.pk)
    _check_party(by, organisation, now)
    there = row.members.filter(user=by, state__in=_LIVE).first()
    if there:
        return there  # type: ignore[no-any-return]
    made = NetworkMember.objects.create(
        network=row,
        user=by,
        organisation=organisation,
        municipality=None if organisation else municipality_of(by, now),
        words=words.strip()[:500],
        asked_at=now,
    )
    for person in conveners_of(row, now) or staff(now, StaffRoleKind.COORDINATOR):
        queue(
            kind="liaisons.network_asked",
            to=person,
            subject=format_lazy(_("Verkostoon pyydetään mukaan: {network}"), network=row),
            template="emails/liaisons/network_asked",
            context={"member": made, "network": row},
            dedup_key=f"liaisons.network_asked:{made.pk}:{person.pk}",
            now=now,
        )
    return made


def _check_party(user: Any, organisation: Organisation | None, now: datetime) -> None:
    if organisation is not None:
        if not allowed("organisations.represent", user, now=now).filter(pk=organisation.pk).exists():
            raise Refused("not_allowed", _("Et toimi tämän järjestön puolesta."))
    elif not is_of_an_authority(user, now):
        raise Refused(
            "no_party", _("Verkostoon liittyy järjestön edustaja, tai hyvinvointialueen tai kunnan työntekijä.")
        )


def municipality_of(user: Any, now: datetime) -> Municipality | None:
    """Return the municipality for which a liaison person works; None for the county's own people."""
    if has_any_staff_role(user, now, *StaffRoleKind.values):
        return None
    posts = list(posts_answered(user, now).select_related("municipality").order_by("pk"))
    if any(post.level != PostLevel.MUNICIPAL for post in posts):
        return None
    return posts[0].municipality if posts else None


def conveners_of(network: Network, now: datetime) -> list[User]:
    """Return the people who convene the network now."""
    rows = network.members.in_force(now).conveners().select_related("user")
    return [row.user for row in rows]


@transaction.atomic
def answer_asking(member: NetworkMember, *, accept: bool, reason: str = "", by: Any, now: datetime) -> NetworkMember:
    """Take the person in or not, with the reason they read; the same answer again changes nothing.

    Refused: not_allowed (404), wrong_state.
    """
    row = _lock("liaisons.network_member.handle", member, by, now)
    target = "member" if accept else "declined"
    if row.state == target:
        return row
    row.state = NETWORK_MEMBER_LIFE.check(row.state, "accept" if accept else "decline")
    if accept:
        row.joined_at = now
    else:
        row.ended_at = now
    row.save(update_fields=["state", "joined_at", "ended_at"])
    subject = _("Olet nyt mukana verkostossa: {network}") if accept else _("Verkostoon ei otettu mukaan: {network}")
    _tell_person(row, subject, reason, now=now)
    if accept:
        _tell_timeline(row, _("%(person)s liittyi verkostoon %(network)s"), by=by, now=now)
    return row


@transaction.atomic
def add_member(
    network: Network, *, email: str, organisation: str = "", is_convener: bool = False, by: Any, now: datetime
) -> NetworkMember:
    """Add a person who has an account, as a member or as a convener; they are told and may leave at any time.

    ``organisation`` is a part of the name of the one for which they act; empty means the county, or the
    municipality whose liaison person they are. Only the coordinator
    (404). Somebody who asked to join is taken in. Refused: no_account, no_organisation, enough_conveners.
    """
    row: Network = get_allowed("liaisons.network.manage", by, now=now, lock=True, pk=network.pk)
    person = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        raise Refused(
            "no_account", _("Osoitteella ei ole tunnusta. Pyydä henkilöä luomaan tunnus ja lisää hänet sitten.")
        )
    acting = _organisation_of(person, organisation, now)
    member: NetworkMember | None = row.members.filter(user=person, state__in=_LIVE).first()
    is_new = member is None or member.state == "asked"
    if member is None:
        town = None if acting else municipality_of(person, now)
        parties = {"organisation": acting, "municipality": town}
        member = NetworkMember(network=row, user=person, **parties, asked_at=now, joined_at=now, state="member")
    elif member.state == "asked":
        member.state, member.joined_at = NETWORK_MEMBER_LIFE.check(member.state, "accept"), now
    is_named = is_convener and member.convener_place is None
    if is_named:
        member.convener_place = _free_place(row)
    member.save()
    if is_named:
        _tell_person(member, NAMED, "", now=now, key=f"convener:{now.isoformat()}")
    elif is_new:
        _tell_person(member, _("Sinut on lisätty verkostoon: {network}"), "", now=now)
    if is_new:
        _tell_timeline(member, _("%(person)s liittyi verkostoon %(network)s"), by=by, now=now)
    return member


def _organisation_of(person: User, name: str, now: datetime) -> Organisation | None:
    if not name.strip():
        return None
    acting = allowed("organisations.represent", person, now=now).filter(name__icontains=name.strip())
    found: list[Organisation] = list(acting.order_by("sort_key")[:2])
    if len(found) != 1:
        raise Refused(
            "no_organisation",
            _("Henkilö ei toimi tällaisen järjestön puolesta. Tarkista järjestön nimi hänen kanssaan."),
        )
    return found[0]


def _free_place(network: Network) -> int:
    taken = set(network.members.conveners().values_list("convener_place", flat=True))
    free = [place for place in range(1, network.conveners_wanted + 1) if place not in taken]
    if not free:
        raise Refused("enough_conveners", _("Verkostolla on jo koollekutsujat. Vapauta ensin toinen tai muuta määrää."))
    return free[0]


@transaction.atomic
def name_convener(member: NetworkMember, *, by: Any, now: datetime) -> NetworkMember:
    """Make a member a convener; again changes nothing. Only the coordinator (404).

    Refused: wrong_state (not a member), enough_conveners.
    """
    row = _lock("liaisons.network_member.manage", member, by, now)
    if row.is_convener:
        return row
    if row.state != "member":
        raise Refused("wrong_state", _("Vain jäsen voi olla koollekutsuja."))
    network = Network.objects.select_for_update(of=("self",)).get(pk=row.network_id)
    row.convener_place = _free_place(network)
    with constraint_says("liaisons_networkmember_place_once", "enough_conveners", _("Paikalla on jo koollekutsuja.")):
        row.save(update_fields=["convener_place"])
    _tell_person(row, NAMED, "", now=now, key=f"convener:{now.isoformat()}")
    return row


@transaction.atomic
def release_convener(member: NetworkMember, *, by: Any, now: datetime) -> NetworkMember:
    """Let a convener go back to being a member; again changes nothing. Only the coordinator (404)."""
    row = _lock("liaisons.network_member.manage", member, by, now)
    if row.is_convener:
        row.convener_place = None
        row.save(update_fields=["convener_place"])
    return row


@transaction.atomic
def leave_network(member: NetworkMember, *, by: Any, now: datetime) -> NetworkMember:
    """Leave, or take back one's asking; at any time. A second time there is nothing to leave (404)."""
    row = _lock("liaisons.network_member.own", member, by, now)
    was_member = row.state == "member"
    _end(row, "leave", now)
    if was_member:
        _tell_timeline(row, _("%(person)s lähti verkostosta %(network)s"), by=by, now=now)
    return row


@transaction.atomic
def remove_member(member: NetworkMember, *, reason: str, by: Any, now: datetime) -> NetworkMember:
    """End somebody's membership with a reason that they read; again changes nothing.

    Refused: not_allowed (404), wrong_state, no_reason.
    """
    row = _lock("liaisons.network_member.handle", member, by, now)
    if row.state == "removed":
        return row
    NETWORK_MEMBER_LIFE.check(row.state, "remove")
    if not reason.strip():
        raise Refused("no_reason", _("Kirjoita syy. Jäsen saa sen tiedoksi."))
    _end(row, "remove", now)
    _tell_person(row, _("Jäsenyytesi verkostossa päättyi: {network}"), reason, now=now)
    _tell_timeline(row, _("%(person)s lähti verkostosta %(network)s"), by=by, now=now)
    return row


@transaction.atomic
def lapse_member(member: NetworkMember, *, now: datetime) -> None:
    """End the membership of somebody who no longer acts for the organisation; the nightly task asks."""
    row = NetworkMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if row.state in _LIVE:
        _end(row, "lapse", now)


def _end(row: NetworkMember, verb: str, now: datetime) -> None:
    row.state, row.ended_at, row.convener_place = NETWORK_MEMBER_LIFE.check(row.state, verb), now, None
    row.save(update_fields=["state", "ended_at", "convener_place"])


@transaction.atomic
def choose_mail(member: NetworkMember, *, wants_mail: bool, by: Any, now: datetime) -> NetworkMember:
    """Choose whether this network's letters and invitations come to oneself."""
    row = _lock("liaisons.network_member.own", member, by, now)
    row.wants_mail = wants_mail
    row.save(update_fields=["wants_mail"])
    return row


def _lock(permission: str, member: NetworkMember, by: Any, now: datetime) -> NetworkMember:
    row: NetworkMember = get_allowed(permission, by, now=now, lock=True, pk=member.pk)
    return row


def _tell_person(row: NetworkMember, subject: Any, reason: str, *, now: datetime, key: str = "") -> None:
    queue(
        kind="liaisons.network_answered",
        to=row.user,
        subject=format_lazy(subject, network=row.network),
        template="emails/liaisons/network_answered",
        context={"member": row, "network": row.network, "reason": reason.strip(), "is_in": row.state == "member"},
        dedup_key=f"liaisons.network_answered:{row.pk}:{key or row.state}",
        now=now,
    )


def _tell_timeline(row: NetworkMember, text: Any, *, by: Any, now: datetime) -> None:
    """Tell the organisation's timeline who came to a network or left it in its name."""
    if row.organisation is None:
        return
    timeline.write(
        row.organisation,
        text,
        {"person": row.user, "network": row.network.name_fi},
        visibility=Visibility.ORGANISATION,
        now=now,
        by=by,
        link=row.network.get_absolute_url(),
    )
