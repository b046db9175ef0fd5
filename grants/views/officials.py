"""Laying a call before the office-holder who decides it, and the office-holder's pages: list, call, one case."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from common import clock
from common.errors import Refused
from common.money import format_euros
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from grants import cases
from grants.answers import answers_for_reading
from grants.forms.officials import DecideManyForm, DecideOneForm
from grants.models import Application, DecidingOfficial, GrantCall
from grants.name_hints import mark_same_names
from grants.phrases import form_for, is_picking
from grants.statements import statements_of
from grants.views.case import readable, to_declare
from grants.views.handling import decorated
from grants.workflow.conflicts import likely_conflicts
from grants.workflow.officials import decide_as_official, frozen_number, lay_call, take_back_laid
from organisations.views.helpers import attempt

PER_PAGE = 50


@sign_in_required
def lay(request: HttpRequest, call_id: int) -> HttpResponse:
    """Say who decides, and lay the call before them."""
    now = clock.now()
    call: GrantCall = get_allowed("grants.call.lay", request.user, now=now, pk=call_id)
    if request.method == "POST":
        if attempt(request, lambda: lay_call(call, by=request.user, now=now)):
            messages.success(request, _("Esitykset odottavat nyt viranhaltijan päätöstä. Hän sai siitä viestin."))
        return redirect("grants:proposals", call_id)
    post = call.kind.decided_by_post_fi
    people = DecidingOfficial.objects.in_force(now).filter(post=post).select_related("user").order_by("is_deputy", "pk")
    context = {"call": call, "post": post, "people": list(people)}
    return render(request, "grants/officials/lay.html", context)


@require_POST
def take_back(request: HttpRequest, call_id: int) -> HttpResponse:
    """Return what has not been decided to preparation."""
    now = clock.now()
    call = get_allowed("grants.call.lay", request.user, now=now, pk=call_id)
    if attempt(request, lambda: take_back_laid(call, by=request.user, now=now)):
        messages.success(request, _("Haku on palautettu valmisteluun. Viranhaltija ei voi enää päättää sitä."))
    return redirect("grants:proposals", call_id)


def _posts_of(request: HttpRequest, now: datetime) -> list[DecidingOfficial]:
    return list(DecidingOfficial.objects.holding(request.user, now).order_by("post"))


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """The calls laid before the person's posts, those that wait first."""
    now = clock.now()
    posts = _posts_of(request, now)
    if not posts:
        raise Http404
    left = Count("applications", filter=Q(applications__state="in_handling"), distinct=True)
    rows = allowed("grants.call.official", request.user, now=now).annotate(left=left)
    page = paginate(request, rows.order_by("-state", "-presented_at", "pk"))
    return render(request, "grants/officials/waiting.html", {"page": page, "posts": posts})


def _laid(request: HttpRequest, call_id: int, now: datetime) -> Any:
    """Return a call laid before a post of the person, with ``is_deputy``, or 404."""
    deputy = DecidingOfficial.objects.holding(request.user, now).filter(post=OuterRef("laid_before"), is_deputy=True)
    rows = allowed("grants.call.official", request.user, now=now).annotate(is_deputy=Exists(deputy))
    return get_object_or_404(rows, pk=call_id)


def _chosen(request: HttpRequest) -> list[int]:
    given = request.POST.getlist("case")
    return [int(key) for key in given if key.isascii() and key.isdigit() and len(key) < 10]


