"""Actions: lists, own ones, one action, writing, answering (also by a link in a letter), files."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import public_page, sign_in_required
from accounts.roles import current_user
from common import clock
from common.exports import csv_response, xlsx_response
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from forums.action_lines import JOINED, counts_of, line_of, lines_of, measures_read, one_list
from forums.after_letters import read_token
from forums.forms.actions import ActionAgainForm, ActionEndForm, ActionFilterForm, ActionForm
from forums.life_cycles_after import ACTION
from forums.models import Action, Event
from forums.policies.after import may_list_ideas
from forums.policies.events import may_plan_events
from forums.views.after_pages import event_crumbs, event_desk_crumbs, managed_event, seen_event, trail
from forums.workflow.actions import drop_action, finish_action, reopen_action, save_action
from liaisons.views.pages import Crumb, ask
from organisations.views.helpers import attempt


def _chosen(request: HttpRequest, form: ActionFilterForm, now: datetime) -> tuple[Any, Any]:
    """Return the actions and the negotiations' measures that the filters leave."""
    actions, measures = Action.objects.all(), measures_read(request.user, now)
    if not form.is_valid():
        return actions, measures
    data = form.cleaned_data
    for word in data["sanat"].split():
        actions = actions.filter(
            Q(title__icontains=word) | Q(phenomenon__icontains=word) | Q(owner_name__icontains=word)
        )
        measures = measures.filter(Q(text__icontains=word) | Q(owner__icontains=word))
    if data["mista"] == "neuvottelut":
        actions = actions.none()
    elif data["mista"] == "muut":
        measures = measures.none()
    return _in_state(data["tila"], actions, measures, local_date(now))


def _in_state(state: str, actions: Any, measures: Any, today: date) -> tuple[Any, Any]:
    unfinished = measures.filter(done_at__isnull=True)
    if state == "late":
        return actions.late(today), unfinished.filter(due_on__lt=today)
    if state == "open":
        return actions.open(), unfinished
    if state:
        done = measures.filter(done_at__isnull=False)
        return actions.filter(state=state), done if state == "done" else measures.none()
    return actions, measures


@sign_in_required
def actions(request: HttpRequest) -> HttpResponse:
    """Every action and every measure of a negotiation for coordinator and auditor, open and late ones first."""
    now = clock.now()
    if not may_list_ideas(request.user, now):
        raise Http404
    today = local_date(now)
    form = ActionFilterForm(request.GET or None)
    page = paginate(request, one_list(*_chosen(request, form, now)))
    counts = counts_of(Action.objects.all(), measures_read(request.user, now), today)
    context = {
        "page": page,
        "rows": lines_of(page, today),
        "form": form,
        "plans": may_plan_events(request.user, now),
        "facts": [
            {"label": _("Kesken"), "value": counts["open"]},
            {"label": _("Myöhässä"), "value": counts["late"], "tone": "over"},
            {"label": _("Tehty"), "value": counts["done"]},
        ],
    }
    return render(request, "forums/after/actions.html", context)


@sign_in_required
def actions_export(request: HttpRequest, kind: str) -> HttpResponse:
    """The actions and measures of the list as a file."""
    now = clock.now()
    if not may_list_ideas(request.user, now) or kind not in ("csv", "xlsx"):
        raise Http404
    head = [
        _("Toimenpide"),
        _("Ilmiö"),
        _("Tapahtuma"),
        _("Vastuutaho"),
        _("Valmis viimeistään"),
        _("Tila"),
        _("Mittari"),
        _("Tavoite"),
        _("Tulos"),
        _("Miksi luovuttiin"),
    ]
    form = ActionFilterForm(request.GET or None)
    lines = lines_of(one_list(*_chosen(request, form, now)), local_date(now))
    cells: list[list[Any]] = [
        [
            line.title,
            line.phenomenon,
            line.source,
            line.owner,
            line.due_on,
            str(ACTION.label(line.state)),
            line.measure,
            line.target,
            line.result,
            line.reason,
        ]
        for line in lines
    ]
    return (xlsx_response if kind == "xlsx" else csv_response)("toimenpiteet", head, cells)


@sign_in_required
def own_actions(request: HttpRequest) -> HttpResponse:
    """My actions and those of my organisations."""
    now = clock.now()
    rows = allowed("forums.action.own", request.user, now=now).select_related(*JOINED)
    page = paginate(request, rows.order_by(F("closed_at").asc(nulls_first=True), "due_on", "pk"))
    context = {"page": page, "rows": [line_of(row, local_date(now)) for row in page]}
    return render(request, "forums/after/own_actions.html", context)


@public_page
def event_actions(request: HttpRequest, pk: int) -> HttpResponse:
    """The actions of one event that the person may see."""
    event = seen_event(request, pk)
    now = clock.now()
    rows = allowed("forums.action.view", request.user, now=now).filter(event=event).select_related(*JOINED)
    context = {
        "event": event,
        "rows": [line_of(row, local_date(now)) for row in rows],
        "manages": may("forums.event.manage", request.user, event, now=now),
        "trail": trail(event_crumbs(event), _("Toimenpiteet")),
    }
    return render(request, "forums/after/event_actions.html", context)


@public_page
def action(request: HttpRequest, pk: int) -> HttpResponse:
    """One action, to whoever may see it."""
    now = clock.now()
    rows = allowed("forums.action.view", request.user, now=now).select_related(*JOINED, "idea")
    found: Action = get_object_or_404(rows, pk=pk)
    context = {
        "action": found,
        "late": found.is_late(local_date(now)),
        "answers": may("forums.action.answer", request.user, found, now=now),
        "manages": may("forums.action.manage", request.user, found, now=now),
        "trail": trail(_crumbs(request, found), found.title),
    }
    return render(request, "forums/after/action.html", context)


