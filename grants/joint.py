"""A joint application as people read it: its parties, their tasks and shares, and what is still missing.

The same from the rows of a draft and from the frozen content of a submission. Sums are euros.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from common.money import format_euros
from common.times import format_date, local_date
from grants import form_definition as forms_data
from grants.form_definition import Definition
from grants.life_cycles_partners import PARTNER
from grants.models import AnsweredVia, Application, ApplicationPartner, LeadShare

ZERO = Decimal(0)


@dataclass(frozen=True)
class Party:
    """One party: the organisation that applies (``is_lead``) or a partner; ``standing`` tells of its confirmation."""

    name: str
    is_lead: bool
    task: str
    grant_share: Decimal | None
    own_share: Decimal | None
    standing: str


def digest(partner: ApplicationPartner) -> str:
    """Return the hash of what the partner confirms: its task and its shares.

    Not which row of the register it is: two organisations that become one confirm nothing anew.
    """
    told = [
        partner.name,
        partner.task,
        *(None if share is None else f"{share:.2f}" for share in (partner.grant_share, partner.own_share)),
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def lead_share_of(application: Application) -> LeadShare | None:
    """Return what the applying organisation has told of its own part, if anything."""
    return getattr(application, "lead_share", None)


def parties_of(application: Application) -> list[Party]:
    """Return the parties as they stand now, the applying organisation first; none of one that applies alone."""
    partners = list(application.partners.all())
    if not partners:
        return []
    lead = lead_share_of(application)
    first = Party(
        application.organisation.name,
        True,
        lead.task if lead else "",
        lead.grant_share if lead else None,
        lead.own_share if lead else None,
        _("Hakija"),
    )
    return [first, *(_party(partner) for partner in partners)]


def _party(partner: ApplicationPartner) -> Party:
    standing = str(partner.state_label)
    if partner.state == "confirmed" and partner.answered_at:
        standing = _confirmed(partner.answered_at, partner.answered_name, partner.answered_via)
    return Party(partner.shown_name, False, partner.task, partner.grant_share, partner.own_share, standing)


def _confirmed(at: datetime, who: str, via: str) -> str:
    values = {"day": format_date(local_date(at)), "who": who, "how": AnsweredVia(via).label}
    if not who:
        return _("Vahvistettu %(how)s %(day)s") % values
    return _("Vahvistettu %(how)s %(day)s, %(who)s") % values


def frozen(application: Application) -> dict[str, Any]:
    """Return what a submission keeps of the parties: ``{"joint": …}``, or nothing of one that applies alone.

    No contact addresses: they are no part of what was applied for.
    """
    partners = list(application.partners.order_by("pk")) if application.call.takes_joint else []
    if not partners:
        return {}
    lead = lead_share_of(application)
    return {
        "joint": {
            "lead": {
                "task": lead.task if lead else "",
                "grant_share": _text(lead.grant_share if lead else None),
                "own_share": _text(lead.own_share if lead else None),
            },
            "partners": [
                {
                    "id": partner.pk,
                    "organisation": partner.organisation_id,
                    "name": partner.shown_name,
                    "business_id": partner.organisation.business_id if partner.organisation else "",
                    "task": partner.task,
                    "grant_share": _text(partner.grant_share),
                    "own_share": _text(partner.own_share),
                    "state": partner.state,
                    "confirmed_at": partner.answered_at.isoformat() if partner.answered_at else None,
                    "confirmed_by": partner.answered_name,
                    "confirmed_via": partner.answered_via,
                    "confirmed_terms": partner.confirmed_terms,
                }
                for partner in partners
            ],
        }
    }


def _text(share: Decimal | None) -> str | None:
    return None if share is None else f"{share:.2f}"


def parties_in(content: dict[str, Any]) -> list[Party]:
    """Return the parties of a submission's frozen content."""
    joint = content.get("joint")
    if not joint:
        return []
    lead = joint["lead"]
    first = Party(
        content["organisation"]["name"],
        True,
        lead["task"],
        forms_data.to_decimal(lead["grant_share"]),
        forms_data.to_decimal(lead["own_share"]),
        _("Hakija"),
    )
    return [first, *(_frozen_party(row) for row in joint["partners"])]


