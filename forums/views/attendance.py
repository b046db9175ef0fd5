"""Who came: the list for a telephone, the code on a person's page, people at the door, the Teams export."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from accounts.roles import current_user
from common import clock
from common.policies import allowed
from forums.attendance_teams import Attendee, read_attendance
from forums.forms.sign_ups import TeamsForm, WalkInForm
from forums.models import LIVE_SIGN_UPS, Event, SignUp
from forums.views.sign_up_desk import desk_trail, found_event
from forums.workflow.attendance import (
    ADD,
    SKIP,
    add_walk_in,
    close_attendance,
    mark_came,
    match_attendees,
    may_mark,
    take_attendance,
)
from organisations.views.helpers import attempt

SALT = "forums.attendance"
AN_HOUR = 3600


@sign_in_required
@never_cache
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """The list to tick off at the door: one press each, the names in order; those not yet there first by choice."""
    now = clock.now()
    event = found_event(request, pk)
    if request.method == "POST":
        act = lambda: (close_attendance(event, by=current_user(request), now=now),)  # noqa: E731
        if attempt(request, act):
            messages.success(request, _("Läsnäolot on kirjattu. Muut merkittiin poissa olleiksi."))
        return redirect("forums:sign_ups", pk=pk)
    rows = event.sign_ups.filter(state__in=LIVE_SIGN_UPS).select_related("organisation").order_by("name", "pk")
    query = request.GET.get("q", "").strip()[:100]
    if query:
        rows = rows.filter(name__icontains=query)
    found = list(rows)
    return render(
        request,
        "forums/sign_up/attendance.html",
        {
            "event": event,
            "rows": found,
            "query": query,
            "came": sum(bool(row.attended) for row in found),
            "may_mark": may_mark(event, now),
            "trail": desk_trail(event, _("Läsnäolot")),
        },
    )


@sign_in_required
@require_POST
def attendance_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick a person off, or take the tick back; then back to the same place of the list."""
    rows = allowed("forums.sign_up.manage", request.user, now=clock.now())
    row: SignUp = get_object_or_404(rows, pk=pk)
    came = request.POST.get("came") == "1"
    attempt(request, lambda: mark_came(row, came=came, by=current_user(request), now=clock.now()))
    answer = redirect("forums:attendance", pk=row.event_id)
    answer["Location"] += f"#s{row.pk}"
    return answer


@sign_in_required
@never_cache
def attendance_code(request: HttpRequest, token: str) -> HttpResponse:
    """Opened by an organiser's telephone from the code on a person's page: one press ticks the person off.

    Opening it writes nothing: a link that a program fetches, or that another page points to, marks nobody.
    """
    now = clock.now()
    rows = allowed("forums.sign_up.manage", request.user, now=now).select_related("event", "organisation")
    row: SignUp = get_object_or_404(rows, token=token)
    done: Any = row
    if request.method == "POST":
        came = request.POST.get("came") == "1"
        done = attempt(request, lambda: mark_came(row, came=came, by=current_user(request), now=now))
    return render(
        request,
        "forums/sign_up/code.html",
        {
            "row": row,
            "event": row.event,
            "came": bool(done and done.attended),
            "taken_back": request.method == "POST" and bool(done) and not done.attended,
            "trail": desk_trail(row.event, row.name),
        },
    )


@sign_in_required
def walk_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a person who came without signing up."""
    now = clock.now()
    event = found_event(request, pk)
    form = WalkInForm(request.POST if request.method == "POST" else None, event=event)
    if request.method == "POST" and form.is_valid():
        made = attempt(request, lambda: add_walk_in(event, **form.facts, by=current_user(request), now=now), form)
        if made:
            messages.success(request, _("%(name)s on merkitty paikalle.") % {"name": made.name})
            return redirect("forums:attendance", pk=pk)
    return render(
        request,
        "forums/sign_up/walk_in.html",
        {"event": event, "form": form, "trail": desk_trail(event, _("Tuli ilmoittautumatta"))},
    )


@sign_in_required
def attendance_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a Teams export: choose the file, look at who was recognised, choose the rest by hand, keep it."""
    event = found_event(request, pk)
    form = TeamsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and "people" in request.POST:
        return _keep(request, event)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["file"].read()
        people: Any = attempt(request, lambda: read_attendance(data), form)
        if people:
            return _preview(request, event, people)
    return render(
        request,
        "forums/sign_up/attendance_file.html",
        {
            "event": event,
            "form": form,
            "may_mark": may_mark(event, clock.now()),
            "trail": desk_trail(event, _("Teamsin osallistujaluettelo")),
        },
    )


def _preview(request: HttpRequest, event: Event, people: list[Attendee]) -> HttpResponse:
    matches = match_attendees(event, people)
    used = {match.row.pk for match in matches if match.row}
    rest = event.sign_ups.filter(state__in=LIVE_SIGN_UPS).exclude(pk__in=used).order_by("name", "pk")
    lines = [{"number": number, "match": match} for number, match in enumerate(matches)]
    return render(
        request,
        "forums/sign_up/attendance_preview.html",
        {
            "event": event,
            "matched": [line for line in lines if line["match"].row],  # type: ignore[attr-defined]
            "unmatched": [line for line in lines if not line["match"].row],  # type: ignore[attr-defined]
            "rest": list(rest),
            "add": ADD,
            "skip": SKIP,
            "people": signing.dumps([[one.name, one.email] for one in people], salt=SALT, compress=True),
            "trail": desk_trail(event, _("Teamsin osallistujaluettelo")),
        },
    )


def _keep(request: HttpRequest, event: Event) -> HttpResponse:
    try:
        told = signing.loads(request.POST["people"], salt=SALT, max_age=AN_HOUR)
    except signing.BadSignature:
        messages.error(request, _("Esikatselu on vanhentunut. Anna tiedosto uudelleen."))
        return redirect("forums:attendance_file", pk=event.pk)
    people = [Attendee(name, email) for name, email in told]
    choices = {
        int(key.removeprefix("who-")): value
        for key, value in request.POST.items()
        if key.startswith("who-") and key.removeprefix("who-").isdecimal() and isinstance(value, str)
    }
    kept = attempt(
        request,
        lambda: take_attendance(event, attendees=people, choices=choices, by=current_user(request), now=clock.now()),
    )
    if kept is None:
        return redirect("forums:attendance_file", pk=event.pk)
    told_words = _("Läsnäolo kirjattiin %(marked)s ilmoittautuneelle, ja uusia osallistujia lisättiin %(added)s.")
    messages.success(request, told_words % {"marked": kept[0], "added": kept[1]})
    return redirect("forums:attendance", pk=event.pk)
