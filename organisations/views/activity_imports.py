"""Activities from a Lähellä.fi file: upload, look at what would change, take."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from common import clock
from common.policies import get_allowed
from organisations.acting import acting_organisation
from organisations.forms.activities import LahellaFileForm
from organisations.lahella_reading import COLUMNS
from organisations.models import ActivityImport
from organisations.views.helpers import attempt
from organisations.workflow.activity_imports import plan, read_activities, take_activities

EARLIER = 5


@sign_in_required
def activity_import_new(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Upload an export of Lähellä.fi; nothing changes before it has been looked at."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id, "organisations.activities.keep")
    form = LahellaFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        run = attempt(request, lambda: read_activities(organisation, upload, by=request.user, now=now), form)
        if run:
            return redirect("organisations:activity_import", organisation_id=organisation.pk, pk=run.pk)
    return render(
        request,
        "organisations/activity_import_new.html",
        {
            "organisation": organisation,
            "form": form,
            "columns": COLUMNS,
            "earlier": organisation.activity_imports.all()[:EARLIER],
        },
    )


@sign_in_required
def activity_import(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """What a file would add and change; the chosen rows are taken, once."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id, "organisations.activities.keep")
    run: ActivityImport = get_allowed(
        "organisations.activity.import", request.user, now=now, pk=pk, organisation=organisation
    )
    run.organisation = organisation
    if request.method == "POST":
        chosen = {int(key) for key in request.POST.getlist("rivi") if key.isascii() and key.isdigit() and len(key) < 6}
        is_publishing = "publish" in request.POST
        taken = attempt(request, lambda: take_activities(run, chosen, publish=is_publishing, by=request.user, now=now))
        if taken:
            told = {"added": taken.added, "changed": taken.changed}
            messages.success(request, _("Lisätty %(added)s ja muutettu %(changed)s toimintaa.") % told)
            return redirect("organisations:own_activities", organisation_id=organisation.pk)
    plans = plan(run) if run.state == "read" else []
    return render(
        request,
        "organisations/activity_import.html",
        {
            "organisation": organisation,
            "run": run,
            "plans": plans,
            "adds": sum(one.act == "add" for one in plans),
            "changes": sum(one.act == "change" for one in plans),
            "same": sum(one.act == "same" for one in plans),
        },
    )
