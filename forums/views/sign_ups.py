"""Signing up: the form for visitors and signed-in people, what comes after it, names of the register."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import public_page
from accounts.models import User
from common import clock
from common.policies import allowed
from forums.event_facts import when_words, where_words
from forums.forms.sign_ups import COMPANION_ROWS, SignUpForm
from forums.models import Event
from forums.sign_up_limits import is_too_many
from forums.sign_up_places import free_places
from forums.workflow.sign_ups import MOST_COMPANIONS, Sent, sign_up
from organisations.models import Membership
from organisations.search import find
from organisations.views.helpers import attempt

SUGGESTED = 8
SHORTEST_QUERY = 3


@public_page
def sign_up_form(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign up to an event, alone or with others; who is not signed in confirms by the link in the letter."""
    now = clock.now()
    rows = allowed("forums.event.view", request.user, now=now)
    event: Event = get_object_or_404(rows.select_related("run", "room__site"), pk=pk)
    user = request.user if isinstance(request.user, User) else None
    if request.method == "POST" and event.sign_up_open(now):
        form = SignUpForm(request.POST, event=event, user=user, rows=_rows(request), run_dates=2 if event.run_id else 0)
        answer = _sent(request, event, form)
        if answer is not None:
            return answer
    else:
        form = SignUpForm(
            event=event,
            user=user,
            free=free_places(event),
            rows=_rows(request),
            run_dates=_run_dates(request, event, now),
            initial=_prefilled(user, now) if user else None,
        )
    return render(
        request,
        "forums/sign_up/form.html",
        {
            "event": event,
            "form": form,
            "is_open": event.sign_up_open(now),
            "mine": _mine(request, event),
            "when": when_words(event.starts_at, event.ends_at),
            "where": where_words(event),
            "rows": form.rows,
            "most": MOST_COMPANIONS,
            "run_dates": _run_dates(request, event, now),
        },
    )


def _sent(request: HttpRequest, event: Event, form: SignUpForm) -> HttpResponseRedirect | None:
    """Do what the form asks and return where to go; None when something has to be mended."""
    now = clock.now()
    after = redirect("forums:sign_up_sent", pk=event.pk)
    if form.is_robot:
        return after  # a robot is told what a person is told
    if not form.is_valid():
        return None
    if is_too_many(request, form.cleaned_data.get("email", ""), now):
        form.add_error(None, _("Tästä osoitteesta on tullut monta ilmoittautumista. Odota hetki ja yritä uudelleen."))
        return None
    sent: Sent | None = attempt(
        request,
        lambda: sign_up(
            event,
            people=form.people(),
            contact=form.contact((get_language() or "fi")[:2]),
            whole_run=bool(form.cleaned_data.get("whole_run")),
            by=request.user,
            now=now,
        ),
        form,
    )
    if sent is None:
        return None
    if form.user is None:
        return after
    return _to_own(request, event, sent)


def _to_own(request: HttpRequest, event: Event, sent: Sent) -> HttpResponseRedirect:
    if sent.head is None:
        messages.info(request, _("Olet jo ilmoittautunut tapahtumaan."))
        return redirect("forums:own_sign_ups")
    if all(row.state == "signed" for row in sent.rows):
        messages.success(request, _("Ilmoittautuminen on kirjattu, ja sinulla on paikka. Saat vahvistuksen postiin."))
    else:
        messages.info(request, _("Ilmoittautuminen on kirjattu. Tältä sivulta näet, kuka on jonossa."))
    return redirect(sent.head)


def _rows(request: HttpRequest) -> int:
    wanted = request.GET.get("rivit", "")
    return int(wanted) if wanted.isdecimal() and len(wanted) < 3 else COMPANION_ROWS


def _run_dates(request: HttpRequest, event: Event, now: Any) -> int:
    """Return how many dates of the event's run can be signed up to at once."""
    if event.run is None or not event.run.one_sign_up:
        return 0
    return allowed("forums.event.sign_up", request.user, now=now).filter(run=event.run_id).count()


def _prefilled(user: User, now: Any) -> dict[str, str]:
    acts = Membership.objects.in_force(now).filter(user=user).select_related("organisation").order_by("pk").first()
    return {"name": user.full_name, "organisation": acts.organisation.name if acts else ""}


def _mine(request: HttpRequest, event: Event) -> Any:
    if not request.user.is_authenticated:
        return None
    own: Any = allowed("forums.sign_up.own", request.user)
    return own.live().filter(event=event, contact__isnull=True).first()


@public_page
@require_safe
def sign_up_sent(request: HttpRequest, pk: int) -> HttpResponse:
    """What a visitor does next: open the letter. It says the same to all, known address or not."""
    rows = allowed("forums.event.view", request.user, now=clock.now())
    event = get_object_or_404(rows, pk=pk)
    return render(request, "forums/sign_up/sent.html", {"event": event})


@public_page
@require_safe
def organisation_names(request: HttpRequest) -> HttpResponse:
    """Names of the register for the browser's suggestions; they are public, and nothing else is told."""
    query = (request.GET.get("organisation") or "").strip()[:100]
    names: list[str] = []
    if len(query) >= SHORTEST_QUERY:
        rows = allowed("organisations.view", request.user, now=clock.now())
        names = list(find(query, rows).values_list("name", flat=True)[:SUGGESTED])
    return render(request, "forums/sign_up/names.html", {"names": names})


def list_url(event: Event) -> str:
    """Return the address of the organiser's list."""
    return reverse("forums:sign_ups", args=[event.pk])