@sign_in_required
def call(request: HttpRequest, call_id: int) -> HttpResponse:
    """The call's cases: declare first, then decide the ticked ones as proposed, or open one to decide otherwise."""
    now = clock.now()
    found = _laid(request, call_id, now)
    form = DecideManyForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            made = decide_as_official(
                found, dict.fromkeys(_chosen(request)), by=request.user, now=now, **form.cleaned_data
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            _say_made(request, len(made))
            return redirect("grants:official_call", call_id)
    return _call_page(request, found, form, now)


def _say_made(request: HttpRequest, count: int) -> None:
    text = ngettext(
        "%(count)s päätös on tehty. Se annetaan seuraavaksi tiedoksi hakijalle.",
        "%(count)s päätöstä on tehty. Ne annetaan seuraavaksi tiedoksi hakijoille.",
        count,
    )
    messages.success(request, text % {"count": count} if count else _("Haku on merkitty päätetyksi."))


def _call_page(request: HttpRequest, found: Any, form: DecideManyForm | None, now: datetime) -> HttpResponse:
    frozen = allowed("grants.proposal_set.view", request.user, now=now).filter(call=found).first()
    form = form or DecideManyForm(initial={"frozen": frozen.number if frozen else 0})
    mine = allowed("grants.application.decide", request.user, now=now).filter(pk=OuterRef("pk"))
    rows = cases.cases_of(found, request.user, now).annotate(is_mine=Exists(mine))
    page = paginate(request, cases.choose(rows, {"jarjesta": "hakija"}), per_page=PER_PAGE)
    ticked = set(_chosen(request))
    shown = [{**row, "is_ticked": row["case"].pk in ticked} for row in decorated(page)]
    may_decide = any(row["case"].is_mine for row in shown)
    waits = found.state == "presented"
    undeclared = [row["case"] for row in shown if waits and row["case"].state == "in_handling"]
    undeclared = [case for case in undeclared if not case.declared]
    mark_same_names(request.user, undeclared, now)
    context = {
        "call": found,
        "form": form,
        "page": page,
        "rows": shown,
        "facts": _money(found),
        "undeclared": undeclared,
        "likely": likely_conflicts(request.user, undeclared) if undeclared else set(),
        "waits": waits,
        "may_decide": may_decide,
        "is_empty": waits and not may_decide and not _in_handling(found).exists(),
        "frozen": frozen,
    }
    return render(request, "grants/officials/call.html", context, status=409 if form.errors else 200)


def _in_handling(call: GrantCall) -> QuerySet[Application]:
    return Application.objects.filter(call=call, state="in_handling")


def _money(call: GrantCall) -> list[dict[str, Any]]:
    """Return the call's large figures: proposed, granted so far, left of the appropriation."""
    return [
        {"label": _("Esitetty"), "value": format_euros(call.proposed_total)},
        {"label": _("Myönnetty"), "value": format_euros(call.decided_total)},
        {
            "label": _("Jäljellä"),
            "value": format_euros(call.appropriation - call.decided_total),
            "note": _("määräraha %(sum)s") % {"sum": format_euros(call.appropriation)},
            "tone": "left",
        },
    ]


@sign_in_required
def case(request: HttpRequest, application_id: int) -> HttpResponse:
    """One case before the office-holder: the proposal, the points, the application, and the decision."""
    now = clock.now()
    found = readable(request, application_id, now)
    if found is None:
        return to_declare(request, application_id)
    laid = _laid(request, found.call_id, now)
    may_decide = may("grants.application.decide", request.user, found, now=now)
    form = None
    if may_decide:
        form = form_for(request, DecideOneForm, proposal=found.proposal, frozen=frozen_number(laid))
        if request.method == "POST" and not is_picking(request) and form.is_valid():
            made = attempt(request, lambda: _decide(request, laid, found, form, now), form)
            if made:
                _say_made(request, len(made))
                return redirect("grants:official_call", laid.pk)
    elif request.method == "POST":
        messages.error(request, _("Asiaa ei voi enää päättää tällä sivulla. Tarkista, onko se jo päätetty."))
        return redirect("grants:official_case", found.pk)
    return _case_page(request, laid, found, form, now)


def _decide(request: HttpRequest, laid: GrantCall, found: Application, form: DecideOneForm, now: datetime) -> Any:
    return decide_as_official(
        laid,
        {found.pk: form.change()},
        frozen=form.cleaned_data["frozen"],
        is_published=form.cleaned_data["is_published"],
        by=request.user,
        now=now,
    )


def _case_page(
    request: HttpRequest, laid: GrantCall, found: Application, form: DecideOneForm | None, now: datetime
) -> HttpResponse:
    sees_points = may("grants.scores.view", request.user, found, now=now)
    done = found.assessments.filter(state="done").select_related("assessor").prefetch_related("scores__criterion")
    proposal = getattr(found, "proposal", None) if sees_points else None
    context = {
        "case": found,
        "call": laid,
        "organisation": found.organisation,
        "form": form,
        "proposal": proposal,
        "is_own": proposal is not None and proposal.proposed_by_id == request.user.pk,
        "assessments": list(done.order_by("pk")) if sees_points else [],
        "is_blind": not sees_points,
        "sections": answers_for_reading(found, get_language() or "fi"),
        "statements": statements_of(found, request.user, now),
        "left": laid.appropriation - laid.decided_total,
        "now": now,
    }
    status = 409 if form is not None and form.is_bound and form.errors else 200
    return render(request, "grants/officials/case.html", context, status=status)
