"""The coordinator's side of a season: making a round, its applications, the proposal by hand, the decision."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed
from organisations.models import Organisation
from organisations.views.helpers import attempt
from premises.forms.bookings import ReasonForm
from premises.forms.seasons import ExtendForm, ForWhomForm, OfficerApplicationForm, SeasonForm, TurnForm
from premises.models import SeasonApplication, SeasonRound, SeasonTurn
from premises.policies.seasons import may_run_seasons, seasons_on
from premises.seasons.clashes import clashes
from premises.seasons.reasons import told_all
from premises.seasons.telling import when
from premises.views.seasons import current_application, keep
from premises.workflow import seasons as verbs
from premises.workflow.seasons.computing import is_computing

_DEFAULT = timedelta(days=21)


def _season(request: HttpRequest, pk: int, now: datetime, permission: str = "manage") -> SeasonRound:
    row: SeasonRound = get_allowed(f"premises.season.{permission}", request.user, now=now, pk=pk)
    return row


def _check_on(request: HttpRequest, now: datetime) -> None:
    """Raise Http404 unless the county allocates seasons and the person runs them."""
    if not may_run_seasons(request.user, now) or not seasons_on():
        raise Http404


@sign_in_required
@require_safe
def desk_list(request: HttpRequest) -> HttpResponse:
    """All rounds, the newest season first."""
    now = clock.now()
    rows = allowed("premises.season.read", request.user, now=now)
    runs = may_run_seasons(request.user, now)
    if not rows.exists():
        _check_on(request, now)
    return render(request, "premises/seasons/desk_list.html", {"page": paginate(request, rows), "runs": runs})


@sign_in_required
def season_new(request: HttpRequest) -> HttpResponse:
    """Make a round."""
    now = clock.now()
    _check_on(request, now)
    form = SeasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = attempt(request, lambda: verbs.make_season(facts=form.facts, by=request.user, now=now), form)
        if made is not None:
            messages.success(request, _("Vuorojako on tallennettu luonnoksena. Julkaise se, kun säännöt ovat valmiit."))
            return redirect("premises:season_desk", made.pk)
    context = {"form": form, "season": None}
    return render(request, "premises/seasons/edit.html", context, status=409 if form.errors else 200)


@sign_in_required
def season_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft; when the round is open, only its end can be moved on."""
    now = clock.now()
    row = _season(request, pk, now)
    if row.state == "open":
        return _extend(request, row, now)
    form = SeasonForm(request.POST if request.method == "POST" else None, initial=SeasonForm.initial_of(row))
    act = lambda: verbs.save_season(row, facts=form.facts, by=request.user, now=now)  # noqa: E731
    if request.method == "POST" and form.is_valid() and attempt(request, act, form):
        messages.success(request, _("Muutokset on tallennettu."))
        return redirect("premises:season_desk", row.pk)
    context = {"form": form, "season": row}
    return render(request, "premises/seasons/edit.html", context, status=409 if form.errors else 200)


def _extend(request: HttpRequest, row: SeasonRound, now: datetime) -> HttpResponse:
    form = ExtendForm(request.POST if request.method == "POST" else None, initial={"closes_at": row.closes_at})
    if request.method == "POST" and form.is_valid():
        closes_at = form.cleaned_data["closes_at"]
        act = lambda: verbs.extend_season(row, closes_at=closes_at, by=request.user, now=now)  # noqa: E731
        if attempt(request, act, form):
            messages.success(request, _("Hakuaikaa on pidennetty."))
            return redirect("premises:season_desk", row.pk)
    context = {"form": form, "season": row}
    return render(request, "premises/seasons/extend.html", context, status=409 if form.errors else 200)


