"""What the interface answers. Every row asks ``organisations.view`` as nobody, so it says what a stranger sees."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date
from ninja import NinjaAPI, Query
from ninja.renderers import JSONRenderer

from common import clock
from county.models import Municipality as MunicipalityRow
from county.models import get_county
from organisations.api import schemas
from organisations.api.codes import Codes, names
from organisations.api.downloads import activities_csv, organisations_csv
from organisations.api.middleware import LICENCE
from organisations.api.paging import Paging, next_page, page_of
from organisations.api.problems import answer_problems
from organisations.api.queries import (
    ActivityFilters,
    ActivityQuery,
    OrganisationFilters,
    OrganisationQuery,
    filter_activities,
    filter_organisations,
    refuse_unknown,
)
from organisations.api.rows import Row, activities, activity_rows, organisation_rows, organisations
from organisations.api.tray import Service, ServicePage, as_service

VERSION = "1.0.0"
CODES_KEEP = "public, max-age=3600"


class _Renderer(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="Yhdyspinta",
    version=VERSION,
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    renderer=_Renderer(),
)
answer_problems(api)
PROBLEMS = {400: schemas.Problem, 429: schemas.Problem}
PROBLEMS_OF_ONE = {**PROBLEMS, 404: schemas.Problem}


def source() -> str:
    """Return whom to name when the data is used."""
    county = get_county()
    return f"Yhdyspinta, {county.name_fi}" if county else "Yhdyspinta"


def _page(request: HttpRequest, rows: list[Row], asked: Paging) -> dict[str, Any]:
    following = next_page(request, rows, asked)
    return {"licence": LICENCE, "source": source(), "next": following, "items": rows}


def _one(rows: list[Row], answer: HttpResponse) -> Row:
    if not rows:
        raise Http404
    answer["Last-Modified"] = http_date(rows[0]["updated_at"].timestamp())
    return rows[0]


@api.get(
    "organisations",
    response={200: schemas.OrganisationPage, **PROBLEMS},
    url_name="organisations",
    operation_id="list_organisations",
    tags=["organisations"],
)
def list_organisations(request: HttpRequest, asked: Query[OrganisationQuery]) -> dict[str, Any]:
    refuse_unknown(request, OrganisationQuery)
    now, codes = clock.now(), Codes()
    found = filter_organisations(organisations(now), asked, codes)
    return _page(request, list(organisation_rows(page_of(found, asked), codes, now)), asked)


@api.get(
    "organisations.csv",
    url_name="organisations_csv",
    operation_id="download_organisations",
    tags=["organisations"],
)
def download_organisations(request: HttpRequest, asked: Query[OrganisationFilters]) -> HttpResponseBase:
    refuse_unknown(request, OrganisationFilters)
    now, codes = clock.now(), Codes()
    return organisations_csv(filter_organisations(organisations(now), asked, codes), asked, codes, now)


@api.get(
    "organisations/{int:id}",
    response={200: schemas.Organisation, **PROBLEMS_OF_ONE},
    url_name="organisation",
    operation_id="get_organisation",
    tags=["organisations"],
)
def get_organisation(request: HttpRequest, id: int, response: HttpResponse) -> Row:
    refuse_unknown(request)
    now = clock.now()
    return _one(list(organisation_rows(organisations(now).filter(pk=id), Codes(), now)), response)


@api.get(
    "activities",
    response={200: schemas.ActivityPage, **PROBLEMS},
    url_name="activities",
    operation_id="list_activities",
    tags=["activities"],
)
def list_activities(request: HttpRequest, asked: Query[ActivityQuery]) -> dict[str, Any]:
    refuse_unknown(request, ActivityQuery)
    now, codes = clock.now(), Codes()
    found = filter_activities(activities(now), asked, codes)
    return _page(request, list(activity_rows(page_of(found, asked), codes)), asked)


@api.get("activities.csv", url_name="activities_csv", operation_id="download_activities", tags=["activities"])
def download_activities(request: HttpRequest, asked: Query[ActivityFilters]) -> HttpResponseBase:
    refuse_unknown(request, ActivityFilters)
    now, codes = clock.now(), Codes()
    return activities_csv(filter_activities(activities(now), asked, codes), asked, codes, now)


@api.get(
    "activities/{int:id}",
    response={200: schemas.Activity, **PROBLEMS_OF_ONE},
    url_name="activity",
    operation_id="get_activity",
    tags=["activities"],
)
def get_activity(request: HttpRequest, id: int, response: HttpResponse) -> Row:
    refuse_unknown(request)
    return _one(list(activity_rows(activities(clock.now()).filter(pk=id), Codes())), response)


@api.get(
    "service-tray",
    response={200: ServicePage, **PROBLEMS},
    url_name="service_tray",
    operation_id="list_services",
    tags=["service-tray"],
    by_alias=True,
)
def list_services(request: HttpRequest, asked: Query[ActivityQuery]) -> dict[str, Any]:
    refuse_unknown(request, ActivityQuery)
    codes = Codes()
    found = filter_activities(activities(clock.now()), asked, codes)
    page = _page(request, list(activity_rows(page_of(found, asked), codes)), asked)
    services: list[Service] = [as_service(row) for row in page["items"]]
    return {**page, "items": services}


@api.get(
    "municipalities",
    response={200: schemas.MunicipalityList, **PROBLEMS},
    url_name="municipalities",
    operation_id="list_municipalities",
    tags=["codes"],
)
def list_municipalities(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    refuse_unknown(request)
    response["Cache-Control"] = CODES_KEEP
    rows = MunicipalityRow.objects.values("code", "is_own", "name_fi", "name_sv", "name_en").order_by("code")
    return {"items": [{"code": row["code"], "is_own": row["is_own"], "name": names(row)} for row in rows]}


def _code_list(name: str) -> Callable[..., dict[str, Any]]:
    """Return the operation that answers one of the county's code lists."""

    def listed(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
        refuse_unknown(request)
        response["Cache-Control"] = CODES_KEEP
        return {"items": list(getattr(Codes(), name).values())}

    return listed


for _name in ("sectors", "themes", "target_groups", "life_situations"):
    api.get(
        _name.replace("_", "-"),
        response={200: schemas.CodeList, **PROBLEMS},
        url_name=_name,
        operation_id=f"list_{_name}",
        tags=["codes"],
    )(_code_list(_name))
