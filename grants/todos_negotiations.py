"""What waits about negotiated grants: a turn, a declaration, a co-funder's smaller decision, continuity."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from common.policies import allowed
from common.seams import Todo
from grants.life_cycles_negotiations import SMALLER
from grants.models import Application, CoFunding, Side
from grants.policies.base import has_declared
from grants.policies.negotiations import takes_part

#: Applications whose negotiation can still go on.
PREPARED = Q(state="submitted") | Q(state="in_handling", call__state="handling")


def negotiation_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam; three queries and what the rights ask."""
    if not user.is_authenticated:
        return
    yield from _own(user, now)
    yield from _officers(user, now)
    yield from _participants(user, now)


def _turn(side: Side) -> Q:
    return PREPARED & Q(negotiation__state="open", negotiation__turn=side)


def _own(user: Any, now: datetime) -> Iterator[Todo]:
    """What the organisation does next: its turn, and the question of continuity."""
    asked = Q(cofunded_project__continuity__state="asked")
    rows = allowed("grants.negotiation.write_own", user, now=now).filter(_turn(Side.ORGANISATION) | asked)
    related = ("organisation", "call", "negotiation", "cofunded_project__continuity")
    for case in rows.select_related(*related).order_by("pk"):
        project = getattr(case, "cofunded_project", None)
        given: dict[str, Any] = {
            "detail": f"{case.organisation.name}.",
            "target": ("organisation", case.organisation_id),
        }
        keys = [case.organisation_id, case.pk]
        if project is not None and getattr(project, "continuity", None) and project.continuity.state == "asked":
            yield Todo(
                title=_("Kertokaa, miten toiminta jatkuu: %(name)s") % {"name": project.name},
                url=reverse("grants:own_continuity", args=keys),
                button=_("Vastaa"),
                **given,
            )
        else:
            yield Todo(
                title=_("Neuvottelu odottaa teitä: %(name)s") % {"name": case.title},
                url=reverse("grants:own_negotiation", args=keys),
                button=_("Avaa neuvottelu"),
                **given,
            )


def _smaller() -> Exists:
    rows = CoFunding.objects.filter(application=OuterRef("pk"), state__in=SMALLER, settled_at__isnull=True)
    return Exists(rows)


def _officers(user: Any, now: datetime) -> Iterator[Todo]:
    """What the coordinator does next, or in continuity whoever writes the county's view."""
    worked = allowed("grants.negotiation.work", user, now=now).values("pk")
    viewed = allowed("grants.continuity.view", user, now=now).values("pk")
    answered = Q(cofunded_project__continuity__state="answered")
    rows = Application.objects.annotate(smaller=_smaller()).filter(
        Q(pk__in=worked) & (_turn(Side.COUNTY) | Q(smaller=True)) | Q(pk__in=viewed) & answered
    )
    related = ("organisation", "call", "negotiation", "cofunded_project__continuity")
    for case in rows.select_related(*related).order_by("pk"):
        yield from _of_case(case)


def _of_case(case: Any) -> Iterator[Todo]:
    name = {"name": case.organisation.name}
    detail = case.call.title + "."
    negotiation, project = getattr(case, "negotiation", None), getattr(case, "cofunded_project", None)
    has_turn = negotiation is not None and (negotiation.state, negotiation.turn) == ("open", Side.COUNTY)
    if has_turn and (case.state == "submitted" or case.call.state == "handling"):
        url = reverse("grants:negotiation", args=[case.pk])
        yield Todo(
            title=_("Neuvottelu odottaa hyvinvointialuetta: %(name)s") % name,
            url=url,
            button=_("Avaa neuvottelu"),
            detail=detail,
        )
    if case.smaller:
        yield Todo(
            title=_("Muu rahoittaja myönsi vähemmän: %(name)s") % name,
            url=reverse("grants:cofunding", args=[case.pk]),
            button=_("Ratkaise"),
            detail=detail,
        )
    if project is not None and getattr(project, "continuity", None) and project.continuity.state == "answered":
        yield Todo(
            title=_("Kirjaa näkemys toiminnan jatkosta: %(name)s") % name,
            url=reverse("grants:continuity", args=[case.pk]),
            button=_("Lue vastaus"),
            detail=detail,
        )


def _participants(user: Any, now: datetime) -> Iterator[Todo]:
    """A liaison person who was asked along declares first."""
    rows = Application.objects.filter(PREPARED, takes_part(user, now))
    rows = rows.exclude(has_declared(user, True)).exclude(has_declared(user, False))
    for case in rows.select_related("organisation", "call").order_by("pk"):
        yield Todo(
            title=_("Osallistu neuvotteluun: %(name)s") % {"name": case.organisation.name},
            url=reverse("grants:negotiation", args=[case.pk]),
            button=_("Avaa neuvottelu"),
            detail=case.call.title + ".",
        )