def _frozen_party(row: dict[str, Any]) -> Party:
    standing = str(PARTNER.label(row["state"]))
    if row["state"] == "confirmed":
        standing = _confirmed(datetime.fromisoformat(row["confirmed_at"]), row["confirmed_by"], row["confirmed_via"])
    return Party(
        row["name"],
        False,
        row["task"],
        forms_data.to_decimal(row["grant_share"]),
        forms_data.to_decimal(row["own_share"]),
        standing,
    )


@dataclass(frozen=True)
class Sums:
    """The shares of all parties together against what is asked and budgeted; ``to_cover`` is None without a budget."""

    grant: Decimal
    own: Decimal
    asked: Decimal | None
    to_cover: Decimal | None

    @property
    def grant_differs(self) -> bool:
        """Tell whether the shares of the grant are not what is asked."""
        return self.asked is not None and self.grant != self.asked

    @property
    def own_differs(self) -> bool:
        """Tell whether the other money is not what the budget's expenses need beside the grant."""
        return self.to_cover is not None and self.own != self.to_cover


def sums_of(application: Application, definition: Definition, parties: Iterable[Any]) -> Sums:
    """Add up the shares of rows (``LeadShare``, ``ApplicationPartner`` or ``Party``) against asked sum and budget."""
    rows = list(parties)
    asked = forms_data.asked_sum(definition, application.answers)
    return Sums(
        grant=sum((row.grant_share or ZERO for row in rows), ZERO),
        own=sum((row.own_share or ZERO for row in rows), ZERO),
        asked=asked,
        to_cover=_to_cover(application, definition, asked),
    )


def _to_cover(application: Application, definition: Definition, asked: Decimal | None) -> Decimal | None:
    """Return the euros of the budget's expenses that the asked grant does not pay."""
    for _page, question in forms_data.all_questions(definition):
        if question["type"] != "budget" or not forms_data.is_asked(question, definition, application.answers):
            continue
        expenses = (application.answers.get(question["key"]) or {}).get("expenses") or []
        if expenses and asked is not None:
            return forms_data.sum_of(expenses, "total") - asked
    return None


def grant_differs_text(sums: Sums) -> str:
    """Say how the shares of the grant differ from the asked sum."""
    return _("Osuudet avustuksesta ovat yhteensä %(shares)s, mutta haette %(asked)s. Korjaa osuudet tai summa.") % {
        "shares": format_euros(sums.grant),
        "asked": format_euros(sums.asked),
    }


def own_differs_text(sums: Sums) -> str:
    """Say how the other money differs from what the budget needs."""
    return _(
        "Osapuolten muu rahoitus on yhteensä %(own)s, mutta talousarvion menoista jää avustuksen jälkeen "
        "maksettavaksi %(needed)s. Korjaa osuudet tai talousarvio."
    ) % {"own": format_euros(sums.own), "needed": format_euros(sums.to_cover)}


def prefetch_partners(applications: Iterable[Application]) -> None:
    """Read the partners of those whose call takes joint applications, at once; no query where there are none."""
    joint = [application for application in applications if application.call.takes_joint]
    prefetch_related_objects(joint, "partners")


def partner_names() -> ArraySubquery:
    """Return an expression on applications: the partners' names as a list, without a query of its own."""
    rows = ApplicationPartner.objects.filter(application=OuterRef("pk")).order_by("pk")
    return ArraySubquery(rows.values(told=Coalesce("organisation__name", "name")))


def partner_organisations(application: Application) -> QuerySet[ApplicationPartner]:
    """Return the partners that are organisations of the register, with them."""
    return application.partners.filter(organisation__isnull=False)
