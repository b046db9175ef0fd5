"""The officer's side of calls: the list, a new call, and the short pages on which a draft is set up."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import request_roles
from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed
from common.times import helsinki
from grants import call_readiness, queries
from grants.forms.calls import BasicsForm, CallFilter, GuideForm, MoneyForm, NewCallForm
from grants.models import CallGuideline, GrantCall
from grants.policies import READING_STAFF
from grants.views.calls import call_context, with_everything
from grants.workflow import calls as verbs

Build = Callable[[GrantCall, Any], forms.BaseForm]


@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    """All calls with what has been asked in them (``?tila=``, ``?vuosi=``)."""
    now = clock.now()
    roles = _role_keys(request)
    if roles.isdisjoint(READING_STAFF):
        raise Http404
    rows = allowed("grants.call.follow", request.user, now=now)
    years = queries.years_of(rows)
    call_filter = CallFilter(request.GET or None, states=list(queries.STATE_FILTERS), years=years)
    chosen = call_filter.cleaned_data if call_filter.is_valid() else {"tila": "", "vuosi": ""}
    rows = queries.calls_in_state(rows, chosen["tila"], now)
    if chosen["vuosi"]:
        rows = rows.filter(year=chosen["vuosi"])
    counted = queries.calls_with_counts(rows).select_related("kind").order_by("-closes_at", "pk")
    page = paginate(request, counted)
    for call in page:
        # What can still be set up opens its set-up page, what is being handled its applications.
        call.is_set_up = call.state in ("draft", "cancelled") or (call.state == "published" and now < call.closes_at)
    context = {
        "now": now,
        "page": page,
        "filter": call_filter,
        "any_calls": bool(years),
        "may_create": "coordinator" in roles,
    }
    return render(request, "grants/calls/officer_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def call_new(request: HttpRequest) -> HttpResponse:
    """A new call: the kind of grant, its name, the times and the money."""
    now = clock.now()
    if "coordinator" not in _role_keys(request):
        raise Http404
    kinds = allowed("grants.call.create", request.user, now=now).order_by("name_fi")
    officer: Any = request.user
    start = GrantCall(contact_name=officer.full_name, contact_email=officer.email, year=helsinki(now).year + 1)
    form = NewCallForm(request.POST or None, instance=start, kinds=kinds)
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.create_call(form.instance, by=request.user, now=now)
        except Refused as refusal:
            form.add_error("title_fi", str(refusal.message))
        else:
            messages.success(request, _("Haku on luotu luonnokseksi. Täydennä seuraavaksi sivut yksi kerrallaan."))
            return redirect("grants:call_edit", made.pk)
    return render(request, "grants/calls/new.html", {"form": form, "kinds": kinds})


def _role_keys(request: HttpRequest) -> set[str]:
    """Return the roles in force that every page of this request has asked already."""
    return {role.key for role in request_roles(request)}


def managed(request: HttpRequest, call_id: int, now: datetime) -> GrantCall:
    """Return the call with all that belongs to it, or 404."""
    rows = (
        with_everything(allowed("grants.call.manage", request.user, now=now))
        .select_related("kind__decided_by", "created_by", "published_by", "asked_by")
        .prefetch_related("invitations__organisation")
    )
    rows = rows.prefetch_related("form_versions")
    found: GrantCall = get_object_or_404(rows, pk=call_id)
    return found


@require_safe
def call_edit(request: HttpRequest, call_id: int) -> HttpResponse:
    """The task list of setting up a call; of a published one what was done to it and what still can be."""
    now = clock.now()
    call = managed(request, call_id, now)
    found = call_readiness.gaps(call, now=now) if call.state == "draft" else []
    states = call_readiness.page_states(call, found)
    context = {
        "call": call,
        "now": now,
        "gaps": found,
        "tasks": [_task(call, state) for state in states],
        "done": sum(1 for state in states if state.tone == "ok"),
        "total": len(states),
        "why_frozen": _why_not_edited(call),
        "may_invite": call.by_invitation,
        "may_record_budget": call.awaits_budget and call.state in ("published", "handling", "presented"),
        "events": [_event(event) for event in call.call_events.select_related("by")],
        "guide": call_readiness.newest_guide(call),
        "total_points": sum(criterion.weight for criterion in call.criteria.all()),
    }
    return render(request, "grants/calls/edit.html", context)


def _why_not_edited(call: GrantCall) -> Any:
    if call.state != "draft":
        return verbs.why_frozen(call)
    return verbs.why_waiting(call) if call.asked_at else ""


def _task(call: GrantCall, state: call_readiness.PageState) -> dict[str, Any]:
    url = reverse(state.page.url_name, args=[call.pk])
    return {"label": state.page.label, "url": url, "tone": state.tone, "word": state.word, "detail": state.detail}


def _event(event: Any) -> dict[str, Any]:
    text = event.get_verb_display()
    return {"at": event.at, "text": f"{text}: {event.reason}" if event.reason else f"{text}.", "by": event.by}


# Pages of one form


@require_http_methods(["GET", "HEAD", "POST"])
def call_edit_basics(request: HttpRequest, call_id: int) -> HttpResponse:
    """Name, summary, contact person."""
    return edit_page(request, call_id, "basics", lambda call, data: BasicsForm(data, instance=call))


@require_http_methods(["GET", "HEAD", "POST"])
def call_edit_money(request: HttpRequest, call_id: int) -> HttpResponse:
    """Appropriation, limits, times."""
    return edit_page(request, call_id, "money", lambda call, data: MoneyForm(data, instance=call))


@require_http_methods(["GET", "HEAD", "POST"])
def call_edit_guide(request: HttpRequest, call_id: int) -> HttpResponse:
    """The guide and the decision that made it."""

    def build(call: GrantCall, data: Any) -> forms.BaseForm:
        guide = call_readiness.newest_guide(call) or CallGuideline(call=call)
        return GuideForm(data, instance=guide)

    return edit_page(request, call_id, "guide", build)


def edit_page(request: HttpRequest, call_id: int, key: str, build: Build) -> HttpResponse:
    """Show or save one page of a draft; a call that is no longer a draft says why and keeps what was typed."""
    now = clock.now()
    refusal = ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                call = verbs.lock_draft(call_id, by=request.user, now=now)
                form: Any = build(call, request.POST)
                if form.is_valid():
                    form.save()
                    return _saved(request, call, key)
        except Refused as refused:
            refusal, call = str(refused.message), managed(request, call_id, now)
            form = build(call, request.POST)
    else:
        call = managed(request, call_id, now)
        if call.state != "draft":
            return redirect("grants:call_edit", call.pk)
        form = build(call, None)
    page = next(page for page in call_readiness.PAGES if page.key == key)
    context = {"call": call, "form": form, "page": page, "refusal": refusal}
    return render(request, f"grants/calls/edit_{key}.html", context, status=409 if refusal else 200)


def _saved(request: HttpRequest, call: GrantCall, key: str) -> HttpResponse:
    messages.success(request, _("Tallennettu."))
    if "back" in request.POST:
        return redirect("grants:call_edit", call.pk)
    keys = [page.key for page in call_readiness.PAGES]
    following = call_readiness.PAGES[keys.index(key) + 1 :]
    return redirect(following[0].url_name if following else "grants:call_publish", call.pk)


# A read-only look at what the applicant gets


@require_safe
def call_preview(request: HttpRequest, call_id: int) -> HttpResponse:
    """The call's public page as it will be, before anyone else but who checks it sees it."""
    now = clock.now()
    seen = with_everything(allowed("grants.call.publish", request.user, now=now))
    context = {**call_context(get_object_or_404(seen, pk=call_id), now), "own": [], "may_start": [], "preview": True}
    return render(request, "grants/calls/call.html", context)