@sign_in_required
@require_safe
def season_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: where it stands, what is next, and its applications with what is proposed to each."""
    now = clock.now()
    row = _season(request, pk, now, "read")
    if row.state == "open" and row.closes_at <= now:
        verbs.close_due(now)
        row.refresh_from_db()
    computing = is_computing(row, now)
    if request.headers.get("HX-Request") and request.GET.get("lasketaan"):
        answer = render(request, "premises/seasons/_computing.html", {"season": row, "is_computing": computing})
        if not computing:
            answer["HX-Refresh"] = "true"
        return answer
    given = SeasonTurn.objects.filter(application__round=row)
    turns = list(given.select_related("room__site", "application__organisation"))
    blocked = clashes(turns) if row.state == "proposed" else {}
    page = paginate(request, row.applications.select_related("organisation").order_by("organisation__name", "pk"))
    context = {
        "season": row,
        "page": page,
        "rows": _rows(page, turns, blocked),
        "runs": may_run_seasons(request.user, now),
        "is_computing": computing,
        "is_taking": row.takes(now),
        "clash_count": len(blocked),
        "turn_count": len(turns),
        "with_turn": len({turn.application_id for turn in turns}),
        **_counts(row),
    }
    return render(request, "premises/seasons/desk.html", context)


def _counts(season: SeasonRound) -> dict[str, int]:
    states = list(season.applications.values_list("state", flat=True))
    sent = sum(state in ("sent", "granted", "refused") for state in states)
    settled = sum(state in ("granted", "refused") for state in states)
    return {"sent": sent, "settled": settled, "drafts": states.count("draft")}


def _rows(page: Any, turns: list[SeasonTurn], blocked: dict[int, list[SeasonTurn]]) -> list[dict[str, Any]]:
    """Return each application of the page with its turns, the clashes of each, and the reasons in words."""
    mine: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for turn in turns:
        mine[turn.application_id].append({"turn": turn, "when": when(turn), "clashes": blocked.get(turn.pk, [])})
    return [{"application": one, "turns": mine[one.pk], "reasons": told_all(one.reasons)} for one in page]


def _press(
    request: HttpRequest, pk: int, act: Callable[[SeasonRound, datetime], Any], words: str, permission: str = "manage"
) -> HttpResponse:
    now = clock.now()
    row = _season(request, pk, now, permission)
    if attempt(request, lambda: act(row, now)):
        messages.success(request, words)
    return redirect("premises:season_desk", row.pk)


@sign_in_required
@require_POST
def season_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the round to everybody."""
    words = _("Haku on julkaistu. Järjestöt näkevät sen tilojen sivuilla.")
    return _press(request, pk, lambda row, now: verbs.publish_season(row, by=request.user, now=now), words)


@sign_in_required
@require_POST
def season_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End applying now."""
    words = _("Haku on päätetty. Seuraavaksi lasketaan ehdotus.")
    return _press(request, pk, lambda row, now: verbs.close_season(row, by=request.user, now=now), words)


@sign_in_required
@require_POST
def season_compute(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a proposal."""
    words = _("Ehdotusta lasketaan. Sivu päivittyy, kun se on valmis.")
    return _press(request, pk, lambda row, now: verbs.start_computing(row, by=request.user, now=now), words)


@sign_in_required
def season_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the allocation, asked once more: bookings are made and letters go to all."""
    now = clock.now()
    row = _season(request, pk, now)
    if request.method == "POST":
        words = _("Jako on vahvistettu. Varaukset ja viestit tehdään nyt.")
        return _press(request, pk, lambda one, at: verbs.decide_season(one, by=request.user, now=at), words)
    turns = SeasonTurn.objects.filter(application__round=row)
    given = turns.values("application").distinct().count()
    context = {"season": row, "turn_count": turns.count(), "given": given, "without": _counts(row)["sent"] - given}
    return render(request, "premises/seasons/decide.html", context)


@sign_in_required
def season_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call the round off, with the reason that the applicants read."""
    now = clock.now()
    row = _season(request, pk, now)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(request, lambda: verbs.cancel_season(row, reason=reason, by=request.user, now=now), form):
            messages.success(request, _("Jako on peruttu. Hakijat saivat viestin."))
            return redirect("premises:season_desk", row.pk)
    context = {"season": row, "form": form}
    return render(request, "premises/seasons/cancel.html", context, status=409 if form.errors else 200)


