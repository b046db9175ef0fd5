"""Pages of proposed dates: the list, asking, the table of answers, and answering by the link."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import public_page, sign_in_required
from accounts.roles import current_user
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from forums.event_clashes import clashes
from forums.forms.dates import AnswerForm, ProposeForm
from forums.models import DateOption, DatePoll, EventSeries, Suits
from forums.policies.events import may_list_events, may_plan_events
from forums.policies.wheel import may_propose_dates
from forums.workflow import dates as verbs
from liaisons.policies.networks import network_convene
from liaisons.views.pages import act_and_return, ask
from organisations.views.helpers import attempt
from premises.spans import Span

GET_AND_POST = ["GET", "HEAD", "POST"]


@sign_in_required
@require_safe
def date_polls(request: HttpRequest) -> HttpResponse:
    """The proposed dates that the person may see, the newest first."""
    now = clock.now()
    can_ask = may_propose_dates(request.user, now)
    if not can_ask and not may_list_events(request.user, now):
        raise Http404
    rows = allowed("forums.date_poll.view", request.user, now=now)
    return render(request, "forums/wheel/date_polls.html", {"page": paginate(request, rows), "can_ask": can_ask})


@sign_in_required
@require_http_methods(GET_AND_POST)
def date_poll_new(request: HttpRequest) -> HttpResponse:
    """Propose dates to a group; ``?sarja=`` and ``?ryhma=`` choose what the wheel lacks."""
    now = clock.now()
    if not may_propose_dates(request.user, now):
        raise Http404
    form = ProposeForm(
        request.POST if request.method == "POST" else None,
        networks=network_convene(request.user, now),
        all_groups=may_plan_events(request.user, now),
        initial=_initial(request),
    )
    return ask(
        request,
        form,
        lambda: _propose(request, form, now),
        done=_("Kysely on lähetetty. Vastaukset tulevat tälle sivulle."),
        to=reverse("forums:date_polls"),
        heading=_("Ehdota aikoja"),
        submit=_("Lähetä kysely"),
        lead=_("Jokainen saa sähköpostiin oman linkin, jolla hän merkitsee, mitkä ajat sopivat."),
        trail=_trail(),
    )


def _initial(request: HttpRequest) -> dict[str, Any]:
    series = EventSeries.objects.filter(key=request.GET.get("sarja", "")).first()
    return {"group": request.GET.get("ryhma", ""), "series": series, "title": series.name if series else ""}


def _propose(request: HttpRequest, form: ProposeForm, now: datetime) -> DatePoll:
    data = form.cleaned_data
    kind, row = form.target
    names = {"regional_group": "group"}
    members = verbs.members_of(**{names.get(kind, kind): row}, now=now) if row else []
    return verbs.propose_dates(
        title=data["title"],
        text=data["text"],
        options=data["times"],
        people=[*members, *data["people"]],
        answer_until=data["answer_until"],
        series=data["series"],
        by=current_user(request),
        now=now,
        **({kind: row} if row else {}),
    )


def _trail() -> list[tuple[str, str]]:
    return [
        (reverse("portal:desk"), _("Hallinta")),
        (reverse("forums:date_polls"), _("Aikaehdotukset")),
    ]


def table_of(poll: DatePoll) -> dict[str, Any]:
    """Return the answers as a table: a row for each person, sums for each time; four queries."""
    options = list(poll.options.all())
    asked = list(poll.asked.prefetch_related("answers"))
    words = {value: (tone, Suits(value).label) for value, tone in zip(Suits.values, ("ok", "wait", "bad"), strict=True)}
    rows = []
    sums = {option.pk: dict.fromkeys(Suits.values, 0) for option in options}
    for person in asked:
        marks = {answer.option_id: answer.suits for answer in person.answers.all()}
        for option, suits in marks.items():
            sums[option][suits] += 1
        cells = [words.get(marks.get(option.pk, "")) for option in options]
        rows.append({"person": person, "cells": [(option, cell) for option, cell in zip(options, cells, strict=True)]})
    best = max(((one["yes"] * 2 + one["if_needed"], pk) for pk, one in sums.items()), default=(0, 0))
    columns = [(option, sums[option.pk], best[0] > 0 and option.pk == best[1]) for option in options]
    return {"columns": columns, "rows": rows, "answered": sum(row.answered_at is not None for row in asked)}


@sign_in_required
@require_safe
def date_poll(request: HttpRequest, pk: int) -> HttpResponse:
    """The table of answers with a button for each time, and what else is then."""
    now = clock.now()
    rows = allowed("forums.date_poll.view", request.user, now=now)
    poll = get_object_or_404(rows.select_related("asked_by", "event", "series"), pk=pk)
    found = table_of(poll)
    can_manage = may("forums.date_poll.manage", request.user, poll, now=now)
    is_open = poll.state == "open"
    spans = [Span(option.starts_at, option.ends_at) for option, _sums, _best in found["columns"]]
    told = clashes(spans, now=clock.now()) if is_open else [[] for _span in spans]
    columns = [(*column, what) for column, what in zip(found["columns"], told, strict=True)]
    context = {**found, "columns": columns, "poll": poll, "can_manage": can_manage and is_open}
    return render(request, "forums/wheel/date_poll.html", context)


@sign_in_required
@require_POST
def date_choose(request: HttpRequest, pk: int, option: int) -> HttpResponse:
    """Choose a time: an event is planned, everybody is told."""
    now = clock.now()
    poll = get_allowed("forums.date_poll.manage", request.user, now=now, pk=pk)
    chosen = get_object_or_404(DateOption, poll=poll, pk=option)
    return act_and_return(
        request,
        lambda: verbs.choose_date(poll, chosen, by=current_user(request), now=now),
        _("Aika on valittu. Tapahtuma on suunnitteilla ja kaikki kysytyt saivat viestin."),
        poll.get_absolute_url(),
    )


@sign_in_required
@require_POST
def date_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """End the asking without a time."""
    now = clock.now()
    poll = get_allowed("forums.date_poll.manage", request.user, now=now, pk=pk)
    return act_and_return(
        request,
        lambda: verbs.drop_dates(poll, by=current_user(request), now=now),
        _("Kysely on lopetettu ja kaikki kysytyt saivat viestin."),
        poll.get_absolute_url(),
    )


@public_page
@never_cache
@require_http_methods(GET_AND_POST)
def date_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Mark which times suit, by the link of the letter; no account is needed."""
    now = clock.now()
    rows = allowed("forums.date_asked.answer", request.user, now=now)
    asked = get_object_or_404(rows.select_related("poll__asked_by", "poll__event"), token=token)
    poll = asked.poll
    known = {answer.option_id: answer.suits for answer in asked.answers.all()}
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        options=poll.options.all(),
        known=known,
        initial={"comment": asked.comment},
    )
    if request.method == "POST" and form.is_valid():
        comment = form.cleaned_data["comment"]
        if attempt(request, lambda: verbs.answer_dates(token, answers=form.answers, comment=comment, now=now), form):
            messages.success(request, _("Kiitos, vastauksesi on tallennettu. Voit muuttaa sitä samasta linkistä."))
            return redirect("forums:date_answer", token=token)
    context = {
        "asked": asked,
        "poll": poll,
        "form": form,
        "is_open": poll.state == "open" and poll.answer_until >= now,
        **table_of(poll),
    }
    return render(request, "forums/wheel/date_answer.html", context)
