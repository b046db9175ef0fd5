"""Agreements on the county's page of an organisation, and on the pages of needs and requests that led to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from common.policies import allowed, may
from grants.models import Agreement
from grants.policies.base import represented
from grants.workflow.agreement_news import own_path
from liaisons.models import CooperationRequest, Need
from organisations.county_panels import CountyFile
from organisations.models import Organisation

#: So many ideas are offered at most; the rest are on their own pages.
MOST_IDEAS = 20


@dataclass(frozen=True)
class AgreementsPanel:
    """The newest agreements of one organisation for ``template``, and whether the person may begin one."""

    agreements: tuple[Agreement, ...]
    may_start: bool
    organisation: Organisation
    template: str = "grants/agreements/county_panel.html"


def agreements_panel(user: Any, thing: Any, now: datetime) -> Iterator[AgreementsPanel]:
    """Yield the agreements' panel of the county's page of an organisation; two queries. Nothing for other things."""
    if not isinstance(thing, CountyFile):
        return
    rows = allowed("grants.agreement.view", user, now=now).filter(parties__organisation=thing.organisation)
    newest = rows.select_related("kind").order_by("-created_at", "-pk")[:5]
    may_start = may("grants.agreement.start", user, thing.organisation, now=now)
    yield AgreementsPanel(tuple(newest), may_start, thing.organisation)


@dataclass(frozen=True)
class OriginPanel:
    """What came of a need or a request, for ``template``: public agreements, open ones, ideas that may lead to one.

    ``agreed`` anyone may read; ``open`` are the negotiations that this person may open; ``ideas`` are requests from
    which the person may begin one.
    """

    agreed: tuple[Agreement, ...]
    open: tuple[tuple[Agreement, str], ...]
    ideas: tuple[CooperationRequest, ...]
    is_need: bool
    template: str = "grants/agreements/origin_panel.html"


def origin_panel(user: Any, thing: Any, now: datetime) -> Iterator[OriginPanel]:
    """Yield what came of a need or a request where something did or may; at most five queries, nothing for others."""
    if isinstance(thing, Need):
        rows, requests = Agreement.objects.filter(need=thing), CooperationRequest.objects.filter(need=thing)
    elif isinstance(thing, CooperationRequest):
        rows = Agreement.objects.filter(cooperation_request=thing)
        requests = CooperationRequest.objects.filter(pk=thing.pk)
    else:
        return
    agreed = rows.agreed().exclude(state="replaced").select_related("kind").order_by("-starts_on", "-pk")
    panel = OriginPanel(
        tuple(agreed), tuple(_open(rows, user, now)), tuple(_ideas(requests, user, now)), isinstance(thing, Need)
    )
    if panel.agreed or panel.open or panel.ideas:
        yield panel


def _open(rows: Any, user: Any, now: datetime) -> Iterator[tuple[Agreement, str]]:
    """Yield the negotiations that the person may open, each with its address on their side."""
    if not user.is_authenticated:
        return
    county = set(
        allowed("grants.agreement.view", user, now=now).filter(pk__in=rows.open()).values_list("pk", flat=True)
    )
    own = allowed("grants.agreement.view_own", user, now=now).filter(pk__in=rows.open()).values("pk")
    for row in rows.open().filter(Q(pk__in=county) | Q(pk__in=own)).order_by("pk"):
        if row.pk in county:
            yield row, row.get_absolute_url()
            continue
        party = row.parties.filter(organisation__in=represented(user, now).values("organisation")).earliest("pk")
        yield row, own_path(row, party.organisation_id)


def _ideas(requests: Any, user: Any, now: datetime) -> Any:
    """Return the requests from which the person may begin an agreement: nothing has begun from them yet."""
    if not user.is_authenticated:
        return ()
    begun = Agreement.objects.exclude(state="dropped").filter(cooperation_request__isnull=False)
    mine = allowed("grants.agreement.start", user, now=now)
    rows = requests.filter(organisation__in=mine.values("pk")).exclude(state="withdrawn")
    rows = rows.exclude(pk__in=begun.values("cooperation_request"))
    return rows.select_related("organisation").order_by("-created_at", "-pk")[:MOST_IDEAS]