def _crumbs(request: HttpRequest, found: Action) -> list[Crumb]:
    if found.event is not None:
        return event_crumbs(found.event, (reverse("forums:event_actions", args=[found.event_id]), _("Toimenpiteet")))
    if may_list_ideas(request.user, clock.now()):
        return [(reverse("portal:desk"), _("Hallinta")), (reverse("forums:actions"), _("Toimenpiteet"))]
    return [(reverse("forums:ideas"), _("Ideat"))]


def _write(
    request: HttpRequest, form: ActionForm, pairs: list[Crumb], *, found: Action | None, **place: Any
) -> HttpResponse:
    by, now = current_user(request), clock.now()
    if request.method == "POST" and form.is_valid():
        saved = attempt(request, lambda: save_action(found, values=form.values, by=by, now=now, **place), form)
        if saved:
            messages.success(request, _("Toimenpide on tallennettu. Vastuutaho saa viestin."))
            return redirect(saved)
    heading = _("Muuta toimenpidettä") if found else _("Uusi toimenpide")
    context = {
        "form": form,
        "heading": heading,
        "lead": _("Kuka tekee mitä mihin mennessä, ja mistä näkee, että se auttoi."),
        "submit": _("Tallenna toimenpide"),
        "back_url": pairs[-1][0],
        "trail": trail(pairs, heading),
    }
    return render(request, "liaisons/simple_form.html", context)


@sign_in_required
def action_new(request: HttpRequest, pk: int) -> HttpResponse:
    """An action of an event; ``?ilmio=`` fills in the phenomenon of a workshop."""
    event: Event = managed_event(request, pk)
    initial = {"phenomenon": request.GET.get("ilmio", "")[:200], "is_public": True}
    form = ActionForm(request.POST or None, initial=initial)
    return _write(request, form, event_desk_crumbs(event), found=None, event=event)


@sign_in_required
def action_of_idea(request: HttpRequest, pk: int) -> HttpResponse:
    """An action to which an idea leads."""
    idea = get_allowed("forums.idea.handle", request.user, now=clock.now(), pk=pk)
    form = ActionForm(request.POST or None, initial={"title": idea.title, "is_public": True})
    pairs = [(reverse("forums:ideas"), _("Ideat")), (idea.get_absolute_url(), idea.title)]
    return _write(request, form, pairs, found=None, idea=idea)


@sign_in_required
def action_plain_new(request: HttpRequest) -> HttpResponse:
    """An action of no event, written down by the coordinator."""
    if not may_plan_events(request.user, clock.now()):
        raise Http404
    form = ActionForm(request.POST or None, initial={"is_public": True})
    pairs = [(reverse("portal:desk"), _("Hallinta")), (reverse("forums:actions"), _("Toimenpiteet"))]
    return _write(request, form, pairs, found=None)


@sign_in_required
def action_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an open action."""
    rows = allowed("forums.action.manage", request.user, now=clock.now()).select_related(*JOINED)
    found: Action = get_object_or_404(rows, pk=pk)
    form = ActionForm(request.POST or None, initial=ActionForm.initial_of(found))
    return _write(request, form, [*_crumbs(request, found), (found.get_absolute_url(), found.title)], found=found)


def _end(form: ActionEndForm, found: Action, **who: Any) -> Action:
    words = form.cleaned_data["words"]
    if form.cleaned_data["outcome"] == "done":
        return finish_action(found, result=words, now=clock.now(), **who)
    return drop_action(found, reason=words, now=clock.now(), **who)


@sign_in_required
def action_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell that the action is done or will not be done."""
    rows = allowed("forums.action.answer", request.user, now=clock.now()).select_related(*JOINED)
    found: Action = get_object_or_404(rows, pk=pk)
    form = ActionEndForm(request.POST or None, initial={"outcome": "done"})
    by = current_user(request)
    return ask(
        request,
        form,
        lambda: _end(form, found, by=by),
        done=_("Kiitos. Toimenpide on kirjattu päättyneeksi."),
        to=found.get_absolute_url(),
        heading=_("Kerro, mitä toimenpiteestä tuli"),
        submit=_("Tallenna"),
        trail=[*_crumbs(request, found), (found.get_absolute_url(), found.title)],
        lead=found.title,
    )


@sign_in_required
def action_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an ended action again."""
    rows = allowed("forums.action.manage", request.user, now=clock.now()).select_related(*JOINED)
    found: Action = get_object_or_404(rows, pk=pk)
    form = ActionAgainForm(request.POST or None)
    by = current_user(request)
    return ask(
        request,
        form,
        lambda: reopen_action(found, due_on=form.cleaned_data["due_on"], by=by, now=clock.now()),
        done=_("Toimenpide on taas kesken."),
        to=found.get_absolute_url(),
        heading=_("Avaa toimenpide uudelleen"),
        submit=_("Avaa uudelleen"),
        trail=[*_crumbs(request, found), (found.get_absolute_url(), found.title)],
        lead=found.title,
    )


@public_page
def action_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of an owner without an account: the action, and what became of it."""
    rows = Action.objects.select_related(*JOINED)
    found: Action | None = read_token("action", token, rows, email_field="owner_email")
    if found is None or not found.owner_email:
        raise Http404
    form = ActionEndForm(request.POST or None, initial={"outcome": "done"}) if found.state == "open" else None
    if form is not None and request.method == "POST" and form.is_valid():
        page = form
        if attempt(request, lambda: _end(page, found, through_link=True), form):
            messages.success(request, _("Kiitos. Toimenpide on kirjattu päättyneeksi."))
            return redirect(request.path)
    context = {"action": found, "form": form, "late": found.is_late(local_date(clock.now()))}
    return render(request, "forums/after/action_link.html", context)
