"""The page that tells people what open data there is, how to take it and on what terms."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import public_page
from accounts.roles import request_roles
from common import clock
from common.exports import Cell, csv_response
from county.models import Municipality
from organisations.api.dictionary import SHAPES, columns
from organisations.api.queries import ActivityQuery, OrganisationQuery
from organisations.api.rows import activities, organisations
from organisations.api.texts import OPERATIONS, PARAMETERS
from organisations.policies import may_export_to_lahella

LISTS = ("municipalities", "sectors", "themes", "target-groups", "life-situations")


def _addresses() -> list[dict[str, Any]]:
    """Return the interface's addresses with what each answers."""
    told = [
        ("organisations", "list_organisations"),
        ("organisations/{id}", "get_organisation"),
        ("activities", "list_activities"),
        ("activities/{id}", "get_activity"),
        ("service-tray", "list_services"),
        *((name, f"list_{name.replace('-', '_')}") for name in LISTS),
    ]
    return [{"path": f"/api/v1/{path}", "about": OPERATIONS[name], "is_one": "{" in path} for path, name in told]


def _parameters() -> list[dict[str, Any]]:
    """Return the parameters with their meanings and where they may be used."""
    rows = []
    for name in {**OrganisationQuery.model_fields, **ActivityQuery.model_fields}:
        uses = [name in OrganisationQuery.model_fields, name in ActivityQuery.model_fields]
        rows.append({"name": name, "about": PARAMETERS[name], "organisations": uses[0], "activities": uses[1]})
    return rows


@public_page
@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What there is, on what terms, and how to ask."""
    now = clock.now()
    own = [role for role in request_roles(request) if role.target and role.target[0] == "organisation"]
    return render(
        request,
        "organisations/open_data.html",
        {
            "base_url": settings.BASE_URL,
            "organisation_count": organisations(now).count(),
            "activity_count": activities(now).count(),
            "addresses": _addresses(),
            "parameters": _parameters(),
            "shapes": {name: columns(shape) for name, shape in SHAPES.items()},
            "limit": settings.OPEN_DATA_REQUESTS_PER_MINUTE,
            "example": Municipality.objects.filter(is_own=True).order_by("code").first(),
            "own_organisations": own,
            "may_export_to_lahella": may_export_to_lahella(request.user, now),
        },
    )


def _dictionary() -> Iterator[list[Cell]]:
    for name, shape in SHAPES.items():
        for column in columns(shape):
            yield [name, column.name, column.meaning, _("kyllä") if column.is_many else _("ei")]


@public_page
@require_safe
def data_dictionary(request: HttpRequest) -> HttpResponse:
    """The data dictionary as a file."""
    head = [_("Tiedosto"), _("Sarake"), _("Merkitys"), _("Monta arvoa")]
    return csv_response("sarakkeet", head, _dictionary())
