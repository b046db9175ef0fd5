"""Activities to Lähellä.fi: one organisation's by its own people, everybody's by the coordinator."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed
from organisations import lahella
from organisations.acting import acting_organisation
from organisations.api.rows import activities
from organisations.models import Activity, Organisation
from organisations.policies import may_export_to_lahella


def _own(request: HttpRequest, organisation_id: int) -> tuple[Organisation, QuerySet[Activity]]:
    organisation = acting_organisation(request, organisation_id)
    return organisation, activities(clock.now()).filter(organisation=organisation)


def _everybodys(request: HttpRequest) -> QuerySet[Activity]:
    """Return everybody's activities, or raise Http404 for who has no right to take them."""
    now = clock.now()
    if not may_export_to_lahella(request.user, now):
        raise Http404
    return allowed("organisations.lahella.export", request.user, now=now)


def _shown(request: HttpRequest, found: QuerySet[Activity]) -> dict[str, Any]:
    page = paginate(request, lahella.listed(found))
    return {"page": page, "rows": [(activity, lahella.CATEGORIES[activity.kind]) for activity in page]}


@sign_in_required
@require_safe
def own_activities(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """What of the organisation's activities goes to Lähellä.fi, and the files."""
    organisation, found = _own(request, organisation_id)
    return render(request, "organisations/lahella_own.html", {"organisation": organisation, **_shown(request, found)})


@sign_in_required
@require_safe
def own_file(request: HttpRequest, organisation_id: int, kind: str) -> HttpResponse:
    """The organisation's activities as a file."""
    _organisation, found = _own(request, organisation_id)
    return lahella.as_file(found, kind)


@sign_in_required
@require_safe
def all_activities(request: HttpRequest) -> HttpResponse:
    """What of everybody's activities goes to Lähellä.fi, and the files."""
    return render(request, "organisations/lahella.html", _shown(request, _everybodys(request)))


@sign_in_required
@require_safe
def all_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Everybody's activities as a file."""
    return lahella.as_file(_everybodys(request), kind)
