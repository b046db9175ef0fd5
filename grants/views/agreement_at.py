"""Where a page of an agreement stands: on the county's side or on one organisation's, and what the person may there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from common.policies import allowed
from grants.agreement_content import Content
from grants.models import Agreement, AgreementParty, AgreementVersion, Side
from grants.policies import EDITORS, SENDERS
from grants.policies.base import represented
from grants.workflow.agreements import END, SIGN, WORK, latest_of
from organisations.acting import acting_organisation
from organisations.models import Organisation

Right = Literal["read", "work", "sign", "end"]
READ = {Side.COUNTY: "grants.agreement.view", Side.ORGANISATION: "grants.agreement.view_own"}
_RIGHTS: dict[Right, dict[Side, str]] = {"read": READ, "work": WORK, "sign": SIGN, "end": END}
_ROLES: dict[Right, tuple[str, ...]] = {"read": (), "work": EDITORS, "sign": SENDERS, "end": SENDERS}
_PAGES = (
    "edit",
    "send",
    "comment",
    "sign",
    "paper",
    "reopen",
    "drop",
    "pdf",
    "plan",
    "evaluate",
    "talk",
    "amend",
    "renew",
    "terminate",
)
_COUNTY_ONLY = ("paper", "amend", "renew")


@dataclass(frozen=True)
class At:
    """An agreement on one side; ``party`` and ``organisation`` are None on the county's."""

    agreement: Agreement
    side: Side
    organisation: Organisation | None = None
    party: AgreementParty | None = None

    def url(self, name: str = "", *args: int) -> str:
        """Return the address of a page of the agreement on this side; without a name its own."""
        route = "own_agreement" if self.organisation else "agreement"
        own = [self.organisation.pk] if self.organisation else []
        return reverse(f"grants:{route}_{name}" if name else f"grants:{route}", args=[*own, self.agreement.pk, *args])

    @property
    def urls(self) -> dict[str, str]:
        """The addresses of the steps, by name."""
        names = [name for name in _PAGES if self.organisation is None or name not in _COUNTY_ONLY]
        return {"page": self.url(), **{name: self.url(name) for name in names}}

    @property
    def list_url(self) -> str:
        """The address of the list from which the agreement is opened."""
        if self.organisation:
            return reverse("grants:own_agreements", args=[self.organisation.pk])
        return reverse("grants:agreements")

    @property
    def has_turn(self) -> bool:
        """Tell whether this side has the turn of writing."""
        return self.agreement.state in ("draft", "negotiating") and self.agreement.turn == self.side

    def shown(self, latest: AgreementVersion | None) -> Content:
        """Return the text that this side sees: what it is writing, else the version that was sent last."""
        if self.has_turn or latest is None:
            return dict(self.agreement.draft)
        return dict(latest.content)


def at(request: HttpRequest, right: Right, agreement_id: int, organisation_id: int | None, now: datetime) -> At:
    """Return the agreement where the person may read, work, sign or end it on this side; else 404."""
    side = Side.COUNTY if organisation_id is None else Side.ORGANISATION
    rows = allowed(_RIGHTS[right][side], request.user, now=now)
    found: Agreement = get_object_or_404(
        rows.select_related("kind", "unit", "previous", "document", "need"), pk=agreement_id
    )
    if organisation_id is None:
        return At(found, side)
    organisation = acting_organisation(request, organisation_id)
    roles = _ROLES[right]
    if roles and not represented(request.user, now, *roles).filter(organisation=organisation).exists():
        raise Http404
    party = get_object_or_404(found.parties.select_related("organisation"), organisation=organisation)
    return At(found, side, organisation, party)


def rights_of(request: HttpRequest, here: At, now: datetime) -> dict[str, bool]:
    """Return which rights the person has here: work, sign, end."""
    names: tuple[Right, ...] = ("work", "sign", "end")
    found: dict[str, bool] = {}
    for name in names:
        try:
            at(request, name, here.agreement.pk, here.organisation.pk if here.organisation else None, now)
        except Http404:
            found[name] = False
        else:
            found[name] = True
    return found


def latest_or_404(here: At) -> AgreementVersion:
    """Return the version that was sent last, or 404 where nothing has been sent."""
    found = latest_of(here.agreement)
    if found is None:
        raise Http404
    return found


def context_of(here: At, **more: Any) -> dict[str, Any]:
    """Return what every page of an agreement needs."""
    return {"at": here, "agreement": here.agreement, "organisation": here.organisation, "urls": here.urls, **more}
