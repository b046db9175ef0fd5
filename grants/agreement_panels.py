"""Agreements on the county's page of an organisation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.policies import allowed, may
from grants.models import Agreement
from organisations.county_panels import CountyFile
from organisations.models import Organisation


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
