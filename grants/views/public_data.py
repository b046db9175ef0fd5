"""What anyone may know of grants: the list of applied and granted, what is being handled, and the same as files."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import public_page
from common import clock
from common.exports import Cell, csv_response
from common.pagination import paginate
from common.policies import allowed
from county.models import get_county
from grants import giving, open_data, public_list
from grants.forms.public_data import PublicGrantFilter
from grants.public_list import PublicGrant, PublicList
from organisations.models import Organisation


def _chosen(request: HttpRequest, now: datetime) -> tuple[PublicGrantFilter, PublicList]:
    """Return the filter form and the list that the URL chooses."""
    found = PublicList(request.user, now)
    form = PublicGrantFilter(
        request.GET or None,
        years=public_list.years(request.user, now),
        kinds=sorted(found.kinds.values(), key=lambda kind: kind.name),
        municipalities=sorted(
            (place for place in found.municipalities.values() if place.is_own), key=lambda place: place.name
        ),
    )
    return form, found.narrowed(form.chosen())


@public_page
@require_safe
def granted(request: HttpRequest) -> HttpResponse:
    """Everything that was decided, narrowed and ordered by the URL, with totals and a picture by municipality."""
    now = clock.now()
    form, found = _chosen(request, now)
    key = form.chosen().get("jarjesto")
    groups = found.by_municipality()
    page = paginate(request, found.rows())
    context = {
        "form": form,
        "page": page,
        "rows": [found.grant(row) for row in page.object_list],
        "totals": public_list.total(groups),
        "chart": public_list.chart(groups),
        "organisation": Organisation.objects.filter(pk=key).first() if key else None,
        "fields": open_data.FIELDS,
        "withheld": open_data.WITHHELD,
        "query": request.GET.urlencode(),
    }
    return render(request, "grants/public/granted.html", context)


@public_page
@require_safe
def applied(request: HttpRequest) -> HttpResponse:
    """Who has asked and how much in the calls whose handling has begun and whose decision has not been served."""
    rows = allowed("grants.application.public", request.user, now=clock.now())
    rows = rows.select_related("call__kind", "organisation__domicile")
    page = paginate(request, rows.order_by("call__closes_at", "call", "organisation__sort_key", "pk"))
    return render(request, "grants/public/applied.html", {"page": page})


def _grants(request: HttpRequest) -> Iterator[PublicGrant]:
    """Yield the grants that the URL chooses; as a file, everything of a page without its cut."""
    _form, found = _chosen(request, clock.now())
    return (found.grant(row) for row in found.rows().iterator())


@public_page
@require_safe
def granted_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV."""
    answer = csv_response("avustukset", open_data.head(), open_data.lines(_grants(request)))
    del answer["Cache-Control"]  # public: the middleware of open data says how long it may be kept
    return answer


@public_page
@require_safe
def granted_json(request: HttpRequest) -> HttpResponse:
    """The list as JSON, with what each field means."""
    county = get_county()
    content: dict[str, Any] = {
        "licence": open_data.LICENCE,
        "source": county.name_fi if county else "Yhdyspinta",
        "fields": {field.name: str(field.meaning) for field in open_data.FIELDS},
        "items": [open_data.as_object(grant) for grant in _grants(request)],
    }
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False})


@public_page
@require_safe
def granted_giving(request: HttpRequest) -> HttpResponse:
    """What was granted in the 360Giving Data Standard; 204 before the first grant, because a package needs one."""
    made = giving.package(_grants(request), get_county(), clock.now())
    if not made["grants"]:
        return HttpResponse(status=204)
    return JsonResponse(made, json_dumps_params={"ensure_ascii": False})


def _meanings() -> Iterator[list[Cell]]:
    for field in open_data.FIELDS:
        yield [field.name, str(field.meaning), str(field.ground)]


@public_page
@require_safe
def granted_fields(request: HttpRequest) -> HttpResponse:
    """What each column means and why it is public, as CSV."""
    answer = csv_response("avustusten-sarakkeet", [_("Sarake"), _("Merkitys"), _("Miksi julkinen")], _meanings())
    del answer["Cache-Control"]
    return answer
