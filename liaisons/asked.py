"""Whom a call for candidates asks: the NGOs of the region, or those that sit in the body that chooses."""

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import User
from county.models import Municipality, RegionalGroup
from liaisons.models import Asked, NominationCall, Seat
from organisations.models import Membership, Organisation


def asked_organisations(call: NominationCall, now: datetime) -> QuerySet[Organisation]:
    """Return the registered NGOs whose candidates the call asks for.

    The region is that of the body: its municipality, or those of its regional group, or the whole county. An NGO
    belongs to it by its domicile or by where it says that it works.
    """
    registered = Organisation.objects.filter(status="registered")
    if call.asked == Asked.MEMBERS:
        seated = Seat.objects.in_force(now).filter(body=call.chooser_id, organisation__isnull=False)
        return registered.filter(pk__in=seated.values("organisation"))
    body = call.body
    if body.municipality_id:
        here = Q(domicile=body.municipality_id) | Q(municipalities=body.municipality_id)
    elif body.regional_group:
        places = body.regional_group.municipalities.values("pk")
        here = Q(domicile__in=places) | Q(municipalities__in=places)
    else:
        here = Q(domicile__is_own=True) | Q(municipalities__is_own=True)
    return registered.filter(pk__in=registered.filter(here).values("pk"))


def people_asked(call: NominationCall, now: datetime) -> dict[Organisation, list[User]]:
    """Return for each asked NGO those who may propose for it; three queries."""
    return people_of(asked_organisations(call, now), now)


def people_of(organisations: QuerySet[Organisation], now: datetime) -> dict[Organisation, list[User]]:
    """Return for each of the NGOs those who prepare its matters; two queries."""
    found = list(organisations.order_by("pk"))
    people: dict[int, list[User]] = {}
    rows = Membership.objects.in_force(now).filter(
        organisation__in=found, role__in=["admin", "editor", "signatory"], user__is_active=True
    )
    for row in rows.select_related("user").order_by("pk"):
        people.setdefault(row.organisation_id, []).append(row.user)
    return {organisation: people.get(organisation.pk, []) for organisation in found}


def calls_asking(
    calls: QuerySet[NominationCall], organisation: Organisation, now: datetime
) -> QuerySet[NominationCall]:
    """Return those of the calls that ask this NGO; the other way round of ``asked_organisations``, in one query."""
    if organisation.status != "registered":
        return calls.none()
    places = Municipality.objects.filter(Q(pk=organisation.domicile_id) | Q(organisations=organisation)).values("pk")
    sits = Seat.objects.in_force(now).filter(organisation=organisation).values("body")
    groups = RegionalGroup.objects.filter(municipalities__in=places).values("pk")
    here = Q(body__municipality__in=places) | Q(body__regional_group__in=groups)
    if Municipality.objects.filter(is_own=True, pk__in=places).exists():
        here |= Q(body__municipality__isnull=True, body__regional_group__isnull=True)
    return calls.filter(Q(asked=Asked.NGOS) & here | Q(asked=Asked.MEMBERS, chooser__in=sits))
