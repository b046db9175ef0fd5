"""The officers' pages of the register: imports of the extract and their reports, an organisation entered by hand."""

from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.db.models import Count, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed
from common.times import local_date
from organisations.forms import ExtractForm, LineKindFilter, ManualOrganisationForm
from organisations.models import DuplicateCandidate, ImportRun, Organisation, ReviewItem
from organisations.policies import may_enter, may_import
from organisations.register.messages import COUNT_LABELS
from organisations.views.helpers import attempt
from organisations.workflow import discard_import, enter_organisation, request_import, take_import
from organisations.workflow.imports import progress_key
from organisations.workflow.nightly import last_night

NIGHT_SAYS = {
    "nothing_new": gettext_lazy("otteessa ei ollut uutta"),
    "new": gettext_lazy("uusi ote luettiin"),
    "failed": gettext_lazy("otetta ei voitu lukea"),
}


def register_tabs(current: str) -> dict[str, Any]:
    """Return what the tabs of the register's pages need; one query. The page has asked that the reader has them."""
    waiting = (
        ("reviews", ReviewItem.objects.filter(state="open", organisation__merged_into__isnull=True)),
        ("duplicates", DuplicateCandidate.objects.filter(state="open")),
    )
    first, second = (rows.order_by().values(place=Value(name)).annotate(number=Count("pk")) for name, rows in waiting)
    counts = {row["place"]: row["number"] for row in first.union(second, all=True).order_by()}
    places = (
        ("register", _("Tuonnit")),
        ("reviews", _("Tarkistettavat")),
        ("duplicates", _("Kaksoiskappaleet")),
        ("merges", _("Yhdistämiset")),
    )
    return {
        "tabs_label": _("Järjestörekisteri"),
        "tabs": [
            {
                "url": reverse(f"organisations:{name}"),
                "label": label,
                "current": name == current,
                "count": counts.get(name) or "",
            }
            for name, label in places
        ],
    }


@sign_in_required
def register(request: HttpRequest) -> HttpResponse:
    """Imports of the extract, and a new one, which is first looked through."""
    now = clock.now()
    if not may_import(request.user, now):
        raise Http404
    form = ExtractForm(request.POST or None, request.FILES or None, today=local_date(now))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        run = attempt(
            request,
            lambda: request_import(data["file"], extract_on=data["extract_on"], preview=True, by=request.user, now=now),
            form,
        )
        if run:
            return redirect("organisations:import_report", pk=run.pk)
    runs = allowed("organisations.register.import", request.user, now=now).select_related("by")
    night = last_night()
    return render(
        request,
        "organisations/register.html",
        {
            "form": form,
            "page": paginate(request, runs),
            "organisation_count": Organisation.objects.count(),
            "night": night,
            "night_says": NIGHT_SAYS[night["found"]] if night else "",
            **register_tabs("register"),
        },
    )


def _run(request: HttpRequest, pk: int) -> ImportRun:
    rows = allowed("organisations.register.import", request.user, now=clock.now())
    run: ImportRun = get_object_or_404(rows.select_related("by", "confirmed_by"), pk=pk)
    return run


@sign_in_required
def import_report(request: HttpRequest, pk: int) -> HttpResponse:
    """The report of one import: counts, and the remarks line by line; while it runs, how far it is."""
    run = _run(request, pk)
    form = LineKindFilter(request.GET or None)
    lines = run.lines.select_related("organisation")
    if form.is_valid() and form.cleaned_data["laji"]:
        lines = lines.filter(kind=form.cleaned_data["laji"])
    facts = [{"label": label, "value": run.counts[key]} for key, label in COUNT_LABELS.items() if key in run.counts]
    is_read = run.is_over or run.waits_for_person
    return render(
        request,
        "organisations/import_report.html",
        {
            "run": run,
            "facts": facts,
            "form": form,
            "page": paginate(request, lines, per_page=50),
            "is_read": is_read,
            "progress": None if is_read else cache.get(progress_key(run)),
        },
    )


@sign_in_required
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a running import is, for htmx; when it is over, the page is asked to load itself again."""
    run = _run(request, pk)
    if run.is_over or run.waits_for_person:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(
        request,
        "organisations/import_progress.html",
        {"run": run, "progress": cache.get(progress_key(run))},
    )


@sign_in_required
@require_POST
def import_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what was previewed or held into the registry, or leave it."""
    run, now = _run(request, pk), clock.now()
    if "discard" in request.POST:
        if attempt(request, lambda: discard_import(run, by=request.user, now=now)):
            messages.success(request, _("Otetta ei viety rekisteriin, ja tiedosto poistettiin."))
    elif attempt(request, lambda: take_import(run, by=request.user, now=now)):
        messages.success(request, _("Otetta viedään rekisteriin. Raportti tulee tälle sivulle."))
    return redirect("organisations:import_report", pk=pk)


@sign_in_required
def organisation_new(request: HttpRequest) -> HttpResponse:
    """An organisation that is not in the extract: an unregistered group, a foundation, a parish, a new association."""
    now = clock.now()
    if not may_enter(request.user, now):
        raise Http404
    name = " ".join(request.GET.get("nimi", "").split())[:500]
    form = ManualOrganisationForm(request.POST or None, initial={"name": name})
    if request.method == "POST" and form.is_valid():
        made = attempt(
            request,
            lambda: enter_organisation(form.values(), source=form.cleaned_data["source"], by=request.user, now=now),
            form,
        )
        if made:
            messages.success(
                request, _("Järjestö on lisätty rekisteriin. Sen sivulla kerrotaan, että tiedot on kirjattu käsin.")
            )
            return redirect("organisations:detail", pk=made.pk)
    return render(request, "organisations/organisation_new.html", {"form": form})
