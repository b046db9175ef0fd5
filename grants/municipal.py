"""Applications as a municipality sees them: name, activity and sum of its own NGOs' cases, and its answers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.errors import Refused
from common.policies import allowed
from common.seams import Todo
from county.models import Municipality
from grants.models import Application, GrantCall, MunicipalOpinion, Stance
from liaisons.municipal_desk import MunicipalDesk


def cases_of_municipality(user: Any, municipality: Municipality, now: datetime) -> Any:
    """Return the cases to answer for the municipality, with its ``stance``, ``given_sum`` and ``given_note``."""
    given = MunicipalOpinion.objects.filter(application=OuterRef("pk"), municipality=municipality)
    concern = Q(organisation__domicile=municipality) | Q(municipalities=municipality)
    ours = Application.objects.filter(concern).values("pk")
    rows = allowed("grants.application.municipal", user, now=now).filter(pk__in=ours)
    return rows.annotate(
        stance=Subquery(given.values("stance")[:1]),
        given_sum=Subquery(given.values("sum")[:1]),
        given_note=Subquery(given.values("note")[:1]),
    ).select_related("organisation__domicile", "call")


@dataclass(frozen=True)
class MunicipalPanel:
    """How many cases of how many calls wait for the municipality's answer, for ``template``."""

    municipality: Municipality
    waiting: int
    total: int
    template: str = "grants/municipal/panel.html"


def municipal_panel(user: Any, thing: Any, now: datetime) -> Iterator[MunicipalPanel]:
    """Provider of the ``panels`` seam: on a municipality's own page; one query."""
    if not isinstance(thing, MunicipalDesk):
        return
    rows = cases_of_municipality(user, thing.municipality, now)
    counts = rows.aggregate(total=Count("pk"), waiting=Count("pk", filter=Q(stance__isnull=True)))
    yield MunicipalPanel(thing.municipality, counts["waiting"], counts["total"])


def municipal_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: cases to which the person's municipalities have not answered."""
    for municipality in allowed("liaisons.municipality.serve", user, now=now).order_by("name_fi"):
        waiting = cases_of_municipality(user, municipality, now).filter(stance__isnull=True).count()
        if waiting:
            yield Todo(
                title=ngettext(
                    "Kerro kunnan kanta yhteen hakemukseen: %(place)s",
                    "Kerro kunnan kanta %(count)s hakemukseen: %(place)s",
                    waiting,
                )
                % {"count": waiting, "place": municipality.name},
                url=reverse("grants:municipal", args=[municipality.code]),
                button=_("Kerro kanta"),
                detail=_("Ennen kuin hakemukset viedään päätettäväksi."),
            )


def opinions_of(application: Application) -> dict[str, Any]:
    """Return what municipalities have said of the case, and whether one funds it too, for a page; one query."""
    rows = list(application.municipal_opinions.select_related("municipality"))
    funded = any(row.stance == Stance.FUNDS for row in rows)
    return {
        "opinions": rows,
        "funded_by_municipality": funded,
        "double_barred": funded and application.call.kind.bars_municipal,
    }


def refuse_double_funding(application: Application) -> None:
    """Refuse ``double_funded``: the kind pays nothing to an activity that a municipality has said it funds.

    Without the kind's rule nothing is refused: both funders see a flag and agree who pays (S000 5.1.1).
    """
    if not application.call.kind.bars_municipal:
        return
    funding = application.municipal_opinions.filter(stance=Stance.FUNDS).select_related("municipality").first()
    if funding:
        raise Refused(
            "double_funded",
            _(
                "%(place)s on ilmoittanut rahoittavansa samaa toimintaa, eikä avustuslajin ehtojen mukaan sille voi "
                "myöntää tätä avustusta. Esitä 0 euroa tai pyydä kuntaa tarkistamaan kantansa."
            )
            % {"place": funding.municipality.name},
        )


def asked_municipalities(call: GrantCall) -> Iterable[Municipality]:
    """Return the county's municipalities that the call's arrived applications concern; one query."""
    arrived = Application.objects.filter(call=call, state__in=("submitted", "in_handling"))
    concern = Q(pk__in=arrived.values("organisation__domicile")) | Q(pk__in=arrived.values("municipalities"))
    return Municipality.objects.filter(concern, is_own=True).order_by("pk")
