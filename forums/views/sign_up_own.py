"""A person's own sign-up by the link in the letter, and all own sign-ups of who has an account."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import public_page, sign_in_required
from common import clock
from common.policies import allowed
from documents.qr import qr_image
from forums.calendar_files import calendar_response, event_calendar
from forums.event_facts import when_words, where_words
from forums.forms.sign_ups import NeedsForm, needs_asked
from forums.models import LIVE_SIGN_UPS, SignUp, SignUpNeed
from forums.policies.sign_ups import by_token
from forums.sign_up_places import free_places, turn_of, ways_of
from forums.workflow.sign_ups import cancel, change_needs, change_way, confirm
from notifications.outbox import absolute
from organisations.views.helpers import attempt


def _found(token: str) -> SignUp:
    rows = by_token(token).select_related("event__room__site", "event__run", "organisation", "contact", "user")
    row: SignUp = get_object_or_404(rows, pk__isnull=False)
    return row


def _group(row: SignUp) -> list[SignUp]:
    """Return the person's row and, of a contact, the companions'; with event and organisation."""
    rows = SignUp.objects.filter(contact=row).select_related("organisation").order_by("pk")
    for one in (found := [row, *rows]):
        one.event = row.event
    return found


@public_page
@never_cache
def sign_up_page(request: HttpRequest, token: str) -> HttpResponse:
    """One's own sign-up: confirm, see the place or the turn, change the way and the needs, calendar, link, code."""
    now = clock.now()
    row = _found(token)
    if request.method == "POST":
        _act(request, row)
        return redirect(row)
    event = row.event
    people = [
        {
            "row": one,
            "turn": turn_of(one),
            "other_ways": _other_ways(one),
        }
        for one in _group(row)
    ]
    is_coming = event.state == "published" and now < event.starts_at
    has_place = event.state == "published" and row.has_place(now)
    need = SignUpNeed.objects.filter(sign_up=row).first()
    return render(
        request,
        "forums/sign_up/page.html",
        {
            "row": row,
            "event": event,
            "people": people,
            "others": _other_dates(row),
            "is_coming": is_coming,
            "is_live": row.state in LIVE_SIGN_UPS,
            "can_confirm": row.state == "unconfirmed" and event.state == "published",
            "has_place": has_place,
            "shows_link": has_place and bool(event.meeting_url) and event.is_remote,
            "when": when_words(event.starts_at, event.ends_at),
            "where": where_words(event),
            "free": free_places(event) if is_coming else {},
            "need": need,
            "needs_form": _needs_form(row, need) if is_coming else None,
            "qr": qr_image(absolute(reverse("forums:attendance_code", args=[row.token]))) if has_place else "",
        },
    )


def _other_ways(row: SignUp) -> list[tuple[str, str]]:
    return [(way.value, str(way.label)) for way in ways_of(row.event) if way != row.way]


def _other_dates(row: SignUp) -> Any:
    """Return the sign-ups to the run's other dates that were sent at the same time."""
    if row.contact_id:
        return SignUp.objects.none()
    rows = SignUp.objects.filter(batch=row.batch, contact__isnull=True).exclude(pk=row.pk)
    return rows.select_related("event").order_by("event__starts_at", "pk")


def _needs_form(row: SignUp, need: SignUpNeed | None) -> NeedsForm | None:
    if not needs_asked(row.event) or row.state not in LIVE_SIGN_UPS:
        return None
    names = needs_asked(row.event)
    return NeedsForm(event=row.event, initial={name: getattr(need, name) for name in names} if need else None)


def _act(request: HttpRequest, row: SignUp) -> None:
    """Do what was pressed and tell what came of it."""
    now = clock.now()
    act = request.POST.get("act", "")
    if act == "confirm":
        done = attempt(request, lambda: (confirm(row, now=now),))
        if done:
            messages.success(request, _("Ilmoittautuminen on vahvistettu."))
    elif act == "way":
        one = next((one for one in _group(row) if str(one.pk) == request.POST.get("who")), row)
        if attempt(request, lambda: change_way(one, way=request.POST.get("way", ""), now=now)):
            messages.success(request, _("Muutos on tallennettu."))
    elif act == "needs":
        form = NeedsForm(request.POST, event=row.event)
        if form.is_valid() and attempt(request, lambda: (change_needs(row, needs=form.cleaned_data, now=now),)):
            messages.success(request, _("Toiveesi on tallennettu."))
    else:
        raise Http404


@public_page
@never_cache
def sign_up_cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Let go: one press, for those who were ticked when there are several."""
    now = clock.now()
    row = _found(token)
    group = [one for one in _group(row) if one.state in LIVE_SIGN_UPS]
    if request.method == "POST":
        chosen = set(request.POST.getlist("who"))
        rows = [one for one in group if str(one.pk) in chosen] if len(group) > 1 else group
        if not rows:
            messages.info(request, _("Valitse, kenen ilmoittautuminen perutaan."))
            return redirect("forums:sign_up_cancel", token=token)
        if attempt(request, lambda: (cancel(rows, now=now),)):
            messages.success(request, _("Ilmoittautuminen on peruttu. Paikka annetaan jonosta seuraavalle."))
        return redirect(row)
    return render(
        request,
        "forums/sign_up/cancel.html",
        {
            "row": row,
            "event": row.event,
            "group": group,
            "when": when_words(row.event.starts_at, row.event.ends_at),
            "is_coming": now < row.event.starts_at,
        },
    )


@public_page
@require_safe
@never_cache
def sign_up_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The event as a calendar file: to add or move it (REQUEST), or to take it away again (CANCEL)."""
    now = clock.now()
    row = _found(token)
    event = row.event
    comes = row.state in LIVE_SIGN_UPS and event.state != "cancelled"
    attendee = row if row.email else (row.contact or row.user)
    if attendee is None or not attendee.email:
        data = event_calendar([event], method="PUBLISH", with_link=row.has_place(now), now=now)
        return calendar_response(data, name=f"tapahtuma-{event.pk}.ics")
    method = "REQUEST" if comes else "CANCEL"
    data = event_calendar([event], method=method, attendee=attendee, with_link=comes and row.has_place(now), now=now)
    return calendar_response(data, method=method, name=f"tapahtuma-{event.pk}.ics")


@sign_in_required
@require_safe
def own_sign_ups(request: HttpRequest) -> HttpResponse:
    """What I have signed up to: what is coming, and what has been; companions stand on each one's own page."""
    now = clock.now()
    mine = allowed("forums.sign_up.own", request.user, now=now).filter(contact__isnull=True, anonymised_at__isnull=True)
    rows = mine.select_related("event__room__site")
    coming = rows.filter(event__ends_at__gte=now, state__in=LIVE_SIGN_UPS).order_by("event__starts_at", "pk")
    past = rows.filter(event__ends_at__lt=now, state__in=LIVE_SIGN_UPS).order_by("-event__starts_at", "-pk")[:20]
    return render(
        request,
        "forums/sign_up/own_list.html",
        {"coming": [_line(row) for row in coming], "past": [_line(row) for row in past]},
    )


def _line(row: SignUp) -> dict[str, Any]:
    event = row.event
    return {"row": row, "event": event, "when": when_words(event.starts_at, event.ends_at), "where": where_words(event)}
