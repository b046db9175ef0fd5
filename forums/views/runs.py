"""Runs of dates: an event repeated, with each date shown before it is made; the run's own page."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from accounts.roles import current_user
from common import clock
from common.policies import allowed
from common.templatetags.portal import crumbs
from common.times import local_date
from forums.event_facts import where_words
from forums.forms.runs import RunEditForm, RunForm
from forums.life_cycles import EVENT
from forums.models import Event, EventRun
from forums.policies.events import may_plan_events
from forums.views.event_pages import desk_crumbs, event_crumbs, found_event, require_planner, show
from forums.workflow.event_copies import RunMade, RunRow, edit_run, preview_run, publish_run, repeat_event
from forums.workflow.event_rooms import RoomWish
from liaisons.models import Unit
from liaisons.views.pages import act_and_return
from organisations.views.helpers import attempt
from premises.rules import terms_of


@sign_in_required
def event_repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """How the event repeats, then each date with what it clashes with, then the run."""
    now = clock.now()
    require_planner(request, now)
    event = found_event(request, pk, "forums.event.manage", now)
    if event.run_id:
        return redirect("forums:run", pk=event.run_id)
    first = local_date(event.starts_at)
    units = Unit.objects.on(first) if event.room_id else None
    form = RunForm(request.POST if request.method == "POST" else None, first=first, units=units)
    step = request.POST.get("vaihe", "")
    if request.method == "POST" and form.is_valid() and step != "muokkaa":
        if step == "tee":
            made = attempt(request, lambda: _repeat(request, event, form, now), form)
            if made:
                _tell(request, made)
                return redirect("forums:run", pk=made.run.pk)
        return _preview(request, event, form, now)
    return show(
        request,
        "liaisons/simple_form.html",
        form,
        heading=_("Toista tapahtuma: %(event)s") % {"event": event.name},
        submit=_("Näytä päivät"),
        trail=event_crumbs(event),
        lead=_("Tämä tapahtuma on jakson ensimmäinen. Näet jokaisen päivän ennen kuin mitään tehdään."),
    )


def _chosen(request: HttpRequest) -> set[date]:
    found = set()
    for text in request.POST.getlist("paivat"):
        try:
            found.add(date.fromisoformat(text))
        except ValueError:
            continue
    return found


def _repeat(request: HttpRequest, event: Event, form: RunForm, now: datetime) -> RunMade:
    unit = form.cleaned_data.get("unit")
    room = event.room
    wish = RoomWish(unit, terms_of([room])[room.pk]) if unit and room else None
    return repeat_event(
        event,
        rule=form.rule,
        days=_chosen(request),
        one_sign_up=form.cleaned_data["yksi"],
        wish=wish,
        by=current_user(request),
        now=now,
    )


def _tell(request: HttpRequest, made: RunMade) -> None:
    count = len(made.made)
    words = ngettext("Jaksoon tehtiin yksi kerta lisää.", "Jaksoon tehtiin %(count)s kertaa lisää.", count)
    messages.success(request, words % {"count": count})
    if made.without_room:
        count = len(made.without_room)
        words = ngettext(
            "Yksi kerta jäi ilman tilaa, koska tila ei ollut vapaa. Valitse sille toinen paikka.",
            "%(count)s kertaa jäi ilman tilaa, koska tila ei ollut vapaa. Valitse niille toinen paikka.",
            count,
        )
        messages.warning(request, words % {"count": count})


def _preview(request: HttpRequest, event: Event, form: RunForm, now: datetime) -> HttpResponse:
    room = event.room if form.cleaned_data.get("unit") else None
    rows = preview_run(event, form.rule, room=room, now=now)
    chosen = _chosen(request) if request.POST.get("vaihe") == "tee" else None
    heading = _("Jakson päivät: %(event)s") % {"event": event.name}
    context = {
        "event": event,
        "form": form,
        "rows": [_row(row, chosen) for row in rows],
        "rule": form.rule.words,
        "heading": heading,
        "trail": crumbs(*(part for pair in event_crumbs(event) for part in pair), heading),
    }
    form.auto_id = False  # its fields go along hidden: no hint or error to point to
    return render(request, "forums/events/run_preview.html", context, status=422 if form.errors else 200)


def _row(row: RunRow, chosen: set[date] | None) -> dict[str, Any]:
    """Return a date for the page: all but holidays' clashes are offered ticked."""
    return {"row": row, "is_chosen": not row.why and (chosen is None or row.day in chosen)}


@sign_in_required
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """A run: its dates with their states, publishing them all, one sign-up for all."""
    now = clock.now()
    found: EventRun = get_object_or_404(
        allowed("forums.run.read", request.user, now=now).select_related("series"), pk=pk
    )
    rows = list(found.forum_events.select_related("room__site").order_by("starts_at", "pk"))
    return render(
        request,
        "forums/events/run.html",
        {
            "run": found,
            "rows": [
                {
                    "event": row,
                    "where": where_words(row),
                    "tone": EVENT.tone(row.state),
                    "word": EVENT.label(row.state),
                }
                for row in rows
            ],
            "planned": sum(row.state == "planned" and row.ends_at > now for row in rows),
            "can_manage": may_plan_events(request.user, now),
            "trail": crumbs(*(part for pair in desk_crumbs() for part in pair), found.name),
        },
    )


def _managed(request: HttpRequest, pk: int, now: datetime) -> EventRun:
    found: EventRun = get_object_or_404(allowed("forums.run.manage", request.user, now=now), pk=pk)
    return found


@sign_in_required
@require_POST
def run_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the run's planned events."""
    now = clock.now()
    found = _managed(request, pk, now)
    return act_and_return(
        request,
        lambda: publish_run(found, by=current_user(request), now=now),
        _("Jakson tapahtumat on julkaistu ja näkyvät kalenterissa."),
        request.path.removesuffix("julkaise/"),
    )


@sign_in_required
@require_POST
def run_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose whether one signs up to the whole run at once."""
    now = clock.now()
    found = _managed(request, pk, now)
    form = RunEditForm(request.POST)
    one = form.is_valid() and form.cleaned_data["one_sign_up"]
    return act_and_return(
        request,
        lambda: edit_run(found, one_sign_up=one, by=current_user(request), now=now),
        _("Jakso on tallennettu."),
        request.path.removesuffix("muuta/"),
    )
