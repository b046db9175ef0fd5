"""The open address of events beside that of organisations: ``/api/v1/event/``, described in the same document."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import http_date
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, ConfigDict, Field

from common import clock
from common.times import HELSINKI
from forums.feeds import public_events
from forums.linked_events import linked_event, narrowed, provider_names
from organisations.api import texts
from organisations.api.operations import PROBLEMS, PROBLEMS_OF_ONE, api
from organisations.api.queries import MAX_QUERY, refuse_unknown

MAX_PAGE_SIZE = 100


class EventQuery(BaseModel):
    """Which events, and which page of them; the names are those of Linked Events."""

    start: datetime | None = None
    end: datetime | None = None
    text: str = Field("", max_length=MAX_QUERY)
    page: int = Field(1, ge=1, le=10000)
    page_size: int = Field(20, ge=1, le=MAX_PAGE_SIZE)


class LinkedEvent(BaseModel):
    """One event in the field names of Linked Events."""

    model_config = ConfigDict(populate_by_name=True)

    id: str
    name: dict[str, str]
    description: dict[str, str] | None
    short_description: dict[str, str] | None
    start_time: datetime
    end_time: datetime
    has_start_time: bool
    has_end_time: bool
    location: dict[str, Any] | None
    location_extra_info: dict[str, str] | None
    info_url: dict[str, str]
    event_status: str
    publication_status: str
    provider: dict[str, str] | None
    audience: list[dict[str, Any]]
    keywords: list[dict[str, Any]]
    offers: list[dict[str, Any]]
    in_language: list[dict[str, Any]]
    super_event: dict[str, Any] | None
    super_event_type: str | None
    sub_events: list[dict[str, Any]]
    external_links: list[dict[str, Any]]
    maximum_attendee_capacity: int | None
    created_time: datetime
    last_modified_time: datetime
    date_published: datetime | None
    deleted: bool
    ld_id: str = Field(alias="@id")
    ld_context: str = Field(alias="@context")
    ld_type: str = Field(alias="@type")


class LinkedMeta(BaseModel):
    """How many there are, and the pages beside this one."""

    count: int
    next: str | None
    previous: str | None


class LinkedEventPage(BaseModel):
    """A page of events."""

    meta: LinkedMeta
    data: list[LinkedEvent]


def _zoned(moment: datetime | None) -> datetime | None:
    """Read a moment without a zone on Finland's clock."""
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=HELSINKI)


@api.get(
    "event/",
    response={200: LinkedEventPage, **PROBLEMS},
    url_name="events",
    operation_id="list_events",
    tags=["events"],
    by_alias=True,
)
def list_events(request: HttpRequest, asked: Query[EventQuery]) -> dict[str, Any]:
    refuse_unknown(request, EventQuery)
    rows = narrowed(public_events(clock.now()), start=_zoned(asked.start), end=_zoned(asked.end), text=asked.text)
    count = rows.count()
    first, provider = (asked.page - 1) * asked.page_size, provider_names()
    return {
        "meta": {
            "count": count,
            "next": _page_url(request, asked.page + 1) if first + asked.page_size < count else None,
            "previous": _page_url(request, asked.page - 1) if asked.page > 1 else None,
        },
        "data": [linked_event(event, provider) for event in rows[first : first + asked.page_size]],
    }


def _page_url(request: HttpRequest, page: int) -> str:
    query = request.GET.copy()
    query["page"] = str(page)
    return f"{settings.BASE_URL}{request.path}?{query.urlencode()}"


@api.get(
    "event/{int:id}/",
    response={200: LinkedEvent, **PROBLEMS_OF_ONE},
    url_name="event",
    operation_id="get_event",
    tags=["events"],
    by_alias=True,
)
def get_event(request: HttpRequest, id: int, response: HttpResponse) -> dict[str, Any]:
    refuse_unknown(request)
    event = public_events(clock.now()).filter(pk=id).first()
    if event is None:
        raise Http404
    row = linked_event(event, provider_names())
    response["Last-Modified"] = http_date(row["last_modified_time"].timestamp())
    return row


def describe() -> None:
    """Add what the operations, parameters and fields mean to the texts of the document."""
    texts.OPERATIONS.update(
        {"list_events": _("Julkiset tapahtumat sivu kerrallaan"), "get_event": _("Yksi julkinen tapahtuma")}
    )
    texts.PARAMETERS.update(
        {
            "start": _("Vain tapahtumat, jotka päättyvät tämän jälkeen."),
            "end": _("Vain tapahtumat, jotka alkavat viimeistään tänä päivänä."),
            "text": _("Sana tapahtuman nimessä."),
            "page": _("Monesko sivu; ensimmäinen on 1."),
            "page_size": _("Montako tapahtumaa sivulla on, enintään 100."),
        }
    )
    texts.FIELDS["LinkedMeta"] = {
        "count": _("Montako tapahtumaa on kaikkiaan."),
        "next": _("Seuraavan sivun osoite. Tyhjä viimeisellä sivulla."),
        "previous": _("Edellisen sivun osoite. Tyhjä ensimmäisellä sivulla."),
    }
    texts.FIELDS["LinkedEventPage"] = {
        "meta": _("Määrä ja viereiset sivut."),
        "data": _("Sivun tapahtumat ajan mukaan."),
    }
    texts.FIELDS["LinkedEvent"] = dict(_FIELDS)


_FIELDS: dict[str, Any] = {
    "id": _("Tapahtuman tunnus. Pysyy samana."),
    "name": _("Nimi kielittäin."),
    "description": _("Kuvaus kielittäin."),
    "short_description": _("Kuvauksen alku kielittäin."),
    "start_time": _("Milloin tapahtuma alkaa."),
    "end_time": _("Milloin tapahtuma päättyy."),
    "has_start_time": _("Onko alkamisen kellonaika tiedossa: aina."),
    "has_end_time": _("Onko päättymisen kellonaika tiedossa: aina."),
    "location": _("Paikka. Etätapahtuman paikka on verkko; kokouslinkkiä ei anneta."),
    "location_extra_info": _("Paikka yhdellä rivillä kielittäin."),
    "info_url": _("Tapahtuman sivu ihmisille."),
    "event_status": _("EventScheduled, EventRescheduled (aika tai paikka on muuttunut) tai EventCancelled."),
    "publication_status": _("Aina public."),
    "provider": _("Hyvinvointialue."),
    "audience": _("Kohderyhmät. Tyhjä: tapahtumat ovat kaikille."),
    "keywords": _("Sarja, johon tapahtuma kuuluu."),
    "offers": _("Hinta: tapahtumat ovat maksuttomia."),
    "in_language": _("Kielet, joilla tapahtumasta on kerrottu."),
    "super_event": _("Tapahtuma, jonka osa tämä on. Aina tyhjä."),
    "super_event_type": _("Millainen ylätapahtuma on. Aina tyhjä."),
    "sub_events": _("Tapahtuman osat. Aina tyhjä."),
    "external_links": _("Linkit muualle. Aina tyhjä."),
    "maximum_attendee_capacity": _("Montako mahtuu, jos paikkoja on rajattu."),
    "created_time": _("Milloin tapahtuma tuli julki."),
    "last_modified_time": _("Milloin tapahtuma viimeksi julkaistiin tai peruttiin."),
    "date_published": _("Milloin tapahtuma julkaistiin."),
    "deleted": _("Aina false: peruttu tapahtuma jää näkyviin."),
    "@id": _("Tapahtuman osoite tässä rajapinnassa."),
    "@context": _("Sanaston osoite."),
    "@type": _("Tietueen tyyppi."),
}
