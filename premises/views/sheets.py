"""Rooms from a sheet: upload, look at what would come of it, take it; and the template to fill in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from accounts.roles import current_user
from common import clock
from common.exports import xlsx_response
from common.pagination import paginate
from common.policies import allowed, get_allowed
from county.models import Municipality
from organisations.views.helpers import attempt
from premises.forms.rooms import SheetForm
from premises.models import Feature, RoomImport
from premises.views import keeping_pages as pages
from premises.workflow.sheets import plan, read_sheet, take_sheet

EARLIER = 10
#: The headings of the template; data, in Finnish like what is written under them.
HEAD = (
    "Toimipaikka",
    "Kunta",
    "Osoite",
    "Postinumero",
    "Postitoimipaikka",
    "Tila",
    "Osa tilasta",
    "Laji",
    "Henkilömäärä",
    "Ominaisuudet",
    "Kuvaus",
    "Rajoitukset",
)


@sign_in_required
def sheet_new(request: HttpRequest) -> HttpResponse:
    """Upload a sheet; nothing is taken before it has been looked at."""
    now = clock.now()
    pages.require_keeper(request)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        run = attempt(request, lambda: read_sheet(form.cleaned_data["file"], by=current_user(request), now=now), form)
        if run:
            return redirect("premises:sheet", pk=run.pk)
    heading = _("Tuo tilat taulukosta")
    context = {
        "form": form,
        "heading": heading,
        "trail": pages.trail_of(pages.keeper_crumbs(), heading),
        "runs": allowed("premises.sheet.import", request.user, now=now)[:EARLIER],
        "features": Feature.objects.all(),
    }
    return render(request, "premises/sheets/new.html", context, status=422 if form.errors else 200)


@sign_in_required
@require_safe
def sheet_template(request: HttpRequest) -> HttpResponse:
    """The sheet to fill in: two rows as an example, the first with the names of all features."""
    pages.require_keeper(request)
    features = ", ".join(one.name_fi for one in Feature.objects.all())
    place = Municipality.objects.filter(is_own=True).order_by("name_fi").first()
    town = place.name_fi if place else "Kunta"
    rows: list[list[Any]] = [
        ["Esimerkkitalo", town, "Esimerkkikatu 1", "00100", town, "Sali", "", "sali", 40, features, "", ""],
        ["Esimerkkitalo", town, "", "", "", "Salin pääty", "Sali", "salin osa", 20, "", "", "Ei hajusteita"],
    ]
    return xlsx_response("tilat", HEAD, rows)


@sign_in_required
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """What the sheet would make and change, row by row; and the button that does it."""
    now = clock.now()
    run: RoomImport = get_allowed("premises.sheet.import", request.user, now=now, pk=pk)
    if request.method == "POST":
        taken = attempt(request, lambda: take_sheet(run, by=current_user(request), now=now))
        if taken:
            count = taken.changed or 0
            words = ngettext("Yksi rivi otettiin.", "%(count)s riviä otettiin.", count)
            messages.success(request, words % {"count": count})
        return redirect("premises:sheet", pk=pk)
    plans = plan(run) if run.taken_at is None else []
    bad = [{"line": one.row.line, "reason": one.error} for one in plans if one.error]
    doing = [one for one in plans if one.does_something]
    context = {
        "run": run,
        "trail": pages.trail_of(pages.keeper_crumbs(), run.file_name),
        "page": paginate(request, doing, per_page=50),
        "refused": sorted([*run.refused, *bad], key=lambda one: one["line"]),
        "counts": {
            "made": sum(bool(one.made) for one in doing),
            "changed": sum(not one.made for one in doing),
            "same": sum(not one.error and not one.does_something for one in plans),
        },
    }
    return render(request, "premises/sheets/run.html", context)
