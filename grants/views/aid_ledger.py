"""The ledger of de minimis aid on the county's side: by organisation, one organisation, and the mark on a case."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from accounts.roles import request_roles
from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from grants.forms.state_aid import AidForm, LedgerFilter, MarkForm, NewAidForm
from grants.models import DeMinimisAid
from grants.policies.state_aid import WRITERS
from grants.state_aid import CEILING, Position, first_counted_day, in_kind, position_for, standing_of
from grants.undertakings import group_of
from grants.views.aid_register import only_readers
from grants.views.case import case_context
from grants.views.case_work import followed
from grants.views.undertakings import shown_links
from grants.workflow.aid_ledger import add_aid, mark_case, remove_aid
from organisations.models import Organisation


def _writes(request: HttpRequest) -> bool:
    return bool(set(WRITERS) & {role.key for role in request_roles(request)})


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Every organisation that has got de minimis aid in three years, with its total and what is left."""
    now = clock.now()
    only_readers(request)
    since = first_counted_day(local_date(now))
    rows: Any = allowed("grants.aid.view", request.user, now=now)
    form = LedgerFilter(request.GET or None)
    found = Organisation.objects.filter(Exists(rows.since(since).filter(organisation=OuterRef("pk"))))
    words = form.cleaned_data["q"].strip() if form.is_bound and form.is_valid() else ""
    if words:
        found = found.filter(Q(name__icontains=words) | Q(business_id=words))
    page = paginate(request, found.order_by("name", "pk"))
    by_organisation: defaultdict[int, list[DeMinimisAid]] = defaultdict(list)
    for row in rows.since(since).filter(organisation__in=[one.pk for one in page]).order_by("pk"):
        by_organisation[row.organisation_id].append(row)
    context = {
        "filter": form,
        "page": page,
        "rows": [
            {
                "organisation": one,
                "position": Position(since, tuple(by_organisation[one.pk]), ()),
                "waiting": sum(row.awaits_register for row in by_organisation[one.pk]),
            }
            for one in page
        ],
        "since": since,
        "ceiling": CEILING,
        "may_write": _writes(request),
    }
    return render(request, "grants/aid/ledger.html", context)


@require_safe
def organisation(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """One organisation's aid: what is counted now and its total, and what is older."""
    now = clock.now()
    found: Organisation = get_allowed("grants.aid.organisation", request.user, now=now, pk=organisation_id)
    today = local_date(now)
    since = first_counted_day(today)
    group = group_of(found.pk)
    rows: Any = allowed("grants.aid.view", request.user, now=now).filter(organisation__in=group)
    ordered = rows.select_related("organisation", "decision__application", "declared_in").order_by("-granted_on", "-pk")
    everything = DeMinimisAid.objects.filter(organisation__in=group)
    counted = everything.order_by().annotate(one=Value(1)).values("one").annotate(number=Count("pk")).values("number")
    read = list(ordered.annotate(number=Subquery(counted)))
    number = read[0].number if read else everything.count()
    page = paginate(request, read)
    context = {
        "organisation": found,
        "page": page,
        "position": Position(since, tuple(row for row in read if row.granted_on >= since), ()),
        "ceiling": CEILING,
        "is_hidden": number > len(read),
        "may_write": _writes(request),
        "in_kind": in_kind(group, request.user, now),
        "links": shown_links(found),
        "rows": [{"aid": row, "is_counted": row.granted_on >= since, "is_late": row.is_overdue(today)} for row in page],
    }
    return render(request, "grants/aid/organisation.html", context)


@sign_in_required
def new(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Write down aid that another authority gave to the organisation."""
    found: Organisation = get_allowed("grants.aid.write", request.user, now=clock.now(), pk=organisation_id)
    return _written(request, AidForm(request.POST or None), found)


@sign_in_required
def new_of_any(request: HttpRequest) -> HttpResponse:
    """The same of any organisation of the register, chosen here."""
    if not _writes(request):
        raise Http404
    return _written(request, NewAidForm(request.POST or None), None)


def _written(request: HttpRequest, form: AidForm, found: Organisation | None) -> HttpResponse:
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        given = {"organisation": found, **form.cleaned_data}
        try:
            add_aid(**given, by=request.user, now=clock.now())
        except Refused as refused:
            form.add_error({"in_future": "granted_on", "not_positive": "sum"}.get(refused.code), str(refused))
            status = 409
        else:
            messages.success(request, _("Tuki on kirjattu."))
            return redirect("grants:aid_organisation", given["organisation"].pk)
    return render(request, "grants/aid/new.html", {"organisation": found, "form": form}, status=status)


@sign_in_required
@require_POST
def remove(request: HttpRequest, organisation_id: int, aid_id: int) -> HttpResponse:
    """Take out a row that was written by mistake."""
    now = clock.now()
    get_allowed("grants.aid.write", request.user, now=now, pk=organisation_id)
    row = DeMinimisAid.objects.filter(pk=aid_id, organisation=organisation_id).first()
    if row is not None:  # else pressed twice
        try:
            remove_aid(row, by=request.user, now=now)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Poistettu: %(name)s") % {"name": row.granter})
    return redirect("grants:aid_organisation", organisation_id)


@sign_in_required
def case_aid(request: HttpRequest, application_id: int) -> HttpResponse:
    """Whether the grant in a case is de minimis aid, and what may be granted; the coordinator marks it."""
    now = clock.now()
    found = followed(request, application_id, now)
    standing = standing_of(found)
    may_mark = may("grants.aid.mark", request.user, found, now=now)
    form = MarkForm(request.POST or None, mark=standing.mark, is_de_minimis=standing.is_de_minimis)
    status = 200
    if request.method == "POST":
        get_object_or_404(allowed("grants.aid.mark", request.user, now=now), pk=found.pk)
        status = 422
        if form.is_valid():
            try:
                mark_case(found, **form.cleaned_data, by=request.user, now=now)
            except Refused as refused:
                form.add_error("is_de_minimis" if refused.code == "over_ceiling" else None, str(refused))
                status = 409
            else:
                messages.success(request, _("Merkintä on tallennettu."))
                return redirect("grants:case_aid", found.pk)
    rows: Any = allowed("grants.aid.view", request.user, now=now)
    context = {
        **case_context(request, found, "case_work", now),
        "form": form,
        "aid": standing,
        "may_mark": may_mark,
        "position": position_for(found, rows, local_date(now)),
        "ceiling": CEILING,
        "links": shown_links(found.organisation),
    }
    return render(request, "grants/aid/case.html", context, status=status)
