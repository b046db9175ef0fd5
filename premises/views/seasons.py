"""A season's allocation as everybody and the applicants see it: rounds, rules, applying, the result with reasons."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import public_page, sign_in_required
from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from organisations.acting import acting_organisation
from organisations.models import Organisation
from organisations.views.helpers import attempt
from premises.forms.seasons import ApplicationForm
from premises.life_cycles import APPLYING
from premises.models import Booking, Room, SeasonApplication, SeasonRound
from premises.policies.bookings import own_organisations
from premises.policies.seasons import seasons_on
from premises.seasons.reasons import got, told_all
from premises.seasons.telling import every, place_and_time
from premises.workflow.seasons import save_application, send_application, withdraw_application


@public_page
@require_safe
def seasons(request: HttpRequest) -> HttpResponse:
    """The rounds: what can be applied for now, and what has been. Not there while the switch is off."""
    now = clock.now()
    if not seasons_on():
        raise Http404
    rows = allowed("premises.season.view", request.user, now=now).exclude(state="draft")
    page = paginate(request, rows)
    for season in page:
        season.is_taking = season.takes(now)
    return render(request, "premises/seasons/list.html", {"page": page, "now": now})


@public_page
@require_safe
def season(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: its rooms, its rules in words, and where to apply."""
    now = clock.now()
    rooms = Room.objects.select_related("site__municipality").order_by("site__name_fi", "order", "name_fi")
    rows = allowed("premises.season.view", request.user, now=now)
    found: SeasonRound = get_object_or_404(rows.prefetch_related(Prefetch("rooms", rooms), "target_groups"), pk=pk)
    own: list[Any] = []
    if request.user.is_authenticated:
        keys = own_organisations(request.user, now, editors=True)
        own = list(Organisation.objects.filter(pk__in=keys).order_by("name", "pk")[:20])
    context = {"season": found, "is_taking": found.takes(now), "is_coming": found.opens_at > now, "own": own}
    return render(request, "premises/seasons/season.html", context)


def current_application(season: SeasonRound, organisation: Organisation) -> SeasonApplication | None:
    """Return the organisation's application of the round that stands, else the last one."""
    rows = season.applications.filter(organisation=organisation)
    return rows.filter(state__in=APPLYING).first() or rows.order_by("-pk").first()


@sign_in_required
def season_apply(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """Write an application: keep it as a draft, or send it. Nothing typed is lost when something is wrong."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id, "organisations.prepare")
    found: SeasonRound = get_object_or_404(allowed("premises.season.view", request.user, now=now), pk=pk)
    row = current_application(found, organisation)
    if not found.takes(now):
        if row is None:
            return redirect("premises:season", found.pk)
        return redirect(row)
    initial = ApplicationForm.initial_of(row) if row else {"contact_name": request.user.full_name}  # type: ignore[union-attr]
    form = ApplicationForm(request.POST if request.method == "POST" else None, season=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        kept = keep(request, form, found, organisation, now)
        if kept is not None:
            return redirect(kept)
    context = {
        "season": found,
        "organisation": organisation,
        "form": form,
        "application": row,
        "is_sent": row is not None and row.state == "sent",
    }
    return render(request, "premises/seasons/apply.html", context, status=409 if form.errors else 200)


def keep(
    request: HttpRequest, form: ApplicationForm, season: SeasonRound, organisation: Organisation, now: datetime
) -> SeasonApplication | None:
    """Save what was typed and send it when that was pressed; a draft stays saved when it cannot be sent yet."""
    row = attempt(
        request,
        lambda: save_application(season=season, organisation=organisation, facts=form.facts, by=request.user, now=now),
        form,
    )
    if row is None:
        return None
    application: SeasonApplication = row
    if application.state == "sent":
        messages.success(request, _("Muutokset on tallennettu. Hakemus on edelleen lähetetty."))
    elif request.POST.get("vaihe") != "laheta":
        messages.success(request, _("Luonnos on tallennettu. Muista lähettää hakemus ennen hakuajan päättymistä."))
    else:
        try:
            send_application(application, by=request.user, now=now)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            form.add_error(None, _("Hakemus on tallessa luonnoksena, mutta sitä ei ole vielä lähetetty."))
            return None
        messages.success(request, _("Hakemus on lähetetty. Saatte siitä kuittauksen sähköpostilla."))
    return application


@sign_in_required
@require_safe
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """One application: what was asked, where it stands, and the result with its reasons once it is decided."""
    now = clock.now()
    rows = allowed("premises.season_application.view", request.user, now=now).select_related(
        "round", "organisation", "sent_by"
    )
    rows = rows.prefetch_related("room_wishes__room__site", "time_wishes", "target_groups", "features")
    row: SeasonApplication = get_object_or_404(rows, pk=pk)
    is_told = row.state in ("granted", "refused")
    given = list(row.turns.exclude(series=None).select_related("room__site")) if is_told else []
    turns = [{"words": place_and_time(turn), "why": got(turn)} for turn in given]
    first = Booking.objects.filter(series=given[0].series_id).order_by("starts_at").first() if given else None
    wishes = [(wish, every(wish.weekday)) for wish in row.time_wishes.all()]
    changeable = row.state in (*APPLYING, "withdrawn") and row.round.takes(now)
    context = {
        "application": row,
        "season": row.round,
        "wishes": wishes,
        "turns": turns,
        "first": first,
        "reasons": told_all(row.reasons) if is_told else [],
        "may_change": changeable and may("premises.season_application.change", request.user, row, now=now),
        "reads_desk": allowed("premises.season.read", request.user, now=now).exists(),
    }
    return render(request, "premises/seasons/application.html", context)


def _changed(request: HttpRequest, pk: int, now: datetime) -> SeasonApplication:
    row: SeasonApplication = get_allowed("premises.season_application.change", request.user, now=now, pk=pk)
    return row


@sign_in_required
@require_POST
def application_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a draft, or again what was withdrawn."""
    now = clock.now()
    row = _changed(request, pk, now)
    if attempt(request, lambda: send_application(row, by=request.user, now=now)):
        messages.success(request, _("Hakemus on lähetetty. Saatte siitä kuittauksen sähköpostilla."))
    return redirect(row)


@sign_in_required
def application_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an application back, asked once more."""
    now = clock.now()
    row = _changed(request, pk, now)
    if request.method == "POST":
        if attempt(request, lambda: withdraw_application(row, by=request.user, now=now)):
            messages.success(request, _("Hakemus on peruttu. Voitte lähettää sen uudelleen, kunnes hakuaika päättyy."))
        return redirect(row)
    return render(request, "premises/seasons/withdraw.html", {"application": row})


@sign_in_required
@require_safe
def own_seasons(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """An organisation's applications for seasons, and what can be applied for now."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    if not seasons_on():
        raise Http404
    rows = allowed("premises.season_application.view", request.user, now=now).filter(organisation=organisation)
    page = paginate(request, rows.select_related("round").order_by("-round__first_day", "-pk"))
    open_rounds = SeasonRound.objects.switched_on().taking(now).order_by("closes_at", "pk")
    context = {"organisation": organisation, "page": page, "open_rounds": list(open_rounds[:10])}
    return render(request, "premises/seasons/own.html", context)
