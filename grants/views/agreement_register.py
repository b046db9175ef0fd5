"""The public register of agreements: what the county has agreed on, with whom and for how long."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import public_page
from common import clock
from common.exports import csv_response
from common.pagination import paginate
from common.policies import allowed
from common.times import local_date
from grants.agreement_content import municipality_names
from grants.forms.agreements import RegisterFilter
from grants.models import Agreement
from grants.views.agreements import HEAD, named, row, with_parties
from organisations.models import Organisation


def _chosen(request: HttpRequest) -> tuple[RegisterFilter, QuerySet[Agreement]]:
    now = clock.now()
    form = RegisterFilter(request.GET or None, names=municipality_names())
    data = form.chosen()
    rows: QuerySet[Agreement] = allowed("grants.agreement.public", request.user, now=now)
    if data.get("tila") != "kaikki":
        lasting = Agreement.objects.lasting(local_date(now)).values("pk")
        rows = rows.exclude(pk__in=lasting) if data.get("tila") == "paattyneet" else rows.filter(pk__in=lasting)
    if data.get("q"):
        rows = named(rows, data["q"].strip())
    if data.get("laji"):
        rows = rows.filter(kind=int(data["laji"]))
    if data.get("kunta"):
        # An agreement that names no municipality is of the whole county.
        rows = rows.filter(Q(municipalities__code=data["kunta"]) | Q(municipalities__isnull=True)).distinct()
    if data.get("jarjesto"):
        rows = rows.filter(parties__organisation=data["jarjesto"])
    return form, with_parties(rows).prefetch_related("municipalities").order_by("-starts_on", "-pk")


@public_page
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Everything that all have approved, narrowed by the URL; without a filter what lasts or is about to begin."""
    form, rows = _chosen(request)
    key = form.chosen().get("jarjesto")
    context = {
        "form": form,
        "page": paginate(request, rows),
        "organisation": Organisation.objects.filter(pk=key).first() if key else None,
        "query": request.GET.urlencode(),
    }
    return render(request, "grants/agreements/register.html", context)


@public_page
@require_safe
def register_csv(request: HttpRequest) -> HttpResponseBase:
    """The same agreements as a file."""
    _form, rows = _chosen(request)
    return csv_response("yhteistyosopimukset", HEAD, (row(one) for one in rows.iterator(chunk_size=500)))


@public_page
@require_safe
def public_agreement(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """What anyone may know of one agreement."""
    rows = allowed("grants.agreement.public", request.user, now=clock.now()).select_related("previous")
    found: Agreement = get_object_or_404(with_parties(rows), pk=agreement_id)
    context = {
        "agreement": found,
        "duties": found.signed_version.content if found.signed_version else {},
        "successor": found.successors.agreed().order_by("-pk").first(),
    }
    return render(request, "grants/agreements/public.html", context)
