"""What waits about agreements: a turn to write, a version to approve."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.policies import allowed
from common.seams import Todo
from grants.models import AgreementParty, AgreementSignature
from grants.policies import EDITORS
from grants.policies.base import represented


def agreement_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam; three queries and what the rights ask."""
    if not user.is_authenticated:
        return
    yield from _own(user, now)
    waiting = allowed("grants.agreement.work", user, now=now).filter(state="negotiating", turn="county").count()
    if waiting:
        title = ngettext(
            "%(count)s sopimus odottaa hyvinvointialuetta", "%(count)s sopimusta odottaa hyvinvointialuetta", waiting
        )
        url = f"{reverse('grants:agreements')}?tila=vuoro"
        yield Todo(title=title % {"count": waiting}, url=url, button=_("Avaa sopimukset"))
    to_sign = allowed("grants.agreement.sign", user, now=now).filter(state="signing").exclude(_approved())
    for row in to_sign.order_by("pk"):
        title = _("Hyväksy sopimus: %(title)s") % {"title": row.title}
        yield Todo(title=title, url=row.get_absolute_url(), button=_("Avaa sopimus"))


def _approved(party: Any = None) -> Exists:
    """Return the condition that the county, or the party, has approved; approvals of older versions are withdrawn."""
    rows = AgreementSignature.objects.filter(withdrawn_at__isnull=True)
    if party is None:
        return Exists(rows.filter(version__agreement=OuterRef("pk"), party__isnull=True))
    return Exists(rows.filter(party=OuterRef(party)))


def _own(user: Any, now: datetime) -> Iterator[Todo]:
    for party in _parties(user, now):
        agreement = party.agreement
        signs = agreement.state == "signing"
        title = _("Hyväksykää sopimus: %(title)s") if signs else _("Sopimus odottaa teitä: %(title)s")
        yield Todo(
            title=title % {"title": agreement.title},
            url=reverse("grants:own_agreement", args=[party.organisation_id, agreement.pk]),
            button=_("Avaa sopimus"),
            detail=party.organisation.name + ".",
            target=("organisation", party.organisation_id),
        )


def _parties(user: Any, now: datetime) -> QuerySet[AgreementParty]:
    waits = Q(agreement__state="negotiating", agreement__turn="organisation")
    rows = AgreementParty.objects.filter(waits | Q(agreement__state="signing") & ~Q(_approved("pk")))
    own = represented(user, now, *EDITORS).values("organisation")
    return rows.filter(organisation__in=own).select_related("agreement", "organisation").order_by("pk")
