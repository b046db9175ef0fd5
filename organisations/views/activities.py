"""Activities: the organisation's own pages, and the public page of one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, Window
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import public_page, sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from organisations.acting import acting_organisation
from organisations.activity_panel import waiting
from organisations.forms.activities import ActivityForm
from organisations.models import Activity, Organisation, Room
from organisations.views.helpers import attempt
from organisations.workflow.activities import (
    confirm_activities,
    copy_activity,
    end_activity,
    save_activity,
    set_room,
    show_activity,
)

KEEP = "organisations.activities.keep"
ALTERNATIVES = 5


def _own(request: HttpRequest, organisation_id: int, pk: int) -> tuple[Organisation, Activity]:
    organisation = acting_organisation(request, organisation_id, KEEP)
    found = get_allowed("organisations.activity.manage", request.user, pk=pk, organisation=organisation)
    return organisation, found


@sign_in_required
def own_activities(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The organisation's activities: what everybody sees, what is hidden, what waits to be confirmed, what is past."""
    now = clock.now()
    today = local_date(now)
    organisation = acting_organisation(request, organisation_id)
    waits = Window(Count("pk", filter=waiting(today)))  # of all the organisation's, not only of this page
    rows = organisation.activities.annotate(waits=waits).prefetch_related("municipalities")
    page = paginate(request, rows.order_by("-is_published", "name", "pk"))
    return render(
        request,
        "organisations/own_activities.html",
        {
            "organisation": organisation,
            "page": page,
            "rows": [(activity, *activity.state(today), activity.is_past(today)) for activity in page],
            "waiting": page[0].waits if page else 0,
            "rooms": Room.choices,
            "can_keep": may(KEEP, request.user, organisation, now=now),
        },
    )


@sign_in_required
def activity_new(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Add an activity."""
    organisation = acting_organisation(request, organisation_id, KEEP)
    start = {"municipalities": organisation.municipalities.all(), "kind": "peer_group", "room": "open"}
    return _form_page(request, organisation, None, ActivityForm(request.POST or None, initial=start))


@sign_in_required
def activity_edit(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """Change an activity."""
    organisation, activity = _own(request, organisation_id, pk)
    return _form_page(request, organisation, activity, ActivityForm(request.POST or None, instance=activity))


def _form_page(
    request: HttpRequest, organisation: Organisation, activity: Activity | None, form: ActivityForm
) -> HttpResponse:
    now = clock.now()
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        saved = attempt(
            request, lambda: save_activity(organisation, values, activity=activity, by=request.user, now=now), form
        )
        if saved:
            messages.success(request, _("Toiminta on tallennettu ja tiedot on vahvistettu tänään."))
            return redirect("organisations:own_activities", organisation_id=organisation.pk)
    context = {"organisation": organisation, "activity": activity, "form": form}
    return render(request, "organisations/activity_form.html", context)


def _act(
    request: HttpRequest, organisation_id: int, pk: int, verb: Callable[[Activity, datetime], Any], done: str
) -> HttpResponse:
    now = clock.now()
    organisation, activity = _own(request, organisation_id, pk)
    if attempt(request, lambda: verb(activity, now)):
        messages.success(request, done)
    return redirect("organisations:own_activities", organisation_id=organisation.pk)


@require_POST
@sign_in_required
def activity_act(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """One press: confirm, show, hide, end, copy, or say whether there is room."""
    by: Any = request.user
    room = request.POST.get("room", "")
    acts: dict[str, tuple[Callable[[Activity, datetime], Any], str]] = {
        "confirm": (lambda row, now: confirm_activities([row], by=by, now=now), _("Tiedot on vahvistettu.")),
        "show": (lambda row, now: show_activity(row, shown=True, by=by, now=now), _("Toiminta näkyy nyt kaikille.")),
        "hide": (lambda row, now: show_activity(row, shown=False, by=by, now=now), _("Toiminta on piilossa muilta.")),
        "end": (lambda row, now: end_activity(row, by=by, now=now), _("Toiminta päättyy tänään.")),
        "copy": (
            lambda row, now: copy_activity(row, by=by, now=now),
            _("Kopio on tehty ja piilossa. Muuta sen tiedot ja tuo se näkyviin."),
        ),
        "room": (lambda row, now: set_room(row, room=room, by=by, now=now), _("Tilanne on tallennettu.")),
    }
    verb, done = acts.get(request.POST.get("act", ""), acts["confirm"])
    return _act(request, organisation_id, pk, verb, done)


@require_POST
@sign_in_required
def activities_confirm(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Confirm all running activities at once."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id, KEEP)
    rows: Any = allowed("organisations.activity.manage", request.user, now=now).filter(organisation=organisation)
    running = list(rows.running(local_date(now)))
    if attempt(request, lambda: confirm_activities(running, by=request.user, now=now) + 1):
        messages.success(request, _("Toiminnan tiedot on vahvistettu."))
    return redirect("organisations:own_activities", organisation_id=organisation.pk)


@public_page
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """One activity: what, for whom, where and when, how to join; one that is over leads to others."""
    now = clock.now()
    organisations = allowed("organisations.view", request.user, now=now)
    found: Activity = get_object_or_404(
        Activity.objects.filter(organisation__in=organisations)
        .select_related("organisation")
        .prefetch_related("municipalities", "target_groups", "life_situations"),
        pk=pk,
    )
    shown = allowed("organisations.activity.view", request.user, now=now)
    if not shown.filter(pk=pk).exists():
        return _over(request, found, shown)
    return render(
        request,
        "organisations/activity.html",
        {"activity": found, "organisation": found.organisation, "address": request.build_absolute_uri()},
    )


def _over(request: HttpRequest, found: Activity, shown: Any) -> HttpResponse:
    """Say that the activity is not there now, and what is near: the same situation first in the same municipality."""
    near = Q(life_situations__in=found.life_situations.all()) | Q(
        kind=found.kind, municipalities__in=found.municipalities.all()
    )
    others = shown.filter(near).exclude(pk=found.pk).distinct().select_related("organisation")[:ALTERNATIVES]
    return render(request, "organisations/activity_over.html", {"others": others}, status=410)