@sign_in_required
def season_for_whom(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the organisation whose application came on paper or by telephone."""
    now = clock.now()
    row = _season(request, pk, now)
    form = ForWhomForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return redirect("premises:season_write_in", row.pk, form.cleaned_data["organisation"].pk)
    context = {"season": row, "form": form}
    return render(request, "premises/seasons/for_whom.html", context, status=409 if form.errors else 200)


@sign_in_required
def season_write_in(request: HttpRequest, pk: int, holder: int) -> HttpResponse:
    """Write an organisation's application in for it, with where it came from."""
    now = clock.now()
    row = _season(request, pk, now)
    organisation = get_object_or_404(Organisation, pk=holder)
    found = current_application(row, organisation)
    initial = OfficerApplicationForm.initial_of(found) if found else {"source": "paper"}
    form = OfficerApplicationForm(request.POST if request.method == "POST" else None, season=row, initial=initial)
    if request.method == "POST" and form.is_valid() and keep(request, form, row, organisation, now) is not None:
        return redirect("premises:season_desk", row.pk)
    context = {
        "season": row,
        "organisation": organisation,
        "form": form,
        "is_sent": found is not None and found.state == "sent",
        "by_officer": True,
    }
    return render(request, "premises/seasons/apply.html", context, status=409 if form.errors else 200)


@sign_in_required
def turn_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an application a turn by hand."""
    now = clock.now()
    row: SeasonApplication = get_object_or_404(_managed_applications(request, now), pk=pk)
    wish = row.time_wishes.first()
    initial = {"weekday": wish.weekday, "start_time": wish.earliest} if wish else {}
    return _turn(request, row, None, initial, lambda when: verbs.add_turn(row, when=when, by=request.user, now=now))


@sign_in_required
def turn_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a proposed turn to another time or room."""
    now = clock.now()
    turn = _turn_of(request, pk, now)
    names = ("room", "weekday", "start_time", "end_time")
    initial = {name: getattr(turn, name) for name in names}
    return _turn(
        request,
        turn.application,
        turn,
        initial,
        lambda when: verbs.move_turn(turn, when=when, by=request.user, now=now),
    )


def _managed_applications(request: HttpRequest, now: datetime) -> Any:
    rounds = allowed("premises.season.manage", request.user, now=now)
    return SeasonApplication.objects.filter(round__in=rounds.values("pk")).select_related("round", "organisation")


def _turn_of(request: HttpRequest, pk: int, now: datetime) -> SeasonTurn:
    rows = SeasonTurn.objects.filter(application__in=_managed_applications(request, now).values("pk"))
    turn: SeasonTurn = get_object_or_404(
        rows.select_related("application__round", "application__organisation", "room__site"), pk=pk
    )
    return turn


def _turn(
    request: HttpRequest,
    application: SeasonApplication,
    turn: SeasonTurn | None,
    initial: dict[str, Any],
    act: Callable[[Any], Any],
) -> HttpResponse:
    form = TurnForm(request.POST if request.method == "POST" else None, season=application.round, initial=initial)
    if request.method == "POST" and form.is_valid() and attempt(request, lambda: act(form.when), form):
        messages.success(request, _("Vuoro on tallennettu ja kiinnitetty: uusi laskenta ei siirrä sitä."))
        return redirect("premises:season_desk", application.round_id)
    context = {"form": form, "application": application, "season": application.round, "turn": turn}
    return render(request, "premises/seasons/turn.html", context, status=409 if form.errors else 200)


@sign_in_required
def turn_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a proposed turn away, with the reason that the applicant reads."""
    now = clock.now()
    turn = _turn_of(request, pk, now)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        act: Callable[[], Any] = lambda: verbs.remove_turn(turn, reason=reason, by=request.user, now=now) or True  # noqa: E731
        if attempt(request, act, form):
            messages.success(request, _("Vuoro on poistettu ehdotuksesta."))
            return redirect("premises:season_desk", turn.application.round_id)
    context = {"turn": turn, "when": when(turn), "form": form, "season": turn.application.round}
    return render(request, "premises/seasons/remove.html", context, status=409 if form.errors else 200)


@sign_in_required
@require_POST
def turn_pin(request: HttpRequest, pk: int) -> HttpResponse:
    """Pin a turn, or let it go."""
    now = clock.now()
    turn = _turn_of(request, pk, now)
    pinned = request.POST.get("kiinni") == "1"
    if attempt(request, lambda: verbs.pin_turn(turn, pinned=pinned, by=request.user, now=now)):
        messages.success(request, _("Vuoro on kiinnitetty.") if pinned else _("Vuoron kiinnitys on poistettu."))
    return redirect("premises:season_desk", turn.application.round_id)
